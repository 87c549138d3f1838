"""The table of models, without their weights."""

import re

import pytest

from models.cards import CARDS, ModelCard


@pytest.mark.parametrize("card", CARDS.values(), ids=list(CARDS))
def test_every_source_is_pinned(card: ModelCard) -> None:
    """Official file, package and each of its members carry a full sha256, and the address names the file."""
    pins = [card.official.sha256, card.packaged.package.sha256, *card.packaged.members.values()]
    assert all(re.fullmatch("[0-9a-f]{64}", pin) for pin in pins)
    assert card.official.url.startswith("https://")
    assert card.official.url.endswith("/" + card.official.filename)


@pytest.mark.parametrize("card", CARDS.values(), ids=list(CARDS))
def test_every_model_names_its_owner(card: ModelCard) -> None:
    """The notice repeats the licence and says where the weights come from; all may be used commercially."""
    assert card.licence in card.notice
    assert "https://github.com/" in card.notice
    assert not card.noncommercial


def test_no_two_models_share_a_name_or_file() -> None:
    """Names are the keys, and each model has its own files."""
    assert all(name == card.name for name, card in CARDS.items())
    assert len({card.filename for card in CARDS.values()}) == len(CARDS)
    assert len({card.official.filename for card in CARDS.values()}) == len(CARDS)
