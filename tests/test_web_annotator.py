"""The web annotator without a browser: its messages, its files, and what it refuses.

Covers: examples/web_annotator as an ASGI application, driven in this process.
Run: pytest tests/test_web_annotator.py; the page itself is tests/test_web_annotator_browser.py
"""

import asyncio
import importlib
import io
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from pycocotools.coco import COCO
from scipy import ndimage

from asgi_client import HOST, LABELS, PREVIEW, Client, get, join

FOLDER = Path(__file__).resolve().parents[1] / "examples" / "web_annotator"
MODULES = ("protocol", "drawing", "editing", "exports", "application")


@pytest.fixture(scope="module")
def web():
    """Give the modules of the example, and take them out again."""
    sys.path.insert(0, str(FOLDER))
    try:
        yield {name: importlib.import_module(name) for name in MODULES}
    finally:
        sys.path.remove(str(FOLDER))
        for name in MODULES:
            del sys.modules[name]


@pytest.fixture
def app(web):
    rng = np.random.default_rng(3)
    image = rng.integers(0, 60, (50, 80, 3)).astype(np.uint8)
    image[:, 40:] += 100
    labels = np.zeros((50, 80), np.uint8)
    drawing = web["drawing"].Drawing(image, labels, web["drawing"].categories(["a", "b", "c"]))
    return web["application"].Application(drawing, "scene.png")


def box_of(changed):
    y, x = np.nonzero(changed)
    return (x.min(), y.min(), x.max() + 1, y.max() + 1) if len(x) else None


def test_each_edit_sends_its_own_box_and_no_more(app):
    async def scenario():
        page = await join(app)
        asked = [("begin", {"label": 1, "mode": "paint", "smart": None})]
        trace = [(10.0, 12.5), (30.2, 14.0), (70.0, 45.0), (200.0, 45.0)]
        asked += [("extend", {"points": [[x, y, 5.5]]}) for x, y in trace]
        asked += [("extend", {"points": [[-9, -9, 1]] * 50}), ("end", {})]
        asked += [("probe", {"x": 60, "y": 10, "tolerance": 20}), ("tolerance", {"tolerance": 59})]
        asked += [("fill", {"label": 2}), ("undo", {}), ("redo", {})]
        asked += [("polygon", {"points": [[3, 3], [50, 8], [20, 44]], "label": 3})]
        asked += [("begin", {"label": 1, "mode": "erase", "smart": None})]
        asked += [("extend", {"points": [[20, 20, 9], [25, 22, 3]]}), ("cancel", {})]
        asked += [("undo", {})] * 5
        changes = 0
        for kind, fields in asked:
            before = app.drawing.labels.copy()
            answer = await page.ask(kind, **fields)
            assert answer["type"] == "done", answer
            after = app.drawing.labels
            box = box_of(before != after)
            painted = [rectangle for of, rectangle in page.rectangles if of == LABELS]
            assert painted == ([box] if box else []), kind
            np.testing.assert_array_equal(page.screen[LABELS], after)
            counts = np.bincount(after.ravel(), minlength=4)
            told = answer.get("state", {}).get("areas")
            if told is not None:
                assert [told.get(str(k), 0) for k in (1, 2, 3)] == counts[1:].tolist()
            changes += box is not None
        assert changes > 10
        assert not app.drawing.labels.any()
        await page.leave()

    asyncio.run(scenario())


def test_a_preview_is_the_flood_and_the_fill_is_the_preview(app):
    async def scenario():
        page = await join(app)
        await page.stroke([(55, 5), (55, 48)], 3)
        locked = app.drawing.labels == 3
        await page.ask("lock", labels=[3])
        seed = app.drawing.image[20, 60].astype(int)
        distance = np.abs(app.drawing.image.astype(int) - seed).max(-1)

        def reached(tolerance):
            pieces, _ = ndimage.label(distance <= tolerance)
            return (pieces == pieces[20, 60]) & ~locked

        answer = await page.ask("probe", x=60.9, y=20, tolerance=45)
        assert answer["type"] == "done"
        for tolerance in (45, 30, 0, 70, 255, 45):
            before = page.screen[PREVIEW].copy()
            assert (await page.ask("tolerance", tolerance=tolerance))["type"] == "done"
            np.testing.assert_array_equal(page.screen[PREVIEW], reached(tolerance))
            box = box_of(before != page.screen[PREVIEW])
            assert page.rectangles == ([(PREVIEW, box)] if box else [])
        assert 0 < reached(45).sum() < reached(255).sum()
        await page.ask("fill", label=1)
        np.testing.assert_array_equal(app.drawing.labels, np.where(locked, 3, reached(45)))
        assert not page.screen[PREVIEW].any()
        await page.ask("polygon", points=[[0, 0], [80, 0], [80, 50], [0, 50]], label=1)
        np.testing.assert_array_equal(app.drawing.labels, np.where(locked, 3, 1))
        await page.ask("probe", x=5, y=5, tolerance=9)
        await page.ask("drop")
        assert not page.screen[PREVIEW].any()
        await page.leave()

    asyncio.run(scenario())


