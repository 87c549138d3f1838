"""The archive of a pack, written file by file: what it needs of memory is a block, however large it gets."""

import asyncio
import hashlib
import json
import tempfile
import zipfile
from collections.abc import Mapping, Sequence
from typing import IO, Any, BinaryIO, cast

from serve_app.ports import ObjectStore
from serve_app.services.made_files import Spooled
from serve_app.services.pack_manifest import Entry

ZIP_DATE = (1980, 1, 1, 0, 0, 0)
"""The earliest that a ZIP can name: a date of today would be other bytes tomorrow."""
READABLE = 0o644 << 16
BLOCK = 4 * 2**20
IN_MEMORY = 16 * 2**20
"""A larger archive goes to the disk while it is written."""
MANIFEST = "manifest.json"


async def write_archive(
    entries: Sequence[Entry], *, contents: Mapping[str, Any], store: ObjectStore
) -> Spooled:
    """A ZIP of stored files and `manifest.json`; equal contents give equal bytes.

    Nothing is compressed again: PNG, JPEG and PDF are already.

    Raises:
        NotFoundError: one of the files is gone.
        UnavailableError: the store does not answer.
    """
    spool = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - closed by who stores it
    file = cast("BinaryIO", spool)
    try:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as out:
            for entry in entries:
                await _copy(out, entry, store)
            text = json.dumps(contents, indent=2, ensure_ascii=False)
            await asyncio.to_thread(out.writestr, _info(MANIFEST), text.encode())
        size, sha256 = await asyncio.to_thread(_measure, file)
    except BaseException:
        spool.close()
        raise
    return Spooled(file, "application/zip", size, sha256)


async def _copy(out: zipfile.ZipFile, entry: Entry, store: ObjectStore) -> None:
    info = _info(entry.path)
    info.file_size = entry.asset.bytes  # so that it knows whether 32 bits are enough
    with out.open(info, "w") as target:
        for start in range(0, entry.asset.bytes, BLOCK):
            part = await store.get(entry.asset.key, start=start, end=start + BLOCK)
            await asyncio.to_thread(target.write, part.data)


def _info(path: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(path, ZIP_DATE)
    info.external_attr = READABLE
    return info


def _measure(file: IO[bytes]) -> tuple[int, str]:
    """Bytes and SHA-256 of a whole file."""
    file.seek(0)
    digest = hashlib.sha256()
    size = 0
    while block := file.read(BLOCK):
        digest.update(block)
        size += len(block)
    return size, digest.hexdigest()
