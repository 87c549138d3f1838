"""Whether a mark can be read in a small icon: what of its contrast and detail is left of the large one."""

from dataclasses import dataclass

import cv2
import numpy as np

from imaging.web.icons_light import Light, look

LEAST_CONTRAST = 0.75
LEAST_DETAIL = (0.45, 0.32)
"""Of a mark that stretches, as lettering does, and of one that fills its square, whose shape says what it is.
Set by looking at logos at 16 px beside what was measured (docs/decisions/0025-web-icons.md)."""
OPEN_FILL, COMPACT_FILL = 0.55, 0.75
"""Share of its square that the hull of either covers; between the two the least detail is in between."""
_NOTHING = 1e-6


@dataclass(frozen=True, slots=True)
class Legibility:
    """A small icon beside the large one it shows."""

    side_px: int
    contrast_kept: float
    """RMS contrast within the mark's box (Peli 1990), as a share of the large icon's, 0-1."""
    detail_kept: float
    """Length of all edges times their contrast, as a share of the large icon's, 0-1."""
    least_detail: float
    """What `detail_kept` must reach for a mark of this shape."""

    @property
    def readable(self) -> bool:
        """Whether both are enough."""
        return self.contrast_kept >= LEAST_CONTRAST and self.detail_kept >= self.least_detail


@dataclass(frozen=True, slots=True)
class Reference:
    """What a small icon is held against: a large one of the same window, measured once."""

    contrast: float
    edges: float
    fill: float

    @classmethod
    def of(cls, large: Light, *, fill: float) -> "Reference":
        """Measure a (H, H, 4) icon whose mark's hull covers `fill` of the square on its longer side, 0-1."""
        return cls(max(_contrast(look(large)), _NOTHING), max(edges(large), _NOTHING), fill)

    def read(self, small: Light) -> Legibility:
        """How much of it a small icon of the same mark and window shows.

        Edges are summed in lengths of the icon's side, so an edge that both show counts the same in both.
        """
        contrast, detail = _contrast(look(small)) / self.contrast, edges(small) / self.edges
        least = float(np.interp(self.fill, (OPEN_FILL, COMPACT_FILL), LEAST_DETAIL))
        kept = [round(min(1.0, share), 3) for share in (contrast, detail)]
        return Legibility(len(small), kept[0], kept[1], round(least, 3))


def _contrast(seen: Light) -> float:
    inside = (seen[..., 3] > 1 / 16).astype(np.uint8)
    x, y, width, height = cv2.boundingRect(inside)
    if not width:
        return 0.0
    _, spread = cv2.meanStdDev(np.ascontiguousarray(seen[y : y + height, x : x + width]))
    return float(np.linalg.norm(spread))


def edges(light: Light) -> float:
    """Length of all edges of a square icon times their contrast, in sides of it: its total variation."""
    framed = cv2.copyMakeBorder(look(light), 1, 1, 1, 1, cv2.BORDER_CONSTANT)
    down = cv2.absdiff(framed[1:, :-1], framed[:-1, :-1])
    right = cv2.absdiff(framed[:-1, 1:], framed[:-1, :-1])
    both = np.einsum("yxc,yxc->yx", down, down) + np.einsum("yxc,yxc->yx", right, right)
    return float(np.sqrt(both).sum(dtype=np.float64)) / len(light)