def test_a_preview_stays_in_its_window(app, web, monkeypatch):
    """The way around a wall leads out of the window, so the fill does not take it."""
    monkeypatch.setattr(web["drawing"], "WINDOW", 20)
    app.drawing.image[...] = 0
    app.drawing.image[8:42, 30] = 200

    async def scenario():
        page = await join(app)
        await page.ask("probe", x=25, y=25, tolerance=10)
        await page.ask("fill", label=2)
        expected = np.zeros_like(app.drawing.labels)
        expected[15:35, 15:30] = 2
        np.testing.assert_array_equal(app.drawing.labels, expected)
        await page.leave()

    asyncio.run(scenario())


def test_a_smart_stroke_stops_where_the_colour_changes(app):
    async def scenario():
        page = await join(app)
        await page.ask("begin", label=1, mode="paint", smart=60)
        await page.ask("extend", points=[[30, 20, 14], [36, 30, 14]])
        await page.ask("end")
        x = np.nonzero(app.drawing.labels)[1]
        assert len(x) > 500
        assert x.max() == 39  # where the bright half begins; the brush reaches to 49
        np.testing.assert_array_equal(page.screen[LABELS], app.drawing.labels)
        await page.leave()

    asyncio.run(scenario())


POINT = {"points": [[1, 1, 2]]}
BAD = {
    "not json": ("{", "JSON"),
    "a list": ("[1]", "object"),
    "nothing": ("", "JSON"),
    "deep": ("[" * 100_000, ""),
    "not a number": ('{"type":"extend","n":1,"points":[[NaN,1,2]]}', "NaN"),
    "no type": ('{"n":1}', "type"),
    "unknown type": ({"type": "_handle"}, "type"),
    "a type of another kind": ({"type": ["undo"]}, "type"),
    "a field too few": ({"type": "begin", "label": 1}, "expected"),
    "a field too many": ({"type": "undo", "much": 1}, "much"),
    "no n": ('{"type":"undo"}', "n"),
    "n is text": ('{"type":"undo","n":"1"}', "n"),
    "label 0": ({"type": "begin", "label": 0, "mode": "paint", "smart": None}, "label"),
    "no such label": ({"type": "begin", "label": 4, "mode": "paint", "smart": None}, "3 classes"),
    "label true": ({"type": "begin", "label": True, "mode": "paint", "smart": None}, "label"),
    "mode": ({"type": "begin", "label": 1, "mode": "spray", "smart": None}, "mode"),
    "smart": ({"type": "begin", "label": 1, "mode": "paint", "smart": -1}, "smart"),
    "no stroke": ({"type": "extend", **POINT}, "stroke"),
    "end of nothing": ({"type": "end"}, "stroke"),
    "two numbers": ({"type": "extend", "points": [[1, 1]]}, "3 numbers"),
    "points are no list": ({"type": "extend", "points": 7}, "list"),
    "no points": ({"type": "extend", "points": []}, "1 to"),
    "too many points": ({"type": "extend", "points": [[1, 1, 1]] * 4097}, "4096"),
    "far away": ({"type": "extend", "points": [[1e300, 1, 1]]}, "points"),
    "a huge whole number": ({"type": "extend", "points": [[10**400, 1, 1]]}, "points"),
    "radius": ({"type": "extend", "points": [[1, 1, -1]]}, "radii"),
    "two corners": ({"type": "polygon", "points": [[1, 1], [2, 2]], "label": 1}, "3 corners"),
    "outside": ({"type": "probe", "x": 80, "y": 3, "tolerance": 1}, "outside"),
    "tolerance": ({"type": "probe", "x": 8, "y": 3, "tolerance": 256}, "tolerance"),
    "no preview": ({"type": "fill", "label": 1}, "preview"),
    "no preview to show": ({"type": "tolerance", "tolerance": 1}, "preview"),
    "locks": ({"type": "lock", "labels": [0]}, "labels"),
    "bytes": (None, "JSON"),
}


