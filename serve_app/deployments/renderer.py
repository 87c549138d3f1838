"""The Renderer deployment: logo work, mock-ups and banners, on CPU."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ray import serve

from imaging.banner.render import Template, load_template, render_banner
from imaging.color import dominant_colors, to_hex
from imaging.finish import FinishOptions, finish
from imaging.garment.load import load_garment
from imaging.garment.mockup import render_mockup
from imaging.logo.cutout import key_logo
from imaging.logo.trim import trim
from serve_app.args import RendererArgs
from serve_app.deployments.banner_order import banner_files, banner_spec
from serve_app.deployments.foreground import logo_facts
from serve_app.deployments.workers import Workers
from serve_app.domain import BannerFiles, BannerOrder, CutSpec, MockupSpec, Staged
from serve_app.telemetry import Stopwatch
