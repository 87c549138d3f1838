"""A brand kit at hand: its row, its files, and what was learnt of its logo."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from pydantic import TypeAdapter, ValidationError

from imaging.color import parse_color, to_hex
from imaging.logo.clean import PaletteColor
from imaging.types import Color
from imaging.vector.score import TraceScore
from serve_app.artwork import LogoKind, LogoWork
from serve_app.domain import EngineFacts, Notice
from serve_app.records import AssetRecord, BrandKitRecord, Ticket
from serve_app.services.brand_colors import BrandColor, brand_colors
from serve_app.services.garment_color import best_ground

KIT = "brand_kit"
"""Kind of the ticket that a kit's files are kept with."""
FOREVER = datetime(9999, 12, 31, tzinfo=UTC)
"""When the files of a kit expire that is kept until it is deleted."""
ORIGINAL, MASTER, PREVIEW, SVG, PDF = "original", "logo_master", "logo_preview", "logo_svg", "logo_pdf"
BASE = (ORIGINAL, MASTER, PREVIEW, SVG, PDF)
"""What every prepared kit has; variants are added when they are first asked for."""


@dataclass(frozen=True, slots=True)
class LogoKnowledge:
    """What was learnt when a kit's logo was cleaned: what its files alone do not tell."""

    kind: LogoKind
    palette: tuple[PaletteColor, ...]
    score: TraceScore | None
    faithful: bool
    """The drawing stands for the logo at any size."""
    enlargement: Mapping[str, str]
    """`route` and `reason` of the master."""
    notices: tuple[Notice, ...] = ()
    engine: EngineFacts | None = None
    timings_ms: Mapping[str, float] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """For the kit's row."""
        data: dict[str, Any] = _KNOWLEDGE.dump_python(self, mode="json")
        return data

    def work(self, *, svg: bytes | None) -> LogoWork:
        """What travels with the master's pixels."""
        return LogoWork(self.kind, self.palette, (), None, self.score, svg if self.faithful else None)


_KNOWLEDGE = TypeAdapter(LogoKnowledge)


@dataclass(frozen=True, slots=True)
class Kit:
    """A kit that things can be made of."""

    record: BrandKitRecord
    files: Mapping[str, AssetRecord]
    """By role; the base at least."""
    logo: LogoKnowledge
    fresh: bool = False
    """It was made for this request."""
    asked: tuple[Color, ...] = ()
    """Colours of the request, which win over the kit's own."""
    shirt: Color | None = None
    """Garment colour of the request."""

    @property
    def digest(self) -> str:
        """SHA-256 of the logo's files, hexadecimal: what is made of equal files is equal."""
        parts = {role: self.files[role].sha256 for role in (MASTER, PREVIEW, SVG)}
        facts = self.logo.as_json()
        known = {name: facts[name] for name in ("kind", "palette", "score", "faithful")}
        return hashlib.sha256(json.dumps([parts, known], sort_keys=True).encode()).hexdigest()

    @property
    def brand(self) -> tuple[BrandColor, ...]:
        """Primary, secondary, accent, as far as there are such."""
        kept = tuple(parse_color(text) for text in self.record.colors[:3])
        return brand_colors(self.logo.palette, asked=self.asked, kept=kept)

    @property
    def colors(self) -> tuple[Color, ...]:
        """The same as colours."""
        return tuple(each.color for each in self.brand)

    @property
    def garment_color(self) -> Color:
        """The request's, the kit's, or the common colour on which the logo shows best."""
        own = self.record.garment_color
        return self.shirt or (parse_color(own) if own else best_ground(self.logo.palette))

    def for_request(self, *, colors: Sequence[Color], garment_color: Color | None) -> "Kit":
        """The same with a request's own wishes."""
        return replace(self, asked=tuple(colors), shirt=garment_color)

    def as_json(self) -> dict[str, Any]:
        """The `brand_kit` of an answer."""
        return {
            "id": self.record.id,
            "colors": [each.as_json() for each in self.brand],
            "garment_color": to_hex(self.garment_color),
            "palette": [
                {"hex": to_hex(part.color), "name": part.name, "coverage": round(part.coverage, 4)}
                for part in self.logo.palette
            ],
            "kind": self.logo.kind,
            "vector": asdict(self.logo.score) if self.logo.score else None,
        }


def knowledge_of(record: BrandKitRecord) -> LogoKnowledge | None:
    """What a kit's row tells of its logo; None where it was never prepared, or by another version."""
    try:
        return None if record.logo_facts is None else _KNOWLEDGE.validate_python(record.logo_facts)
    except ValidationError:
        return None


def kit_ticket(record: BrandKitRecord) -> Ticket:
    """What a kit's files are kept with: the same for the same kit, so that they are stored once."""
    until = record.expires_at or FOREVER
    return Ticket(record.id, record.owner, KIT, record.created_at, expires_at=until)
