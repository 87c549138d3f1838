"""The process that renders one SVG: reads markup from stdin, writes a PNG to stdout.

Run as a file by `render.py`, isolated: it imports nothing of this project. Its own limits end it where a
document asks for the impossible (references that multiply, filters without end).
"""

import resource
import sys

import resvg_py

MAX_BYTES = 2 << 30
"""Of address space; the fonts' mappings and the canvas are a tenth of it."""
MAX_CPU_S = 10
FONT = "Noto Sans"
"""Where the document names none that is here."""


def main() -> None:
    """Render stdin; the arguments are folders of fonts."""
    resource.setrlimit(resource.RLIMIT_AS, (MAX_BYTES, MAX_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (MAX_CPU_S, MAX_CPU_S))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    markup = sys.stdin.buffer.read().decode()
    # Only our fonts: the same text gives the same picture on every machine.
    png = resvg_py.svg_to_bytes(
        svg_string=markup,
        skip_system_fonts=True,
        font_dirs=sys.argv[1:],
        font_family=FONT,
        serif_family=FONT,
        sans_serif_family=FONT,
        monospace_family=FONT,
        cursive_family=FONT,
        fantasy_family=FONT,
    )
    sys.stdout.buffer.write(bytes(png))


if __name__ == "__main__":
    main()
