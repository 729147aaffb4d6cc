"""COCO files to the store and back, on real files and on hostile ones.

Covers: maskengine.formats.coco, maskengine.formats.parquet, maskengine.convert.
Compares against: the standard library's json, and pycocotools for the pixels.
Run: pytest tests/test_formats_coco.py
"""

import json
from importlib import resources
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import maskengine as me
from maskengine import formats
from maskengine.convert import convert, fill_batch
from maskengine.formats import _json_file

LVIS = Path(str(resources.files("maskengine") / "data" / "lvis_val_20.json"))
DATA = Path(__file__).parent / "data"
REAL = [
    LVIS,
    DATA / "cocoapi" / "instances_val2014_fakesegm100_results.json",
    DATA / "panopticapi" / "panoptic_coco_detection_format.json",
]
IMAGE = {"id": 7, "width": 20, "height": 10, "file_name": "a.jpg"}
SQUARE = [[2, 2, 8, 2, 8, 6, 2, 6]]


def exact(value):
    """Numbers with their types and all their digits; members in any order."""
    if isinstance(value, dict):
        return sorted((key, exact(item)) for key, item in value.items())
    if isinstance(value, list):
        return [exact(item) for item in value]
    return repr(value)


def there_and_back(text, folder, name="in.json"):
    source, store, back = folder / name, folder / "store.parquet", folder / "back.json"
    source.write_text(text, encoding="utf-8")
    report = convert(source, store)
    convert(store, back)
    return report, json.loads(back.read_text(encoding="utf-8"))


def document(*annotations, **tables):
    base = {"images": [IMAGE], "categories": [{"id": 1, "name": "cat"}]}
    return json.dumps({**base, **tables, "annotations": list(annotations)})


def annotation(**members):
    return {"id": 1, "image_id": 7, "category_id": 1, "segmentation": SQUARE, **members}


@pytest.mark.parametrize("path", REAL, ids=lambda path: path.stem)
def test_real_files_come_back_exactly(path, tmp_path):
    text = path.read_text(encoding="utf-8")
    report, back = there_and_back(text, tmp_path)
    wanted = json.loads(text)
    assert exact(back) == exact(wanted)
    n = len(wanted["annotations"] if isinstance(wanted, dict) else wanted)
    assert (report.read, report.written, report.refused) == (n, n, 0)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["back.json", "in.json", "store.parquet"]


def test_pixels_are_those_of_pycocotools(tmp_path):
    from pycocotools import mask as peer

    convert(LVIS, tmp_path / "a.parquet")
    rows = pq.read_table(tmp_path / "a.parquet").to_pylist()
    source = json.loads(LVIS.read_text())
    sizes = {image["id"]: (image["height"], image["width"]) for image in source["images"]}
    assert len(rows) == len(source["annotations"]) == 249
    for row, one in zip(rows, source["annotations"], strict=True):
        height, width = sizes[one["image_id"]]
        wanted = peer.merge(peer.frPyObjects(one["segmentation"], height, width))
        assert row["counts"] == wanted["counts"]
        assert [row["height"], row["width"]] == wanted["size"]
        assert row["pixel_area"] == int(peer.area(wanted))
        box = [row[f"pixel_{side}"] for side in "xywh"]
        assert box == peer.toBbox(wanted).tolist()
        assert row["area"] == one["area"]
        assert [row[f"bbox_{side}"] for side in "xywh"] == one["bbox"]


def test_run_lengths_are_taken_as_they_are(tmp_path):
    source = DATA / "cocoapi" / "instances_val2014_fakesegm100_results.json"
    convert(source, tmp_path / "a.parquet")
    rows = pq.read_table(tmp_path / "a.parquet").to_pylist()
    wanted = json.loads(source.read_text())
    assert [row["counts"].decode() for row in rows] == [
        one["segmentation"]["counts"] for one in wanted
    ]
    assert [row["score"] for row in rows] == [one["score"] for one in wanted]


