"""What `args:` in a Serve config may say: how each deployment uses its replica."""

from pydantic import BaseModel, ConfigDict, Field


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class CodecArgs(_Strict):
    """The codec's replicas."""

    threads: int = Field(default=2, ge=1)
    """Images decoded or encoded at once in one replica."""


class UpscalerArgs(_Strict):
    """The upscaler's replicas."""

    threads: int = Field(default=2, ge=1)
    """CPU threads of a network, where it runs on CPU."""
    max_batch_megapixels: float = Field(default=0.27, gt=0)
    """Input megapixels in one batch."""
    max_batch_tiles: int = Field(default=8, ge=1)
    """Tiles in one batch."""
    max_waiting_tiles: int = Field(default=256, ge=1)
    """Tiles that may wait; more are refused with 503."""
    tiles_in_flight: int = Field(default=4, ge=1)
    """Tiles that one image may have in the queue, so that a large one cannot fill it."""
    hang_after_s: float = Field(default=60.0, gt=0)
    """A batch on the device for longer than this fails the health check."""


class SegmenterArgs(_Strict):
    """The segmenter's replicas."""

    threads: int = Field(default=2, ge=1)
    """CPU threads of a network, where it runs on CPU."""
    max_batch_images: int = Field(default=4, ge=1)
    """Images in one batch."""
    max_waiting_images: int = Field(default=64, ge=1)
    """Images that may wait; more are refused with 503."""
    hang_after_s: float = Field(default=60.0, gt=0)
    """A batch on the device for longer than this fails the health check."""


class RendererArgs(_Strict):
    """The renderer's replicas."""

    threads: int = Field(default=2, ge=1)
    """Pictures drawn at once in one replica."""
    keep_sides: int = Field(default=2, ge=1)
    """Sides of garments whose pictures stay in memory, about 9 MB each."""


class AppArgs(_Strict):
    """All of `args:`; every key is optional and a misspelled one is an error."""

    codec: CodecArgs = CodecArgs()
    upscaler: UpscalerArgs = UpscalerArgs()
    segmenter: SegmenterArgs = SegmenterArgs()
    renderer: RendererArgs = RendererArgs()
