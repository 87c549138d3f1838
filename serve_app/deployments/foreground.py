"""Cut-outs by a network, and their `foreground` facts."""

from typing import Any

import numpy as np

from imaging.errors import NoForegroundError
from imaging.finish import finish
from imaging.logo.cutout import has_transparency
from imaging.matte.apply import apply, foreground_facts
from imaging.matte.refine import decided, refine
from imaging.types import Pixels
from models.segment.mask import Saliency, confidence, has_foreground, to_mask
from serve_app.domain import CutSpec

_NOTHING = "Nothing in the image stands out from its background."


def cut_subject(pixels: Pixels, raw: Saliency, spec: CutSpec) -> tuple[Pixels, dict[str, Any]]:
    """Make a network's saliency a cut-out, finish it as asked, and tell what was found.

    Raises:
        NoForegroundError: the network saw nothing that stands out.
    """
    if not has_foreground(raw):
        raise NoForegroundError(_NOTHING)
    height, width = pixels.shape[:2]
    color = np.ascontiguousarray(pixels[..., :3])
    mask = decided(to_mask(raw, height=height, width=width))
    matte = refine(mask, color) if spec.refine else mask
    if has_transparency(pixels):
        matte = np.minimum(matte, pixels[..., 3])
    cutout = apply(color, matte)
    found = foreground_facts(matte)
    if found.coverage == 0:
        raise NoForegroundError(_NOTHING)
    facts = {
        "bbox": [int(side) for side in found.bbox],
        "coverage": round(found.coverage, 4),
        "confidence": round(confidence(raw, mask), 3),
        "holes": found.holes,
        "kind": "photo",
    }
    return finish(cutout, options=spec.finish_options()), facts
