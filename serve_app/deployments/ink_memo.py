"""The inks of the logo that was split last: its variants are asked for together, and all start from them."""

import hashlib
from threading import Lock

import numpy as np

from imaging.logo.variants import inks_of
from imaging.print.inks import Inks
from imaging.types import Color, Pixels


class InkMemo:
    """Splits a logo once for all who ask for it at the same time; holds four bytes a pixel until `clear`."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._key = b""
        self._inks: Inks | None = None

    def split(self, pixels: Pixels, palette: tuple[Color, ...]) -> Inks:
        """The inks of a logo.

        Args:
            pixels: (H, W, 4) RGBA, a clean logo on transparency.
            palette: Its flat colours.

        Raises:
            NoForegroundError: nothing shows.
        """
        digest = hashlib.sha256(f"{pixels.shape} {palette}".encode())
        digest.update(np.ascontiguousarray(pixels).data)
        key = digest.digest()
        # Held while it splits: who asks for the same logo meanwhile would only do the same work beside it.
        with self._lock:
            if self._inks is None or self._key != key:
                self._inks, self._key = None, b""
                self._inks, self._key = inks_of(pixels, palette), key
            return self._inks

    def clear(self) -> None:
        """Let go of what is held."""
        with self._lock:
            self._inks, self._key = None, b""
