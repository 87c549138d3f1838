"""Network mattes: refined, applied, measured."""

import cv2
import numpy as np
import pytest

from imaging.matte.apply import apply, foreground_facts
from imaging.matte.foreground import estimate_foreground
from imaging.matte.refine import decided, refine

SIZE = 640
SKIN, WALL = (220, 120, 60), (30, 90, 160)


def _disc(radius: float, *, soft_px: float = 0) -> np.ndarray:
    y, x = np.mgrid[0:SIZE, 0:SIZE].astype(np.float32)
    inside = radius - np.hypot(x - SIZE / 2, y - SIZE / 2)
    return np.rint(np.clip(inside / max(soft_px, 1) + 0.5, 0, 1) * 255).astype(np.uint8)


def _mixed(alpha: np.ndarray) -> np.ndarray:
    share = alpha[..., None].astype(np.float32) / 255
    return np.rint(np.array(SKIN) * share + np.array(WALL) * (1 - share)).astype(np.uint8)


def _iou(first: np.ndarray, second: np.ndarray) -> float:
    a, b = first.astype(float), second.astype(float)
    return float(np.minimum(a, b).sum() / np.maximum(a, b).sum())


def _network_mask(alpha: np.ndarray) -> np.ndarray:
    """The mask as it comes back from a 320 x 320 network."""
    small = cv2.resize(cv2.GaussianBlur(alpha, (0, 0), 3), (320, 320), interpolation=cv2.INTER_AREA)
    return cv2.resize(small, (SIZE, SIZE), interpolation=cv2.INTER_LINEAR)


def test_foreground_is_freed_of_the_background() -> None:
    """Under a 24 px soft edge the estimate is the subject's colour, not the mixture that was seen."""
    alpha = _disc(200, soft_px=24)
    seen = _mixed(alpha)
    edge = (alpha > 50) & (alpha < 230)
    estimate = estimate_foreground(seen, alpha)
    error = np.abs(estimate[edge].astype(int) - SKIN).mean()
    assert error < 0.25 * np.abs(seen[edge].astype(int) - SKIN).mean()


def test_solid_pixels_are_not_touched() -> None:
    """Where alpha is 255 the estimate is the image, to the byte."""
    alpha = _disc(200, soft_px=24)
    image = np.random.default_rng(2).integers(0, 256, (SIZE, SIZE, 3), np.uint8)
    assert np.array_equal(estimate_foreground(image, alpha)[alpha == 255], image[alpha == 255])


@pytest.mark.parametrize("shape", [(1, 1), (3, 700), (700, 2)])
def test_thin_images_are_no_trouble(shape: tuple[int, int]) -> None:
    """Blur windows larger than the image still work."""
    image, alpha = np.full((*shape, 3), 90, np.uint8), np.full(shape, 128, np.uint8)
    assert apply(image, refine(alpha, image)).shape == (*shape, 4)


def test_refining_comes_nearer_to_the_truth() -> None:
    """A mask blurred by the network's size follows the image's edge again after refinement."""
    truth = _disc(200.0)
    mask, image = _network_mask(truth), _mixed(truth)
    assert _iou(refine(mask, image), truth) > _iou(mask, truth) + 0.002


def test_refining_does_not_overrule_the_network() -> None:
    """On a clean subject the refined mask agrees with the network's at IoU 0.98 or more."""
    truth = _disc(200.0)
    mask, image = _network_mask(truth), _mixed(truth)
    assert _iou(refine(mask, image), mask) >= 0.98


def test_certain_pixels_stay() -> None:
    """Texture inside the subject and outside of it changes nothing where the mask is certain."""
    mask = _disc(200)
    texture = np.random.default_rng(4).integers(0, 256, (SIZE, SIZE, 3), np.uint8)
    refined = refine(mask, texture)
    assert (refined[mask == 255] == 255).all()
    assert not refined[mask == 0].any()


def test_apply_gives_straight_alpha() -> None:
    """The matte becomes the alpha, clear pixels are black, and re-compositing gives the image back."""
    alpha = _disc(200, soft_px=24)
    seen = _mixed(alpha)
    cut = apply(seen, alpha)
    assert np.array_equal(cut[..., 3], alpha)
    assert not cut[alpha == 0].any()
    share = alpha[..., None] / 255.0
    again = cut[..., :3] * share + np.array(WALL) * (1 - share)
    assert np.abs(again - seen)[alpha > 0].mean() < 2


