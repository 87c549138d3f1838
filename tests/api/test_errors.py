"""Every error is a problem document with a stable code; a 500 is a defect."""

import asyncio
import base64
import json
import zlib
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.requests import Request

from configs.settings import Settings
from serve_app.api.create import create_api
from serve_app.errors import OverloadedError
from serve_app.services.container import Services
from tests.api.conftest import KEY, png
from tests.local_engines import LocalEngines

UPSCALE = "/api/v1/upscale"
POSTS = ("/api/v1/upscale", "/api/v1/remove-background", "/api/v1/generate-asset-pack")


def body(answer: httpx.Response) -> dict[str, Any]:
    """The problem document, whose form is checked on the way."""
    assert answer.headers["content-type"] == "application/problem+json"
    problem: dict[str, Any] = answer.json()
    assert problem["status"] == answer.status_code
    assert problem["request_id"] == answer.headers["x-request-id"]
    assert datetime.fromisoformat(problem["timestamp"]).tzinfo is not None
    assert set(problem) >= {"type", "title", "status", "code", "detail", "instance", "errors"}
    return problem


@pytest.mark.parametrize("path", POSTS)
@pytest.mark.parametrize("key", [None, "Bearer nope", "Basic dev-key", "Bearer ", "Bearer dev-key2"])
async def test_key_is_needed(client: httpx.AsyncClient, path: str, key: str | None) -> None:
    """Without a known key every POST is 401 and says how to send one."""
    del client.headers["Authorization"]
    answer = await client.post(path, json={}, headers={"Authorization": key} if key else {})
    assert (answer.status_code, body(answer)["code"]) == (401, "unauthorized")
    assert answer.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b'"text"',
        b'{"scale": NaN}',
        b'{"scale": 1e999}',
        b'{"scale": 2, "scale": 3}',
        b'{"image_id": "\\ud800"}',
        '{"scale": 2}'.encode("utf-16"),
        b"\xff\xfe",
        b'{"a":' * 3000 + b"1" + b"}" * 3000,
    ],
)
async def test_json_is_read_strictly(client: httpx.AsyncClient, content: bytes) -> None:
    """What two parsers could read differently is 400 `invalid_json`."""
    answer = await client.post(UPSCALE, content=content, headers={"Content-Type": "application/json"})
    assert (answer.status_code, body(answer)["code"]) == (400, "invalid_json")


@pytest.mark.parametrize(
    ("fields", "status", "code"),
    [
        ({}, 422, "validation_error"),
        ({"image_base64": "", "image_id": "x"}, 422, "validation_error"),
        ({"image_base64": "!!!!"}, 400, "invalid_base64"),
        ({"image_base64": ""}, 415, "unsupported_format"),
        ({"image_base64": base64.b64encode(b"%PDF-1.7").decode()}, 415, "unsupported_format"),
        ({"image_base64": base64.b64encode(b"\x89PNG\r\n\x1a\n1234").decode()}, 422, "image_corrupt"),
        ({"image_url": "ftp://example.com/a.png"}, 400, "url_scheme"),
        ({"image_url": "file:///etc/passwd"}, 400, "url_scheme"),
        ({"image_url": "http://127.0.0.1:8000/x.png"}, 422, "url_forbidden"),
        ({"image_url": "http://169.254.169.254/latest"}, 422, "url_forbidden"),
        ({"image_id": "ast_0"}, 404, "not_found"),
        ({"image_id": "../../etc/passwd"}, 404, "not_found"),
    ],
)
async def test_bad_sources(client: httpx.AsyncClient, fields: dict[str, str], status: int, code: str) -> None:
    """Each way of not giving an image has its code."""
    answer = await client.post(UPSCALE, json=fields)
    assert (answer.status_code, body(answer)["code"]) == (status, code)


async def test_header_is_checked_before_pixels(client: httpx.AsyncClient) -> None:
    """A file that claims too many pixels is refused by its header: the pixels need not be there."""
    data = bytearray(png(np.zeros((8, 8, 3), np.uint8)))
    for width, height, code in ((9000, 9000, "image_too_large"), (20_000, 10, "image_dimensions")):
        data[16:24] = width.to_bytes(4, "big") + height.to_bytes(4, "big")
        data[29:33] = zlib.crc32(data[12:29]).to_bytes(4, "big")
        answer = await client.post(UPSCALE, json={"image_base64": base64.b64encode(data).decode()})
        assert (answer.status_code, body(answer)["code"]) == (422, code)


async def test_body_over_the_limit_is_refused(services: Services, tmp_path: Path) -> None:
    """A body over the limit is 413, whether its length is declared or not."""
    small = Settings(_env_file=None, data_dir=tmp_path, storage_url="memory://", max_file_size_mb=1)
    from serve_app.wiring import create_services  # noqa: PLC0415 - other settings than the fixture's

    api = create_api(create_services(small, engines=services.engines, device="cpu"))

    async def chunks() -> Any:
        for _ in range(30):
            yield b"x" * 100_000

    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(api), base_url="http://test", headers=KEY
    ) as http:
        for content in (b"x" * 2_000_000, chunks()):
            answer = await http.post(UPSCALE, content=content, headers={"Content-Type": "application/json"})
            assert (answer.status_code, body(answer)["code"]) == (413, "payload_too_large")
        # Within what base64 may take, and larger than an image may be.
        answer = await http.post(UPSCALE, files={"image": b"\x89PNG" + b"x" * 1_200_000})
        assert (answer.status_code, body(answer)["code"]) == (413, "payload_too_large")


