"""The command `mighty`, over an installation in a temporary folder."""

import asyncio
import hashlib
import json
import os
import subprocess
import sys
import tarfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from configs.settings import Settings
from serve_app.adapters.key_ring_keys import matches
from serve_app.cli import app
from serve_app.cli.work import archives, models
from serve_app.errors import UnavailableError
from serve_app.records import NewJob
from serve_app.services.clean_up import CleanUp
from serve_app.wiring import open_database, open_jobs, open_store
from tests.contract.database_rows import asset

REPOSITORY = Path(__file__).resolve().parents[3]
NOW = datetime.now(UTC)


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Of an installation that has nothing yet; the working directory is empty."""
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "data"))
    return Settings(_env_file=None)


def mighty(*arguments: str) -> Result:
    """Run a command in this process."""
    return CliRunner().invoke(app, arguments, prog_name="mighty")


@pytest.fixture
def installed(settings: Settings) -> Settings:
    """With tables."""
    assert mighty("migrate").exit_code == 0
    return settings


def add_file(settings: Settings, number: int, *, age: timedelta = timedelta(0)) -> str:
    """A stored file that lives for an hour; its object's key."""
    data = b"%d" % number
    row = asset(
        id=f"asset_{number}", key=f"assets/0123456789abcdef/asset_{number}/upscaled.png", bytes=len(data),
        sha256=hashlib.sha256(data).hexdigest(), created_at=NOW - age,
        expires_at=NOW - age + timedelta(hours=1),
    )  # fmt: skip

    async def add() -> None:
        database = open_database(settings)
        await open_store(settings).put(row.key, data, content_type="image/png")
        await database.assets.add([row])
        await database.close()

    asyncio.run(add())
    return row.key


def add_job(settings: Settings, job_id: str, *, owner: str = "club-1") -> None:
    """A job that waits."""
    job = NewJob(
        id=job_id, owner=owner, key_id="key_1", kind="upscale", params={"scale": 4}, inputs={}, accepted=None,
        request_id="r", created_at=NOW,
    )  # fmt: skip

    async def add() -> None:
        queue = open_jobs(settings)
        await queue.submit(job)
        await queue.close()

    asyncio.run(add())


def test_help_loads_nothing_heavy() -> None:
    """The help comes without the libraries that do the work."""
    script = (
        "import sys; from serve_app.cli import app\n"
        "try: app(['--help'], prog_name='mighty')\n"
        "except SystemExit as error: code = error.code\n"
        "heavy = {'torch', 'ray', 'numpy', 'cv2', 'sqlalchemy', 'dbos', 'pydantic'} & set(sys.modules)\n"
        "print('heavy', sorted(heavy), code)"
    )
    found = subprocess.run(
        [sys.executable, "-c", script], check=True, capture_output=True, text=True, cwd=REPOSITORY
    )
    assert found.stdout.splitlines()[-1] == "heavy [] 0"
    for command in ("serve", "migrate", "keys", "jobs", "cleanup", "backup", "restore", "models"):
        assert f"\n  {command} " in found.stdout


def test_work_loads_no_network_library() -> None:
    """Commands about rows and files bring neither torch nor Ray."""
    script = (
        "import sys; from serve_app.cli.work import archives, jobs, keys, models, state\n"
        "print(sorted({'torch', 'ray', 'onnxruntime', 'openvino'} & set(sys.modules)))"
    )
    found = subprocess.run(
        [sys.executable, "-c", script], check=True, capture_output=True, text=True, cwd=REPOSITORY
    )
    assert found.stdout == "[]\n"


@pytest.mark.usefixtures("settings")
@pytest.mark.parametrize(
    "command",
    [("keys", "list"), ("keys", "create", "--owner", "a"), ("jobs", "list"), ("cleanup",), ("backup", "b")],
)
def test_before_migrate(command: tuple[str, ...]) -> None:
    """Without tables each command says, in one line, which command makes them."""
    result = mighty(*command)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "mighty migrate" in result.stderr
    assert result.stderr.count("\n") == 1


