"""Encoders and decoders side by side: time, size, memory. `python -m bench.codec`."""

import os
import tempfile
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from PIL import Image

from bench.codec_memory import decoding_bytes_per_pixel
from bench.command import Effort, run_alone
from bench.figures import against_aim, in_turn, median, paired_ratio, table, times_text
from bench.pictures import EMBLEM, PHOTO, square
from imaging.codec.decode import decode
from imaging.codec.encode import encode
from imaging.codec.header import DecodeLimits
from imaging.types import Pixels

SIDE = {"quick": 512, "normal": 2048, "full": 2048}
ROUNDS = {"quick": 1, "normal": 3, "full": 7}
LARGE_SIDE = {"quick": 1000, "normal": 5000, "full": 5000}
THREADS = os.cpu_count() or 1
SPEED_AIM, SIZE_AIM = 15.0, 1.15
Encoders = Mapping[str, Callable[[Pixels], bytes]]


def measure(effort: Effort = "normal") -> str:
    """The section: encoders and decoders against Pillow and OpenCV."""
    pictures, rounds = _pictures(SIDE[effort]), ROUNDS[effort]
    with ThreadPoolExecutor(THREADS) as pool:
        png = {name: _encoded(pixels, _png(pool), rounds=rounds) for name, pixels in pictures.items()}
    cut = png["cut-out, RGBA"]
    default, ours = cut["Pillow"], cut[f"ours, {THREADS} threads"]
    lossy = {
        f"{name}, {kind}": _encoded(pixels, _lossy(kind), rounds=rounds)
        for kind in ("jpeg", "webp", "avif")
        for name, pixels in list(pictures.items())[:2]
        if kind != "jpeg" or pixels.shape[2] == 3  # noqa: PLR2004 - JPEG has no alpha
    }
    side = SIDE[effort]
    return f"""## Encoders and decoders

{side}x{side} pixels unless a row says otherwise; each cell is time and size against Pillow's default.

PNG. The cut-out: faster than Pillow's default
{against_aim(paired_ratio(default[0], ours[0]), aim=SPEED_AIM, at_least=True, unit="x")}; size
{against_aim(ours[1] / default[1], aim=SIZE_AIM, at_least=False, unit="x")}.

{_compared(png)}

Lossy formats, quality 90. Ours and OpenCV keep full-resolution colour in JPEG, ours in AVIF too; Pillow's
defaults halve it.

{_compared(lossy)}

Decoding to an array, time against Pillow's (`np.asarray(Image.open(...))`). OpenCV's pixels are as stored, of
channels in its own order; ours are upright sRGB, checked against the limits first.

{_decoding(pictures, rounds=rounds)}

Memory at the peak of decoding {LARGE_SIDE[effort] ** 2 / 1e6:.0f} MP, bytes a pixel beyond the file:

{_memory(LARGE_SIDE[effort])}"""


def _pictures(side: int) -> dict[str, Pixels]:
    """A cut-out, a photograph with the noise that a sensor has, a logo, and a logo of 64 flat colours."""
    photo, logo = square(PHOTO, side), square(EMBLEM, side)
    noise = np.random.default_rng(0).normal(0, 1.5, photo.shape)
    flat = Image.fromarray(logo).quantize(64, dither=Image.Dither.NONE).convert("RGB")
    ys, xs = (np.mgrid[0:side, 0:side] + 0.5) / side - 0.5
    edge = (1 - np.hypot(xs / 0.36, ys / 0.45)) * side / 8
    alpha = np.clip(edge * 255, 0, 255).astype(np.uint8)
    cut = np.dstack([photo, alpha])
    cut[alpha == 0] = 0
    return {
        "cut-out, RGBA": cut,
        "photo": np.clip(photo + noise, 0, 255).astype(np.uint8),
        "logo": logo,
        "flat logo": np.asarray(flat),
    }


def _png(pool: ThreadPoolExecutor) -> Encoders:
    return {
        "Pillow": partial(_pillow, kind="PNG"),
        "Pillow, level 1": partial(_pillow, kind="PNG", compress_level=1),
        "Pillow, level 2": partial(_pillow, kind="PNG", compress_level=2),
        "OpenCV, level 1": partial(_opencv, suffix=".png", options=(cv2.IMWRITE_PNG_COMPRESSION, 1)),
        "ours, 1 thread": encode,
        f"ours, {THREADS} threads": partial(encode, pool=pool),
        f"ours, {THREADS} threads, compact": partial(encode, pool=pool, compact=True),
    }


