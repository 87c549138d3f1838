"""Runs a program by replaying CUDA graphs: one launch instead of the hundreds that a pass is made of."""

import logging
from collections import OrderedDict
from collections.abc import Callable
from typing import Any, Protocol
from weakref import WeakSet

import torch
from torch import Tensor

from models.upscale.cuda_program import Made, Program

_log = logging.getLogger(__name__)

MOST_GRAPHS = 48
"""Graphs held at once; the one that was not used for longest goes first. Each holds its own output."""

WARM_RUNS = 2
"""Passes before a capture: libraries choose their algorithms and take their workspaces in the first ones."""

Key = tuple[tuple[int, ...], bool]
"""Shape of the canvases, and whether they are masked."""


class Graph(Protocol):
    """A captured pass."""

    def replay(self, canvases: Tensor) -> Made:
        """Run it on other canvases of the same shape; the next replay writes over what this one made."""
        ...


Capture = Callable[[Program, Tensor, bool], Graph]


class CudaGraph:
    """A pass recorded once: fixed kernels on fixed addresses.

    Graphs share one memory pool: what a pass needs for its duration only, the next one may overwrite, and all
    are replayed one after the other on one stream. Each one's input and output stay its own.
    """

    def __init__(self, program: Program, canvases: Tensor, *, masked: bool, pool: Any) -> None:
        self._source = canvases.clone()
        aside = torch.cuda.Stream()  # type: ignore[no-untyped-call]  # PyTorch's own
        aside.wait_stream(torch.cuda.current_stream())
        tuned = torch.backends.cudnn.flags(enabled=True, benchmark=True, allow_tf32=True)
        with torch.inference_mode(), tuned, torch.cuda.stream(aside):
            for _ in range(WARM_RUNS):
                program(self._source, masked=masked)
            torch.cuda.current_stream().synchronize()
            self._graph = torch.cuda.CUDAGraph()
            # Other threads may use the device meanwhile: only this one's calls belong to the capture.
            recording = torch.cuda.graph(
                self._graph, pool=pool, stream=aside, capture_error_mode="thread_local"
            )
            with recording:
                self._made = program(self._source, masked=masked)
        torch.cuda.current_stream().wait_stream(aside)

    def replay(self, canvases: Tensor) -> Made:
        """Run it on other canvases of the same shape; the next replay writes over what this one made."""
        self._source.copy_(canvases)
        self._graph.replay()
        return self._made


class GraphRunner:
    """Runs passes; a shape met before is replayed from a graph, a new one is run as it is.

    Capturing costs several passes, so it waits for a shape's second pass. When the device or the driver
    refuses to capture, passes go on without graphs, slower and just as right.

    Args:
        program: What to run.
        capture: Makes a graph; None never does, as on a CPU.
        most: Graphs held at once.
    """

    def __init__(self, program: Program, *, capture: Capture | None, most: int = MOST_GRAPHS) -> None:
        self._program = program
        self._capture = capture
        self._most = most
        self._graphs: OrderedDict[Key, Graph] = OrderedDict()
        self._met: set[Key] = set()

    @property
    def graphs(self) -> int:
        """How many are held."""
        return len(self._graphs)

    def run(self, canvases: Tensor, *, masked: bool) -> Made:
        """Run one pass on canvases that are on the device already.

        Raises:
            torch.OutOfMemoryError: The pass does not fit.
        """
        key = (tuple(canvases.shape), masked)
        graph = self._graphs.get(key) or self._captured(key, canvases)
        if graph is not None:
            self._graphs.move_to_end(key)
            return graph.replay(canvases)
        with torch.inference_mode():
            return self._program(canvases, masked=masked)

    def _captured(self, key: Key, canvases: Tensor) -> Graph | None:
        """A new graph for a shape that was met before, or None."""
        is_new = key not in self._met
        self._met.add(key)
        if is_new or self._capture is None:
            return None
        while len(self._graphs) >= self._most:
            self._graphs.popitem(last=False)
        try:
            self._graphs[key] = self._capture(self._program, canvases, key[1])
        except torch.OutOfMemoryError:
            raise
        except Exception:  # noqa: BLE001 - whatever a driver refuses with, plain passes still work
            _log.exception("CUDA graphs cannot be captured here: passes run without them")
            self._capture = None
            return None
        return self._graphs[key]

    def release(self) -> bool:
        """Give back the memory of all graphs; False when there were none."""
        had = bool(self._graphs)
        self._graphs.clear()
        self._met.clear()
        return had


def cuda_capture() -> Capture:
    """What captures graphs on the current CUDA device, into one memory pool as long as there are any.

    A pool whose last graph is gone cannot be captured into again: then a new one is begun.
    """
    alive: WeakSet[CudaGraph] = WeakSet()
    pool: Any = None

    def capture(program: Program, canvases: Tensor, masked: bool) -> Graph:  # noqa: FBT001 - `Capture`
        nonlocal pool
        if not alive:
            pool = torch.cuda.graph_pool_handle()
        made = CudaGraph(program, canvases, masked=masked, pool=pool)
        alive.add(made)
        return made

    return capture
