"""`Priority: u=N` (RFC 9218): which of a client's jobs goes first."""

import re

from starlette.requests import Request

MOST, USUAL, LEAST = 0, 3, 7
_URGENCY = re.compile(r"(?:^|[,\s])u=([0-7])(?=$|[,;\s])", re.ASCII)


def urgency_of(request: Request) -> int:
    """0 (at once) to 7 (when nothing else waits); 3 where the header does not say, or says it badly (4.1)."""
    found = _URGENCY.findall(",".join(request.headers.getlist("priority")))
    return int(found[-1]) if found else USUAL
