"""HTTP downloads that resume, verify and appear whole or not at all."""

import logging
import sys
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import httpx
from tqdm import tqdm

from models.masked_url import masked_url
from models.sources import OfficialFile
from models.weights.errors import ChecksumError, SourceError, SourceSkippedError
from models.weights.files import move_into_place, verify

_log = logging.getLogger(__name__)

_TIMEOUT = httpx.Timeout(30.0, connect=3.0)  # seconds; an unreachable host must not hold up a start
MOST_BYTES = 2_000_000_000
"""Longest file taken whose length is not known beforehand; the longest of the known models has 1.02 GB."""
_REQUESTS = 5  # the first one, and further ones after a cut that still brought bytes
_UNREACHABLE = (httpx.ConnectError, httpx.ConnectTimeout, httpx.ProxyError)


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A file whose length is known by now."""

    filename: str
    checksum: str
    size_bytes: int


class Downloader:
    """An HTTP client for one run: a host that could not be reached is not asked again."""

    def __init__(self) -> None:
        # Checksums and ranges are of the bytes as published, so no transfer compression.
        headers = {"Accept-Encoding": "identity"}
        self._client = httpx.Client(timeout=_TIMEOUT, headers=headers, follow_redirects=True)
        self._unreachable: dict[str, str] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()

    def fetch(self, file: OfficialFile, *, url: str, folder: Path) -> Path:
        """Download one file, or finish an earlier download of it.

        Args:
            file: its name, length and checksum; a length that is not known is asked of the server.
            url: where to ask.
            folder: where `<filename>.part` grows and `<filename>` appears.

        Returns:
            The verified file.

        Raises:
            SourceError: the host is unreachable, or the answer is not the file. A wrong download is
                removed; a cut one stays, to be resumed.
            OSError: the folder cannot be written.
        """
        wanted = _Wanted(file.filename, file.checksum, file.size_bytes or self._length(url))
        part, target = folder / f"{file.filename}.part", folder / file.filename
        left_by_earlier_run = part.exists()
        try:
            self._fetch_verified(wanted, url=url, part=part)
        except ChecksumError:
            if not left_by_earlier_run:
                raise
            self._fetch_verified(wanted, url=url, part=part)  # the old beginning was of another version
        move_into_place(part, target)
        return target

    def _length(self, url: str) -> int:
        """The length that the server states, in bytes; the body is not read."""
        host = _host(url)
        if host in self._unreachable:
            raise SourceSkippedError(f"{self._unreachable[host]} (not tried again)")
        try:
            with self._client.stream("GET", url) as response:
                if not response.is_success:
                    raise SourceError(
                        f"{_address(response)}: answered {response.status_code} {response.reason_phrase}"
                    )
                stated = response.headers.get("Content-Length", "")
        except _UNREACHABLE as error:
            self._unreachable[host] = f"{host} cannot be reached: {error}"
            raise SourceError(self._unreachable[host]) from error
        except httpx.HTTPError as error:
            raise SourceError(f"{masked_url(url)}: {error or type(error).__name__}") from error
        if not stated.isdecimal() or not 0 < int(stated) <= MOST_BYTES:
            raise SourceError(f"{masked_url(url)}: states no length, or one over {MOST_BYTES} bytes")
        return int(stated)

    def _fetch_verified(self, file: _Wanted, *, url: str, part: Path) -> None:
        """Bring the part to its full length and check it."""
        for _ in range(_REQUESTS):
            held_bytes = _size_bytes(part)
            if held_bytes == file.size_bytes:
                break
            self._request(file, url=url, part=part, offset=held_bytes)
        if _size_bytes(part) != file.size_bytes:
            raise SourceError(f"{masked_url(url)}: the connection was cut {_REQUESTS} times")
        try:
            verify(part, checksum=file.checksum)
        except ChecksumError:
            part.unlink()
            raise

    def _request(self, file: _Wanted, *, url: str, part: Path, offset: int) -> None:
        """One request: appends what it brings; silent about a cut after which there is more to go on from."""
        host = _host(url)
        if host in self._unreachable:
            raise SourceSkippedError(f"{self._unreachable[host]} (not tried again)")
        headers = {"Range": f"bytes={offset}-"} if offset else {}
        try:
            with self._client.stream("GET", url, headers=headers) as response:
                _receive(response, file=file, part=part, offset=offset)
        except _UNREACHABLE as error:
            self._unreachable[host] = f"{host} cannot be reached: {error}"
            raise SourceError(self._unreachable[host]) from error
        except httpx.HTTPError as error:
            if _size_bytes(part) <= offset:
                raise SourceError(f"{masked_url(url)}: {error or type(error).__name__}") from error
            _log.info("%s: cut after %d bytes, resuming", file.filename, _size_bytes(part))


def _host(url: str) -> str:
    """Host and port of an address.

    Raises:
        SourceError: it is not an address at all.
    """
    try:
        return httpx.URL(url).netloc.decode()
    except httpx.InvalidURL as error:
        raise SourceError(f"{masked_url(url)}: {error}") from error


def _receive(response: httpx.Response, *, file: _Wanted, part: Path, offset: int) -> None:
    """Write a response's body behind what is already there, or over it where the server ignored the range."""
    if response.status_code == httpx.codes.REQUESTED_RANGE_NOT_SATISFIABLE:
        part.unlink(missing_ok=True)  # longer than what the server has: begin anew
        return
    if not response.is_success:
        raise SourceError(f"{_address(response)}: answered {response.status_code} {response.reason_phrase}")
    start = offset if response.status_code == httpx.codes.PARTIAL_CONTENT else 0
    _check_headers(response, file=file, start=start)
    _log.info("Downloading %s (%.1f MB) from %s", file.filename, file.size_bytes / 1e6, response.url.host)
    quiet = not sys.stderr.isatty()
    with (
        part.open("ab" if start else "wb") as out,
        tqdm(
            desc=file.filename, total=file.size_bytes, initial=start, unit="B", unit_scale=True, disable=quiet
        ) as bar,
    ):
        for chunk in response.iter_raw():  # no chunk size: a cut would lose what httpx holds back to fill it
            out.write(chunk)
            bar.update(len(chunk))
            if out.tell() > file.size_bytes:
                break
    if _size_bytes(part) > file.size_bytes:
        part.unlink()
        raise SourceError(f"{_address(response)}: longer than the {file.size_bytes} bytes of {file.filename}")


def _check_headers(response: httpx.Response, *, file: _Wanted, start: int) -> None:
    """Refuse an answer that says itself that it is something else, such as a login page."""
    if start and not response.headers.get("Content-Range", "").startswith(f"bytes {start}-"):
        raise SourceError(f"{_address(response)}: answered with another range than asked for")
    length = response.headers.get("Content-Length")
    if length is not None and start + int(length) != file.size_bytes:
        raise SourceError(f"{_address(response)}: {start + int(length)} bytes long, not {file.size_bytes}")


def _address(response: httpx.Response) -> str:
    return masked_url(str(response.url))


def _size_bytes(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0