def _lossy(kind: Any) -> Encoders:
    suffix, options = {
        "jpeg": (
            ".jpg",
            (
                cv2.IMWRITE_JPEG_QUALITY,
                90,
                cv2.IMWRITE_JPEG_SAMPLING_FACTOR,
                cv2.IMWRITE_JPEG_SAMPLING_FACTOR_444,
            ),
        ),
        "webp": (".webp", (cv2.IMWRITE_WEBP_QUALITY, 90)),
        "avif": (".avif", (cv2.IMWRITE_AVIF_QUALITY, 90)),
    }[kind]
    return {
        "Pillow": partial(_pillow, kind=kind, quality=90),
        "OpenCV": partial(_opencv, suffix=suffix, options=options),
        "ours": partial(encode, to=kind),
    }


def _pillow(pixels: Pixels, *, kind: str, **options: Any) -> bytes:
    out = BytesIO()
    Image.fromarray(pixels).save(out, kind, **options)
    return out.getvalue()


def _opencv(pixels: Pixels, *, suffix: str, options: Sequence[int]) -> bytes:
    swap = cv2.COLOR_RGB2BGR if pixels.shape[2] == 3 else cv2.COLOR_RGBA2BGRA  # noqa: PLR2004 - channels
    return bytes(cv2.imencode(suffix, cv2.cvtColor(pixels, swap), options)[1])


def _encoded(pixels: Pixels, encoders: Encoders, *, rounds: int) -> dict[str, tuple[list[float], int]]:
    """Seconds of each round and the size, by encoder."""
    sizes = {name: len(run(pixels)) for name, run in encoders.items()}
    times = in_turn({name: partial(run, pixels) for name, run in encoders.items()}, rounds=rounds)
    return {name: (times[name], sizes[name]) for name in encoders}


def _compared(results: Mapping[str, Mapping[str, tuple[list[float], int]]]) -> str:
    names = [name for name in next(iter(results.values())) if name != "Pillow"]
    rows = []
    for picture, by_name in results.items():
        times, size = by_name["Pillow"]
        base = f"{median(times) * 1e3:.0f} ms, {size / 1e3:.0f} kB"
        cells = [
            f"{times_text(paired_ratio(times, by_name[name][0]))} faster, {by_name[name][1] / size:.2f}x"
            for name in names
        ]
        rows.append((picture, base, *cells))
    return table(("", "Pillow's default", *names), rows)


def _decoding(pictures: Mapping[str, Pixels], *, rounds: int) -> str:
    kinds = (
        ("photo", "jpeg"),
        ("photo", "png"),
        ("cut-out, RGBA", "png"),
        ("photo", "webp"),
        ("photo", "avif"),
    )
    rows = []
    for name, kind in kinds:
        data = encode(pictures[name], to=kind)  # type: ignore[arg-type]  # the literals above are formats
        times = in_turn(
            {
                "Pillow": partial(_by_pillow, data),
                "OpenCV": partial(cv2.imdecode, np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED),
                "ours": partial(decode, data, limits=DecodeLimits()),
            },
            rounds=2 * rounds,
        )
        cells = [
            times_text(paired_ratio(times["Pillow"], times[who])) + " faster" for who in ("OpenCV", "ours")
        ]
        rows.append((f"{name}, {kind}", f"{median(times['Pillow']) * 1e3:.0f} ms", *cells))
    return table(("", "Pillow", "OpenCV", "ours"), rows)


def _by_pillow(data: bytes) -> Pixels:
    with Image.open(BytesIO(data)) as image:
        return np.asarray(image)


def _memory(side: int) -> str:
    photo = square(PHOTO, side)
    cut = np.dstack([photo, np.full((side, side), 200, np.uint8)])
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for kind, pixels in (("JPEG", photo), ("PNG, RGBA", cut), ("WebP", photo), ("WebP, RGBA", cut)):
            path = Path(folder) / kind.replace(", ", ".")
            name = kind.split(",")[0]
            path.write_bytes(_pillow(pixels, kind=name, **({"method": 0} if name == "WebP" else {})))
            figures = [decoding_bytes_per_pixel(path, how) for how in ("pillow", "ours")]
            rows.append((kind, *(f"{figure:.1f}" for figure in figures)))
    return table(("", "Pillow and an array", "ours"), rows)


if __name__ == "__main__":
    run_alone("codec", measure)
