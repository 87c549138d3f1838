"""Draw garments of configs/garments anew: python scripts/draw_garments.py [name ...] [--into folder].

Without names all are drawn, one after the other. Each is the module garments.draw_<name>; what it prints goes
into the garment's garment.yaml.
"""

import argparse
from importlib import import_module
from pathlib import Path

HERE = Path(__file__).parent


def main() -> None:
    """Draw what is asked for."""
    known = sorted(path.stem.removeprefix("draw_") for path in (HERE / "garments").glob("draw_*.py"))
    parser = argparse.ArgumentParser(description="Draw garments anew.")
    parser.add_argument("names", nargs="*", metavar="name", help=f"of {', '.join(known)}")
    parser.add_argument("--into", type=Path, default=HERE.parent / "configs" / "garments")
    asked = parser.parse_args()
    for name in asked.names or known:
        if name not in known:
            parser.error(f"no garment {name!r}; there are: {', '.join(known)}")
        folder = asked.into / name
        folder.mkdir(parents=True, exist_ok=True)
        import_module(f"garments.draw_{name}").main(folder)


if __name__ == "__main__":
    main()
