"""The trees of a template, made ready: every area with its settings, every share as points of a line."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from pydantic import TypeAdapter

from imaging.banner.schema import AnyContent, Arrangement, Node

Shares = float | tuple[tuple[int, float], ...]
_CONTENT: TypeAdapter[AnyContent] = TypeAdapter(AnyContent)


@dataclass(frozen=True, slots=True)
class Part:
    """A `Node` with the settings of its area."""

    area: str | None
    content: AnyContent | None
    share: Shares | None
    units: float | None
    fit: bool
    grow: float
    empty: float
    snug: bool
    rows: tuple["Part", ...]
    columns: tuple["Part", ...]

    @property
    def has_roster(self) -> bool:
        """Whether the players are in it."""
        own = self.content is not None and self.content.holds == "roster"
        return own or any(child.has_roster for child in (*self.rows, *self.columns))

    def contents(self) -> dict[str, AnyContent]:
        """Every area in it, by name."""
        own = {self.area: self.content} if self.area and self.content else {}
        for child in (*self.rows, *self.columns):
            own |= child.contents()
        return own


@dataclass(frozen=True, slots=True)
class Plan:
    """An arrangement, ready."""

    name: str
    aspect: tuple[float, float]
    players: tuple[int, int]
    part: Part

    def suits(self, aspect: float, players: int) -> bool:
        """Whether it is made for such a page."""
        slack = 1e-6
        low, high = self.aspect
        return low - slack <= aspect <= high + slack and self.players[0] <= players <= self.players[1]


def ready(arrangement: Arrangement, areas: Mapping[str, Any]) -> Plan:
    """Resolve the areas of an arrangement.

    Args:
        arrangement: validated.
        areas: settings by name of area.

    Raises:
        ValueError: an area is not there, or what `with` says of it does not fit it.
    """
    return Plan(arrangement.name, arrangement.aspect, arrangement.players, _part(arrangement.node, areas))


def share_of(shares: Shares, players: int) -> float:
    """Linear between the given (players, share), flat beyond."""
    if not isinstance(shares, tuple):
        return shares
    if players <= shares[0][0]:
        return shares[0][1]
    for (few, large), (many, small) in pairwise(shares):
        if players <= many:
            return large + (small - large) * (players - few) / (many - few)
    return shares[-1][1]


def _part(node: Node, areas: Mapping[str, Any]) -> Part:
    content = None
    if node.area is not None:
        if node.area not in areas:
            raise ValueError(f"there is no area {node.area!r} among areas")
        content = _CONTENT.validate_python({**areas[node.area], **node.settings})
    return Part(
        area=node.area,
        content=content,
        share=node.share,
        units=node.units,
        fit=node.fit,
        grow=node.grow,
        empty=node.empty,
        snug=node.snug,
        rows=tuple(_part(child, areas) for child in node.rows),
        columns=tuple(_part(child, areas) for child in node.columns),
    )
