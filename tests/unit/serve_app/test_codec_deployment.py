"""The Codec deployment, as a plain object."""

import asyncio

import numpy as np
import pytest

from imaging.codec.encode import encode
from imaging.codec.header import DecodeLimits
from imaging.errors import CorruptImageError, ImageTooLargeError
from imaging.types import Pixels
from serve_app.args import CodecArgs
from serve_app.deployments.codec import CodecDeployment
from serve_app.domain import EncodeSpec, Staged


@pytest.fixture
def codec() -> CodecDeployment:
    """A replica with two threads that takes a megapixel."""
    return CodecDeployment(CodecArgs(threads=2), DecodeLimits(max_megapixels=1.0))


def picture(seed: int = 0) -> Pixels:
    """Noise of some bands' height."""
    return np.random.default_rng(seed).integers(0, 256, (900, 700, 4), dtype=np.uint8)


async def test_there_and_back(codec: CodecDeployment) -> None:
    """What is encoded decodes to the same pixels and resolution, and both were timed."""
    file = await codec.encode(Staged(picture(), dpi=300), EncodeSpec("png"))
    back = await codec.decode(file.data)
    assert np.array_equal(back.pixels, picture())
    assert (file.content_type, file.width, file.height, file.dpi) == ("image/png", 700, 900, 300)
    assert back.dpi == pytest.approx(300, abs=0.01)
    assert "encode" in file.timings_ms
    assert "decode" in back.timings_ms


async def test_bytes_are_those_of_one_thread(codec: CodecDeployment) -> None:
    """Shared threads and images encoded at once change nothing in the files."""
    specs = [EncodeSpec("png"), EncodeSpec("webp"), EncodeSpec("png", dpi=96.0)] * 2
    files = await asyncio.gather(
        *(codec.encode(Staged(picture(seed)), spec) for seed, spec in enumerate(specs))
    )
    for seed, (file, spec) in enumerate(zip(files, specs, strict=True)):
        assert file.data == encode(picture(seed), to=spec.format, quality=spec.quality, dpi=spec.dpi)


async def test_more_images_than_threads_come_to_an_end(codec: CodecDeployment) -> None:
    """Images whose bands share the threads cannot lock each other out."""
    work = [codec.encode(Staged(picture()), EncodeSpec("png")) for _ in range(12)]
    async with asyncio.timeout(60):
        assert len({file.data for file in await asyncio.gather(*work)}) == 1


async def test_errors_pass_by_name(codec: CodecDeployment) -> None:
    """A damaged or oversized file raises what the decoder raised."""
    data = encode(picture())
    with pytest.raises(CorruptImageError):
        await codec.decode(data[: len(data) // 2])
    with pytest.raises(ImageTooLargeError):
        await codec.decode(encode(np.zeros((1100, 1000, 3), np.uint8)))
    await codec.check_health()
