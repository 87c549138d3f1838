"""The service's version, and the fingerprint of everything that decides on what it makes."""

import functools
import hashlib
from importlib.metadata import version
from pathlib import Path

VERSION = version("mighty-image-api")
_ROOT = Path(__file__).resolve().parent.parent
_ROOMS = ("imaging", "models", "configs", "serve_app", "constraints.txt")


@functools.cache
def code_fingerprint() -> str:
    """SHA-256 over the code, the configuration and the pinned dependencies, hexadecimal.

    Two processes with the same one make the same bytes of the same request on the same kind of device, so a
    cached result of one is good for the other. Takes some 20 ms.
    """
    digest = hashlib.sha256(VERSION.encode())
    for room in _ROOMS:
        place = _ROOT / room
        files = [place] if place.is_file() else sorted(place.rglob("*"))
        for file in files:
            if file.is_file() and file.suffix != ".pyc":
                digest.update(f"{file.relative_to(_ROOT)}\n".encode())
                digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


@functools.cache
def fonts_fingerprint(folders: tuple[Path, ...]) -> str:
    """SHA-256 over the names and sizes of the files in font folders, hexadecimal.

    They are not the service's own, yet decide on what it draws: a banner with boxes in place of Chinese names
    is not to come back from a cache when a font for them is there.
    """
    digest = hashlib.sha256()
    for folder in folders:
        for file in sorted(folder.rglob("*")):
            if file.is_file():
                digest.update(f"{file} {file.stat().st_size}\n".encode(errors="surrogateescape"))
    return digest.hexdigest()