@pytest.mark.usefixtures("settings")
def test_migrate_twice() -> None:
    """The second time finds nothing to do and tells the same."""
    first, second = mighty("migrate", "--json"), mighty("migrate", "--json")
    assert first.exit_code == second.exit_code == 0
    assert json.loads(first.stdout) == json.loads(second.stdout)
    assert set(json.loads(first.stdout)) == {"database", "jobs"}


@pytest.mark.parametrize(("name", "value"), [("API_PORT", "x"), ("PROFILE", "production")])
@pytest.mark.usefixtures("settings")
def test_bad_setting(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    """A setting that cannot be used is named in one line; the status is that of a wrong call."""
    monkeypatch.setenv(name, value)
    result = mighty("keys", "list")
    assert (result.exit_code, result.stderr.count("\n")) == (2, 1)
    assert "settings cannot be used" in result.stderr
    assert {"API_PORT": "API_PORT", "PROFILE": "API_KEY"}[name] in result.stderr


def test_settings_come_from_the_file(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What `.env` of the working directory says holds."""
    monkeypatch.delenv("DATA_DIR")
    (tmp_path / ".env").write_text(f"DATA_DIR={tmp_path}/elsewhere\n")
    assert mighty("migrate").exit_code == 0
    assert (tmp_path / "elsewhere" / "mighty.sqlite").exists()
    assert not settings.data_dir.exists()


def test_unexpected_error(installed: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """A defect is told in one line as well."""
    monkeypatch.setattr(archives, "_parts", lambda _settings: 1 / 0)
    result = mighty("backup", str(installed.data_dir / "b"))
    assert (result.exit_code, result.stderr.count("\n")) == (1, 1)
    assert "Unexpected: ZeroDivisionError" in result.stderr


@pytest.mark.usefixtures("installed")
def test_cause_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where clients hear that the store is not available, an operator hears why."""

    async def run(_self: CleanUp, *, dry_run: bool) -> None:  # noqa: ARG001 - the form of the method
        raise UnavailableError("The store is away.") from OSError(28, "No space left on device")

    monkeypatch.setattr(CleanUp, "run", run)
    told = "mighty: The store is away. (OSError: [Errno 28] No space left on device)\n"
    assert mighty("cleanup").stderr == told


def test_key_is_shown_once(installed: Settings) -> None:
    """The key alone goes to the standard output; the database has its hash, and no list shows either."""
    result = mighty("keys", "create", "--owner", "club-1", "--name", "app", "--scope", "read")
    key = result.stdout.strip()
    assert (result.exit_code, key[:3]) == (0, "mk_")
    assert "whsec_" in result.stderr

    async def every() -> list[object]:
        database = open_database(installed)
        try:
            return list(await database.keys.every())
        finally:
            await database.close()

    (record,) = asyncio.run(every())
    assert matches(key, record)
    listed = mighty("keys", "list", "--json").stdout
    secret, digest = key.split("_")[2], hashlib.sha256(key.encode()).hexdigest()
    assert secret not in listed
    assert digest not in listed
    (shown,) = json.loads(listed)
    assert (shown["owner"], shown["scopes"], shown["revoked_at"]) == ("club-1", ["read"], None)
    assert shown["id"] in mighty("keys", "list").stdout


@pytest.mark.usefixtures("installed")
def test_key_as_json() -> None:
    """With --json the key comes with its facts; it may read and write unless told otherwise."""
    made = json.loads(mighty("keys", "create", "--owner", "a", "--plan", "pro", "--json").stdout)
    assert (made["scopes"], made["plan"]) == (["read", "write"], "pro")
    assert made["key"].startswith("mk_")
    assert made["webhook_secret_hint"].startswith("whsec_")


@pytest.mark.usefixtures("installed")
def test_key_with_a_strange_scope() -> None:
    """A scope that does not exist is refused, and those that do are named."""
    result = mighty("keys", "create", "--owner", "a", "--scope", "root")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "admin, read, write" in result.stderr
    assert mighty("keys", "create", "--owner", " ").exit_code == 1


@pytest.mark.usefixtures("installed")
def test_revoke() -> None:
    """A key is revoked once; a second time, or another id, is an error."""
    made = json.loads(mighty("keys", "create", "--owner", "a", "--json").stdout)
    assert mighty("keys", "revoke", made["id"]).exit_code == 0
    (shown,) = json.loads(mighty("keys", "list", "--json").stdout)
    assert shown["revoked_at"] is not None
    assert mighty("keys", "revoke", made["id"]).exit_code == 1
    assert "key_none" in mighty("keys", "revoke", "key_none").stderr


def test_jobs_of_everybody(installed: Settings) -> None:
    """An operator sees and cancels every owner's jobs."""
    ids = [f"job_{number:032x}" for number in range(3)]
    for job_id, owner in zip(ids, ("club-1", "club-2", "club-2"), strict=True):
        add_job(installed, job_id, owner=owner)
    assert [job["id"] for job in json.loads(mighty("jobs", "list", "--json").stdout)] == ids[::-1]
    mine = json.loads(mighty("jobs", "list", "--owner", "club-2", "--limit", "1", "--json").stdout)
    assert [(job["id"], job["state"]) for job in mine] == [(ids[2], "queued")]
    assert mighty("jobs", "cancel", ids[0]).exit_code == 0
    cancelled = json.loads(mighty("jobs", "list", "--state", "cancelled", "--json").stdout)
    assert [job["id"] for job in cancelled] == [ids[0]]
    assert "ended already: cancelled" in mighty("jobs", "cancel", ids[0]).stderr
    assert json.loads(mighty("jobs", "show", ids[1], "--json").stdout)["owner"] == "club-2"
    assert "club-2" in mighty("jobs", "show", ids[1]).stdout
    assert all(job_id in mighty("jobs", "list").stdout for job_id in ids)


@pytest.mark.usefixtures("installed")
@pytest.mark.parametrize("command", ["show", "cancel"])
def test_no_such_job(command: str) -> None:
    """A job that does not exist is an error in one line."""
    result = mighty("jobs", command, "job_none")
    assert (result.exit_code, result.stderr) == (1, "mighty: There is no job job_none.\n")


def test_cleanup(installed: Settings) -> None:
    """A dry run tells what would go, then it goes."""
    old = add_file(installed, 1, age=timedelta(days=2))
    add_file(installed, 2)
    told = mighty("cleanup", "--dry-run")
    assert (told.exit_code, "Would remove" in told.stdout) == (0, True)
    assert (installed.data_dir / "objects" / old).exists()
    report = json.loads(mighty("cleanup", "--json").stdout)
    assert (report["assets"], report["freed_bytes"]) == (1, 1)
    assert not (installed.data_dir / "objects" / old).exists()


def objects_of(settings: Settings) -> dict[str, bytes]:
    """Every stored file."""
    root = settings.data_dir / "objects" / "assets"
    return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*.png")}


@pytest.mark.parametrize("name", ["backup", "backup.tar"])
def test_disaster(installed: Settings, tmp_path: Path, name: str) -> None:
    """Processes of their own back up, everything is removed, and restore: keys, jobs and files are back."""
    for number in range(3):
        add_file(installed, number)
    add_job(installed, "job_1")
    mighty("keys", "create", "--owner", "a")
    before = (objects_of(installed), *(mighty(what, "list", "--json").stdout for what in ("keys", "jobs")))
    path = tmp_path / "backups" / name
    saved = process("backup", str(path), "--json")
    assert (saved.returncode, json.loads(saved.stdout)["objects"]) == (0, 3)
    installed.data_dir.rename(tmp_path / "lost")
    restored = process("restore", str(path))
    assert (restored.returncode, restored.stderr) == (0, "")
    assert "3 objects" in restored.stdout
    after = (objects_of(installed), *(mighty(what, "list", "--json").stdout for what in ("keys", "jobs")))
    assert after == before
    again = process("restore", str(path))
    assert (again.returncode, "not empty" in again.stderr, again.stdout) == (1, True, "")
    assert process("restore", str(path), "--force").returncode == 0


def process(*arguments: str) -> "subprocess.CompletedProcess[str]":
    """Run a command as an operator does."""
    # The repository is found by its path: the working directory is the installation's.
    command = [
        sys.executable,
        "-c",
        f"import sys; sys.path.insert(0, {str(REPOSITORY)!r})\n" + RUN,
        *arguments,
    ]
    return subprocess.run(command, check=False, capture_output=True, text=True, timeout=120)


RUN = "from serve_app.cli import app; app(prog_name='mighty')"


def test_backup_that_lacks_something(installed: Settings, tmp_path: Path) -> None:
    """A backup of a store that has lost a file is made, and its status says that it needs a look."""
    lost = add_file(installed, 1)
    add_file(installed, 2)
    (installed.data_dir / "objects" / lost).unlink()
    result = mighty("backup", str(tmp_path / "b.tar"))
    assert result.exit_code == 3
    assert "lacks 1 objects" in result.stderr
    with tarfile.open(tmp_path / "b.tar") as archive:
        left = archive.extractfile("left_out.jsonl")
        assert left is not None
        assert json.loads(left.read()) == {"key": lost, "why": "absent"}


@pytest.mark.usefixtures("installed")
def test_backup_to_a_bad_place(tmp_path: Path) -> None:
    """A path that cannot be written is told in one line."""
    (tmp_path / "file").write_text("x")
    result = mighty("backup", str(tmp_path / "file" / "b.tar"))
    assert (result.exit_code, result.stderr.count("\n")) == (1, 1)


@pytest.mark.usefixtures("settings")
def test_models() -> None:
    """Every model is listed with its licence; none is here, and those not for commercial use are marked."""
    found = {each["name"]: each for each in json.loads(mighty("models", "list", "--json").stdout)}
    assert found["u2net"] | {"path": None} == {
        "name": "u2net", "task": "segment", "licence": "Apache-2.0", "commercial_use": True, "in_use": True,
        "present": False, "bytes": None, "path": None,
    }  # fmt: skip
    assert not found["bria-rmbg"]["commercial_use"]
    assert mighty("models").stdout == mighty("models", "list").stdout
    assert "bria-rmbg" in mighty("models").stdout


@pytest.mark.usefixtures("settings")
def test_fetch(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fetching takes the models in use unless told which, from the places of the settings."""
    asked: list[tuple[list[str], object]] = []

    def ensure(names: list[str], **places: object) -> dict[str, Path]:
        asked.append((names, places["offline"]))
        return {name: Path(name) for name in names}

    monkeypatch.setattr(models, "ensure_weights", ensure)
    assert mighty("models", "fetch").exit_code == 0
    assert mighty("models", "fetch", "u2netp", "--offline").exit_code == 0
    assert ("u2net" in asked[0][0], asked[1]) == (True, (["u2netp"], True))
    assert mighty("models", "fetch", "bria-rmbg").exit_code == 1
    assert "There is no model nope" in mighty("models", "fetch", "nope").stderr


@pytest.mark.usefixtures("settings")
def test_serve_is_the_module(monkeypatch: pytest.MonkeyPatch) -> None:
    """Serving is `python -m serve_app`, with its status: settings that cannot be used are told by it."""
    monkeypatch.setenv("API_PORT", "x")
    result = process("serve")
    assert result.returncode == 2
    assert "settings cannot be used" in result.stderr


def test_the_installed_command_finds_its_code(tmp_path: Path) -> None:
    """`mighty` works from any folder, by nothing but its installation."""
    command = Path(sys.executable).with_name("mighty")
    bare = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        [command, "keys", "--help"], cwd=tmp_path, env=bare, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "revoke" in done.stdout
