"""Ids of what is stored: they tell what and when, sort by time, and cannot be guessed."""

import hashlib
import re
import secrets
from datetime import datetime

from serve_app.records import Ticket

TIME_DIGITS = 12
"""Hexadecimal digits of a millisecond clock."""
RANDOM_DIGITS = 20
ID = re.compile(r"(?:ast|img|pack|job|kit|dlv)_[0-9a-f]{32}", re.ASCII)
"""Every id; what does not match is not there, and needs no look-up."""


def new_id(prefix: str, created_at: datetime) -> str:
    """A fresh id: `prefix_`, the time, 80 random bits."""
    return f"{prefix}_{_time(created_at)}{secrets.token_hex(RANDOM_DIGITS // 2)}"


def derived_id(prefix: str, created_at: datetime, *parts: str) -> str:
    """The id that always comes of the same parts; they must hold a secret or random one."""
    digest = hashlib.sha256("\n".join(parts).encode()).hexdigest()
    return f"{prefix}_{_time(created_at)}{digest[:RANDOM_DIGITS]}"


def asset_id(ticket: Ticket, role: str) -> str:
    """The id of one file of a task."""
    return derived_id("ast", ticket.created_at, ticket.parent_id, role)


def owner_folder(owner: str) -> str:
    """A folder per owner whose name does not give the owner away in URLs."""
    return f"assets/{hashlib.sha256(owner.encode()).hexdigest()[:16]}"


def _time(moment: datetime) -> str:
    return f"{int(moment.timestamp() * 1e3):0{TIME_DIGITS}x}"
