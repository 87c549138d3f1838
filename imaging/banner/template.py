"""A banner template: a Typst file that draws, and a YAML file beside it that says how to lay out for it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from imaging.banner.errors import BannerTemplateError
from imaging.banner.fonts import FontLibrary, Style, load_library
from imaging.banner.frame import Proportions


@dataclass(frozen=True, slots=True)
class Template:
    """A loaded template."""

    name: str
    title: str
    description: str
    source: bytes
    """Typst source; it gets its data as JSON in `sys.inputs.data` and sees one file at most, the logo."""
    required_fonts: tuple[str, ...]
    """Slugs of `fontpkg-*` packages."""
    optional_fonts: tuple[str, ...]
    display: Style
    """For the team name and the numbers."""
    text: Style
    """For everything else."""
    proportions: Proportions

    def fonts(self, *, folders: tuple[Path, ...] = ()) -> FontLibrary:
        """Its fonts, and those in further folders (say a system's CJK fonts)."""
        return load_library(self.required_fonts, self.optional_fonts, folders)


def load_template(path: Path) -> Template:
    """Read `<name>.typ` and `<name>.yaml`.

    Args:
        path: of either file, or of both without the ending.

    Raises:
        BannerTemplateError: a file is missing or a field of the YAML is missing or wrong.
    """
    try:
        fields: dict[str, Any] = yaml.safe_load(path.with_suffix(".yaml").read_text("utf-8"))
        return Template(
            name=path.stem,
            title=str(fields["title"]),
            description=str(fields["description"]),
            source=path.with_suffix(".typ").read_bytes(),
            required_fonts=tuple(fields["fonts"]["required"]),
            optional_fonts=tuple(fields["fonts"]["optional"]),
            display=_style(fields["styles"]["display"], fields["styles"]["fallback"]),
            text=_style(fields["styles"]["text"], fields["styles"]["fallback"]),
            proportions=_proportions(fields["header"]),
        )
    except (OSError, KeyError, TypeError, ValueError, AttributeError, yaml.YAMLError) as error:
        raise BannerTemplateError(f"template {path.stem!r} cannot be read: {error!r}") from error


def _style(fields: dict[str, Any], fallback: list[str]) -> Style:
    families = dict.fromkeys((*fields["families"], *fallback))
    return Style(tuple(families), int(fields["weight"]), float(fields["stretch"]))


def _proportions(fields: dict[str, Any]) -> Proportions:
    def shares(name: str) -> tuple[tuple[int, float], ...]:
        return tuple((int(players), float(share)) for players, share in fields[name])

    return Proportions(
        band=shares("band"),
        stack=shares("stack"),
        side=shares("side"),
        side_from_aspect=float(fields["side_from_aspect"]),
        stack_to_aspect=float(fields["stack_to_aspect"]),
    )
