"""Cut-outs of photos, bytes to bytes, beside rembg: `python -m bench.segment`."""

import asyncio
import time
from collections.abc import Callable, Sequence
from functools import partial
from io import BytesIO

import httpx
import numpy as np
from PIL import Image

from bench.command import Effort, run_alone
from bench.figures import against_aim, in_turn, median, paired_ratio, percentile, table
from bench.pictures import PHOTO, encoded, square
from bench.rembg_peer import MODEL, PeerUnavailableError, library, server
from bench.requests import Answer, Send, from_clients, statuses
from bench.service import Service, running
from configs.settings import Settings
from imaging.codec.header import DecodeLimits
from models.backends.cpu import thread_count
from serve_app.args import CodecArgs, SegmenterArgs
from serve_app.deployments.codec import CodecDeployment
from serve_app.deployments.segmenter import SegmenterDeployment
from serve_app.domain import CutSpec, EncodeSpec

SIDES = (512, 2048)
ROUNDS = {"quick": 1, "normal": 5, "full": 9}
CLIENTS = (1, 8)
REQUESTS = {"quick": {512: 2, 2048: 2}, "normal": {512: 16, 2048: 8}, "full": {512: 48, 2048: 24}}
LONE_AIM, LOAD_AIM, MEMORY_AIM, IOU_AIM = 3.0, 4.0, 0.25, 0.98
Cut = Callable[[bytes], bytes]


def measure(effort: Effort = "normal") -> str:
    """The section: in one process against rembg's library, served against rembg's server."""
    lone = _in_process(ROUNDS[effort])
    return f"""## Cut-outs of photos beside rembg

{MODEL} on the portrait of `examples/photos`, JPEG in, PNG out. Ours does more: it refines the matte at full
resolution and takes the background's colour out of soft edges; rembg as it comes does neither.

In one process, whole path (decode, look, prepare, network, matte, encode), in turn:

{lone}

Served, {CLIENTS[0]} client and {CLIENTS[1]} that never pause; memory is the PSS of all processes right after.

{_served(REQUESTS[effort])}"""


def _in_process(rounds: int) -> str:
    theirs, rows = library(), []
    with asyncio.Runner() as runner:
        ours = _ours(runner)
        for side in SIDES:
            data = encoded(square(PHOTO, side), "JPEG")
            iou = _iou(ours(data), theirs(data))  # warm both
            times = in_turn({"ours": partial(ours, data), "rembg": partial(theirs, data)}, rounds=rounds)
            ratio = paired_ratio(times["rembg"], times["ours"])
            rows.append(
                [
                    f"{side}x{side}",
                    *(f"{median(times[name]) * 1e3:.0f} ms" for name in ("ours", "rembg")),
                    against_aim(ratio, aim=LONE_AIM, at_least=True, unit="x"),
                    against_aim(iou, aim=IOU_AIM, at_least=True),
                ]
            )
    return table(["photo", "ours", "rembg", "faster", "IoU of the mattes"], rows)


def _ours(runner: asyncio.Runner) -> Cut:
    """The service's own steps without its processes."""

    async def start() -> tuple[CodecDeployment, SegmenterDeployment]:
        args = SegmenterArgs(threads=thread_count())
        folder = str(Settings().weights_dir)
        return CodecDeployment(CodecArgs(), DecodeLimits()), SegmenterDeployment(
            args, models=(MODEL,), weights_dir=folder, device="cpu"
        )

    codec, segmenter = runner.run(start())

    async def cut(data: bytes) -> bytes:
        image = await codec.decode(data)
        await codec.inspect(image)
        result = await segmenter.cut_out(image, CutSpec(model=MODEL))
        return (await codec.encode(result, EncodeSpec("png"))).data

    return lambda data: runner.run(cut(data))


def _iou(first: bytes, second: bytes) -> float:
    """Intersection over union of the solid halves of two cut-outs' alpha."""
    with Image.open(BytesIO(first)) as one, Image.open(BytesIO(second)) as other:
        a, b = (np.asarray(image.getchannel("A")) >= 128 for image in (one, other))  # noqa: PLR2004 - half
    return float((a & b).sum() / max(1, (a | b).sum()))


def _served(requests: dict[int, int]) -> str:
    with running() as service:
        ours = _loads(service, _send_to_us, requests)
    try:
        with server() as service:
            theirs = _loads(service, _send_to_rembg, requests)
    except PeerUnavailableError as error:
        alone = [[side, clients, load.text] for side, clients, load in ours]
        return table(["photo", "clients", "ours"], alone) + f"\n\n{error}"
    rows = []
    for (side, clients, mine), (_, _, other) in zip(ours, theirs, strict=True):
        aim = LONE_AIM if clients == "1" else LOAD_AIM
        ratio = against_aim(mine.per_s / other.per_s, aim=aim, at_least=True, unit="x")
        memory = against_aim(mine.pss_mb / other.pss_mb, aim=MEMORY_AIM, at_least=False, unit="x")
        rows.append([side, clients, mine.text, other.text, ratio, memory])
    return table(["photo", "clients", "ours", "`rembg s`", "requests/s", "memory"], rows)


class _Load:
    """What some requests took."""

    def __init__(self, answers: Sequence[Answer], *, wall_s: float, pss_mb: float) -> None:
        self.per_s = len(answers) / wall_s
        self.pss_mb = pss_mb
        seconds = [item.seconds for item in answers]
        done = {item.status for item in answers} == {httpx.codes.OK}
        self.text = (
            f"{self.per_s:.2f}/s, p95 {percentile(seconds, 0.95) * 1e3:.0f} ms, {pss_mb:.0f} MB"
            + ("" if done else f" ({statuses(answers)})")
        )  # fmt: skip


def _loads(
    service: Service, sender: Callable[[bytes], Send], requests: dict[int, int]
) -> list[tuple[str, str, _Load]]:
    loads = []
    for side in SIDES:
        pixels = square(PHOTO, side)
        files = [encoded(pixels, "JPEG", serial=index) for index in range(requests[side])]
        from_clients(service, [sender(encoded(pixels, "JPEG"))], clients=1)
        for clients in CLIENTS:
            started = time.perf_counter()
            answers = from_clients(service, map(sender, files), clients=clients)
            wall_s = time.perf_counter() - started
            loads.append(
                (f"{side}x{side}", str(clients), _Load(answers, wall_s=wall_s, pss_mb=service.pss_mb()))
            )
    return loads


def _send_to_us(data: bytes) -> Send:
    def send(client: httpx.Client) -> httpx.Response:
        files = {"image": ("photo.jpg", data)}
        answer = client.post("/api/v1/remove-background", files=files, data={"mode": "photo"})
        answer.raise_for_status()
        return client.get(answer.json()["assets"][0]["url"])  # rembg's answer holds the picture itself

    return send


def _send_to_rembg(data: bytes) -> Send:
    def send(client: httpx.Client) -> httpx.Response:
        return client.post("/api/remove", files={"file": ("photo.jpg", data)}, data={"model": MODEL})

    return send


if __name__ == "__main__":
    run_alone("segment", measure)
