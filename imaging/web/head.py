"""`head.html`: the lines that a page needs in its head for all of it to be found."""

from html import escape

from imaging.color import to_hex
from imaging.web.manifest import MANIFEST, Site

HEAD = "head.html"
OG_WIDTH_PX, OG_HEIGHT_PX = 1200, 630
"""What Facebook, LinkedIn, Slack and X show whole (Open Graph's usual 1.91 : 1)."""
OG_FILE = "og-image.png"


def head_html(site: Site) -> bytes:
    """The snippet, every value escaped for HTML.

    `sizes` of the icon file keeps browsers that know SVG from taking the icon file instead: without it
    Chromium takes the one that it can show without drawing.
    """
    at = site.address
    lines = [
        _link("icon", at("favicon.ico"), sizes="32x32"),
        _link("icon", at("favicon.svg"), type="image/svg+xml"),
        _link("icon", at("icon-96.png"), type="image/png", sizes="96x96"),
        _link("apple-touch-icon", at("apple-touch-icon.png")),
        _link("manifest", at(MANIFEST)),
        _meta("name", "theme-color", to_hex(site.theme_color)),
        _meta("name", "application-name", site.name),
        _meta("name", "apple-mobile-web-app-title", site.short_name),
        _meta("property", "og:title", site.name),
        *([_meta("property", "og:description", site.description)] if site.description else []),
        _meta("property", "og:image", at(OG_FILE)),
        _meta("property", "og:image:type", "image/png"),
        _meta("property", "og:image:width", str(OG_WIDTH_PX)),
        _meta("property", "og:image:height", str(OG_HEIGHT_PX)),
        _meta("property", "og:image:alt", site.name),
        _meta("name", "twitter:card", "summary_large_image"),
    ]
    return ("\n".join(lines) + "\n").encode()


def _link(rel: str, href: str, **more: str) -> str:
    extra = "".join(f' {name}="{escape(value)}"' for name, value in more.items())
    return f'<link rel="{rel}" href="{escape(href)}"{extra}>'


def _meta(kind: str, name: str, content: str) -> str:
    return f'<meta {kind}="{name}" content="{escape(content)}">'
