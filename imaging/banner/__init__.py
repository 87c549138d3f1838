"""Roster banners: an order is solved into boxes and lines, and a Typst template draws them."""

from imaging.banner.errors import BannerSpecError, BannerTemplateError
from imaging.banner.privacy import PrivacyMode, apply_privacy
from imaging.banner.render import BannerFormat, render_banner
from imaging.banner.spec import (
    Banner,
    BannerLayout,
    BannerSpec,
    Guide,
    Picture,
    Player,
    Sponsor,
    duplicate_numbers,
)
from imaging.banner.template import Template, load_template

__all__ = [
    "Banner",
    "BannerFormat",
    "BannerLayout",
    "BannerSpec",
    "BannerSpecError",
    "BannerTemplateError",
    "Guide",
    "Picture",
    "Player",
    "PrivacyMode",
    "Sponsor",
    "Template",
    "apply_privacy",
    "duplicate_numbers",
    "load_template",
    "render_banner",
]
