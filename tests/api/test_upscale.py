"""`POST /upscale`."""

import base64
from io import BytesIO

import httpx
import numpy as np
import pytest
from PIL import Image

from tests.api.conftest import png

URL = "/api/v1/upscale"


def b64(data: bytes) -> str:
    """Base64 text."""
    return base64.b64encode(data).decode()


async def test_default_is_four_times(client: httpx.AsyncClient, logo_png: bytes) -> None:
    """Without a size an image grows four times, and the answer tells how and how well."""
    answer = await client.post(URL, json={"image_base64": b64(logo_png)})
    body = answer.json()
    assert answer.status_code == 200, body
    (asset,) = body["assets"]
    assert (asset["role"], asset["width"], asset["height"]) == ("upscaled", 640, 640)
    assert body["route"]["model"] == "realesr-animevideov3"
    assert body["route"]["reason"]
    assert body["fidelity"]["psnr_downscaled_db"] > 30
    assert body["fidelity"]["alpha_iou"] == 1.0
    assert body["tiles"] > 1
    assert body["engine"]["device"] == "cpu"
    assert body["timings_ms"]["total"] > 0


async def test_link_opens_the_file(client: httpx.AsyncClient, logo_png: bytes) -> None:
    """The signed link gives the stored bytes without a key, with an ETag that saves the second download."""
    body = (await client.post(URL, json={"image_base64": b64(logo_png), "scale": 2})).json()
    (asset,) = body["assets"]
    del client.headers["Authorization"]
    file = await client.get(asset["url"])
    assert file.status_code == 200
    assert len(file.content) == asset["bytes"]
    assert Image.open(BytesIO(file.content)).size == (320, 320)
    again = await client.get(asset["url"], headers={"If-None-Match": file.headers["etag"]})
    assert again.status_code == 304
    part = await client.get(asset["url"], headers={"Range": "bytes=1-3"})
    assert (part.status_code, part.content) == (206, b"PNG")
    assert part.headers["content-range"] == f"bytes 1-3/{asset['bytes']}"
    tail = await client.get(asset["url"], headers={"Range": "bytes=-4"})
    assert tail.content == file.content[-4:]
    beyond = await client.get(asset["url"], headers={"Range": "bytes=99999999-"})
    assert beyond.status_code == 416


async def test_changed_link_is_refused(client: httpx.AsyncClient, logo_png: bytes) -> None:
    """A link whose key, time or signature was changed opens nothing."""
    body = (await client.post(URL, json={"image_base64": b64(logo_png), "scale": 1})).json()
    url = body["assets"][0]["url"]
    for changed in (url.replace("upscaled", "upscaler"), url[:-4] + "0000", url.split("?")[0]):
        answer = await client.get(changed)
        assert answer.status_code == 403
        assert answer.json()["code"] == "bad_signature"


async def test_multipart_equals_json(client: httpx.AsyncClient, logo_png: bytes) -> None:
    """A file part with form fields gives the bytes that the JSON body gives."""
    form = await client.post(URL, files={"image": ("x.png", logo_png)}, data={"scale": "1.5"})
    json = await client.post(URL, json={"image_base64": b64(logo_png), "scale": 1.5})
    assert form.json()["assets"][0]["sha256"] == json.json()["assets"][0]["sha256"]


@pytest.mark.parametrize("name", ["png", "webp", "jpeg", "avif"])
async def test_accept_gives_the_bytes(client: httpx.AsyncClient, logo_png: bytes, name: str) -> None:
    """An `Accept` of an image type gives that type, with the facts in headers."""
    answer = await client.post(
        URL, json={"image_base64": b64(logo_png), "scale": 1}, headers={"Accept": f"image/{name}"}
    )
    assert answer.headers["content-type"] == f"image/{name}"
    assert answer.headers["x-asset-width"] == "160"
    assert Image.open(BytesIO(answer.content)).size == (160, 160)


