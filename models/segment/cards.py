"""Cards of the salient-object networks: every one that rembg 2.0.86 offers for plain cut-outs.

Addresses, checksums, input sizes and normalisation are those of rembg's `sessions/`. Left out are what
is no cut-out of a salient object (`u2net_cloth_seg` parses clothes, `sam` needs prompts), what needs a file
of one's own (`*_custom`), what runs elsewhere for money (`withoutbg`, `atlascloud`), and
`birefnet-general-fp16`, which is `birefnet-general` in other arithmetic.
"""

from types import MappingProxyType

from models.card import Architecture, ModelCard, SaliencySpec
from models.sources import REMBG_LAMBDA, REMBG_LAMBDA_LITE, OfficialFile, PackagedFiles

_RELEASE = "https://github.com/danielgatis/rembg/releases/download/v0.0.0"
_EXPORT = (
    "ONNX export by rembg (MIT, Copyright (c) 2020 Daniel Gatis); changed here: the batch dimension is free."
)

_U2NET = (
    "U-2-Net (2020) by Xuebin Qin, Zichen Zhang, Chenyang Huang, Masood Dehghan, Osmar R. Zaiane and "
    f"Martin Jagersand. Apache-2.0. https://github.com/xuebinqin/U-2-Net. {_EXPORT}"
)
_ISNET = (
    "DIS / IS-Net (2022) by Xuebin Qin, Hang Dai, Xiaobin Hu, Deng-Ping Fan, Ling Shao and Luc Van Gool. "
    f"Apache-2.0. https://github.com/xuebinqin/DIS. {_EXPORT}"
)
_ANIME = f"anime-segmentation by SkyTNT. Apache-2.0. https://github.com/SkyTNT/anime-segmentation. {_EXPORT}"
_BIREFNET = (
    "BiRefNet (2024) by Peng Zheng, Dehong Gao, Deng-Ping Fan, Li Liu, Jorma Laaksonen, Wanli Ouyang and "
    f"Nicu Sebe. MIT. https://github.com/ZhengPeng7/BiRefNet. {_EXPORT}"
)
_BRIA = (
    "RMBG-2.0 by BRIA AI. LicenseRef-BRIA-RMBG-2.0: no commercial use without an agreement with BRIA. "
    f"https://huggingface.co/briaai/RMBG-2.0, https://github.com/danielgatis/rembg. {_EXPORT}"
)

_IMAGENET_MEAN, _IMAGENET_STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
_ONES = (1.0, 1.0, 1.0)

# rembg's releases and the two lambda packages hold the same bytes: rembg's own md5 pins match both.
_U2NET_SHA256 = "8d10d2f3bb75ae3b6d527c77944fc5e7dcd94b29809d47a739a7a728a912b491"
_U2NETP_SHA256 = "309c8469258dda742793dce0ebea8e6dd393174f89934733ecc8b14c76f4ddd8"


def _imagenet(
    side_px: int, *, sigmoid: bool = False, gflop: float = 0.0, bfloat16: bool = False
) -> SaliencySpec:
    return SaliencySpec(side_px, _IMAGENET_MEAN, _IMAGENET_STD, sigmoid, gflop, bfloat16)


def _card(
    name: str,
    *,
    file: OfficialFile,
    saliency: SaliencySpec,
    architecture: Architecture,
    notice: str,
    licence: str = "Apache-2.0",
    packaged: PackagedFiles | None = None,
    noncommercial: bool = False,
) -> ModelCard:
    return ModelCard(
        name=name,
        task="segment",
        architecture=architecture,
        filename=f"{name}.onnx",
        licence=licence,
        notice=notice,
        official=file,
        packaged=packaged,
        parameters=0,
        noncommercial=noncommercial,
        saliency=saliency,
    )


def _release(filename: str, md5: str) -> OfficialFile:
    """A file of rembg's release, pinned by rembg's own checksum."""
    return OfficialFile(filename, f"{_RELEASE}/{filename}", sha256=None, size_bytes=None, md5=md5)


