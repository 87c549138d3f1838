"""What tests of every kind share."""

from pathlib import Path

import pytest

from configs.settings import Settings

CORPUS = Path(__file__).resolve().parents[2] / "shared" / "corpus"


def pytest_addoption(parser: pytest.Parser) -> None:
    """`make golden` rewrites the golden images."""
    parser.addoption("--update-golden", action="store_true", help="rewrite the golden images")


@pytest.fixture(scope="session")
def weights_dir() -> Path:
    """Where `make weights` puts the weights."""
    return Settings().weights_dir


@pytest.fixture(scope="session")
def corpus() -> Path:
    """Files that others have broken; lies beside the repository where there is one."""
    if not CORPUS.is_dir():
        pytest.skip("the corpus of foreign files is not beside the repository")
    return CORPUS
