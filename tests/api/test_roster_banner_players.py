"""`POST /generate-roster-banner`: rosters from files, privacy and leagues."""

from typing import Any

import httpx

from serve_app.services.container import Services

URL = "/api/v1/generate-roster-banner"
CSV = "No.,Player,Pos\n10,Ana Reyes,\n7,Mina Duarte,FW\n"
PLAYERS = [{"number": "10", "name": "Ana Reyes"}, {"number": "7", "name": "Mina Duarte", "position": "FW"}]


def fields(**more: Any) -> dict[str, Any]:
    """A request body for a small picture."""
    return {"team_name": "Harbor Foxes", "dpi": 10, "formats": ["svg"], **more}


async def made(client: httpx.AsyncClient, **more: Any) -> dict[str, Any]:
    """The answer to a request that succeeds."""
    answer = await client.post(URL, json=fields(**more))
    body: dict[str, Any] = answer.json()
    assert answer.status_code == 200, body
    return body


def codes(body: dict[str, Any]) -> list[str]:
    """Codes of the warnings."""
    return [warning["code"] for warning in body["warnings"]]


def sha256(body: dict[str, Any]) -> str:
    """Of the first file."""
    return str(body["assets"][0]["sha256"])


async def test_a_file_is_the_list(client: httpx.AsyncClient) -> None:
    """The same roster as a list, as CSV text and as a file part gives the same banner."""
    listed = await made(client, players=PLAYERS)
    text = await made(client, players_csv=CSV)
    form = {"team_name": "Harbor Foxes", "dpi": "10", "formats": "svg"}
    files = {"players_csv": ("roster.csv", CSV.replace(",", ";").encode("utf-16"), "text/csv")}
    sent = (await client.post(URL, data=form, files=files)).json()
    assert sha256(listed) == sha256(text) == sha256(sent)
    assert text["roster"]["columns"] == {"number": "No.", "name": "Player", "position": "Pos"}
    assert (sent["roster"]["encoding"], sent["roster"]["header_line"]) == ("utf-16", 1)


async def test_bad_lines_are_told_and_the_rest_is_printed(client: httpx.AsyncClient) -> None:
    """A line that cannot be read is a warning with its number; the others are on the banner."""
    body = await made(client, players_csv=CSV + "captain,Tom Hill,\n")
    assert (codes(body), body["roster"]["players"]) == (["csv_row"], 2)
    assert body["roster"]["problems"][0]["line"] == 4
    assert body["warnings"][0]["message"].startswith("Line 4:")


async def test_files_that_are_no_roster_are_refused(client: httpx.AsyncClient) -> None:
    """A workbook, and text and file at once, are refused by the field's name."""
    book = {"players_csv": ("roster.xlsx", b"PK\x03\x04...")}
    for data in ({"team_name": "Foxes"}, {"team_name": "Foxes", "players_csv": CSV}):
        answer = await client.post(URL, data=data, files=book)
        body = answer.json()
        assert (answer.status_code, body["code"]) == (422, "validation_error")
        assert body["errors"][0]["field"] == "players_csv"


async def test_a_form_without_a_chosen_file(client: httpx.AsyncClient) -> None:
    """What a browser sends for file fields that were left empty is no logo and no roster."""
    part = '--x\r\nContent-Disposition: form-data; name="{}"{}\r\n\r\n{}\r\n'
    empty = '; filename=""\r\nContent-Type: application/octet-stream'
    form = part.format("team_name", "", "Foxes") + part.format("formats", "", "svg")
    form += part.format("logo", empty, "") + part.format("players_csv", empty, "") + "--x--\r\n"
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    answer = await client.post(URL, content=form.encode(), headers=headers)
    assert answer.status_code == 200, answer.text
    assert (answer.json()["logo"], answer.json()["roster"]["players"]) == (None, 0)


