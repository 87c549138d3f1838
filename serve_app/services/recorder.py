"""Keeps what was made: objects first, rows after, so that no row ever names an object that is not there."""

import asyncio
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from serve_app.domain import Encoded
from serve_app.ports import Database, ObjectStore
from serve_app.records import AssetRecord, ImageRecord, Outcome, PackRecord, PartResult, Ticket
from serve_app.services.ids import asset_id, owner_folder
from serve_app.services.made_files import MadeFiles
from serve_app.services.work import Task
from serve_app.version import VERSION

PACK = "asset_pack"
SUFFIXES = {
    "image/png": "png",
    "image/jpeg": "jpg",
    "image/webp": "webp",
    "image/avif": "avif",
    "image/gif": "gif",
    "image/svg+xml": "svg",
    "image/vnd.microsoft.icon": "ico",
    "application/pdf": "pdf",
    "application/zip": "zip",
    "application/json": "json",
    "application/manifest+json": "webmanifest",
    "application/octet-stream": "bin",
    "text/html": "html",
}
OBJECT = "object:"
"""What a URL column begins with when it names an object of ours."""
ORIGINAL = "original"


@dataclass(frozen=True, slots=True)
class Recorder:
    """Everything is derived from the ticket: a part that is kept twice leaves the same objects and rows."""

    store: ObjectStore
    database: Database
    asset_ttl: timedelta
    keep_originals: bool = True

    async def keep(self, files: Mapping[str, Encoded], ticket: Ticket) -> tuple[AssetRecord, ...]:
        """Store files, durably, and their rows; in the order given.

        Raises:
            UnavailableError: the store or the database cannot take them; nothing is acknowledged then.
        """
        # In a thread: the hashes of a pack would stop everybody else's requests for a tenth of a second.
        records = await asyncio.to_thread(self._records, files, ticket)
        puts = (
            self.store.put(record.key, file.data, content_type=record.content_type)
            for record, file in zip(records, files.values(), strict=True)
        )
        await asyncio.gather(*puts)
        await self.database.assets.add(records)
        return records

    async def keep_part(self, part: str, made: MadeFiles, ticket: Ticket) -> PartResult:
        """Store one part of a task. Raises as `keep`."""
        return PartResult(
            part=part,
            assets=await self.keep(made.files, ticket),
            report=made.report,
            warnings=tuple(asdict(notice) for notice in made.notices),
            engine=asdict(made.engine) if made.engine else None,
            timings_ms=made.timings_ms,
        )

    async def conclude(
        self, task: Task, ticket: Ticket, results: Sequence[PartResult], facts: Mapping[str, Any]
    ) -> Outcome:
        """Write the history's row, with the original where it is kept, and put the answer together.

        Raises:
            UnavailableError: as `keep`.
        """
        outcome = Outcome(
            files=tuple(asset for result in results for asset in result.assets),
            body={**_merged(results), **facts},
            parent_id=ticket.parent_id,
        )
        original = await self._keep_original(task, ticket)
        if ticket.kind == PACK:
            await self.database.packs.add(self._pack(task, ticket, outcome, original=original))
        else:
            image = await asyncio.to_thread(self._image, task, ticket, outcome, original=original)
            await self.database.images.add(image)
        return outcome

    async def _keep_original(self, task: Task, ticket: Ticket) -> str | None:
        """Where the input can be seen: our copy, else the client's own URL."""
        data = next(iter(task.inputs.values()), None)
        if not self.keep_originals or data is None:
            return ticket.source_url
        file = Encoded(data, sniffed(data), 0, 0, None)
        (record,) = await self.keep({ORIGINAL: file}, ticket)
        return f"{OBJECT}{record.key}"

    def _records(self, files: Mapping[str, Encoded], ticket: Ticket) -> tuple[AssetRecord, ...]:
        return tuple(self._record(role, file, ticket) for role, file in files.items())

    def _record(self, role: str, file: Encoded, ticket: Ticket) -> AssetRecord:
        own_id = asset_id(ticket, role)
        return AssetRecord(
            id=own_id,
            owner=ticket.owner,
            key=f"{owner_folder(ticket.owner)}/{own_id}/{role}.{SUFFIXES[file.content_type]}",
            role=role,
            content_type=file.content_type,
            width=file.width,
            height=file.height,
            dpi=file.dpi,
            bytes=len(file.data),
            sha256=hashlib.sha256(file.data).hexdigest(),
            created_at=ticket.created_at,
            expires_at=self._expiry(ticket),
            parent_id=ticket.parent_id,
        )

    def _expiry(self, ticket: Ticket) -> datetime:
        return ticket.created_at + self.asset_ttl

    def _image(self, task: Task, ticket: Ticket, outcome: Outcome, *, original: str | None) -> ImageRecord:
        main = outcome.files[0]
        engine = outcome.body["engine"]
        data = next(iter(task.inputs.values()), None)
        return ImageRecord(
            id=ticket.parent_id,
            owner=ticket.owner,
            original_url=original,
            processed_url=f"{OBJECT}{main.key}",
            processing_type=ticket.kind,
            parameters=task.params,
            input_sha256=hashlib.sha256(data).hexdigest() if data else None,
            output_sha256=main.sha256,
            model=engine["model"] if engine else None,
            model_version=engine["version"] if engine else VERSION,
            timings_ms=outcome.body["timings_ms"],
            megapixels=round(main.width * main.height / 1e6, 4),
            created_at=ticket.created_at,
            expires_at=self._expiry(ticket),
            job_id=ticket.job_id,
        )

    def _pack(self, task: Task, ticket: Ticket, outcome: Outcome, *, original: str | None) -> PackRecord:
        urls = {asset.role: f"{OBJECT}{asset.key}" for asset in outcome.files}
        return PackRecord(
            id=ticket.parent_id,
            owner=ticket.owner,
            team_name=str(task.params["team_name"]),
            sport=str(task.params["sport"]),
            logo_url=urls.get("logo_master", original),
            tshirt_front_url=urls.get("tshirt_front"),
            tshirt_back_url=urls.get("tshirt_back"),
            banner_url=urls.get("banner_png") or urls.get("banner_pdf"),
            manifest=outcome.body.get("manifest", {}),
            created_at=ticket.created_at,
            expires_at=self._expiry(ticket),
            job_id=ticket.job_id,
        )


def _merged(results: Sequence[PartResult]) -> dict[str, Any]:
    """What the parts' answers have in common: every warning once, the first engine, its part's times."""
    warnings: list[Mapping[str, str]] = []
    report: dict[str, Any] = {}
    for result in results:
        warnings += [warning for warning in result.warnings if warning not in warnings]
        report |= result.report
    lead = next((result for result in results if result.engine), None) or next(
        (result for result in results if result.timings_ms), None
    )
    return {
        "warnings": warnings,
        "engine": lead.engine if lead else None,
        "timings_ms": dict(lead.timings_ms) if lead else {},
        **report,
    }


def sniffed(data: bytes) -> str:
    """The media type of an accepted image file by its first bytes; `application/octet-stream` for others."""
    if data.startswith(b"\x89PNG"):
        return "image/png"
    if data.startswith(b"\xff\xd8"):
        return "image/jpeg"
    if data.startswith(b"GIF8"):
        return "image/gif"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    if data[4:12] in (b"ftypavif", b"ftypavis"):
        return "image/avif"
    return "image/svg+xml" if b"<svg" in data[:4096] else "application/octet-stream"
