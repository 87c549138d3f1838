"""A headless Chromium over its debugging pipe: no driver, no port, no package (CDP, one JSON a message)."""

import base64
import json
import os
import shutil
import subprocess
import tempfile
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Self

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-extensions",
    "--hide-scrollbars",
    "--remote-debugging-pipe",
)
END = b"\0"


class ChromiumError(RuntimeError):
    """It could not do what it was asked, or is gone."""


def found() -> str | None:
    """The program, where one is installed."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


class Chromium(AbstractContextManager["Chromium"]):
    """One browser with one page.

    Args:
        program: See `found`.
    """

    def __init__(self, program: str) -> None:
        self._program = program
        self._number = 0
        self._session: str | None = None
        self.events: list[dict[str, Any]] = []
        """What it told without being asked, oldest first."""

    def __enter__(self) -> Self:
        """Start it and attach to a page."""
        self._profile = tempfile.TemporaryDirectory(prefix="chromium-", ignore_cleanup_errors=True)
        orders, self._out = os.pipe()
        self._in, answers = os.pipe()
        # The browser reads its orders from descriptor 3 and answers on 4.
        command = ["bash", "-c", f'exec "$0" "$@" 3<&{orders} 4>&{answers}', self._program]
        self._process = subprocess.Popen(
            [*command, *FLAGS, f"--user-data-dir={Path(self._profile.name)}", "about:blank"],
            pass_fds=(orders, answers),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(orders)
        os.close(answers)
        self._answers = os.fdopen(self._in, "rb")
        target = next(item for item in self.ask("Target.getTargets")["targetInfos"] if item["type"] == "page")
        attached = self.ask("Target.attachToTarget", targetId=target["targetId"], flatten=True)
        self._session = str(attached["sessionId"])
        for domain in ("Page", "Runtime", "Network"):
            self.ask(f"{domain}.enable")
        return self

    def __exit__(self, *_: object) -> None:
        """End it."""
        self._session = None
        self._process.terminate()
        try:
            self._process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._answers.close()
        os.close(self._out)
        self._profile.cleanup()

    def ask(self, method: str, **params: Any) -> dict[str, Any]:
        """What it answers. Raises `ChromiumError`."""
        self._number += 1
        order: dict[str, Any] = {"id": self._number, "method": method, "params": params}
        if self._session is not None:
            order["sessionId"] = self._session
        os.write(self._out, json.dumps(order).encode() + END)
        while True:
            message = self._read()
            if message.get("id") == self._number:
                if "error" in message:
                    raise ChromiumError(f"{method}: {message['error']}")
                answer: dict[str, Any] = message["result"]
                return answer
            self.events.append(message)

    def open(self, url: str) -> None:
        """Go to a page and wait until all of it is loaded."""
        self.events.clear()
        self.ask("Page.navigate", url=url)
        while not any(event.get("method") == "Page.loadEventFired" for event in self.events):
            self.events.append(self._read())

    def run(self, expression: str) -> Any:
        """The value of a JavaScript expression, awaited."""
        answer = self.ask("Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in answer:
            raise ChromiumError(str(answer["exceptionDetails"]))
        return answer["result"].get("value")

    def screenshot(self) -> bytes:
        """PNG of what is seen."""
        return base64.b64decode(self.ask("Page.captureScreenshot", format="png")["data"])

    def _read(self) -> dict[str, Any]:
        data = bytearray()
        while (byte := self._answers.read(1)) != END:
            if not byte:
                raise ChromiumError("Chromium has ended.")
            data += byte
        message: dict[str, Any] = json.loads(data)
        return message
