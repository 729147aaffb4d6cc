"""`maskengine compare`, as a user runs it: text, JSON and the page of HTML.

Covers: maskengine.cli.compare and what it is made of. Run: pytest tests/test_cli_compare.py
"""

import base64
import io
import json
import re
import struct
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from PIL import Image

from maskengine.cli import main

SCENE = np.zeros((120, 160), np.uint8)
SCENE[20:60, 20:70] = 1
SCENE[70:110, 30:60] = 2
SCENE[40:60, 100:120] = 3
NAMES = {"0": "ground", "1": "road & rail", "2": "car", "3": "<person>"}


def wide(scene):
    """Draw 1 and 2 a pixel wider on all sides, and leave out 3."""
    out = np.where(scene == 3, 0, scene)
    for label in (1, 2):
        ys, xs = np.nonzero(scene == label)
        if ys.size:
            out[ys.min() - 1 : ys.max() + 2, xs.min() - 1 : xs.max() + 2] = label
    return out


@pytest.fixture
def folders(tmp_path, monkeypatch):
    """Write two frames of three annotators, the third of whom draws wide."""
    monkeypatch.chdir(tmp_path)
    for name in ("anna", "ben", "carl"):
        (tmp_path / name).mkdir()
        for number, scene in enumerate((SCENE, np.roll(SCENE, 5, 1))):
            drawn = wide(scene) if name == "carl" else scene
            Image.fromarray(drawn).save(tmp_path / name / f"{number}.png")
    (tmp_path / "classes.json").write_text(json.dumps(NAMES))
    return ["anna", "ben", "carl"]


def compare(capsys, *arguments):
    code = main(["compare", *map(str, arguments)])
    out, error = capsys.readouterr()
    return code, out, error


def test_summary_fits_and_says_what_is_wrong(folders, capsys):
    code, out, error = compare(capsys, *folders, "--classes", "classes.json")
    assert (code, error) == (0, "")
    lines = out.splitlines()
    assert all(len(line) <= 80 for line in lines)
    assert out.isascii()
    assert "\x1b" not in out
    assert lines[0] == "3 annotators, 2 frames, 38,400 pixels, 4 labels"
    assert re.search(r"carl +draws car +\+1\.00 +\[\+1\.00, \+1\.00\]", out)
    assert re.search(r"carl +draws road & rail +\+1\.00", out)
    assert not re.search(r"(anna|ben) +draws", out)
    assert "regions of disagreement: 6 (2 missing, 4 boundary)" in out
    assert re.search(r"missing +400 px +<person> / ground +carl +0 100,40", out)
    assert re.search(r"carl +0\.\d{3} +0\.\d{3} +0\.\d{3} +2 +0 +0 +4\n", out)


def test_json_has_the_numbers(folders, capsys):
    code, out, _ = compare(capsys, *folders, "--json", "out.json", "--classes", "classes.json")
    assert code == 0
    assert "written: out.json" in out
    found = json.loads(Path("out.json").read_text())
    assert found["annotators"] == folders
    assert found["labels"][3] == {"id": 3, "name": "<person>"}
    worst = found["disagreement"]["worst"][0]
    assert (worst["kind"], worst["area"], worst["annotator"]) == ("missing", 400, "carl")
    assert worst["bbox"] == [100, 40, 20, 20]
    assert worst["labels"] == [3, 0]
    # the first pair never differs; by hand: IoU of 3 with carl is 0, with each other 1
    person = np.array(found["agreement"]["iou_by_label"])[3]
    assert person.tolist() == [[1, 1, 0], [1, 1, 0], [0, 0, None]]
    assert found["agreement"]["mean_iou"][0][1] == 1
    inside, ring = 40 * 50, 42 * 52
    assert found["agreement"]["iou_by_label"][1][0][2] == pytest.approx(inside / ring, abs=1e-12)
    car = [row for row in found["offsets"]["by_label"] if row["labels"] == [2]]
    assert [row["mean"] for row in car] == [0, 0, 1]
    assert [row["systematic"] for row in car] == [False, False, True]
    assert [row["frames"] for row in car] == [2, 2, 2]
    assert [row["differing"] for row in found["by_frame"]] == [728 / 19200] * 2


UNCLOSED = {"meta", "img", "br", "line", "circle"}


class Page(HTMLParser):
    """Check that tags close, and collect what is in the page."""

    def __init__(self, text):
        super().__init__()
        self.open, self.images, self.addresses, self.text = [], [], [], ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag == "img":
            self.images.append(given["src"])
        self.addresses += [value for name, value in attrs if name in {"src", "href"}]
        if tag not in UNCLOSED:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag not in UNCLOSED:
            assert self.open.pop() == tag

    def handle_startendtag(self, tag, attrs):
        pass

    def handle_data(self, data):
        self.text += data


