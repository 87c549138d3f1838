"""What mock-ups of one side and size have in common, kept up to a number of bytes.

Everything kept is a pure function of its key: with the cache, without it, or with one that is always full,
the same mock-up comes out to the byte.
"""

import weakref
from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import RLock
from typing import Any, Protocol, TypeVar

from imaging.garment.spec import View

MAX_BYTES = 100_000_000
"""At 2400 px a side takes 12 MB and a 12 x 16 in zone 10 MB more: four sides with all that is printed on
them, the front and back of what a customer looks at and of the next one."""


class Sized(Protocol):
    """Something that knows the memory it takes."""

    @property
    def nbytes(self) -> int:
        """Bytes of its arrays."""
        ...


_Made = TypeVar("_Made", bound=Sized)
_Key = tuple[int, Hashable]


class Prepared:
    """Keeps what was made for views, the longest unused going first. Safe to share among threads.

    Args:
        max_bytes: of all that is kept; what alone is larger is made anew each time.
    """

    def __init__(self, *, max_bytes: int = MAX_BYTES) -> None:
        self._max_bytes = max_bytes
        self._kept: OrderedDict[_Key, Sized] = OrderedDict()
        self._bytes = 0
        self._views: set[int] = set()
        # Re-entrant: dropping the last use of a view inside the lock calls `_forget`.
        self._lock = RLock()

    @property
    def nbytes(self) -> int:
        """Bytes now kept."""
        return self._bytes

    def get(self, view: View, name: Hashable, make: Callable[[], _Made]) -> _Made:
        """What `make` gives, or gave before for this view and name; it is not to be written to."""
        key = (id(view), name)
        with self._lock:
            found: Any = self._kept.get(key)
            if found is not None:
                self._kept.move_to_end(key)
                made: _Made = found
                return made
        made = make()  # two threads may both make it: they make the same
        with self._lock:
            self._watch(view)
            self._keep(key, made)
        return made

    def _watch(self, view: View) -> None:
        """Drop what belongs to a view when the view goes; another may get its id."""
        if id(view) not in self._views:
            self._views.add(id(view))
            weakref.finalize(view, self._forget, id(view)).atexit = False

    def _keep(self, key: _Key, made: Sized) -> None:
        if key in self._kept or made.nbytes > self._max_bytes:
            return
        self._kept[key] = made
        self._bytes += made.nbytes
        while self._bytes > self._max_bytes:
            _, dropped = self._kept.popitem(last=False)
            self._bytes -= dropped.nbytes

    def _forget(self, view_id: int) -> None:
        with self._lock:
            self._views.discard(view_id)
            for key in [key for key in self._kept if key[0] == view_id]:
                self._bytes -= self._kept.pop(key).nbytes


SHARED = Prepared()
"""Of this process."""
