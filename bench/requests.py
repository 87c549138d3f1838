"""The requests that are timed: one of each kind, on the repository's own examples."""

import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import httpx
from PIL import Image

from configs.settings import REPOSITORY

EXAMPLES = REPOSITORY / "examples"
EMBLEM = EXAMPLES / "logos" / "emblem.png"
Send = Callable[[httpx.Client], httpx.Response]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of request."""

    name: str
    send: Send


def kinds() -> list[Kind]:
    """Every endpoint, with the input that its row names."""
    photo = min((EXAMPLES / "photos").glob("*.jpg"))
    team = json.loads(min((EXAMPLES / "rosters").glob("*.json")).read_text(encoding="utf-8"))
    fields = {name: value if isinstance(value, str) else json.dumps(value) for name, value in team.items()}
    upscale, cut, pack = "/api/v1/upscale", "/api/v1/remove-background", "/api/v1/generate-asset-pack"
    return [
        Kind("`/upscale` graphic 256² → 1024²", _post(upscale, _sized(EMBLEM, 256), model="graphic")),
        Kind("`/upscale` photo 128² → 512²", _post(upscale, _sized(photo, 128), model="photo")),
        Kind("`/remove-background` photo 512²", _post(cut, _sized(photo, 512), mode="photo")),
        Kind("`/remove-background` logo 900²", _post(cut, EMBLEM.read_bytes(), mode="logo")),
        Kind(
            f"`/generate-asset-pack` {len(team['players'])} players",
            _post(pack, EMBLEM.read_bytes(), field="logo", **fields),
        ),
    ]


def _post(path: str, image: bytes, *, field: str = "image", **fields: str) -> Send:
    def send(client: httpx.Client) -> httpx.Response:
        return client.post(path, files={field: ("image.png", image)}, data=fields)

    return send


def _sized(path: Path, side: int) -> bytes:
    """The picture's central square at a size, as PNG."""
    with Image.open(path) as image:
        shorter = min(image.size)
        left, top = (image.width - shorter) // 2, (image.height - shorter) // 2
        square = image.convert("RGB").crop((left, top, left + shorter, top + shorter))
        out = io.BytesIO()
        square.resize((side, side), Image.Resampling.LANCZOS).save(out, "PNG")
        return out.getvalue()
