"""Text from strangers made printable: one line without control characters, parted only between clusters."""

import unicodedata

import regex
from fontTools import unicodedata as scripts

from imaging.banner.bidi import is_rtl
from imaging.banner.cases import capitals

__all__ = ["capitals", "clean", "clusters", "is_picture", "is_rtl", "named", "shorten", "unprintable"]

_PILES = regex.compile(r"(\p{M}{3})\p{M}+")
"""More than three combining marks; Vietnamese and Thai need two, stacked 'zalgo' text uses dozens."""
_JOINERS = "\u200c\u200d"
"""Zero-width (non-)joiners: format characters that Persian and Indic spelling and emoji need."""
_SPACES = regex.compile(r"\s+")
_FLAG_TAGS = r"\U0001F3F4[\U000E0020-\U000E007E]+\U000E007F"
"""A flag with tags, such as England's: format characters that are a part of it."""
_HIDDEN = regex.compile(
    rf"(?:{_FLAG_TAGS}|[{_JOINERS}])(*SKIP)(*FAIL)|[\p{{Cc}}\p{{Cs}}\p{{Co}}\p{{Cn}}\p{{Cf}}\p{{Zl}}\p{{Zp}}]"
)
_UNPRINTABLE = regex.compile(r"[\p{Co}\p{Cn}]")
_COMPATIBILITY = regex.compile(r"([\uF900-\uFAFF\U0002F800-\U0002FA1F]+)")
"""Variants of Han characters that NFC would make plain: people write their names with them."""
_CLUSTER = regex.compile(r"\X")
_PICTURE = regex.compile(
    r"\p{Emoji_Presentation}[^\uFE0E]*|\p{Emoji}\uFE0F.*|\p{Extended_Pictographic}.*\u200D.+|[0-9#*]\uFE0F?\u20E3",
    regex.DOTALL,
)


def clean(text: str) -> str:
    """One printable line: NFC, without control, format and private characters and lone surrogates.

    Bidirectional overrides go too (a name must not turn its neighbours round); joiners and the tags of flags
    stay.
    """
    printable = _SPACES.sub(" ", _HIDDEN.sub("", _SPACES.sub(" ", text)))
    if not printable.isascii():
        printable = _PILES.sub(r"\1", _composed(printable))
    return printable.strip(" " + _JOINERS)


def _composed(text: str) -> str:
    parts = _COMPATIBILITY.split(text)
    return "".join(
        part if index % 2 else unicodedata.normalize("NFC", part) for index, part in enumerate(parts)
    )


def unprintable(text: str) -> tuple[str, ...]:
    """Private and unassigned characters, each once: somebody saw them on a screen, no font here has them."""
    return tuple(dict.fromkeys(_UNPRINTABLE.findall(text)))


def clusters(text: str) -> list[str]:
    """What a reader takes for one character: a letter with its marks, a syllable sign, an emoji sequence."""
    if text.isascii():
        return list(text)
    return _CLUSTER.findall(text)


def is_picture(cluster: str) -> bool:
    """Whether a cluster asks for a coloured picture: emoji, flags, keycaps."""
    return not cluster.isascii() and _PICTURE.fullmatch(cluster) is not None


def shorten(text: str, keep: int) -> str:
    """The first `keep` characters and an ellipsis, never parting a cluster."""
    end = 0
    for cluster in clusters(text):
        if end + len(cluster) > keep:
            break
        end += len(cluster)
    return text[:end].rstrip(" " + _JOINERS) + "…"


def named(cluster: str) -> str:
    """A character as a message names it: itself, its code points, and its script where it has one.

    `王 (U+738B, Han)`; of long sequences the first four code points.
    """
    codes = [f"U+{ord(char):04X}" for char in cluster]
    shown = " ".join(codes[:4]) + (" …" if len(codes) > 4 else "")  # noqa: PLR2004 - as said above
    script = next((s for s in map(scripts.script, cluster) if s not in {"Zyyy", "Zinh", "Zzzz"}), None)
    visible = cluster if _UNPRINTABLE.search(cluster) is None else "\N{REPLACEMENT CHARACTER}"
    return f"{visible} ({shown}, {scripts.script_name(script)})" if script else f"{visible} ({shown})"
