"""Logos, figures and forms that nobody should send to the logo endpoints, and somebody will."""

import base64
from io import BytesIO
from typing import Any

import cv2
import httpx
import numpy as np
import pytest
from PIL import Image

from imaging.types import Pixels
from tests.api.conftest import png

PROCESS, PLACE = "/api/v1/process-logo/optimized", "/api/v1/place-logo"
EVERY_FILE = {
    "outputs": ["png", "svg", "pdf", "diff"],
    "variants": ["mono", "reversed", "dark_garment"],
    "fixes": ["solid", "smooth", "thicken", "gamut", "outline"],
}
SMALL = {"mockup_px": 64, "dpi": 36}


async def ask(client: httpx.AsyncClient, url: str, logo: Pixels, **more: Any) -> httpx.Response:
    """The answer to a logo."""
    return await client.post(url, json={"logo_base64": base64.b64encode(png(logo)).decode(), **more})


async def picture(client: httpx.AsyncClient, answer: httpx.Response, role: str) -> Pixels:
    """The pixels of one asset of an answer."""
    (url,) = [asset["url"] for asset in answer.json()["assets"] if asset["role"] == role]
    return np.asarray(Image.open(BytesIO((await client.get(url)).content)))


def codes(answer: httpx.Response) -> list[str]:
    """Codes of the warnings."""
    assert answer.status_code == 200, answer.text
    return [warning["code"] for warning in answer.json()["warnings"]]


