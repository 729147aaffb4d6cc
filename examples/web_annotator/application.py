"""The ASGI application: the page's files and the exports over HTTP, edits over a websocket."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import exports
from drawing import Drawing
from editing import Editing

Event = dict[str, Any]
Send = Callable[[Event], Awaitable[None]]
Receive = Callable[[], Awaitable[Event]]

HERE = Path(__file__).parent
FILES = {  # path -> file and what it is
    "/": ("page.html", "text/html; charset=utf-8"),
    "/page.css": ("page.css", "text/css; charset=utf-8"),
    "/page.js": ("page.js", "text/javascript; charset=utf-8"),
    "/link.js": ("link.js", "text/javascript; charset=utf-8"),
    "/latency.js": ("latency.js", "text/javascript; charset=utf-8"),
}
HOSTS = ("127.0.0.1", "localhost", "[::1]")  # what this machine calls itself
POLICY = b"default-src 'self'; img-src 'self' data:"  # nothing from elsewhere


class Application:
    """An ASGI application in which people annotate one drawing.

    Parameters
    ----------
    drawing : Drawing
        What is annotated.
    name : str
        The file name of the image, for the export.
    hosts : tuple of str
        Under which names, without a port, pages may ask. A page of another site can have its own
        name lead to this machine, but not ask under one of these.
    """

    def __init__(self, drawing: Drawing, name: str, hosts: tuple[str, ...] = HOSTS) -> None:
        self.drawing, self.name, self.hosts = drawing, name, hosts
        self.editing = Editing(drawing)
        self.image = exports.image_png(drawing.image)  # made once: a large one takes seconds

    async def __call__(self, scope: Event, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] == "http":
            await self._http(scope, receive, send)
        elif scope["type"] == "websocket":
            await self._websocket(scope, receive, send)
        elif scope["type"] == "lifespan":
            for stage in ("startup", "shutdown"):
                await receive()
                await send({"type": f"lifespan.{stage}.complete"})

    async def _http(self, scope: Event, receive: Receive, send: Send) -> None:
        while (await receive()).get("more_body"):
            pass  # no request has a body that is read
        if self._is_asked_by(scope):
            status, kind, body, name = await self._answer(scope["method"], scope["path"])
        else:
            status, kind, body, name = 421, "text/plain", b"no host of that name", ""
        headers = [
            (b"content-type", kind.encode()),
            (b"content-length", str(len(body)).encode()),
            (b"cache-control", b"no-store"),
            (b"content-security-policy", POLICY),
        ]
        if name:
            headers.append((b"content-disposition", f'attachment; filename="{name}"'.encode()))
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send(
            {"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body}
        )

    def _is_asked_by(self, scope: Event) -> bool:
        """Say whether a connection is made under a name of ours."""
        host = dict(scope["headers"]).get(b"host", b"").decode("latin-1").lower()
        name, colon, port = host.rpartition(":")
        return (name if colon and port.isdigit() else host) in self.hosts

    async def _answer(self, method: str, path: str) -> tuple[int, str, bytes, str]:
        """Give status, content type, body, and the name to save it under."""
        if method not in {"GET", "HEAD"}:
            return 405, "text/plain", b"only GET and HEAD", ""
        if path in FILES:
            file, kind = FILES[path]
            return 200, kind, (HERE / file).read_bytes(), ""
        if path == "/image.png":
            return 200, "image/png", self.image, ""
        labels, classes = self.drawing.labels, self.drawing.classes
        if path == "/export/coco.json":  # in another thread: painting goes on meanwhile
            body = await asyncio.to_thread(exports.coco, labels.copy(), classes, self.name)
            return 200, "application/json", body, "coco.json"
        if path == "/export/labels.png":
            body = await asyncio.to_thread(exports.label_png, labels.copy(), classes)
            return 200, "image/png", body, "labels.png"
        return 404, "text/plain", b"no such page", ""

    async def _websocket(self, scope: Event, receive: Receive, send: Send) -> None:
        await receive()
        headers = dict(scope["headers"])
        origin = headers.get(b"origin")
        is_own = origin is None or origin.split(b"//")[-1] == headers.get(b"host")
        if not (is_own and self._is_asked_by(scope)):
            await send({"type": "websocket.close", "code": 1008})  # the page of another site
            return
        await send({"type": "websocket.accept"})
        page = self.editing.join(send)
        news = asyncio.create_task(page.flush_news())
        try:
            await page.flush()
            while (event := await receive())["type"] == "websocket.receive":
                self.editing.handle(page, event.get("text"))
                await page.flush()
        except OSError:
            pass  # the page went away while it was being sent something
        finally:
            news.cancel()
            self.editing.leave(page)