def test_report_is_one_page_with_pictures_and_a_plot(folders, capsys):
    code, _, _ = compare(capsys, *folders, "--html", "out.html", "--classes", "classes.json")
    assert code == 0
    text = Path("out.html").read_text()
    page = Page(text)
    assert page.open == []
    assert "<person>" not in text  # names are escaped
    assert "&lt;person&gt;" in text
    assert "road & rail" in page.text
    assert len(page.images) == 3 * 6  # regions of three annotators
    assert all(address.startswith("data:image/png;base64,") for address in page.addresses)
    assert "http" not in text.replace("http-equiv", "")
    assert "<script" not in text
    svg = ET.fromstring(re.search(r"<svg.*?</svg>", text, re.DOTALL)[0])  # noqa: S314
    assert len(svg.findall(".//circle")) == 3 * 4
    titles = [title.text for title in svg.iter("title")]
    assert "carl: +1.00 [+1.00, +1.00], 280 edges" in titles  # car: 2 (40 + 30) of two frames


def pictures(text):
    for address in re.findall(r'src="data:image/png;base64,([^"]+)"', text):
        yield np.asarray(Image.open(io.BytesIO(base64.b64decode(address))).convert("RGB"))


def test_pictures_show_what_each_annotator_drew(folders, capsys):
    compare(capsys, *folders, "--html", "out.html", "--top", "1")
    anna, ben, carl = pictures(Path("out.html").read_text())
    # 20 x 20 with 22 more around it, 5 times enlarged: the middle is the object
    assert anna.shape == (210, 210, 3)
    assert np.array_equal(anna, ben)
    middle = anna[105, 105].tolist()
    assert middle != carl[105, 105].tolist()
    assert carl[105, 105].tolist() == [38, 41, 48]  # nothing there
    assert anna[105, 54].tolist() == [255, 255, 255]  # the outline, left of it
    assert anna[5, 5].max() < 40  # surroundings are dim


def test_photographs_lie_below(folders, tmp_path, capsys):
    (tmp_path / "photos").mkdir()
    for number in range(2):
        Image.new("RGB", (160, 120), (250, 250, 250)).save(tmp_path / "photos" / f"{number}.png")
    arguments = ["--html", "out.html", "--top", "1", "--images", "photos"]
    assert compare(capsys, *folders, *arguments)[0] == 0
    _, _, carl = pictures(Path("out.html").read_text())
    assert carl[105, 105].tolist() == [250, 250, 250]


def test_two_files_and_a_reference(folders, capsys):
    code, out, _ = compare(capsys, "anna/0.png", "carl/0.png", "--html", "out.html")
    assert code == 0
    assert "offsets in pixels from outlines of anna (one frame: interval too narrow)" in out
    assert re.search(r"carl +draws 2 +\+1\.00", out)
    code, out, _ = compare(capsys, "anna/0.png", "carl/0.png", "--reference", "2")
    assert re.search(r"anna +draws 2 +-1\.0", out)
    svg = re.search(r"<svg.*?</svg>", Path("out.html").read_text(), re.DOTALL)[0]
    assert "carl: " in svg
    assert "anna: " not in svg


def test_left_out_frames_are_named_and_code_3(folders, tmp_path, capsys):
    (tmp_path / "ben" / "1.png").unlink()
    code, out, _ = compare(capsys, *folders, "--json", "out.json", "--html", "out.html")
    assert code == 3
    assert "1 left out:" in out
    assert "    1: not of ben" in out
    assert json.loads(Path("out.json").read_text())["left_out"] == ["1: not of ben"]
    assert "1: not of ben" in Path("out.html").read_text()


def test_agreement_in_everything(folders, capsys):
    code, out, _ = compare(capsys, "anna", "ben", "anna", "--html", "out.html")
    assert code == 0
    assert "regions of disagreement: 0\n" in out
    assert "none is systematic" in out
    assert "Nowhere." in Path("out.html").read_text()
    Image.fromarray(SCENE * 0).save("one.png")
    Image.fromarray(SCENE * 0).save("two.png")
    code, out, _ = compare(capsys, "one.png", "two.png", "--html", "out.html", "--json", "out.json")
    assert code == 0
    assert re.search(r"Fleiss' kappa +- +-", out)  # undefined


