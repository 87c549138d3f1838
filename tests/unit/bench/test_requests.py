"""Counting answers, and pictures that are all different."""

import io

import httpx
import numpy as np
import pytest
from PIL import Image

from bench.memory import burst_inputs, small_inputs
from bench.pictures import EMBLEM, encoded, square
from bench.requests import Answer, answer, errors, statuses
from bench.served import MIX, mix, network_share


def said(status: int, *, retry_after: bool = False) -> Answer:
    """An answer with a status."""
    return Answer(status, 0.1, retry_after)


@pytest.mark.parametrize(
    ("item", "wrong"),
    [
        (said(200), 0),
        (said(429, retry_after=True), 0),
        (said(504), 0),
        (said(503, retry_after=True), 0),
        (said(503), 1),
        (said(500), 1),
        (said(422), 1),
        (said(0), 1),
    ],
)
def test_only_honest_refusals_are_no_errors(item: Answer, wrong: int) -> None:
    """Full is honest when it says when to come back; a broken connection or a defect never is."""
    assert errors([item, said(200)]) == wrong


def test_answers_are_counted_by_status() -> None:
    """Statuses come in order, each with its number."""
    assert statuses([said(503), said(200), said(200)]) == "2 x 200, 1 x 503"


def test_broken_connection_is_no_answer() -> None:
    """What never came back has no status, and is counted all the same."""

    def broken(_: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused")

    with httpx.Client(transport=httpx.MockTransport(broken)) as client:
        assert answer(lambda http: http.get("http://x"), client).status == 0


def test_serial_makes_files_differ() -> None:
    """Two files of one picture with different serials differ in one pixel only."""
    pixels = square(EMBLEM, 16)
    first, second = (np.asarray(Image.open(io.BytesIO(encoded(pixels, serial=serial)))) for serial in (1, 2))
    assert np.argwhere((first != second).any(axis=2)).tolist() == [[0, 0]]


@pytest.mark.parametrize("inputs", [burst_inputs, small_inputs])
def test_no_two_requests_are_equal(inputs: object) -> None:
    """Requests of a load never repeat, so that nothing can be answered from memory."""
    bodies = []

    def keep(request: httpx.Request) -> httpx.Response:
        bodies.append(request.read().split(b"\r\n\r\n", 1)[1])
        return httpx.Response(200)

    with httpx.Client(transport=httpx.MockTransport(keep), base_url="http://x") as client:
        for _, send in zip(range(6), inputs(), strict=False):
            send(client)
    pictures = {body.rpartition(b"PNG")[2] for body in bodies}
    assert len(pictures) == 6


def test_mix_holds_every_size_in_its_number() -> None:
    """A round has the sizes of the mix, in an order that differs from round to round."""
    sides = mix(2)
    half = len(sides) // 2
    assert sorted(sides[:half]) == sorted(sides[half:])
    assert {side: sides[:half].count(side) for side in MIX} == MIX
    assert sides[:half] != sides[half:]


def test_share_of_the_network() -> None:
    """The network's share is of the time between two readings, new processes included."""
    before = {"ray::ServeReplica:mighty:Upscaler 1": 10.0, "raylet 2": 5.0}
    after = {"ray::ServeReplica:mighty:Upscaler 1": 16.0, "raylet 2": 6.0, "ray::IDLE 3": 1.0}
    assert network_share(before, after) == pytest.approx(0.75)
