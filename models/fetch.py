"""Fetch the models' weights: `python -m models.fetch`.

Environment: DATA_DIR (default `.data`; weights live in its folder `weights`), MODEL_LOCAL_DIR (a folder with
official files), MODEL_MIRROR_URL (an address that serves them).
"""

import argparse
import json
import logging
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from models.cards import CARDS
from models.weights import WeightsError, ensure_weights

_log = logging.getLogger(__name__)


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
    names = options.only or list(CARDS)
    try:
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
    parser.add_argument("--only", nargs="+", choices=list(CARDS), metavar="NAME", help=", ".join(CARDS))
    parser.add_argument("--offline", action="store_true", help="fetch from nowhere but the local folder")
    parser.add_argument("--json", action="store_true", help="print name -> path as JSON")
    return parser


if __name__ == "__main__":
    sys.exit(main())
