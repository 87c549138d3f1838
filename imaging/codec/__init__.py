"""Decode and encode: bytes to pixels and back, header first."""
