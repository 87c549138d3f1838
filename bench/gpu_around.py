"""What stands around the networks on a machine with a GPU: cut-outs, the encoder, whole requests."""

from collections.abc import Callable
from importlib.util import find_spec

import numpy as np

from bench.command import Effort, say
from bench.engines import ours
from bench.figures import in_turn, median
from bench.gpu_networks import ROUNDS, SIDE, load
from bench.gpu_report import Part
from bench.pictures import PHOTO, encoded, square
from bench.requests import UPSCALE, serial_post
from bench.service import running
from configs.settings import Settings
from imaging.codec.decode import decode
from imaging.codec.encode import encode
from imaging.codec.header import DecodeLimits
from models.backends.cpu import thread_count
from models.segment.load import load_segmenter

X4PLUS = "realesrgan-x4plus"
SEGMENT_COUNTS = (1, 8, 32)


def request_s(effort: Effort) -> tuple[float, list[Part]]:
    """A whole request without Ray, x4plus on a photo of 512², and its decoder and encoder apart."""
    enlarge = ours(load(X4PLUS))
    file = encoded(square(PHOTO, SIDE))
    limits = DecodeLimits()
    result = enlarge(decode(file, limits=limits)[0])
    calls: dict[str, Callable[[], object]] = {
        "request": lambda: encode(enlarge(decode(file, limits=limits)[0])),
        "decode": lambda: decode(file, limits=limits),
        "encode": lambda: encode(result),
    }
    in_turn(calls, rounds=2)
    times = {name: median(seconds) for name, seconds in in_turn(calls, rounds=ROUNDS[effort]).items()}
    megabytes = len(encode(result)) / 1e6
    parts = [
        Part("decode a 512² PNG", times["decode"]),
        Part("encode the 2048² result as PNG", times["encode"], f"{megabytes:.1f} MB"),
        Part("whole x4plus request without Ray", times["request"], "decode, tiles, stitch, encode"),
    ]
    return times["request"], parts


def segmentation(effort: Effort) -> list[Part]:
    """u2net for each image of a batch, prepared arrays to raw masks."""
    try:
        weights = Settings().weights_dir
        engine = load_segmenter("u2net", weights_dir=weights, device="cuda", threads=thread_count())
    except Exception as error:  # noqa: BLE001 - a runtime without CUDA raises what it likes; the row says so
        return [Part("u2net, per image", None, f"{type(error).__name__}: {error}")]
    prepared = engine.prepare(square(PHOTO, SIDE))
    parts = []
    for count in SEGMENT_COUNTS:
        batch = np.repeat(prepared[None], count, axis=0)
        calls = {"run": lambda batch=batch: engine.run(batch)}
        in_turn(calls, rounds=2)
        seconds = median(in_turn(calls, rounds=ROUNDS[effort])["run"]) / count
        parts.append(Part(f"u2net, per image of a batch of {count}", seconds, engine.info.backend))
    return parts


def served(effort: Effort) -> Part:
    """The same request through the running service, where Ray can be had."""
    name = "whole x4plus request through the service"
    if not find_spec("ray"):
        return Part(name, None, "Ray is not installed")
    photo = square(PHOTO, SIDE)
    try:
        with running(DEVICE="cuda") as service, service.client() as client:

            def send(serial: int) -> None:
                serial_post(UPSCALE, photo, serial=serial, model="photo")(client).raise_for_status()

            send(0)
            send(1)
            serials = iter(range(2, 2 + ROUNDS[effort]))
            times = in_turn({"request": lambda: send(next(serials))}, rounds=ROUNDS[effort])
    except Exception as error:  # noqa: BLE001 - the rows that were measured are worth more than this one
        say(f"{name}: {error}")
        return Part(name, None, f"{type(error).__name__}")
    return Part(name, median(times["request"]), "one client, HTTP included")
