"""What a use case with several files gives back."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from serve_app.domain import Encoded, EngineFacts, Notice


@dataclass(frozen=True, slots=True)
class MadeFiles:
    """The files, and what was found on the way."""

    files: Mapping[str, Encoded]
    """By role, the main one first."""
    report: Mapping[str, Any]
    """JSON-ready facts, by the name they have in the answer."""
    notices: tuple[Notice, ...]
    """Each once."""
    engine: EngineFacts | None
    timings_ms: Mapping[str, float] = field(default_factory=dict)


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
