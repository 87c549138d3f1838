"""`manifest.json`: what an archive holds, for programs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from serve_app.records import AssetRecord, PartResult
from serve_app.services.pack_items import BY_NAME, JERSEY, LAST, ZIP
from serve_app.services.pack_jerseys import Jersey
from serve_app.services.pack_web import file_name

SOURCES = {
    "logo": "brand_kit.logo",
    "garment": "brand_kit.garment_color",
    "brand": "brand_kit.colors",
    "name": "team_name",
    "team": "team",
    "roster": "players",
}
"""What an item needs, as the manifest calls it."""
JERSEY_SOURCES = ("logo", "garment", "roster")


@dataclass(frozen=True, slots=True)
class Entry:
    """One file on its way into the archive."""

    path: str
    asset: AssetRecord
    part: str
    engine: Mapping[str, str] | None


def entries(results: Mapping[str, PartResult], *, jerseys: Sequence[Jersey]) -> tuple[Entry, ...]:
    """The files of a pack with their places, in the order of the items."""
    paths = {role: path for jersey in jerseys for role, path in jersey.paths().items()}
    return tuple(
        Entry(_path(part, asset.role, paths), asset, part, result.engine)
        for part, result in results.items()
        if part != ZIP
        for asset in result.assets
    )


def _path(part: str, role: str, jerseys: Mapping[str, str]) -> str:
    if part.startswith(JERSEY):
        return jerseys[role]
    path = BY_NAME[part].path
    return f"{path}{file_name(role)}" if path.endswith("/") else path


def manifest(
    results: Mapping[str, PartResult],
    *,
    jerseys: Sequence[Jersey],
    team: Mapping[str, str],
    brand_kit: Mapping[str, Any] | None,
    with_times: bool,
) -> dict[str, Any]:
    """What the archive holds: every file with its facts, and what could not be made.

    Args:
        results: How each item went.
        jerseys: Of the order.
        team: `team_name`, `sport`, `season`.
        brand_kit: What all was drawn from.
        with_times: Say how long each item took, too; not inside the archive, whose bytes repeat.
    """
    made = {
        **team,
        "brand_kit": brand_kit,
        "files": [_file(entry) for entry in entries(results, jerseys=jerseys)],
        "failed": [part for part, result in results.items() if result.error],
        "errors": {part: result.error for part, result in results.items() if result.error},
    }
    return {**made, "items": items(results)} if with_times else made


def items(results: Mapping[str, PartResult]) -> list[dict[str, Any]]:
    """How each item went."""
    return [
        {
            "name": part,
            "state": "failed" if result.error else "succeeded",
            "asset": result.assets[0].id if result.assets else None,
            "assets": [asset.id for asset in result.assets],
            "error": result.error,
            "ms": result.ms,
            "reused": result.reused,
        }
        for part, result in results.items()
    ]


def _plain(number: float) -> float:
    """Whole numbers as such, whether they come from the maker or from the database: the text is the same."""
    return int(number) if float(number).is_integer() else float(number)


def _file(entry: Entry) -> dict[str, Any]:
    asset = entry.asset
    needs = JERSEY_SOURCES if entry.part.startswith(JERSEY) else BY_NAME[entry.part].needs
    return {
        "role": asset.role,
        "item": entry.part,
        "path": entry.path,
        "content_type": asset.content_type,
        "width": _plain(asset.width),
        "height": _plain(asset.height),
        "dpi": None if asset.dpi is None else _plain(asset.dpi),
        "bytes": asset.bytes,
        "sha256": asset.sha256,
        "source": ["items"] if entry.part in LAST else [SOURCES[need] for need in needs],
        "engine": dict(entry.engine) if entry.engine else None,
    }
