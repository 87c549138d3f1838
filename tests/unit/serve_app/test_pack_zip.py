"""The archive of a pack."""

import tracemalloc
import zipfile
from datetime import UTC, datetime
from typing import Any

from serve_app.adapters.object_store import ObstoreObjectStore
from serve_app.ports import ObjectStore
from serve_app.records import AssetRecord, PartResult
from serve_app.services import pack_zip
from serve_app.services.pack_manifest import entries, manifest
from serve_app.services.pack_zip import write_archive

NOW = datetime(2026, 1, 2, tzinfo=UTC)


def record(role: str, data: bytes) -> AssetRecord:
    """A stored file's row."""
    key = f"assets/x/{role}.png"
    return AssetRecord(role, "o", key, role, "image/png", 3.0, 2.5, None, len(data), "ab", NOW, NOW)


async def stored(store: ObjectStore, **files: bytes) -> dict[str, PartResult]:
    """Parts with one file each."""
    for role, data in files.items():
        await store.put(record(role, data).key, data, content_type="image/png")
    return {role: PartResult(role, assets=(record(role, data),), ms=1.5) for role, data in files.items()}


def facts(results: dict[str, PartResult], *, with_times: bool = False) -> dict[str, Any]:
    """A manifest."""
    return manifest(
        results, jerseys=(), team={"team_name": "Ærø"}, brand_kit={"id": "k"}, with_times=with_times
    )


async def test_an_archive_is_its_contents() -> None:
    """Equal files give equal bytes, each in its folder, and the manifest tells them and what failed."""
    store = ObstoreObjectStore.from_url("memory://")
    results = await stored(store, logo_master=b"one", banner_png=b"two")
    results["banner_pdf"] = PartResult("banner_pdf", error={"code": "x", "detail": "y"}, ms=2.0)
    contents = facts(results)
    found = entries(results, jerseys=())
    first, second = [await write_archive(found, contents=contents, store=store) for _ in range(2)]
    assert (first.sha256, first.bytes) == (second.sha256, second.bytes)
    with zipfile.ZipFile(first.file) as opened:
        assert opened.namelist() == ["logo/logo-master.png", "banner/banner.png", "manifest.json"]
        assert opened.read("banner/banner.png") == b"two"
        assert opened.testzip() is None
        assert "Ærø" in opened.read("manifest.json").decode()
    assert contents["failed"] == ["banner_pdf"]
    assert contents["errors"] == {"banner_pdf": {"code": "x", "detail": "y"}}
    assert [file["width"] for file in contents["files"]] == [3, 3]
    assert "items" not in contents
    assert [item["ms"] for item in facts(results, with_times=True)["items"]] == [1.5, 1.5, 2.0]
    for made in (first, second):
        made.file.close()


async def test_memory_does_not_grow_with_the_archive(monkeypatch: Any) -> None:
    """Of an archive that is larger than what may be held, some blocks are in memory at a time."""
    monkeypatch.setattr(pack_zip, "IN_MEMORY", 2**18)
    monkeypatch.setattr(pack_zip, "BLOCK", 2**16)
    store = ObstoreObjectStore.from_url("memory://")
    results = await stored(store, logo_master=bytes(2**23))
    tracemalloc.start()
    try:
        made = await write_archive(entries(results, jerseys=()), contents={}, store=store)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    made.file.close()
    assert made.bytes > 2**23
    assert most < 2**20
