"""SVG to pixels, in a process that may die without taking the replica with it."""

import subprocess
import sys
from functools import cache
from pathlib import Path

import fontpkg

from imaging.codec.decode import decode
from imaging.codec.header import DecodeLimits
from imaging.codec.svg import Svg
from imaging.errors import CorruptImageError
from imaging.types import Pixels

WORKER = Path(__file__).with_name("worker.py")
TIMEOUT_S = 12.0


def render_svg(svg: Svg, *, limits: DecodeLimits) -> Pixels:
    """Render a document that `imaging.codec.svg.read_svg` has made harmless.

    Returns:
        (height, width, 4) RGBA; (height, width, 3) when it leaves nothing clear.

    Raises:
        CorruptImageError: the renderer refuses it, or it takes more time or memory than a picture may.
    """
    command = [sys.executable, "-I", str(WORKER), *_fonts()]
    try:
        done = subprocess.run(  # noqa: S603 - our own file and fonts; the document goes in by stdin
            command, input=svg.markup.encode(), capture_output=True, timeout=TIMEOUT_S, check=True
        )
    except subprocess.TimeoutExpired as error:
        raise CorruptImageError("The SVG takes too long to render.") from error
    except subprocess.CalledProcessError as error:
        raise CorruptImageError("The SVG cannot be rendered.") from error
    pixels, _ = decode(done.stdout, limits=limits)
    return pixels


@cache
def _fonts() -> tuple[str, ...]:
    """Folders of the font packages."""
    return tuple(
        sorted({str(file.path.parent) for family in fontpkg.families().values() for file in family.files})
    )
