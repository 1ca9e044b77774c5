"""A headless Chromium driven over a pipe by its own protocol: no server, no port, no other package."""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

_FLAGS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update", "--disable-dev-shm-usage", "--lang=en",
    "--remote-debugging-pipe",
)  # fmt: skip
_PATIENCE_S = 60.0


def chromium() -> str | None:
    """Where a Chromium stands, if anywhere."""
    return next(
        (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), None
    )


class Browser:
    """One page of a browser; what it asks of a network is kept in ``asked``."""

    def __init__(self, profile: Path) -> None:
        """Start it with an empty profile in a folder."""
        to_browser, own_out = os.pipe()
        own_in, from_browser = os.pipe()
        command = ["bash", "-c", f'exec "$@" 3<&{to_browser} 4>&{from_browser}', "bash", chromium() or "chromium"]
        self._process = subprocess.Popen(
            [*command, *_FLAGS, f"--user-data-dir={profile}"],
            pass_fds=(to_browser, from_browser),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(to_browser)
        os.close(from_browser)
        self._out, self._in = os.fdopen(own_out, "wb", buffering=0), os.fdopen(own_in, "rb", buffering=0)
        self._kept, self._number, self._session = b"", 0, ""
        self.asked: list[str] = []
        self.faults: list[str] = []
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for name in ("Page", "Runtime", "Network", "DOM", "Log"):
            self.call(f"{name}.enable")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, at: TracebackType | None) -> None:
        with suppress(OSError, AssertionError):
            self._session = ""
            self.call("Browser.close")
        self._out.close()
        self._in.close()
        self._process.wait(timeout=_PATIENCE_S)

    def call(self, method: str, **values: object) -> dict[str, Any]:
        """One call of the browser's protocol."""
        self._number += 1
        told = {"id": self._number, "method": method, "params": values}
        if self._session:
            told["sessionId"] = self._session
        self._out.write(json.dumps(told).encode() + b"\0")
        number, until = self._number, time.monotonic() + _PATIENCE_S
        while time.monotonic() < until:
            answer = self._next()
            if answer.get("id") == number:
                assert "error" not in answer, answer["error"]
                return dict(answer["result"])
        raise AssertionError(f"the browser did not answer {method}")

    def _next(self) -> dict[str, Any]:
        while b"\0" not in self._kept:
            more = self._in.read(65_536)
            assert more, "the browser ended"
            self._kept += more
        one, _, self._kept = self._kept.partition(b"\0")
        told = dict(json.loads(one))
        if told.get("method") == "Network.requestWillBeSent":
            self.asked.append(told["params"]["request"]["url"])
        if told.get("method") in {"Runtime.exceptionThrown", "Log.entryAdded"}:
            self.faults.append(json.dumps(told["params"]))
        return told

    def open(self, page: Path) -> None:
        """Open a page from its file."""
        self.call("Page.navigate", url=page.as_uri())
        self.until("document.readyState === 'complete'")

    def run(self, script: str) -> Any:  # noqa: ANN401 - whatever the script gives
        """The value of a script."""
        answer = self.call("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    def until(self, script: str) -> None:
        """Wait until a script is true."""
        until = time.monotonic() + _PATIENCE_S
        while not self.run(script):
            assert time.monotonic() < until, script
            time.sleep(0.05)

    def choose(self, selector: str, files: Sequence[Path]) -> None:
        """Choose files as a person does in the dialogue."""
        root = self.call("DOM.getDocument")["root"]["nodeId"]
        node = self.call("DOM.querySelector", nodeId=root, selector=selector)["nodeId"]
        self.call("DOM.setFileInputFiles", nodeId=node, files=[str(one) for one in files])

    def width(self, width_px: int, height_px: int = 900) -> None:
        """Set the width of the window."""
        self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width_px,
            height=height_px,
            deviceScaleFactor=1,
            mobile=False,
        )

    def picture(self, path: Path) -> None:
        """A picture of the whole page."""
        shot = self.call("Page.captureScreenshot", format="png", captureBeyondViewport=True)
        path.write_bytes(base64.b64decode(shot["data"]))

    def printed(self, path: Path) -> None:
        """The page as it would be printed."""
        path.write_bytes(base64.b64decode(self.call("Page.printToPDF", preferCSSPageSize=True)["data"]))
