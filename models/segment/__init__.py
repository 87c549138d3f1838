"""Salient-object segmentation: the engine, and masks from what it gives."""
