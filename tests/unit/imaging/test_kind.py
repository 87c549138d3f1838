"""Telling photographs from drawn artwork."""

import io

import cv2
import numpy as np
import pytest
from PIL import Image
from skimage import data

from imaging.kind import classify


def _jpeg(image: np.ndarray, quality: int) -> np.ndarray:
    buffer = io.BytesIO()
    Image.fromarray(image).save(buffer, "JPEG", quality=quality)
    return np.asarray(Image.open(buffer).convert("RGB"))


def _crest(ground: tuple[int, int, int] = (255, 255, 255)) -> np.ndarray:
    image = np.full((600, 600, 3), ground, np.uint8)
    cv2.circle(image, (300, 280), 200, (20, 33, 61), -1, cv2.LINE_AA)
    cv2.circle(image, (300, 280), 160, (200, 16, 46), -1, cv2.LINE_AA)
    cv2.putText(image, "ROVERS", (150, 560), cv2.FONT_HERSHEY_DUPLEX, 2.6, (20, 33, 61), 8, cv2.LINE_AA)
    return image


@pytest.mark.parametrize("name", ["astronaut", "chelsea", "coffee", "rocket", "immunohistochemistry"])
def test_photographs_are_photos(name: str) -> None:
    """scikit-image's colour photographs are photos without a background colour, plain and recompressed."""
    image = getattr(data, name)()
    for picture in (image, _jpeg(image, 60)):
        found = classify(picture)
        assert (found.kind, found.background) == ("photo", None)


@pytest.mark.parametrize("quality", [None, 90, 75, 40])
@pytest.mark.parametrize("ground", [(255, 255, 255), (0, 0, 0), (40, 120, 90)])
def test_logos_are_graphics_however_compressed(ground: tuple[int, int, int], quality: int | None) -> None:
    """A drawn crest is a graphic on its ground's colour, down to JPEG quality 40."""
    image = _crest(ground) if quality is None else _jpeg(_crest(ground), quality)
    found = classify(image)
    assert found.kind == "graphic"
    assert found.background == pytest.approx(ground, abs=2)


def test_scikit_image_logo_is_transparent() -> None:
    """An image that brings its own transparency says so, and has no background colour."""
    image = data.logo().copy()
    image[:60, :, 3] = 0
    found = classify(image)
    assert (found.kind, found.background) == ("transparent", None)


def test_a_photo_subject_on_plain_white_is_a_photo() -> None:
    """The ground of a cut-out portrait looks drawn; its subject does not."""
    image = data.astronaut()
    oval = cv2.ellipse(np.zeros(image.shape[:2], np.uint8), (256, 256), (170, 200), 0, 0, 360, 1, -1)
    assert classify(np.where(oval[..., None] > 0, image, 255).astype(np.uint8)).kind == "photo"


def test_a_flat_picture_without_a_ground_is_a_graphic() -> None:
    """Two full-bleed halves have no common border colour and are still drawn."""
    image = np.full((200, 200, 3), (200, 16, 46), np.uint8)
    image[:, 100:] = (20, 33, 61)
    found = classify(image)
    assert (found.kind, found.background) == ("graphic", None)


def test_noise_is_a_photo() -> None:
    """Random pixels have neither a ground nor flat areas."""
    assert classify(np.random.default_rng(0).integers(0, 256, (300, 300, 3), np.uint8)).kind == "photo"


@pytest.mark.parametrize("shape", [(1, 1, 3), (1, 500, 3), (500, 1, 4), (300, 300, 3)])
def test_blank_pictures_are_graphics(shape: tuple[int, int, int]) -> None:
    """One colour, whatever the shape, is drawn and is its own background."""
    found = classify(np.full(shape, 255, np.uint8))
    assert (found.kind, found.background, found.uniform_border) == ("graphic", (255, 255, 255), 1.0)
