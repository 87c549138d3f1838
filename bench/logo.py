"""Logos: keying, counters, vectors and enlargements against the truth: `python -m bench.logo`."""

import json
from collections.abc import Sequence
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import cv2
import numpy as np

from bench.command import Effort, run_alone
from bench.figures import against_aim, table
from bench.logo_cases import CASES, Score, cases, scored
from bench.logo_made import Traced, enlarged, traced
from bench.logo_peers import Cut, flooded, keyed, rembg_cut
from bench.logo_report import aims_table, cut_table, known, mean, spread
from bench.logo_scores import VISIBLE_DELTA_E
from bench.logo_set import PACKAGE, Logo, fetched, logos
from configs.settings import Settings
from imaging.logo import odds

EVERY = {"quick": 48, "normal": 3, "full": 1}
"""One logo in so many is cut by us and by the magic wand, …"""
EVERY_SLOW = {"quick": 96, "normal": 12, "full": 4}
"""… and one in so many by rembg, traced and enlarged."""
IOU_AIMS = {"white": (0.99, 0.95), "coloured": (0.99, 0.95), "JPEG": (0.97, 0.92)}
HALO_AIMS = {"white": 0.03, "coloured": 0.03, "JPEG": 0.10}
COUNTER_AIMS = {"white": 0.80, "coloured": 0.95}
KEPT_AIM, SSIM_AIM, PATHS_AIM, GAIN_AIM_DB = 0.90, 0.98, 2.0, 3.0
Results = dict[str, dict[str, list[Score]]]


def measure(effort: Effort = "normal") -> str:
    """The section: cut-outs, vectors and enlargements of logos whose SVG is known."""
    found = logos(fetched(Settings().data_dir.resolve() / "bench" / "logos"))
    some, few = found[:: EVERY[effort]], found[:: EVERY_SLOW[effort]]
    results: Results = {case: {} for case in CASES}
    with get_context("spawn").Pool(initializer=cv2.setNumThreads, initargs=(1,)) as pool:
        for name, cut in {"ours": keyed, "flood fill": flooded}.items():
            _collect(results, name, pool.map(partial(_cut_all, cut=cut), some, chunksize=4))
        made = pool.map(_make, few, chunksize=1)
    rembg = rembg_cut()
    _collect(results, "rembg u2net", [_cut_all(logo, cut=rembg) for logo in few])
    hidden = sum(not score.can_be_seen for score in results["white"]["ours"])
    return f"""## Logos

{PACKAGE} (CC0), only the names whose SHA-1 is a multiple of four, longer side 512 px: on
white; on a ground that is none of the logo's colours; on white at half the size as JPEG of quality 40. The
flood fill takes what hangs together with a corner within 32 levels. Cells are median / worst tenth; means
where it says so: of the counters found (enclosed clear regions of 4 px or more), of the artwork as white as
the ground that was kept, and of the logos with as many colours as the truth. A halo is an edge pixel that
over black or over white is off by ΔE2000 > {VISIBLE_DELTA_E:g}; ΔE is of solid pixels.

{cut_table(results)}

On white, {hidden} of {len(some)} have white artwork that runs out into the ground, where nobody sees it end;
"white artwork kept" leaves them out. Which enclosed regions are holes was learnt from these very logos, so
that of others less is to be expected. Measured on logos that were left out of the learning, by region, each
logo counted once: {_left_out()}.

Aims of ours:

{_aims(results)}

SVG, drawn again, of one logo in {EVERY_SLOW[effort]}; similarity is SSIM over mid grey, paths are as
many times the original's:

{_traces([vectors for vectors, _ in made])}

Four times as large, from 256 px, PSNR over mid grey: {_gains([gain for _, gain in made])}."""


def _cut_all(logo: Logo, *, cut: Cut) -> dict[str, Score]:
    return {case.name: scored(logo, case, cut) for case in cases(logo)}


def _make(logo: Logo) -> tuple[dict[str, Traced], float]:
    return traced(logo), enlarged(logo)


def _collect(results: Results, name: str, rows: Sequence[dict[str, Score]]) -> None:
    for row in rows:
        for case, score in row.items():
            results[case].setdefault(name, []).append(score)


def _aims(results: Results) -> str:
    ours = {case: by_name["ours"] for case, by_name in results.items()}
    iou = aims_table([(case, ours[case], *IOU_AIMS[case]) for case in CASES], field="iou", at_least=True)
    rows = [["white artwork kept, mean", _verdict(known(ours["white"], "kept"), KEPT_AIM)]]
    for case, aim in COUNTER_AIMS.items():
        rows.append([f"counters found, {case}, mean", _verdict(known(ours[case], "counters"), aim)])
    for case, aim in HALO_AIMS.items():
        middle = float(np.median(known(ours[case], "halo")))
        rows.append([f"halo, {case}, median", against_aim(middle, aim=aim, at_least=False)])
    return f"{iou}\n\n{table(('', 'ours'), rows)}"


def _left_out() -> str:
    """What `scripts/fit_enclosed.py` measured in folds."""
    file = Path(odds.__file__).with_name("enclosed.json")
    shares = json.loads(file.read_text(encoding="utf-8"))["held_out"]
    return "; ".join(f"on {kind} {hole:.0%} of the holes cleared, {art:.0%} of the artwork kept"
                     for kind, (hole, art) in shares.items())  # fmt: skip


def _verdict(values: Sequence[float], aim: float) -> str:
    return against_aim(float(np.mean(values)), aim=aim, at_least=True) if values else "-"


def _traces(made: Sequence[dict[str, Traced]]) -> str:
    rows = []
    for name in made[0]:
        ious, likeness, paths = (
            [getattr(vectors[name], field) for vectors in made] for field in ("iou", "similarity", "paths")
        )
        verdict = (
            f"{against_aim(float(np.median(likeness)), aim=SSIM_AIM, at_least=True)}; paths "
            f"{against_aim(float(np.median(paths)), aim=PATHS_AIM, at_least=False, unit='x')}"
        )
        rows.append(
            [name, spread(ious), spread(likeness), spread(paths, worst_high=True, digits=2),
             verdict if name.startswith("ours") else ""]
        )  # fmt: skip
    return table(("", "IoU", "similarity", "paths", "medians"), rows)


def _gains(gains: Sequence[float]) -> str:
    middle = against_aim(float(np.median(gains)), aim=GAIN_AIM_DB, at_least=True, unit=" dB")
    better = mean([gain > 0 for gain in gains])
    return f"{spread(gains, digits=1)} dB more than Lanczos, median {middle}; better for {better} of them"


if __name__ == "__main__":
    run_alone("logo", measure)
