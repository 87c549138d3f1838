"""The settings."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from configs.routes import load_routes
from configs.settings import USUAL_FONT_FOLDERS, Settings
from models.cards import CARDS


def make(**values: object) -> Settings:
    """Settings from these values alone."""
    return Settings(_env_file=None, **values)


def test_production_needs_a_real_key() -> None:
    """The production profile refuses the local key and short ones."""
    for key in ("dev-key", "short"):
        with pytest.raises(ValidationError, match="API_KEY"):
            make(profile="production", api_key=key)
    assert make(profile="production", api_key="k" * 16, api_host="0.0.0.0").profile == "production"  # noqa: S104 - the setting under test


def test_local_profile_stays_on_loopback() -> None:
    """The local profile, whose key everybody knows, does not listen to the network."""
    with pytest.raises(ValidationError, match="loopback"):
        make(api_host="0.0.0.0")  # noqa: S104 - the setting under test


@pytest.mark.parametrize(
    ("text", "origins"),
    [
        ("https://a.example, https://b.example", ("https://a.example", "https://b.example")),
        ('["https://a.example"]', ("https://a.example",)),
        ("*", ("*",)),
    ],
)
def test_origins_come_in_two_forms(
    monkeypatch: pytest.MonkeyPatch, text: str, origins: tuple[str, ...]
) -> None:
    """CORS origins are comma-separated or a JSON list."""
    monkeypatch.setenv("CORS_ORIGINS", text)
    assert make().cors_origins == origins


@pytest.mark.parametrize(
    ("text", "folders"),
    [
        ("/a", ("/a",)),
        ("/a, /b/c", ("/a", "/b/c")),
        ('["/a,b"]', ("/a,b",)),
        ("[]", ()),
        ("", USUAL_FONT_FOLDERS),
    ],
)
def test_font_folders_are_a_list(
    monkeypatch: pytest.MonkeyPatch, text: str, folders: tuple[str, ...]
) -> None:
    """Commas or JSON; unset, the usual places, which need not be there."""
    monkeypatch.setenv("FONT_FOLDERS", text)
    assert make().font_folders == tuple(map(Path, folders))


def test_secrets_are_masked() -> None:
    """The log at start shows that a key is set, never the key."""
    names = ("api_key", "url_signing_secret", "webhook_secret", "database_url")
    secrets = dict.fromkeys(names, "postgresql://user:hunter2@host/name")
    masked = make(**secrets, redis_url="rediss://:hunter2@host/0").masked()
    assert all(masked[name] for name in names)
    assert "hunter2" not in str(masked)


@pytest.mark.parametrize("name", ["model_mirror_url", "supabase_url"])
def test_sign_ins_of_addresses_are_masked(name: str) -> None:
    """An address that is no secret itself is shown, without the user and password that it may hold."""
    more = {"supabase_key": "a-password"} if name == "supabase_url" else {}
    masked = make(**{name: "https://robot:hunt@er2@host.example:8443/a@b"}, **more).masked()
    assert masked[name] == "https://***@host.example:8443/a@b"
    assert make(model_mirror_url="https://host.example/a@b").masked()["model_mirror_url"].endswith("e/a@b")


def test_errors_tell_no_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    """Settings that cannot be used are refused without repeating them: there are passwords in them."""
    monkeypatch.setenv("DATABASE_URL", "postgresql://user:hunter2@host/name")
    with pytest.raises(ValidationError) as refused:
        make(profile="production", api_key="swordfish")
    assert "API_KEY" in str(refused.value)
    assert not [word for word in ("hunter2", "swordfish", "input_value") if word in str(refused.value)]


def test_a_storage_url_holds_no_keys() -> None:
    """The address of a bucket is shown in the log, so one with keys in it is refused without showing them."""
    with pytest.raises(ValidationError, match=r"AWS_\*") as refused:
        make(storage_url="s3://key:hunter2@bucket/prefix")
    assert "hunter2" not in str(refused.value)
    assert make(storage_url="s3://bucket/a@b").object_store_url == "s3://bucket/a@b"


@pytest.mark.parametrize(
    ("name", "wrong", "right"),
    [
        ("database_url", "mysql://user:hunter2@host/name", "postgres://user:hunter2@host/name"),
        ("database_url", "hunter2", "sqlite:////srv/mighty.sqlite"),
        ("redis_url", "hunter2:6379", "unix:///run/redis.sock"),
        ("redis_url", "http://hunter2", "redis://:hunter2@"),
        ("storage_url", "/hunter2", "file:///hunter2"),
        ("storage_url", "gs://hunter2", "s3://hunter2"),
        ("storage_url", "s3://", "memory:///"),
        ("storage_url", "s3:///hunter2", "s3://bucket/prefix/"),
        ("storage_url", "file://hunter2/x", "file://localhost/x"),
    ],
)
def test_addresses_have_their_forms(name: str, wrong: str, right: str) -> None:
    """An address that no part of the service could use is refused at start, by the setting's name."""
    with pytest.raises(ValidationError, match=name.upper()) as refused:
        make(**{name: wrong})
    assert "hunter2" not in str(refused.value)
    assert getattr(make(**{name: right}), name)


def test_local_data_lies_under_one_folder(tmp_path: Path) -> None:
    """Weights and objects lie under DATA_DIR unless told otherwise."""
    settings = make(data_dir=tmp_path)
    assert settings.weights_dir == tmp_path / "weights"
    assert settings.object_store_url == f"file://{tmp_path}/objects"
    assert make(storage_url="memory://").object_store_url == "memory://"


def test_empty_variables_are_as_absent(monkeypatch: pytest.MonkeyPatch) -> None:
    """`API_KEY=` in an environment file is no key, not an empty one."""
    monkeypatch.setenv("API_KEY", "")
    assert make().api_key.get_secret_value() == "dev-key"


def test_routes_name_models_that_exist() -> None:
    """Every route names a model of its task; no route is non-commercial."""
    routes = load_routes()
    for device in ("cpu", "cuda"):
        on = routes.on(device)
        for route in (on.upscale.photo, on.upscale.graphic):
            assert CARDS[route.model].task == "upscale"
        assert CARDS[on.segment.model].task == "segment"
        assert not CARDS[on.segment.model].noncommercial


def test_misspelled_route_is_refused(tmp_path: Path) -> None:
    """A misspelled key in the routes is an error, not a default."""
    good = (Path("configs") / "engines.yaml").read_text(encoding="utf-8")
    bad = tmp_path / "engines.yaml"
    bad.write_text(good.replace("model:", "modle:", 1), encoding="utf-8")
    with pytest.raises(ValidationError, match="modle"):
        load_routes(bad)