def disc(*, alpha: int = 255, color: tuple[int, int, int] = (200, 16, 46), side: int = 96) -> Pixels:
    """A disc on transparency."""
    logo = np.zeros((side, side, 4), np.uint8)
    matte = np.zeros((side, side), np.uint8)
    cv2.circle(matte, (side // 2, side // 2), side * 3 // 8, 255, -1, cv2.LINE_AA)
    logo[..., :3] = color
    logo[..., 3] = matte.astype(int) * alpha // 255
    return logo


TINY = {
    "one pixel": np.full((1, 1, 4), 255, np.uint8),
    "two by two": np.array([[[255, 0, 0, 255], [0, 0, 0, 0]], [[0, 0, 0, 0], [0, 255, 0, 128]]], np.uint8),
    "a row": np.array([[[255, 0, 0, 255], [0, 0, 0, 0], [0, 0, 255, 200]] * 20], np.uint8),
    "a column": np.array([[[255, 0, 0]], [[255, 255, 255]], [[0, 0, 255]]] * 20, np.uint8),
    "a dot": np.pad(np.zeros((1, 1, 3), np.uint8), ((1, 1), (1, 1), (0, 0)), constant_values=255),
}


@pytest.mark.parametrize("name", TINY)
@pytest.mark.parametrize("keyed", [{}, {"remove_background": False}])
async def test_tiny_logos_are_answered(client: httpx.AsyncClient, name: str, keyed: dict[str, Any]) -> None:
    """Logos of a few pixels come with every file and on every garment, or are refused as nothing."""
    for url, more in ((PROCESS, EVERY_FILE), (PLACE, {**SMALL, "outline": "always"})):
        answer = await ask(client, url, TINY[name], **keyed, **more)
        assert answer.status_code == 200 or answer.json()["code"] == "no_foreground", answer.text


@pytest.mark.parametrize(("alpha", "status"), [(1, 422), (7, 422), (9, 200)])
async def test_what_is_too_faint_to_be_seen_is_nothing(
    client: httpx.AsyncClient, alpha: int, status: int
) -> None:
    """Artwork of less than 3 % opacity is refused; above that it is artwork."""
    answer = await ask(client, PROCESS, disc(alpha=alpha), outputs=["png"])
    assert answer.status_code == status
    assert status == 200 or answer.json()["code"] == "no_foreground"


async def test_colours_out_of_gamut_are_listed(client: httpx.AsyncClient) -> None:
    """A neon green is in the report with the nearest colour that prints."""
    answer = await ask(client, PROCESS, disc(color=(0, 255, 0)), outputs=["png"])
    (color,) = answer.json()["print_report"]["out_of_gamut"]
    assert color["color"] == "#00ff00"
    assert set(color) == {"color", "share", "nearest", "delta_e"}
    assert "out_of_gamut" in codes(answer)


async def test_fixes_that_leave_nothing_are_not_made(client: httpx.AsyncClient) -> None:
    """Making a faint logo solid would drop all of it: it comes as it is, with a warning."""
    answer = await ask(client, PROCESS, disc(alpha=60), outputs=["png"], fixes=["solid"])
    assert "fixes_left_nothing" in codes(answer)
    assert (await picture(client, answer, "master"))[..., 3].max() == 60


async def test_mending_is_a_step_of_its_own(client: httpx.AsyncClient) -> None:
    """What the fixes did is listed after the clean-up, in the order in which they ran."""
    answer = await ask(client, PROCESS, disc(), outputs=["png"], fixes=["outline", "gamut", "outline"])
    step = answer.json()["steps"][-1]
    assert (step["name"], step["detail"]) == ("mend_for_print", "gamut, outline")
    assert 0.05 < step["changed"] < 1


async def test_a_hairline_at_the_border_can_grow(client: httpx.AsyncClient) -> None:
    """A logo that is one thin line is thickened although its trimmed picture ends where the line does."""
    line = np.full((60, 400, 3), 255, np.uint8)
    line[30:32, 20:380] = (200, 16, 46)
    more = {"outputs": ["png"], "print_width_in": 1, "dpi": 300, "remove_background": True}
    heights = [
        (await ask(client, PROCESS, line, fixes=fixes, **more)).json()["print_report"]["height_in"] * 72
        for fixes in ([], ["thicken"])
    ]
    assert heights[0] < 0.5
    assert heights[1] > 0.95


async def test_a_contour_is_as_wide_as_asked_for(client: httpx.AsyncClient) -> None:
    """A quarter of an inch round a disc is 36 pixels of a print at 144 DPI, within the width asked for."""
    more = {"outline": "always", "outline_color": "white", "outline_in": 0.25, "width_in": 4, "dpi": 144}
    answer = await ask(client, PLACE, disc(side=300), garment_color="#c8102e", outputs=["print"], **more)
    printed = await picture(client, answer, "print")
    row = printed[2 * 144]
    inked = np.flatnonzero(row[:, 3])
    white = (row[:, 3] == 255) & (row[:, :3] > 200).all(axis=1)
    assert abs(len(inked) - 4 * 144) <= 8, "the soft rim of the disc counts"
    assert abs(int(white[: row.shape[0] // 2].sum()) - 36) <= 2
    assert answer.json()["placement"]["width_in"] == 4


async def test_a_contour_leaves_room_for_the_logo(client: httpx.AsyncClient) -> None:
    """Half an inch round a logo of a quarter inch is narrowed and said, however many pixels it has."""
    more = {**SMALL, "outline": "always", "outline_in": 0.5, "width_in": 0.25}
    answer = await ask(client, PLACE, disc(side=700), outputs=["mockup", "print"], **more)
    assert "outline_narrowed" in codes(answer)
    assert answer.json()["placement"]["width_in"] == pytest.approx(0.25, abs=1e-3)


@pytest.mark.parametrize(
    ("alpha", "more"), [(255, {"choke_px": 8, "width_in": 0.25}), (100, {}), (250, {"threshold": 255})]
)
async def test_an_empty_print_is_said(client: httpx.AsyncClient, alpha: int, more: dict[str, object]) -> None:
    """Where choke or threshold leave nothing of the logo, the file is empty and the answer says so."""
    answer = await ask(client, PLACE, disc(alpha=alpha), outputs=["print"], **{**SMALL, **more})
    assert "nothing_printed" in codes(answer)
    assert not (await picture(client, answer, "print"))[..., 3].any()


async def test_a_print_that_lost_its_strokes_is_said(client: httpx.AsyncClient) -> None:
    """A choke that takes most of a logo of lines away is warned of; one that does not is not."""
    lines = np.zeros((96, 96, 4), np.uint8)
    lines[4:-4:12, 4:-4] = (10, 20, 60, 255)
    lines[5:-4:12, 4:-4] = (10, 20, 60, 255)
    more = {"dpi": 72, "outputs": ["print"], "width_in": 4}
    assert "print_thinned" in codes(await ask(client, PLACE, lines, choke_px=2, **more))
    assert "print_thinned" not in codes(await ask(client, PLACE, disc(), choke_px=2, **more))


@pytest.mark.parametrize(
    "more", [{}, {"outline": "always"}, {"zone": "left_chest"}, {"side": "back", "name": "Li"}]
)
async def test_strips_find_their_place(client: httpx.AsyncClient, more: dict[str, Any]) -> None:
    """A pole and a strip are placed, though narrower or lower than anything that can be asked for."""
    for shape in ((2400, 6), (6, 2400)):
        strip = np.full((*shape, 4), (200, 16, 46, 255), np.uint8)
        answer = await ask(client, PLACE, strip, remove_background=False, **{**SMALL, **more})
        assert answer.status_code == 200, answer.text


async def test_an_offset_is_held_to_the_zone_not_to_the_room(client: httpx.AsyncClient) -> None:
    """Under a name the nape's free part is low; an offset beyond it is still on the zone, and overlaps."""
    more = {"side": "back", "name": "Li", "offset_in": [0, 2.5], **SMALL}
    assert "prints_overlap" in codes(await ask(client, PLACE, disc(), **more))


async def test_a_hole_in_a_solid_stays_a_hole(client: httpx.AsyncClient) -> None:
    """A logo whose artwork is the clear part of a slab keeps it clear on the print."""
    slab = np.full((90, 90, 4), (0, 90, 200, 255), np.uint8)
    slab[30:60, 30:60, 3] = 0
    answer = await ask(client, PLACE, slab, outputs=["print"], width_in=4, dpi=36)
    printed = await picture(client, answer, "print")
    middle = printed.shape[1] // 2
    assert printed[72, middle, 3] == 0
    assert printed[72, middle - 60, 3] == 255


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("علي", 200),
        ("E\u0301lodie", 200),
        ("O\u2019Neil", 200),
        ("'", 200),
        ("\U0001f468\u200d\U0001f469", 422),
        (" " * 60, 422),
        ("\u202e", 422),
    ],
)
async def test_names_of_the_world(client: httpx.AsyncClient, name: str, status: int) -> None:
    """Right to left, combining marks, one comma: set. Emoji, blanks, bare controls: refused by the field."""
    answer = await ask(client, PLACE, disc(), side="back", name=name, outputs=["print"], dpi=36)
    assert answer.status_code == status, answer.text
    assert status == 200 or [error["field"] for error in answer.json()["errors"]] == ["name"]


@pytest.mark.parametrize(
    ("fields", "x_in"),
    [({"offset_in": "1,0.5"}, 5), ({"offset_in": ["1", "0.5"]}, 5), ({"offset_in": "[1, 0.5]"}, 5), ({}, 4)],
)
async def test_forms_hold_pairs_and_lists(
    client: httpx.AsyncClient, fields: dict[str, Any], x_in: float
) -> None:
    """A pair comes as text with a comma, as the field twice, or as JSON."""
    form = {"mockup_px": "64", "outputs": "mockup", "width_in": "4", **fields}
    answer = await client.post(PLACE, data=form, files={"logo": ("a.png", png(disc()), "image/png")})
    assert answer.status_code == 200, answer.text
    assert answer.json()["placement"]["x_in"] == x_in


async def test_a_form_can_ask_for_soft_edges(client: httpx.AsyncClient) -> None:
    """Where there is no null, its name keeps the print's soft edge."""
    form = {"outputs": "print", "dpi": "36", "threshold": "null"}
    answer = await client.post(PLACE, data=form, files={"logo": ("a.png", png(disc()), "image/png")})
    alpha = (await picture(client, answer, "print"))[..., 3]
    assert ((alpha > 0) & (alpha < 255)).any()


async def test_noise_from_edge_to_edge_is_answered(client: httpx.AsyncClient) -> None:
    """A border of which no two pixels are alike is no ground, and no accident."""
    noise = np.random.default_rng(5).integers(0, 256, (96, 96, 3), np.uint8)
    for url, more in ((PROCESS, {"outputs": ["png"]}), (PLACE, SMALL)):
        answer = await ask(client, url, noise, **more)
        assert answer.status_code == 200 or answer.json()["code"] == "no_foreground", answer.text


async def test_before_and_after_show_the_same_place(client: httpx.AsyncClient) -> None:
    """A logo off centre on its own transparency lies beside its trimmed self, at one scale."""
    logo = np.pad(disc(), ((40, 0), (90, 0), (0, 0)))
    answer = await ask(client, PROCESS, logo, outputs=["diff"], remove_background=False)
    shown = (await picture(client, answer, "diff")).astype(int)
    panels = np.array_split(shown[: shown.shape[0] // 2], 2, axis=1)
    reds = [((part[..., 0] > 150) & (part[..., 1] < 80)).sum() for part in panels]
    assert reds[0] == pytest.approx(reds[1], rel=0.1)


@pytest.mark.parametrize("figure", ["NaN", "Infinity", "1e400", "-1e400"])
@pytest.mark.parametrize(
    ("url", "field"), [(PLACE, "width_in"), (PLACE, "dpi"), (PROCESS, "dpi"), (PROCESS, "max_colors")]
)
async def test_numbers_that_are_none_are_refused(
    client: httpx.AsyncClient, url: str, field: str, figure: str
) -> None:
    """NaN and infinities, however they are written, are the client's mistake."""
    logo = base64.b64encode(png(disc())).decode()
    body = f'{{"logo_base64": "{logo}", "{field}": {figure}}}'
    answer = await client.post(url, content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code in {400, 422}
    assert answer.json()["code"] in {"invalid_json", "validation_error"}
