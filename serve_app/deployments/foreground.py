"""The `foreground` facts of an answer, for keyed logos and for networks alike."""

from typing import Any

from imaging.finish import FinishOptions
from imaging.logo.cutout import Cutout
from serve_app.domain import CutSpec


def finish_options(spec: CutSpec) -> FinishOptions:
    """The part of a cut's spec that comes after the cut."""
    return FinishOptions(
        output=spec.output,
        crop=spec.crop,
        margin_frac=spec.margin_frac,
        size_px=spec.size_px,
        background=spec.background,
    )


def logo_facts(cutout: Cutout) -> dict[str, Any]:
    """JSON-ready facts of a keyed logo."""
    return {
        "bbox": list(cutout.bbox),
        "coverage": round(cutout.coverage, 4),
        "confidence": round(cutout.confidence, 3),
        "holes": cutout.holes,
        "kind": "transparent" if cutout.ground is None else "logo",
    }
