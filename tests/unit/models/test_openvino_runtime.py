"""OpenVINO, as this project imports it."""

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]


def test_nothing_is_sent_or_kept_by_an_import(tmp_path: Path) -> None:
    """Imported in a fresh process, OpenVINO starts no process, opens no socket and writes nothing at home."""
    program = """
import sys
seen = []
watched = ("socket.", "subprocess.", "os.posix_spawn", "os.fork", "os.exec")
sys.addaudithook(lambda event, _: seen.append(event) if event.startswith(watched) else None)
from models.backends.openvino_runtime import ov
assert ov.Core
print([name for name, module in sys.modules.items() if name.startswith("openvino_telemetry") and module])
print(seen)
"""
    environment = {**os.environ, "HOME": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, env=environment, check=True, capture_output=True, text=True
    )
    assert done.stdout.splitlines() == ["[]", "[]"]
    assert list(tmp_path.iterdir()) == []


def test_it_is_imported_in_one_place() -> None:
    """No module of the upscalers imports `openvino` itself, past the one that keeps it quiet."""
    pattern = re.compile(r"^\s*(import openvino|from openvino)\b", re.MULTILINE)
    importing = {
        path.relative_to(ROOT).as_posix()
        for folder in ("models/backends", "models/upscale")
        for path in (ROOT / folder).rglob("*.py")
        if pattern.search(path.read_text(encoding="utf-8"))
    }
    assert importing == {"models/backends/openvino_runtime.py"}
