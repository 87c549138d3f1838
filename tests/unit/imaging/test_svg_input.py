"""SVG files: told by their bytes, measured, made harmless."""

import base64
from io import BytesIO
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from imaging.codec.header import DecodeLimits
from imaging.codec.svg import MAX_DEPTH, MAX_ELEMENTS, MAX_SVG_BYTES, looks_like_svg, probe_logo, read_svg
from imaging.errors import CorruptImageError, ImageTooLargeError, ImagingError

LIMITS = DecodeLimits(max_megapixels=5)
NS = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'


def svg(body: str = "", *, root: str = 'viewBox="0 0 20 10"') -> bytes:
    """A document with this inside."""
    return f"<svg {NS} {root}>{body}</svg>".encode()


def picture(side_px: int) -> str:
    """A PNG of this side as a data URL."""
    out = BytesIO()
    Image.new("L", (side_px, side_px)).save(out, "PNG")
    return "data:image/png;base64," + base64.b64encode(out.getvalue()).decode()


@pytest.mark.parametrize(
    "start",
    [b"<svg ", b"\xef\xbb\xbf<svg>", b'<?xml version="1.0"?>\n<svg ', b"<!-- drawn -->\n<svg>", b"<svg:svg "],
)
def test_svg_is_known_by_its_bytes(start: bytes) -> None:
    """Byte order marks, declarations, comments and prefixes may stand before the root."""
    assert looks_like_svg(start)


@pytest.mark.parametrize("start", [b"\x89PNG\r\n\x1a\n<svg ", b"<html>", b"", b"<svgish>", b"%PDF <svg "])
def test_other_files_are_no_svg(start: bytes) -> None:
    """What begins otherwise is not SVG, whatever follows."""
    assert not looks_like_svg(start)


@pytest.mark.parametrize(
    ("root", "size"),
    [
        ('viewBox="0 0 20 10"', (2048, 1024)),
        ('width="1in" height="96"', (2048, 2048)),
        ('width="10mm" height="1cm"', (2048, 2048)),
        ('width="100%" height="100%" viewBox="-5 -5 10 40"', (512, 2048)),
        ("", (2048, 1024)),
    ],
)
def test_size_comes_from_viewport_or_view_box(root: str, size: tuple[int, int]) -> None:
    """Absolute lengths count in any unit, else the view box, else what CSS takes for none."""
    found = read_svg(svg(root=root), limits=LIMITS)
    assert (found.width, found.height) == size
    assert ET.fromstring(found.markup).get("viewBox")  # noqa: S314 - our own output


def test_header_of_a_logo_may_be_svg() -> None:
    """Where a logo is expected an SVG has a header like any picture."""
    header = probe_logo(svg(), limits=LIMITS)
    assert (header.format, header.width, header.height) == ("SVG", 2048, 1024)


@pytest.mark.parametrize(
    "body",
    [
        "<script>alert(1)</script>",
        "<foreignObject><p xmlns='http://www.w3.org/1999/xhtml'>x</p></foreignObject>",
        '<image href="file:///etc/hostname.png"/>',
        '<image xlink:href="http://example.com/a.png"/>',
        '<image href="data:image/svg+xml;base64,PHN2Zy8+"/>',
        '<use href="other.svg#a"/>',
        '<rect onclick="alert(1)"/>',
    ],
)
def test_nothing_runs_or_reaches_outside(body: str) -> None:
    """Scripts, foreign content, handlers and references that leave the document are gone."""
    markup = read_svg(svg(body), limits=LIMITS).markup
    for trace in ("script", "foreignObject", "file:", "http://example", "svg+xml", "other.svg", "onclick"):
        assert trace not in markup


def test_references_inside_stay() -> None:
    """A gradient by id and an embedded picture within the limits are kept."""
    body = f'<use href="#a"/><image href="{picture(4)}"/>'
    markup = read_svg(svg(body), limits=LIMITS).markup
    assert 'href="#a"' in markup
    assert "data:image/png" in markup


def test_embedded_pictures_count_together() -> None:
    """Two pictures that would pass alone are too much together."""
    one = f'<image href="{picture(1800)}"/>'
    assert read_svg(svg(one), limits=LIMITS)
    with pytest.raises(ImageTooLargeError, match="together"):
        read_svg(svg(one * 2), limits=LIMITS)


def test_embedded_bomb_is_refused() -> None:
    """A picture inside is held against the limits by its header."""
    with pytest.raises(ImageTooLargeError):
        read_svg(svg(f'<image href="{picture(3000)}"/>'), limits=LIMITS)


@pytest.mark.parametrize(
    "data",
    [
        b"<svg",
        b"<svg></g>",
        b"<html/>",
        svg("<g>" * (MAX_DEPTH + 1) + "</g>" * (MAX_DEPTH + 1)),
        svg(root='width="0" height="0"'),
        svg(root='width="1e999" height="1"'),
        svg('<image href="data:image/png;base64,!!!"/>'),
        b'<!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/hostname">]>' + svg("<text>&a;</text>"),
    ],
)
def test_broken_documents_are_corrupt(data: bytes) -> None:
    """What is not well-formed, not SVG, bottomless or without size has the error of damaged files."""
    with pytest.raises(CorruptImageError):
        read_svg(data, limits=LIMITS)


def test_documents_are_bounded() -> None:
    """Bytes and elements have limits of their own."""
    with pytest.raises(ImageTooLargeError, match="elements"):
        read_svg(svg("<g/>" * MAX_ELEMENTS), limits=LIMITS)
    with pytest.raises(ImageTooLargeError, match="MB"):
        read_svg(svg(" " * MAX_SVG_BYTES), limits=LIMITS)


def test_entity_bomb_is_refused() -> None:
    """Entities that multiply are stopped by the parser, not unfolded."""
    entities = "".join(f'<!ENTITY a{k} "{f"&a{k - 1};" * 10}">' for k in range(1, 9))
    bomb = f'<!DOCTYPE svg [<!ENTITY a0 "{"x" * 1000}">{entities}]>'.encode() + svg("<text>&a8;</text>")
    with pytest.raises(CorruptImageError):
        read_svg(bomb, limits=LIMITS)


@given(st.binary(max_size=300), st.integers(0, 200))
def test_damaged_documents_raise_only_our_errors(noise: bytes, at: int) -> None:
    """Bytes overwritten anywhere give a document or one of our errors."""
    data = bytearray(svg('<rect width="3" height="4" fill="red"/>' * 3))
    data[at : at + len(noise)] = noise
    try:
        read_svg(bytes(data), limits=LIMITS)
    except ImagingError:
        return