def test_every_form_of_member_is_kept(tmp_path):
    tricky = [
        annotation(id=1, area=3, bbox=[1, 2, 3, 4]),
        annotation(id=2, area=3.0, bbox=[1.0, 2.0, 3.0, 4.5], iscrowd=0),
        annotation(id=3, area=12345678901234567890, iscrowd=True, attributes={"a": [1, "\u20ac"]}),
        annotation(id=4, segmentation=[[0.1, 2, 8.0, 2, 8, 6.25]], bbox=None, category_id=None),
        annotation(id=5, segmentation={"size": [10, 20], "counts": [0, 200]}, score=0.1 + 0.2),
        annotation(id=6, segmentation={"counts": "PQ6`1", "size": [10, 20]}, area=None),
        annotation(id=7, segmentation=[], bbox=[]),
        annotation(id=8, segmentation=None),
        annotation(id=9, segmentation=[[-0.0, 1e-7, 3.3333333333333335, 1e3, 2147483648, 5]]),
        annotation(id=10, segmentation={"size": [10, 20], "counts": [200], "by": "hand"}),
        {"id": 11, "image_id": 7, "caption": "no mask"},
    ]
    tricky[5]["segmentation"]["counts"] = me.Masks([150, 50], [0, 2], [(10, 20)]).to_coco()[0][
        "counts"
    ]
    text = document(*tricky, info={"year": 2026}, unknown=[1, None])
    report, back = there_and_back(text, tmp_path)
    assert report.reasons == {}
    assert exact(back) == exact(json.loads(text))
    assert list(back) == list(json.loads(text))


numbers = st.one_of(
    st.integers(-(10**6), 10**6),
    st.floats(-(2.0**31), 2.0**31, allow_nan=False),
    st.decimals(-5000, 5000, places=2).map(float),
)
rings = st.integers(3, 6).flatmap(lambda n: st.lists(numbers, min_size=2 * n, max_size=2 * n))


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text()
    | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
)  # fmt: skip


@given(st.dictionaries(st.text(min_size=1), json_values, max_size=3), st.sampled_from([None, 1]))
def test_members_beside_the_tables_come_back(tmp_path_factory, others, indent):
    folder = tmp_path_factory.mktemp("json")
    tables = {"images": [IMAGE], "annotations": [], "categories": []}
    told = {"year": 2014, **others, **tables}
    assert exact(there_and_back(json.dumps(told, indent=indent), folder)[1]) == exact(told)


@pytest.mark.parametrize(
    "first",
    [
        {"info": {"items": 3, "label_groups": [], "dm_format_version": "1"}},
        {"info": {"videos": 2, "type": "FeatureCollection", "features": []}},
        {"info": {"shapes": [{"label": 1, "points": [], "label_id": 2}], "imagePath": "a"}},
        {"info": {"item": 1, "slots": 2, "source_info": 3, "original_width": 4, "from_name": 5}},
        {"info": {"labels": 1, "name": "x", "poly2d": []}},
        {
            "categories": [
                {"id": 1, "name": name} for name in ("Feature", "items", "videos", "item")
            ]
        },
        {"info": {"description": '"items": [], "categories": {} "shapes"'}},
    ],
    ids=lambda first: str(first)[:40],
)
def test_words_inside_do_not_make_it_another_format(first, tmp_path):
    (tmp_path / "a.json").write_text(json.dumps({**first, **json.loads(document(annotation()))}))
    assert formats.detect(tmp_path / "a.json") == "coco"


@settings(max_examples=60)
@given(st.lists(rings, max_size=3), numbers, st.lists(numbers, min_size=4, max_size=4))
def test_drawn_numbers_come_back_bit_for_bit(tmp_path_factory, polygons, area, bbox):
    folder = tmp_path_factory.mktemp("drawn")
    text = document(annotation(segmentation=polygons, area=area, bbox=bbox, score=area))
    report, back = there_and_back(text, folder)
    assert report.reasons == {}
    assert exact(back) == exact(json.loads(text))


