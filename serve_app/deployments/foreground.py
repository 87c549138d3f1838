"""Cut-outs and their `foreground` facts, for keyed logos and for networks alike."""

from typing import Any

import cv2
import numpy as np

from imaging.errors import NoForegroundError
from imaging.finish import FinishOptions, finish
from imaging.logo.cutout import has_transparency, key_logo
from imaging.matte.apply import apply, foreground_facts
from imaging.matte.refine import decided, refine
from imaging.types import Mask, Pixels
from models.segment.mask import Saliency, confidence, has_foreground, to_mask
from serve_app.domain import CutSpec

SOFT = (8, 247)
"""Alpha between these is an edge, neither clear nor solid."""


def cut_logo(pixels: Pixels, spec: CutSpec) -> tuple[Pixels, dict[str, Any]]:
    """Key a logo, finish it as asked, and tell what was found.

    Raises:
        NoForegroundError: the image is blank or fully transparent.
        NoUniformGroundError: the logo stands on no single colour.
    """
    cutout = key_logo(pixels, enclosed=spec.enclosed)
    facts = {
        "bbox": [int(side) for side in cutout.bbox],
        "coverage": round(cutout.coverage, 4),
        "confidence": _decidedness(cutout.pixels[..., 3]),
        "holes": cutout.holes,
        "kind": "transparent" if cutout.ground is None else "logo",
    }
    return finish(cutout.pixels, options=_options(spec)), facts


def cut_subject(pixels: Pixels, raw: Saliency, spec: CutSpec) -> tuple[Pixels, dict[str, Any]]:
    """Make a network's saliency a cut-out, finish it as asked, and tell what was found.

    Raises:
        NoForegroundError: the network saw nothing that stands out.
    """
    if not has_foreground(raw):
        raise NoForegroundError("Nothing in the image stands out from its background.")
    height, width = pixels.shape[:2]
    color = np.ascontiguousarray(pixels[..., :3])
    mask = decided(to_mask(raw, height=height, width=width))
    matte = refine(mask, color) if spec.refine else mask
    if has_transparency(pixels):
        matte = np.minimum(matte, pixels[..., 3])
    cutout = apply(color, matte)
    found = foreground_facts(matte)
    if found.coverage == 0:
        raise NoForegroundError("Nothing in the image stands out from its background.")
    facts = {
        "bbox": [int(side) for side in found.bbox],
        "coverage": round(found.coverage, 4),
        "confidence": round(confidence(raw, mask), 3),
        "holes": found.holes,
        "kind": "photo",
    }
    return finish(cutout, options=_options(spec)), facts


def _decidedness(alpha: Mask) -> float:
    """Share of the keyed artwork that is solid rather than half clear: edges aside, a clean key decides.

    The edge itself, one pixel inwards, is left out, so that thin artwork does not count as undecided.
    """
    visible = alpha >= SOFT[0]
    inner = cv2.erode(visible.astype(np.uint8), np.ones((3, 3), np.uint8)).astype(bool)
    if not inner.any():
        return 1.0 if visible.any() else 0.0
    return round(float((alpha[inner] > SOFT[1]).mean()), 3)


def _options(spec: CutSpec) -> FinishOptions:
    return FinishOptions(
        output=spec.output,
        crop=spec.crop,
        margin_frac=spec.margin_frac,
        size_px=spec.size_px,
        background=spec.background,
    )
