"""What each script asks of a banner: joined letters, whole clusters, directions, the right fonts."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from imaging.banner.fallback import chain, choose_han
from imaging.banner.fit import fit_line
from imaging.banner.fonts import Covering, Style
from imaging.banner.text import clean, clusters, is_picture, named, shorten, unprintable
from imaging.banner.typeset import Typesetter
from tests.unit.imaging.banner.sheet import FOLDERS, HEAVY, NARROW, SPACED, everything, packaged

FONTS = packaged()
FAMILY = "👨\u200d👩\u200d👧"
ENGLAND = "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f"


def set_in(text: str, style: Style = NARROW) -> tuple[str, str]:
    """The text as it is printed, and the family that leads it."""
    shown, style = Typesetter(FONTS).prepare(text, style)
    return shown, style.families[0]


@pytest.mark.parametrize(
    ("text", "family"),
    [
        ("Łukasz Żółć", "Barlow"),
        ("Шевченко", "Noto Sans"),
        ("Γιώργος", "Noto Sans"),
        ("محمد صلاح", "Noto Sans Arabic"),
        ("שלום כהן", "Heebo"),
        ("प्रिया", "Noto Sans"),
        ("தமிழ்ச்செல்வி", "Noto Sans Tamil"),
        ("వెంకటేశ్వర", "Noto Sans Telugu"),
        ("กิตติศักดิ์", "Noto Sans Thai"),
        ("ស្រី", "Noto Sans Khmer"),
        ("٢٣", "Noto Sans Arabic"),
        ("Omar عمر 7", "Barlow"),
        ("กิตติ Łukasz", "Barlow"),
    ],
)
def test_one_family_sets_a_whole_name(text: str, family: str) -> None:
    """A name is led by the first family that shapes every letter of it, and nothing of it is missing."""
    shown, style = Typesetter(FONTS).prepare(text, NARROW)
    assert style.families[0] == family
    assert FONTS.missing(shown, style) == ()


def test_arabic_letters_are_joined_and_measured_joined() -> None:
    """Three letters that join are narrower than three that may not; lam and alef become one sign."""
    joined, apart = (FONTS.width_em(text, FONTS.lead(text, NARROW)) for text in ("ببب", "ب\u200cب\u200cب"))
    assert joined < 0.95 * apart
    lam_alef, lam = (FONTS.width_em(text, FONTS.lead(text, NARROW)) for text in ("لا", "لل"))
    assert lam_alef < 1.5 * lam


def test_kerning_is_in_the_width() -> None:
    """AV is narrower than A and V."""
    whole, *parts = (FONTS.width_em(text, NARROW) for text in ("AV", "A", "V"))
    assert whole < sum(parts) - 0.01


def test_marks_stand_on_each_other_and_count_in_the_height() -> None:
    """A Thai vowel with a tone mark is higher than the vowel alone, and no wider."""
    bare, high = (FONTS.shaped(text, FONTS.lead(text, NARROW)) for text in ("ฟี", "ฟี้"))
    assert high.above > bare.above + 0.05
    assert high.advance == pytest.approx(bare.advance)


@pytest.mark.parametrize("text", ["محمد", "प्रिया", "กิตติ", "ស្រី", "தமிழ்"])
def test_letters_that_join_are_not_spaced(text: str) -> None:
    """Letter-spacing widens Latin words, and leaves joined scripts whole."""
    plain = Style(SPACED.families, SPACED.weight, SPACED.stretch)
    assert FONTS.width_em("ABC", SPACED) == pytest.approx(FONTS.width_em("ABC", plain) + 2 * 0.08, abs=0.02)
    assert FONTS.tracking_em(text, SPACED) == 0
    assert FONTS.width_em(text, SPACED) == FONTS.width_em(text, plain)


@pytest.mark.parametrize(
    "text", ["محمد صلاح الدين", "שלום כהן לוי", "प्रिया क्षितिज", "กิตติศักดิ์ ภู่", FAMILY * 9, "🇩🇪" * 12]
)
def test_a_cut_name_ends_between_clusters(text: str) -> None:
    """What is left of a cut name is a start of its clusters and an ellipsis, and fits."""
    fonts = everything()
    shown, style = Typesetter(fonts).prepare(text, NARROW)
    if not shown:
        pytest.skip("fonts-noto-color-emoji is not installed")
    room = 0.6 * fonts.width_em(shown, style)
    fitted = fit_line(shown, style, fonts=fonts, size_pt=1.0, width_pt=room, floor_pt=1.0)
    assert fitted.cut
    assert fitted.width_pt <= room + 1e-6
    assert fitted.lines[0].endswith("…")
    kept = clusters(fitted.lines[0][:-1])
    assert kept
    assert kept == clusters(shown)[: len(kept)]


@pytest.mark.parametrize("keep", range(12))
def test_shorten_never_parts_a_sequence(keep: int) -> None:
    """Families, flags, skin tones, syllables and letters with marks are kept whole or left out."""
    text = f"{FAMILY}{ENGLAND}🇩🇪👍🏽क्षि"
    whole = clusters(text)
    assert len(whole) == 5
    kept = clusters(shorten(text, keep)[:-1])
    assert kept == whole[: len(kept)]


def test_rows_of_ink_that_are_too_high_get_smaller() -> None:
    """A name with stacked marks is set smaller where its ink would leave the room's height."""
    shown, style = Typesetter(FONTS).prepare("ฟื้น ปิ้ง", NARROW)
    low = fit_line(shown, style, fonts=FONTS, size_pt=20, width_pt=500, floor_pt=4, height_pt=15)
    free = fit_line(shown, style, fonts=FONTS, size_pt=20, width_pt=500, floor_pt=4)
    assert free.size_pt == 20
    assert low.height_pt == pytest.approx(15)
    assert not low.cut


