"""One side of a garment written as the maps a mock-up is made of."""

from pathlib import Path

import cv2
import numpy as np

from garments.maps import Bytes, Image, displacement_code, shading_code, shadow_code, write

SIZE_PX = 2000
OVERSAMPLE = 2


def reduce(light: Image, shirt: Image) -> tuple[Image, Bytes]:
    """From the oversampled drawing to the view: light and mask."""
    cover, glow = (
        cv2.resize(m, (SIZE_PX, SIZE_PX), interpolation=cv2.INTER_AREA) for m in (shirt, light * shirt)
    )
    # Edge pixels keep the brightness of their covered part; the ground gets neutral, which packs to nothing.
    reduced = np.where(cover > 0, glow / np.maximum(cover, 1e-3), 1.0)
    return reduced.astype(np.float32), np.round(255 * cover).astype(np.uint8)


def write_view(
    folder: Path,
    side: str,
    *,
    light: Image,
    mask: Bytes,
    displacement_in: Image,
    ppi: float,
    no_ink: Image | None = None,
) -> None:
    """Write one side's maps and print their sizes."""
    codes = {
        "mask": mask,
        "shading": shading_code(light),
        "displacement": displacement_code(displacement_in),
        "shadow": shadow_code(mask, ppi=ppi),
    }
    if no_ink is not None:
        size = (SIZE_PX // 2, SIZE_PX // 2)
        small = cv2.resize(no_ink, size, interpolation=cv2.INTER_AREA)
        codes["no_ink"] = np.round(255 * small).astype(np.uint8)
    sizes = {name: write(folder / f"{side}_{name}.webp", code) for name, code in codes.items()}
    print(f"{side}: bytes {sizes}")
