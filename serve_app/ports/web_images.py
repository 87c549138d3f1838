"""The values of a responsive set that travel between the use case and the Codec."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NewType

from imaging.web.responsive.ladder import Ladder, PreviewFacts
from serve_app.domain import Encoded, Notice

LadderRef = NewType("LadderRef", object)
"""A `StagedLadder` that lives elsewhere, as an `ImageRef` does."""


@dataclass(frozen=True, slots=True)
class StagedLadder:
    """Every size of an image, read once and shared by all that write files of it."""

    ladder: Ladder
    timings_ms: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class WebFiles:
    """One group of files."""

    files: Mapping[str, Encoded]
    """By role; the report of each says how it was made."""
    facts: PreviewFacts
    """Of the whole image; the same in each group."""
    notices: tuple[Notice, ...]
    timings_ms: Mapping[str, float]
