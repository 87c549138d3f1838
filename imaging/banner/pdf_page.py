"""What Typst leaves out of a print shop's PDF: a BleedBox, and guides on layers of their own.

Written as an incremental update (ISO 32000-2, 7.5.6): what Typst wrote stays as it is, and the page, its
resources and the catalogue are written anew after it. Each kind of guide is an optional content group (8.11)
that shows on screens and does not print (8.11.4.4), drawn in a spot colour of its own name (8.6.6.4) that
overprints, and tagged as ISO 19593-1 tags processing steps, so that RIPs and cutters know it.
"""

import re
from dataclasses import dataclass, field

from imaging.banner.box import Box
from imaging.banner.guides import GuideShapes
from imaging.banner.spec import Guide

_STEPS: dict[Guide, tuple[str, str]] = {
    "trim": ("Structural", "Cutting"),
    "safe": ("Positions", "SafeArea"),
    "hem": ("Structural", "Folding"),
    "grommets": ("Structural", "Drilling"),
}
"""ISO 19593-1 groups and types; the standard allows types of one's own, as `SafeArea` is."""
_TITLES: dict[Guide, str] = {"trim": "Trim", "safe": "SafeArea", "hem": "Hem", "grommets": "Grommets"}
_CIRCLE = 0.5523
"""Of a quarter circle's control points, in radii."""


def finish_pdf(pdf: bytes, guides: tuple[GuideShapes, ...]) -> bytes:
    """The PDF with its BleedBox, and the guides.

    Args:
        pdf: of one page, as Typst writes it: with a plain cross-reference table, without object streams.
        guides: in points from the top left of the page, bleed included.
    """
    update = _Update(pdf)
    page = update.number(rb"/Kids\s*\[(\d+) 0 R\]")
    body = update.object(page)
    media = re.search(rb"/MediaBox\s*(\[[^\]]*\])", body)
    assert media is not None  # noqa: S101 - a page has one
    body = body[:-2] + b"/BleedBox" + media[1] + b">>"
    if guides:
        height = float(media[1].strip(b"[]").split()[3])
        forms = [_draw(update, shapes, height) for shapes in guides]
        resources = update.number(rb"/Resources (\d+) 0 R", body)
        update.change(resources, _with_forms(update.object(resources), [form for form, _ in forms]))
        calls = " ".join(f"/Guide{index} Do" for index in range(len(forms)))
        extra = update.add(_stream(b"", f"q {calls} Q".encode()))
        body = re.sub(rb"/Contents (\d+ 0 R)", rb"/Contents[\1 %d 0 R]" % extra, body)
        root = update.number(rb"/Root (\d+) 0 R", update.trailer)
        update.change(root, _with_layers(update.object(root), [group for _, group in forms]))
    update.change(page, body)
    return update.written()


@dataclass(slots=True)
class _Update:
    """Objects changed and added."""

    pdf: bytes
    objects: dict[int, bytes] = field(default_factory=dict)

    @property
    def trailer(self) -> bytes:
        return self.pdf[self.pdf.rindex(b"trailer") :]

    @property
    def start(self) -> int:
        """Of the last cross-reference table."""
        return int(self.pdf[self.pdf.rindex(b"startxref") + 9 :].split()[0])

    def number(self, pattern: bytes, where: bytes | None = None) -> int:
        """The object's number that a pattern finds."""
        found = re.search(pattern, self.pdf if where is None else where)
        assert found is not None  # noqa: S101 - Typst writes it
        return int(found[1])

    def object(self, number: int) -> bytes:
        """Its dictionary."""
        found = re.search(rb"[\r\n]%d 0 obj\s(.*?)\sendobj" % number, self.pdf, re.DOTALL)
        assert found is not None  # noqa: S101 - the table says that it is there
        return found[1].strip()

    def change(self, number: int, body: bytes) -> None:
        self.objects[number] = body

    def add(self, body: bytes) -> int:
        number = max([self._size() - 1, *self.objects]) + 1
        self.objects[number] = body
        return number

    def written(self) -> bytes:
        parts, at, table = [self.pdf, b"\n"], len(self.pdf) + 1, [b"xref\n"]
        for number, body in sorted(self.objects.items()):
            table.append(b"%d 1\n%010d 00000 n\r\n" % (number, at))
            parts.append(b"%d 0 obj\n%s\nendobj\n" % (number, body))
            at += len(parts[-1])
        size = max([self._size() - 1, *self.objects]) + 1
        trailer = re.sub(rb"/Size \d+", b"/Size %d/Prev %d" % (size, self.start), self._dictionary())
        tail = b"trailer\n%s\nstartxref\n%d\n%%%%EOF\n" % (trailer, at)
        return b"".join([*parts, *table, tail])

    def _size(self) -> int:
        return self.number(rb"/Size (\d+)", self.trailer)

    def _dictionary(self) -> bytes:
        text = self.trailer
        return text[text.index(b"<<") : text.rindex(b">>") + 2]


