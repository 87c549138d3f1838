"""A backup's folder or .tar: whole or not there."""

import contextlib
import errno
import itertools
import multiprocessing
import signal
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from serve_app.ports.backup import BackupError
from serve_app.services.backup_manifest import ListEntry, Manifest, read_manifest
from serve_app.services.backup_reader import open_archive
from serve_app.services.backup_writer import Member, new_archive

NAMES = ("backup", "backup.tar")


@pytest.fixture(params=NAMES)
def path(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """Where a backup of each form goes."""
    return tmp_path / str(request.param)


@settings(deadline=None)  # it writes to a disk that others use
@given(
    st.dictionaries(
        st.from_regex(r"[a-z0-9]{1,80}(/[A-Za-z0-9_-]{1,120}){0,2}\.png", fullmatch=True),
        st.binary(max_size=2000),
        max_size=8,
    )
)
def test_members_come_back(members: dict[str, bytes]) -> None:
    """Members of any size and length of name come back in order, from both forms."""
    for name in NAMES:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / name
            with new_archive(path) as archive:
                for key, data in members.items():
                    with archive.member(f"objects/{key}") as member:
                        member.write(data[:7])
                        member.write(data[7:])
                with archive.member("list") as member:
                    member.write(b"end")
            reader = open_archive(path, objects="objects/")
            names = (f"objects/{key}" for key in members)
            assert [file.read() for file in reader.objects(names)] == list(members.values())
            with reader.open("list") as file:
                assert file.read() == b"end"


def test_lines_of_a_part(tmp_path: Path) -> None:
    """A member of a .tar is read line by line to its end and not past it."""
    with new_archive(tmp_path / "a.tar") as archive:
        for name in ("one", "two"):
            with archive.member(name) as member:
                member.write(b"a\nb\n")
    with open_archive(tmp_path / "a.tar", objects="objects/").open("one") as file:
        assert list(file) == [b"a\n", b"b\n"]


def test_member_that_fails_was_never_there(path: Path) -> None:
    """A member whose writing raises leaves no trace; the next takes its place."""
    with new_archive(path) as archive:
        with contextlib.suppress(KeyError), archive.member("objects/a.png") as member:
            member.write(b"x" * 5000)
            raise KeyError
        with archive.member("objects/b.png") as member:
            member.write(b"b")
    reader = open_archive(path, objects="objects/")
    assert [file.read() for file in reader.objects(iter(["objects/b.png"]))] == [b"b"]
    with pytest.raises(BackupError):
        list(reader.objects(iter(["objects/a.png"])))


def test_failure_leaves_nothing(path: Path) -> None:
    """When the work fails, neither the backup nor a part of it stays."""
    with contextlib.suppress(KeyError), new_archive(path) as archive:
        with archive.member("a") as member:
            member.write(b"x")
        raise KeyError
    assert list(path.parent.iterdir()) == []


def test_nothing_is_replaced(path: Path) -> None:
    """What is at the path already stays as it is."""
    path.write_bytes(b"precious")
    with pytest.raises(BackupError, match="never replaces"), new_archive(path):
        pass
    assert path.read_bytes() == b"precious"
    assert list(path.parent.iterdir()) == [path]


def test_full_disk(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk is told of in words, and what was written is removed to make room again."""

    def full(_self: Member, _data: bytes) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Member, "write", full)
    told = pytest.raises(BackupError, match=r"disk .* is full")
    with told, new_archive(path) as archive, archive.member("a") as member:
        member.write(b"x")
    assert list(path.parent.iterdir()) == []


def test_two_writers(path: Path) -> None:
    """Two processes cannot write one backup; the second is told, and the first goes on."""
    with new_archive(path) as archive:
        with archive.member("a") as member:
            member.write(b"x")
        with pytest.raises(BackupError, match="Another process"), new_archive(path):
            pass
    with open_archive(path, objects="objects/").open("a") as file:
        assert file.read() == b"x"


def write_for_ever(path: Path, ready: "multiprocessing.synchronize.Event") -> None:
    """Write until killed."""
    with new_archive(path) as archive:
        for number in itertools.count():
            with archive.member(f"objects/{number}.png") as member:
                member.write(b"x" * 100_000)
            if number == 20:
                ready.set()


def test_killed_writer(path: Path) -> None:
    """After a kill there is nothing at the path; the next backup removes what was left, and is whole."""
    context = multiprocessing.get_context("spawn")
    ready = context.Event()
    process = context.Process(target=write_for_ever, args=(path, ready))
    process.start()
    assert ready.wait(60)
    process.kill()
    process.join()
    assert process.exitcode == -signal.SIGKILL
    assert not path.exists()
    with new_archive(path) as archive, archive.member("a") as member:
        member.write(b"x")
    assert list(path.parent.iterdir()) == [path]
    with pytest.raises(BackupError), open_archive(path, objects="objects/").open("objects/0.png"):
        pass


def test_no_backup(tmp_path: Path) -> None:
    """What is not there, or is no .tar, is told from a backup."""
    with pytest.raises(BackupError, match="no backup at"):
        open_archive(tmp_path / "none", objects="objects/")
    (tmp_path / "text").write_text("hello")
    with pytest.raises(BackupError, match="is no backup"):
        open_archive(tmp_path / "text", objects="objects/")


def test_tar_of_many_members_holds_none(tmp_path: Path) -> None:
    """Reading a .tar remembers only members that are no objects."""
    path = tmp_path / "a.tar"
    with new_archive(path) as archive:
        for number in range(300):
            with archive.member(f"objects/{number}.png") as member:
                member.write(b"%d" % number)
    reader = open_archive(path, objects="objects/")
    assert vars(reader)["_places"] == {}
    names = (f"objects/{number}.png" for number in range(300))
    assert sum(int(file.read()) for file in reader.objects(names)) == sum(range(300))


def manifest() -> Manifest:
    """A small one."""
    empty = ListEntry("objects.jsonl", 0, "00")
    return Manifest(1, "0.1.0", "2026-01-01T00:00:00+00:00", {}, empty, 0, empty)


def test_manifest_comes_back() -> None:
    """A manifest is read as it was written, and has the same id."""
    assert read_manifest(manifest().to_bytes()) == manifest()
    assert read_manifest(manifest().to_bytes()).id == manifest().id


@given(st.integers(0, len(manifest().to_bytes()) - 1), st.integers(1, 255))
def test_any_changed_byte_of_a_manifest_is_found(place: int, change: int) -> None:
    """A manifest with one byte changed is refused, unless it says the very same."""
    data = bytearray(manifest().to_bytes())
    data[place] ^= change
    with contextlib.suppress(BackupError):
        assert read_manifest(bytes(data)) == manifest()


def test_newer_format() -> None:
    """A backup of a later format is not guessed at."""
    data = manifest().to_bytes().replace(b'"format": 1', b'"format": 2')
    with pytest.raises(BackupError, match="newer version"):
        read_manifest(data)
