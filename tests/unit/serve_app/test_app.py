"""The application graph's own decisions."""

from dataclasses import replace
from types import MappingProxyType

import pytest

import serve_app.app
from configs.routes import load_routes
from configs.settings import SettingsError
from models.cards import CARDS
from serve_app.app import check_licences


def test_noncommercial_models_need_leave(monkeypatch: pytest.MonkeyPatch) -> None:
    """A route to a non-commercial model stops the start unless the settings allow it."""
    routes = load_routes().on("cpu")
    check_licences(routes, allowed=False)
    cards = {**CARDS, "u2net": replace(CARDS["u2net"], noncommercial=True)}
    monkeypatch.setattr(serve_app.app, "CARDS", MappingProxyType(cards))
    with pytest.raises(SettingsError, match="u2net"):
        check_licences(routes, allowed=False)
    check_licences(routes, allowed=True)
