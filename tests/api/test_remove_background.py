"""`POST /remove-background`."""

import base64
from io import BytesIO

import httpx
import numpy as np
from PIL import Image

from tests.api.conftest import png

URL = "/api/v1/remove-background"


def b64(data: bytes) -> str:
    """Base64 text."""
    return base64.b64encode(data).decode()


async def test_logo_loses_ground_and_counter(client: httpx.AsyncClient, logo_png: bytes) -> None:
    """A logo on one colour is keyed: ground and counter become clear, the artwork stays."""
    answer = await client.post(URL, json={"image_base64": b64(logo_png), "enclosed": "clear"})
    body = answer.json()
    assert answer.status_code == 200, body
    assert body["foreground"]["kind"] == "logo"
    assert body["foreground"]["holes"] == 1
    assert 0.3 < body["foreground"]["coverage"] < 0.45
    x0, y0, x1, y1 = body["foreground"]["bbox"]
    assert max(abs(x0 - 20), abs(y0 - 20), abs(x1 - 141), abs(y1 - 141)) <= 2
    file = await client.get(body["assets"][0]["url"])
    alpha = np.asarray(Image.open(BytesIO(file.content)))[..., 3]
    assert (alpha[0, 0], alpha[80, 80], alpha[80, 35]) == (0, 0, 255)


async def test_photo_goes_through_the_network(client: httpx.AsyncClient, photo_png: bytes) -> None:
    """A photo's subject is cut by the network, which the answer names."""
    body = (await client.post(URL, json={"image_base64": b64(photo_png)})).json()
    assert body["foreground"]["kind"] == "photo"
    assert body["engine"]["model"] == "u2net"
    assert body["engine"]["licence"]
    assert 0 < body["foreground"]["confidence"] <= 1


async def test_transparency_is_respected(client: httpx.AsyncClient) -> None:
    """An image that brings its transparency keeps it to the last pixel."""
    pixels = np.zeros((40, 40, 4), np.uint8)
    pixels[10:30, 10:30] = (10, 120, 60, 255)
    pixels[10:30, 29] = (10, 120, 60, 128)
    body = (await client.post(URL, json={"image_base64": b64(png(pixels))})).json()
    assert body["foreground"]["kind"] == "transparent"
    file = await client.get(body["assets"][0]["url"])
    assert np.array_equal(np.asarray(Image.open(BytesIO(file.content)))[..., 3], pixels[..., 3])


async def test_blank_image_is_an_honest_422(client: httpx.AsyncClient) -> None:
    """A blank image has no foreground, in every mode."""
    blank = b64(png(np.full((64, 64, 3), 255, np.uint8)))
    for mode in ("auto", "logo", "photo"):
        answer = await client.post(URL, json={"image_base64": blank, "mode": mode})
        assert (answer.status_code, answer.json()["code"]) == (422, "no_foreground"), mode


async def test_fully_clear_image_is_an_honest_422(client: httpx.AsyncClient) -> None:
    """A fully transparent image has no foreground."""
    clear = b64(png(np.zeros((32, 32, 4), np.uint8)))
    answer = await client.post(URL, json={"image_base64": clear})
    assert (answer.status_code, answer.json()["code"]) == (422, "no_foreground")


async def test_crop_margin_size(client: httpx.AsyncClient, logo_png: bytes) -> None:
    """Cropping with a margin and a size gives exactly that size."""
    answer = await client.post(
        URL,
        json={"image_base64": b64(logo_png), "crop": True, "margin": 0.1, "size": 240},
        headers={"Accept": "image/png"},
    )
    image = Image.open(BytesIO(answer.content))
    assert max(image.size) == 240
    alpha = np.asarray(image)[..., 3]
    assert alpha[:10].max() == 0
    assert alpha[120, 40] == 255


async def test_background_colour(client: httpx.AsyncClient, logo_png: bytes) -> None:
    """A background colour fills what was cleared, and the result has no alpha."""
    answer = await client.post(
        URL, json={"image_base64": b64(logo_png), "background": "#0b2545"}, headers={"Accept": "image/png"}
    )
    result = np.asarray(Image.open(BytesIO(answer.content)))
    assert result.shape == (160, 160, 3)
    assert tuple(result[2, 2]) == (0x0B, 0x25, 0x45)


async def test_mask_is_gray(client: httpx.AsyncClient, logo_png: bytes) -> None:
    """The mask is the matte itself, white on black."""
    body = (await client.post(URL, json={"image_base64": b64(logo_png), "output": "mask"})).json()
    assert body["assets"][0]["role"] == "mask"
    file = await client.get(body["assets"][0]["url"])
    result = np.asarray(Image.open(BytesIO(file.content)).convert("L"))
    assert (result[2, 2], result[80, 30]) == (0, 255)


async def test_wrong_colour_is_named(client: httpx.AsyncClient, logo_png: bytes) -> None:
    """A colour that is none is a named field error."""
    answer = await client.post(URL, json={"image_base64": b64(logo_png), "background": "nice blue"})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "background"
