"""The parts of a pack."""

import io
import zipfile

from serve_app.domain import Encoded
from serve_app.services.pack_items import Fact, archive, manifest


def test_archive_is_deterministic_and_told_by_its_manifest() -> None:
    """Equal files give equal bytes, and the manifest lists each with what failed."""
    made = {"banner_pdf": Encoded(b"%PDF-1.7", "application/pdf", 72, 36, None)}
    facts = {name: Fact.of(file) for name, file in made.items()}
    contents = manifest(facts, team_name="Ærø", failed=["banner_png"])
    first, second = (archive(made, contents=contents) for _ in range(2))
    assert first == second
    with zipfile.ZipFile(io.BytesIO(first)) as opened:
        assert opened.namelist() == ["banner/banner.pdf", "manifest.json"]
        assert opened.testzip() is None
        assert "Ærø" in opened.read("manifest.json").decode()
    assert contents["failed"] == ["banner_png"]
    assert contents["files"][0]["bytes"] == 8
