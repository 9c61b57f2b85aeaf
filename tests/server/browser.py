"""A real headless Chromium, driven through its DevTools protocol over two pipes. Nothing leaves this computer."""

import base64
import fcntl
import itertools
import json
import os
import select
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

OPTIONS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync --disable-extensions --disable-dev-shm-usage --hide-scrollbars "
    "--no-default-browser-check --force-color-profile=srgb --remote-debugging-pipe"
).split()
PATIENCE = 30  # seconds


def program() -> str | None:
    """Chromium on this computer."""
    return next(
        (
            found
            for name in ("chromium", "chromium-browser", "google-chrome")
            if (found := shutil.which(name))
        ),
        None,
    )


class Tab:
    """One page of the browser. ``requests`` are the addresses it asked for, ``complaints`` what it refused."""

    def __init__(self, send: Callable[..., dict[str, Any]], session: str) -> None:
        self._send = send
        self._session = session
        self.requests: list[str] = []
        self.complaints: list[str] = []
        self.loads = 0
        for domain in ("Page", "Network", "Log", "Runtime", "DOM"):
            self.do(f"{domain}.enable")

    def do(self, method: str, **values: Any) -> dict[str, Any]:
        return self._send(method, values, self._session)

    def note(self, event: dict[str, Any]) -> None:
        method, values = event["method"], event.get("params", {})
        if method == "Network.requestWillBeSent":
            self.requests.append(values["request"]["url"])
        elif method == "Log.entryAdded" and values["entry"]["source"] in ("security", "other", "violation"):
            self.complaints.append(values["entry"]["text"])
        elif method == "Page.loadEventFired":
            self.loads += 1

    def look(self, width: int, height: int, dark: bool = False) -> None:
        """A screen of this size, light or dark."""
        self.do(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=False,
        )
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.do("Emulation.setEmulatedMedia", features=[scheme])

    def scripts(self, on: bool) -> None:
        self.do("Emulation.setScriptExecutionDisabled", value=not on)

    def go(self, address: str) -> None:
        self._until_loaded(lambda: self.do("Page.navigate", url=address))

    def press(self, selector: str) -> None:
        """Click what a selector names, and wait for the page that comes of it."""
        self._until_loaded(lambda: self.click(selector))

    def click(self, selector: str) -> None:
        node = self._node(selector)
        self.do("DOM.scrollIntoViewIfNeeded", nodeId=node)
        corners = self.do("DOM.getBoxModel", nodeId=node)["model"]["content"]
        x, y = sum(corners[::2]) / 4, sum(corners[1::2]) / 4
        for kind in ("mousePressed", "mouseReleased"):
            self.do("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)

    def write(self, selector: str, text: str) -> None:
        self.do("DOM.focus", nodeId=self._node(selector))
        self.do("Input.insertText", text=text)

    def choose_file(self, selector: str, file: Path) -> None:
        """Choose a file, as in the system's dialog."""
        self.do("DOM.setFileInputFiles", nodeId=self._node(selector), files=[str(file)])

    def downloads(self, folder: Path) -> None:
        """Where files that are fetched are written."""
        self.do("Page.setDownloadBehavior", behavior="allow", downloadPath=str(folder))

    def choose(self, selector: str, at: int) -> None:
        """Take the option of a list that stands at a place, as the keyboard does."""
        self.do("DOM.focus", nodeId=self._node(selector))
        for _step in range(at):
            for kind in ("rawKeyDown", "keyUp"):
                self.do(
                    "Input.dispatchKeyEvent",
                    type=kind,
                    key="ArrowDown",
                    code="ArrowDown",
                    windowsVirtualKeyCode=40,
                )

    def ask(self, expression: str) -> Any:
        """The value of an expression in the page (the tests' own; the page itself has no script)."""
        return self.do("Runtime.evaluate", expression=expression, returnByValue=True)["result"].get("value")

    def until(self, expression: str) -> None:
        """Wait until something holds in the page."""
        give_up = time.monotonic() + PATIENCE
        while not self.ask(expression):
            assert time.monotonic() < give_up, f"never came true: {expression}"

    @property
    def text(self) -> str:
        """What can be read on the page."""
        return str(self.ask("document.body.innerText"))

    @property
    def address(self) -> str:
        return str(self.ask("location.href"))

    def picture(self, file: Path, whole: bool = False) -> bytes:
        values: dict[str, Any] = {"format": "png", "captureBeyondViewport": whole}
        if whole:
            size = self.do("Page.getLayoutMetrics")["cssContentSize"]
            values["clip"] = {
                "x": 0,
                "y": 0,
                "width": size["width"],
                "height": min(size["height"], 4000),
                "scale": 1,
            }
        data = base64.b64decode(self.do("Page.captureScreenshot", **values)["data"])
        file.write_bytes(data)
        return data

    def _node(self, selector: str) -> int:
        root = self.do("DOM.getDocument")["root"]["nodeId"]
        found = int(self.do("DOM.querySelector", nodeId=root, selector=selector)["nodeId"])
        assert found, f"there is no {selector} on {self.address}"
        return found

    def _until_loaded(self, act: Callable[[], Any]) -> None:
        before = self.loads
        act()
        give_up = time.monotonic() + PATIENCE
        while self.loads == before:
            assert time.monotonic() < give_up, "the page did not load"
            self.do("Runtime.evaluate", expression="1")


@contextmanager
def chromium(folder: Path) -> Iterator[Callable[[], Tab]]:
    """The browser with an empty profile in a folder; the block gets a function that opens tabs."""
    found = program()
    assert found, "Chromium is missing: apt-get install --no-install-recommends chromium"
    ours, theirs = os.pipe(), os.pipe()
    # Chromium reads its orders from 3 and answers on 4; descriptors above 9 cannot be in the way of these.
    ends = [fcntl.fcntl(fd, fcntl.F_DUPFD, 10) for fd in (ours[0], theirs[1])]
    process = subprocess.Popen(
        [
            "bash",
            "-c",
            f'exec "$@" 3<&{ends[0]} 4>&{ends[1]}',
            "-",
            found,
            *OPTIONS,
            f"--user-data-dir={folder}",
        ],
        pass_fds=ends,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "HOME": str(folder)},
        start_new_session=True,
    )
    for fd in (ours[0], theirs[1], *ends):
        os.close(fd)
    numbers = itertools.count(1)
    tabs: dict[str, Tab] = {}
    kept = bytearray()

    def read(give_up: float) -> dict[str, Any]:
        while b"\0" not in kept:
            left = give_up - time.monotonic()
            assert left > 0 and select.select([theirs[0]], [], [], left)[0], "Chromium does not answer"
            part = os.read(theirs[0], 1 << 20)
            assert part, "Chromium ended"
            kept.extend(part)
        message, _zero, rest = bytes(kept).partition(b"\0")
        kept[:] = rest
        return dict(json.loads(message))

    def send(method: str, values: dict[str, Any], session: str = "") -> dict[str, Any]:
        number = next(numbers)
        order = {
            "id": number,
            "method": method,
            "params": values,
            **({"sessionId": session} if session else {}),
        }
        os.write(ours[1], json.dumps(order).encode() + b"\0")
        give_up = time.monotonic() + PATIENCE
        while True:
            answer = read(give_up)
            if answer.get("id") == number:
                assert "error" not in answer, f"{method}: {answer['error']}"
                return dict(answer["result"])
            tab = tabs.get(answer.get("sessionId", ""))
            if tab is not None and "method" in answer:
                tab.note(answer)

    def open_tab() -> Tab:
        context = send("Target.createBrowserContext", {})["browserContextId"]
        target = send("Target.createTarget", {"url": "about:blank", "browserContextId": context})["targetId"]
        session = send("Target.attachToTarget", {"targetId": target, "flatten": True})["sessionId"]
        tab = Tab(send, session)
        tabs[session] = tab
        return tab

    try:
        yield open_tab
        send("Browser.close", {})
        process.wait(PATIENCE)
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
        for fd in (ours[1], theirs[0]):
            os.close(fd)
