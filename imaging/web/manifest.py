"""`site.webmanifest` (W3C, Web Application Manifest)."""

import json
from dataclasses import dataclass
from typing import Final, Literal

from imaging.color import to_hex
from imaging.types import Color

Display = Literal["standalone", "minimal-ui", "browser", "fullscreen"]
MANIFEST: Final = "site.webmanifest"
ICONS: Final = (
    ("icon-192.png", 192, "any"),
    ("icon-512.png", 512, "any"),
    ("icon-maskable-192.png", 192, "maskable"),
    ("icon-maskable-512.png", 512, "maskable"),
    ("icon-monochrome-512.png", 512, "monochrome"),
)
"""Name, side in pixels, purpose; one icon for both `any` and `maskable` would be padded wrongly for one."""


@dataclass(frozen=True, slots=True)
class Site:
    """What head and manifest say of a site."""

    name: str
    short_name: str
    theme_color: Color
    background_color: Color
    base_url: str | None = None
    """Where the files will lie, `https://…/`; without it they lie at the site's root."""
    description: str = ""
    display: Display = "standalone"

    def address(self, name: str) -> str:
        """Of one of the files."""
        return f"{self.base_url.rstrip('/')}/{name}" if self.base_url else f"/{name}"


def site_manifest(site: Site) -> bytes:
    """The manifest; icons are named relative to it, so it moves with them.

    `start_url` is the root of whatever origin serves it.
    """
    fields = {
        "name": site.name,
        "short_name": site.short_name,
        **({"description": site.description} if site.description else {}),
        "id": "/",
        "start_url": "/",
        "display": site.display,
        "theme_color": to_hex(site.theme_color),
        "background_color": to_hex(site.background_color),
        "icons": [
            {"src": name, "sizes": f"{side}x{side}", "type": "image/png", "purpose": purpose}
            for name, side, purpose in ICONS
        ],
    }
    return (json.dumps(fields, indent=2, ensure_ascii=False) + "\n").encode()
