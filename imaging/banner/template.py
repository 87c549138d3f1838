"""A banner template: a Typst file that draws, and a YAML file beside it that says how to lay out for it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import yaml
from pydantic import ValidationError

from imaging.banner.arrangement import Plan, ready
from imaging.banner.errors import BannerTemplateError
from imaging.banner.fallback import SLUGS
from imaging.banner.fonts import FontLibrary, Style, load_library
from imaging.banner.palette import Recipe
from imaging.banner.player_cell import default_inks
from imaging.banner.schema import (
    AnyContent,
    CellKind,
    CreditsContent,
    RosterContent,
    Size,
    TemplateSpec,
    TextContent,
    TitleContent,
)
from imaging.banner.spec import ASPECT, MAX_PLAYERS, BannerSpec

_SHOWN = {
    "title": ("logo",),
    "logo": ("logo",),
    "photo": ("photo",),
    "league": ("league",),
    "roster": ("positions",),
}
KIT = "kit"
"""Folder beside the templates that every one of them sees at `/kit`."""


@dataclass(frozen=True, slots=True)
class Template:
    """A loaded template."""

    name: str
    title: str
    description: str
    source: bytes
    """Typst source; it gets its data as JSON in `sys.inputs.data` and sees its pictures and the kit alone."""
    kit: Path | None
    slugs: tuple[str, ...]
    """Of the `fontpkg-*` packages of its own families."""
    styles: Mapping[str, Style]
    palette: Mapping[str, Recipe]
    margin: float
    sizes: tuple[Size, ...]
    plans: tuple[Plan, ...]

    def fonts(self, *, folders: tuple[Path, ...] = ()) -> FontLibrary:
        """Its fonts, those of all other scripts, and those in further folders (say a system's CJK fonts)."""
        return load_library(self.slugs, SLUGS, folders)

    def plan(self, spec: BannerSpec) -> Plan:
        """The first arrangement made for such a page and so many players."""
        aspect, players = spec.width_in / spec.height_in, len(spec.players)
        return next(plan for plan in self.plans if plan.suits(aspect, players))

    @property
    def uses(self) -> tuple[str, ...]:
        """Which of the optional fields and pictures of an order it prints."""
        found = {
            use for plan in self.plans for content in plan.part.contents().values() for use in _uses(content)
        }
        order = ("logo", "photo", "sponsors", "coaches", "positions", "record", "season", "caption", "league")
        return tuple(use for use in order if use in found)


def load_template(path: Path) -> Template:
    """Read `<name>.typ` and `<name>.yaml`.

    Args:
        path: of either file, or of both without the ending.

    Raises:
        BannerTemplateError: a file is missing, or the YAML says something that cannot be.
    """
    name = path.stem
    try:
        text = path.with_suffix(".yaml").read_text("utf-8")
        source = path.with_suffix(".typ").read_bytes()
        fields = yaml.safe_load(text)
        spec = TemplateSpec.model_validate(fields)
        plans = tuple(ready(arrangement, fields["areas"]) for arrangement in spec.arrangements)
    except ValidationError as error:
        raise BannerTemplateError(f"template {name!r}: {_sentence(error)}") from error
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise BannerTemplateError(f"template {name!r} cannot be read: {error}") from error
    kit = path.parent / KIT
    template = Template(
        name=name,
        title=spec.title,
        description=spec.description,
        source=source,
        kit=kit if kit.is_dir() else None,
        slugs=spec.fonts,
        styles={
            key: Style(s.families, s.weight, s.stretch, caps=s.case == "upper", tracking_em=s.tracking)
            for key, s in spec.styles.items()
        },
        palette=spec.palette,
        margin=spec.margin,
        sizes=spec.sizes,
        plans=plans,
    )
    if wrong := next(_faults(template), None):
        raise BannerTemplateError(f"template {name!r}: {wrong}")
    return template


def _sentence(error: ValidationError) -> str:
    """The first fault, with the way to it."""
    first = error.errors()[0]
    way = ".".join(str(step) for step in first["loc"])
    return f"{way}: {first['msg']}" if way else str(first["msg"])


def _faults(template: Template) -> Iterator[str]:
    """Sentences on what does not go together."""
    if "page" not in template.palette:
        yield "palette: the ground `page` is missing"
    yield from _gaps(template.plans)
    try:
        families = set(template.fonts().families)
    except BannerTemplateError as error:
        yield str(error)
        return
    for key, style in template.styles.items():
        if not families & set(style.families):
            yield f"styles.{key}: none of the fonts {', '.join(style.families)} is in the packages of `fonts`"
    for plan in template.plans:
        contents = plan.part.contents()
        for area, content in contents.items():
            for fault in _content_faults(content, template, contents):
                yield f"arrangement {plan.name!r}, area {area!r}: {fault}"


def _gaps(plans: tuple[Plan, ...]) -> Iterator[str]:
    """Shapes of page and numbers of players that no arrangement is made for."""
    edges = {ASPECT[0], ASPECT[1], *(edge for plan in plans for edge in plan.aspect)}
    ordered = sorted(edge for edge in edges if ASPECT[0] <= edge <= ASPECT[1])
    middles = [(one + other) / 2 for one, other in pairwise(ordered)]
    counts = {0, 1, MAX_PLAYERS, *(count for plan in plans for count in plan.players)}
    for aspect in sorted([*ordered, *middles]):
        for players in sorted(count for count in counts if 0 <= count <= MAX_PLAYERS):
            if not any(plan.suits(aspect, players) for plan in plans):
                yield f"arrangements: none is made for a page of aspect {aspect:.3g} with {players} players"


def _content_faults(
    content: AnyContent, template: Template, contents: Mapping[str, AnyContent]
) -> Iterator[str]:
    for ground in {content.ground, *(ink.split(".")[0] for ink in _inks(content))}:
        if ground not in template.palette:
            yield f"there is no ground {ground!r} in palette"
    for style in _styles(content):
        if style not in template.styles:
            yield f"there is no style {style!r} in styles"
    for other in (getattr(content, "reach", None), getattr(content, "follow", None)):
        if other is not None and other not in contents:
            yield f"there is no area {other!r} in this arrangement"


def _inks(content: AnyContent) -> Iterator[str]:
    for key in ("ink", "label_ink"):
        if ink := getattr(content, key, None):
            yield ink
    if not isinstance(content, RosterContent):
        return
    kinds: tuple[CellKind, ...] = ("row", "card", "list")
    for kind in kinds:
        if style := getattr(content.cells, kind):
            defaults = default_inks(kind, content.ground)
            yield from (getattr(style, part) or defaults[part] for part in ("number", "name", "position"))


def _styles(content: AnyContent) -> Iterator[str]:
    for key in ("style", "label", "number", "name", "position"):
        if style := getattr(content, key, None):
            yield style


def _uses(content: AnyContent) -> tuple[str, ...]:
    match content:
        case TextContent():
            return content.fields
        case CreditsContent():
            return content.lists
        case TitleContent(logo="none"):
            return ()
        case _:
            return _SHOWN.get(content.holds, ())
