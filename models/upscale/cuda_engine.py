"""The super-resolution engine for CUDA: any tiles, few shapes, replayed passes, bounded memory."""

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import torch

from imaging.types import Pixels
from models.base import EngineInfo, NonFiniteOutputError, OutOfDeviceMemoryError
from models.upscale.cuda_canvas import Canvas, passes, plan_canvases
from models.upscale.cuda_graphs import GraphRunner
from models.upscale.cuda_transfer import Slot
from models.upscale.input_check import check_tiles

SLOTS = 2
"""Passes in flight: one computes while the pixels of the one before are copied and cut out."""


@dataclass(frozen=True, slots=True)
class _InFlight:
    """A pass whose pixels are on their way."""

    canvases: Sequence[Canvas]
    slot: Slot


class CudaUpscaler:
    """An `UpscaleEngine` that lays tiles into canvases and replays one graph for each shape of canvas.

    Args:
        runner: Runs passes of the network.
        info: What the engine says of itself; its `device` is where passes run. On `cpu` it does the same
            without streams, which is how it is tested.
        max_pass_px: Input pixels of one pass, at most. A single canvas may be larger.
    """

    def __init__(self, runner: GraphRunner, *, info: EngineInfo, max_pass_px: int) -> None:
        self._runner = runner
        self._info = info
        self._max_pass_px = max_pass_px
        self._device = torch.device(info.device)
        copies = torch.cuda.Stream() if self._device.type == "cuda" else None  # type: ignore[no-untyped-call]  # PyTorch's
        self._slots = [Slot(device=self._device, copies=copies) for _ in range(SLOTS)]

    @property
    def info(self) -> EngineInfo:
        """The engine's description of itself."""
        return self._info

    @property
    def max_pass_px(self) -> int:
        """Input pixels of one pass, at most; halves each time the device runs out of memory."""
        return self._max_pass_px

    @property
    def runner(self) -> GraphRunner:
        """What runs the passes."""
        return self._runner

    def run(self, tiles: Sequence[Pixels]) -> list[Pixels]:
        """See `models.base.UpscaleEngine`; small tiles share canvases, canvases of one shape share passes.

        Raises:
            ValueError: A tile has another shape or dtype, or no pixels.
            OutOfDeviceMemoryError: One canvas alone does not fit the device.
            NonFiniteOutputError: The network gave NaN or infinity.
        """
        check_tiles(tiles)
        results: dict[int, Pixels] = {}
        queue = deque(self._passes(plan_canvases([tile.shape[:2] for tile in tiles])))
        flying: deque[_InFlight] = deque()
        free = deque(self._slots)
        try:
            while queue or flying:
                if queue and free:
                    if not self._start(queue[0], tiles, slot=free[0]):
                        self._land(flying, free, results, keep=0)
                        queue = self._smaller(queue)
                        continue
                    flying.append(_InFlight(queue.popleft(), free.popleft()))
                self._land(flying, free, results, keep=SLOTS - 1 if queue else 0)
        finally:
            for late in flying:  # after an error: nothing may write into memory that is used again
                late.slot.wait()
        return [results[index] for index in range(len(tiles))]

    def release_memory(self) -> None:
        """Give cached blocks back to the device; graphs stay, since capturing them again takes seconds."""
        if self._device.type == "cuda":
            torch.cuda.empty_cache()

    def _passes(self, canvases: Iterable[Canvas]) -> Iterable[list[Canvas]]:
        return passes(list(canvases), max_px=self._max_pass_px)

    def _start(self, canvases: Sequence[Canvas], tiles: Sequence[Pixels], *, slot: Slot) -> bool:
        """Start one pass; False when the device ran out of memory (and by then its tensors are gone)."""
        try:
            slot.fetch(self._runner.run(slot.send(canvases, tiles), masked=not canvases[0].is_full))
        except torch.OutOfMemoryError:
            return False
        return True

    def _smaller(self, queue: deque[list[Canvas]]) -> deque[list[Canvas]]:
        """What is left to do, after memory was made: graphs are dropped first, then passes halved."""
        size, canvas = len(queue[0]), queue[0][0]
        held_graphs = self._runner.release()
        if self._device.type == "cuda":
            torch.cuda.synchronize()  # what was sent for the failed pass must not change on its way
            torch.cuda.empty_cache()
        if held_graphs:
            return queue
        if size == 1:
            shape = f"{canvas.height} x {canvas.width} pixels"
            msg = f"{self._info.name}: one canvas of {shape} does not fit the {self._info.device} memory"
            raise OutOfDeviceMemoryError(msg)
        self._max_pass_px = size // 2 * canvas.height * canvas.width
        return deque(self._passes(canvas for part in queue for canvas in part))

    def _land(
        self, flying: deque[_InFlight], free: deque[Slot], results: dict[int, Pixels], *, keep: int
    ) -> None:
        """Cut the tiles out of the oldest passes, until no more than `keep` are in flight."""
        while len(flying) > keep:
            landed = flying.popleft()
            pixels, is_finite = landed.slot.wait()
            if not is_finite:
                raise NonFiniteOutputError(f"{self._info.name} gave NaN or infinity in {self._info.dtype}")
            scale = self._info.scale
            for canvas, picture in zip(landed.canvases, pixels, strict=True):
                for place in canvas.places:
                    top, left = place.top * scale, place.left * scale
                    bottom, right = top + place.height * scale, left + place.width * scale
                    results[place.tile] = picture[top:bottom, left:right].copy()
            free.append(landed.slot)
