"""The queue of jobs without a dispatcher: its reader of events, its file."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from serve_app.adapters.job_queue_engine import open_engine
from serve_app.adapters.job_queue_events import JobEvents, Told
from serve_app.errors import UnavailableError


async def test_a_defect_ends_its_readers() -> None:
    """Whatever reading raises, nobody waits for ever: readers get an error, and who comes next reads anew."""
    answers: list[Exception | dict[str, Told]] = [
        ValueError("no JSON"),
        {"job": Told((), {"state": "failed"})},
    ]

    async def read(_known: Mapping[str, int]) -> Mapping[str, Told]:
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    events = JobEvents(read, every_s=0.001)
    with pytest.raises(UnavailableError):
        _ = [event async for event in events.follow("job", after=-1)]
    assert [event.name async for event in events.follow("job", after=-1)] == ["end"]
    await events.close()


def test_the_file_of_the_jobs_is_its_owners(tmp_path: Path) -> None:
    """Only the account of the service may read what clients asked."""
    engine = open_engine(f"sqlite:///{tmp_path}/jobs.sqlite", pool_size=1, statement_s=1)
    with engine.connect():
        pass
    engine.dispose()
    assert (tmp_path / "jobs.sqlite").stat().st_mode & 0o777 == 0o600
