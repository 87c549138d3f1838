"""Every setting of the service: the one place where the environment is read.

Values come from the environment or from a `.env` file in the working directory; they are validated at start
and printed with secrets masked.
"""

import json
import re
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import quote, urlsplit

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from models.masked_url import masked_url

REPOSITORY = Path(__file__).resolve().parent.parent
LOCAL_KEY = "dev-key"
MIN_KEY_LENGTH = 16
USUAL_FONT_FOLDERS = (
    "/usr/share/fonts/opentype/noto",
    "/usr/share/fonts/truetype/noto",
    "/usr/share/fonts/truetype/dejavu",
)
"""Where Debian and its kin put the fonts of `fonts-noto-*` and `fonts-dejavu-core`."""


URL_FORMS = {
    "database_url": (
        r"(postgres|postgresql(\+psycopg)?)://.+|sqlite:///.+",
        "postgresql:// or sqlite:///path",
    ),
    "redis_url": (r"(rediss?|unix)://.+", "redis://host:6379/0, rediss:// or unix://"),
    "storage_url": (
        r"file://(localhost)?/.+|memory:///?|s3://[^/].*",
        "file:///folder, s3://bucket/prefix or memory://",
    ),
}
"""What each may look like; the adapters read the rest of them. Found out here, not by replicas one by one."""


def _check_form(name: str, value: SecretStr | str | None) -> None:
    text = value.get_secret_value() if isinstance(value, SecretStr) else value
    pattern, told = URL_FORMS[name]
    if text is not None and not re.fullmatch(pattern, text):
        raise SettingsError(f"{name.upper()} is {told}.")


def _check_supabase_key(key: str) -> None:
    """An API key of a project opens its REST API, not its Postgres: say so now, not at the first query."""
    if key.startswith(("eyJ", "sb_secret_", "sb_publishable_")):
        raise SettingsError(
            "SUPABASE_KEY is one of the project's API keys; give the database password (Project Settings, "
            "Database), or the connection string as DATABASE_URL."
        )


class SettingsError(ValueError):
    """The settings contradict each other or are not safe for the profile."""


