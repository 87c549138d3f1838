"""League presets: what a league asks of a banner, read from `leagues.yaml` and validated."""

from datetime import date
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, HttpUrl

from imaging.banner.privacy import PrivacyMode

LEAGUES_FILE = Path(__file__).with_name("leagues.yaml")

NumberRule = Literal["beside_names", "instead_of_names", "never"]
PhotoRule = Literal["allowed", "unlabelled", "without_names"]
Block = Literal["sponsor", "league_logo", "coaches"]
Consent = Literal["names", "photo"]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class RuleSource(_Strict):
    """Where a rule was read."""

    url: HttpUrl
    read: date
    says: str = Field(min_length=1)
    """What it says, in our words."""


class League(_Strict):
    """One preset; every default is the freest choice, so that a preset says no more than its sources."""

    title: str = Field(min_length=1, max_length=120)
    printed: str = Field(default="", max_length=120)
    """Its name as a banner shows it."""
    privacy: PrivacyMode = "full"
    """The most that may be shown of a child's name."""
    numbers: NumberRule = "beside_names"
    coaches: Literal["full", "first_name"] = "full"
    photo: PhotoRule = "allowed"
    names_on_shirts: bool = True
    required: tuple[Block, ...] = ()
    """Blocks without which the league turns a banner down."""
    consent: tuple[Consent, ...] = ()
    """What needs the parents' permission."""
    reminders: tuple[str, ...] = ()
    """Rules that cannot be checked here."""
    sources: tuple[RuleSource, ...] = Field(min_length=1)


class _File(_Strict):
    leagues: dict[str, League]


def load_leagues(path: Path = LEAGUES_FILE) -> dict[str, League]:
    """Read and validate the presets, by id; a misspelled key or value raises `pydantic.ValidationError`."""
    return _File.model_validate({"leagues": yaml.safe_load(path.read_text(encoding="utf-8"))}).leagues
