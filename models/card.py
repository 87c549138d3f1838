"""What is written down of a model: its network, its licence, its sources, what it takes and gives."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from models.sources import OfficialFile, PackagedFiles

if TYPE_CHECKING:  # models.base imports numpy, a third of the time that a warm fetch takes
    from models.base import Task

Architecture = Literal["rrdbnet", "srvggnet", "u2net", "u2netp", "isnet", "birefnet", "bria"]


@dataclass(frozen=True, slots=True)
class SaliencySpec:
    """What a salient-object network takes and gives.

    Every one of them takes the image squeezed to a square, divided by its own brightest value, less `mean`,
    over `std`; its mask is its first output, stretched to the full range image by image (rembg 2.0.86,
    `sessions/`).
    """

    side_px: int
    """Of the square input."""
    mean: tuple[float, float, float]
    std: tuple[float, float, float]
    sigmoid: bool = False
    """Whether the output is a logit, to be put through a sigmoid before the stretch."""
    gflop: float = 0.0
    """Of one pass: 2 * weights * output pixels, over the graph's convolutions (a test counts them);
    0 where no graph was at hand."""
    bfloat16: bool = False
    """Whether its masks in bfloat16 were measured to be those of float32 (IoU 0.98) where they are not unsure
    (`models.segment.unsure`)."""


@dataclass(frozen=True, slots=True)
class ModelCard:
    """One model: its network, its licence, its sources."""

    name: str
    """As the registry and the API spell it."""
    task: "Task"
    architecture: Architecture
    filename: str
    """Of the converted file in the weights folder."""
    licence: str
    """SPDX identifier of the weights' licence; `LicenseRef-` where SPDX has none."""
    notice: str
    """Copyright line and attribution to pass on with the weights."""
    official: OfficialFile
    packaged: PackagedFiles | None
    """A registry package that holds the same model; None where there is none."""
    parameters: int
    """Numbers in an upscaler's tensors: the converter refuses another count. 0 where a graph is kept."""
    scale: int = 1
    """Output pixels per input pixel along one side; 1 for segmentation."""
    num_feat: int = 0
    """Width of the trunk in channels; 0 for segmentation."""
    num_block: int = 0
    """Residual-in-residual dense blocks; 0 where the architecture has none."""
    num_grow: int = 0
    """Channels each convolution of a dense block adds; 0 where there are none."""
    num_conv: int = 0
    """Inner convolutions of SRVGGNetCompact; 0 where the architecture has none."""
    noncommercial: bool = False
    """Whether the licence forbids commercial use."""
    saliency: SaliencySpec | None = None
    """What a segmenter takes and gives; None for an upscaler."""
