"""What areas hold: whether there is any, how tall it is, and how it is set."""

from dataclasses import dataclass

from imaging.banner.box import Box
from imaging.banner.credits import credit_texts, credits_height, set_credits
from imaging.banner.frame import Area, Frame
from imaging.banner.masthead import set_title
from imaging.banner.schema import (
    AnyContent,
    CreditsContent,
    LeagueContent,
    LogoContent,
    PhotoContent,
    RosterContent,
    TextContent,
    TitleContent,
)
from imaging.banner.stage import Filled, Shown, Stage
from imaging.banner.text import clean
from imaging.banner.words import field_texts, league_height, set_league, set_words, text_height


@dataclass(frozen=True, slots=True)
class Contents:
    """The contents of one order."""

    stage: Stage

    def present(self, content: AnyContent) -> bool:
        """Whether there is anything to hold; ornament and photos always are there."""
        spec, art = self.stage.spec, self.stage.art
        match content:
            case TitleContent(logo="none"):
                found = bool(clean(spec.team_name))
            case TitleContent():
                found = bool(clean(spec.team_name)) or art.aspect("logo", content.ground) is not None
            case TextContent():
                found = bool(field_texts(content, spec))
            case RosterContent():
                found = bool(spec.players)
            case CreditsContent():
                found = bool(credit_texts(content, spec, self.stage))
            case LogoContent():
                found = art.aspect("logo", content.ground) is not None
            case LeagueContent():
                found = bool(clean(spec.league)) or art.aspect("league", content.ground) is not None
            case _:
                found = True
        return found

    def height(self, content: AnyContent, width: float) -> float:
        """Height in points at a width; 0 for what takes whatever it is given."""
        match content:
            case TextContent():
                return text_height(content, width, self.stage)
            case CreditsContent():
                return credits_height(content, width, self.stage)
            case LeagueContent():
                return league_height(content, width, self.stage)
            case _:
                return 0.0

    def fill(self, frame: Frame) -> dict[str, Filled]:
        """Set every area but the roster; texts that follow a name after the name."""
        filled: dict[str, Filled] = {}
        areas = sorted(frame.areas.values(), key=lambda area: isinstance(area.content, TextContent))
        for area in areas:
            if area.inner.w > 0 and area.inner.h > 0 and self.present(area.content):
                filled[area.name] = self._set(area, frame, filled)
            elif isinstance(area.content, CreditsContent):
                set_credits(area.content, area, self.stage)  # for its account of what is lost
        return filled

    def _set(self, area: Area, frame: Frame, filled: dict[str, Filled]) -> Filled:
        match area.content:
            case TitleContent() as content:
                made = set_title(content, area, frame.areas, self.stage)
            case TextContent() as content:
                made = set_words(content, area, filled, self.stage)
            case CreditsContent() as content:
                made = set_credits(content, area, self.stage)
            case LeagueContent() as content:
                made = set_league(content, area, self.stage)
            case LogoContent() as content:
                made = self._logo(content, area)
            case PhotoContent() as content:
                made = self._photo(content, area)
            case _:
                made = Filled()
        return made

    def _logo(self, content: LogoContent, area: Area) -> Filled:
        aspect, room = self.stage.art.aspect("logo", content.ground), area.inner
        if not aspect:
            return Filled()
        width = min(room.w, room.h * aspect)
        box = room.placed(width, width / aspect, align=content.align, valign=content.valign)
        return Filled(pictures=(Shown("logo", "logo", box, content.ground),))

    def _photo(self, content: PhotoContent, area: Area) -> Filled:
        """The photo as large as it must be to cover the area, its point of interest in view."""
        aspect, room = self.stage.art.aspect("photo", content.ground), area.box
        if not aspect:
            return Filled()
        width = max(room.w, room.h * aspect)
        height = width / aspect
        x, y = content.focus
        left = room.x - min(max(x * width - room.w / 2, 0.0), width - room.w)
        top = room.y - min(max(y * height - room.h / 2, 0.0), height - room.h)
        return Filled(
            pictures=(Shown("photo", "photo", Box(left, top, width, height), content.ground, clip=room),)
        )
