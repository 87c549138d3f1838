"""Logos made ready for a ground, remembered: a pack draws the same logo on the same colours several times."""

import hashlib
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock

import numpy as np

from imaging.banner.spec import Picture
from imaging.types import Color, Pixels

MAX_BYTES = 48_000_000
"""Of all that is remembered: some ten logos of a thousand pixels."""


@dataclass(frozen=True, slots=True, eq=False)
class Mark:
    """A picture ready for one ground."""

    data: bytes
    """The file; empty for a photo, which is packed as it is cut."""
    suffix: str
    aspect: float
    """Width over height."""
    pixels: Pixels
    """What is judged of it: (H, W, 4) RGBA, or (H, W, 3) of a photo."""

    @property
    def size_bytes(self) -> int:
        """What it holds."""
        return len(self.data) + self.pixels.nbytes


class MarkCache:
    """The marks made last, up to a size. Threads may share it; two that miss at once both make the mark."""

    def __init__(self, *, max_bytes: int = MAX_BYTES) -> None:
        self._max_bytes = max_bytes
        self._held: OrderedDict[bytes, Mark] = OrderedDict()
        self._bytes = 0
        self._lock = Lock()

    def get(
        self, picture: Picture, make: Callable[[], Mark | None], *, fill: Color | None, limit_px: int
    ) -> Mark | None:
        """The mark of a picture, remembered or made.

        Args:
            picture: What it shows.
            make: Makes it of just these.
            fill: The ground's colour; None where it lies on any.
            limit_px: Longer side at most.
        """
        key = _key(picture, fill, limit_px)
        with self._lock:
            if key in self._held:
                self._held.move_to_end(key)
                return self._held[key]
        mark = make()
        if mark is not None and mark.size_bytes <= self._max_bytes:
            self._keep(key, mark)
        return mark

    def _keep(self, key: bytes, mark: Mark) -> None:
        with self._lock:
            if key in self._held:
                return
            self._held[key] = mark
            self._bytes += mark.size_bytes
            while self._bytes > self._max_bytes:
                _, oldest = self._held.popitem(last=False)
                self._bytes -= oldest.size_bytes


def _key(picture: Picture, fill: Color | None, limit_px: int) -> bytes:
    """SHA-256: processors have instructions for it, and no two pictures share one."""
    digest = hashlib.sha256(f"{picture.pixels.shape} {fill} {limit_px} ".encode())
    digest.update(np.ascontiguousarray(picture.pixels).data)
    digest.update(picture.svg if picture.svg is not None else b"\0none")
    return digest.digest()
