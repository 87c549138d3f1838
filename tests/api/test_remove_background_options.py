"""`POST /remove-background`: models, backgrounds, regions, and what goes together."""

import base64
import json
from io import BytesIO
from typing import Any

import httpx
import numpy as np
import pytest
from PIL import Image, ImageDraw

from tests.api.conftest import png

URL = "/api/v1/remove-background"
GREEN = (20, 160, 60)
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'


def b64(data: bytes) -> str:
    """Base64 text."""
    return base64.b64encode(data).decode()


def picture(*, width: int = 300, height: int = 100) -> bytes:
    """Blue, green, blue: only the green middle covers a square."""
    pixels = np.full((height, width, 3), (20, 40, 200), np.uint8)
    pixels[:, width // 3 : 2 * width // 3] = GREEN
    return png(pixels)


def pixels_of(answer: httpx.Response) -> np.ndarray:
    """The image of an answer given as bytes."""
    assert answer.status_code == 200, answer.text
    return np.asarray(Image.open(BytesIO(answer.content)))


async def asset_id(client: httpx.AsyncClient, image: bytes) -> str:
    """An asset of the caller's that shows this image (a plain upscale by 1 keeps its pixels)."""
    answer = await client.post(
        "/api/v1/upscale", json={"image_base64": b64(image), "width": 300, "height": 100}
    )
    return str(answer.json()["assets"][0]["id"])


async def send(client: httpx.AsyncClient, way: str, logo: bytes, under: bytes, **more: Any) -> httpx.Response:
    """A request whose background is a picture, given in one of seven ways."""
    accept = {"Accept": "image/png"}
    if way == "part":
        files = {"image": ("l.png", logo), "background": ("b.png", under)}
        return await client.post(URL, files=files, data=more, headers=accept)
    if way == "form_object":
        form = {"background": json.dumps({"base64": b64(under)}), **more}
        return await client.post(URL, files={"image": ("l.png", logo)}, data=form, headers=accept)
    if way == "form_flat":
        form = {"background_base64": b64(under), **more}
        return await client.post(URL, files={"image": ("l.png", logo)}, data=form, headers=accept)
    name = "id" if way.endswith("id") else "base64"
    value = await asset_id(client, under) if name == "id" else b64(under)
    source = {"background": {name: value}} if way.startswith("object") else {f"background_{name}": value}
    return await client.post(URL, json={"image_base64": b64(logo), **source, **more}, headers=accept)


@pytest.mark.parametrize(
    "way", ["part", "form_object", "form_flat", "object_base64", "flat_base64", "object_id", "flat_id"]
)
async def test_a_picture_lies_behind(client: httpx.AsyncClient, logo_png: bytes, way: str) -> None:
    """However it is given, the picture's middle covers the result and shows through hole and ground."""
    result = pixels_of(await send(client, way, logo_png, picture(), enclosed="clear"))
    assert result.shape == (160, 160, 3)
    assert np.abs(result[2, 2].astype(int) - GREEN).max() <= 2
    assert np.abs(result[80, 80].astype(int) - GREEN).max() <= 2
    assert tuple(result[80, 35]) == (200, 16, 46)


async def test_a_picture_from_a_forbidden_address_is_refused(
    client: httpx.AsyncClient, logo_png: bytes
) -> None:
    """The background's address passes the same policy as the image's, flat and as an object."""
    address = "http://127.0.0.1/b.png"
    for source in ({"background_url": address}, {"background": {"url": address}}):
        answer = await client.post(URL, json={"image_base64": b64(logo_png), **source})
        assert (answer.status_code, answer.json()["code"]) == (422, "url_forbidden")


async def test_a_picture_covers_the_cropped_and_sized_result(
    client: httpx.AsyncClient, logo_png: bytes
) -> None:
    """Crop, margin and size come first, the picture then covers what is left."""
    answer = await send(client, "part", logo_png, picture(), crop="true", margin="0.1", size="90")
    result = pixels_of(answer)
    assert result.shape == (90, 90, 3)
    assert np.abs(result[1, 1].astype(int) - GREEN).max() <= 2


async def test_a_photo_takes_a_picture_too(client: httpx.AsyncClient, photo_png: bytes) -> None:
    """What the network cut out is laid on the picture."""
    result = pixels_of(await send(client, "flat_base64", photo_png, picture(), mode="photo"))
    assert result.shape == (128, 128, 3)
    assert np.abs(result[2, 2].astype(int) - GREEN).max() <= 40


async def test_a_transparent_logo_takes_a_picture_too(client: httpx.AsyncClient) -> None:
    """An image's own transparency is where the picture shows."""
    pixels = np.zeros((40, 40, 4), np.uint8)
    pixels[10:30, 10:30] = (200, 10, 10, 255)
    result = pixels_of(await send(client, "part", png(pixels), picture()))
    assert (tuple(result[0, 0]), tuple(result[20, 20])) == (GREEN, (200, 10, 10))


@pytest.mark.parametrize(
    ("fields", "status", "code", "field"),
    [
        ({"background": "red", "background_base64": "eA=="}, 422, "validation_error", "background"),
        ({"background": {"base64": "eA==", "id": "x"}}, 422, "validation_error", "background"),
        ({"background": {}}, 422, "validation_error", "background"),
        ({"background": {"base64": 3}}, 422, "validation_error", "background.base64"),
        ({"background": {"colour": "red"}}, 422, "validation_error", "background.colour"),
        ({"background": {"id": "x"}, "background_id": "y"}, 422, "validation_error", "background"),
        ({"background": 7}, 422, "validation_error", "background"),
        ({"background_id": "no-such-asset"}, 404, "not_found", None),
        ({"background": {"base64": "%%%"}}, 400, "invalid_base64", None),
        ({"background_base64": b64(SVG)}, 415, "unsupported_format", None),
        ({"background_base64": b64(picture()[:120])}, 422, "image_corrupt", None),
        ({"background_url": "ftp://example.com/b.png"}, 400, "url_scheme", None),
        ({"mode": "drawing"}, 422, "validation_error", "mode"),
        ({"enclosed": "some"}, 422, "validation_error", "enclosed"),
        ({"output": "alpha"}, 422, "validation_error", "output"),
        ({"margin": -0.1}, 422, "validation_error", "margin"),
        ({"size": 0}, 422, "validation_error", "size"),
        ({"model": "no-such-model"}, 422, "validation_error", "model"),
    ],
)
async def test_mistakes_are_named(
    client: httpx.AsyncClient,
    logo_png: bytes,
    *,
    fields: dict[str, Any],
    status: int,
    code: str,
    field: str | None,
) -> None:
    """Each mistake has its stable code, and the field's path where it is a field's."""
    answer = await client.post(URL, json={"image_base64": b64(logo_png), **fields})
    body = answer.json()
    assert (answer.status_code, body["code"]) == (status, code), body
    assert [item["field"] for item in body["errors"]] == ([field] if field else [])


async def test_a_refused_picture_says_that_it_is_the_background(
    client: httpx.AsyncClient, logo_png: bytes
) -> None:
    """Damaged pixels behind a sound header are found, and not blamed on the logo."""
    damaged = picture()[:-40]
    answer = await client.post(URL, json={"image_base64": b64(logo_png), "background_base64": b64(damaged)})
    assert answer.json()["code"] == "image_corrupt"
    assert answer.json()["detail"].startswith("background:")


async def test_form_with_colour_and_picture_is_refused(client: httpx.AsyncClient, logo_png: bytes) -> None:
    """A colour and a file part of the same name are two backgrounds; two parts of one name are two images."""
    image, under = ("image", ("l.png", logo_png)), ("background", ("b.png", picture()))
    for files, form in (([image, under], {"background": "red"}), ([image, image], {})):
        answer = await client.post(URL, files=files, data=form)
        assert (answer.status_code, answer.json()["code"]) == (422, "validation_error")


async def test_models_are_those_of_the_route(client: httpx.AsyncClient, photo_png: bytes) -> None:
    """A network of the route is taken by name; the refusal of another names those that there are."""
    body = {"image_base64": b64(photo_png), "mode": "photo"}
    answer = (await client.post(URL, json={**body, "model": "u2net"})).json()
    assert answer["engine"]["model"] == "u2net"
    refused = (await client.post(URL, json={**body, "model": "u2"})).json()
    assert "u2net" in refused["errors"][0]["message"]


async def test_mask_ignores_the_background_and_says_so(client: httpx.AsyncClient, logo_png: bytes) -> None:
    """A matte has nothing behind it, and the answer warns of the background that was sent."""
    body = {"image_base64": b64(logo_png), "output": "mask", "background": "red", "enclosed": "clear"}
    answer = (await client.post(URL, json=body)).json()
    assert [item["code"] for item in answer["warnings"]] == ["background_ignored"]


async def test_regions_are_listed(client: httpx.AsyncClient, logo_png: bytes) -> None:
    """Each enclosed region comes with its box, its area and what was decided; `enclosed` decides for sure."""
    for enclosed, decision in (("clear", "cleared"), ("keep", "kept")):
        body = {"image_base64": b64(logo_png), "enclosed": enclosed}
        answer = (await client.post(URL, json=body)).json()
        (region,) = answer["foreground"]["regions"]
        assert (region["decision"], region["confidence"]) == (decision, 1.0)
        assert (
            max(abs(side - near) for side, near in zip(region["bbox"], (60, 60, 101, 101), strict=True)) <= 2
        )
        assert region["area"] == pytest.approx(np.pi * 20**2, rel=0.1)
        assert answer["foreground"]["holes"] == (enclosed == "clear")
        assert answer["warnings"] == []


async def test_transparent_and_photo_have_no_regions(client: httpx.AsyncClient, photo_png: bytes) -> None:
    """Regions are those of a key: neither a photo nor an image's own transparency has any."""
    answer = (await client.post(URL, json={"image_base64": b64(photo_png)})).json()
    assert "regions" not in answer["foreground"]


async def test_photo_mode_cuts_transparent_images_again(client: httpx.AsyncClient) -> None:
    """`photo` asks the network even where the image brings a transparency, which only `auto` respects."""
    image = Image.new("RGBA", (96, 96), (250, 250, 250, 255))
    ImageDraw.Draw(image).ellipse((24, 24, 72, 72), fill=(20, 30, 160, 255))
    image.putpixel((0, 0), (0, 0, 0, 0))
    pixels = np.asarray(image)
    kinds = {}
    for mode in ("auto", "logo", "photo"):
        body = {"image_base64": b64(png(pixels)), "mode": mode}
        kinds[mode] = (await client.post(URL, json=body)).json()["foreground"]["kind"]
    assert kinds == {"auto": "transparent", "logo": "transparent", "photo": "photo"}


@pytest.mark.parametrize("color", [(255, 255, 255), (0, 0, 0), (200, 30, 60), (250, 249, 247)])
async def test_one_flat_colour_has_no_foreground(
    client: httpx.AsyncClient, color: tuple[int, int, int]
) -> None:
    """One colour, whichever, is 422 `no_foreground` in every mode."""
    flat = b64(png(np.full((80, 60, 3), color, np.uint8)))
    for mode in ("auto", "logo", "photo"):
        answer = await client.post(URL, json={"image_base64": flat, "mode": mode})
        assert (answer.status_code, answer.json()["code"]) == (422, "no_foreground"), mode


async def test_jpeg_is_laid_on_white(client: httpx.AsyncClient, logo_png: bytes) -> None:
    """JPEG has no alpha: a transparent result is laid on white."""
    answer = await client.post(URL, json={"image_base64": b64(logo_png)}, headers={"Accept": "image/jpeg"})
    assert min(pixels_of(answer)[2, 2]) >= 250


@pytest.mark.parametrize("refine", ["true", "false"])
@pytest.mark.parametrize("output", ["cutout", "mask"])
@pytest.mark.parametrize("mode", ["auto", "photo", "logo"])
async def test_options_go_together(
    client: httpx.AsyncClient, photo_png: bytes, mode: str, output: str, refine: str
) -> None:
    """Every mode takes every output, crop, size and refine: the longer side is the one asked for."""
    form = {
        "mode": mode,
        "output": output,
        "refine": str(refine),
        "crop": "1",
        "margin": "0.05",
        "size": "64",
    }
    answer = await client.post(
        URL, files={"image": ("p.png", photo_png)}, data=form, headers={"Accept": "image/png"}
    )
    result = pixels_of(answer)
    assert max(result.shape[:2]) == 64
    assert (result.ndim == 3 and result.shape[2] == 4) == (output == "cutout")
