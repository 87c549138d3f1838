"""Every engine by name: how its input is cut, what it costs; `load.py` of each task loads it."""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from models.base import Task, TileRules
from models.cards import CARDS, ModelCard
from models.weights import weights_sha256

# Overlaps, by the float32 difference of tiled and whole on a face and a crest with a seam every 100 pixels.
# x4plus: 32 px 47 dB, 48 px 51 dB, 64 px 56 dB, 80 px 60 dB. Anime: 16 px 46 dB, 32 px 51 dB, 48 px 57 dB.
# animevideov3, which sees 18 px around a pixel: 16 px 64 dB, 24 px 87 dB.
# Sizes: work is cancelled, and others get their turn, between tiles only. animevideov3 needs little overlap
# and can afford small tiles (0.1 s on two CPU cores): a small image is served soon while a large one is at
# work. An image of 256 px stays whole, since four tiles of it are an eighth more work. The other two, with
# tiles of 4 s (anime) to 10 s (x4plus), would be mostly overlap in smaller ones.
# Sides are of any length: padding an image by even a few pixels changes what the network makes of its border
# (35 dB).
TILE_RULES: Mapping[str, TileRules] = MappingProxyType(
    {
        "realesrgan-x4plus": TileRules(size_px=320, overlap_px=80, multiple_px=1),
        "realesrgan-x4plus-anime": TileRules(size_px=320, overlap_px=64, multiple_px=1),
        "realesr-animevideov3": TileRules(size_px=192, overlap_px=16, multiple_px=1, whole_px=256),
        # A segmenter sees the whole image, squeezed to one square.
        **{
            card.name: TileRules(
                size_px=card.saliency.side_px, overlap_px=0, multiple_px=card.saliency.side_px
            )
            for card in CARDS.values()
            if card.saliency is not None
        },
    }
)


def names(task: Task) -> tuple[str, ...]:
    """Names of the models for a task."""
    return tuple(name for name, card in CARDS.items() if card.task == task)


def card_of(name: str, *, task: Task) -> ModelCard:
    """The card of a model for a task; raises `KeyError` when there is none."""
    if name not in names(task):
        raise KeyError(f"no {task} model {name!r}; there are {', '.join(names(task))}")
    return CARDS[name]


def version_of(name: str, *, weights_dir: Path) -> str:
    """`EngineInfo.version` of the weights in a folder; raises `WeightsMissingError`."""
    return weights_sha256(name, weights_dir=weights_dir)[:12]
