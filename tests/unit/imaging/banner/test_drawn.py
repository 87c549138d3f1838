"""Text is drawn as it was measured: widths by Typst's own word, extents by the pixels."""

import json
from pathlib import Path

import numpy as np
import pytest

from imaging.banner.text import clean
from tests.unit.imaging.banner.sheet import HEAVY, NARROW, SPACED, Sheet, everything, outside, packaged

SIZE = 40.0
NAMES = {
    "Latin": ("AVATAR To. Wylie", "Łukasz Żółć", "Ødegård Æsir", "J'jQ/"),
    "Vietnamese": ("Nguyễn Thị Ánh", "Ắ Ỗ Ặ"),
    "Greek and Cyrillic": ("Γιώργος Αντετοκούνμπο", "Шевченко Їжак"),
    "Arabic": ("محمد صلاح", "عمر الشريف 10", "الْعَرَبِيَّةُ", "گچپژ ﷲ", "٠١٢٣ عدد"),
    "Hebrew": ("שלום כהן", "בְּרֵאשִׁית", "יוסי 23 Levi (אב)"),  # noqa: RUF001 - Hebrew letters
    "Devanagari": ("प्रिया शर्मा", "क्षितिज र्त्स्न्य"),
    "Tamil and Telugu": ("தமிழ்ச்செல்வி ஸ்ரீ", "వెంకటేశ్వర రావు"),
    "Thai": ("กิตติศักดิ์ ภู่", "ที่นี่ ฟื้น ปิ้ง"),
    "Khmer": ("សុខ ចាន់ធី ស្រី", "ខ្ញុំ ស្ត្រី"),
    "stacked marks": ("x\u0327\u0347\u035b za\u0301\u0302\u0303lgo",),
    "signs": ("#$*_@<`\\// -- ~ [x] {y} = 1. + 'q' \"Q\"",),
    "mixed": ("Omar عمر 7", "Ali علي ก", "a王b"),
}


@pytest.fixture(scope="module")
def sheet() -> Sheet:
    """Names of every packaged script in a heavy, a narrow and a spaced style."""
    names = [name for group in NAMES.values() for name in group]
    return Sheet(
        [(name, style) for name in names for style in (HEAVY, NARROW, SPACED)], packaged(), size=SIZE
    )


def test_lines_are_as_wide_as_they_were_measured(sheet: Sheet) -> None:
    """Typst's widths and HarfBuzz's differ by less than a percent, in every script."""
    measured = [line.line["advance"] for line in sheet.lines]
    assert len(measured) == 3 * sum(map(len, NAMES.values()))
    assert np.abs(np.divide(sheet.drawn_widths(), measured) - 1).max() < 0.01


def test_ink_fills_its_box_and_stays_in_it(sheet: Sheet) -> None:
    """Marks above and below and letters that lean out are in the measured box, and fill its height."""
    ink = sheet.ink()
    assert outside(ink, sheet.lines) == 0
    for line in sheet.lines:
        x0, y0, x1, y1 = (round(side) for side in line.box)
        box = ink[y0:y1, x0:x1]
        assert box.any(axis=1).mean() > 0.8, line.text


def test_an_ellipsis_stands_where_reading_ends() -> None:
    """At the left of a name that runs right to left, at the right of another: low dots, and no more."""
    for text, ends in (("محمد صلا…", slice(0, 6)), ("Mohamme…", slice(-6, None))):
        sheet = Sheet([(text, NARROW)], packaged(), size=SIZE)
        x0, y0, x1, y1 = (round(side) for side in sheet.lines[0].box)
        columns = sheet.ink()[y0:y1, x0:x1]
        columns = columns[:, columns.any(axis=0)][:, ends]
        assert 0 < columns.any(axis=1).sum() < SIZE / 4


def test_pictures_and_han_are_drawn_in_every_format() -> None:
    """Emoji sequences, flags and bold Han characters are in PNG, PDF and SVG, inside their boxes."""
    texts = ("🐯 Tigers", "🏃‍♂️ run", "🇺🇸 👍🏽 7️⃣", "王小明 Li", "田中 さくら", "김민준", "عمر ❤️")
    fonts = everything()
    if not {"Noto Color Emoji", "Noto Sans CJK JP"} <= set(fonts.families):
        pytest.skip("fonts-noto-cjk and fonts-noto-color-emoji are not installed")
    sheet = Sheet([(text, style) for text in texts for style in (HEAVY, NARROW)], fonts, size=SIZE)
    assert [line.text for line in sheet.lines[::2]] == [text.upper() for text in texts]
    assert outside(sheet.ink(), sheet.lines) == 0
    assert (
        np.abs(np.divide(sheet.drawn_widths(), [line.line["advance"] for line in sheet.lines]) - 1).max()
        < 0.005
    )
    pdf, svg = sheet.file("pdf"), sheet.file("svg")
    assert b"NotoSansCJK" in pdf
    assert pdf.count(b"/Subtype /Image") + pdf.count(b"/Subtype/Image") >= 6
    assert svg.count(b"<image") >= 6


def test_naughty_strings_stay_in_their_boxes(corpus: Path) -> None:
    """Of the big list of naughty strings, all that fits the page is drawn where it was measured."""
    found = corpus / "strings" / "blns__blns.json"
    if not found.exists():
        pytest.skip("the list of strings is not beside the repository")
    texts = list(dict.fromkeys(clean(text)[:60] for text in json.loads(found.read_text("utf-8"))))
    sheet = Sheet([(text, HEAVY) for text in texts], everything(), size=14.0)
    assert len(sheet.lines) > 400
    assert outside(sheet.ink(), sheet.lines) == 0
    measured = np.array([line.line["advance"] for line in sheet.lines])
    assert (np.array(sheet.drawn_widths()) <= 1.005 * measured + 0.01).all()
