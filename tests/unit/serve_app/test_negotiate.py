"""`Accept`."""

import pytest

from serve_app.api.negotiate import wanted_format


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        (None, None),
        ("*/*", None),
        ("application/json", None),
        ("image/png", "png"),
        ("image/webp, */*", "webp"),
        ("image/png;q=0.5, image/avif;q=0.9", "avif"),
        ("application/json, image/png;q=0.9", None),
        ("image/*", None),
        ("image/bmp", None),
        ("IMAGE/JPEG", "jpeg"),
        ("image/png;q=nonsense", None),
        ("image/png;q=0", None),
    ],
)
def test_bytes_only_when_their_type_is_named(accept: str | None, expected: str | None) -> None:
    """JSON unless an image type is named with the highest weight."""
    assert wanted_format(accept) == expected
