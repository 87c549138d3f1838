"""Serve configs are read strictly."""

from pathlib import Path

import pytest
import yaml

from configs.settings import REPOSITORY
from serve_app.serve_file import ServeFileError, main, read_serve_file

SHIPPED = [REPOSITORY / "serve_config.yaml", REPOSITORY / "configs" / "serve" / "local.yaml"]


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.name)
def test_shipped_files_are_valid(path: Path) -> None:
    """Both shipped configs are read, and name every deployment."""
    config = read_serve_file(path)
    (application,) = config.applications
    names = {deployment.name for deployment in application.deployments}
    assert names == {"Ingress", "Dispatcher", "Codec", "Upscaler", "Segmenter", "Renderer"}


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        ("proxy_location", "proxy_locaton", "proxy_locaton"),
        ("request_timeout_s", "request_timeout", "http_options.request_timeout"),
        ("import_path", "importpath", "applications[0].importpath"),
        ("max_ongoing_requests", "max_ongoing_request", "deployments[0].max_ongoing_request"),
        ("num_gpus", "num_gpu", "ray_actor_options.num_gpu"),
        ("target_ongoing_requests", "target_ongoing", "autoscaling_config.target_ongoing"),
        ("tiles_in_flight", "tile_in_flight", "args.upscaler.tile_in_flight"),
        ("name: Codec", "name: Codecs", "deployments[2].name 'Codecs'"),
    ],
)
def test_misspelled_keys_are_named(
    tmp_path: Path, old: str, new: str, where: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A misspelled key at any depth is named by its path, and the command fails."""
    text = SHIPPED[0].read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    spoiled = "\n".join(lines).replace(old, new, 1)
    path = tmp_path / "spoiled.yaml"
    path.write_text(spoiled, encoding="utf-8")
    with pytest.raises(ServeFileError) as error:
        read_serve_file(path)
    assert where in str(error.value)
    assert main([str(path)]) == 1
    assert where in capsys.readouterr().err


def test_value_out_of_range_is_named(tmp_path: Path) -> None:
    """A value that its key does not take is an error."""
    content = yaml.safe_load(SHIPPED[0].read_text(encoding="utf-8"))
    content["applications"][0]["args"]["upscaler"]["tiles_in_flight"] = 0
    path = tmp_path / "spoiled.yaml"
    path.write_text(yaml.safe_dump(content), encoding="utf-8")
    with pytest.raises(ServeFileError, match="tiles_in_flight"):
        read_serve_file(path)
