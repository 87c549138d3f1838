"""`POST /generate-roster-banner`."""

from fastapi import APIRouter, Request, Response

from serve_app.api.dependencies import MAKING, PerformerDep, WriterDep, body_docs
from serve_app.api.operations import ROSTER_BANNER
from serve_app.api.schemas.answers import BannerAnswer
from serve_app.api.schemas.banner import BannerBody

router = APIRouter(tags=["banners"])


@router.post(
    "/generate-roster-banner",
    summary="Lay a roster banner out",
    response_model=BannerAnswer,
    responses=MAKING,
    openapi_extra=body_docs(
        BannerBody, image="logo", more=("photo", "league_logo", "players_csv", "sponsors.0.logo")
    ),
)
async def generate_roster_banner(request: Request, owner: WriterDep, perform: PerformerDep) -> Response:
    """A team and its roster on a banner: as a PDF for the print shop, a PNG to look at, an SVG to work on.

    Columns, rows and sizes are solved so that the page is full and even; `layout` tells what was shrunk,
    wrapped or cut, `missing_glyphs` what no font has. Names show no more than `privacy` and the league allow.
    The logo is cleaned first, and drawn as vectors where its drawing is faithful. Everything but `team_name`
    is optional. Sponsors' logos go into `sponsors`, or as file parts `sponsors.0.logo`, `sponsors.1.logo` ….
    """
    return await perform.answer(request, ROSTER_BANNER, owner=owner)
