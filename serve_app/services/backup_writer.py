"""Writes a backup: a folder, or one .tar file with the same members; it is whole, or it is not there."""

import contextlib
import errno
import fcntl
import hashlib
import os
import shutil
import tarfile
from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, BinaryIO

from serve_app.ports.backup import BackupError

CHUNK = 1 << 20
_BLOCK = tarfile.BLOCKSIZE


@dataclass(slots=True)
class Member:
    """A file of the archive that is being written."""

    file: IO[bytes]
    size: int = 0
    _digest: "hashlib._Hash" = field(default_factory=hashlib.sha256)

    def write(self, data: bytes) -> None:
        """Append."""
        self.file.write(data)
        self._digest.update(data)
        self.size += len(data)

    @property
    def sha256(self) -> str:
        """Of what was written so far, hexadecimal."""
        return self._digest.hexdigest()


class ArchiveWriter(ABC):
    """Members one after another."""

    @abstractmethod
    def member(self, name: str) -> contextlib.AbstractContextManager[Member]:
        """A new file; when the block raises, the archive is as if it had never begun."""

    @abstractmethod
    def close(self) -> None:
        """Bring everything to the disk."""


class FolderWriter(ArchiveWriter):
    """Each member is a file."""

    def __init__(self, root: Path) -> None:
        self._root = root

    @contextlib.contextmanager
    def member(self, name: str) -> Iterator[Member]:
        """See the base."""
        path = self._root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with path.open("xb") as file:
                yield Member(file)
        except BaseException:
            path.unlink(missing_ok=True)
            raise

    def close(self) -> None:
        """See the base; one call for all files, for an fsync of each would take longer than the copying."""
        os.sync()


class TarWriter(ArchiveWriter):
    """Each member is appended; its header, which tells its size, is written again at its end.

    GNU's format: any length of names and any size (tar(5)). Python's `tarfile` wants to know sizes before,
    and remembers every member.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    @contextlib.contextmanager
    def member(self, name: str) -> Iterator[Member]:
        """See the base."""
        start = self._file.tell()
        try:
            self._file.write(_tar_header(name, 0))
            member = Member(self._file)
            yield member
            self._file.write(b"\0" * (-member.size % _BLOCK))
            end = self._file.tell()
            self._file.seek(start)
            self._file.write(_tar_header(name, member.size))
            self._file.seek(end)
        except BaseException:
            with contextlib.suppress(OSError):  # on a full disk the whole archive goes, see new_archive
                self._file.seek(start)
                self._file.truncate()
            raise

    def close(self) -> None:
        """See the base."""
        self._file.write(b"\0" * 2 * _BLOCK)
        self._file.flush()
        os.fsync(self._file.fileno())


@contextlib.contextmanager
def new_archive(path: Path) -> Iterator[ArchiveWriter]:
    """Write beside the path, and take its name at the end; a .tar file when the name ends so.

    What a killed process left there is removed by the next one that writes to the same path.

    Raises:
        BackupError: there is something at the path, another process is writing there, or the disk refused.
    """
    partial = path.with_name(f"{path.name}.partial")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with _only_writer(partial, tar=path.suffix == ".tar") as descriptor:
            try:
                _refuse_existing(path)
                yield from _written(partial, descriptor, tar=path.suffix == ".tar")
                partial.rename(path)
                _sync_folder(path.parent)
            except BaseException:
                _remove(partial)
                raise
    except OSError as error:
        raise BackupError(_said(error, path)) from error


def _refuse_existing(path: Path) -> None:
    if path.exists():
        raise BackupError(f"{path} is there already; a backup never replaces another.")


def _written(partial: Path, descriptor: int, *, tar: bool) -> Iterator[ArchiveWriter]:
    if not tar:
        writer: ArchiveWriter = FolderWriter(partial)
        yield writer
        writer.close()
        return
    with os.fdopen(os.dup(descriptor), "wb", buffering=CHUNK) as file:
        writer = TarWriter(file)
        yield writer
        writer.close()


@contextlib.contextmanager
def _only_writer(partial: Path, *, tar: bool) -> Iterator[int]:
    """Make the partial file or folder, empty, and hold it: the system lets go of it when the process ends."""
    if not tar:
        partial.mkdir(mode=0o700, exist_ok=True)
    descriptor = os.open(partial, os.O_RDWR | os.O_CREAT if tar else os.O_RDONLY, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            held = os.fstat(descriptor).st_ino == partial.stat().st_ino
        except (BlockingIOError, FileNotFoundError):
            held = False  # or it was finished and renamed in between
        if not held:
            raise BackupError(f"Another process is writing {partial}.")
        if tar:
            os.ftruncate(descriptor, 0)
        for left in [] if tar else partial.iterdir():
            _remove(left)
        yield descriptor
    finally:
        os.close(descriptor)


def _tar_header(name: str, size: int) -> bytes:
    info = tarfile.TarInfo(name)
    info.size = size
    info.mode = 0o600
    return info.tobuf(tarfile.GNU_FORMAT, "utf-8", "strict")


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _said(error: OSError, path: Path) -> str:
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return f"The disk of {path} is full; what was written there has been removed."
    return f"{path} cannot be written: {error.strerror or error}."
