"""The logos of the benchmark: which, on what, and how they are spoilt."""

import json
from pathlib import Path

import numpy as np

from bench.logo_cases import CASES, cases, scored
from bench.logo_peers import flooded, keyed, lanczos
from bench.logo_set import WHITE, Logo, allowed, coloured_ground, halved, logos, on_ground

RING = '<path fill="#c8102e" fill-rule="evenodd" d="M0 0h64v64H0zM16 16h32v32H16z"/>'


def ring() -> Logo:
    """A red frame."""
    return Logo("ring-icon", RING, (0.0, 0.0, 64.0, 64.0))


def test_names_are_drawn_by_lot() -> None:
    """About a quarter of all names, and always the same ones."""
    names = [f"logo-{index}" for index in range(4000)]
    chosen = [name for name in names if allowed(name)]
    assert 0.22 < len(chosen) / len(names) < 0.28
    assert [name for name in names if allowed(name)] == chosen


def test_other_names_are_not_even_read(tmp_path: Path) -> None:
    """A package gives only the logos that may be looked at, with their own sizes."""
    names = [f"logo-{index}" for index in range(40)]
    icons = {name: {"body": RING, "width": 64, "height": 64} for name in names}
    file = tmp_path / "icons.json"
    file.write_text(json.dumps({"prefix": "logos", "icons": icons, "width": 256, "height": 256}))
    found = logos(file)
    assert [logo.name for logo in found] == sorted(name for name in names if allowed(name))
    assert {logo.view for logo in found} == {(0.0, 0.0, 64.0, 64.0)}


def test_logo_is_drawn_with_a_margin() -> None:
    """512 px and 24 px around them, at any scale, clear outside and in the hole."""
    truth = ring().render()
    assert truth.shape == (560, 560, 4)
    assert ring().render(scale=0.5).shape == (280, 280, 4)
    assert truth[280, 280, 3] == truth[10, 10, 3] == 0
    assert tuple(truth[40, 40]) == (200, 16, 46, 255)


def test_variants_share_a_stem() -> None:
    """`ring-icon` and `ring-dark-2` are both `ring`; a name that is all suffix stays."""
    assert (ring().stem, Logo("ring-dark-2", "", (0, 0, 1, 1)).stem) == ("ring", "ring")
    assert Logo("icon", "", (0, 0, 1, 1)).stem == "icon"


def test_ground_is_no_colour_of_the_logo() -> None:
    """Whatever the name's lot, the ground lies far from every colour of the logo."""
    truth = ring().render()
    for name in ("a", "b", "c", "d", "e", "f", "g", "h"):
        ground = np.array(coloured_ground(name, truth), float)
        assert np.linalg.norm(ground - (200, 16, 46)) >= 60


def test_halving_weighs_colours_by_alpha() -> None:
    """Clear black beside solid red is half-clear red, not dark red."""
    truth = np.zeros((2, 2, 4), np.uint8)
    truth[:, 0] = (200, 16, 46, 255)
    assert halved(truth).tolist() == [[[200, 16, 46, 128]]]


def test_every_case_is_scored() -> None:
    """Each case comes once, the last at half size; on a coloured ground only the key finds the counter."""
    found = list(cases(ring()))
    assert tuple(case.name for case in found) == CASES
    assert [case.rgb.shape[:2] for case in found] == [case.truth.shape[:2] for case in found]
    assert found[2].rgb.shape == (280, 280, 3)
    ours, plain = (scored(ring(), found[1], cut) for cut in (keyed, flooded))
    assert (ours.counters, plain.counters) == (1, 0)
    assert ours.iou > 0.99 > plain.iou
    assert ours.can_be_seen


def test_flood_fill_stops_at_another_colour() -> None:
    """Outside becomes clear, the enclosed hole stays."""
    found = flooded(on_ground(ring().render(), WHITE))
    assert (found[5, 5, 3], found[40, 40, 3], found[280, 280, 3]) == (0, 255, 255)


def test_lanczos_does_not_mix_clear_pixels_in() -> None:
    """Enlarged, the rim is as red as the middle, give or take the filter's overshoot, and not darker."""
    large = lanczos(ring().render(scale=0.25), times=4)
    solid = large[large[..., 3] > 128]
    assert large.shape == (560, 560, 4)
    assert solid[:, 0].min() >= 180