def _released(
    name: str, md5: str, *, architecture: Architecture, saliency: SaliencySpec, notice: str
) -> ModelCard:
    """A card whose file in rembg's release is called as the card itself."""
    return _card(
        name, file=_release(f"{name}.onnx", md5), architecture=architecture, saliency=saliency, notice=notice
    )


def _birefnet(variant: str, filename: str, md5: str) -> ModelCard:
    return _card(
        f"birefnet-{variant}",
        file=_release(filename, md5),
        saliency=_imagenet(1024, sigmoid=True),
        architecture="birefnet",
        notice=_BIREFNET,
        licence="MIT",
    )


SEGMENTERS: tuple[ModelCard, ...] = (
    _card(
        "u2net",
        file=OfficialFile("u2net.onnx", f"{_RELEASE}/u2net.onnx", _U2NET_SHA256, 175_997_641),
        packaged=PackagedFiles(REMBG_LAMBDA, MappingProxyType({"rembg/u2net.onnx": _U2NET_SHA256})),
        saliency=_imagenet(320, gflop=117.196, bfloat16=True),
        architecture="u2net",
        notice=_U2NET,
    ),
    _card(
        "u2netp",
        file=OfficialFile("u2netp.onnx", f"{_RELEASE}/u2netp.onnx", _U2NETP_SHA256, 4_574_861),
        packaged=PackagedFiles(REMBG_LAMBDA_LITE, MappingProxyType({"rembg/u2netp.onnx": _U2NETP_SHA256})),
        saliency=_imagenet(320, gflop=39.512),
        architecture="u2netp",
        notice=_U2NET,
    ),
    _released(
        "u2net_human_seg",
        "c09ddc2e0104f800e3e1bb4652583d1f",
        architecture="u2net",
        saliency=_imagenet(320),
        notice=_U2NET,
    ),
    _released(
        "silueta",
        "55e59e0d8062d2f5d013f4725ee84782",
        architecture="u2net",
        saliency=_imagenet(320),
        notice=_U2NET,
    ),
    _released(
        "isnet-general-use",
        "fc16ebd8b0c10d971d3513d564d01e29",
        architecture="isnet",
        saliency=SaliencySpec(1024, (0.5, 0.5, 0.5), _ONES),
        notice=_ISNET,
    ),
    _released(
        "isnet-anime",
        "6f184e756bb3bd901c8849220a83e38e",
        architecture="isnet",
        saliency=SaliencySpec(1024, _IMAGENET_MEAN, _ONES),
        notice=_ANIME,
    ),
    _birefnet("general", "BiRefNet-general-epoch_244.onnx", "7a35a0141cbbc80de11d9c9a28f52697"),
    _birefnet(
        "general-lite",
        "BiRefNet-general-bb_swin_v1_tiny-epoch_232.onnx",
        "4fab47adc4ff364be1713e97b7e66334",
    ),
    _birefnet("portrait", "BiRefNet-portrait-epoch_150.onnx", "c3a64a6abf20250d090cd055f12a3b67"),
    _birefnet("dis", "BiRefNet-DIS-epoch_590.onnx", "2d4d44102b446f33a4ebb2e56c051f2b"),
    _birefnet("hrsod", "BiRefNet-HRSOD_DHU-epoch_115.onnx", "c017ade5de8a50ff0fd74d790d268dda"),
    _birefnet("cod", "BiRefNet-COD-epoch_125.onnx", "f6d0d21ca89d287f17e7afe9f5fd3b45"),
    _birefnet(
        "massive", "BiRefNet-massive-TR_DIS5K_TR_TEs-epoch_420.onnx", "33e726a2136a3d59eb0fdf613e31e3e9"
    ),
    _card(
        "bria-rmbg",
        file=OfficialFile(
            "bria-rmbg-2.0.onnx",
            f"{_RELEASE}/bria-rmbg-2.0.onnx",
            "5b486f08200f513f460da46dd701db5fbb47d79b4be4b708a19444bcd4e79958",
            None,
        ),
        saliency=_imagenet(1024),
        architecture="bria",
        notice=_BRIA,
        licence="LicenseRef-BRIA-RMBG-2.0",
        noncommercial=True,
    ),
)
"""Every segmenter, the usual one first."""
