"""Engines: neural networks that describe themselves. Knows tensors and arrays, not Ray or HTTP."""
