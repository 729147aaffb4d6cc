"""Talks to the web annotator as a server and a page would, in this process."""

import asyncio
import json
import struct

import numpy as np

HOST = (b"host", b"127.0.0.1:8000")
LABELS, PREVIEW = 1, 2


class Client:
    """A page without a browser: what it sent, and the pixels it was sent."""

    def __init__(self, app, headers=(HOST,)):
        self.incoming, self.outgoing = asyncio.Queue(), asyncio.Queue()
        scope = {"type": "websocket", "path": "/events", "headers": list(headers)}
        self.incoming.put_nowait({"type": "websocket.connect"})
        self.task = asyncio.ensure_future(app(scope, self.incoming.get, self.outgoing.put))
        height, width = app.drawing.size
        self.screen = {LABELS: np.full((height, width), 255, np.uint8)}
        self.screen[PREVIEW] = np.zeros((height, width), np.uint8)
        self.n, self.rectangles = 0, []

    async def until(self, wanted):
        """Take what comes up to a text of this type, and give that."""
        while True:
            event = await asyncio.wait_for(self.outgoing.get(), 5)
            if event.get("bytes") is not None:
                self.draw(event["bytes"])
            elif event.get("text") is not None:
                message = json.loads(event["text"])
                if message["type"] in wanted:
                    return message
            elif event["type"] == wanted:
                return event

    def draw(self, data):
        kind, x, y, width, height = struct.unpack("<5i", data[:20])
        pixels = np.frombuffer(data[20:], np.uint8).reshape(height, width)
        assert width * height > 0, "an empty rectangle"
        self.screen[kind][y : y + height, x : x + width] = pixels
        self.rectangles.append((kind, (x, y, x + width, y + height)))

    async def ask(self, kind, **fields):
        """Send a message and give its answer."""
        self.n += 1
        self.rectangles.clear()
        return await self.say(json.dumps({"type": kind, "n": self.n, **fields}))

    async def say(self, text):
        self.incoming.put_nowait({"type": "websocket.receive", "text": text})
        return await self.until(("done", "refused"))

    async def stroke(self, points, label, mode="paint", radius=4):
        answers = [await self.ask("begin", label=label, mode=mode, smart=None)]
        answers += [await self.ask("extend", points=[[*p, radius]]) for p in points]
        answers.append(await self.ask("end"))
        assert [each["type"] for each in answers] == ["done"] * len(answers), answers

    async def leave(self):
        self.incoming.put_nowait({"type": "websocket.disconnect", "code": 1001})
        await asyncio.wait_for(self.task, 5)


async def join(app, **options):
    client = Client(app, **options)
    await client.until("websocket.accept")
    await client.until("hello")
    while not client.rectangles:
        client.draw((await client.outgoing.get())["bytes"])
    return client


def get(app, path, method="GET", host=HOST):
    async def scenario():
        sent = []
        scope = {"type": "http", "method": method, "path": path, "headers": [host]}
        request = {"type": "http.request", "body": b"", "more_body": False}

        async def receive():
            return request

        async def send(event):
            sent.append(event)

        await app(scope, receive, send)
        return sent[0]["status"], dict(sent[0]["headers"]), sent[1]["body"]

    return asyncio.run(scenario())
