"""Capitals by script."""

import pytest

from imaging.banner.cases import capitals


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Łukasz O'Brien", "ŁUKASZ O'BRIEN"),
        ("Straße", "STRASSE"),
        ("Weiẞ", "WEIẞ"),
        ("ﬁona", "FIONA"),
        ("ĳsbrand ijsbrand", "ĲSBRAND IJSBRAND"),
        ("ıçi İpek", "IÇI İPEK"),  # noqa: RUF001 - the dotless i is the point
        ("ǆ ǅ", "Ǆ Ǆ"),
        ("Шевченко ґ", "ШЕВЧЕНКО Ґ"),
        ("Γιώργος", "ΓΙΩΡΓΟΣ"),
        ("Μάιος Μαΐου ή", "ΜΑΪΟΣ ΜΑΪΟΥ Ή"),
        ("Ἀθηνᾶ", "ΑΘΗΝΑ"),
        ("Սևակ", "ՍԵՎԱԿ"),
        ("გიორგი", "გიორგი"),
        ("عمر ไทย 王 ⅳ ª", "عمر ไทย 王 ⅳ ª"),
        ("x\u0301 e\u0301", "X\u0301 E\u0301"),
    ],
)
def test_capitals_are_those_that_typesetters_use(text: str, shown: str) -> None:
    """Scripts with two cases are capitalised by their own rules, others left alone."""
    assert capitals(text) == shown
    assert capitals(shown) == shown
