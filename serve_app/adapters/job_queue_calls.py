"""Blocking calls to the jobs' database, off the event loop and never longer than a given time."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy import event, exc

from serve_app.errors import UnavailableError
from serve_app.telemetry import LOG

T = TypeVar("T")
GONE = "The queue of jobs does not answer; try again soon."


class BoundedCalls:
    """A few threads, one for each connection of the pool.

    A call that is past its time is left to its thread: it ends with the timeouts of `open_engine`.
    """

    def __init__(self, engine: sa.Engine, *, threads: int, limit_s: float) -> None:
        self._limit_s = limit_s
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="job-queue")
        # DBOS waits for SQLite's lock for ever; who was told "unavailable" must not be served later.
        event.listen(engine, "handle_error", _give_up_on_locks)

    async def __call__(self, function: Callable[..., T], *args: Any) -> T:
        """What the function gives. Raises `UnavailableError`."""
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(self._limit_s):
                return await loop.run_in_executor(self._threads, function, *args)
        except TimeoutError as error:
            raise UnavailableError(GONE) from error
        except exc.SQLAlchemyError as error:
            LOG.warning("The jobs' database failed: %s", error)
            raise UnavailableError(GONE) from error

    def close(self) -> None:
        """Let the threads end."""
        self._threads.shutdown(wait=False, cancel_futures=True)


def _give_up_on_locks(context: Any) -> None:
    if "database is locked" in str(context.original_exception):
        raise UnavailableError(GONE)
