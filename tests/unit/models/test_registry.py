"""The registry: every model by name, and honest about what is missing."""

from pathlib import Path

import pytest

from models.cards import CARDS
from models.registry import TILE_RULES, names
from models.segment.load import load_segmenter
from models.upscale.load import build_upscaler, load_upscaler
from models.weights import WeightsMissingError


def test_every_card_can_be_loaded() -> None:
    """Each model of a card has a task the registry lists and tile rules."""
    assert set(names("upscale")) | set(names("segment")) == set(CARDS) == set(TILE_RULES)
    assert all((card.saliency is not None) == (card.task == "segment") for card in CARDS.values())


@pytest.mark.parametrize("name", names("upscale"))
def test_networks_match_their_cards(name: str) -> None:
    """A card's network has the number of parameters and the scale that the card states."""
    network = build_upscaler(CARDS[name])
    assert sum(parameter.numel() for parameter in network.parameters()) == CARDS[name].parameters
    assert network.scale == CARDS[name].scale


def test_cost_of_x4plus() -> None:
    """x4plus costs 35.85 TFLOP per input megapixel."""
    flop = build_upscaler(CARDS["realesrgan-x4plus"]).flop_per_pixel()
    assert flop / 1e6 == pytest.approx(35.85, abs=0.01)


@pytest.mark.parametrize("name", names("upscale"))
def test_tiles_fit_their_overlap(name: str) -> None:
    """An upscaler's tiles are at least twice their overlap, and take sides of any length."""
    rules = TILE_RULES[name]
    assert rules.size_px >= 2 * rules.overlap_px
    assert rules.multiple_px == 1


def test_unknown_names(tmp_path: Path) -> None:
    """A name of another task, or of none, is refused with the names there are."""
    with pytest.raises(KeyError, match="realesrgan-x4plus"):
        load_upscaler("u2net", weights_dir=tmp_path, device="cpu", threads=1)
    with pytest.raises(KeyError, match="u2netp"):
        load_segmenter("no-such-model", weights_dir=tmp_path, device="cpu", threads=1)


def test_missing_weights_say_what_to_run(tmp_path: Path) -> None:
    """Without weights, loading says which command fetches them."""
    for load, name in ((load_upscaler, "realesr-animevideov3"), (load_segmenter, "u2netp")):
        with pytest.raises(WeightsMissingError, match=r"models\.fetch"):
            load(name, weights_dir=tmp_path, device="cpu", threads=1)
