"""`Priority: u=N`."""

import pytest
from starlette.requests import Request

from serve_app.api.urgency import urgency_of


@pytest.mark.parametrize(
    ("header", "urgency"),
    [
        ("u=0", 0),
        ("u=7, i", 7),
        ("i, u=5", 5),
        ("u=1,u=2", 2),
        ("u=8", 3),
        ("u=-1", 3),
        ("menu=1", 3),
        ("u", 3),
        ("", 3),
    ],
)
def test_urgency_by_header(header: str, urgency: int) -> None:
    """The last urgency counts; what RFC 9218 does not know is the usual one."""
    scope = {"type": "http", "headers": [(b"priority", header.encode())]}
    assert urgency_of(Request(scope)) == urgency


def test_usual_without_a_header() -> None:
    """A request without the header is usual."""
    assert urgency_of(Request({"type": "http", "headers": []})) == 3