BAD = {
    "nan": ('{"id": 5, "image_id": 7, "area": NaN}', "no NaN"),
    "infinity": ('{"id": 5, "image_id": 7, "bbox": [0, 0, -Infinity, 1]}', "'bbox'"),
    "overflow": ('{"id": 5, "image_id": 7, "area": 1e999}', "out of range"),
    "depth": ('{"id": 5, "image_id": 7, "x": ' + "[" * 100_000 + "]" * 100_000 + "}", "deeper"),
    "no image": ('{"id": 5, "image_id": 8, "segmentation": [[1,1,2,2,3,1]]}', "image 8 is not in"),
    "no image id": ('{"id": 5, "segmentation": []}', "'image_id'"),
    "text id": ('{"id": 5, "image_id": "7"}', "expected an integer"),
    "two vertices": ('{"id": 5, "image_id": 7, "segmentation": [[1,1,2,2]]}', "three vertices"),
    "odd ring": ('{"id": 5, "image_id": 7, "segmentation": [[1,1,2,2,3,3,4]]}', "7 numbers"),
    "flat ring": ('{"id": 5, "image_id": 7, "segmentation": [1,1,2,2,3,3]}', "start of a ring"),
    "far vertex": ('{"id": 5, "image_id": 7, "segmentation": [[1,1,1e30,2,3,3]]}', "beyond 2^31"),
    "short runs": (
        '{"id": 5, "image_id": 7, "segmentation": {"size": [10, 20], "counts": [3, 4]}}',
        "sum of 7",
    ),
    "cut text": (
        '{"id": 5, "image_id": 7, "segmentation": {"size": [10, 20], "counts": "PQ"}}',
        "cut inside a count",
    ),
    "no size": ('{"id": 5, "image_id": 7, "segmentation": {"counts": [200]}}', "'size'"),
    "huge side": (
        '{"id": 5, "image_id": 7, "segmentation": {"size": [1e9, 20], "counts": [3]}}',
        "expected a 64-bit integer",
    ),
    "negative count": (
        '{"id": 5, "image_id": 7, "segmentation": {"size": [1, 1], "counts": [-1, 2]}}',
        "integers in [0,",
    ),
    "crowd of two": ('{"id": 5, "image_id": 7, "iscrowd": 2}', "expected 0 or 1"),
    "twice": ('{"id": 5, "image_id": 7, "area": 1, "area": 2}', "comes twice"),
    "used id": ('{"id": 1, "image_id": 7}', "used before"),
    "leading zero": ('{"id": 5, "image_id": 7, "area": 01}', "leading zero"),
    "a number": ("5", "expected an annotation"),
    "mixed brackets": ('{"id": 5, "image_id": 7, "x": [1, 2}, "y": {"z": 1]}', "expected"),
    "bad escape": ('{"id": 5, "image_id": 7, "x": "\\q"}', "an escape"),
}


@pytest.mark.parametrize("name", BAD)
def test_one_bad_annotation_is_set_aside(name, tmp_path):
    bad, reason = BAD[name]
    text = document(annotation(id=1), annotation(id=3)).replace('{"id": 3', bad + ', {"id": 3')
    source, store = tmp_path / "in.json", tmp_path / "out.parquet"
    source.write_text(text)
    report = convert(source, store)
    assert (report.read, report.written, report.refused) == (3, 2, 1)
    assert reason in next(iter(report.reasons))
    assert pq.read_table(store)["id"].to_pylist() == [1, 3]
    (line,) = [json.loads(line) for line in report.quarantine.read_text().splitlines()]
    assert line["position"] == 1
    assert reason in line["reason"]
    assert line["id"] == (None if bad == "5" else int(bad[7]))
    if name != "no image":
        assert line["raw"] == bad
        assert text[line["byte"] :].startswith(bad[:50])


CUT = {
    "empty": "",
    "no json": "hello",
    "half": document(annotation())[:-30],
    "in a string": '{"images": [], "annotations": [{"id": "',
    "after the end": document(annotation()) + "x",
    "no comma": document(annotation(), annotation(id=2)).replace("}, {", "} {"),
    "bad table": document(annotation(), info="@").replace('"@"', "[1, 2"),
    "nan in a table": document(annotation(), info="@").replace('"@"', "NaN"),
    "deep table": document(annotation(), info="@").replace('"@"', "[" * 10**5 + "]" * 10**5),
    "other keys": '{"a": 1, "b": []}',
    "images of text": document(annotation(), images=["a"]),
    "key twice": '{"images": [], "images": [], "annotations": []}',
    "annotations as text": '{"images": [], "annotations": "none"}',
}


