"""Roster banners beside satori + resvg and headless Chromium, in one run. `python -m bench.banner`."""

import shutil
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from itertools import count
from typing import Any

from bench import banner_order
from bench.command import Effort, run_alone
from bench.figures import against_aim, in_turn, median, paired_ratio, table
from bench.node_peer import NodePeer, PeerMissingError
from configs.settings import REPOSITORY
from imaging.banner import BannerFormat, BannerSpec, Picture, Player, Template, load_template, render_banner

TEMPLATES = REPOSITORY / "configs" / "banners"
SIZES_PX = {"quick": (800,), "normal": (1600, 7200), "full": (1600, 7200)}
ROUNDS = {"quick": 1, "normal": 7, "full": 15}
PDF_AIM, PNG_AIM = 5.0, 2.0
LETTERS = "abcdefghijklmnopqrstuvwxyz"
Contenders = Mapping[str, Callable[[], object]]


def measure(effort: Effort = "normal") -> str:
    """The section: every template as PNG and PDF, against the same roster drawn from HTML."""
    chromium = shutil.which("chromium")
    if chromium is None:
        raise PeerMissingError("chromium is not on the PATH")
    tree, ours = banner_order.as_tree(), _Ours()
    with NodePeer("banner.mjs") as peer:
        peer.ask(what="load", fontFiles=banner_order.font_files(), chromium=chromium)
        sections = []
        for width_px in SIZES_PX[effort]:
            peers: Contenders = {
                "satori + resvg": partial(peer.ask, what="satoriPng", widthPx=width_px, banner=tree),
                "Chromium": partial(peer.ask, what="chromiumPng", widthPx=width_px, banner=tree),
            }
            dpi = width_px / banner_order.WIDTH_IN
            sections.append(
                _compared(
                    f"PNG, {width_px:,} x {width_px // 2:,}",
                    ours.jobs("png", dpi),
                    peers,
                    rounds=ROUNDS[effort],
                    aim=PNG_AIM,
                )
            )
        peers = {"Chromium": partial(peer.ask, what="chromiumPdf", banner=tree)}
        sections.append(_compared("PDF", ours.jobs("pdf", 72.0), peers, rounds=ROUNDS[effort], aim=PDF_AIM))
    body = "\n\n".join(sections)
    return f"""## Roster banners

30 players, a logo and two colours on 3 x 6 feet: each template laid out and drawn, as the service does for
a request, against one plainer banner drawn from elements by satori and resvg and from HTML by headless
Chromium (both warm, fonts loaded; bench/peers/banner.mjs). Ours has other names and another logo each time,
since the service remembers what it has shaped and prepared. Aims: {PNG_AIM:g} times as fast as both for PNG,
{PDF_AIM:g} times as fast as Chromium for PDF; the worst template counts.

{body}"""


class _Ours:
    """The service's own way to a banner, one job a template."""

    def __init__(self) -> None:
        self._templates = [load_template(path) for path in sorted(TEMPLATES.glob("*.yaml"))]
        self._logo = banner_order.logo()
        self._serial = count()

    def jobs(self, kind: BannerFormat, dpi: float) -> Contenders:
        """What to call, by the template's name."""
        spec = BannerSpec(
            team_name=banner_order.TITLE,
            sport=banner_order.SPORT,
            season=banner_order.SEASON,
            colors=banner_order.COLORS,
            players=tuple(Player(number, name) for number, name in banner_order.ROSTER),
            width_in=banner_order.WIDTH_IN,
            height_in=banner_order.HEIGHT_IN,
            bleed_in=0.0,
            dpi=dpi,
        )
        return {template.name: partial(self._draw, template, spec, kind) for template in self._templates}

    def _draw(self, template: Template, spec: BannerSpec, kind: BannerFormat) -> Any:
        order, pictures = self._of_another_team(spec)
        return render_banner(order, template=template, pictures=pictures, formats=(kind,))

    def _of_another_team(self, spec: BannerSpec) -> tuple[BannerSpec, dict[str, Picture]]:
        """The same but for two letters of each name and a pixel of the logo: none of it is known yet."""
        high, low = divmod(next(self._serial) % len(LETTERS) ** 2, len(LETTERS))
        players = tuple(
            replace(player, name=f"{player.name[:-2]}{LETTERS[high]}{LETTERS[low]}")
            for player in spec.players
        )
        logo = self._logo.copy()
        logo[0, 0] = (high, low, 0, 1)
        return replace(spec, players=players), {"logo": Picture(logo)}


def _compared(title: str, ours: Contenders, peers: Contenders, *, rounds: int, aim: float) -> str:
    """A table of medians, and the worst ratio against its aim."""
    everyone = {**ours, **peers}
    for work in everyone.values():
        work()
    times = in_turn(everyone, rounds=rounds)
    ratios = {(mine, peer): paired_ratio(times[peer], times[mine]) for mine in ours for peer in peers}
    rows = [(name, f"{median(times[name]) * 1e3:.0f} ms", *("" for _ in peers)) for name in peers]
    rows += [
        (name, f"{median(times[name]) * 1e3:.0f} ms", *(f"{ratios[name, peer]:.2f}x" for peer in peers))
        for name in ours
    ]
    worst = against_aim(min(ratios.values()), aim=aim, at_least=True, unit="x")
    header = ("", "time", *(f"{peer} takes" for peer in peers))
    return f"{title}: {worst}.\n\n{table(header, rows)}"


if __name__ == "__main__":
    run_alone("banner", measure)