@pytest.mark.parametrize("name", BAD)
def test_refuses(app, name):
    message, reason = BAD[name]
    if isinstance(message, dict):
        message = json.dumps({"n": 77, **message})

    async def scenario():
        page = await join(app)
        await page.stroke([(30, 30)], 2)
        before, state = app.drawing.labels.copy(), app.drawing.state()
        answer = await page.say(message)
        assert answer["type"] == "refused"
        assert reason in answer["why"]
        assert len(answer["why"]) < 300
        if message is not None and '"n": 77' in message:
            assert answer["n"] == 77
        np.testing.assert_array_equal(app.drawing.labels, before)
        assert app.drawing.state() == state
        assert (await page.ask("undo"))["type"] == "done"  # and the page goes on
        await page.leave()

    asyncio.run(scenario())


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=8,
)


@given(data=st.data())
def test_any_message_is_answered(web, data):
    drawing = web["drawing"]
    labels = np.zeros((9, 11), np.uint8)
    image = np.zeros((9, 11, 3), np.uint8)
    editing = web["editing"].Editing(drawing.Drawing(image, labels, drawing.categories(["a"])))
    page = editing.join(None)
    fields = web["protocol"].FIELDS
    for n in range(5):
        kind = data.draw(st.sampled_from(sorted(fields)))
        message = {"type": kind, "n": n, **{name: data.draw(VALUES) for name in fields[kind]}}
        editing.handle(page, json.dumps(message))
        assert page.answers.pop()["n"] == n
    editing.handle(page, data.draw(st.text()))
    assert page.answers.pop()["type"] == "refused"


def test_pages_share_one_drawing_and_a_stroke_is_of_one(app):
    async def scenario():
        first, second = await join(app), await join(app)
        await first.stroke([(10, 10), (40, 30)], 1)
        await first.ask("begin", label=2, mode="paint", smart=None)
        await first.ask("extend", points=[[60, 20, 6]])
        for kind, fields in [("undo", {}), ("extend", POINT), ("end", {}), ("drop", {})]:
            answer = await second.ask(kind, **fields)
            assert answer["type"] == "refused", kind
            assert "stroke" in answer["why"]
        await first.leave()  # in the middle of a stroke, which stays
        answer = await second.ask("undo")
        assert (second.screen[LABELS] == app.drawing.labels).all()
        assert set(np.unique(app.drawing.labels)) == {0, 1}
        assert answer["lost"] == {"2": answer["area"]}
        await second.leave()
        assert not app.editing.pages

    asyncio.run(scenario())


def test_a_page_that_does_not_read_is_sent_one_rectangle_when_it_does(app):
    async def scenario():
        slow, busy = await join(app), await join(app)
        gate = asyncio.Event()
        page = next(p for p in app.editing.pages if p._send == slow.outgoing.put)

        async def wait(event):
            await gate.wait()
            await slow.outgoing.put(event)

        page._send = wait
        for x in (10, 30, 60):
            await busy.stroke([(x, 20)], 2, radius=3)
        slow.rectangles.clear()
        gate.set()
        while not (slow.screen[LABELS] == app.drawing.labels).all():
            await slow.until("state")
        assert len(slow.rectangles) <= 2  # the one under way, and one for all that came after
        await slow.leave()
        await busy.leave()

    asyncio.run(scenario())


def test_a_page_that_breaks_off_is_forgotten(app):
    async def scenario():
        page, other = await join(app), await join(app)
        inside = next(p for p in app.editing.pages if p._send == page.outgoing.put)

        async def broken(_):
            raise OSError("gone")

        inside._send = broken
        page.incoming.put_nowait({"type": "websocket.receive", "text": '{"type":"undo","n":1}'})
        await asyncio.wait_for(page.task, 5)
        assert len(app.editing.pages) == 1
        await other.stroke([(9, 9)], 1)
        await other.leave()

    asyncio.run(scenario())


