"""Writing objects to a folder of a local disk so that neither a crash nor a full disk leaves half of one.

`obstore` (0.12, traced) renames without an fsync and says "done" before the bytes are on the disk, so the
writing is done here; reading, listing and deleting stay with `obstore`.
"""

import contextlib
import io
import os
import secrets
import time
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

STAGING = ".staging"
"""Folder of the root for files that are being written. It has a dot, so nothing in it is a key; it is made
when the store is opened and never again, so its absence tells that the disk is no longer mounted."""
LEFTOVER_AFTER_S = 3600.0
"""A file that has been in the staging folder for so long has lost its writer."""

_BLOCK = 2**20
_MAX_TRIES = 16  # a delete may remove an empty folder between its making and the rename into it


class DiskFolder:
    """The root folder of the objects of one store.

    Args:
        root: Absolute. It and its staging folder are made when absent; leftovers of crashed writers go.

    Raises:
        OSError: The folder cannot be made.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._staging = root / STAGING
        self._staging.mkdir(parents=True, exist_ok=True)
        _sync(root)
        self._clean_up()

    def check_present(self) -> None:
        """Raises `OSError` when the disk that held the objects at start is not there."""
        self._staging.stat()

    def put(self, key: str, data: bytes) -> None:
        """Write, flush, read back and compare, and only then give the file its name.

        Raises:
            OSError: The disk is full, read-only, gone, or gave other bytes back; nothing has changed then.
        """
        self.put_file(key, io.BytesIO(data))

    def put_file(self, key: str, file: BinaryIO) -> None:
        """The same of a whole seekable file, a block at a time; raises the same."""
        with self._staged() as staged:
            _write(staged, file)
            _verify(staged, file)
            self._place(staged, key)

    def copy(self, source: str, target: str) -> None:
        """Give an object a second name: no byte is copied, and each name may be deleted without the other.

        Raises:
            FileNotFoundError: There is no source.
            OSError: As `put`.
        """
        self.check_present()
        with self._staged() as staged:
            try:
                os.link(self._root / source, staged)
            except FileNotFoundError:
                raise
            except OSError:  # a file system without hard links, or with too many of this file
                with (self._root / source).open("rb") as file:
                    self.put_file(target, file)
                return
            # Else the object would look as old as its source, and to the clean-up like one whose row is gone.
            os.utime(staged)
            self._place(staged, target)

    @contextlib.contextmanager
    def _staged(self) -> Iterator[Path]:
        """A name in the staging folder, for a file that has another one at the end or is gone.

        Renaming a file to another name of the same file leaves both, so it is removed in any case.
        """
        staged = self._staging / f"{secrets.token_hex(16)}#0"
        try:
            yield staged
        finally:
            with contextlib.suppress(OSError):
                staged.unlink(missing_ok=True)

    def _place(self, staged: Path, key: str) -> None:
        target = self._root / key
        for tries_left in reversed(range(_MAX_TRIES)):
            try:
                # Else the next line would make a root again whose disk is gone, on another disk.
                self.check_present()
                target.parent.mkdir(parents=True, exist_ok=True)
                staged.rename(target)
                self._sync_folders(target)
            except FileNotFoundError:
                if not tries_left or not staged.exists():
                    raise
            else:
                return

    def _sync_folders(self, target: Path) -> None:
        """Fsync each folder from the file's up to the root: no name is lost with the power."""
        for folder in target.parents:
            _sync(folder)
            if folder == self._root:
                return

    def _clean_up(self) -> None:
        oldest = time.time() - LEFTOVER_AFTER_S
        for path in self._staging.iterdir():
            with contextlib.suppress(OSError):  # another replica was faster, or the disk is read-only
                if path.stat().st_mtime < oldest:
                    path.unlink()


def _write(path: Path, source: BinaryIO) -> None:
    source.seek(0)
    with path.open("xb", buffering=0) as file:
        while block := source.read(_BLOCK):
            left = memoryview(block)
            while left:
                left = left[file.write(left) :]
        os.fsync(file.fileno())
        # The pages are clean now: dropping them makes the reading back come from the disk.
        if hasattr(os, "posix_fadvise"):  # not on macOS
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def _verify(path: Path, source: BinaryIO) -> None:
    """Compare byte for byte, which says more than equal hashes and takes a third of their time."""
    source.seek(0)
    with path.open("rb", buffering=0) as file:
        while part := file.read(_BLOCK):
            if part != source.read(len(part)):
                break
    if part or source.read(1):
        raise OSError("the disk gave other bytes back than were written")


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
