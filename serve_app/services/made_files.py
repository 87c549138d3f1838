"""What a use case with several files gives back."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, BinaryIO, TypeAlias

from serve_app.domain import Encoded, EngineFacts, Notice
from serve_app.records import AssetRecord


@dataclass(frozen=True, slots=True, eq=False)
class Spooled:
    """A finished file that is too large to be held in memory, perhaps."""

    file: BinaryIO
    """Whole and seekable; closed by who stores it."""
    content_type: str
    bytes: int
    sha256: str
    width: float = 0.0
    height: float = 0.0
    dpi: float | None = None


@dataclass(frozen=True, slots=True)
class Copied:
    """A file that the owner has already; it is stored a second time, so that each may be deleted alone."""

    source: AssetRecord


MadeFile: TypeAlias = Encoded | Spooled | Copied


@dataclass(frozen=True, slots=True)
class MadeFiles:
    """The files, and what was found on the way."""

    files: Mapping[str, MadeFile]
    """By role, the main one first."""
    report: Mapping[str, Any]
    """JSON-ready facts, by the name they have in the answer."""
    notices: tuple[Notice, ...]
    """Each once."""
    engine: EngineFacts | None
    timings_ms: Mapping[str, float] = field(default_factory=dict)
    content_key: str | None = None
    """SHA-256 of all that decides on these files, where they may be given again."""
    reused: bool = False
    """They were made for an earlier request."""
    otherwise: Callable[[], Awaitable["MadeFiles"]] | None = None
    """Makes them where a file that was to be copied is gone."""


def gathered(
    files: Mapping[str, Encoded], *, main: Encoded, report: Mapping[str, Any], notices: tuple[Notice, ...]
) -> MadeFiles:
    """Put the result together: the main file's facts and times, everybody's notices.

    Args:
        files: By role.
        main: The file whose stages the answer tells of; need not be among the others.
        report: More facts.
        notices: Of the use case itself; those of the files follow.
    """
    for file in (main, *files.values()):
        notices += tuple(notice for notice in file.notices if notice not in notices)
    return MadeFiles(files, {**main.report, **report}, notices, main.engine, main.timings_ms)


def single(role: str, file: Encoded) -> MadeFiles:
    """What a use case with one file gives back."""
    return MadeFiles({role: file}, file.report, file.notices, file.engine, file.timings_ms)
