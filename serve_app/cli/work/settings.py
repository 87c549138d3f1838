"""The settings of a command: the environment's, and `.env`'s."""

from pathlib import Path

from dotenv import load_dotenv

from configs.settings import Settings
from serve_app.cli.calls import Refusal
from serve_app.ports.backup import Tables


def read_settings() -> Settings:
    """Read them.

    Raises:
        pydantic.ValidationError: they cannot be used.
    """
    # The keys of S3 are read from the environment by its client, so .env goes there.
    load_dotenv(Path.cwd() / ".env")
    return Settings()


def need_tables(tables: Tables) -> None:
    """Say what is missing better than a failed query would.

    Raises:
        Refusal: the tables were never made.
        BackupError: the database does not answer.
    """
    if tables.revision() is None:
        raise Refusal("There are no tables yet: `mighty migrate` makes them.")
