"""Fetch the models' weights: `python -m models.fetch` gets what `configs/engines.yaml` names.

Environment: DATA_DIR (default `.data`; weights live in its folder `weights`), MODEL_LOCAL_DIR (a folder with
official files), MODEL_MIRROR_URL (an address that serves them), ALLOW_NONCOMMERCIAL_MODELS.
"""

import argparse
import json
import logging
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import yaml

from models.cards import CARDS
from models.weights import WeightsError, WeightsForbiddenError, WeightsMissingError, ensure_weights

_log = logging.getLogger(__name__)

ROUTES = Path(__file__).resolve().parents[1] / "configs" / "engines.yaml"
"""Read as a file: `models` imports nothing of `configs`."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command.

    Args:
        argv: arguments after the command's name; the process's own when None.

    Returns:
        Exit status: 0 when every model asked for is there, 1 otherwise.
    """
    options = _parser(os.environ).parse_args(argv)
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stderr)
    logging.getLogger("httpx").setLevel(logging.WARNING)
    try:
        names = options.only or routed_names(options.routes)
        check_licences(names, allowed=is_true(os.environ.get("ALLOW_NONCOMMERCIAL_MODELS", "")))
        paths = ensure_weights(
            names,
            weights_dir=options.weights_dir,
            local_dir=options.local_dir,
            mirror_url=options.mirror_url,
            offline=options.offline,
        )
    except WeightsError as error:
        _log.error("%s", error)  # the text is written for the operator; a traceback would bury it
        return 1
    if options.json:
        sys.stdout.write(json.dumps({name: str(path) for name, path in paths.items()}) + "\n")
    else:
        sys.stdout.write(f"{len(paths)} models in {options.weights_dir}: {', '.join(paths)}\n")
    return 0


def routed_names(path: Path) -> list[str]:
    """Every model that the routes name, on any device, in the order of `CARDS`.

    Raises:
        WeightsMissingError: the file cannot be read, or it names a model that is not known.
    """
    try:
        routes = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError) as error:
        raise WeightsMissingError(f"The routes {path} cannot be read: {error}") from error
    named = set(_models_in(routes))
    if unknown := sorted(named - set(CARDS)):
        raise WeightsMissingError(f"{path} names {', '.join(unknown)}. Known: {', '.join(CARDS)}")
    return [name for name in CARDS if name in named]


def _models_in(routes: object) -> Iterator[str]:
    """The values of `model` and the items of `more`, however deep."""
    if not isinstance(routes, dict):
        return
    for key, value in routes.items():
        if key == "model":
            yield str(value)
        elif key == "more" and isinstance(value, list):
            yield from map(str, value)
        else:
            yield from _models_in(value)


def check_licences(names: Sequence[str], *, allowed: bool) -> None:
    """Refuse models that may not be used commercially.

    Raises:
        WeightsForbiddenError: there is one, and the environment does not allow it.
    """
    forbidden = sorted(name for name in names if CARDS[name].noncommercial)
    if forbidden and not allowed:
        raise WeightsForbiddenError(
            f"{', '.join(forbidden)} may not be used commercially: set "
            "ALLOW_NONCOMMERCIAL_MODELS=true if your use is none."
        )


def is_true(text: str) -> bool:
    """Whether an environment variable says yes, in the words that the settings take."""
    return text.strip().lower() in {"1", "true", "t", "yes", "y", "on"}


def default_weights_dir(environ: Mapping[str, str]) -> Path:
    """The folder `weights` of DATA_DIR, which is `.data` when unset or empty."""
    return Path(environ.get("DATA_DIR") or ".data") / "weights"


def _parser(environ: Mapping[str, str]) -> argparse.ArgumentParser:
    """The options, with the environment's values as defaults: nothing else in `models` reads it."""
    parser = argparse.ArgumentParser(prog="python -m models.fetch", description="Fetch the models' weights.")
    local_dir = Path(environ["MODEL_LOCAL_DIR"]) if environ.get("MODEL_LOCAL_DIR") else None
    parser.add_argument(
        "--weights-dir",
        type=Path,
        default=default_weights_dir(environ),
        help="where to keep them (default: %(default)s)",
    )
    parser.add_argument(
        "--local-dir",
        type=Path,
        default=local_dir,
        help="a folder with official files, looked at first",
    )
    parser.add_argument(
        "--mirror-url", default=environ.get("MODEL_MIRROR_URL") or None, help="serves the official file names"
    )
    parser.add_argument(
        "--routes", type=Path, default=ROUTES, help="the routes that name the models (default: %(default)s)"
    )
    parser.add_argument("--only", nargs="+", choices=list(CARDS), metavar="NAME", help=", ".join(CARDS))
    parser.add_argument("--offline", action="store_true", help="fetch from nowhere but the local folder")
    parser.add_argument("--json", action="store_true", help="print name -> path as JSON")
    return parser


if __name__ == "__main__":
    sys.exit(main())
