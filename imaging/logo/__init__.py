"""Logos: cut off their ground, cleaned, trimmed."""