def test_facts_of_a_ring() -> None:
    """A ring has one hole; its box and coverage are those of the ring."""
    ring = _disc(200) - _disc(100)
    facts = foreground_facts(ring)
    assert facts.holes == 1
    assert facts.bbox == pytest.approx((120, 120, 521, 521), abs=1)
    assert facts.coverage == pytest.approx(np.pi * (200**2 - 100**2) / SIZE**2, rel=0.01)


def test_pinpricks_are_not_holes() -> None:
    """An opening under 1/2000 of the image is noise, unless a smaller limit is asked for."""
    solid = np.full((200, 200), 255, np.uint8)
    solid[100:103, 100:103] = 0
    assert foreground_facts(solid).holes == 0
    assert foreground_facts(solid, min_hole_px=9).holes == 1


def test_an_empty_matte_has_no_box() -> None:
    """No subject: box, coverage and holes are all zero."""
    facts = foreground_facts(np.zeros((10, 20), np.uint8))
    assert (facts.bbox, facts.coverage, facts.holes) == ((0, 0, 0, 0), 0.0, 0)


def test_a_saturated_ground_leaves_no_halo() -> None:
    """Laid on black and on white, a soft edge that stood on red shows less than 3 levels of it on average."""
    alpha = _disc(200, soft_px=12)
    share = alpha[..., None].astype(np.float32) / 255
    texture = np.random.default_rng(5).integers(90, 160, (SIZE // 8, SIZE // 8, 3), np.uint8)
    subject = cv2.resize(texture, (SIZE, SIZE), interpolation=cv2.INTER_CUBIC)
    seen = np.rint(subject * share + np.array((255, 0, 0)) * (1 - share)).astype(np.uint8)
    edge = (alpha > 0) & (alpha < 255)
    cut = apply(seen, alpha)
    for ground in (0, 255):
        laid, truth = (color * share + ground * (1 - share) for color in (cut[..., :3], subject))
        assert np.abs(laid - truth)[edge].mean() < 3
        assert np.abs(seen * share + ground * (1 - share) - truth)[edge].mean() > 12


def test_thin_strands_keep_their_colour() -> None:
    """Strands of two pixels, soft all over, come out in their own colour, not in the mix."""
    alpha = np.zeros((SIZE, SIZE), np.uint8)
    cv2.circle(alpha, (SIZE // 2, SIZE // 2), 150, 255, -1, cv2.LINE_AA)
    for step in range(60):
        turn = 2 * np.pi * step / 60
        ends = [(int(SIZE / 2 + r * np.cos(turn)), int(SIZE / 2 + r * np.sin(turn))) for r in (140, 220)]
        cv2.line(alpha, ends[0], ends[1], 255, 2, cv2.LINE_AA)
    alpha = cv2.GaussianBlur(alpha, (0, 0), 1)
    seen = _mixed(alpha)
    strands = (alpha > 60) & (_disc(160) == 0)
    wrong = np.abs(estimate_foreground(seen, alpha)[strands].astype(int) - SKIN).mean()
    assert wrong < 0.2 * np.abs(seen[strands].astype(int) - SKIN).mean()


def test_an_even_size_is_not_needed() -> None:
    """Odd and uneven sizes work, and an image without soft pixels comes back as it is."""
    image = np.random.default_rng(6).integers(0, 256, (301, 173, 3), np.uint8)
    alpha = np.zeros((301, 173), np.uint8)
    alpha[40:200, 30:90] = 255
    assert np.array_equal(estimate_foreground(image, alpha), image)
    alpha[40:200, 90:100] = 99
    assert estimate_foreground(image, alpha).shape == image.shape


def test_noise_of_the_mask_is_decided() -> None:
    """A few levels from clear or solid become clear or solid; the order of levels stays."""
    levels = np.arange(256, dtype=np.uint8)[None]
    made = decided(levels)
    assert not made[0, :7].any()
    assert (made[0, 249:] == 255).all()
    assert (np.diff(made[0].astype(int)) >= 0).all()
    assert abs(int(made[0, 128]) - 128) <= 1
