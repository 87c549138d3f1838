"""Keyed logos: the cut, its `foreground` facts, and what the client should look at."""

from typing import Any

from imaging.finish import finish
from imaging.logo.cutout import Cutout, key_logo
from imaging.logo.regions import Region
from serve_app.domain import CutSpec, Notice, Staged
from serve_app.telemetry import Stopwatch

MOST_LISTED = 100
"""Regions listed in an answer, largest first."""
UNSURE = 0.7
"""A decision that is right less often than this is worth a look, …"""
SEEN_SHARE = 0.001
"""… where the region covers more than this share of the logo's box."""

FADES = 0.02
"""Share of a logo's edge that fades into the ground from which that is said."""
OFF_CENTER = 0.35
"""Difference of two opposite margins, over the picture's side, from which something unseen may balance it."""

EDGE_LIKE_GROUND = Notice(
    code="edge_like_ground",
    message="Parts of the logo may have the ground's colour, where nobody can see how far they reach.",
    fix="Send the logo with transparency, or on a ground of another colour.",
)
ENCLOSED_UNCERTAIN = Notice(
    code="enclosed_uncertain",
    message="Regions of the ground's colour inside the logo may be holes or artwork; see foreground.regions.",
    fix="Send flip with the numbers of those decided wrongly, or enclosed=keep or enclosed=clear.",
)


def cut_logo(image: Staged, spec: CutSpec) -> Staged:
    """Key a logo, finish it as asked, and tell what was found.

    Raises:
        NoForegroundError: the image is blank or fully transparent.
        NoUniformGroundError: the logo stands on no single colour.
        ImagingError: the picture behind it cannot be decoded.
    """
    watch = Stopwatch()
    with watch("key"):
        cutout = key_logo(image.pixels, enclosed=spec.enclosed, flip=spec.flip)
        pixels = finish(cutout.pixels, options=spec.finish_options())
    return image.then(
        pixels,
        timings_ms=watch.times_ms,
        report={"foreground": _foreground(cutout)},
        notices=_notices(cutout),
        noise=cutout.noise,
        ground=cutout.ground,
    )


def _foreground(cutout: Cutout) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "bbox": [int(side) for side in cutout.bbox],
        "coverage": round(cutout.coverage, 4),
        "confidence": cutout.confidence,
        "holes": cutout.holes,
        "kind": "transparent" if cutout.ground is None else "logo",
    }
    if cutout.ground is not None:
        facts["lost_edge"] = cutout.lost_edge
        facts["regions"] = [_listed(region) for region in cutout.regions[:MOST_LISTED]]
    return facts


def _listed(region: Region) -> dict[str, Any]:
    return {
        "bbox": list(region.bbox),
        "area": region.area_px,
        "decision": "cleared" if region.cleared else "kept",
        "confidence": region.confidence,
    }


def _notices(cutout: Cutout) -> tuple[Notice, ...]:
    x0, y0, x1, y1 = cutout.bbox
    least_px = SEEN_SHARE * (x1 - x0) * (y1 - y0)
    unsure = any(region.confidence < UNSURE and region.area_px > least_px for region in cutout.regions)
    found = ((ENCLOSED_UNCERTAIN, unsure), (EDGE_LIKE_GROUND, _may_lack_parts(cutout)))
    return tuple(notice for notice, holds in found if holds)


def _may_lack_parts(cutout: Cutout) -> bool:
    """Whether the logo fades into its ground, or stands so that a part beside it may be missing."""
    if cutout.ground is None:
        return False
    height, width = cutout.pixels.shape[:2]
    x0, y0, x1, y1 = cutout.bbox
    aside = max(abs(x0 + x1 - width) / width, abs(y0 + y1 - height) / height)
    return cutout.lost_edge > FADES or aside > OFF_CENTER
