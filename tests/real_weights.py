"""What tests with real weights ask first."""

from collections.abc import Iterable
from pathlib import Path

import pytest

from models.weights import WeightsMissingError, weights_path


def folder_with(names: Iterable[str], *, weights_dir: Path) -> Path:
    """The weights folder, when the weights of all these models are in it; else the test is skipped."""
    try:
        for name in names:
            weights_path(name, weights_dir=weights_dir)
    except WeightsMissingError as error:
        pytest.skip(str(error))
    return weights_dir