def _draw(update: _Update, shapes: GuideShapes, height: float) -> tuple[int, int]:
    """The numbers of a guide's form and of its layer."""
    title, (group, kind) = _TITLES[shapes.name], _STEPS[shapes.name]
    layer = update.add(
        f"<</Type/OCG/Name(Guide: {title})/Usage<</Print<</Subtype/PrintersMarks/PrintState/OFF>>"
        f"/View<</ViewState/ON>>/Export<</ExportState/ON>>>>/GTS_Metadata<</GTS_ProcStepsGroup/{group}"
        f"/GTS_ProcStepsType/{kind}>>>>".encode()
    )
    full = " ".join(f"{channel / 255:.4f}" for channel in shapes.color)
    tint = f"<</FunctionType 2/Domain[0 1]/C0[1 1 1]/C1[{full}]/N 1>>"
    box = " ".join(str(side) for side in (0, 0, 20_000, 20_000))
    head = (
        f"/Type/XObject/Subtype/Form/BBox[{box}]/OC {layer} 0 R/Resources<</ColorSpace<</Spot[/Separation"
        f"/{title}/DeviceRGB {tint}]>>/ExtGState<</Over<</OP true/op true/OPM 1>>>>>>"
    )
    lines = [_rectangle(one, height) for one in shapes.boxes]
    lines += [_circle(x, height - y, radius) for x, y, radius in shapes.circles]
    drawing = f"/Over gs /Spot CS 1 SCN {shapes.weight:.3f} w\n" + "\n".join(f"{line} S" for line in lines)
    return update.add(_stream(head.encode(), drawing.encode())), layer


def _with_forms(resources: bytes, forms: list[int]) -> bytes:
    entries = b"".join(b"/Guide%d %d 0 R" % (index, form) for index, form in enumerate(forms))
    if b"/XObject<<" in resources:
        return resources.replace(b"/XObject<<", b"/XObject<<" + entries, 1)
    return resources[:-2] + b"/XObject<<" + entries + b">>>>"


def _with_layers(root: bytes, layers: list[int]) -> bytes:
    refs = b" ".join(b"%d 0 R" % layer for layer in layers)
    usage = b"".join(
        b"<</Event/%s/Category[/%s]/OCGs[%s]>>" % (event, event, refs)
        for event in (b"View", b"Print", b"Export")
    )
    properties = b"<</OCGs[%s]/D<</Order[%s]/ON[%s]/AS[%s]>>>>" % (refs, refs, refs, usage)
    return root[:-2] + b"/OCProperties" + properties + b">>"


def _stream(head: bytes, data: bytes) -> bytes:
    return b"<<%s/Length %d>>\nstream\n%s\nendstream" % (head, len(data), data)


def _rectangle(box: Box, height: float) -> str:
    return f"{box.x:.3f} {height - box.bottom:.3f} {box.w:.3f} {box.h:.3f} re"


def _circle(x: float, y: float, r: float) -> str:
    k = _CIRCLE * r
    curves = (
        (x + r, y + k, x + k, y + r, x, y + r),
        (x - k, y + r, x - r, y + k, x - r, y),
        (x - r, y - k, x - k, y - r, x, y - r),
        (x + k, y - r, x + r, y - k, x + r, y),
    )
    steps = " ".join(" ".join(f"{value:.3f}" for value in curve) + " c" for curve in curves)
    return f"{x + r:.3f} {y:.3f} m {steps}"
