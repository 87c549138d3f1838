"""Draw the garments of configs/garments anew: python scripts/draw_garments.py [folder]."""

from garments.draw import main

if __name__ == "__main__":
    main()