async def test_a_roster_is_no_original(client: httpx.AsyncClient) -> None:
    """The history shows a banner without a logo as made of no picture."""
    form = {"team_name": "Harbor Foxes", "formats": "svg"}
    sent = (await client.post(URL, data=form, files={"players_csv": ("roster.csv", CSV.encode())})).json()
    row = (await client.get(f"/api/v1/images/{sent['id']}")).json()
    assert (row["original_url"], row["input_sha256"]) == (None, None)


async def test_a_roster_may_be_too_long(client: httpx.AsyncClient, services: Services) -> None:
    """More players than are taken, in either form, is 422 `too_many_items`."""
    most = services.making.roster_banner.max_players
    players = [{"number": "1"}] * (most + 1)
    for roster in ({"players": players}, {"players_csv": "Name\n" + "Tom\n" * (most + 1)}):
        answer = await client.post(URL, json=fields(**roster))
        assert (answer.status_code, answer.json()["code"]) == (422, "too_many_items")


async def test_sorting(client: httpx.AsyncClient) -> None:
    """Sorted by number, a roster is the same banner in whatever order it came."""
    turned = await made(client, players=PLAYERS[::-1], sort_by="number")
    assert sha256(await made(client, players=PLAYERS, sort_by="number")) == sha256(turned)
    assert sha256(await made(client, players=PLAYERS)) != sha256(turned)


async def test_duplicates_are_told(client: httpx.AsyncClient) -> None:
    """Two players with one number are reported, also where numbers are not printed."""
    twice = [{"number": "7", "name": "Ana"}, {"number": "7", "name": "Mina"}]
    shown = await made(client, players=twice)
    assert (shown["duplicates"], codes(shown)) == (["7"], ["duplicate_numbers"])
    hidden = await made(client, players=twice, show_numbers=False)
    assert (hidden["duplicates"], codes(hidden)) == (["7"], [])


async def test_a_league_sets_privacy_and_asks_for_blocks(client: httpx.AsyncClient) -> None:
    """AYSO Region 73: first names, no numbers, and warnings for the sponsor and the logo that are missing."""
    body = await made(client, players=PLAYERS, league="ayso_region_73")
    assert body["roster"]["privacy"] == "first_name"
    assert codes(body).count("league_block_missing") == 2
    by_hand = [{"name": "Ana"}, {"name": "Mina", "position": "FW"}]
    same = await made(client, players=by_hand, league_name="AYSO Region 73")
    assert sha256(body) == sha256(same)
    fixes = {warning["fix"] for warning in body["warnings"] if warning["code"] == "league_block_missing"}
    assert {"Send sponsors, by name or with a logo.", "Send league_logo."} == fixes


async def test_the_stricter_of_two_wishes_holds(client: httpx.AsyncClient) -> None:
    """A request may be stricter than its league; what leaves nothing to print is refused."""
    body = await made(client, players=PLAYERS, league="ayso_region_75", privacy="number_only")
    assert body["roster"]["privacy"] == "number_only"
    answer = await client.post(
        URL, json=fields(players=PLAYERS, league="ayso_region_73", privacy="number_only")
    )
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "privacy")


async def test_one_player_is_kept_from_view(client: httpx.AsyncClient) -> None:
    """A player's own `privacy` hides that name alone."""
    hidden = [PLAYERS[0], {**PLAYERS[1], "privacy": "number_only"}]
    by_hand = [PLAYERS[0], {"number": "7", "position": "FW"}]
    assert sha256(await made(client, players=hidden)) == sha256(await made(client, players=by_hand))


async def test_capabilities_list_leagues_with_their_sources(client: httpx.AsyncClient) -> None:
    """Every preset says where its rules were read; every template has a size and says what it shows."""
    body = (await client.get("/api/v1/capabilities")).json()
    assert {"ayso_region_4", "ayso_region_544"} <= {league["id"] for league in body["leagues"]}
    assert all(source["url"] and source["read"] for league in body["leagues"] for source in league["sources"])
    assert all(template["sizes"] and template["title"] for template in body["banner_templates"])