def test_missing_letters_are_named_and_stay_and_missing_pictures_go() -> None:
    """Without a font an emoji leaves no box; a letter does, to be seen; both are listed, once and whole."""
    setter = Typesetter(FONTS)
    assert setter.prepare(f"Tiger {FAMILY} 王 王 🐯", NARROW)[0] == "TIGER 王 王"
    assert setter.prepare("7\ufe0f\u20e3 A\u20dd", NARROW)[0] == "7 A"
    assert setter.missing == [FAMILY, "王", "🐯", "7\ufe0f\u20e3", "A\u20dd"]
    assert setter.prepare("Go \ue000!\U000e0fff", NARROW)[0] == "GO !"
    assert setter.missing[-2:] == ["\ue000", "\U000e0fff"]


def test_part_of_a_sequence_is_missing_like_the_whole() -> None:
    """A font that has only the second sign of a sequence does not hide that the first is lost."""
    sign = next(char for char in "♂♀©®™" if not FONTS.missing(char, NARROW))
    runner = f"🏃\u200d{sign}\ufe0f"
    assert FONTS.missing(runner, NARROW) == (runner,)


def test_messages_name_characters_by_code_and_script() -> None:
    """A client can find out what 王 is, and what a box or a sequence stands for."""
    assert named("王") == "王 (U+738B, Han)"
    assert named("🐯") == "🐯 (U+1F42F)"
    assert named("\ue000") == "\N{REPLACEMENT CHARACTER} (U+E000)"
    assert named(FAMILY).endswith("(U+1F468 U+200D U+1F469 U+200D …)")


def test_new_emoji_and_flags_are_not_taken_for_rubbish() -> None:
    """Emoji of later Unicode versions and the tags of flags survive cleaning; lone tags do not."""
    assert clean("🫨 🪿") == "🫨 🪿"
    assert clean(f"a{ENGLAND}b\U000e0067") == f"a{ENGLAND}b"
    assert unprintable("a\ue000\ue000\u0000") == ("\ue000",)


