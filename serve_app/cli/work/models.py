"""`mighty models`."""

import logging
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from configs.settings import Settings
from models.card import ModelCard
from models.cards import CARDS
from models.fetch import ROUTES, check_licences, routed_names
from models.weights import WeightsMissingError, ensure_weights, weights_path
from serve_app.cli.calls import Exit, Refusal
from serve_app.cli.work.output import megabytes, say, say_json, say_rows
from serve_app.cli.work.settings import read_settings


def show(*, as_json: bool) -> Exit:
    """List the models."""
    settings = read_settings()
    used = set(routed_names(ROUTES))
    models = [_facts(card, settings, used=card.name in used) for card in CARDS.values()]
    if as_json:
        say_json(models)
        return Exit.DONE
    rows = [
        (
            each["name"],
            each["task"],
            each["licence"],
            each["commercial_use"],
            each["in_use"],
            each["present"],
            megabytes(each["bytes"]) if each["bytes"] else None,
        )
        for each in models
    ]
    say_rows(("NAME", "TASK", "LICENCE", "COMMERCIAL USE", "IN USE", "HERE", "SIZE"), rows)
    return Exit.DONE


def fetch(*, names: Sequence[str], offline: bool) -> Exit:
    """Get weights; several processes may do so at once."""
    settings = read_settings()
    if unknown := sorted(set(names) - set(CARDS)):
        raise Refusal(f"There is no model {', '.join(unknown)}; there are {', '.join(CARDS)}.")
    wanted = list(names) or routed_names(ROUTES)
    check_licences(wanted, allowed=settings.allow_noncommercial_models)
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stderr)
    logging.getLogger("httpx").setLevel(logging.WARNING)
    paths = ensure_weights(
        wanted,
        weights_dir=settings.weights_dir,
        local_dir=settings.model_local_dir,
        mirror_url=settings.model_mirror_url,
        offline=offline,
    )
    say(f"{len(paths)} models in {settings.weights_dir}: {', '.join(paths)}")
    return Exit.DONE


def _facts(card: ModelCard, settings: Settings, *, used: bool) -> dict[str, Any]:
    path = _path(card.name, settings.weights_dir)
    return {
        "name": card.name,
        "task": card.task,
        "licence": card.licence,
        "commercial_use": not card.noncommercial,
        "in_use": used,
        "present": path is not None,
        "bytes": path.stat().st_size if path else None,
        "path": str(path) if path else None,
    }


def _path(name: str, weights_dir: Path) -> Path | None:
    try:
        return weights_path(name, weights_dir=weights_dir)
    except WeightsMissingError:
        return None