async def test_full_service_says_when_to_come_back(services: Services) -> None:
    """With every place taken the answer is 503 `overloaded` with `Retry-After`, at once."""
    api = create_api(services)
    api.state.gate._max_in_flight = 0
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(api), base_url="http://test", headers=KEY
    ) as http:
        answer = await http.post(UPSCALE, json={})
    assert (answer.status_code, body(answer)["code"]) == (503, "overloaded")
    assert int(answer.headers["retry-after"]) >= 1


async def test_bodies_share_a_bounded_room(services: Services, logo_png: bytes) -> None:
    """Bodies that together would take more memory than allowed are refused, one alone never is."""
    api = create_api(services)
    gate = api.state.gate
    gate._max_bytes = 10
    request = Request({"type": "http", "headers": [(b"content-length", b"2000")]})
    async with gate.place(request):
        with pytest.raises(OverloadedError):
            async with gate.place(Request({"type": "http", "headers": []})):
                pass
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(api), base_url="http://test", headers=KEY
    ) as http:
        answer = await http.post(UPSCALE, files={"image": ("logo.png", logo_png)}, data={"scale": "1"})
    assert answer.status_code == 200


async def test_late_work_is_504(
    services: Services, engines: LocalEngines, logo_png: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Work past its deadline is cancelled and answered 504."""

    async def slow(*_: object, **__: object) -> None:
        await asyncio.sleep(30)

    monkeypatch.setattr(engines, "encode", slow)
    api = create_api(services)
    api.state.gate._deadline_s = 0.05
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(api), base_url="http://test", headers=KEY
    ) as http:
        answer = await http.post(UPSCALE, json={"image_base64": base64.b64encode(logo_png).decode()})
    assert (answer.status_code, body(answer)["code"]) == (504, "upstream_timeout")


async def test_defect_does_not_leak(
    client: httpx.AsyncClient, engines: LocalEngines, logo_png: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An error that nobody foresaw is a 500 problem that tells nothing of the inside."""

    async def broken(*_: object, **__: object) -> None:
        raise KeyError("secret detail")

    monkeypatch.setattr(engines, "encode", broken)
    answer = await client.post(UPSCALE, json={"image_base64": base64.b64encode(logo_png).decode()})
    assert (answer.status_code, body(answer)["code"]) == (500, "internal_error")
    assert "secret" not in answer.text


async def test_request_id_is_kept_or_made(client: httpx.AsyncClient) -> None:
    """A well-formed id of the caller comes back; any other is replaced."""
    kept = await client.get("/health/live", headers={"X-Request-Id": "abc-123"})
    made = await client.get("/health/live", headers={"X-Request-Id": "a b<script>"})
    assert kept.headers["x-request-id"] == "abc-123"
    assert made.headers["x-request-id"] not in ("", "a b<script>")
    assert float(kept.headers["x-process-time"]) >= 0


async def test_unknown_path_and_method(client: httpx.AsyncClient) -> None:
    """Unknown paths and methods are problems too."""
    assert body(await client.get("/api/v1/nothing"))["code"] == "not_found"
    assert body(await client.get(UPSCALE))["status"] == 405


async def test_a_wrong_method_is_told_the_right_ones(client: httpx.AsyncClient) -> None:
    """`Allow` names all that a path takes (RFC 9110, 15.5.6), whichever route takes it."""
    asked = {path: (await client.patch(path)).headers["allow"] for path in (UPSCALE, "/api/v1/images/x")}
    assert asked == {UPSCALE: "POST", "/api/v1/images/x": "DELETE, GET"}
    assert "GET" in (await client.post("/health")).headers["allow"]


@pytest.mark.parametrize("folder", ["images_broken", "images_valid"])
async def test_corpus_never_fails_the_service(client: httpx.AsyncClient, corpus: Path, folder: str) -> None:
    """No file that others have broken is answered 5xx; small ones that decode are enlarged."""
    served = 0
    for path in sorted((corpus / folder).iterdir()):
        fields = {"image_base64": base64.b64encode(path.read_bytes()).decode(), "scale": 1}
        answer = await client.post(UPSCALE, json=fields)
        assert answer.status_code in (200, 415, 422), (path.name, answer.text)
        served += answer.status_code == 200
    assert served > 5


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    fields=st.dictionaries(
        st.sampled_from(["image_base64", "image_id", "image_url", "scale", "width", "model", "x"]),
        st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.lists(st.text())),
    )
)
def test_no_json_fails_the_service(services: Services, fields: dict[str, Any]) -> None:
    """Whatever JSON comes, the answer is a client error with a code."""

    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(create_api(services), raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://test", headers=KEY) as http:
            content = json.dumps(fields).encode("utf-8", "surrogatepass")
            return await http.post(UPSCALE, content=content, headers={"Content-Type": "application/json"})

    answer = asyncio.run(ask())
    assert 400 <= answer.status_code < 500, answer.text
