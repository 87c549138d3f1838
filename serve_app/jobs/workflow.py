"""A job, as a list of steps that reads like the product."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from serve_app.adapters.job_queue_format import dumped
from serve_app.jobs.runner import JobRunner, Plan
from serve_app.records import JobItem, NewJob, Outcome, PartResult

T = TypeVar("T")
PREPARE, CONCLUDE, CLEAR = "prepare", "conclude", "clear"


class JobFailedError(Exception):
    """A job came to nothing; kept by DBOS as its name, text and code."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a step failed for good."""

    code: str
    detail: str
    ms: float | None = None
    """How long the last attempt took."""


class Durable(Protocol):
    """Remembers what was done, so that a job that goes on elsewhere does not do it again."""

    async def step(self, name: str, kind: type[T], function: Callable[[], Awaitable[T]]) -> T | Failure:
        """What the function gave the first time it ended; it is tried again when that may help."""
        ...

    async def tell(self, event: str, data: Mapping[str, Any]) -> None:
        """Add to the job's stream, once."""
        ...


async def work_on(job: NewJob, *, runner: JobRunner, durable: Durable) -> Outcome:
    """Do a job.

    Raises:
        JobFailedError: nothing of it could be made.
    """
    plan = _or_fail(await durable.step(PREPARE, Plan, lambda: runner.prepare(job)))
    await durable.tell("progress", {"progress": _progress(plan, 0)})
    made: dict[str, PartResult] = {}
    for part in plan.order:
        if part in plan.last:
            _some_or_fail(made)
        made[part] = await _make(job, part, plan, made, runner=runner, durable=durable)
        progress = _progress(plan, len(made))
        await durable.tell("item", {"item": dumped(_item(made[part])), "progress": progress})
    _some_or_fail(made)
    results = tuple(made[part] for part in plan.parts)
    return _or_fail(await durable.step(CONCLUDE, Outcome, lambda: runner.conclude(job, results)))


async def _make(
    job: NewJob,
    part: str,
    plan: Plan,
    made: Mapping[str, PartResult],
    *,
    runner: JobRunner,
    durable: Durable,
) -> PartResult:
    others = tuple(made.values()) if part in plan.last else ()
    result = await durable.step(f"make {part}", PartResult, lambda: runner.make(job, part, others))
    if isinstance(result, Failure):
        return PartResult(part, error={"code": result.code, "detail": result.detail}, ms=result.ms)
    return result


def _some_or_fail(made: Mapping[str, PartResult]) -> None:
    errors = [result.error for result in made.values() if result.error]
    if errors and len(errors) == len(made):
        raise JobFailedError(errors[0]["code"], errors[0]["detail"])


def _or_fail(result: T | Failure) -> T:
    if isinstance(result, Failure):
        raise JobFailedError(result.code, result.detail)
    return result


def _progress(plan: Plan, done: int) -> dict[str, Any]:
    """How far a job is; the step is the part that is made next."""
    step = plan.order[done] if done < len(plan.parts) else CONCLUDE
    return {"done": done, "total": len(plan.parts), "step": step}


def _item(result: PartResult) -> JobItem:
    state: Any = "failed" if result.error else "succeeded"
    return JobItem(result.part, state, result.assets, result.error, result.ms, result.reused)
