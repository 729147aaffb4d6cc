"""The pages that are connected, and what their messages do to the drawing they share."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from typing import Any

import numpy as np
import numpy.typing as npt
import protocol
from drawing import Drawing, Preview
from protocol import NOTHING, Box, Message, RefusedError

import maskengine as me

Send = Callable[[dict[str, Any]], Awaitable[None]]

OWN_STROKE = ("extend", "end", "cancel")
ENDS_PREVIEW = ("begin", "polygon", "undo", "redo", "drop", "lock")


class Page:
    """One connected page, and what it has yet to be sent.

    However slow a page is, that is a box of pixels and the latest state: both are read when they
    are sent, so a page that was asleep is right at once.
    """

    def __init__(self, drawing: Drawing, send: Send, greeting: Message) -> None:
        self.greeting: Message | None = greeting  # sent before all else
        self.preview: Preview | None = None
        self.painted: Box = drawing.whole  # what changed since it was last sent
        self.previewed: Box = NOTHING
        self.answers: list[Message] = []
        self.has_news = asyncio.Event()
        self._drawing, self._send = drawing, send
        self._in_turn = asyncio.Lock()

    def show(self, tolerance: int) -> None:
        """Show another tolerance of the preview."""
        if self.preview is None:
            raise RefusedError("there is no preview")
        box = self.preview.show(tolerance, self._drawing.locked_in(self.preview.window))
        self.previewed = protocol.around(self.previewed, box)

    def drop(self) -> None:
        """Take the preview away."""
        if self.preview is not None:
            self.previewed = protocol.around(self.previewed, self.preview.box)
            self.preview = None

    def tell(self, message: Message) -> None:
        """Have a message sent; of states only the last is."""
        self.answers = [a for a in self.answers if a["type"] != "state"]
        self.answers.append(message)

    async def flush(self) -> None:
        """Send what changed: pixels first, then the answers that tell of them."""
        async with self._in_turn:
            self.has_news.clear()
            greeting, self.greeting = self.greeting, None
            painted, self.painted = self.painted, NOTHING
            previewed, self.previewed = self.previewed, NOTHING
            answers, self.answers = self.answers, []
            if greeting is not None:
                await self._text(greeting)
            if painted != NOTHING:
                left, top, right, bottom = painted
                labels = self._drawing.labels[top:bottom, left:right]
                await self._pixels(protocol.LABELS, painted, labels)
            if previewed != NOTHING:
                blank = np.zeros((previewed[3] - previewed[1], previewed[2] - previewed[0]), bool)
                shown = self.preview.pixels(previewed) if self.preview else blank
                await self._pixels(protocol.PREVIEW, previewed, shown)
            for answer in answers:
                await self._text(answer)

    async def flush_news(self) -> None:
        """Send what other pages change, until cancelled or the page is gone."""
        try:
            while True:
                await self.has_news.wait()
                await self.flush()
        except OSError:
            pass

    async def _text(self, message: Message) -> None:
        await self._send({"type": "websocket.send", "text": json.dumps(message)})

    async def _pixels(self, kind: int, box: Box, pixels: npt.NDArray[Any]) -> None:
        data = protocol.rectangle(kind, box, pixels)
        await self._send({"type": "websocket.send", "bytes": data})


class Editing:
    """One drawing and its pages: an edit of one is seen by all.

    It all runs in one thread, and no edit waits half done, so nobody sees half of one.
    """

    def __init__(self, drawing: Drawing) -> None:
        self.drawing = drawing
        self.pages: set[Page] = set()
        self.holder: Page | None = None  # the page whose stroke is open

    def join(self, send: Send) -> Page:
        """Take in a page; it is told of the image and sent all labels."""
        height, width = self.drawing.size
        classes = [
            {"label": each.label, "name": each.name, "color": each.color}
            for each in self.drawing.classes
        ]
        hello = {"type": "hello", "width": width, "height": height, "classes": classes}
        page = Page(self.drawing, send, {**hello, "state": self.drawing.state()})
        self.pages.add(page)
        return page

    def leave(self, page: Page) -> None:
        """Forget a page; what it had drawn of an open stroke stays."""
        self.pages.discard(page)
        if self.holder is page:
            self._end(page, {})
            self._share(page, NOTHING)

    def handle(self, page: Page, text: str | None) -> None:
        """Carry out one message of a page, or refuse it and leave everything as it was."""
        try:
            message = protocol.parse(text)
            start = time.perf_counter()
            edit = self._carry_out(page, message)
            seconds = time.perf_counter() - start
        except (RefusedError, me.MaskError) as error:
            n = protocol.number_of(text)
            page.tell({"type": "refused", "n": n, "why": str(error)})
            return
        done = {"type": "done", "n": message["n"], "engine_us": round(seconds * 1e6, 1)}
        if edit is not None:
            done |= {"box": edit.box, "area": edit.area, "gained": edit.gained, "lost": edit.lost}
        if message["type"] in {"probe", "tolerance"}:
            done["box"] = page.previewed
        if message["type"] != "tolerance":  # which changes the preview of one page alone
            if message["type"] != "extend":
                self.drawing.measure_history()
            self._share(page, edit.box if edit is not None else NOTHING)
            done["state"] = self.drawing.state()
        page.tell(done)

    def _share(self, author: Page, box: Box) -> None:
        state = {"type": "state", "state": self.drawing.state()}
        for page in self.pages:
            page.painted = protocol.around(page.painted, box)
            if page is not author:
                page.tell(state)
                page.has_news.set()

    def _carry_out(self, page: Page, message: Message) -> me.Edit | None:
        kind = message["type"]
        if kind in OWN_STROKE and self.holder is not page:
            raise RefusedError(f"{kind}: this page has no open stroke")
        if kind not in OWN_STROKE and self.holder is not None:
            raise RefusedError(f"{kind}: a stroke is open")
        carry_out: Callable[[Page, Message], me.Edit | None] = getattr(self, f"_{kind}")
        edit = carry_out(page, message)
        if kind in ENDS_PREVIEW:
            page.drop()
        return edit

    def _begin(self, page: Page, message: Message) -> None:
        self.drawing.begin(message)
        self.holder = page

    def _extend(self, _: Page, message: Message) -> me.Edit:
        return self.drawing.extend(message)

    def _end(self, _: Page, __: Message) -> None:
        self.drawing.canvas.end()  # its pixels were sent as they were painted
        self.holder = None

    def _cancel(self, _: Page, __: Message) -> me.Edit:
        edit = self.drawing.canvas.cancel()
        self.holder = None
        return edit

    def _probe(self, page: Page, message: Message) -> None:
        preview = self.drawing.probe(message)
        page.drop()
        page.preview = preview
        page.show(message["tolerance"])

    def _tolerance(self, page: Page, message: Message) -> None:
        page.show(message["tolerance"])

    def _fill(self, page: Page, message: Message) -> me.Edit:
        if page.preview is None:
            raise RefusedError("there is no preview")
        edit = self.drawing.fill(message, page.preview)
        page.drop()
        return edit

    def _drop(self, _: Page, __: Message) -> None:
        pass  # as every message that ends a preview

    def _polygon(self, _: Page, message: Message) -> me.Edit:
        return self.drawing.polygon(message)

    def _undo(self, _: Page, __: Message) -> me.Edit | None:
        return self.drawing.canvas.undo()

    def _redo(self, _: Page, __: Message) -> me.Edit | None:
        return self.drawing.canvas.redo()

    def _lock(self, _: Page, message: Message) -> None:
        self.drawing.lock(message)
