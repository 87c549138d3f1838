"""A bear's head, modelled as a relief of ellipsoids with fur and lit softly: artwork with a photo's tones."""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from artwork.fur import strands
from imaging.types import Pixels

Floats = npt.NDArray[np.float32]

SIDE_PX = 800
_SCALE = 2
"""Drawn at twice the size and averaged down."""
_NOTHING = -1.0
"""Height where there is no surface."""
_LIGHT = np.array([-0.45, -0.62, 0.64], np.float32)


@dataclass(frozen=True, slots=True)
class Part:
    """One ellipsoid, in units of the picture's side, with the colour of its coat."""

    x: float
    y: float
    rx: float
    ry: float
    rz: float
    z: float
    color: tuple[int, int, int]
    turn_deg: float = 0.0
    fur: float = 1.0


_COAT, _DARK, _TAN, _SKIN = (134, 78, 38), (74, 42, 24), (205, 160, 108), (24, 19, 20)
PARTS = (
    Part(0.245, 0.235, 0.115, 0.115, 0.06, -0.02, _COAT),
    Part(0.755, 0.235, 0.115, 0.115, 0.06, -0.02, _COAT),
    Part(0.255, 0.250, 0.066, 0.066, 0.045, 0.012, _DARK, fur=0.6),
    Part(0.745, 0.250, 0.066, 0.066, 0.045, 0.012, _DARK, fur=0.6),
    Part(0.5, 0.50, 0.335, 0.335, 0.24, 0.0, _COAT),
    Part(0.315, 0.615, 0.14, 0.15, 0.13, 0.02, _COAT, turn_deg=20),
    Part(0.685, 0.615, 0.14, 0.15, 0.13, 0.02, _COAT, turn_deg=-20),
    Part(0.5, 0.335, 0.17, 0.12, 0.10, 0.12, _COAT),
    Part(0.385, 0.415, 0.105, 0.042, 0.06, 0.215, _COAT, turn_deg=17),
    Part(0.615, 0.415, 0.105, 0.042, 0.06, 0.215, _COAT, turn_deg=-17),
    Part(0.5, 0.52, 0.085, 0.17, 0.12, 0.17, _TAN),
    Part(0.5, 0.665, 0.19, 0.135, 0.15, 0.16, _TAN),
    Part(0.43, 0.69, 0.105, 0.09, 0.08, 0.25, _TAN),
    Part(0.57, 0.69, 0.105, 0.09, 0.08, 0.25, _TAN),
    Part(0.5, 0.80, 0.095, 0.06, 0.08, 0.17, _TAN),
    Part(0.5, 0.588, 0.076, 0.050, 0.06, 0.325, _SKIN, fur=0.0),
    Part(0.5, 0.665, 0.008, 0.06, 0.03, 0.325, _DARK, fur=0.3),
    Part(0.452, 0.742, 0.058, 0.010, 0.03, 0.295, _DARK, turn_deg=-24, fur=0.3),
    Part(0.548, 0.742, 0.058, 0.010, 0.03, 0.295, _DARK, turn_deg=24, fur=0.3),
    Part(0.375, 0.472, 0.036, 0.033, 0.035, 0.225, _SKIN, fur=0.0),
    Part(0.625, 0.472, 0.036, 0.033, 0.035, 0.225, _SKIN, fur=0.0),
)


@dataclass(frozen=True, slots=True)
class _Relief:
    """The modelled surface: height, coat colour and fur share of each pixel, and where there is a surface."""

    height: Floats
    color: Floats
    fur: Floats
    solid: Floats


