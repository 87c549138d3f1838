"""`weights.json`: what was put into the weights folder, from where, and how to know it again quickly."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from models.cards import ModelCard
from models.sources import PackagedFiles
from models.weights.files import sha256_of, write_atomically

MANIFEST = "weights.json"
RECIPE = 1
"""Raised when the conversion changes, so that files made by an older one are made anew."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One converted file as it was written."""

    file: str
    sha256: str
    size_bytes: int
    mtime_ns: int
    source: str
    """Where the published file came from."""
    source_sha256: str
    """Checksum of the published file that holds the weights, `md5:` before one that is no sha256."""
    licence: str
    recipe: int = RECIPE


def read_manifest(weights_dir: Path) -> dict[str, Entry]:
    """Model name -> entry; empty where there is no manifest, or one that cannot be read."""
    try:
        models = json.loads((weights_dir / MANIFEST).read_bytes())["models"]
        return {name: Entry(**fields) for name, fields in models.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def write_manifest(weights_dir: Path, entries: dict[str, Entry]) -> None:
    """Replace the manifest in one step."""
    models = {name: asdict(entry) for name, entry in sorted(entries.items())}
    text = json.dumps({"models": models}, indent=2) + "\n"
    write_atomically(weights_dir / MANIFEST, text.encode())


def is_intact(card: ModelCard, entry: Entry | None, *, weights_dir: Path) -> bool:
    """Whether the file on disk is the one the entry describes.

    Size and modification time answer at once; where only the time differs (a copied folder, an image
    layer) the whole sha256 decides.
    """
    if entry is None or entry.file != card.filename or entry.recipe != RECIPE:
        return False
    if entry.source_sha256 not in source_checksums(card):
        return False  # the card has since been pinned to other weights
    path = weights_dir / entry.file
    try:
        stat = path.stat()
        if stat.st_size != entry.size_bytes:
            return False
        return stat.st_mtime_ns == entry.mtime_ns or sha256_of(path) == entry.sha256
    except OSError:
        return False


def source_checksums(card: ModelCard) -> set[str]:
    """Checksum of every published file that may hold this model's weights."""
    packaged = {weights_member_sha256(card.packaged)} if card.packaged else set()
    return {card.official.checksum} | packaged


def weights_member_sha256(packaged: PackagedFiles) -> str:
    """sha256 of the package member that holds the weights: the last one."""
    return list(packaged.members.values())[-1]
