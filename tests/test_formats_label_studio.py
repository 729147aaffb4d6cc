"""Label Studio's brush code is that of its own SDK; per cents come back to the same pixels.

Covers: maskengine.formats.label_studio, cpp/runs/brush_code.cpp.
Run: pytest tests/test_formats_label_studio.py
"""

import json
from pathlib import Path

import numpy as np
import pycocotools.mask
import pytest
from hypothesis import given
from hypothesis import strategies as st

import maskengine as me
from maskengine import formats
from maskengine._backend import core
from maskengine.convert import convert, fill_counts

DATA = Path(__file__).parent / "data" / "label-studio"
SIZES = (3, 4, 8, 16)


def written(packets, n_elements, sizes=SIZES):
    """Write packets of (repeats, elements) bit by bit, from the description of the code."""
    bits = f"{n_elements:032b}{7:05b}" + "".join(f"{size - 1:04b}" for size in sizes)
    for repeats, elements in packets:
        which = next(i for i, size in enumerate(sizes) if len(elements) <= 1 << size)
        bits += f"{int(repeats)}{which:02b}{len(elements) - 1:0{sizes[which]}b}"
        bits += "".join(f"{element:08b}" for element in elements[: 1 if repeats else None])
    bits += "0" * (-len(bits) % 8)
    return bytes(int(bits[i : i + 8], 2) for i in range(0, len(bits), 8))


def dense(counts):
    return np.repeat(np.arange(len(counts)) % 2 == 1, counts)


@st.composite
def packet_streams(draw):
    """Draw packets, some that repeat an element, cut anywhere, also inside a pixel."""
    n_pixels = draw(st.integers(1, 60))
    left = 4 * n_pixels
    packets = []
    while left:
        n = draw(st.integers(1, min(left, 40)))
        if draw(st.booleans()):
            packets.append((True, [draw(st.sampled_from([0, 255, 1]))] * n))
        else:
            packets.append((False, draw(st.lists(st.integers(0, 255), min_size=n, max_size=n))))
        left -= n
    return packets, n_pixels


@given(packet_streams(), st.permutations(SIZES))
def test_every_stream_of_packets_is_read(stream, sizes):
    packets, n_pixels = stream
    elements = np.array([e for _, elements in packets for e in elements])
    code = written(packets, 4 * n_pixels, sizes)
    assert np.array_equal(dense(core.brush_to_counts(code, n_pixels)), elements[3::4] != 0)


@given(st.lists(st.booleans(), min_size=1, max_size=300))
def test_what_is_written_is_read(bits):
    counts = me.encode(np.array(bits)[:, None]).counts
    code = core.counts_to_brush(counts).tobytes()
    assert np.array_equal(dense(core.brush_to_counts(code, len(bits))), bits)


def test_runs_longer_than_a_packet():
    counts = np.array([100_000, 70_000, 16_384, 1], np.uint32)
    code = core.counts_to_brush(counts).tobytes()
    assert core.brush_to_counts(code, int(counts.sum())).tolist() == counts.tolist()


@pytest.mark.parametrize("n", [0, 3, 6, 7, 8])
def test_a_code_that_is_cut(n):
    code = written([(True, [255] * 16)], 16)
    with pytest.raises(me.BadFile, match="cut"):
        core.brush_to_counts(code[:n], 4)


def test_codes_that_do_not_fit():
    with pytest.raises(me.BadFile, match="expected 16 elements, got 32"):
        core.brush_to_counts(written([(True, [255] * 32)], 32), 4)
    with pytest.raises(me.BadFile, match="passes the last pixel"):
        core.brush_to_counts(written([(True, [255] * 17)], 16), 4)


def test_the_code_of_the_sdk_byte_for_byte():
    tasks = json.loads((DATA / "tasks_brush.json").read_text())
    assert len(tasks) == 4
    for task in tasks:
        (result,) = task["annotations"][0]["result"]
        size = result["original_width"] * result["original_height"]
        told = bytes(result["value"]["rle"])
        again = core.counts_to_brush(core.brush_to_counts(told, size)).tobytes()
        assert told in {again, again + b"\0"}  # the SDK adds a byte where it is at the end of one


def test_brush_masks_become_the_coco_masks_they_came_from(tmp_path):
    source = DATA / "tasks_brush.json"
    assert formats.detect(source) == "label_studio"
    report = convert(source, tmp_path / "out.json")
    assert (report.read, report.written) == (4, 4)
    truth = [task["expected_coco_rle"] for task in json.loads(source.read_text())]
    found = json.loads((tmp_path / "out.json").read_text())["annotations"]
    assert [row["segmentation"] for row in found] == truth