def draw() -> Pixels:
    """(800, 800, 3) RGB on a soft gradient."""
    side = SIDE_PX * _SCALE
    hair = strands(side, center=(0.5, 0.58), seed=11)
    relief = _relief(side, hair)
    lit = _shade(relief, hair)
    ground = _ground(side)
    shadow = _soft(np.roll(relief.solid, (side // 26, side // 60), (0, 1)), side / 40)
    ground *= 1 - 0.45 * shadow[..., None]
    picture = lit * relief.solid[..., None] + ground * (1 - relief.solid[..., None])
    small = cv2.resize(picture, (SIDE_PX, SIDE_PX), interpolation=cv2.INTER_AREA)
    grain = np.random.default_rng(5).normal(0, 1.6, small.shape)
    picture_8bit: Pixels = np.clip(small + grain, 0, 255).astype(np.uint8)
    return picture_8bit


def _relief(side: int, hair: Floats) -> _Relief:
    """Stack the parts: the highest wins, neighbours melt into each other, tufts fray the outline."""
    y, x = np.mgrid[0:side, 0:side].astype(np.float32) / side
    height = np.full((side, side), _NOTHING, np.float32)
    color, fur = np.zeros((side, side, 3), np.float32), np.zeros((side, side), np.float32)
    for part in PARTS:
        top = _ellipsoid(part, x, y, hair)
        melt = 0.018 * part.fur + 0.002
        share = np.clip((top - height) / melt * 0.5 + 0.5, 0, 1)
        share = (share * share * (3 - 2 * share)).astype(np.float32)
        there = height > _NOTHING / 2
        height = np.where(there, height + (top - height) * share, np.maximum(height, top)).astype(np.float32)
        color += (np.array(part.color, np.float32) - color) * share[..., None]
        fur += (part.fur - fur) * share
    solid = _soft((height > _NOTHING / 2).astype(np.float32), 1.2)
    return _Relief(height, color, fur, solid)


def _ellipsoid(part: Part, x: Floats, y: Floats, hair: Floats) -> Floats:
    """Height of one part, -1 outside of it."""
    turn = np.deg2rad(part.turn_deg)
    dx, dy = x - part.x, y - part.y
    across = (dx * np.cos(turn) + dy * np.sin(turn)) / part.rx
    down = (dy * np.cos(turn) - dx * np.sin(turn)) / part.ry
    inside = 1 - across**2 - down**2 + 0.22 * part.fur * (hair - 0.5)
    return np.where(inside > 0, part.z + part.rz * np.sqrt(np.maximum(inside, 0)), -1).astype(np.float32)


def _shade(relief: _Relief, hair: Floats) -> Floats:
    """Key light from the upper left, sky fill, rim light, occlusion in the folds, gloss on nose and eyes."""
    side = relief.height.shape[0]
    surface = np.maximum(relief.height, -0.06)
    smooth = _soft(surface, side / 320) + 0.0065 * relief.fur * (hair - 0.5)
    slope_x = cv2.Sobel(smooth, cv2.CV_32F, 1, 0, scale=side / 8)
    slope_y = cv2.Sobel(smooth, cv2.CV_32F, 0, 1, scale=side / 8)
    normal = np.dstack([-slope_x, -slope_y, np.ones_like(slope_x)]).astype(np.float32)
    normal = normal / np.linalg.norm(normal, axis=2, keepdims=True)
    light = _LIGHT / np.linalg.norm(_LIGHT)
    key = np.clip(normal @ light, 0, 1)
    fill = 0.5 - 0.5 * normal[..., 1]
    hollow = np.clip((_soft(surface, side / 40) - surface) * 9, 0, 0.75)
    tone = (0.24 + 0.95 * key + 0.26 * fill) * (1 - hollow)
    coat = relief.color * (1 + relief.fur * 0.75 * (hair - 0.5))[..., None]
    half = light + np.array([0, 0, 1], np.float32)
    gloss = np.clip(normal @ (half / np.linalg.norm(half)), 0, 1) ** 60 * np.clip(1 - 2 * relief.fur, 0, 1)
    rim = np.clip(1 - normal[..., 2], 0, 1) ** 3 * np.clip(normal[..., 0], 0, 1) * 60
    return np.asarray(coat * tone[..., None] + 200 * gloss[..., None] + rim[..., None], np.float32)


def _ground(side: int) -> Floats:
    """A studio backdrop: lighter behind the head, darker towards the corners."""
    y, x = np.mgrid[0:side, 0:side].astype(np.float32) / side
    away = np.clip(np.hypot(x - 0.46, y - 0.42) / 0.78, 0, 1)[..., None]
    inner, outer = np.array((214, 226, 232), np.float32), np.array((112, 136, 150), np.float32)
    return np.asarray(inner + (outer - inner) * away**1.4, np.float32)


def _soft(layer: Floats, sigma_px: float) -> Floats:
    return np.asarray(cv2.GaussianBlur(layer, (0, 0), sigma_px), np.float32)
