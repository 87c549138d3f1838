"""A responsive set of a 12 MP photograph against sharp, at matched SSIM. `python -m bench.web_images`."""

import os
import tempfile
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import httpx

from bench.command import Effort, run_alone
from bench.figures import against_aim, in_turn, median, paired_ratio, table, times_text
from bench.node_peer import NodePeer
from bench.pictures import encoded
from bench.service import running
from bench.web_match import FORMATS, Matched, Options, match, ssim_of
from bench.web_photo import photo
from imaging.codec.header import DecodeLimits
from imaging.web.responsive.plan import WebSpec, plan_crops
from imaging.web.responsive.share import file_orders, groups
from serve_app.deployments.web_images import read_ladder, write_files

URL = "/api/v1/prepare-web-assets"
WIDTHS = {"quick": (200, 320), "normal": (320, 640, 1024, 1440, 2048), "full": (320, 640, 1024, 1440, 2048)}
ROUNDS = {"quick": 1, "normal": 3, "full": 5}
TARGET = 0.98
SPEED_AIM, BYTES_AIM = 1.8, 1.05
DEFAULTS: Options = {kind: {} for kind in FORMATS}
FASTER: Options = {**DEFAULTS, "avif": {"effort": 2, "chromaSubsampling": "4:2:0"}}
"""What somebody would set who found sharp's AVIF slow: our own trade, by its options."""
Files = Mapping[tuple[str, int], tuple[int, float]]
"""Bytes and SSIM by format and width."""


def measure(effort: Effort = "normal") -> str:
    """The section: one set, three ways, over HTTP and in process."""
    widths = WIDTHS[effort]
    with tempfile.TemporaryDirectory() as folder, NodePeer("responsive.mjs") as sharp:
        source = Path(folder) / "photo.jpg"
        source.write_bytes(encoded(photo(), "JPEG"))
        ours = _ours(source.read_bytes(), widths)
        peers = {
            "sharp, defaults": match(sharp, source, ours, options=DEFAULTS),
            "sharp, AVIF effort 2 and 4:2:0": match(sharp, source, ours, options=FASTER),
        }
        times = _timed(source, sharp, peers, widths=widths, rounds=ROUNDS[effort])
    return _section(ours, peers, times, widths=widths)


def _spec(widths: Sequence[int], formats: Sequence[str] = FORMATS) -> WebSpec:
    return WebSpec(widths=tuple(widths), formats=tuple(formats), target_ssim=TARGET)  # type: ignore[arg-type]  # FORMATS are formats


def _ours(data: bytes, widths: Sequence[int]) -> Files:
    """What we make, with its SSIM measured by scikit-image, not by us."""
    staged = read_ladder(data, _spec(widths), DecodeLimits())
    orders = file_orders(plan_crops(4000, 3000, spec=_spec(widths)), _spec(widths).formats)
    made = write_files(staged, orders, _spec(widths)).files
    pixels = {level.width: level.pixels for level in staged.ladder.levels}
    return {
        (file.report["format"], int(file.width)): (
            len(file.data),
            ssim_of(file.data, pixels[int(file.width)]),
        )
        for file in made.values()
    }


def _in_process(data: bytes, widths: Sequence[int], formats: Sequence[str], pool: ThreadPoolExecutor) -> None:
    spec = _spec(widths, formats)
    staged = read_ladder(data, spec, DecodeLimits())
    orders = file_orders(plan_crops(4000, 3000, spec=spec), spec.formats)
    list(pool.map(lambda part: write_files(staged, part, spec), groups(orders)))


def _timed(
    source: Path, sharp: NodePeer, peers: Mapping[str, Matched], *, widths: Sequence[int], rounds: int
) -> dict[str, list[float]]:
    data = source.read_bytes()
    fields: dict[str, Any] = {"widths": ",".join(map(str, widths)), "formats": ",".join(FORMATS)}
    with (
        ThreadPoolExecutor(os.cpu_count() or 1) as pool,
        running(DEADLINE_S="110") as service,
        service.client() as client,
    ):

        def over_http() -> httpx.Response:
            answer = client.post(URL, files={"image": ("photo.jpg", data)}, data=fields)
            return answer.raise_for_status()

        over_http()  # the first request pays for what a process loads once
        contenders: dict[str, Callable[[], object]] = {
            "ours, over HTTP": over_http,
            "ours, in process": partial(_in_process, data, widths, FORMATS, pool),
        }
        for kind in FORMATS:
            contenders[f"ours, {kind}"] = partial(_in_process, data, widths, (kind,), pool)
        for name, matched in peers.items():
            contenders[name] = partial(sharp.ask, **matched.order(source))
        for kind in FORMATS:
            contenders[f"sharp, {kind}"] = partial(
                sharp.ask, **peers["sharp, defaults"].order(source, only=kind)
            )
        return in_turn(contenders, rounds=rounds)


def _section(
    ours: Files, peers: Mapping[str, Matched], times: Mapping[str, list[float]], *, widths: Sequence[int]
) -> str:
    total = sum(size for size, _ in ours.values())
    http = times["ours, over HTTP"]
    rows = [_row(name, times[name], http, total, total) for name in ("ours, over HTTP", "ours, in process")]
    rows += [_row(name, times[name], http, peer.total, total) for name, peer in peers.items()]
    formats = [
        (
            kind,
            f"{median(times[f'ours, {kind}']) * 1e3:,.0f} ms",
            f"{median(times[f'sharp, {kind}']) * 1e3:,.0f} ms",
            times_text(paired_ratio(times[f"sharp, {kind}"], times[f"ours, {kind}"])),
            f"{_of(ours, kind) / _of(peers['sharp, defaults'].files, kind):.3f}x",
        )
        for kind in FORMATS
    ]
    defaults = peers["sharp, defaults"]
    return f"""## Responsive set

{len(widths)} widths ({", ".join(map(str, widths))} px) by three formats of a 12 MP JPEG, each file at an SSIM
of {TARGET} (scikit-image, luma). Ours searches for every file's quality within the time shown; sharp is told
the quality that gives the SSIM of our file, found beforehand. sharp's default set, against ours over HTTP:
{against_aim(paired_ratio(times["sharp, defaults"], http), aim=SPEED_AIM, at_least=True, unit="x")}; our bytes
against its:
{against_aim(total / defaults.total, aim=BYTES_AIM, at_least=False, unit="x")}.

{table(("", "time", "against ours over HTTP", "bytes", "against ours"), rows)}

One format at a time, in process, against sharp's defaults; bytes are ours against its.

{table(("", "ours", "sharp", "faster", "bytes"), formats)}

SSIM: ours {_spread(ours)}, sharp {_spread(defaults.files)}."""


def _row(name: str, seconds: list[float], http: list[float], size: int, ours: int) -> tuple[str, ...]:
    ratio = f"{paired_ratio(seconds, http):.2f}x"
    return name, f"{median(seconds) * 1e3:,.0f} ms", ratio, f"{size / 1e3:,.0f} kB", f"{size / ours:.3f}x"


def _of(files: Files, kind: str) -> int:
    return sum(size for (one, _), (size, _) in files.items() if one == kind)


def _spread(files: Files) -> str:
    scores = sorted(score for _, score in files.values())
    return f"{scores[0]:.4f} to {scores[-1]:.4f}"


if __name__ == "__main__":
    run_alone("web_images", measure)
