"""Work that may be what kills the dispatcher: done one at a time, and given up in the end.

When the dispatcher dies, every job that was under way is suspect, the innocent beside the guilty. So suspects
do their steps in one lane: a step that kills again is the only suspect then. Each try is counted before the
step begins, durably; nothing is counted for jobs that no death has interrupted.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

from dbos import DBOS

from serve_app.adapters.job_queue_format import TRIES
from serve_app.adapters.job_queue_rows import Begun
from serve_app.errors import UnavailableError

T = TypeVar("T")
MAX_TRIES = 3
"""Of a step, after it was interrupted first."""
AGAIN_S = 1.0


class AbandonedError(Exception):
    """A step that was begun too often and never ended."""


@dataclass(slots=True)
class Suspect:
    """A workflow that a death has interrupted."""

    begun: Begun
    lane: asyncio.Lock
    _in_lane: bool = False

    async def run(self, step: str, function: Callable[[], Awaitable[T]]) -> T:
        """Do a step in the lane, and stay there: `leave` once what was made is remembered.

        Who left before could be taken along, again and again, by the killer that comes next.

        Raises:
            AbandonedError: it was begun often enough. Else what the function raises, out of the lane.
        """
        tries = self.begun.tries if self.begun.step == step else 0
        if tries >= MAX_TRIES:
            raise AbandonedError(step)
        await self.lane.acquire()
        self._in_lane = True
        try:
            await DBOS.set_event_async(TRIES, {"step": step, "tries": tries + 1})
            return await function()
        except BaseException:
            self.leave()
            raise

    def leave(self) -> None:
        """Let the next one into the lane; no error for who is not in it."""
        if self._in_lane:
            self._in_lane = False
            self.lane.release()


@dataclass(slots=True)
class Suspects:
    """All of a dispatcher's, in one lane."""

    read: Callable[[str], Awaitable[Begun]]
    """How often a workflow was begun."""
    lane: asyncio.Lock

    async def judge(self, workflow_id: str) -> Suspect | None:
        """The workflow as a suspect, None when no death has interrupted it. Waits for the database."""
        while True:
            try:
                begun = await self.read(workflow_id)
            except UnavailableError:
                await asyncio.sleep(AGAIN_S)
            else:
                return Suspect(begun, self.lane) if begun.dispatches > 1 else None
