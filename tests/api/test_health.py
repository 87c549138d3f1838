"""`/health*` and the OpenAPI document."""

import httpx
import pytest

from tests.local_engines import LocalEngines

PARTS = {
    "codec",
    "upscaler",
    "segmenter",
    "renderer",
    "object_store",
    "database",
    "jobs",
    "cache",
    "service",
}


@pytest.mark.usefixtures("queue_only")
async def test_ready_when_every_part_answers(client: httpx.AsyncClient) -> None:
    """Ready is 200 with one entry a deployment, which say device, models and batches."""
    answer = await client.get("/health/ready")
    checks = answer.json()["checks"]
    assert answer.status_code == 200
    assert set(checks) >= PARTS
    assert checks["upscaler"]["device"] == "cpu"
    assert {model["name"] for model in checks["upscaler"]["models"]} >= {"realesrgan-x4plus"}
    assert checks["service"] == {"profile": "local", "device": "cpu"}


async def test_not_ready_when_a_part_is_down(client: httpx.AsyncClient, engines: LocalEngines) -> None:
    """Ready is 503 while a deployment does not answer; live stays 200."""
    engines.down.add("Segmenter")
    assert (await client.get("/health/ready")).status_code == 503
    health = await client.get("/health")
    assert (health.status_code, health.json()["status"]) == (200, "degraded")
    assert health.json()["checks"]["segmenter"]["status"] == "failing"
    assert (await client.get("/health/live")).status_code == 200


@pytest.mark.usefixtures("queue_only")
async def test_health_needs_no_key(client: httpx.AsyncClient) -> None:
    """Probes carry no key."""
    del client.headers["Authorization"]
    assert (await client.get("/health/ready")).status_code == 200


async def test_openapi_has_bodies_and_examples(client: httpx.AsyncClient) -> None:
    """Every POST that makes something documents its JSON and multipart body, an example, its problems."""
    document = (await client.get("/openapi.json")).json()
    assert document["openapi"].startswith("3.1")
    posts = {
        path: ops["post"]
        for path, ops in document["paths"].items()
        if "post" in ops and "webhooks" not in path and "brand-kits" not in path
    }
    names = (
        "upscale",
        "remove-background",
        "process-logo/optimized",
        "place-logo",
        "generate-roster-banner",
        "generate-asset-pack",
        "generate-web-assets",
        "prepare-web-assets",
    )
    assert set(posts) == {f"/api/v1/{name}" for name in names}
    for operation in posts.values():
        content = operation["requestBody"]["content"]
        name = content["application/json"]["schema"]["$ref"].rsplit("/", 1)[1]
        assert document["components"]["schemas"][name]["examples"]
        assert "multipart/form-data" in content
        assert "application/problem+json" in operation["responses"]["422"]["content"]


async def test_openapi_has_bodies_without_images(client: httpx.AsyncClient) -> None:
    """Making and replacing a brand kit document a JSON body only, an example, and their problems."""
    document = (await client.get("/openapi.json")).json()
    make = document["paths"]["/api/v1/brand-kits"]["post"]
    change = document["paths"]["/api/v1/brand-kits/{kit_id}"]["put"]
    assert "Location" in make["responses"]["201"]["headers"]
    for operation in (make, change):
        (content,) = operation["requestBody"]["content"].items()
        assert content == ("application/json", {"schema": {"$ref": "#/components/schemas/BrandKitBody"}})
        assert "application/problem+json" in operation["responses"]["422"]["content"]
    assert document["components"]["schemas"]["BrandKitBody"]["examples"]


async def test_docs_page_opens(client: httpx.AsyncClient) -> None:
    """The interactive page is there."""
    assert "swagger" in (await client.get("/docs")).text.lower()
