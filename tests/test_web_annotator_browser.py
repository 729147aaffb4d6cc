"""The web annotator in a real browser: mouse and keys in, pixels and files out.

Covers: examples/web_annotator with its page. What is expected is drawn here, by NumPy and SciPy.
Run: pytest tests/test_web_annotator_browser.py
"""

import base64
import io
import json
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from pycocotools.coco import COCO
from scipy import ndimage

pytest.importorskip("uvicorn", reason="uvicorn, which serves the annotator, is not installed")
pytest.importorskip("websockets", reason="websockets, for events and DevTools, is not installed")

import chromium

FOLDER = Path(__file__).resolve().parents[1] / "examples" / "web_annotator"
HEIGHT, WIDTH = 220, 300
RADIUS = 12
needs_browser = pytest.mark.skipif(chromium.program() is None, reason="no Chromium on the path")


def scene():
    """Give a picture of three noisy fields and a slope."""
    rng = np.random.default_rng(5)
    image = np.full((HEIGHT, WIDTH, 3), (40, 90, 160), np.int64)
    image[:120, 150:] = (200, 120, 40)
    image[120:, :150] = np.linspace(30, 220, 150)[None, :, None]
    image[90:150, 100:220] = (90, 180, 90)
    return (image + rng.integers(-8, 9, image.shape)).clip(0, 255).astype(np.uint8)


def swept(points, radius):
    """Give the pixels whose centre is within a radius of a polyline, all in exact half pixels."""
    y, x = np.mgrid[:HEIGHT, :WIDTH]
    u, v = 2 * x + 1, 2 * y + 1
    corners = [(round(2 * px), round(2 * py)) for px, py in points]
    found = np.zeros((HEIGHT, WIDTH), bool)
    for (ax, ay), (bx, by) in zip(corners, corners[1:] or corners, strict=False):
        dx, dy = bx - ax, by - ay
        along, length = (u - ax) * dx + (v - ay) * dy, dx * dx + dy * dy
        beside = (u - ax) * dy - (v - ay) * dx
        found |= (along >= 0) & (along <= length) & (beside**2 <= 4 * radius**2 * length)
    for ax, ay in corners:
        found |= (u - ax) ** 2 + (v - ay) ** 2 <= 4 * radius**2
    return found


def flooded(image, seed, tolerance):
    x, y = seed
    near = (np.abs(image.astype(int) - image[y, x].astype(int)) <= tolerance).all(-1)
    pieces, _ = ndimage.label(near)
    return pieces == pieces[y, x]


def inside(corners):
    """Give the pixels whose centre has an odd number of edges to its left, or through it."""
    y, x = np.mgrid[:HEIGHT, :WIDTH] + 0.5
    odd = np.zeros((HEIGHT, WIDTH), bool)
    for (ax, ay), (bx, by) in zip(corners, corners[1:] + corners[:1], strict=True):
        turn = (x - ax) * (by - ay) - (y - ay) * (bx - ax)  # exact: all are halves
        odd ^= ((ay > y) != (by > y)) & ((turn >= 0) if by > ay else (turn <= 0))
    return odd


class Annotator:
    """The page in the browser, and what its labels should be."""

    def __init__(self, browser, address):
        self.browser = browser
        self.image = scene()
        self.labels = np.zeros((HEIGHT, WIDTH), np.uint8)
        browser.open(address)
        self.ready()

    def ready(self):
        self.browser.wait("document.body?.dataset.connected === 'yes'")
        self.browser.wait("document.querySelector('#classes li.chosen') !== null")
        self.browser.key("x")  # one pixel of the image is one of the window
        left, top, width, height = self.browser.box("#stage")
        assert (width, height) == (WIDTH, HEIGHT)
        self.origin = left, top

    def at(self, x, y):
        return self.origin[0] + x, self.origin[1] + y

    def settle(self):
        self.browser.wait("document.body.dataset.pending === '0'")
        # what is beside the image is written before the next frame
        self.browser.evaluate("new Promise(done => requestAnimationFrame(() => setTimeout(done)))")

    def choose(self, label):
        self.browser.click(f"#classes li:nth-child({label}) b")

    def canvas(self, name):
        """Give the RGBA pixels of one of the page's canvases."""
        self.settle()
        text = self.browser.evaluate(f"document.getElementById('{name}').toDataURL('image/png')")
        data = base64.b64decode(text.partition(",")[2])
        return np.asarray(Image.open(io.BytesIO(data)).convert("RGBA"))

    def colors(self):
        script = "[...document.querySelectorAll('#classes i')].map(i => i.style.background)"
        texts = self.browser.evaluate(script)
        rows = [[int(v) for v in text[4:-1].split(",")] + [255] for text in texts]
        return np.array([[0, 0, 0, 0], *rows], np.uint8)

    def check(self):
        """Compare what the page shows with the model, pixel by pixel and count by count."""
        np.testing.assert_array_equal(self.canvas("labels"), self.colors()[self.labels])
        script = "[...document.querySelectorAll('#classes span')].map(s => s.textContent)"
        counts = [int(text.replace(",", "")) for text in self.browser.evaluate(script)]
        expected = np.bincount(self.labels.ravel(), minlength=len(counts) + 1)[1:]
        assert counts == expected.tolist()


