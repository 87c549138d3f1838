"""Sizes, crops, groups of files, and in which order a page offers them."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imaging.web.responsive.markup import Candidate, Markup, picture_html, preload_link
from imaging.web.responsive.plan import WebFormat, WebSpec, crop_size, place_crop, plan_crops
from imaging.web.responsive.share import file_orders, groups


def test_nothing_is_enlarged() -> None:
    """Widths over the source's are left out and named."""
    (crop,) = plan_crops(1000, 500, spec=WebSpec((320, 1000, 1001, 4000), ("avif",)))
    assert crop.sizes == ((320, 160), (1000, 500))
    assert crop.left_out == (1001, 4000)


def test_a_source_smaller_than_all_widths_keeps_its_own() -> None:
    """Where no width is left, the source's own is made."""
    (crop,) = plan_crops(90, 60, spec=WebSpec((320,), ("avif",)))
    assert crop.sizes == ((90, 60),)


def test_ratio_crops() -> None:
    """A crop is the largest rectangle of its ratio; `original` is the whole image."""
    assert crop_size(1600, 1200, "16:9") == (1600, 900)
    assert crop_size(1600, 1200, "1:1") == (1200, 1200)
    assert crop_size(1600, 1200, "original") == (1600, 1200)
    assert crop_size(10, 10, "9999:1") == (10, 1)


def test_crops_stay_inside() -> None:
    """A crop that looks at a corner ends at the edge."""
    assert place_crop(100, crop=40, focal=0.0) == 0
    assert place_crop(100, crop=40, focal=0.5) == 30
    assert place_crop(100, crop=40, focal=1.0) == 60


@given(
    width=st.integers(1, 5000),
    height=st.integers(1, 5000),
    widths=st.lists(st.integers(1, 6000), min_size=1, max_size=8, unique=True),
    ratios=st.sampled_from([(), ("16:9",), ("1:1", "original"), ("1:500",)]),
)
def test_groups_hold_every_file_once(
    width: int, height: int, widths: list[int], ratios: tuple[str, ...]
) -> None:
    """However a set is divided, each file is in just one group and none is empty; no role is used twice."""
    spec = WebSpec(tuple(sorted(widths)), ("avif", "jpeg"), ratios)
    orders = file_orders(plan_crops(width, height, spec=spec), spec.formats)
    parts = groups(orders)
    assert sorted(order.role for part in parts for order in part) == sorted({order.role for order in orders})
    assert 1 <= len(parts) <= 8
    assert all(parts)


def test_groups_are_balanced() -> None:
    """No group takes longer than its fair share and the costliest file together."""
    spec = WebSpec((320, 640, 960, 1280, 1920), ("avif", "webp", "jpeg"))
    orders = file_orders(plan_crops(4000, 3000, spec=spec), spec.formats)
    costs = [sum(order.cost_ms for order in part) for part in groups(orders)]
    assert max(costs) <= sum(costs) / len(costs) + max(order.cost_ms for order in orders)
    assert costs == sorted(costs, reverse=True)


@pytest.mark.parametrize(
    ("formats", "expected"),
    [
        (("avif", "webp", "jpeg", "png"), ["avif", "webp", "jpeg"]),
        (("png", "jpeg", "webp"), ["webp", "png"]),
        (("jpeg", "avif"), ["avif", "jpeg"]),
        (("webp", "avif"), ["avif", "webp"]),
        (("avif",), ["avif"]),
    ],
)
def test_what_a_browser_is_offered(formats: tuple[WebFormat, ...], expected: list[str]) -> None:
    """The `img` comes last with a format that all browsers show; the hint names what is taken first."""
    files = [Candidate(f"a-{width}.{kind}", kind, width, width) for kind in formats for width in (10, 20)]
    markup = picture_html(files, markup=Markup(), formats=formats)
    assert re.findall(r'srcset="a-10\.(\w+) 10w', markup) == expected
    assert f'type="image/{expected[0]}"' in preload_link(files, markup=Markup(), formats=formats)