def test_kinds_of_pictures(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    grey = Image.fromarray(SCENE)
    grey.save("grey.png")
    palette = grey.convert("P")
    palette.putdata(SCENE.ravel().tolist())
    palette.putpalette([7, 8, 9] * 256)
    palette.save("palette.png")
    Image.fromarray(SCENE.astype(np.uint16)).save("wide.png")
    Image.fromarray(np.stack([SCENE, SCENE * 0, SCENE * 0], -1)).save("rgb.png")
    Image.fromarray(SCENE).save("grey.tif")
    files = ["grey.png", "palette.png", "wide.png", "rgb.png", "grey.tif"]
    names = ["--names", *"abcde"]
    code, out, error = compare(capsys, *files, *names)
    assert (code, error) == (0, "")
    assert "regions of disagreement: 0\n" in out
    assert "4 labels" in out


def test_a_picture_of_one_bit_has_the_labels_0_and_1(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (Image.fromarray(SCENE > 0)).save("bits.tif")
    Image.fromarray(SCENE > 0).save("bits.bmp")
    Image.fromarray((SCENE > 0).astype(np.uint8)).save("bytes.png")
    files = ["bits.tif", "bits.bmp", "bytes.png"]
    code, out, error = compare(capsys, *files, "--names", *"abc", "--json", "out.json")
    assert (code, error) == (0, "")
    assert "regions of disagreement: 0\n" in out
    assert [label["id"] for label in json.loads(Path("out.json").read_text())["labels"]] == [0, 1]


def _grey_of_four_bits(path, values):
    """Write a TIFF file of one strip by hand: Pillow writes none of four bits."""
    height, width = values.shape
    data = (values[:, ::2] << 4 | values[:, 1::2]).astype(np.uint8).tobytes()
    fields = [(256, width), (257, height), (258, 4), (259, 1), (262, 1), (273, 8),
              (277, 1), (278, height), (279, len(data))]  # fmt: skip
    entries = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in fields)
    head = struct.pack("<2sHI", b"II", 42, 8 + len(data))
    path.write_bytes(head + data + struct.pack("<H", len(fields)) + entries + bytes(4))


def test_pictures_whose_labels_would_be_others_are_refused(tmp_path, monkeypatch, capsys):
    """Pillow gives the upper half of 16 bits, spreads 4 bits over 8, and reads the first page."""
    cv2 = pytest.importorskip("cv2")
    monkeypatch.chdir(tmp_path)
    grey = Image.fromarray(SCENE)
    grey.save("grey.png")
    cv2.imwrite("deep.tif", np.stack([SCENE] * 3, -1).astype(np.uint16))
    _grey_of_four_bits(tmp_path / "four.tif", SCENE)
    grey.save("pages.tif", save_all=True, append_images=[grey])
    grey.save("lossy.jpg")
    Path("lossy.jpg").rename("lossy.bmp")
    for name, text in (
        ("deep.tif", "grey values, a palette or RGB, got RGB, 16 bits"),
        ("four.tif", "grey values of 1, 8, 16 or 32 bits, got 4 bits"),
        ("pages.tif", "one map, got 2 pages"),
        ("lossy.bmp", "a TIFF or BMP file, got JPEG"),
    ):
        code, _, error = compare(capsys, "grey.png", name)
        assert (code, error) == (2, f"maskengine: maps: {name}: expected {text}\n")


def test_lines_have_80_columns_at_most(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    for rater in "abc":
        Image.fromarray(np.roll(SCENE, ord(rater), 1)).save(f"{rater * 30}.png")
    files = [f"{rater * 30}.png" for rater in "abc"]
    for reference in ([], ["--reference", "1"]):  # the majority, or a name that is cut
        code, out, _ = compare(capsys, *files, *reference)
        assert code == 0
        assert "interval too narrow" in out
        assert max(map(len, out.splitlines())) <= 80


def test_void_labels(folders, capsys):
    code, out, _ = compare(capsys, *folders, "--void", "3", "--json", "out.json")
    assert code == 0
    assert [label["id"] for label in json.loads(Path("out.json").read_text())["labels"]] == [
        0,
        1,
        2,
    ]
    assert "(4 boundary)" in out


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (["anna"], "maps: expected two annotators or more"),
        (["anna", "nobody"], "maps: nobody does not exist"),
        (["anna", "ben/0.png"], "maps: expected folders alone"),
        (["anna", "empty"], "maps: no label map has the same name"),
        (["anna", "ben", "--names", "a"], "names: expected a name for each of 2"),
        (["anna", "ben", "--reference", "3"], "reference: expected 1 to 2, got 3"),
        (["anna", "ben", "--top", "-1"], "top: "),
        (["anna", "ben", "--tau", "0"], "tau: "),
        (["anna", "ben", "--classes", "anna/0.png"], "classes: anna/0.png: expected names"),
        (["anna/0.png", "alpha.png"], "maps: alpha.png: expected grey values"),
        (["anna/0.png", "small.png"], "maps: small.png is 4 x 3, anna/0.png is 160 x 120"),
        (["anna/0.png", "text.png"], "text.png: expected a PNG file"),
        (["anna", "twice"], "maps: twice/0.png and twice/0.tif have one name"),
        (["anna", "ben", "--html", "nowhere/out.html"], "html: the folder nowhere does not exist"),
    ],
    ids=" ".join,
)
def test_bad_input_is_one_line_and_code_2(arguments, text, folders, tmp_path, capsys):
    (tmp_path / "empty").mkdir()
    (tmp_path / "twice").mkdir()
    for name in ("twice/0.png", "twice/0.tif"):
        Image.fromarray(SCENE).save(tmp_path / name)
    Image.new("RGBA", (160, 120)).save(tmp_path / "alpha.png")
    Image.new("L", (4, 3)).save(tmp_path / "small.png")
    (tmp_path / "text.png").write_text("text")
    before = sorted(tmp_path.rglob("*"))
    code, out, error = compare(capsys, *arguments)
    assert code == 2
    assert out == ""
    assert error.startswith(f"maskengine: {text}")
    assert error.count("\n") == 1
    assert sorted(tmp_path.rglob("*")) == before