def test_a_page_of_another_site_is_turned_away(app):
    async def scenario():
        own = await join(app, headers=(HOST, (b"origin", b"http://127.0.0.1:8000")))
        await own.leave()
        other = Client(app, headers=(HOST, (b"origin", b"http://example.org")))
        assert (await other.until("websocket.close"))["code"] == 1008
        await asyncio.wait_for(other.task, 5)

    asyncio.run(scenario())


@pytest.mark.parametrize("name", [b"a.org:8000", b"127.0.0.1.org", b"", b"a:127.0.0.1"])
def test_a_site_whose_name_leads_here_is_turned_away(app, name):
    """DNS rebinding: the page of a.org asks a.org, which is at 127.0.0.1 by now."""
    host = (b"host", name)

    async def scenario():
        other = Client(app, headers=(host, (b"origin", b"http://" + name)))
        assert (await other.until("websocket.close"))["code"] == 1008
        await asyncio.wait_for(other.task, 5)

    asyncio.run(scenario())
    assert get(app, "/export/coco.json", host=host)[::2] == (421, b"no host of that name")


@pytest.mark.parametrize("name", [b"LOCALHOST:8000", b"localhost", b"[::1]:8000", b"127.0.0.1"])
def test_this_machine_has_several_names(app, name):
    assert get(app, "/", host=(b"host", name))[0] == 200


def test_a_message_that_is_refused_leaves_the_preview(app):
    async def scenario():
        page = await join(app)
        await page.ask("probe", x=20, y=20, tolerance=255)
        shown = page.screen[PREVIEW].copy()
        assert shown.any()
        answer = await page.ask("polygon", points=[[1, 1], [5, 1], [1, 5]], label=255)
        assert answer["type"] == "refused"
        assert (page.screen[PREVIEW] == shown).all()
        assert (await page.ask("fill", label=1))["area"] == shown.sum()
        await page.leave()

    asyncio.run(scenario())


def test_files(app, web):
    for path in web["application"].FILES:
        status, headers, body = get(app, path)
        assert (status, int(headers[b"content-length"])) == (200, len(body))
        for own in (b"http://www.w3.org/2000/svg", b"${scheme}://"):
            body = body.replace(own, b"")
        assert b"://" not in body, "it asks another site"
    assert get(app, "/../serve.py")[0] == get(app, "/serve.py")[0] == 404
    assert get(app, "/", "POST")[0] == 405
    status, headers, body = get(app, "/image.png", "HEAD")
    assert (status, headers[b"content-type"], body) == (200, b"image/png", b"")
    picture = Image.open(io.BytesIO(get(app, "/image.png")[2]))
    np.testing.assert_array_equal(np.asarray(picture), app.drawing.image)


@pytest.mark.parametrize("share", [0.0, 0.3, 0.6, 1.0])
def test_exports_hold_every_pixel(app, share):
    rng = np.random.default_rng(8)
    labels = app.drawing.labels
    labels[...] = rng.integers(1, 4, labels.shape) * (rng.random(labels.shape) < share)
    _, headers, png = get(app, "/export/labels.png")
    assert headers[b"content-disposition"] == b'attachment; filename="labels.png"'
    np.testing.assert_array_equal(np.asarray(Image.open(io.BytesIO(png))), labels)
    reader = COCO()
    reader.dataset = json.loads(get(app, "/export/coco.json")[2])
    reader.createIndex()
    found = np.zeros_like(labels)
    for each in reader.dataset["annotations"]:
        mask = reader.annToMask(each).astype(bool)
        assert not found[mask].any()
        assert each["area"] == mask.sum()
        found[mask] = each["category_id"]
    np.testing.assert_array_equal(found, labels)


def test_the_command_names_what_is_wrong(tmp_path):
    pytest.importorskip("uvicorn", reason="uvicorn, which serves the annotator, is not installed")
    Image.new("RGB", (8, 8)).save(tmp_path / "image.png")
    Image.new("L", (7, 8)).save(tmp_path / "labels.png")
    wrong = [[tmp_path / "absent.png"], [FOLDER / "page.js"]]
    wrong.append([tmp_path / "image.png", "--labels", tmp_path / "labels.png"])
    wrong.append([tmp_path / "image.png", "--port", "99999999"])
    for options in wrong:
        command = [sys.executable, FOLDER / "serve.py", *options]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 2, done
        assert done.stderr
        assert "Traceback" not in done.stderr
