"""A drawing as PDF: its SVG on a page of exactly its size, by typst, which keeps it vector."""

import typst

from imaging.vector.drawing import Drawing
from imaging.vector.numbers import number
from imaging.vector.svg import to_svg

_PAGE = """#set document(date: none)
#set page(width: {width}in, height: {height}in, margin: 0pt, fill: none)
#image(bytes(sys.inputs.svg), format: "svg", width: 100%, height: 100%, fit: "stretch")
"""


def to_pdf(drawing: Drawing, *, width_in: float) -> bytes:
    """The drawing as a one-page PDF, sRGB, without a ground; the same drawing gives the same bytes.

    Args:
        drawing: what to write.
        width_in: width of the page in inches; the height follows.
    """
    height_in = width_in * drawing.height_px / drawing.width_px
    page = _PAGE.format(width=number(width_in, 5), height=number(height_in, 5))
    pdf: bytes = typst.compile(
        page.encode(), format="pdf", sys_inputs={"svg": to_svg(drawing, width_in=width_in)}
    )
    return pdf
