"""The web assets of a pack: a site's icons, cards and head, of the kit's small master."""

from collections.abc import Mapping
from dataclasses import replace

from serve_app.artwork import WebIconOrder
from serve_app.domain import ImageRef
from serve_app.services.brand_kit import Kit
from serve_app.services.made_files import MadeFiles
from serve_app.services.web_icons import ROLES, ZIP, WebIconsService

FILES: Mapping[str, str] = {role: name for name, role in ROLES.items()}
"""Names of files that have another role."""


async def make_web_assets(
    web: WebIconsService, *, kit: Kit, logo: ImageRef, svg: bytes | None, name: str, short_name: str
) -> MadeFiles:
    """Everything but the archive, which the pack has of its own; raises as `WebIconsService.make`."""
    order = WebIconOrder(name=name, short_name=short_name, colors=kit.colors, svg=svg)
    made = await web.make(logo, order=order)
    files = {role: file for role, file in made.files.items() if role != ZIP}
    return replace(made, files=files, report={}, timings_ms={})


def file_name(role: str) -> str:
    """What a file of this role is called."""
    return FILES.get(role, role)
