"""Mattes from segmentation networks: refined, applied, measured."""
