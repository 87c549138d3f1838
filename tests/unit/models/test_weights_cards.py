"""The table of models, without their weights."""

import re

import pytest

from models.cards import CARDS, ModelCard
from models.sources import OfficialFile


@pytest.mark.parametrize("card", CARDS.values(), ids=list(CARDS))
def test_every_source_is_pinned(card: ModelCard) -> None:
    """Official file, package and each of its members carry a full checksum; the address names the file."""
    packaged = card.packaged
    pins = [] if packaged is None else [packaged.package.sha256, *packaged.members.values()]
    assert all(re.fullmatch("[0-9a-f]{64}", pin) for pin in pins)
    assert re.fullmatch("[0-9a-f]{64}|md5:[0-9a-f]{32}", card.official.checksum)
    assert card.official.url.startswith("https://")
    assert card.official.url.endswith("/" + card.official.filename)


@pytest.mark.parametrize("card", CARDS.values(), ids=list(CARDS))
def test_every_model_names_its_owner(card: ModelCard) -> None:
    """The notice repeats the licence and says where the weights come from."""
    assert card.licence in card.notice
    assert "https://github.com/" in card.notice


def test_noncommercial_models_are_marked() -> None:
    """BRIA's weights are the only ones that may not be used commercially, and SPDX has no name for that."""
    marked = {name: card.licence for name, card in CARDS.items() if card.noncommercial}
    assert marked == {"bria-rmbg": "LicenseRef-BRIA-RMBG-2.0"}


def test_a_file_without_any_pin_is_no_source() -> None:
    """An address whose file nothing checks is refused before it is asked."""
    with pytest.raises(ValueError, match="not pinned"):
        _ = OfficialFile("a.onnx", "https://example.org/a.onnx", sha256=None, size_bytes=None).checksum


def test_no_two_models_share_a_name_or_file() -> None:
    """Names are the keys, and each model has its own files."""
    assert all(name == card.name for name, card in CARDS.items())
    assert len({card.filename for card in CARDS.values()}) == len(CARDS)
    assert len({card.official.filename for card in CARDS.values()}) == len(CARDS)
