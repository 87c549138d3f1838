"""What results are remembered by, beside the request."""

from pathlib import Path

from serve_app.services.pack_reuse import PackReuse
from serve_app.version import fonts_fingerprint


def test_another_font_is_another_result(tmp_path: Path) -> None:
    """A font that is installed later, or one that is replaced, ends what was drawn without it."""
    folders = (tmp_path, tmp_path / "absent")
    found = [fonts_fingerprint(folders)]
    for size in (3, 4):
        (tmp_path / "noto.ttf").write_bytes(bytes(size))
        fonts_fingerprint.cache_clear()
        found.append(fonts_fingerprint(folders))
    assert len(set(found)) == 3
    assert len({PackReuse(None, fonts).content_key("banner_pdf", {}) for fonts in found}) == 3  # type: ignore[arg-type]  # no database is asked
