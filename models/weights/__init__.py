"""Weights of the models: found, verified, converted, kept. Importing this opens nothing."""

from models.weights.errors import (
    ChecksumError,
    ConversionError,
    SourceError,
    SourceSkippedError,
    WeightsError,
    WeightsForbiddenError,
    WeightsMissingError,
    WeightsStorageError,
    WeightsUnavailableError,
)
from models.weights.store import ensure_weights, weights_path, weights_sha256

__all__ = [
    "ChecksumError",
    "ConversionError",
    "SourceError",
    "SourceSkippedError",
    "WeightsError",
    "WeightsForbiddenError",
    "WeightsMissingError",
    "WeightsStorageError",
    "WeightsUnavailableError",
    "ensure_weights",
    "weights_path",
    "weights_sha256",
]
