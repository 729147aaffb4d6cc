"""Drives headless Chromium over its DevTools protocol: real mouse and keys in, pixels out."""

import base64
import json
import shutil
import subprocess
import time
import urllib.request
from contextlib import ExitStack
from pathlib import Path

from websockets.sync.client import connect

PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "chrome")
BUTTONS = {"left": 1, "right": 2, "middle": 4}
CODES = {"Enter": 13, "Escape": 27, "Backspace": 8}


def program():
    """Give the path of a Chromium, or None."""
    return next(filter(None, map(shutil.which, PROGRAMS)), None)


class Chromium:
    """One browser with one page; a context manager."""

    def __init__(self, folder, size=(1360, 860)):
        self.folder, self.size, self.last = Path(folder), size, 0

    def __enter__(self):
        # no sandbox: it cannot be made by root, as whom containers and CI run
        options = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
        options += ["--no-first-run", "--remote-debugging-port=0", f"--user-data-dir={self.folder}"]
        options += [f"--window-size={self.size[0]},{self.size[1]}", "about:blank"]
        log = subprocess.DEVNULL
        with ExitStack() as stack:
            self.process = subprocess.Popen([program(), *options], stdout=log, stderr=log)
            stack.callback(self._stop)
            port = self.wait_for(self._port)
            address = self.wait_for(lambda: self._pages(port))[0]["webSocketDebuggerUrl"]
            self.socket = stack.enter_context(connect(address, max_size=None, ping_interval=None))
            screen = {"width": self.size[0], "height": self.size[1], "mobile": False}
            self.call("Emulation.setDeviceMetricsOverride", **screen, deviceScaleFactor=1)
            self.stack = stack.pop_all()
        return self

    def __exit__(self, *_):
        self.stack.close()

    def _stop(self):
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def _port(self):
        file = self.folder / "DevToolsActivePort"
        lines = file.read_text().split() if file.exists() else []
        return lines[0] if lines else None

    def _pages(self, port):
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/json/list", timeout=10) as answer:
            return [each for each in json.load(answer) if each["type"] == "page"]

    def wait_for(self, condition, seconds=15):
        """Ask until it is true, and give it."""
        end = time.monotonic() + seconds
        while not (found := condition()):
            if time.monotonic() > end or self.process.poll() is not None:
                raise TimeoutError("Chromium gave no answer")
            time.sleep(0.01)
        return found

    def call(self, method, **options):
        """Call a method of the protocol and give its result."""
        self.last += 1
        self.socket.send(json.dumps({"id": self.last, "method": method, "params": options}))
        while (answer := json.loads(self.socket.recv(timeout=20))).get("id") != self.last:
            pass  # an event
        if "error" in answer:
            raise RuntimeError(f"{method}: {answer['error']}")
        return answer["result"]

    def evaluate(self, script):
        """Give the value of an expression in the page, or of what it promises."""
        options = {"returnByValue": True, "awaitPromise": True}
        done = self.call("Runtime.evaluate", expression=script, **options)
        if "exceptionDetails" in done:
            raise RuntimeError(f"{script}: {done['exceptionDetails']}")
        return done["result"].get("value")

    def wait(self, script):
        """Wait until an expression in the page is true."""
        return self.wait_for(lambda: self.evaluate(script))

    def open(self, address):
        self.call("Page.navigate", url=address)

    def box(self, selector):
        """Give left, top, width and height of an element in the window."""
        script = f"JSON.stringify(document.querySelector({selector!r}).getBoundingClientRect())"
        box = json.loads(self.evaluate(script))
        return box["left"], box["top"], box["width"], box["height"]

    def mouse(self, kind, x, y, button="none", *, held=0, count=1):
        self.call(
            "Input.dispatchMouseEvent",
            type=f"mouse{kind}",
            x=x,
            y=y,
            button=button,
            buttons=held,
            clickCount=count if kind != "Moved" else 0,
        )

    def drag(self, points, button="left", *, release=True, count=1):
        """Press at the first point, move to all others, and release at the last."""
        held = BUTTONS[button]
        self.mouse("Moved", *points[0])
        self.mouse("Pressed", *points[0], button, held=held, count=count)
        for point in points[1:]:
            self.mouse("Moved", *point, button, held=held)
        if release:
            self.mouse("Released", *points[-1], button, count=count)

    def click(self, target, count=1):
        """Click on a point, or on the middle of the element of a selector."""
        if isinstance(target, str):
            left, top, width, height = self.box(target)
            target = (left + width / 2, top + height / 2)
        self.drag([target], count=count)

    def key(self, key, *, ctrl=False):
        code = CODES.get(key, ord(key.upper()[0]))
        options = {"key": key, "windowsVirtualKeyCode": code, "modifiers": 2 if ctrl else 0}
        self.call("Input.dispatchKeyEvent", type="rawKeyDown", **options)
        self.call("Input.dispatchKeyEvent", type="keyUp", **options)

    def screenshot(self):
        """Give the window as a PNG."""
        return base64.b64decode(self.call("Page.captureScreenshot", format="png")["data"])
