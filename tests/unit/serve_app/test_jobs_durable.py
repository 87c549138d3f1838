"""When a step of a job is tried again."""

from collections.abc import Iterator

import pytest
from dbos import DBOS, SetWorkflowID

from serve_app.errors import NotFoundError, UnavailableError, WorkerLostError
from serve_app.jobs.durable import WORKERS_AT_MOST, DbosSteps, RetryPolicy
from serve_app.jobs.workflow import Failure
from serve_app.records import PartResult


@pytest.fixture
def dbos(tmp_path: object) -> Iterator[None]:
    """DBOS over a file of the test's own."""
    DBOS(config={"name": "steps", "system_database_url": f"sqlite:///{tmp_path}/steps.sqlite"})
    yield
    DBOS.destroy(destroy_registry=True)


@pytest.mark.parametrize(
    ("error", "tried"),
    [
        (UnavailableError("gone"), 9),
        (WorkerLostError("died"), WORKERS_AT_MOST),
        (NotFoundError("not there"), 1),
    ],
)
@pytest.mark.usefixtures("dbos")
async def test_attempts_by_error(error: Exception, tried: int) -> None:
    """A server that is away is waited for; work that loses its workers is given up sooner."""
    steps = DbosSteps(lambda raised: {"code": "c", "detail": str(raised)}, RetryPolicy(9, 0.001, 1.0))
    tries = 0

    async def work() -> PartResult:
        nonlocal tries
        tries += 1
        raise error

    @DBOS.workflow(name="steps")
    async def workflow() -> dict[str, str]:
        failure = await steps.step("work", PartResult, work)
        assert isinstance(failure, Failure)
        return {"code": failure.code, "detail": failure.detail}

    DBOS.launch()
    with SetWorkflowID("one"):
        answer = await workflow()
    assert (answer["detail"], tries) == (str(error), tried)
