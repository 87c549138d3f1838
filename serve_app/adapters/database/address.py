"""Reads `DATABASE_URL`."""

from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

POSTGRES = "postgresql+psycopg"
SQLITE = "sqlite+aiosqlite"
_SCHEMES = frozenset({"postgres", "postgresql", POSTGRES})
_FOREIGN_OPTIONS = ("pgbouncer", "connection_limit", "pool_timeout")
"""Options for one JavaScript library, found in addresses copied from Supabase; libpq would refuse them."""


def read_address(url: str) -> URL:
    """The address in the form that SQLAlchemy takes, with its driver.

    Args:
        url: `postgresql://user:password@host:port/name?sslmode=require` (`postgres://` is the same), or
            `sqlite:///absolute/path`; four slashes mean the same file.

    Raises:
        ValueError: It is of no known form. The message does not repeat it: there is a password in it.
    """
    scheme = url.partition("://")[0]
    if scheme == "sqlite":
        return _sqlite(url)
    if scheme not in _SCHEMES:
        raise ValueError("a database URL is postgresql://user:password@host/name or sqlite:///path")
    try:
        address = make_url(url)
    except (ArgumentError, ValueError):
        raise ValueError("the database URL cannot be read") from None
    if not address.database:
        raise ValueError("the database URL names no database: postgresql://user:password@host/name")
    return address.set(drivername=POSTGRES).difference_update_query(_FOREIGN_OPTIONS)


def _sqlite(url: str) -> URL:
    parts = urlsplit(url)
    path = PurePosixPath("/" + unquote(parts.path).lstrip("/"))
    if parts.netloc or parts.query or parts.fragment or not path.name:
        raise ValueError("a SQLite URL is sqlite:///absolute/path")
    return URL.create(SQLITE, database=str(path))
