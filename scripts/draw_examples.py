"""Draw the logos of examples/logos anew: python scripts/draw_examples.py [folder]."""

import sys
from pathlib import Path

from artwork import emblem, mascot, wordmark
from PIL import Image

if __name__ == "__main__":
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path("examples/logos")
    Image.fromarray(emblem.draw()).convert("RGB").save(folder / "emblem.png", optimize=True)
    Image.fromarray(wordmark.draw()).convert("RGB").save(folder / "wordmark.png", optimize=True)
    Image.fromarray(mascot.draw()).save(folder / "mascot.jpg", quality=85)
