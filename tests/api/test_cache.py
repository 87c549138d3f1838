"""Equal requests get the same files again."""

import asyncio
from dataclasses import replace

import httpx

from serve_app.services.container import Services
from serve_app.services.work import Task

UPSCALE = "/api/v1/upscale"


async def post(
    client: httpx.AsyncClient, image: bytes, *, headers: dict[str, str] | None = None
) -> httpx.Response:
    """Twice the size."""
    files = {"image": ("logo.png", image)}
    return await client.post(UPSCALE, files=files, data={"scale": "2"}, headers=headers or {})


async def rows(client: httpx.AsyncClient) -> int:
    """Pieces of work that were done."""
    return len((await client.get("/api/v1/images")).json()["items"])


async def test_second_equal_request_is_cached(client: httpx.AsyncClient, logo_png: bytes) -> None:
    """The second answer has the first one's files and report, says `cached`, and took no inference."""
    first = (await post(client, logo_png)).json()
    again = (await post(client, logo_png)).json()
    assert (first["cached"], again["cached"]) == (False, True)
    assert [asset["id"] for asset in again["assets"]] == [asset["id"] for asset in first["assets"]]
    assert again["fidelity"] == first["fidelity"]
    assert again["timings_ms"]["inference"] == 0
    assert await rows(client) == 1


async def test_cached_answer_comes_as_bytes_too(client: httpx.AsyncClient, logo_png: bytes) -> None:
    """`Accept: image/png` gives the same bytes from the cache."""
    headers = {"Accept": "image/png"}
    first = await post(client, logo_png, headers=headers)
    again = await post(client, logo_png, headers=headers)
    assert again.content == first.content
    assert "x-asset-cached" not in first.headers
    assert again.headers["x-asset-cached"] == "true"


async def test_fifty_equal_requests_do_the_work_once(client: httpx.AsyncClient, logo_png: bytes) -> None:
    """Of fifty equal requests at once one works, and all get its files."""
    answers = await asyncio.gather(*(post(client, logo_png) for _ in range(50)))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.json()["assets"][0]["id"] for answer in answers}) == 1
    assert sum(not answer.json()["cached"] for answer in answers) == 1
    assert await rows(client) == 1


async def test_cache_control_is_honoured(client: httpx.AsyncClient, logo_png: bytes) -> None:
    """`no-cache`, like `max-age=0`, makes it again and remembers it; `no-store` does not remember it."""
    await post(client, logo_png, headers={"Cache-Control": "no-store"})
    second = (await post(client, logo_png)).json()
    assert second["cached"] is False
    third = (await post(client, logo_png, headers={"Cache-Control": "no-cache"})).json()
    assert third["cached"] is False
    fourth = (await post(client, logo_png)).json()
    assert fourth["assets"][0]["id"] == third["assets"][0]["id"]
    young = (await post(client, logo_png, headers={"Cache-Control": "max-age=600"})).json()
    again = (await post(client, logo_png, headers={"Cache-Control": "max-age=0"})).json()
    assert (young["cached"], again["cached"]) == (True, False)


async def test_deleted_files_are_made_again(client: httpx.AsyncClient, logo_png: bytes) -> None:
    """A result that its owner has deleted is not answered from the cache."""
    first = (await post(client, logo_png)).json()
    assert (await client.delete(f"/api/v1/images/{first['id']}")).status_code == 204
    again = (await post(client, logo_png)).json()
    assert again["cached"] is False
    assert (await client.get(again["assets"][0]["url"])).status_code == 200


async def test_other_parameters_are_another_result(client: httpx.AsyncClient, logo_png: bytes) -> None:
    """The key has every parameter in it."""
    await post(client, logo_png)
    files = {"image": ("logo.png", logo_png)}
    other = await client.post(UPSCALE, files=files, data={"scale": "2", "format": "webp"})
    assert other.json()["cached"] is False


async def test_key_names_owner_and_engine(services: Services) -> None:
    """Another owner, another engine or another image have other keys; the same have the same."""
    task = Task("upscale", {"scale": 2}, {"image": b"one"})
    results = services.results
    key = results.key(task, owner="a")
    assert key == results.key(task, owner="a")
    others = {
        results.key(task, owner="b"),
        results.key(task, owner="a", state="kit"),
        results.key(replace(task, inputs={"image": b"two"}), owner="a"),
        results.key(replace(task, accepted="webp"), owner="a"),
        replace(results, engine="other").key(task, owner="a"),
    }
    assert len(others | {key}) == 6
