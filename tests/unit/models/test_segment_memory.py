"""The mapped weights of a segmentation network take no memory once it is compiled."""

from pathlib import Path

import pytest

from models.segment.load import load_segmenter

pytestmark = pytest.mark.weights


def resident_kb(name: str) -> list[int]:
    """Resident kilobytes of each mapping of a file."""
    found, wanted = [], False
    for line in Path("/proc/self/smaps").read_text(encoding="utf-8").splitlines():
        first = line.split(maxsplit=1)[0]
        if "-" in first and not first.endswith(":"):
            wanted = line.endswith(f"/{name}")
        elif wanted and first == "Rss:":
            found.append(int(line.split()[1]))
    return found


@pytest.mark.skipif(not Path("/proc/self/smaps").exists(), reason="what is resident is read from /proc")
def test_a_linked_folder_of_weights_is_forgotten_too(weights_dir: Path, tmp_path: Path) -> None:
    """Through a symbolic link as directly, no page of the weights' file stays resident."""
    pytest.importorskip("openvino", reason="OpenVINO is not installed: the GPU extra has none")
    link = tmp_path / "weights"
    link.symlink_to(weights_dir)
    engine = load_segmenter("u2netp", weights_dir=link, device="cpu", threads=1, backend="openvino")
    mapped = resident_kb("u2netp.bin")
    assert mapped
    assert sum(mapped) < 1000
    assert engine.info.backend == "openvino"
