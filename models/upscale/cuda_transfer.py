"""Brings canvases to the device and pixels back, in pinned memory that is reused."""

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from imaging.types import Pixels
from models.upscale.cuda_canvas import Canvas
from models.upscale.cuda_program import Made


class Slot:
    """Host memory of one pass in flight; the copy back runs beside the next pass.

    Args:
        device: Where passes run.
        copies: The stream that copies back; None on a CPU, where there is nothing to overlap.
    """

    def __init__(self, *, device: torch.device, copies: torch.cuda.Stream | None) -> None:
        self._device = device
        self._copies = copies
        self._sent = torch.empty(0, dtype=torch.uint8)
        self._got = torch.empty(0, dtype=torch.uint8)
        self._finite = torch.ones((), dtype=torch.bool, pin_memory=copies is not None)
        self._done = torch.cuda.Event() if copies is not None else None  # type: ignore[no-untyped-call]  # PyTorch's

    def send(self, canvases: Sequence[Canvas], tiles: Sequence[Pixels]) -> Tensor:
        """Lay tiles into their canvases: (N, h, w, 4) uint8 on the device, as `Program` wants them."""
        shape = (len(canvases), canvases[0].height, canvases[0].width, 4)
        self._sent = self._room(self._sent, shape)
        host = self._sent[: int(np.prod(shape))].view(shape)
        laid = host.numpy()
        laid.fill(0)
        for canvas, target in zip(canvases, laid, strict=True):
            for place in canvas.places:
                part = target[place.top : place.top + place.height, place.left : place.left + place.width]
                part[..., :3] = tiles[place.tile]
                part[..., 3] = 255
        return host.to(self._device, non_blocking=True)

    def fetch(self, made: Made) -> None:
        """Start to copy a pass's pixels to the host."""
        self._shape = tuple(made.pixels.shape)
        self._got = self._room(self._got, self._shape)
        host = self._got[: int(np.prod(self._shape))].view(self._shape)
        if self._copies is None or self._done is None:
            host.copy_(made.pixels)
            self._finite.copy_(made.finite)
            return
        # The next replay may write over what this one made: the copy starts from a copy of it.
        staged = Made(made.pixels.clone(), made.finite.clone())
        self._copies.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(self._copies):
            host.copy_(staged.pixels, non_blocking=True)
            self._finite.copy_(staged.finite, non_blocking=True)
            self._done.record()
        for tensor in staged:
            tensor.record_stream(self._copies)

    def wait(self) -> tuple[Pixels, bool]:
        """The pixels of the pass, valid until the slot is used again, and whether they were all finite."""
        if self._done is not None:
            self._done.synchronize()
        host = self._got[: int(np.prod(self._shape))].view(self._shape)
        return host.numpy(), bool(self._finite)

    def _room(self, held: Tensor, shape: tuple[int, ...]) -> Tensor:
        """`held`, or as much new memory as the shape needs."""
        size = int(np.prod(shape))
        if held.numel() >= size:
            return held
        return torch.empty(size, dtype=torch.uint8, pin_memory=self._copies is not None)
