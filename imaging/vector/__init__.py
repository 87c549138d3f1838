"""Raster logos to vectors: trace, SVG, PDF, and pixels again."""
