"""A site's icons from one logo against npm `favicons`. `python -m bench.web_icons`."""

import asyncio
import io
import json
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import numpy as np
from PIL import Image

from bench.command import Effort, run_alone
from bench.figures import against_aim, in_turn, median, paired_ratio, table, times_text
from bench.node_peer import PEERS, NodePeer
from bench.pictures import EMBLEM
from bench.service import running
from configs.settings import REPOSITORY
from imaging.codec.decode import decode
from imaging.codec.header import DecodeLimits
from imaging.logo.cutout import key_logo
from imaging.types import Pixels
from imaging.web.icons_light import to_light, to_pixels, window
from serve_app.artwork import WebIconOrder
from serve_app.deployments.web_icons import WebIcons
from serve_app.domain import Encoded, IconFiles, Staged
from serve_app.services.made_files import MadeFiles
from serve_app.services.web_icons import PARTS, gathered_files

URL = "/api/v1/generate-web-assets"
SIDE_PX = 1024
NAME = "Broadbay Rovers"
ROUNDS = {"quick": 1, "normal": 9, "full": 15}
SPEED_AIM = 2.0
ORDER = WebIconOrder(name=NAME, short_name="Rovers", base_url="https://example.com/")


def measure(effort: Effort = "normal") -> str:
    """The section: the icon set of one logo, in process and over HTTP, beside favicons' modern set."""
    logo = _logo()
    data = _png(logo)
    drawer = WebIcons(REPOSITORY / "configs" / "web")
    with (
        tempfile.TemporaryDirectory() as folder,
        NodePeer("icons.mjs") as favicons,
        running() as service,
        service.client() as client,
        ThreadPoolExecutor(2) as threads,
    ):
        path = Path(folder) / "logo.png"
        path.write_bytes(data)
        peer = favicons.ask(logo=str(path), name=NAME)
        ours = _in_process(drawer, data, threads)
        _served(client, data)
        times = in_turn(
            {
                "favicons": lambda: favicons.ask(logo=str(path), name=NAME),
                "here, in process": lambda: _in_process(drawer, data, threads),
                "here, over HTTP": lambda: _served(client, data),
            },
            rounds=ROUNDS[effort],
        )
    counts = {
        "favicons": (int(peer["files"]), int(peer["bytes"])),
        **dict.fromkeys(("here, in process", "here, over HTTP"), _counted(ours)),
    }
    rows = [
        (
            name,
            f"{median(taken) * 1e3:.0f} ms",
            f"{times_text(paired_ratio(times['favicons'], taken))} as fast",
            str(counts[name][0]),
            f"{counts[name][1] / 1e3:.0f} kB",
        )
        for name, taken in times.items()
    ]
    served = paired_ratio(times["favicons"], times["here, over HTTP"])
    return f"""## A site's icons

The example emblem, {SIDE_PX}² on transparency. `favicons` {_version()} makes its modern set (26 PNG and
ICO files and a manifest), all of them the logo at a size, in one process that stays warm. Here: an ICO of
three sizes with initials where the logo cannot be read, an SVG for both colour schemes, PNG icons, touch,
maskable and monochrome icons, two social cards, manifest, head and a ZIP of all; every file opened again and
checked.

{table(("", "time", "against favicons", "files", "bytes"), rows)}

Over HTTP (upload, work, every file stored): {against_aim(served, aim=SPEED_AIM, at_least=True, unit="x")}."""


def _logo() -> Pixels:
    """The emblem off its ground, as large as fits a transparent square."""
    with Image.open(EMBLEM) as image:
        cut = key_logo(np.asarray(image.convert("RGB"))).pixels
    side = max(cut.shape[:2])
    top, left = (side - cut.shape[0]) / 2, (side - cut.shape[1]) / 2
    return to_pixels(
        window(to_light(cut), (-left, -top, side - left, side - top), width=SIDE_PX, height=SIDE_PX)
    )


def _png(pixels: Pixels) -> bytes:
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "PNG")
    return out.getvalue()


def _in_process(drawer: WebIcons, data: bytes, threads: ThreadPoolExecutor) -> MadeFiles:
    """What a request does between decoding and storing, on a replica's two threads."""
    pixels, _ = decode(data, limits=DecodeLimits())
    logo = Staged(pixels)

    async def made() -> list[IconFiles]:
        loop = asyncio.get_running_loop()
        parts = (loop.run_in_executor(threads, drawer.make, logo, ORDER, part) for part in PARTS)
        return list(await asyncio.gather(*parts))

    return gathered_files(asyncio.run(made()), ORDER, ())


def _served(client: httpx.Client, data: bytes) -> None:
    fields = {"name": NAME, "short_name": ORDER.short_name, "base_url": str(ORDER.base_url)}
    answer = client.post(URL, files={"logo": ("logo.png", data)}, data=fields)
    answer.raise_for_status()
    if not answer.json()["checks"]["ok"]:
        raise RuntimeError("a file does not pass its check")


def _counted(made: MadeFiles) -> tuple[int, int]:
    """Files and bytes, without the archive, which holds them again."""
    files = [file for role, file in made.files.items() if role != "zip" and isinstance(file, Encoded)]
    return len(files), sum(len(file.data) for file in files)


def _version() -> str:
    """Of favicons, as it is installed."""
    return str(json.loads((PEERS / "package.json").read_text(encoding="utf-8"))["dependencies"]["favicons"])


if __name__ == "__main__":
    run_alone("web_icons", measure)
