"""Items of earlier packs, by what decides on them: an equal one is not made again."""

import hashlib
import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from serve_app.domain import EngineFacts, Notice
from serve_app.ports import AssetRecords
from serve_app.records import AssetRecord
from serve_app.services.made_files import Copied, MadeFiles
from serve_app.services.pack_items import roles_like
from serve_app.version import code_fingerprint


@dataclass(frozen=True, slots=True)
class PackReuse:
    """Finds what the owner's earlier packs hold; the database is asked once for all items of a pack."""

    assets: AssetRecords
    fonts: str = ""
    """Fingerprint of the fonts that are not the service's own."""
    now: Callable[[], datetime] = lambda: datetime.now(UTC)

    def content_key(self, item: str, made_of: Mapping[str, Any]) -> str:
        """SHA-256 over an item's inputs and parameters, over the code and the fonts, hexadecimal.

        The code is all of the service's own with its configuration and pinned dependencies: a deploy that may
        change a pixel makes every item again.
        """
        parts = {"item": item, "made_of": made_of, "code": code_fingerprint(), "fonts": self.fonts}
        return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()

    async def find(self, keys: Collection[str], *, owner: str) -> dict[str, tuple[AssetRecord, ...]]:
        """Whole items by content key: of each the newest whose files are all there.

        Raises:
            UnavailableError: the database does not answer.
        """
        rows = await self.assets.made_of(keys, owner=owner, alive_at=self.now())
        sets: dict[tuple[str, str | None], dict[str, AssetRecord]] = {}
        for row in rows:
            sets.setdefault((row.content_key or "", row.parent_id), {})[row.role] = row
        found: dict[str, tuple[AssetRecord, ...]] = {}
        for (key, _parent), files in sets.items():
            roles = next(iter(files.values())).notes or {}
            wanted = tuple(roles.get("roles", ()))
            if key not in found and wanted and all(role in files for role in wanted):
                found[key] = tuple(files[role] for role in wanted)
        return found


def given_again(files: tuple[AssetRecord, ...], *, part: str, key: str) -> MadeFiles:
    """An item of an earlier pack as an item of this one, with what was told of it then."""
    notes = files[0].notes or {}
    roles = roles_like([file.role for file in files], part)
    engine = notes.get("engine")
    return MadeFiles(
        files={role: Copied(file) for role, file in zip(roles, files, strict=True)},
        report={},
        notices=tuple(Notice(**warning) for warning in notes.get("warnings", ())),
        engine=EngineFacts(**engine) if engine else None,
        content_key=key,
        reused=True,
    )
