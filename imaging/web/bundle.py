"""A ZIP of a site's files; equal files give equal bytes."""

import io
import zipfile
from collections.abc import Mapping

_DATE = (1980, 1, 1, 0, 0, 0)
_READABLE = 0o644 << 16
_TEXTS = (".svg", ".html", ".webmanifest")
"""What gets smaller; pictures are compressed already."""


def bundle(files: Mapping[str, bytes]) -> bytes:
    """The files, by name, in the order given."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as out:
        for name, data in files.items():
            entry = zipfile.ZipInfo(name, _DATE)
            entry.external_attr = _READABLE
            entry.compress_type = zipfile.ZIP_DEFLATED if name.endswith(_TEXTS) else zipfile.ZIP_STORED
            out.writestr(entry, data)
    return buffer.getvalue()