def test_variants_of_han_characters_stay_as_written() -> None:
    """NFC would make a family's own form of a character the common one."""
    assert clean("神\ufa19 e\u0301") == "神\ufa19 é"


@pytest.mark.parametrize(
    ("texts", "han"),
    [
        (("王小明", "李"), "SC"),
        (("田中", "さくら"), "JP"),
        (("田中 ー", "李"), "SC"),
        (("김민준", "金"), "KR"),
        (("陳ㄅ",), "TC"),
        (("張偉", "劉德華"), "TC"),
        (("张伟", "刘德华"), "SC"),
        (("渡辺 広沢",), "JP"),
        (("Ana",), "SC"),
    ],
)
def test_han_characters_take_the_forms_of_the_rosters_country(texts: tuple[str, ...], han: str) -> None:
    """Kana, hangul and bopomofo tell; else the national standard that has the most of the characters."""
    assert choose_han(texts) == han
    assert chain(choose_han(texts)).index(f"Noto Sans CJK {han}") < min(
        chain(choose_han(texts)).index(f"Noto Sans CJK {other}") for other in {"JP", "KR", "SC", "TC"} - {han}
    )


def test_han_forms_and_weight_come_from_the_order() -> None:
    """The same character is set from the Japanese or the Chinese font, bold in a bold style."""
    fonts = everything()
    if "Noto Sans CJK JP" not in fonts.families:
        pytest.skip("fonts-noto-cjk is not installed")
    for han in ("JP", "TC"):
        _, style = Typesetter(fonts, han=han).prepare("直", NARROW)
        assert style.families[0] == f"Noto Sans CJK {han}"
    thin = Style(NARROW.families, 400, 0.75)
    assert fonts.width_em("I직", fonts.lead("I직", thin)) != fonts.width_em("I직", fonts.lead("I직", NARROW))


def test_pictures_come_from_the_emoji_font_whole() -> None:
    """Letter fonts may not take a sign out of a sequence: Typst is told which characters are pictures."""
    fonts = everything()
    if "Noto Color Emoji" not in fonts.families:
        pytest.skip("fonts-noto-color-emoji is not installed")
    shown, style = Typesetter(fonts).prepare("🏃\u200d♂\ufe0f 7\ufe0f\u20e3 Go", HEAVY)
    assert fonts.named(shown, style)[0] == Covering("Noto Color Emoji", "[🏃]")
    assert fonts.missing(shown, style) == ()
    assert fonts.shaped("🏃\u200d♂\ufe0f", style).advance == fonts.shaped("🏃", style).advance
    assert all(isinstance(family, str) for family in fonts.named("GO 7", style))


@pytest.mark.parametrize(
    ("cluster", "picture"),
    [
        ("🐯", True),
        ("❤", False),
        ("❤\ufe0f", True),
        ("🐯\ufe0e", False),
        ("7", False),
        ("7\ufe0f\u20e3", True),
        ("é", False),
        (FAMILY, True),
        ("王", False),
    ],
)
def test_pictures_are_told_from_signs(cluster: str, picture: bool) -> None:  # noqa: FBT001 - a column
    """Emoji by nature, by selector, by sequence; not letters, digits or signs set as text."""
    assert is_picture(cluster) is picture


def test_markup_is_text() -> None:
    """Signs of Typst, HTML and shells are printed as they are typed."""
    text = "#$*_@<`\\// -- ~ [X] {Y} = 1. + 'Q' \"Q\""
    assert set_in(text) == (text, "Barlow")


def test_threads_measure_alike() -> None:
    """One library answers many threads at once, all the same."""
    names = [f"{name} {number}" for number in range(40) for name in ("Łukasz", "محمد", "क्षितिज", "กิตติ")]
    fonts = everything() if FOLDERS[0].is_dir() else packaged()

    def measure(_: int) -> list[float]:
        return [fonts.width_em(name, fonts.lead(name, HEAVY)) for name in names]

    with ThreadPoolExecutor(8) as pool:
        first, *others = pool.map(measure, range(8))
    assert all(other == first for other in others)
