"""Addresses as they may be shown: who signs in, and with what, stays out of logs and files."""

import re

_CREDENTIALS = re.compile(r"(?<=://)[^/?#]*@")


def masked_url(url: str) -> str:
    """The address with `***` in place of its user and password; one without them as it is.

    What is no address at all is masked as well, where it looks like one: it may be one with a slip in it.
    """
    return _CREDENTIALS.sub("***@", url)
