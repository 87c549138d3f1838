"""Contact sheets of the service to pages of `imaging.sheet`."""

from pathlib import Path

from imaging.banner.fonts import load_library
from imaging.sheet.render import FONTS, page_size_pt, render_sheet
from imaging.sheet.spec import SheetSpec
from serve_app.domain import Encoded


class Sheets:
    """The one page, its Typst file and fonts read once.

    Args:
        folder: Holds `contact.typ`.
        font_folders: Fonts of scripts that the packaged ones lack.
    """

    def __init__(self, folder: Path, font_folders: tuple[Path, ...] = ()) -> None:
        self._source = (folder / "contact.typ").read_bytes()
        self._fonts = load_library(FONTS, (), font_folders)

    def draw(self, spec: SheetSpec) -> Encoded:
        """Lay out one sheet; raises `TypstPageError`."""
        data = render_sheet(spec, source=self._source, fonts=self._fonts)
        return Encoded(data, "application/pdf", *page_size_pt(data), dpi=None)
