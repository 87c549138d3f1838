"""What was measured on a GPU, as a section of docs/benchmarks-gpu.md."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bench.figures import against_aim, table, times_text

IMAGE_AIM_MS, REFERENCE_AIM, REQUEST_AIM = 25.0, 2.5, 2.0
"""x4plus, 512² to 2048²: an image, against `RealESRGANer`, and the whole request against the network."""

MOST_WORDS_CHARS = 120
"""Of an error, in a table."""


@dataclass(frozen=True, slots=True)
class Ceilings:
    """What the device does at best."""

    matmul_tflops: float
    """bfloat16 products of large random matrices, TFLOP/s."""
    copy_tb_s: float
    """A large copy within its memory, bytes read plus bytes written, TB/s."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One way to run one model."""

    name: str
    psnr_db: float | None
    seconds: Mapping[int, float]
    """Of one pass, by images in it."""
    out: str = ""
    """Why it has no times."""

    @property
    def best_count(self) -> int:
        """Images in the pass that is the quickest for each of them."""
        return min(self.seconds, key=lambda count: self.seconds[count] / count)

    def image_s(self, count: int) -> float:
        """Seconds for each image of such a pass."""
        return self.seconds[count] / count


@dataclass(frozen=True, slots=True)
class Model:
    """One model, 512² to 2048²."""

    name: str
    tflop: float
    """Of one image."""
    candidates: Sequence[Candidate]
    reference_s: float | None
    """`RealESRGANer` in half precision, bytes in host memory to bytes in host memory."""
    engine_s: float | None
    """Our engine as the service loads it, from array to array."""
    absent: str = ""
    """Why there is no `RealESRGANer`."""

    @property
    def fastest(self) -> Candidate | None:
        """The candidate with the shortest time for one image."""
        ran = [candidate for candidate in self.candidates if candidate.seconds]
        return min(ran, key=lambda candidate: candidate.image_s(1), default=None)


@dataclass(frozen=True, slots=True)
class Part:
    """Anything else that takes time."""

    name: str
    seconds: float | None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """Everything of one run."""

    device: str
    """Name, driver and versions, in words."""
    command: str
    date: str
    ceilings: Ceilings
    models: Sequence[Model]
    parts: Sequence[Part]
    request_s: float | None
    """x4plus, bytes to bytes, without Ray."""


def section(report: Report) -> str:
    """The section as markdown."""
    ceilings = report.ceilings
    rows = [_row(model, way, ceilings) for model in report.models for way in model.candidates]
    header = (
        "model",
        "way",
        "dB to float32",
        "one image",
        "of the ceiling",
        "best batch, per image",
        "of it",
    )
    against = [_against(model) for model in report.models]
    parts = [(part.name, _ms(part.seconds), part.note) for part in report.parts]
    return f"""## GPU

Measured {report.date} with `{report.command}` on {report.device}.

The ceilings of this device, measured first: {ceilings.matmul_tflops:,.0f} TFLOP/s in bfloat16 products of
random matrices, {ceilings.copy_tb_s:.2f} TB/s in a copy (read plus written).

512² to 2048², uint8 on the device to uint8 on the device, replayed CUDA graphs, medians in ms:

{table(header, rows)}

From arrays to arrays in host memory, the engine as the service loads it, one image:

{table(("model", "ours", "`RealESRGANer` fp16", "ratio"), against)}

Around the networks:

{table(("part", "ms", ""), parts)}

{table(("aim for x4plus, 512² to 2048²", "outcome"), _aims(report))}"""


def _row(model: Model, way: Candidate, ceilings: Ceilings) -> tuple[str, ...]:
    if not way.seconds:
        return (model.name, way.name, _cell(way.out) or "not measured", "", "", "", "")
    best = way.best_count
    quality = "" if way.psnr_db is None else f"{way.psnr_db:.1f}"
    return (
        model.name,
        way.name,
        quality,
        _ms(way.image_s(1)) if 1 in way.seconds else "",
        _share(model, way.image_s(1), ceilings) if 1 in way.seconds else "",
        f"{_ms(way.image_s(best))} ({best})",
        _share(model, way.image_s(best), ceilings),
    )


def _share(model: Model, seconds: float, ceilings: Ceilings) -> str:
    return f"{model.tflop / seconds / ceilings.matmul_tflops:.0%}"


def _against(model: Model) -> tuple[str, ...]:
    if model.engine_s is None or model.reference_s is None:
        return (model.name, _ms(model.engine_s), model.absent or _ms(model.reference_s), "")
    ratio = times_text(model.reference_s / model.engine_s)
    return (model.name, _ms(model.engine_s), _ms(model.reference_s), ratio)


def _aims(report: Report) -> list[tuple[str, str]]:
    """Each aim of x4plus that was measured, met or missed; the others say so."""
    model = next((model for model in report.models if model.name == "realesrgan-x4plus"), None)
    fastest = model.fastest if model else None
    image = reference = request = "not measured"
    if fastest:
        image = against_aim(fastest.image_s(1) * 1e3, aim=IMAGE_AIM_MS, at_least=False, unit=" ms")
        if report.request_s:
            ratio = report.request_s / fastest.image_s(1)
            request = against_aim(ratio, aim=REQUEST_AIM, at_least=False, unit="x")
    if model and model.reference_s and model.engine_s:
        ratio = model.reference_s / model.engine_s
        reference = against_aim(ratio, aim=REFERENCE_AIM, at_least=True, unit="x")
    return [
        ("an image", image),
        ("against `RealESRGANer` in half precision", reference),
        ("whole request (decode, network, stitch, encode) against the network", request),
    ]


def _cell(text: str) -> str:
    """Whatever a runtime said, in one short line that does not end a table's cell."""
    return " ".join(text.replace("|", "/").split())[:MOST_WORDS_CHARS]


def _ms(seconds: float | None) -> str:
    return "not measured" if seconds is None else f"{seconds * 1e3:.2f}"
