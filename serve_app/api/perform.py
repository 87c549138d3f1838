"""The way of every POST that makes something: understood, made once, now or later, answered."""

import asyncio
import time
from dataclasses import dataclass
from datetime import UTC, datetime

from fastapi import Request, Response

from serve_app.api.answer import answer_bytes, answer_json
from serve_app.api.cache_control import CacheWishes, read_wishes
from serve_app.api.gate import Gate
from serve_app.api.inputs import InputReader, Parsed
from serve_app.api.later import accept_job, wants_job
from serve_app.api.negotiate import wanted_format
from serve_app.api.operations import Operation, begin, explain, params_of
from serve_app.api.replay import fingerprint_of, once_by_key, sent_key
from serve_app.api.schemas.base import RequestBody
from serve_app.domain import Principal
from serve_app.errors import TooLargeForNowError
from serve_app.records import Outcome, Ticket
from serve_app.services.container import Services
from serve_app.services.do_now import Done, do_now
from serve_app.services.ids import new_id
from serve_app.services.recorder import PACK
from serve_app.services.work import Task, Weight, Work

FLIGHT_SHARE = 0.5
"""Of the deadline, how long a request waits for an equal one before it does the work itself."""


@dataclass(frozen=True, slots=True)
class Performer:
    """What one request needs on its way."""

    services: Services
    reader: InputReader
    gate: Gate

    async def answer(self, request: Request, operation: Operation, *, owner: Principal) -> Response:
        """Do what the request asks.

        Raises:
            AppError, ImagingError: it cannot be done (each case by its own class).
        """
        started = time.perf_counter()
        async with self.gate.place(request):
            # Before any work: what could not be recorded is not begun.
            await self.services.database.check()
            parsed = await self.reader.parse(
                request,
                operation.body,
                name=operation.image,
                required=operation.required,
                more=operation.more,
                texts=operation.texts,
                lists=operation.lists,
            )
            errand = Errand(self, request, operation, parsed, owner, started)
            key = sent_key(request)
            if key is None:
                return await errand.run(job_id=None)
            # In a thread, like every hash of what may be 50 MB.
            fingerprint = await asyncio.to_thread(fingerprint_of, request, operation, parsed)
            return await once_by_key(
                request,
                key,
                owner=owner,
                fingerprint=fingerprint,
                idempotency=self.services.idempotency,
                run=errand.run,
            )


@dataclass(frozen=True, slots=True)
class Errand:
    """One request under way."""

    performer: Performer
    request: Request
    operation: Operation
    parsed: Parsed[RequestBody]
    owner: Principal
    started: float

    async def run(self, *, job_id: str | None) -> Response:
        """Fetch the images, weigh the work, do it now or accept it as a job.

        Args:
            job_id: The id of the job, where it becomes one, that a repetition would have too.
        """
        performer = self.performer
        async with performer.gate.deadline():
            inputs = await performer.reader.load(self.parsed.sources, owner=self.owner)
            task = Task(
                kind=self.operation.kind,
                params=params_of(self.operation, self.parsed.params),
                inputs=inputs,
                accepted=wanted_format(self.request.headers.get("accept")),
                owner=self.owner.owner,
                fresh=not self._wishes.may_reuse,
            )
            work = begin(performer.services.making, task)
            weight = await work.weigh()
            heavy = weight.input_mp > performer.services.limits.max_megapixels
            if heavy or wants_job(self.request) or self.parsed.params.webhook_url is not None:
                return await self._later(task, job_id=job_id)
            try:
                return await self._now(task, work, weight)
            except TooLargeForNowError:
                return await self._later(task, job_id=job_id)

    async def _later(self, task: Task, *, job_id: str | None) -> Response:
        return await accept_job(
            self.request,
            task,
            services=self.performer.services,
            owner=self.owner,
            job_id=job_id,
            source_url=self._source_url(),
            webhook_url=self.parsed.params.webhook_url,
        )

    async def _now(self, task: Task, work: Work, weight: Weight) -> Response:
        services = self.performer.services
        outcome, done = await self._made_once(task, work, weight)
        if task.accepted is None or not self.operation.has_main:
            cached = done is None
            return await answer_json(
                self.request, outcome, assets=services.assets, started=self.started, cached=cached
            )
        file = done.files[outcome.files[0].role] if done else None
        data = file.data if file else None
        return await answer_bytes(outcome, data, assets=services.assets, cached=done is None)

    async def _made_once(self, task: Task, work: Work, weight: Weight) -> tuple[Outcome, Done | None]:
        """The result: an earlier one, or made here, by one of many equal requests at once."""
        services, owner = self.performer.services, self.owner.owner
        wishes = self._wishes
        if not wishes.may_store:
            done = await self._make(task, work, weight)
            return done.outcome, done
        key = await asyncio.to_thread(services.results.key, task, owner=owner, state=weight.state)

        async def earlier() -> Outcome | None:
            found = await services.results.find(key, owner=owner) if wishes.may_reuse else None
            return found if found and wishes.take(found.files[0].created_at, now=datetime.now(UTC)) else None

        if found := await earlier():
            return found, None
        async with services.results.once(key, wait_s=FLIGHT_SHARE * services.limits.deadline_s):
            if found := await earlier():
                return found, None
            done = await self._make(task, work, weight)
            if done.whole:
                await services.results.keep(key, done.outcome)
            return done.outcome, done

    async def _make(self, task: Task, work: Work, weight: Weight) -> Done:
        services = self.performer.services
        created = datetime.now(UTC)
        ticket = Ticket(
            parent_id=new_id("pack" if task.kind == PACK else "img", created),
            owner=self.owner.owner,
            kind=task.kind,
            created_at=created,
            source_url=self._source_url(),
        )
        async with services.budget.hold(weight.held_mp):
            return await do_now(work, task, ticket, recorder=services.recorder, explain=explain)

    @property
    def _wishes(self) -> CacheWishes:
        return read_wishes(self.request.headers.getlist("cache-control"))

    def _source_url(self) -> str | None:
        source = self.parsed.sources.get(self.operation.image)
        return str(source.value) if source and source.kind == "url" else None
