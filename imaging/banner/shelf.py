"""All templates of a folder, each tried before anyone orders it."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from imaging.banner.arrangement import Plan
from imaging.banner.render import render_banner
from imaging.banner.spec import ASPECT, BannerSpec, Picture, Player, Sponsor
from imaging.banner.template import Template, load_template

_SIDE_IN = 24.0
_MARK = np.full((8, 12, 4), 255, np.uint8)
_PICTURES = {key: Picture(_MARK) for key in ("logo", "photo", "league", "sponsor_0")}


def load_templates(folder: Path, *, font_folders: tuple[Path, ...] = ()) -> Mapping[str, Template]:
    """Read every template, and draw one sample of each, so that a broken one stops the start.

    Args:
        folder: holds a `.typ` and a `.yaml` file for each template.
        font_folders: further fonts.

    Returns:
        By name, sorted.

    Raises:
        BannerTemplateError: a template is broken; the sentence names it.
    """
    templates = {path.stem: load_template(path) for path in sorted(folder.glob("*.yaml"))}
    for template in templates.values():
        draw_sample(template, template.plans[0], font_folders=font_folders)
    return templates


def draw_sample(template: Template, plan: Plan, *, font_folders: tuple[Path, ...] = ()) -> None:
    """Draw an arrangement with everything that an order may have.

    Raises:
        BannerTemplateError: it cannot be drawn.
    """
    low, high = plan.aspect
    aspect = (max(low, ASPECT[0]) + min(high, ASPECT[1])) / 2
    width, height = (_SIDE_IN * aspect, _SIDE_IN) if aspect > 1 else (_SIDE_IN, _SIDE_IN / aspect)
    spec = BannerSpec(
        "Sample",
        sport="Soccer",
        season="2026",
        record="1-0",
        caption="Caption",
        league="League",
        players=tuple(Player(str(number), "Ana López", "GK") for number in range(max(3, plan.players[0]))),
        coaches=("Coach",),
        sponsors=(Sponsor("Sponsor"), Sponsor("", "sponsor_0")),
        width_in=width,
        height_in=height,
    )
    render_banner(spec, template=template, pictures=_PICTURES, formats=("pdf",), font_folders=font_folders)