@pytest.mark.parametrize("name", CUT)
def test_a_bad_file_is_an_error_and_leaves_nothing(name, tmp_path):
    (tmp_path / "in.json").write_text(CUT[name])
    with pytest.raises(me.BadFile):
        convert(tmp_path / "in.json", tmp_path / "out.parquet")
    assert [path.name for path in tmp_path.iterdir()] == ["in.json"]


def test_every_cut_of_a_file_is_an_error(tmp_path):
    text = document(annotation(bbox=[1, 2, 3, 4]), annotation(id=2, segmentation=None)).encode()
    source = tmp_path / "in.json"
    for end in range(len(text)):
        source.write_bytes(text[:end])
        with pytest.raises(me.BadFile):
            convert(source, tmp_path / "out.parquet")


@pytest.mark.parametrize("kept", [True, False])
@pytest.mark.parametrize("window", [1, 7, 64, 1000])
def test_annotations_across_windows(window, kept, tmp_path, monkeypatch):
    wanted = pq_ids(tmp_path / "a.parquet")
    monkeypatch.setattr(formats.by_name("coco"), "WINDOW", window)
    if not kept:  # as a large file, which is read again
        monkeypatch.setattr(_json_file, "WINDOW", window)
    assert pq_ids(tmp_path / "b.parquet") == wanted


def pq_ids(path):
    convert(LVIS, path)
    return pq.read_table(path).to_pylist()


def test_without_images_polygons_have_no_runs(tmp_path):
    text = json.dumps([{"image_id": 1, "segmentation": SQUARE, "score": 0.5}])
    report, back = there_and_back(text, tmp_path)
    assert report.written == 1
    assert exact(back) == exact(json.loads(text))
    assert pq.read_table(tmp_path / "store.parquet")["counts"].to_pylist() == [None]


def test_mixed_forms_stay_in_order(tmp_path):
    runs = {"size": [10, 20], "counts": [0, 200]}
    forms = [SQUARE, None, runs, SQUARE, {"size": [10, 20], "counts": [150, 50]}, []]
    text = document(*(annotation(id=i, segmentation=form) for i, form in enumerate(forms)))
    report, back = there_and_back(text, tmp_path)
    assert report.reasons == {}
    assert exact(back) == exact(json.loads(text))
    rows = pq.read_table(tmp_path / "store.parquet")
    # the square covers columns 2 to 7 and rows 2 to 5: 6 * 4 pixels
    assert rows["pixel_area"].to_pylist() == [24, None, 200, 24, 50, 0]


def test_read_gives_arrow_batches():
    parts = list(formats.read(LVIS))
    assert [part.records.schema for part in parts] == [formats.SCHEMA]
    assert parts[0].records.num_rows == 249
    assert np.array_equal(parts[0].positions, np.arange(249))


def test_what_is_shown_of_frames_and_reports_is_short(tmp_path):
    frames = formats.read(LVIS)
    assert repr(frames).startswith("Frames(tables ")
    assert len(repr(frames)) < 200
    report = convert(LVIS, tmp_path / "maps", to="voc")  # whose ledger says what became of each
    assert len(repr(report)) < 2000
    assert len(report.ledger.written) == 20


@pytest.mark.parametrize(
    ("call", "parameter"),
    [
        (lambda: formats.masks_of(formats.read(LVIS)), "records"),
        (lambda: fill_batch([SQUARE]), "batch"),
        (lambda: convert(LVIS, "out.json", simplify=0.9), "simplify"),
    ],
    ids=["masks_of", "fill_batch", "simplify"],
)
def test_another_type_is_named(call, parameter):
    with pytest.raises(me.MaskTypeError) as caught:
        call()
    assert caught.value.parameter == parameter
