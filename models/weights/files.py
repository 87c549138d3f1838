"""Checksums, and files that appear whole or not at all."""

import contextlib
import errno
import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

from models.weights.errors import ChecksumError, WeightsStorageError

_REASONS = {
    errno.ENOSPC: "the disk is full (about 600 MB are needed while fetching, 230 MB after)",
    errno.EDQUOT: "the disk quota is used up (about 600 MB are needed while fetching, 230 MB after)",
    errno.EACCES: "permission denied",
    errno.EPERM: "permission denied",
    errno.EROFS: "the file system is read-only",
    errno.ENOTDIR: "a part of this path is not a folder",
    errno.EEXIST: "it is not a folder",
}


def sha256_of(path: Path) -> str:
    """Lower-case hex sha256 of a file, read in pieces."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _md5_of(path: Path) -> str:
    """Lower-case hex md5 of a file: a publisher's pin against broken files, not against forged ones."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()


def verify(path: Path, *, checksum: str) -> None:
    """Check a file before anything parses it.

    Args:
        path: the file.
        checksum: its sha256 in lower-case hex, or `md5:` and its md5.

    Raises:
        ChecksumError: it has another one.
    """
    is_md5 = checksum.startswith("md5:")
    kind = "md5" if is_md5 else "sha256"
    found = _md5_of(path) if is_md5 else sha256_of(path)
    expected = checksum.removeprefix("md5:")
    if found != expected:
        raise ChecksumError(f"{path.name} has {kind} {found}, expected {expected}")


def write_atomically(path: Path, data: bytes) -> None:
    """Write beside the target, then move: a reader sees the old file or the new one, never a piece."""
    temporary = path.with_name(f"{path.name}.tmp")
    try:
        temporary.write_bytes(data)
        move_into_place(temporary, path)
    except OSError:
        temporary.unlink(missing_ok=True)  # on a full disk the piece would only be in the way
        raise


def move_into_place(temporary: Path, target: Path) -> None:
    """Flush a finished file to disk, then give it its name: the name means it is whole, power cut or not."""
    with temporary.open("rb") as file:
        os.fsync(file.fileno())
    temporary.replace(target)
    with contextlib.suppress(PermissionError):  # Windows opens no folders
        descriptor = os.open(target.parent, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


@contextlib.contextmanager
def storage_errors(folder: Path) -> Iterator[None]:
    """Turn the operating system's refusals to write into one sentence.

    Raises:
        WeightsStorageError: the disk is full, the folder is read-only, not a folder, or not ours, or the
            system refused in another way.
    """
    try:
        yield
    except OSError as error:
        reason = _REASONS.get(error.errno or 0, str(error))
        raise WeightsStorageError(
            f"Cannot write to the weights folder {folder}: {reason}. "
            "Put that right, or set DATA_DIR (or --weights-dir) to another folder."
        ) from error
