"""Garments as data (shape, shading, displacement, print zones in inches) and artwork placed on them."""
