"""A responsive set: one image in several widths and formats, at the quality that it needs."""