class Settings(BaseSettings):
    """The environment, typed."""

    model_config = SettingsConfigDict(
        env_file=".env",
        extra="ignore",
        frozen=True,
        use_attribute_docstrings=True,
        env_ignore_empty=True,
        hide_input_in_errors=True,  # the input is the environment, secrets and all
    )

    profile: Literal["local", "production"] = "local"
    """`local` binds loopback and accepts `dev-key`; `production` refuses to start without a real key."""
    api_host: str = "127.0.0.1"
    """Address to listen on. The local profile accepts loopback addresses only."""
    api_port: int = Field(default=8000, ge=1, le=65535)
    """Port to listen on."""
    api_key: SecretStr = SecretStr(LOCAL_KEY)
    """Bearer key of the clients; in production at least 16 characters and not the local default."""
    url_signing_secret: SecretStr | None = None
    """Secret of signed file URLs; derived from API_KEY when absent. Equal on all replicas."""
    data_dir: Path = Path(".data")
    """Everything local lives under it: files, weights, caches."""
    database_url: SecretStr | None = None
    """`postgresql://user:password@host/name`, or `sqlite:///path`; `DATA_DIR/mighty.sqlite` when absent. Jobs
    live in the same Postgres, or in a SQLite file beside the other."""
    supabase_url: str | None = None
    """`https://PROJECT.supabase.co`: its Postgres, instead of DATABASE_URL."""
    supabase_key: SecretStr | None = None
    """The password of that Postgres (Project Settings, Database), not one of the project's API keys."""
    redis_url: SecretStr | None = None
    """`redis://host:6379/0`: the cache that all replicas share; each keeps its own when absent."""
    storage_url: str | None = None
    """`file:///path`, `s3://bucket/prefix` or `memory://`; `DATA_DIR/objects` when absent. For S3, keys,
    region and endpoint come from the usual AWS_* variables."""
    storage_links: Literal["native", "api"] = "native"
    """Links to files in a bucket: its own signed ones, or this API's where clients cannot reach it."""
    device: Literal["auto", "cpu", "cuda"] = "auto"
    """Where the networks run; `auto` takes CUDA when it answers."""
    max_file_size_mb: int = Field(default=50, ge=1, le=1024)
    """Largest request body, and largest file behind an image URL, in MB (10^6 bytes)."""
    max_megapixels: float = Field(default=25.0, gt=0)
    """Largest input image, in megapixels."""
    max_side_px: int = Field(default=16_384, ge=16)
    """Longest side of an input image."""
    max_output_megapixels: float = Field(default=100.0, gt=0)
    """Largest output image, in megapixels."""
    max_players: int = Field(default=200, ge=1)
    """Longest roster."""
    deadline_s: float = Field(default=30.0, gt=0)
    """Time that a synchronous request may take."""
    max_in_flight: int = Field(default=256, ge=1)
    """Requests with work that one ingress replica accepts at once; more are answered 503."""
    max_body_mb_in_flight: int = Field(default=256, ge=1)
    """MB (10^6 bytes) of request bodies that one ingress replica holds at once; more are answered 503."""
    max_megapixels_in_flight: float = Field(default=48.0, gt=0)
    """Megapixels, read and made, that one ingress replica has in work at once; other requests wait."""
    job_max_megapixels: float = Field(default=50.0, gt=0)
    """Largest input image of a job, in megapixels; what is over MAX_MEGAPIXELS becomes one by itself."""
    job_deadline_s: float = Field(default=900.0, gt=0)
    """Time that one step of a job may take."""
    jobs_at_once: int = Field(default=2, ge=1)
    """Jobs that are worked on at once."""
    jobs_at_once_per_owner: int = Field(default=1, ge=1)
    """Of them, one owner's at most."""
    webhook_secret: SecretStr | None = None
    """Secret from which the owners' webhook secrets are derived; itself derived from API_KEY when absent."""
    keep_originals: bool = True
    """Keep the input of each request as long as its result, so that the history shows both."""
    cache_mb: int = Field(default=64, ge=0)
    """Bound of the in-process cache in MB (10^6 bytes); unused with REDIS_URL. 0 caches nothing."""
    cache_ttl_hours: float = Field(default=24.0, gt=0)
    """How long the result of a request answers an equal one; never longer than its assets live."""
    asset_ttl_hours: float = Field(default=168.0, gt=0)
    """How long a stored asset may be read."""
    url_ttl_hours: float = Field(default=24.0, gt=0)
    """How long a signed URL is good; never longer than its asset."""
    cors_origins: Annotated[tuple[str, ...], NoDecode] = ()
    """Origins of browser clients, comma-separated or a JSON list; `*` allows all, without cookies."""
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    """Level of the service's own log."""
    model_mirror_url: str | None = None
    """Address that serves the official weight files instead of their usual homes."""
    model_local_dir: Path | None = None
    """Folder that holds official weight files already."""
    font_folders: Annotated[tuple[Path, ...], NoDecode] = tuple(map(Path, USUAL_FONT_FOLDERS))
    """Folders of fonts for what the packaged ones lack (Chinese, Japanese, Korean, emoji, rarer scripts),
    comma-separated or a JSON list; those that are not there are skipped."""
    serve_file: Path = REPOSITORY / "configs" / "serve" / "local.yaml"
    """Serve config of `make serve`."""
    dashboard: bool = False
    """Start Ray's dashboard with `make serve` (about 200 MB)."""
    temp_dir: Path | None = None
    """Scratch files and Ray's session folders; the system's place when absent. A short path: Ray puts sockets
    below it."""
    output_dir: Path = Path("out")
    """Where `make demo` writes packs."""
    allow_noncommercial_models: bool = False
    """Let `configs/engines.yaml` name models whose licence forbids commercial use."""

    @field_validator("cors_origins", "font_folders", mode="before")
    @classmethod
    def _listed(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        text = value.strip()
        if text.startswith("["):
            return tuple(json.loads(text))
        return tuple(part.strip() for part in text.split(",") if part.strip())

    @field_validator("storage_url")
    @classmethod
    def _without_keys(cls, value: str | None) -> str | None:
        if value is not None and "@" in urlsplit(value).netloc:
            raise SettingsError("STORAGE_URL is shown in the log: its keys go into AWS_* variables.")
        return value

    @model_validator(mode="after")
    def _safe_for_profile(self) -> Self:
        key = self.api_key.get_secret_value()
        if self.profile == "production" and (key == LOCAL_KEY or len(key) < MIN_KEY_LENGTH):
            raise SettingsError(
                f"PROFILE=production needs API_KEY: a secret of at least {MIN_KEY_LENGTH} characters."
            )
        for name in ("url_signing_secret", "webhook_secret"):
            secret = getattr(self, name)
            if secret is not None and len(secret.get_secret_value()) < MIN_KEY_LENGTH:
                raise SettingsError(f"{name.upper()} needs at least {MIN_KEY_LENGTH} characters.")
        for name in URL_FORMS:
            _check_form(name, getattr(self, name))
        if (self.supabase_url is None) != (self.supabase_key is None):
            raise SettingsError("SUPABASE_URL and SUPABASE_KEY go together.")
        if self.supabase_key is not None:
            _check_supabase_key(self.supabase_key.get_secret_value())
        if self.profile == "local" and self.api_host not in {"127.0.0.1", "localhost", "::1"}:
            raise SettingsError(
                f"PROFILE=local listens on loopback only, not on {self.api_host}: set PROFILE=production."
            )
        return self

    @property
    def weights_dir(self) -> Path:
        """Where model weights lie."""
        return self.data_dir.resolve() / "weights"

    @property
    def object_store_url(self) -> str:
        """Where assets lie."""
        return self.storage_url or (self.data_dir.resolve() / "objects").as_uri()

    @property
    def sql_url(self) -> str:
        """Where the tables are: Postgres as set, or a SQLite file below DATA_DIR."""
        if self.database_url is not None:
            return self.database_url.get_secret_value()
        if self.supabase_url is not None and self.supabase_key is not None:
            project = urlsplit(self.supabase_url).hostname or ""
            password = quote(self.supabase_key.get_secret_value(), safe="")
            return f"postgresql://postgres:{password}@db.{project}:5432/postgres?sslmode=require"
        return f"sqlite:///{self.data_dir.resolve() / 'mighty.sqlite'}"

    @property
    def jobs_url(self) -> str:
        """Where the jobs are: the same Postgres, or a SQLite file beside the tables' one."""
        scheme, _, path = self.sql_url.partition(":///")
        if scheme != "sqlite":
            return self.sql_url
        return f"sqlite:///{Path(path).with_name('jobs.sqlite')}"

    def masked(self) -> dict[str, Any]:
        """Every setting as JSON-ready values, secrets and sign-ins of addresses as asterisks: for the log."""
        shown = self.model_dump(mode="json")
        return {name: masked_url(value) if isinstance(value, str) else value for name, value in shown.items()}
