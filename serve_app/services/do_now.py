"""Does a task at once: every part at the same time, what is made of them after that."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from serve_app.domain import Encoded
from serve_app.records import Outcome, PartResult, Ticket
from serve_app.services.recorder import Recorder
from serve_app.services.work import Task, Work
from serve_app.telemetry import LOG, Stopwatch

Explain = Callable[[Exception], Mapping[str, str]]
"""An error as a client may read it: `code` and `detail`."""


@dataclass(frozen=True, slots=True)
class Done:
    """The result, and the bytes that were made on the way."""

    outcome: Outcome
    files: Mapping[str, Encoded]
    """By role, where there is one part; nothing of several is held."""
    whole: bool
    """Every part succeeded."""


async def do_now(work: Work, task: Task, ticket: Ticket, *, recorder: Recorder, explain: Explain) -> Done:
    """Make and keep every part.

    Raises:
        ImagingError, AppError: nothing could be made, for the first part's reason. A part that fails alone is
            told of in the answer.
    """
    await work.start()
    alone = len(work.parts) == 1
    files: dict[str, Encoded] = {}
    results: dict[str, PartResult] = {}
    errors: list[Exception] = []

    async def one(part: str, done: Mapping[str, PartResult]) -> None:
        watch = Stopwatch()
        try:
            with watch(part):
                made = await work.make(part, done)
                result = await recorder.keep_part(part, made, ticket)
            if alone:
                files.update({role: file for role, file in made.files.items() if isinstance(file, Encoded)})
        except Exception as error:
            if alone:
                raise
            LOG.warning("part %s of %s failed: %r", part, ticket.parent_id, error)
            errors.append(error)
            result = PartResult(part, error=explain(error))
        results[part] = replace(result, ms=watch.times_ms[part])

    # `one` raises only where there is one part: no failure cancels another part.
    await asyncio.gather(*(one(part, {}) for part in work.parts if part not in work.last))
    if errors and not any(result.assets for result in results.values()):
        raise errors[0]
    for part in work.last:
        await one(part, {name: results[name] for name in work.parts if name in results})
    ordered = {part: results[part] for part in work.parts}
    facts = work.conclude(ordered)
    outcome = await recorder.conclude(task, ticket, tuple(ordered.values()), facts)
    return Done(outcome, files, whole=not errors)
