"""CVAT's XML: crops with run lengths row by row, polygons, groups, tracks; bombs are refused.

Covers: maskengine.formats.cvat.
Run: pytest tests/test_formats_cvat.py
"""

import json
from pathlib import Path

import numpy as np
import pycocotools.mask
import pytest

import maskengine as me
from maskengine import formats
from maskengine.convert import convert, fill_counts

DATA = Path(__file__).parent / "data"
H, W = 600, 800


def xml(shapes, name="a.png", size=(H, W)):
    return (
        "<?xml version='1.0'?><annotations><version>1.1</version><meta><task><labels>"
        "<label><name>cat</name></label><label><name>dog &amp; co</name></label>"
        f"</labels></task></meta><image id='7' name='{name}' width='{size[1]}' height='{size[0]}'>"
        f"{shapes}</image></annotations>"
    )


def masks_in(path):
    (part,) = fill_counts(formats.read(path))
    return me.decode(formats.masks_of(part.records)), part


def painted(rle, left, top, width, height):
    """Fill a crop row by row, by the definition."""
    flat = np.repeat(np.arange(len(rle)) % 2 == 1, rle).reshape(height, width)
    out = np.zeros((H, W), bool)
    out[top : top + height, left : left + width] = flat
    return out


def test_real_brush_masks_there_and_back(tmp_path):
    real = json.loads((DATA / "cvat" / "brush_masks.json").read_text())
    shapes, truth = "", []
    for points in real.values():
        rle, (left, top, right, bottom) = points[:-4], points[-4:]
        box = left, top, right - left + 1, bottom - top + 1
        truth.append(painted(rle, *box))
        place = "left='{}' top='{}' width='{}' height='{}'".format(*box)
        shapes += f"<mask label='cat' rle='{', '.join(map(str, rle))}' {place} z_order='0'></mask>"
    assert len(truth) == 3
    source = tmp_path / "in.xml"
    source.write_text(xml(shapes))
    assert formats.detect(source) == "cvat"
    masks, _ = masks_in(source)
    assert np.array_equal(masks, truth)
    convert(source, tmp_path / "a.json")
    convert(tmp_path / "a.json", tmp_path / "b.xml")
    text = (tmp_path / "b.xml").read_text()
    for points in real.values():
        assert f'rle="{", ".join(map(str, points[:-4]))}" left="{points[-4]}"' in text


def test_polygons_groups_and_ellipses(tmp_path):
    source = tmp_path / "in.xml"
    source.write_text(xml(
        "<polygon label='cat' points='10,10;50.5,12;40,60.25' z_order='2' group_id='4' "
        "occluded='1'><attribute name='age'>old</attribute></polygon>"
        "<polygon label='cat' points='100,100;150,100;150,150' group_id='4'/>"
        "<polygon label='dog &amp; co' points='100,100;150,100;150,150' group_id='4' "
        "z_order='2'/><box label='cat' xtl='1.5' ytl='2' xbr='11.5' ybr='22' z_order='2'/>"
        "<ellipse label='cat' z_order='2' cx='300' cy='200' rx='60' ry='20' rotation='90'/>"
    ))  # fmt: skip
    masks, part = masks_in(source)
    extras = [json.loads(text or "{}") for text in part.records.column("extra").to_pylist()]
    one = [[10, 10, 50.5, 12, 40, 60.25], [100, 100, 150, 100, 150, 150]]
    wanted = [
        pycocotools.mask.decode(pycocotools.mask.merge(pycocotools.mask.frPyObjects(one, H, W))),
        pycocotools.mask.decode(pycocotools.mask.frPyObjects([one[1]], H, W))[..., 0],
    ]
    assert np.array_equal(masks[:2], np.array(wanted) != 0)
    assert extras[0]["attributes"] == {"age": "old"}
    assert (extras[0]["z_order"], extras[0]["occluded"], extras[0]["group_id"]) == (2, 1, 4)
    box = [part.records.column(f"bbox_{side}")[2].as_py() for side in "xywh"]
    assert box == [1.5, 2, 10, 20]
    y, x = np.mgrid[:H, :W] + 0.5
    ellipse = ((x - 300) / 20) ** 2 + ((y - 200) / 60) ** 2
    assert masks[2][ellipse < 0.9].all()
    assert not masks[2][ellipse > 1.12].any()
    assert formats.read(source).categories() == {1: "cat", 2: "dog & co"}


