"""What a trace is: layers of filled outlines, bottom first, in pixels of the image it came from."""

from dataclasses import dataclass
from typing import TypeAlias

from imaging.types import Color

Point: TypeAlias = tuple[float, float]
"""x to the right, y down, in pixels; (0, 0) is the outer corner of the first pixel."""

_NODES_OF_CIRCLE = 4


@dataclass(frozen=True, slots=True)
class Line:
    """A straight segment from wherever the outline has come to."""

    end: Point


@dataclass(frozen=True, slots=True)
class Cubic:
    """A cubic Bézier segment from wherever the outline has come to."""

    control1: Point
    control2: Point
    end: Point


@dataclass(frozen=True, slots=True)
class Contour:
    """A closed outline of segments; the last one ends at `start`."""

    start: Point
    segments: tuple[Line | Cubic, ...]

    @property
    def nodes(self) -> int:
        """On-curve points."""
        return len(self.segments)


@dataclass(frozen=True, slots=True)
class Circle:
    """A true circle."""

    center: Point
    radius: float
    hole: bool
    """Whether it is cut out of an outline around it."""

    @property
    def nodes(self) -> int:
        """On-curve points that an editor shows for it."""
        return _NODES_OF_CIRCLE


@dataclass(frozen=True, slots=True)
class Stop:
    """One colour of a gradient."""

    offset: float
    """Where on the gradient, 0-1."""
    color: Color
    opacity: float
    """0-1."""


@dataclass(frozen=True, slots=True)
class LinearGradient:
    """Colours along a line, constant across it and beyond its ends."""

    start: Point
    end: Point
    stops: tuple[Stop, ...]


@dataclass(frozen=True, slots=True)
class RadialGradient:
    """Colours by distance from a centre."""

    center: Point
    radius: float
    stops: tuple[Stop, ...]


Fill: TypeAlias = Color | LinearGradient | RadialGradient


@dataclass(frozen=True, slots=True)
class Layer:
    """One compound path of one fill; non-zero winding, holes run the other way round."""

    fill: Fill
    opacity: float
    """0-1, of the whole layer."""
    contours: tuple[Contour | Circle, ...]


@dataclass(frozen=True, slots=True)
class Drawing:
    """A traced image."""

    width_px: int
    height_px: int
    layers: tuple[Layer, ...]
    """Bottom first."""

    @property
    def paths(self) -> int:
        """`<path>` elements that the SVG has."""
        return len(self.layers)

    @property
    def subpaths(self) -> int:
        """Closed outlines."""
        return sum(len(layer.contours) for layer in self.layers)

    @property
    def nodes(self) -> int:
        """On-curve points."""
        return sum(contour.nodes for layer in self.layers for contour in layer.contours)