def test_polygons_are_drawn_as_the_exports_of_label_studio_are(tmp_path):
    source = DATA / "data_polygons.json"
    assert formats.detect(source) == "label_studio"
    (task,) = json.loads(source.read_text())
    (result,) = task["annotations"][0]["result"]
    w, h = result["original_width"], result["original_height"]
    points = np.array(result["value"]["points"]) / 100 * [w, h]
    (part,) = fill_counts(formats.read(source))
    (mask,) = me.decode(formats.masks_of(part.records))
    truth = pycocotools.mask.decode(pycocotools.mask.frPyObjects([points.ravel().tolist()], h, w))[
        ..., 0
    ]
    assert np.array_equal(mask, truth != 0)


def task_of(*results, size=(50, 80)):
    own = {"original_height": size[0], "original_width": size[1], "image_rotation": 0,
           "from_name": "label", "to_name": "image"}  # fmt: skip
    annotation = {"id": 9, "result": [{**own, **result} for result in results]}
    data = {"image": "https://host/a/b.jpg?x=1"}
    return [{"id": 3, "data": data, "annotations": [annotation]}]


def test_rectangles_ellipses_and_scores(tmp_path):
    source = tmp_path / "in.json"
    source.write_text(json.dumps(task_of(
        {"type": "rectanglelabels", "value": {"x": 10, "y": 20, "width": 30, "height": 40,
         "rotation": 0, "rectanglelabels": ["car", "red"]}, "score": 0.5},
        {"type": "rectanglelabels", "value": {"x": 50, "y": 20, "width": 20, "height": 20,
         "rotation": 90, "rectanglelabels": ["car"]}},
        {"type": "ellipselabels", "value": {"x": 50, "y": 50, "radiusX": 25, "radiusY": 20,
         "rotation": 0, "ellipselabels": ["bus"]}},
    )))  # fmt: skip
    (part,) = fill_counts(formats.read(source))
    assert part.refused == ()
    masks = me.decode(formats.masks_of(part.records))
    first, second = np.zeros((2, 50, 80), bool)
    first[10:30, 8:32] = True
    second[10:26, 30:40] = True  # about its upper left corner, (40, 10), x becomes y
    assert np.array_equal(masks[0], first)
    assert np.array_equal(masks[1], second)
    y, x = np.mgrid[:50, :80] + 0.5
    inside = ((x - 40) / 20) ** 2 + ((y - 25) / 10) ** 2
    assert masks[2][inside < 0.9].all()
    assert not masks[2][inside > 1.2].any()
    assert part.records.column("score").to_pylist() == [0.5, None, None]
    assert formats.read(source).categories() == {1: "bus", 2: "car"}
    convert(source, tmp_path / "mid.parquet")
    convert(tmp_path / "mid.parquet", tmp_path / "out", to="label_studio", check=True)
    (task,) = json.loads((tmp_path / "out").read_text())
    assert (task["id"], task["data"]) == (3, {"image": "https://host/a/b.jpg?x=1"})
    back = task["annotations"][0]["result"]
    assert [row["type"] for row in back] == ["rectanglelabels", "polygonlabels", "polygonlabels"]
    value = back[0]["value"]
    assert [value[key] for key in ("x", "y", "width", "height")] == pytest.approx([10, 20, 30, 40])
    assert value["rectanglelabels"] == ["car", "red"]
    assert back[0]["score"] == 0.5


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        ({"type": "keypointlabels", "value": {"x": 1}}, "keypointlabels has no pixels"),
        ({"type": "polygonlabels", "value": {"points": [[1, 1], [2, 2]]}}, "polygon of 2 points"),
        ({"type": "polygonlabels", "value": {}}, "points"),
        ({"type": "polygonlabels", "value": {"points": [[1, None], [2, 2], [3, 3]]}}, "finite"),
        ({"type": "rectanglelabels", "value": {"x": 1}}, "y"),
        ({"type": "brushlabels", "value": {"rle": [1, 2, 3]}}, "cut"),
        ({"type": "brushlabels", "value": {"rle": [1, 2, 300]}}, "256"),
        ({"type": "polygonlabels", "image_rotation": 90, "value": {}}, "turned by 90"),
        ({"type": "polygonlabels", "original_width": 7, "value": {}}, "size of its image"),
        ({"type": 7}, "type"),
    ],
)
def test_bad_results_are_set_aside_with_a_reason(bad, reason, tmp_path):
    good = {"type": "polygonlabels", "value": {"points": [[0, 0], [50, 0], [50, 50]]}}
    source = tmp_path / "in.json"
    source.write_text(json.dumps(task_of(good, bad)))
    report = convert(source, tmp_path / "out.json")
    assert (report.read, report.written) == (2, 1)
    (text,) = report.reasons
    assert reason in text
