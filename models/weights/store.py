"""The weights folder: what is in it, and filling it."""

import contextlib
import logging
from collections.abc import Iterable, Iterator
from pathlib import Path

from filelock import FileLock, Timeout

from models.cards import CARDS, ModelCard
from models.weights.errors import WeightsMissingError, WeightsStorageError
from models.weights.files import storage_errors
from models.weights.manifest import is_intact, read_manifest

_log = logging.getLogger(__name__)

_LOCK = ".lock"
_LOCK_TIMEOUT_S = 1800.0  # another process may be fetching over a slow line


def weights_path(name: str, *, weights_dir: Path) -> Path:
    """The converted file of a model, known to be the one that was put there.

    Args:
        name: a key of `CARDS`.
        weights_dir: the weights folder.

    Returns:
        Path of a `.safetensors` (upscaler) or `.onnx` (segmenter) file.

    Raises:
        WeightsMissingError: it is not there, or was changed since; the text says what to run.
    """
    card = _card(name)
    if is_intact(card, read_manifest(weights_dir).get(name), weights_dir=weights_dir):
        return weights_dir / card.filename
    state = "has been changed or is out of date" if (weights_dir / card.filename).exists() else "is missing"
    raise WeightsMissingError(
        f"The weights of {name}: {weights_dir / card.filename} {state}. "
        f"Run: python -m models.fetch --weights-dir {weights_dir} --only {name}"
    )


def weights_sha256(name: str, *, weights_dir: Path) -> str:
    """Lower-case hex sha256 of a model's converted file, from the manifest; it names the weights' version.

    Raises:
        WeightsMissingError: as `weights_path`.
    """
    weights_path(name, weights_dir=weights_dir)
    return read_manifest(weights_dir)[name].sha256


def ensure_weights(
    names: Iterable[str],
    *,
    weights_dir: Path,
    local_dir: Path | None = None,
    mirror_url: str | None = None,
    offline: bool = False,
) -> dict[str, Path]:
    """Make sure that the models' converted files are in the weights folder.

    Touches no network when they are. Two processes never fetch at once: the second waits, then finds all.

    Args:
        names: keys of `CARDS`.
        weights_dir: the weights folder; made if absent.
        local_dir: a folder with official files, looked at first.
        mirror_url: address that serves the official file names, in place of the official addresses.
        offline: fetch from nowhere but `local_dir`.

    Returns:
        Name -> path of the converted file.

    Raises:
        WeightsMissingError: a name that is not in `CARDS`.
        WeightsUnavailableError: no source had one of them.
        WeightsStorageError: the weights folder cannot be written, or another process holds it for too long.
    """
    cards = [_card(name) for name in names]
    if _absent(cards, weights_dir=weights_dir):
        from models.weights.obtain import Places, obtain  # noqa: PLC0415 - httpx and onnx cost a warm start 0.4 s

        places = Places(local_dir=local_dir, mirror_url=mirror_url, offline=offline)
        with storage_errors(weights_dir):
            weights_dir.mkdir(parents=True, exist_ok=True)
            with _only_process(weights_dir):
                obtain(_absent(cards, weights_dir=weights_dir), weights_dir=weights_dir, places=places)
    return {card.name: weights_dir / card.filename for card in cards}


@contextlib.contextmanager
def _only_process(weights_dir: Path) -> Iterator[None]:
    """Hold the weights folder, waiting for whoever holds it now."""
    lock = FileLock(weights_dir / _LOCK)
    try:
        try:
            lock.acquire(timeout=1)
        except Timeout:
            _log.info("Waiting for another process that is fetching weights into %s", weights_dir)
            lock.acquire(timeout=_LOCK_TIMEOUT_S)
    except Timeout as error:
        raise WeightsStorageError(f"Another process has held {error.lock_file} for too long.") from error
    try:
        yield
    finally:
        lock.release()


def _absent(cards: list[ModelCard], *, weights_dir: Path) -> list[ModelCard]:
    entries = read_manifest(weights_dir)
    return [card for card in cards if not is_intact(card, entries.get(card.name), weights_dir=weights_dir)]


def _card(name: str) -> ModelCard:
    if name not in CARDS:
        raise WeightsMissingError(f"There is no model named {name!r}. Known: {', '.join(CARDS)}")
    return CARDS[name]
