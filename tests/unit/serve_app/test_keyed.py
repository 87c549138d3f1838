"""What the answer says of a keyed logo."""

from dataclasses import replace

import numpy as np
import pytest

from imaging.logo.cutout import Cutout, key_logo
from serve_app.deployments import keyed
from serve_app.domain import CutSpec, Staged


def _ring() -> np.ndarray:
    """A red frame on white: one enclosed region."""
    image = np.full((100, 100, 3), 255, np.uint8)
    image[20:80, 20:80] = (200, 16, 46)
    image[40:60, 40:60] = 255
    return image


@pytest.mark.parametrize(("confidence", "area_px", "codes"), [
    (0.55, 400, ["enclosed_uncertain"]),
    (0.55, 2, []),
    (0.95, 400, []),
])  # fmt: skip
def test_unsure_decisions_are_warned_of(
    monkeypatch: pytest.MonkeyPatch, confidence: float, area_px: int, codes: list[str]
) -> None:
    """A region that is seen and may be either is a warning; a sure one, or a dot, is not."""
    found = key_logo(_ring())
    region = replace(found.regions[0], confidence=confidence, area_px=area_px)

    def key(_pixels: np.ndarray, *, enclosed: str, flip: tuple[int, ...]) -> Cutout:
        assert (enclosed, flip) == ("auto", ())
        return replace(found, regions=(region,))

    monkeypatch.setattr(keyed, "key_logo", key)
    result = keyed.cut_logo(Staged(_ring()), CutSpec(model="u2net"))
    assert [notice.code for notice in result.notices] == codes
    assert result.report["foreground"]["regions"][0]["confidence"] == confidence


def test_own_transparency_is_certain_and_has_no_regions() -> None:
    """Nothing is decided on an image that brings its alpha."""
    image = np.zeros((20, 20, 4), np.uint8)
    image[5:15, 5:15] = 255
    result = keyed.cut_logo(Staged(image), CutSpec(model="u2net"))
    facts = result.report["foreground"]
    assert (facts["kind"], facts["confidence"], result.notices) == ("transparent", 1.0, ())
    assert "regions" not in facts


@pytest.mark.parametrize(("lost_edge", "bbox", "codes"), [
    (0.3, (20, 20, 80, 80), ["edge_like_ground"]),
    (0.0, (5, 20, 45, 80), ["edge_like_ground"]),
    (0.0, (20, 20, 80, 80), []),
])  # fmt: skip
def test_parts_that_may_be_missing_are_warned_of(
    monkeypatch: pytest.MonkeyPatch, lost_edge: float, bbox: tuple[int, int, int, int], codes: list[str]
) -> None:
    """A logo that fades into its ground, or stands far from the middle, may lack parts that nobody sees."""
    found = replace(key_logo(_ring()), lost_edge=lost_edge, bbox=bbox, regions=())
    monkeypatch.setattr(keyed, "key_logo", lambda _pixels, **_options: found)
    result = keyed.cut_logo(Staged(_ring()), CutSpec(model="u2net"))
    assert [notice.code for notice in result.notices] == codes
