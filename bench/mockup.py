"""Mock-ups and print files beside plain Pillow composites, encoding included. `python -m bench.mockup`."""

from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO

import numpy as np
from PIL import Image, ImageChops

from bench.command import Effort, run_alone
from bench.figures import against_aim, in_turn, median, paired_ratio, table, times_text
from bench.pictures import EMBLEM
from configs.settings import REPOSITORY
from imaging.codec.encode import encode
from imaging.garment.mockup import STUDIO, render_mockup
from imaging.garment.placement import fit_artwork
from imaging.garment.prepared import Prepared
from imaging.garment.print_file import Placed, render_print
from imaging.garment.print_pdf import print_pdf
from imaging.garment.spec import Garment, View, Zone
from imaging.garment.wardrobe import Wardrobe
from imaging.types import Color, Pixels

GARMENTS = REPOSITORY / "configs" / "garments"
SIDE_PX = {"quick": 400, "normal": 2400, "full": 2400}
DPI = {"quick": 40.0, "normal": 300.0, "full": 300.0}
ARTWORK_PX = {"quick": 300, "normal": 2000, "full": 2000}
ROUNDS = {"quick": 1, "normal": 7, "full": 15}
MOCKUP_AIM_MS, PRINT_AIM_MS = 120.0, 1500.0
NAVY: Color = (20, 33, 61)
QUALITY = 90
Files = dict[str, Callable[[], bytes]]


@dataclass(frozen=True, slots=True)
class Job:
    """The order that all contenders carry out: a logo as large as fits on the front of a navy t-shirt."""

    artwork: Pixels
    side_px: int
    dpi: float


def measure(effort: Effort = "normal") -> str:
    """The section: mock-ups and print files against plain Pillow."""
    job = Job(artwork(ARTWORK_PX[effort]), SIDE_PX[effort], DPI[effort])
    garment = Wardrobe(GARMENTS).get("tshirt")
    prepared = Prepared()
    mockups, prints = _mockups(job, garment, prepared), _prints(job, garment.spec("front").zone(None))
    sizes = {name: len(make()) for name, make in (mockups | prints).items()}
    times = in_turn(mockups, rounds=ROUNDS[effort]) | in_turn(prints, rounds=ROUNDS[effort])
    ours, printed = (median(times[name]) * 1e3 for name in ("mock-up", "print, PNG"))
    rows = [
        (name, f"{median(times[name]) * 1e3:.0f} ms", _against(times, name), f"{sizes[name] / 1e3:.0f} kB")
        for name in times
    ]
    width, height = (round(side * job.dpi) for side in garment.spec("front").zone(None).size_in)
    return f"""## Mock-ups and print files

A logo of {len(job.artwork)}x{len(job.artwork)} px on a navy t-shirt's front. Mock-ups are
{job.side_px}x{job.side_px} px, JPEG of quality {QUALITY}; prints are {width}x{height} px. Encoding is
included. Pillow's mock-up is flat: the logo pasted square on, the shading multiplied over it, no folds, no
highlights, pictures ready in memory; its print is resampled and pasted, with soft edges.

A mock-up: {against_aim(ours, aim=MOCKUP_AIM_MS, at_least=False, unit=" ms")}; a print file:
{against_aim(printed, aim=PRINT_AIM_MS, at_least=False, unit=" ms")}. What a side's mock-ups share stays in
memory, here {prepared.nbytes / 1e6:.0f} MB; "mock-up, first" makes it anew, the pictures read already.

{table(("", "time", "against Pillow", "file"), rows)}"""


def artwork(side: int) -> Pixels:
    """The example emblem, (side, side, 4) RGBA."""
    with Image.open(EMBLEM) as image:
        return np.array(image.convert("RGBA").resize((side, side), Image.Resampling.LANCZOS))


def _against(times: dict[str, list[float]], name: str) -> str:
    peer = "print, PNG, Pillow" if name.startswith("print") else "mock-up, Pillow"
    return "1x" if name == peer else f"{times_text(paired_ratio(times[peer], times[name]))} faster"


