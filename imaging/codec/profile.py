"""Embedded ICC profiles: a transform to sRGB, where there is one that changes anything."""

from io import BytesIO

import numpy as np
from PIL import Image, ImageCms

_SRGB = ImageCms.createProfile("sRGB")
_LATTICE = np.linspace(0, 255, 17).round().astype(np.uint8)
_SAME_LEVELS = 1
"""A profile that moves no colour by more than this is sRGB by another name."""


def profile_transform(image: Image.Image, mode: str) -> ImageCms.ImageCmsTransform | None:
    """How colours of an image become sRGB; None when they are, or when its profile cannot be used.

    The profile's own rendering intent is taken, with black point compensation (ICC.1:2022, 7.2.15): for the
    matrix profiles of cameras and screens all intents agree, and a press profile's maker chose one. A profile
    that is broken or for another kind of image is ignored, as browsers do.

    Args:
        image: An image with its `info`; pixels need not be loaded.
        mode: Pillow's mode of the colours to transform: L, RGB or CMYK.
    """
    raw = image.info.get("icc_profile")
    if not raw:
        return None
    try:
        profile = ImageCms.ImageCmsProfile(BytesIO(raw))
        intent = ImageCms.Intent(ImageCms.getDefaultIntent(profile))
        flags = ImageCms.Flags.BLACKPOINTCOMPENSATION
        transform = ImageCms.buildTransform(profile, _SRGB, mode, "RGB", intent, flags)
    except (ImageCms.PyCMSError, OSError, ValueError):
        return None
    return None if _changes_nothing(transform, mode) else transform


def transformed(image: Image.Image, transform: ImageCms.ImageCmsTransform) -> Image.Image:
    """The image in sRGB."""
    result = ImageCms.applyTransform(image, transform)
    return image.convert("RGB") if result is None else result


def _changes_nothing(transform: ImageCms.ImageCmsTransform, mode: str) -> bool:
    if mode == "CMYK":
        return False
    if mode == "L":
        probe = Image.fromarray(np.arange(256, dtype=np.uint8)[None])
    else:
        grid = np.stack(np.meshgrid(_LATTICE, _LATTICE, _LATTICE), axis=-1)
        probe = Image.fromarray(grid.reshape(17, -1, 3))
    before = np.asarray(probe.convert("RGB"), np.int16)
    return bool(np.abs(before - np.asarray(transformed(probe, transform))).max() <= _SAME_LEVELS)
