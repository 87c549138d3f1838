"""Keeps what was made: objects first, rows after, so that no row ever names an object that is not there."""

import asyncio
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from serve_app.domain import Encoded
from serve_app.errors import NotFoundError
from serve_app.ports import Database, ObjectStore
from serve_app.records import AssetRecord, ImageRecord, Outcome, PackRecord, PartResult, Ticket
from serve_app.services.ids import asset_id, owner_folder
from serve_app.services.made_files import Copied, MadeFile, MadeFiles, Spooled
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
MAIN_INPUTS = ("image", "logo")
"""Fields of the picture that a request is about, where there is one."""


@dataclass(frozen=True, slots=True)
class Recorder:
    """Everything is derived from the ticket: a part that is kept twice leaves the same objects and rows."""

    store: ObjectStore
    database: Database
    asset_ttl: timedelta
    keep_originals: bool = True

    async def keep(
        self,
        files: Mapping[str, MadeFile],
        ticket: Ticket,
        *,
        content_key: str | None = None,
        notes: Mapping[str, Any] | None = None,
    ) -> tuple[AssetRecord, ...]:
        """Store files, durably, and their rows; in the order given.

        Args:
            files: By role.
            ticket: Whose they are, and what they belong to.
            content_key: What they are found again by.
            notes: What is to be told again then.

        Raises:
            NotFoundError: a file that was to be copied is gone.
            UnavailableError: the store or the database cannot take them; nothing is acknowledged then.
        """
        # In a thread: the hashes of a pack would stop everybody else's requests for a tenth of a second.
        plain = await asyncio.to_thread(self._records, files, ticket)
        records = tuple(replace(record, content_key=content_key, notes=notes) for record in plain)
        puts = (self._put(record, file) for record, file in zip(records, files.values(), strict=True))
        await asyncio.gather(*puts)
        await self.database.assets.add(records)
        return records

    async def keep_part(self, part: str, made: MadeFiles, ticket: Ticket) -> PartResult:
        """Store one part of a task, making it where what was to be copied is gone. Raises as `keep`."""
        try:
            return await self._keep_part(part, made, ticket)
        except NotFoundError:
            if made.otherwise is None:
                raise
        return await self._keep_part(part, await made.otherwise(), ticket)

    async def _keep_part(self, part: str, made: MadeFiles, ticket: Ticket) -> PartResult:
        warnings = tuple(asdict(notice) for notice in made.notices)
        engine = asdict(made.engine) if made.engine else None
        notes = {"roles": list(made.files), "warnings": list(warnings), "engine": engine}
        key = made.content_key
        return PartResult(
            part=part,
            assets=await self.keep(made.files, ticket, content_key=key, notes=notes if key else None),
            report=made.report,
            warnings=warnings,
            engine=engine,
            timings_ms=made.timings_ms,
            reused=made.reused,
        )

    async def _put(self, record: AssetRecord, file: MadeFile) -> None:
        if isinstance(file, Copied) and file.source.key == record.key:
            # A step that is done again finds what it made the first time; S3 copies nothing to itself.
            await self.store.get(record.key, end=0)
        elif isinstance(file, Copied):
            await self.store.copy(file.source.key, record.key)
        elif isinstance(file, Spooled):
            with file.file:
                await self.store.put_file(record.key, file.file, content_type=record.content_type)
        else:
            await self.store.put(record.key, file.data, content_type=record.content_type)

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
        data = _main_input(task)
        if not self.keep_originals or data is None:
            return ticket.source_url
        file = Encoded(data, sniffed(data), 0, 0, None)
        (record,) = await self.keep({ORIGINAL: file}, ticket)
        return f"{OBJECT}{record.key}"

    def _records(self, files: Mapping[str, MadeFile], ticket: Ticket) -> tuple[AssetRecord, ...]:
        return tuple(self._record(role, file, ticket) for role, file in files.items())

    def _record(self, role: str, made: MadeFile, ticket: Ticket) -> AssetRecord:
        own_id = asset_id(ticket, role)
        file = made.source if isinstance(made, Copied) else made
        size, sha256 = _size_and_hash(file)
        return AssetRecord(
            id=own_id,
            owner=ticket.owner,
            key=f"{owner_folder(ticket.owner)}/{own_id}/{_file_name(role, file.content_type)}",
            role=role,
            content_type=file.content_type,
            width=file.width,
            height=file.height,
            dpi=file.dpi,
            bytes=size,
            sha256=sha256,
            created_at=ticket.created_at,
            expires_at=self._expiry(ticket),
            parent_id=ticket.parent_id,
        )

    def _expiry(self, ticket: Ticket) -> datetime:
        return ticket.expires_at or ticket.created_at + self.asset_ttl

    def _image(self, task: Task, ticket: Ticket, outcome: Outcome, *, original: str | None) -> ImageRecord:
        main = outcome.files[0]
        engine = outcome.body["engine"]
        data = _main_input(task)
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


def _file_name(role: str, content_type: str) -> str:
    """The role with its type's ending, which it may have already."""
    ending = f".{SUFFIXES[content_type]}"
    return role if role.endswith(ending) else f"{role}{ending}"


def _size_and_hash(file: Encoded | Spooled | AssetRecord) -> tuple[int, str]:
    if isinstance(file, Encoded):
        return len(file.data), hashlib.sha256(file.data).hexdigest()
    return file.bytes, file.sha256


def _main_input(task: Task) -> bytes | None:
    """What the work is about: no roster, and no picture beside it."""
    return next((task.inputs[name] for name in MAIN_INPUTS if name in task.inputs), None)


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
