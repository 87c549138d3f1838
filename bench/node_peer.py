"""Peers that run on Node.js: installed once, started once, asked line by line."""

import json
import shutil
import subprocess
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Self

from configs.settings import REPOSITORY

PEERS = REPOSITORY / "bench" / "peers"
INSTALL = ("npm", "install", "--no-audit", "--no-fund", "--silent")


class PeerMissingError(RuntimeError):
    """Node.js, npm or a package cannot be had here."""


class PeerFailedError(RuntimeError):
    """The peer could not do what it was asked."""


def installed() -> Path:
    """The folder of the peers, with their packages, at the versions of its package.json.

    Raises:
        PeerMissingError: there is no Node.js, or the packages cannot be installed.
    """
    if shutil.which("node") is None or shutil.which("npm") is None:
        raise PeerMissingError("node and npm are not on the PATH")
    ended = subprocess.run(INSTALL, cwd=PEERS, capture_output=True, text=True, check=False)
    if ended.returncode:
        raise PeerMissingError(f"npm install failed: {ended.stderr[-500:]}")
    return PEERS


class NodePeer(AbstractContextManager["NodePeer"]):
    """A script of `bench/peers` that answers JSON lines; it stays warm from one order to the next.

    Args:
        script: Its file name.
    """

    def __init__(self, script: str) -> None:
        self._script = script
        self._command = ("node", str(installed() / script))

    def __enter__(self) -> Self:
        """Start it."""
        self._process = subprocess.Popen(
            self._command, cwd=PEERS, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        return self

    def __exit__(self, *_: object) -> None:
        """End it."""
        self._process.communicate(timeout=30)

    def ask(self, **order: Any) -> dict[str, Any]:
        """What it answers; `seconds` is the time it took, starting and talking not counted.

        Raises:
            PeerFailedError: it ended, or says that it failed.
        """
        if self._process.stdin is None or self._process.stdout is None:
            raise PeerFailedError(f"{self._script} has no pipes")
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise PeerFailedError(f"{self._script} ended")
        answer: dict[str, Any] = json.loads(line)
        if "error" in answer:
            raise PeerFailedError(f"{self._script}: {answer['error']}")
        return answer