def _mockups(job: Job, garment: Garment, prepared: Prepared) -> Files:
    peer = Composite(garment.view("front"), side_px=job.side_px)

    def ours(kept: Prepared) -> bytes:
        made = render_mockup(
            garment, side="front", artwork=job.artwork, color=NAVY, size_px=job.side_px, prepared=kept
        )
        return encode(made.pixels, to="jpeg", quality=QUALITY)

    return {
        "mock-up, Pillow": lambda: peer.jpeg(job.artwork),
        "mock-up": lambda: ours(prepared),
        "mock-up, first": lambda: ours(Prepared(max_bytes=0)),
    }


def _prints(job: Job, zone: Zone) -> Files:
    box = fit_artwork(zone.size_in, size_px=job.artwork.shape[1::-1], width_in=None)

    def ours(choke_px: float = 0.0) -> Pixels:
        placed = [Placed(job.artwork, box)]
        return render_print(placed, zone_in=zone.size_in, dpi=job.dpi, choke_px=choke_px).pixels

    def pillow() -> bytes:
        size, place = _in_pixels((box.width_in, box.height_in), job.dpi), (box.x_in, box.y_in)
        sheet = Image.new("RGBA", _in_pixels(zone.size_in, job.dpi))
        logo = Image.fromarray(job.artwork).resize(size, Image.Resampling.LANCZOS)
        sheet.paste(logo, _in_pixels(place, job.dpi))
        out = BytesIO()
        sheet.save(out, "PNG", dpi=(job.dpi, job.dpi))
        return out.getvalue()

    return {
        "print, PNG, Pillow": pillow,
        "print, PNG": lambda: encode(ours(), dpi=job.dpi),
        "print, PNG, choked by 2 px": lambda: encode(ours(2.0), dpi=job.dpi),
        "print, PDF": lambda: print_pdf(ours(), dpi=job.dpi),
    }


def _in_pixels(inches: tuple[float, float], ppi: float) -> tuple[int, int]:
    return round(inches[0] * ppi), round(inches[1] * ppi)


class Composite:
    """What is usually written: Pillow's paste, multiply and composite, the pictures scaled once.

    Args:
        view: the side to show.
        side_px: side of the mock-up.
    """

    def __init__(self, view: View, *, side_px: int) -> None:
        self._scale = side_px / view.size_px
        self._ppi = view.pixels_per_inch * self._scale
        self._zone = view.zone(None)
        size = (side_px, side_px)
        shading = np.minimum(view.shading.astype(np.uint16) * 255 // view.shading_neutral, 255)
        self._shading = Image.fromarray(shading.astype(np.uint8)).resize(size).convert("RGB")
        self._mask = Image.fromarray(view.mask).resize(size)
        ground = Image.new("RGB", size, STUDIO)
        self._ground = ImageChops.multiply(ground, Image.fromarray(view.shadow).resize(size).convert("RGB"))

    def jpeg(self, logo: Pixels) -> bytes:
        """A mock-up of a logo as large as fits the default zone."""
        box = fit_artwork(self._zone.size_in, size_px=logo.shape[1::-1], width_in=None)
        (left, top), *_ = self._zone.quad_px
        shirt = Image.new("RGB", self._mask.size, NAVY)
        small = Image.fromarray(logo).resize(
            _in_pixels((box.width_in, box.height_in), self._ppi), Image.Resampling.LANCZOS
        )
        x, y = left * self._scale + box.x_in * self._ppi, top * self._scale + box.y_in * self._ppi
        shirt.paste(small, (round(x), round(y)), small)
        picture = Image.composite(ImageChops.multiply(shirt, self._shading), self._ground, self._mask)
        out = BytesIO()
        picture.save(out, "JPEG", quality=QUALITY, subsampling=0)
        return out.getvalue()


if __name__ == "__main__":
    run_alone("mockup", measure)
