"""A request's work in parts, so that it can be done at once, or later and part by part."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from serve_app.domain import ImageFormat
from serve_app.records import PartResult
from serve_app.services.made_files import MadeFiles

ONLY_PART = "result"
"""The one part of work that is made in one go."""


@dataclass(frozen=True, slots=True)
class Task:
    """What a client asked, complete: nothing outside it decides on the result."""

    kind: str
    """Of the operation: `upscale`, `remove_background`, `process_logo`, `place_logo`, `asset_pack` …"""
    params: Mapping[str, Any]
    """The validated body, JSON-ready, without image sources."""
    inputs: Mapping[str, bytes] = field(default_factory=dict)
    """The images, by their field."""
    accepted: ImageFormat | None = None
    """The image format that the client accepts instead of JSON."""
    owner: str = ""
    """Whose it is: what is stored of an owner, e.g. a brand kit, may be drawn from."""
    fresh: bool = False
    """Nothing that was made for an earlier request is to be given again."""


@dataclass(frozen=True, slots=True)
class Weight:
    """What a task costs in memory, known from the headers of its images."""

    input_mp: float
    """Megapixels of the largest image."""
    held_mp: float
    """Megapixels, read and made, that the work holds at once."""
    state: str = ""
    """What decides on the result beside the task, as it is now: of a brand kit, which one and since when."""


class Work(Protocol):
    """One task under way. Not shared between tasks; what `start` prepared lives in it."""

    @property
    def parts(self) -> tuple[str, ...]:
        """What is made, in order; known before anything is done."""
        ...

    @property
    def last(self) -> tuple[str, ...]:
        """The parts that are made of all others' files, after them, one by one."""
        ...

    async def weigh(self) -> Weight:
        """Look at the headers and at what is asked for; nothing is decoded.

        Raises what can be told from them (`ImagingError`, `AppError`).
        """
        ...

    async def start(self) -> None:
        """Prepare what all parts share; to be awaited before any `make`. A second call does nothing.

        Raises what makes the whole task impossible (`ImagingError`, `AppError`).
        """
        ...

    async def make(self, part: str, done: Mapping[str, PartResult]) -> MadeFiles:
        """Make one part.

        Args:
            part: One of `parts`.
            done: How the others went, with what is stored of them; empty for parts that are not in `last`.

        Raises what makes this part impossible; the others may still succeed.
        """
        ...

    def conclude(self, results: Mapping[str, PartResult]) -> Mapping[str, Any]:
        """Fields of the answer that tell of all parts together, JSON-ready."""
        ...


@dataclass(frozen=True, slots=True)
class SingleWork:
    """`Work` that is made in one go."""

    weigh_it: Callable[[], Awaitable[Weight]]
    run: Callable[[], Awaitable[MadeFiles]]
    parts: tuple[str, ...] = (ONLY_PART,)
    last: tuple[str, ...] = ()

    async def weigh(self) -> Weight:
        """See the protocol."""
        return await self.weigh_it()

    async def start(self) -> None:
        """Nothing is shared."""

    async def make(self, part: str, done: Mapping[str, PartResult]) -> MadeFiles:  # noqa: ARG002 - see the protocol
        """See the protocol."""
        return await self.run()

    def conclude(self, results: Mapping[str, PartResult]) -> Mapping[str, Any]:  # noqa: ARG002 - the same
        """Nothing beside the part's own report."""
        return {}
