"""docs/benchmarks.md: one section a benchmark, each replaced alone; what was written by hand stays.

The page is its own record: a comment before each section holds when and where it was measured.
The stamp that most sections share is printed once at the top; a section that differs prints its own.
"""

import json
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from bench.machine import machine
from configs.settings import REPOSITORY

PAGE = REPOSITORY / "docs" / "benchmarks.md"
HAND_MARKER = "<!-- below: written by hand -->"
QUICK_ENOUGH = (
    "upscale",
    "segment",
    "served",
    "batcher",
    "memory",
    "endpoints",
    "state",
    "codec",
    "logo",
    "logo_speed",
    "mockup",
    "pack",
    "web_images",
    "banner",
    "web_icons",
)
SLOW = ("cold",)
"""In `--full` only: it installs every package again."""
ORDER = (*QUICK_ENOUGH, *SLOW, "gpu")
"""Sections in the order of the page; others follow by name."""
_OPEN = "<!-- section "
_CLOSE = " -->"
_OWN_STAMP = re.compile(r"\n\n\*Measured [^\n]*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Section:
    """One benchmark's part of the page."""

    name: str
    """Of its module: `python -m bench.NAME` measures it again."""
    date: str
    """Day it was measured, `YYYY-MM-DD`, UTC."""
    machine: str
    text: str
    """Markdown that begins with `## `."""


def publish(name: str, text: str, *, on: str | None = None, page: Path = PAGE) -> None:
    """Replace one section of the page, or add it; every other section and the hand-written tail stay.

    Args:
        name: Of the benchmark's module.
        text: Markdown that begins with `## `.
        on: The machine, when it is not the one this runs on.
        page: The file.
    """
    old = page.read_text(encoding="utf-8") if page.exists() else ""
    fresh = Section(name, f"{datetime.now(UTC):%Y-%m-%d}", on or machine(), text.strip())
    kept = [section for section in parse(old) if section.name != name]
    page.write_text(render([*kept, fresh], tail=tail_of(old)), encoding="utf-8")


def parse(page: str) -> list[Section]:
    """The sections of a rendered page; none when it was written by something else."""
    generated = page.split(HAND_MARKER, 1)[0]
    sections = []
    for part in generated.split(_OPEN)[1:]:
        stamp, _, text = part.partition(_CLOSE)
        sections.append(Section(**json.loads(stamp), text=_OWN_STAMP.sub("", text.strip(), count=1)))
    return sections


def tail_of(page: str) -> str:
    """What was written by hand, with the line break before it."""
    return page.split(HAND_MARKER, 1)[1] if HAND_MARKER in page else "\n"


def render(sections: Sequence[Section], *, tail: str) -> str:
    """The whole page.

    Args:
        sections: In any order, each name once.
        tail: See `tail_of`.
    """
    stamps = Counter((section.date, section.machine) for section in sections)
    (shared, _), *_ = stamps.most_common(1) or [(("", ""), 0)]
    ordered = sorted(sections, key=lambda section: (_place(section.name), section.name))
    body = "\n\n".join(_section(section, shared=shared) for section in ordered)
    return f"""# Benchmarks

`make bench` measures what takes minutes, `python -m bench --full` everything, `python -m bench.NAME` one
section; what was measured replaces its section here. Measured {shared[0]} on {shared[1]},
where a section says nothing else. Times are medians, and rows of one table ran in turn, so compare rows:
shared machines drift.

{body}

{HAND_MARKER}{tail}"""


def _place(name: str) -> int:
    return ORDER.index(name) if name in ORDER else len(ORDER)


def _section(section: Section, *, shared: tuple[str, str]) -> str:
    stamp = {key: value for key, value in asdict(section).items() if key != "text"}
    opening = f"{_OPEN}{json.dumps(stamp)}{_CLOSE}"
    heading, _, rest = section.text.partition("\n")
    if (section.date, section.machine) == shared:
        return f"{opening}\n{section.text}"
    own = f"*Measured {section.date} on {section.machine}: `python -m bench.{section.name}`.*"
    return f"{opening}\n{heading}\n\n{own}\n{rest}"