@pytest.fixture
def server(tmp_path):
    file = tmp_path / "scene.png"
    Image.fromarray(scene()).save(file)
    command = [sys.executable, FOLDER / "serve.py", file, "--port", "0", "--classes", "a,b,c,d"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            line = process.stdout.readline()
            assert "http://127.0.0.1:" in line, line
            yield process, line.split()[2]
        finally:
            process.kill()


@pytest.fixture
def browser(tmp_path):
    with chromium.Chromium(tmp_path / "browser") as started:
        downloads = str(tmp_path / "downloads")
        started.call("Browser.setDownloadBehavior", behavior="allow", downloadPath=downloads)
        yield started


def paint(page, label, points):
    page.choose(label)
    page.browser.click("#tool-brush")
    page.browser.drag([page.at(*point) for point in points])


def flood(page, label, seed):
    """Flood with the slider and give the tolerance it was left at."""
    page.choose(label)
    page.browser.click("#tool-flood")
    page.browser.click(page.at(seed[0] + 0.5, seed[1] + 0.5))
    left, top, width, height = page.browser.box("#tolerance")
    track = [(left + width * part, top + height / 2) for part in (0.1, 0.4, 0.05, 0.15)]
    page.browser.drag(track)
    return int(page.browser.evaluate("document.getElementById('tolerance').value"))


def check_files(page, folder):
    """Compare the exported files with the model, as Pillow and pycocotools read them."""
    for name in ("coco", "labels"):
        page.browser.click(f"#export-{name}")
    coco, png = folder / "coco.json", folder / "labels.png"
    page.browser.wait_for(lambda: coco.exists() and png.exists())
    with Image.open(png) as picture:
        np.testing.assert_array_equal(np.asarray(picture), page.labels)
        palette = np.array(picture.getpalette()).reshape(-1, 3)
    np.testing.assert_array_equal(palette[1:5], page.colors()[1:, :3])
    tables = json.loads(coco.read_text())
    assert [each["name"] for each in tables["categories"]] == ["a", "b", "c", "d"]
    assert tables["images"] == [{"id": 1, "file_name": "scene.png", "width": 300, "height": 220}]
    decoded = np.zeros_like(page.labels)
    reader = COCO()
    reader.dataset = tables
    reader.createIndex()
    for each in reader.loadAnns(reader.getAnnIds()):
        mask = reader.annToMask(each).astype(bool)
        y, x = np.nonzero(mask)
        left, top = int(x.min()), int(y.min())
        assert each["area"] == mask.sum()
        assert each["bbox"] == [left, top, int(x.max()) + 1 - left, int(y.max()) + 1 - top]
        assert not decoded[mask].any(), "annotations overlap"
        decoded[mask] = each["category_id"]
    np.testing.assert_array_equal(decoded, page.labels)
    corners = np.ones((3, 3))
    pieces = [ndimage.label(page.labels == k, corners)[1] for k in range(1, 5)]
    assert len(tables["annotations"]) == sum(pieces)


def paint_a_line(page):
    line = [(60, 50), (120, 64), (133, 110), (80, 120)]
    paint(page, 1, line)
    page.labels[swept(line, RADIUS)] = 1
    page.check()


def flood_a_field(page):
    seed = (170, 130)
    tolerance = flood(page, 2, seed)
    assert tolerance not in {0, 24, 255}, "the slider did not move"
    reached = flooded(page.image, seed, tolerance)
    assert 1000 < reached.sum() < 10_000
    np.testing.assert_array_equal(page.canvas("preview")[..., 3] > 0, reached)
    page.check()  # a preview paints nothing
    page.browser.click("#fill")
    page.labels[reached] = 2
    page.check()
    assert not page.canvas("preview").any()


def draw_a_polygon(page):
    corners = [(31, 140), (140, 153), (90, 205), (77, 168), (20, 199)]
    page.choose(3)
    page.browser.key("p")
    for corner in corners:
        page.browser.click(page.at(*corner))
    page.browser.key("Enter")
    page.labels[inside(corners)] = 3
    page.check()
    corners = [(230, 20), (281, 33), (250, 61)]  # closed by a double click on the last
    for corner in corners:
        page.browser.click(page.at(*corner))
    page.browser.click(page.at(*corners[-1]), count=2)
    page.labels[inside(corners)] = 3
    page.check()


def undo_and_redo(page):
    """Paint across a locked label, and go back and forth."""
    before = page.labels.copy()
    page.browser.click("#classes li:nth-child(1) button")  # lock it
    line = [(20, 60), (280, 90)]
    paint(page, 4, line)
    covered = swept(line, RADIUS)
    assert (covered & (before == 1)).any()
    after = np.where(covered & (before != 1), 4, before).astype(np.uint8)
    page.labels = after
    page.check()
    steps = [
        (lambda: page.browser.key("z", ctrl=True), before),
        (lambda: page.browser.click("#redo"), after),
        (lambda: page.browser.click("#undo"), before),
    ]
    for press, labels in steps:
        press()
        page.labels = labels
        page.check()


def erase(page):
    line = [(200, 100), (200, 140)]
    page.browser.key("e")
    page.browser.drag([page.at(*point) for point in line])
    page.labels = np.where(swept(line, RADIUS) & (page.labels != 1), 0, page.labels)
    page.check()


def go_away_in_a_stroke(page, address):
    """Open the page anew with the button held: what was painted stays."""
    line = [(250, 200), (230, 150)]
    page.browser.key("b")
    page.browser.drag([page.at(*point) for point in line], release=False)
    page.settle()
    page.labels = np.where(swept(line, RADIUS), 4, page.labels)
    page.browser.open(address)
    page.ready()
    page.check()


JOINED = """(async () => {
  const { Link } = await import("/link.js");
  const sent = [], nothing = () => {};
  const handlers = { open: nothing, pending: nothing, answer: nothing, state: nothing };
  const real = window.WebSocket;
  window.WebSocket = class { static OPEN = 1; readyState = 1; send(text) { sent.push(text); } };
  const link = new Link(handlers);
  for (const points of [[[1]], [[2], [3]], [[4]]]) link.send({ type: "extend", points });
  link.send({ type: "end" });
  for (const tolerance of [5, 6, 7]) link.send({ type: "tolerance", tolerance });
  for (let n = 1; n < 9; n++) link.text({ n });
  window.WebSocket = real;
  return sent.map((text) => JSON.parse(text));
})()"""


def events_are_joined(page):
    """What happens while a message is under way becomes one message."""
    sent = page.browser.evaluate(JOINED)
    assert [each.pop("n") for each in sent] == [1, 2, 3, 4]
    assert sent == [
        {"type": "extend", "points": [[1]]},
        {"type": "extend", "points": [[2], [3], [4]]},
        {"type": "end"},
        {"type": "tolerance", "tolerance": 7},
    ]


@needs_browser
def test_a_person_annotates(server, browser, tmp_path):
    process, address = server
    page = Annotator(browser, address)
    page.check()
    paint_a_line(page)
    flood_a_field(page)
    draw_a_polygon(page)
    undo_and_redo(page)
    erase(page)
    check_files(page, tmp_path / "downloads")
    events_are_joined(page)
    go_away_in_a_stroke(page, address)

    process.send_signal(signal.SIGINT)  # Ctrl-C, with a page connected
    assert process.wait(10) == 0
    browser.wait("document.body.dataset.connected === 'no'")