async def test_inches_set_pixels_and_tag(client: httpx.AsyncClient, logo_png: bytes) -> None:
    """A print size gives inches times resolution pixels, and the file says so."""
    answer = await client.post(
        URL,
        json={"image_base64": b64(logo_png), "print_width_in": 1.5, "dpi": 200},
        headers={"Accept": "image/png"},
    )
    image = Image.open(BytesIO(answer.content))
    assert image.size == (300, 300)
    assert image.info["dpi"] == pytest.approx((200, 200), abs=0.1)


async def test_alpha_is_kept(client: httpx.AsyncClient) -> None:
    """A transparent image stays transparent, and its edge takes no colour from under the transparency."""
    pixels = np.zeros((64, 64, 4), np.uint8)
    pixels[16:48, 16:48] = (0, 90, 200, 255)
    answer = await client.post(
        URL, json={"image_base64": b64(png(pixels)), "scale": 3}, headers={"Accept": "image/png"}
    )
    result = np.asarray(Image.open(BytesIO(answer.content)))
    assert result.shape == (192, 192, 4)
    assert result[0, 0, 3] == 0
    assert result[96, 96, 3] == 255
    seen = result[result[..., 3] > 32]
    assert np.abs(seen[:, :3].astype(int) - (0, 90, 200)).max() <= 12


async def test_own_asset_is_a_source(client: httpx.AsyncClient, logo_png: bytes) -> None:
    """The id of an earlier result can be the next request's image."""
    first = (await client.post(URL, json={"image_base64": b64(logo_png), "scale": 2})).json()
    second = await client.post(URL, json={"image_id": first["assets"][0]["id"], "scale": 2})
    assert second.json()["assets"][0]["width"] == 640


async def test_same_request_same_bytes(client: httpx.AsyncClient, logo_png: bytes) -> None:
    """The same image and parameters give the same file."""
    answers = [await client.post(URL, json={"image_base64": b64(logo_png)}) for _ in range(2)]
    assert len({answer.json()["assets"][0]["sha256"] for answer in answers}) == 1


async def test_too_large_for_the_photo_network_is_said(client: httpx.AsyncClient, photo_png: bytes) -> None:
    """A photo too large for its network goes through the light one; too large for a job, it is refused."""
    big = Image.open(BytesIO(photo_png)).resize((512, 512))
    data = b64(png(np.asarray(big)))
    auto = (await client.post(URL, json={"image_base64": data, "scale": 1.2})).json()
    assert [warning["code"] for warning in auto["warnings"]] == ["lighter_model"]
    huge = Image.open(BytesIO(photo_png)).resize((1400, 1400))
    data = b64(png(np.asarray(huge)))
    asked = await client.post(URL, json={"image_base64": data, "scale": 1.2, "model": "photo"})
    assert (asked.status_code, asked.json()["code"]) == (422, "image_too_large")


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"scale": 9}, "scale"),
        ({"scale": 0.5}, "scale"),
        ({"scale": 2, "width": 100}, ""),
        ({"width": 0}, "width"),
        ({"format": "bmp"}, "format"),
        ({"quality": 101}, "quality"),
        ({"sclae": 2}, "sclae"),
        ({"scale": "two"}, "scale"),
    ],
)
async def test_wrong_fields_are_named(
    client: httpx.AsyncClient, logo_png: bytes, fields: dict[str, object], field: str
) -> None:
    """A field that breaks its rule, or does not exist, is named."""
    answer = await client.post(URL, json={"image_base64": b64(logo_png), **fields})
    body = answer.json()
    assert (answer.status_code, body["code"]) == (422, "validation_error")
    assert field in [error["field"] for error in body["errors"]]


async def test_output_over_the_limit_is_refused(client: httpx.AsyncClient, logo_png: bytes) -> None:
    """An output over the limit is refused before work starts."""
    answer = await client.post(URL, json={"image_base64": b64(logo_png), "width": 20_000})
    assert (answer.status_code, answer.json()["code"]) == (422, "image_too_large")
