"""Jobs as the API shows them."""

from dataclasses import asdict
from typing import Any

from fastapi.encoders import jsonable_encoder

from serve_app.api.answer import outcome_body
from serve_app.records import JobItem, JobRecord
from serve_app.services.assets import AssetService
from serve_app.services.work import ONLY_PART


async def job_body(job: JobRecord, *, assets: AssetService, with_result: bool = True) -> dict[str, Any]:
    """A job with fresh links, JSON-ready.

    Args:
        job: As it stands.
        assets: Shows its files.
        with_result: Lists leave the result out.
    """
    body: dict[str, Any] = {
        "id": job.id,
        "kind": job.kind,
        "state": job.state,
        "progress": {"done": job.done, "total": job.total, "step": job.step},
        "items": [row for item in job.items for row in await item_rows(item, assets=assets)],
        "result": None,
        "error": job.error,
        "webhook_url": job.webhook_url,
        "created_at": job.created_at,
        "updated_at": job.updated_at,
    }
    if with_result and job.result is not None:
        body["result"] = await outcome_body(job.result, assets=assets)
    return dict(jsonable_encoder(body))


async def item_rows(item: JobItem, *, assets: AssetService) -> list[dict[str, Any]]:
    """An item as it is listed, JSON-ready: a row for each of its files, or one without a file."""
    if not item.assets:
        none = {"name": item.name, "state": item.state, "asset": None, "error": item.error}
        return [{**none, "ms": item.ms, "reused": item.reused}]
    several = item.name == ONLY_PART or len(item.assets) > 1
    rows = [
        {
            "name": record.role if several else item.name,
            "state": item.state,
            "asset": asdict(await assets.show(record)),
            "error": None,
            "ms": item.ms,
            "reused": item.reused,
        }
        for record in item.assets
    ]
    return list(jsonable_encoder(rows))
