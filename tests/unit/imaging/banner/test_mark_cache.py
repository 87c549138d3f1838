"""Logos made ready once for each colour that they lie on."""

import numpy as np

from imaging.banner.mark_cache import Mark, MarkCache
from imaging.banner.spec import Picture


def _picture(value: int = 0) -> Picture:
    return Picture(np.full((10, 10, 4), value, np.uint8))


def _mark(size: int = 100) -> Mark:
    return Mark(b"x" * size, "png", 1.0, np.zeros((1, 1, 4), np.uint8))


def test_made_once_for_each_ground_and_size() -> None:
    """The same picture is made again only for another colour or limit; another picture always."""
    marks, made = MarkCache(), []

    def make() -> Mark:
        made.append(_mark())
        return made[-1]

    asked = [
        (_picture(), None, 100),
        (_picture(), (1, 2, 3), 100),
        (_picture(), (1, 2, 3), 200),
        (_picture(9), (1, 2, 3), 200),
        (Picture(_picture(9).pixels, svg=b"<svg/>"), (1, 2, 3), 200),
    ]
    first = [marks.get(picture, make, fill=fill, limit_px=limit_px) for picture, fill, limit_px in asked]
    again = [marks.get(picture, make, fill=fill, limit_px=limit_px) for picture, fill, limit_px in asked]
    assert first == again == made


def test_what_was_used_longest_ago_goes() -> None:
    """Marks over the limit push out the oldest; one that is too large by itself is not kept."""
    marks = MarkCache(max_bytes=250)
    first, second = _mark(), _mark()
    marks.get(_picture(1), lambda: first, fill=None, limit_px=1)
    marks.get(_picture(2), lambda: second, fill=None, limit_px=1)
    assert marks.get(_picture(1), _mark, fill=None, limit_px=1) is first
    marks.get(_picture(3), lambda: _mark(400), fill=None, limit_px=1)
    marks.get(_picture(4), _mark, fill=None, limit_px=1)
    assert marks.get(_picture(1), _mark, fill=None, limit_px=1) is first
    assert marks.get(_picture(2), _mark, fill=None, limit_px=1) is not second
    made = _mark(400)
    assert marks.get(_picture(3), lambda: made, fill=None, limit_px=1) is made


def test_nothing_to_show_is_not_remembered() -> None:
    """A picture that is clear throughout has no mark."""
    marks = MarkCache()
    assert marks.get(_picture(), lambda: None, fill=None, limit_px=1) is None
