"""What a URL asks for, parsed once; the request is built from these parts and never from the text again."""

import re
from collections.abc import Collection
from ipaddress import AddressValueError, IPv6Address
from urllib.parse import urljoin

import httpx

from serve_app.errors import UrlFetchFailedError, UrlForbiddenError, UrlSchemeError

_DEFAULT_PORTS = {"http": 80, "https": 443}
_MAX_URL_CHARACTERS = 8192  # signed links of object stores reach about 2,000
_LABEL = r"[a-z0-9_-]{1,63}"  # RFC 1035 2.3.4, and the underscore that real names have
_HOST_NAME = re.compile(rf"{_LABEL}(?:\.{_LABEL})*", re.ASCII)


def parse_target(text: str, *, allowed_ports: Collection[int]) -> httpx.URL:
    """Read an absolute URL.

    Args:
        text: As the client wrote it.
        allowed_ports: TCP ports that may be asked for.

    Raises:
        UrlSchemeError: Neither http nor https.
        UrlForbiddenError: Malformed, with a user name, or for another port.
    """
    scheme, colon, _ = text.partition(":")
    if not colon or scheme.lower() not in _DEFAULT_PORTS:
        raise UrlSchemeError("The URL must begin with http:// or https://.")
    if len(text) > _MAX_URL_CHARACTERS:
        raise UrlForbiddenError(f"The URL is longer than {_MAX_URL_CHARACTERS} characters.")
    try:
        url = httpx.URL(text)
        host = url.raw_host.decode("ascii")
    except (httpx.InvalidURL, ValueError) as error:
        raise UrlForbiddenError("The URL is not well formed.") from error
    if not _is_host(host):
        raise UrlForbiddenError("The URL's host name is not well formed.")
    if url.userinfo:
        raise UrlForbiddenError("The URL must not hold a user name or password.")
    if port_of(url) not in allowed_ports:
        raise UrlForbiddenError("The URL's port is not allowed.")
    return url


def redirect_target(base: httpx.URL, *, location: bytes, allowed_ports: Collection[int]) -> httpx.URL:
    """Where a redirect leads; the same rules as for the first URL.

    Raises:
        UrlSchemeError: Neither http nor https.
        UrlForbiddenError: Malformed, with a user name, or for another port.
        UrlFetchFailedError: The answer's `Location` is absent or no text.
    """
    if not location:
        raise UrlFetchFailedError("The URL redirects to nowhere.")
    try:
        text = urljoin(str(base), location.decode("utf-8"))
    except ValueError as error:
        raise UrlFetchFailedError("The URL redirects to something that is no URL.") from error
    return parse_target(text, allowed_ports=allowed_ports)


def port_of(url: httpx.URL) -> int:
    """The TCP port, the scheme's own where none is written."""
    return _DEFAULT_PORTS[url.scheme] if url.port is None else url.port


def _is_host(host: str) -> bool:
    if ":" not in host:
        return _HOST_NAME.fullmatch(host) is not None
    try:
        return IPv6Address(host).scope_id is None
    except AddressValueError:
        return False
