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
        ("", None),
        (" , ;,", None),
        ("image/png, image/webp", "png"),
        ("image/webp;q=0.5, image/png;q=0.5", "webp"),
        ("image/png;q=0.4, application/json;q=0.3", "png"),
        ("application/json;q=0.3, image/png;q=0.4", "png"),
        ("application/json;q=0.5, image/png;q=0.5", None),
        ("text/html, application/xml;q=0.9, image/jpeg;q=0.2", "jpeg"),
        ("image/avif,image/webp,image/apng,*/*;q=0.8", "avif"),
        ("image/png;q=0.5, */*;q=0.8", None),
        ("image/png;q=0.5, application/*;q=0.8", None),
        ("image/png;q=0.8, image/*;q=0.9", "png"),
        ("image/heic, image/jxl;q=0.9", None),
        ("image/heic, image/webp;q=0.1", "webp"),
        ("image/png;version=2;q=0.5, image/webp;q=0.7", "webp"),
        ("image/png ; Q=0.5 , image/webp", "webp"),
        ("image/png;q=-1", None),
        ("image/png;q=nan, image/webp;q=0.1", "webp"),
        ("image/png;q=7, image/webp", "png"),
        ("image", None),
        ("image/png/extra", None),
    ],
)
def test_bytes_only_when_their_type_is_named(accept: str | None, expected: str | None) -> None:
    """JSON unless an image type is named with the highest weight."""
    assert wanted_format(accept) == expected
