"""How close a cut-out is to the truth: pure functions of two RGBA pictures of one size."""

import cv2
import numpy as np
import numpy.typing as npt

from imaging.color import delta_e_2000, to_lab
from imaging.types import Color, Mask, Pixels

HALF = 128
LEAST_COUNTER_PX = 4
VISIBLE_DELTA_E = 10.0
"""CIEDE2000 from which an edge pixel is a halo: several times what is just noticeable."""
_CLEAR, _SOLID = 8, 247
_WHITE_REACH = 12.0
"""sRGB distance from a ground within which artwork looks like it."""
BLACK: Color = (0, 0, 0)
WHITE: Color = (255, 255, 255)
GREY: Color = (128, 128, 128)
_MOST_DB = 99.0


def alpha_iou(found: Pixels, truth: Pixels) -> float:
    """Soft intersection over union of two alphas: the sum of the smaller over the sum of the larger, 0-1."""
    first, second = found[..., 3], truth[..., 3]
    union = float(np.maximum(first, second).sum(dtype=np.float64))
    return float(np.minimum(first, second).sum(dtype=np.float64)) / union if union else 1.0


def counters(truth: Pixels) -> tuple[npt.NDArray[np.int32], list[int]]:
    """Labels of the clear regions and which of them are counters: enclosed, at least four pixels."""
    clear = np.pad((truth[..., 3] < HALF).astype(np.uint8), 1, constant_values=1)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(clear, connectivity=4)
    area = stats[:, cv2.CC_STAT_AREA]
    inside = [i for i in range(1, len(area)) if i != labels[0, 0] and area[i] >= LEAST_COUNTER_PX]
    return np.asarray(labels[1:-1, 1:-1], np.int32), inside


def counter_recall(found: Pixels, truth: Pixels) -> float | None:
    """Share of the truth's counters that are mostly clear in what was found; None where it has none."""
    labels, inside = counters(truth)
    if not inside:
        return None
    count = int(labels.max()) + 1
    area = np.bincount(labels.reshape(-1), minlength=count)
    solid = np.bincount(labels.reshape(-1), weights=found[..., 3].reshape(-1), minlength=count)
    return float(np.mean([solid[i] / area[i] < HALF for i in inside]))


def like_ground(truth: Pixels, ground: Color) -> npt.NDArray[np.bool_]:
    """(H, W): solid artwork that has the ground's colour."""
    apart = np.linalg.norm(truth[..., :3].astype(np.float32) - np.array(ground, np.float32), axis=2)
    return np.asarray((truth[..., 3] > _SOLID) & (apart <= _WHITE_REACH))


def touches_ground(truth: Pixels, ground: Color) -> float:
    """Share of the artwork that has the ground's colour and hangs together with the outer ground, 0-1.

    Laid on that ground it cannot be seen where it ends: nobody can cut it out.
    """
    alike = like_ground(truth, ground)
    open_ground = (alike | (truth[..., 3] < HALF)).astype(np.uint8)
    _, labels = cv2.connectedComponents(np.pad(open_ground, 1, constant_values=1), connectivity=4)
    outside = labels[1:-1, 1:-1] == labels[0, 0]
    return float((outside & alike).sum() / max(1, (truth[..., 3] >= HALF).sum()))


def artwork_kept(found: Pixels, truth: Pixels, ground: Color) -> float | None:
    """Share of the artwork of the ground's colour that is kept; None where there is next to none."""
    alike = like_ground(truth, ground)
    least = max(16, 0.001 * float((truth[..., 3] >= HALF).sum()))
    return float((found[..., 3][alike] >= HALF).mean()) if alike.sum() >= least else None


def edge_of(alpha: Mask) -> npt.NDArray[np.bool_]:
    """(H, W): what shows but is half clear, and what is solid right beside what is clear."""
    low = cv2.erode(alpha, np.ones((3, 3), np.uint8), borderType=cv2.BORDER_CONSTANT, borderValue=255)
    return np.asarray((alpha > _CLEAR) & ((alpha < _SOLID) | (low <= _CLEAR)))


def over(pixels: Pixels, ground: Color) -> npt.NDArray[np.float64]:
    """(..., 3) composite on a plain colour, sRGB levels, not rounded."""
    alpha = pixels[..., 3:].astype(np.float64) / 255
    return pixels[..., :3] * alpha + np.array(ground, np.float64) * (1 - alpha)


def halo_share(found: Pixels, truth: Pixels) -> float:
    """Share of the edge pixels found that look wrong on black or on white, 0-1; 0 where there is no edge."""
    edge = edge_of(found[..., 3])
    if not edge.any():
        return 0.0
    mine, wanted = found[edge], truth[edge]
    apart = [delta_e_2000(to_lab(over(mine, g)), to_lab(over(wanted, g))) for g in (BLACK, WHITE)]
    return float((np.maximum(*apart) > VISIBLE_DELTA_E).mean())


def color_error(found: Pixels, truth: Pixels) -> float:
    """Mean CIEDE2000 over the pixels that are solid in both; 0 where there are none."""
    both = (found[..., 3] > _SOLID) & (truth[..., 3] > _SOLID)
    if not both.any():
        return 0.0
    return float(delta_e_2000(to_lab(found[both][:, :3]), to_lab(truth[both][:, :3])).mean())


def similarity(found: Pixels, truth: Pixels) -> float:
    """Structural similarity of two pictures over mid grey, -1 to 1, the mean over the three channels.

    Z. Wang et al., "Image Quality Assessment: From Error Visibility to Structural Similarity" (2004), with
    their Gaussian window of 1.5 pixels.
    """
    first, second = over(found, GREY), over(truth, GREY)
    mean1, mean2, square1, square2, product = (
        cv2.GaussianBlur(values, (11, 11), 1.5)
        for values in (first, second, first * first, second * second, first * second)
    )
    small1, small2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    spread = square1 - mean1**2 + square2 - mean2**2
    shared = product - mean1 * mean2
    top = (2 * mean1 * mean2 + small1) * (2 * shared + small2)
    return float((top / ((mean1**2 + mean2**2 + small1) * (spread + small2))).mean())


def psnr(found: Pixels, truth: Pixels) -> float:
    """Peak signal-to-noise ratio of two pictures over mid grey, in decibels; 99 when they are equal."""
    error = float(((over(found, GREY) - over(truth, GREY)) ** 2).mean())
    return min(_MOST_DB, 10 * float(np.log10(255**2 / error))) if error else _MOST_DB