def test_shapes_survive_the_way_there_and_back(tmp_path):
    source = tmp_path / "in.xml"
    source.write_text(xml(
        "<polygon label='cat' source='auto' points='10.00,10.00;50.50,12.00;40.00,60.25' "
        "z_order='2' occluded='1'><attribute name='a&lt;b'>x &amp; y</attribute></polygon>"
        "<box label='cat' xtl='1.5' ytl='2.0' xbr='11.5' ybr='22.0'/>"
    ))  # fmt: skip
    convert(source, tmp_path / "a.json")
    convert(tmp_path / "a.json", tmp_path / "b.xml")
    text = (tmp_path / "b.xml").read_text()
    assert 'points="10.00,10.00;50.50,12.00;40.00,60.25"' in text
    assert 'source="auto" occluded="1" z_order="2"' in text
    assert '<attribute name="a&lt;b">x &amp; y</attribute>' in text
    assert '<image id="7" name="a.png" width="800" height="600">' in text
    assert 'xtl="1.5" ytl="2.0" xbr="11.5" ybr="22.0"' in text


def test_tracks_of_a_video(tmp_path):
    source = tmp_path / "in.xml"
    polygon = "<polygon frame='{}' outside='{}' keyframe='1' occluded='0' points='1,1;9,1;9,9'/>"
    source.write_text(
        "<annotations><version>1.1</version><meta><task><original_size><width>20</width>"
        "<height>10</height></original_size></task></meta>"
        f"<track id='0' label='cat'>{polygon.format(0, 0)}{polygon.format(2, 0)}"
        f"{polygon.format(3, 1)}</track><track id='1' label='dog'>{polygon.format(0, 0)}</track>"
        "</annotations>"
    )
    frames = formats.read(source)
    found = [(image.id, image.width, records.column("category_id").to_pylist(),
              [json.loads(text)["track_id"] for text in records.column("extra").to_pylist()])
             for image, records in formats.by_image(frames)]  # fmt: skip
    assert found == [(1, 20, [1, 2], [0, 1]), (3, 20, [1], [0]), (4, 20, [], [])]


@pytest.mark.parametrize(
    ("shape", "reason"),
    [
        ("<mask label='cat' rle='1, 2' left='0' top='0' width='2' height='2'/>", "fills 3 of 4"),
        ("<mask label='cat' rle='5, -1' left='0' top='0' width='2' height='2'/>", "fills 4 of 4"),
        ("<mask label='cat' rle='a' left='0' top='0' width='2' height='2'/>", "mask:"),
        ("<mask label='cat' rle='4' left='0' top='0' width='0' height='2'/>", "crop of 2 x 0"),
        ("<mask label='cat' rle='4' left='0' top='0' width='2'/>", "height"),
        ("<polygon label='cat' points='1,1;2,2'/>", "polygon of 2 points"),
        ("<polygon label='cat' points='1,1;2,2;nan,3'/>", "not finite"),
        ("<polygon label='cat' points='1;2,2;3,3'/>", "pairs"),
        ("<polygon label='cat'/>", "points"),
        ("<box label='cat' xtl='inf' ytl='2' xbr='3' ybr='4'/>", "xtl is inf"),
        ("<polyline label='cat' points='1,1;2,2'/>", "has no pixels"),
    ],
)
def test_bad_shapes_are_set_aside_with_a_reason(shape, reason, tmp_path):
    source = tmp_path / "in.xml"
    source.write_text(xml(shape + "<polygon label='cat' points='1,1;9,1;9,9'/>"))
    report = convert(source, tmp_path / "out.json")
    assert (report.read, report.written) == (2, 1)
    (text,) = report.reasons
    assert reason in text


def test_a_crop_that_leaves_its_image_is_cut(tmp_path):
    source = tmp_path / "in.xml"
    source.write_text(xml("<mask label='cat' rle='0, 12' left='-1' top='2' width='3' height='4'/>",
                          size=(4, 5)))  # fmt: skip
    (mask,), _ = masks_in(source)
    assert mask.astype(int).tolist() == [[0] * 5, [0] * 5, [1, 1, 0, 0, 0], [1, 1, 0, 0, 0]]


@pytest.mark.parametrize(
    "text",
    [
        "<!DOCTYPE annotations [<!ENTITY a 'a'>]><annotations><version>&a;</version></annotations>",
        "<annotations><version>1.1</version><image id='1' name='a' width='4' height='4'>",
        "<annotations><version>1.1</version><image id='1' name='a'></image></annotations>",
        "<annotations><version>1.1</version></x></annotations>",
    ],
)
def test_files_that_are_refused_as_a_whole(text, tmp_path):
    source = tmp_path / "in.xml"
    source.write_text(text)
    with pytest.raises(me.BadFile):
        convert(source, tmp_path / "out.json")
    assert [path.name for path in tmp_path.iterdir()] == ["in.xml"]
