"""Keying compressed logos: edges, rims of ringing, pale artwork, and what fades into the ground."""

import io

import cv2
import numpy as np
import pytest
from PIL import Image

from imaging.color import delta_e_2000, to_lab
from imaging.logo.cutout import key_logo
from imaging.logo.ground import estimate_ground, ground_distance, ringing
from imaging.logo.lossy import unmix_lossy
from imaging.logo.lost_edge import lost_edge
from imaging.logo.specks import fill_specks

WHITE, RED, NAVY = (255, 255, 255), (200, 16, 46), (20, 33, 61)


def jpeg(image: np.ndarray, quality: int = 40) -> np.ndarray:
    """The image after lossy compression."""
    file = io.BytesIO()
    Image.fromarray(image).save(file, "JPEG", quality=quality)
    return np.asarray(Image.open(file).convert("RGB"))


def disc(ground: tuple[int, int, int], *, radius: float = 80.4) -> tuple[np.ndarray, np.ndarray]:
    """A red disc on a ground, (240, 240, 3), and its alpha as shares of coverage."""
    y, x = np.mgrid[0:240, 0:240]
    share = np.clip(radius + 0.5 - np.hypot(x - 120.3, y - 119.6), 0, 1)[..., None]
    image = np.rint(np.array(RED) * share + np.array(ground) * (1 - share)).astype(np.uint8)
    return image, share[..., 0]


@pytest.mark.parametrize("ground", [WHITE, (20, 33, 61), (120, 200, 230)])
def test_edges_of_compressed_logos_take_the_flat_colour_beside_them(ground: tuple[int, int, int]) -> None:
    """Around a disc of one colour every edge pixel has that colour, and alpha comes close to the coverage."""
    image, share = disc(ground)
    cut = key_logo(jpeg(image)).pixels
    edge = (share > 0.2) & (share < 0.98)
    apart = delta_e_2000(to_lab(cut[edge][:, :3]), to_lab(np.array(RED, np.uint8)))
    assert np.median(apart) < 2
    assert np.percentile(apart, 90) < 12
    assert np.abs(cut[..., 3][edge] / 255 - share[edge]).mean() < 0.2


def test_hairlines_without_flat_artwork_take_their_own_colour() -> None:
    """A line of two pixels has no flat inside; its strongest pixels stand for it."""
    image = np.full((60, 90, 3), 255, np.uint8)
    image[30:32, 10:80] = NAVY
    cleared = (image.min(axis=2) > 250).astype(np.uint8)
    color, alpha = unmix_lossy(image, cleared, ground=WHITE, noise=12)
    assert (alpha[30:32, 20:70] == 255).all()
    assert np.abs(color[30:32, 20:70].astype(int) - NAVY).max() <= 2
    assert not alpha[:28].any()


def test_flat_border_with_ringing_is_one_ground() -> None:
    """Where most of the border has one exact colour, its ringing counts to it; shades of a ramp do not."""
    border = np.full((90, 90, 3), (20, 33, 61), np.uint8)
    border[:, ::3] = (26, 36, 68)
    ground = estimate_ground(border)
    assert ground.color == (20, 33, 61)
    assert ground.uniformity == 1
    ramp = np.broadcast_to(np.linspace(0, 255, 200).astype(np.uint8)[None, :, None], (100, 200, 3)).copy()
    assert estimate_ground(ramp).uniformity < 0.3


def test_pale_artwork_is_not_taken_for_ringing() -> None:
    """A pale grey field beside black artwork raises the noise's level by little, and stays."""
    image = np.full((240, 240, 3), 255, np.uint8)
    cv2.circle(image, (120, 120), 100, (222, 222, 222), -1, cv2.LINE_AA)
    plain = np.full_like(image, 255)
    for picture in (image, plain):
        cv2.circle(picture, (120, 120), 50, (0, 0, 0), -1, cv2.LINE_AA)
    levels = [ringing(ground_distance(jpeg(picture), WHITE)) for picture in (image, plain)]
    assert levels[0] < 1.5 * levels[1]
    assert (key_logo(jpeg(image)).pixels[30:80, 110:130, 3] > 200).all()


def test_long_lines_of_ringing_go_with_noise_only() -> None:
    """A pale line of one pixel is ringing in a compressed picture, and artwork in a clean one."""
    distance = np.zeros((40, 200), np.float32)
    distance[20, 10:190] = 30
    like = (distance == 0).astype(np.uint8)
    assert fill_specks(like, distance=distance, noise=15).all()
    assert not fill_specks(like, distance=distance, noise=0)[20, 10:190].any()


def test_edge_that_fades_into_the_ground_is_told() -> None:
    """A disc that fades to white on one side has lost part of its edge; one of full colour has not."""
    image, _ = disc(WHITE)
    assert key_logo(image).lost_edge == 0
    fade = np.clip((np.arange(240) - 60) / 100, 0, 1)[None, :, None]
    faded = np.rint(255 - (255.0 - image) * fade).astype(np.uint8)
    assert 0.05 < key_logo(faded).lost_edge < 0.6


def test_faint_areas_beside_the_logo_count_as_lost() -> None:
    """A shadow under the key's tolerance is weighed against the logo; noise counts only far from it."""
    alpha = np.zeros((120, 120), np.uint8)
    alpha[20:60, 20:100] = 255
    distance = np.where(alpha > 0, 200, 0).astype(np.float32)
    distance[62:82, 20:100] = 3
    assert lost_edge(alpha, distance=distance, noise=0) == pytest.approx(0.27, abs=0.04)
    assert lost_edge(alpha, distance=distance, noise=15) == 0


def test_noise_is_told() -> None:
    """A clean logo has none; compression shows as some levels."""
    image, _ = disc(WHITE)
    assert key_logo(image).noise == 0
    assert key_logo(jpeg(image)).noise > 3


def test_a_border_of_all_different_colours_has_some_ground() -> None:
    """Noise has a ground that almost none of its border is near to, not an error."""
    noise = np.random.default_rng(0).integers(0, 256, (96, 96, 3)).astype(np.uint8)
    assert estimate_ground(noise).uniformity < 0.05
