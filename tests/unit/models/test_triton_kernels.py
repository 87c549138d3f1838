"""Our Triton kernels: run by Triton's interpreter on the CPU, and compiled for devices that are not here."""

import importlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

triton = pytest.importorskip("triton", reason="Triton comes with PyTorch's builds for CUDA only")
HERE = Path(__file__).parent


def test_kernels_compute_what_they_should() -> None:
    """Every check of `triton_interpreted.py` passes."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", str(HERE / "triton_interpreted.py")],
        cwd=HERE.parents[2],
        env={**os.environ, "TRITON_INTERPRET": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:]
    assert "6 passed" in done.stdout


def compiled(capability: int, **constants: int | bool) -> dict[str, str]:
    """What Triton compiles the kernel to for a device of a compute capability; none is needed for it."""
    kernel = importlib.import_module("models.upscale.triton_conv").convolve_kernel
    halves = dict.fromkeys(("x", "weight", "residual"), "*bf16")
    floats = dict.fromkeys(("bias", "slope", "trunk_in", "trunk_out"), "*fp32")
    out = {"out": "*u8" if constants["OUT"] == 2 else "*bf16", "mask": "*u8", "bad": "*i32"}
    whole = ("pixels", "pitch", "pitches", "cin", "x_stride", "residual_stride", "out_stride")
    numbers = dict.fromkeys(whole, "i32") | {"gain": "fp32", "alpha": "fp32"}
    types = halves | floats | out | numbers | dict.fromkeys(constants, "constexpr")
    names = list(kernel.arg_names)
    aligned = [*halves, *floats, "cin", "x_stride", "residual_stride", "out_stride"]
    source = triton.compiler.ASTSource(
        fn=kernel,
        signature={name: types[name] for name in names},
        constexprs={(names.index(name),): value for name, value in constants.items()},
        attrs={(names.index(name),): [["tt.divisibility", 16]] for name in aligned},
    )
    target = triton.backends.compiler.GPUTarget("cuda", capability, 32)
    warps = 4 if constants["BLOCK_M"] == 128 else 8
    made = triton.compile(source, target=target, options={"num_warps": warps, "num_stages": 3})
    assert made.metadata.shared <= 227 * 1024, "more shared memory than any device gives a block"
    return dict(made.asm)


DENSE = {
    "TOP": -1,
    "LEFT": -1,
    "TAPS": 3,
    "COUT": 32,
    "ACTIVE": True,
    "RESIDUAL": False,
    "TRUNK": 0,
    "OUT": 0,
}
LAST = {**DENSE, "COUT": 64, "ACTIVE": False, "RESIDUAL": True, "TRUNK": 2}
PHASE = {**DENSE, "LEFT": 0, "TAPS": 2, "COUT": 64, "OUT": 1}
BYTES = {**DENSE, "COUT": 16, "ACTIVE": False, "OUT": 2}
ROWS = {"BLOCK_M": 128, "BLOCK_K": 64, "SHIFT": True}


@pytest.mark.parametrize("constants", [DENSE, LAST, PHASE, BYTES], ids=["dense", "last", "phase", "bytes"])
def test_kernels_compile_for_hopper(constants: dict[str, int | bool]) -> None:
    """For Hopper each kind of convolution compiles, to warpgroup products and asynchronous copies."""
    code = compiled(90, **constants, **ROWS)
    assert "wgmma.mma_async" in code["ptx"]
    assert "cp.async" in code["ptx"]
    assert len(code["cubin"]) > 1000


@pytest.mark.parametrize("capability", [80, 89, 120])
def test_kernels_compile_for_other_devices(capability: int) -> None:
    """For Ampere, Ada and Blackwell the dense convolution compiles to their tensor-core instructions."""
    blocks = {"BLOCK_M": 128, "BLOCK_K": 32, "SHIFT": True}
    assert "mma.sync" in compiled(capability, **DENSE, **blocks)["ptx"]
