"""Reads a backup, a folder or a .tar file, from front to back."""

import contextlib
import io
import tarfile
from abc import ABC, abstractmethod
from collections.abc import Iterator
from pathlib import Path
from typing import IO, BinaryIO

from serve_app.ports.backup import BackupError


class ArchiveReader(ABC):
    """Members of a finished archive."""

    @abstractmethod
    def open(self, name: str) -> contextlib.AbstractContextManager[IO[bytes]]:
        """A member that is no object. Raises `BackupError` when it is not there."""

    @abstractmethod
    def objects(self, names: Iterator[str]) -> Iterator[IO[bytes]]:
        """Members in the order in which they were written; each is closed when the next is asked for.

        Raises `BackupError` when one is not there.
        """


class FolderReader(ArchiveReader):
    """A folder."""

    def __init__(self, root: Path) -> None:
        self._root = root

    @contextlib.contextmanager
    def open(self, name: str) -> Iterator[IO[bytes]]:
        """See the base."""
        try:
            file = (self._root / name).open("rb")
        except (FileNotFoundError, NotADirectoryError):
            raise BackupError(f"The backup has no {name}.") from None
        with file:
            yield file

    def objects(self, names: Iterator[str]) -> Iterator[IO[bytes]]:
        """See the base."""
        for name in names:
            with self.open(name) as file:
                yield file


class TarReader(ArchiveReader):
    """A .tar file, read from front to back; nothing of its objects is remembered."""

    def __init__(self, path: Path, *, objects: str) -> None:
        self._path = path
        self._prefix = objects
        self._places: dict[str, tuple[int, int]] = {}
        with path.open("rb") as file:
            for info in _tar_members(file):
                if not info.name.startswith(objects):
                    self._places[info.name] = (info.offset_data, info.size)

    @contextlib.contextmanager
    def open(self, name: str) -> Iterator[IO[bytes]]:
        """See the base."""
        place = self._places.get(name)
        if place is None:
            raise BackupError(f"The backup has no {name}.")
        with self._path.open("rb", buffering=0) as file:
            yield _part(file, *place)

    def objects(self, names: Iterator[str]) -> Iterator[IO[bytes]]:
        """See the base."""
        with self._path.open("rb") as headers, self._path.open("rb", buffering=0) as data:
            members = (info for info in _tar_members(headers) if info.name.startswith(self._prefix))
            for name in names:
                info = next(members, None)
                if info is None or info.name != name:
                    raise BackupError(f"The backup has no {name} in its place.")
                yield _part(data, info.offset_data, info.size)


def open_archive(path: Path, *, objects: str) -> ArchiveReader:
    """Open a backup.

    Args:
        path: A folder or a .tar file.
        objects: What the names of objects begin with.

    Raises:
        BackupError: it is neither.
    """
    try:
        if path.is_dir():
            return FolderReader(path)
        return TarReader(path, objects=objects)
    except FileNotFoundError:
        raise BackupError(f"There is no backup at {path}.") from None
    except (tarfile.TarError, OSError) as error:
        raise BackupError(f"{path} is no backup, or a damaged one: {error}") from error


def _tar_members(file: BinaryIO) -> Iterator[tarfile.TarInfo]:
    with tarfile.open(fileobj=file, mode="r:") as archive:
        while (info := archive.next()) is not None:
            archive.members.clear()  # type: ignore[attr-defined]  # a million of them would need a gigabyte
            yield info


class _Part(io.RawIOBase):
    """Some bytes of a file, as a file; reads from wherever they are, with a position of its own."""

    def __init__(self, file: io.FileIO, start: int, size: int) -> None:
        self._file = file
        self._at = start
        self._end = start + size

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: "memoryview | bytearray") -> int:  # type: ignore[override]
        """See the base."""
        self._file.seek(self._at)
        data = self._file.read(min(len(buffer), self._end - self._at))
        buffer[: len(data)] = data
        self._at += len(data)
        return len(data)


def _part(file: io.FileIO, start: int, size: int) -> IO[bytes]:
    return io.BufferedReader(_Part(file, start, size), 1 << 16)
