"""All garments of a folder: checked when the service starts, their pictures read when they are shown."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from threading import Lock
from typing import Any

from imaging.color import to_hex
from imaging.garment.errors import GarmentFileError, UnknownGarmentError
from imaging.garment.load import load_garment
from imaging.garment.spec import Garment, Side, SideSpec, View

_Key = tuple[str, Side]


class Wardrobe:
    """The garments by id. Safe to share among threads.

    Args:
        folder: each folder in it that holds a `garment.yaml` is a garment.
        keep: sides whose pictures stay in memory, about 9 MB each; the one unused longest goes first.

    Raises:
        GarmentFileError: there is no garment, or one has a mistake; names file and field.
    """

    def __init__(self, folder: Path, *, keep: int = 2) -> None:
        if keep < 1:
            raise ValueError(f"keep must be at least 1, is {keep}")
        loaded = [load_garment(path.parent) for path in sorted(folder.glob("*/garment.yaml"))]
        if not loaded:
            raise GarmentFileError(f"{folder.name}: no folder in it holds a garment.yaml.")
        self._views: OrderedDict[_Key, View] = OrderedDict()
        self._keep = keep
        self._lock = Lock()
        self._opening: dict[_Key, Lock] = {}
        self._garments = {garment.id: self._kept(garment) for garment in loaded}

    @property
    def names(self) -> tuple[str, ...]:
        """Ids of the garments, sorted."""
        return tuple(self._garments)

    @property
    def held(self) -> tuple[tuple[str, Side], ...]:
        """Garment and side of the pictures now in memory, longest unused first."""
        with self._lock:
            return tuple(self._views)

    def get(self, name: str) -> Garment:
        """A garment; its `view` reads pictures unless they are still in memory.

        Raises:
            UnknownGarmentError: there is no garment of that id.
        """
        if name not in self._garments:
            raise UnknownGarmentError(f"No garment {name!r}; there are: {', '.join(self.names)}.")
        return self._garments[name]

    def describe(self) -> list[dict[str, Any]]:
        """What clients may order, ready for JSON."""
        return [_described(garment) for garment in self._garments.values()]

    def _kept(self, garment: Garment) -> Garment:
        for spec in garment.sides:
            self._opening[garment.id, spec.side] = Lock()

        def open_view(side: Side) -> View:
            return self._view((garment.id, side), garment.open_view)

        return replace(garment, open_view=open_view)

    def _view(self, key: _Key, read: Callable[[Side], View]) -> View:
        with self._opening[key]:  # one thread reads, those that want the same side wait for it
            with self._lock:
                if key in self._views:
                    self._views.move_to_end(key)
                    return self._views[key]
            view = read(key[1])
            with self._lock:
                self._views[key] = view
                while len(self._views) > self._keep:
                    self._views.popitem(last=False)
            return view


def _described(garment: Garment) -> dict[str, Any]:
    return {
        "id": garment.id,
        "name": garment.name,
        "colors": [{"name": name, "hex": to_hex(color)} for name, color in garment.colors],
        "sides": [_described_side(spec) for spec in garment.sides],
    }


def _described_side(spec: SideSpec) -> dict[str, Any]:
    zones = [{"zone": z.id, "width_in": z.size_in[0], "height_in": z.size_in[1]} for z in spec.zones]
    return {"side": spec.side, "default_zone": spec.default_zone, "zones": zones}
