"""The description that made-up upscalers share; a test replaces the fields it is about."""

from models.base import EngineInfo, TileRules

INFO = EngineInfo(
    name="fake",
    version="0" * 12,
    task="upscale",
    scale=4,
    channels=3,
    dtype="float32",
    backend="torch",
    device="cpu",
    licence="BSD-3-Clause",
    tile=TileRules(size_px=320, overlap_px=4, multiple_px=1),
    cost_tflop_per_mp=0.0,
)
