"""Runs every operation of the database in bounded time, and turns what it raises into `UnavailableError`."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterator
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from sqlalchemy.exc import SQLAlchemyError, StatementError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from serve_app.adapters.database.engines import CONNECT_S
from serve_app.adapters.database.lane import Lane
from serve_app.errors import UnavailableError

Result = TypeVar("Result")
Work = Callable[[AsyncConnection], Awaitable[Result]]

_CANCEL_S: Final = 1.0
"""Time that a statement has to end after it was cancelled, before its connection is cut."""
_GRACE_S: Final = 0.1


@dataclass(slots=True)
class _Call:
    """How far an operation and its caller are."""

    connected: bool = False
    left: bool = False


class Connections:
    """An engine's connections, lent for one operation at a time.

    An operation runs in a task of its own, which may outlive its caller: a driver that is told to stop in the
    middle of a statement first asks the server to cancel it, and a server that hangs does not answer that
    either. So the caller is let go in time and the clean-up ends behind its back. A caller that is cancelled
    waits for the operation's end, at most that long: what it does next (releasing its claim, for instance)
    comes after what it did before.
    """

    def __init__(
        self, engine: AsyncEngine, *, limit_s: float, readers: int, writers: int | None = None
    ) -> None:
        """Lend at most so many connections at once; without `writers` both kinds share the readers'.

        Args:
            engine: Opens them.
            limit_s: Time of an operation, and of waiting for a place while nothing moves.
            readers: Operations that read at once.
            writers: Operations that write at once.
        """
        self._engine = engine
        self._reading = Lane(readers, limit_s=limit_s)
        self._writing = Lane(writers, limit_s=limit_s) if writers else self._reading
        self._tasks: set[asyncio.Task[Any]] = set()

    @property
    def dialect(self) -> str:
        """`postgresql` or `sqlite`."""
        return self._engine.dialect.name

    async def read(self, work: Work[Result]) -> Result:
        """Run statements that change nothing.

        Raises:
            UnavailableError: The database is gone, hangs, or refuses.
        """
        return await self._bounded(work, lane=self._reading)

    async def write(self, work: Work[Result]) -> Result:
        """Run statements that change rows, each a transaction of its own.

        Raises:
            UnavailableError: The database is gone, hangs, or refuses. Like any lost answer it leaves open
                whether the last statement was done.
        """
        return await self._bounded(work, lane=self._writing)

    async def close(self) -> None:
        """Wait for what still runs, then let go of the connections."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=CONNECT_S + 2 * _CANCEL_S)
        await self._engine.dispose()

    async def _bounded(self, work: Work[Result], *, lane: Lane) -> Result:
        with _errors():
            left_s = await lane.enter()
            call = _Call()
            task: asyncio.Task[Result] = self._start(self._operate(work, lane=lane, call=call))
            try:
                await asyncio.wait({task}, timeout=left_s)
                if not task.done():  # perhaps this process was busy: then the answer lies there to be read
                    await asyncio.wait({task}, timeout=_GRACE_S)
            except asyncio.CancelledError:
                await asyncio.wait({task}, timeout=left_s)
                raise
            finally:
                if not task.done():
                    call.left = True
                    self._start(_end(task, call=call))
            if task.done():
                return task.result()
            raise TimeoutError(f"no answer in {left_s:.1f} s")

    async def _operate(self, work: Work[Result], *, lane: Lane, call: _Call) -> Result:
        """Work on a connection, opened where none is idle.

        One that takes longer to open than the caller has time is still opened: it is there for the next
        caller, where a server that is far away would else never be reached.
        """
        moved = False
        try:
            connection = self._engine.connect()
            await connection.start()
            async with _given_back(connection):
                if call.left:
                    raise TimeoutError("connected too late")
                call.connected = True
                result = await work(connection)
            moved = True
            return result
        finally:
            lane.leave(moved=moved)

    def _start(self, work: Coroutine[Any, Any, Result]) -> asyncio.Task[Result]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled():
            task.exception()  # looked at, or asyncio logs what nobody waited for


async def _end(task: asyncio.Task[Any], *, call: _Call) -> None:
    """Let a connection be opened; stop what runs on one. The first cancellation asks, the second cuts it."""
    if not call.connected:
        await asyncio.wait({task}, timeout=CONNECT_S)
    for _ in range(2):
        task.cancel()
        await asyncio.wait({task}, timeout=_CANCEL_S)


@contextlib.asynccontextmanager
async def _given_back(connection: AsyncConnection) -> AsyncIterator[None]:
    try:
        yield
    finally:
        await connection.close()


@contextlib.contextmanager
def _errors() -> Iterator[None]:
    """Give a sentence that is safe for clients; the cause, with its addresses, stays for the log."""
    try:
        yield
    except (SQLAlchemyError, OSError) as error:  # OSError has TimeoutError in it
        if type(error) is StatementError:  # a value that fits no column: a defect, not an outage
            raise
        raise UnavailableError("The database does not answer at present.") from error
