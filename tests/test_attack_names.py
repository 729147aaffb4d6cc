"""What an attack on the formats of folders found: names of images, of classes, and ids.

Covers: maskengine.json, yolo, labelme, cityscapes, supervisely, masks, sa1b, voc, label_studio.
Compares against: the names, classes and ids that were put in.
Run: pytest tests/test_attack_names.py
"""

import json
import shutil

import pytest
from PIL import Image

import maskengine as me
from maskengine import formats

#: Formats that are folders of a file, or a folder, for each image.
FOLDERS = [
    *("bdd", "cityscapes", "davis", "kitti", "labelmap", "labelme", "masks", "sa1b"),
    *("supervisely", "two_channel", "voc", "yolo"),
]


def source(folder, names, *, categories=(1, 1, 1), table=None):
    """Write a COCO file: on the image of number k a box 8 wide, from x = 3 k on."""
    images = [
        {"id": k, "file_name": name, "width": 40, "height": 30} for k, name in enumerate(names, 1)
    ]
    annotations = [
        {"id": k, "image_id": k, "category_id": category, "iscrowd": 0,
         "segmentation": [[3 * k, 3, 3 * k + 8, 3, 3 * k + 8, 9, 3 * k, 9]]}
        for (k, _), category in zip(enumerate(names, 1), categories, strict=False)
    ]  # fmt: skip
    table = {1: "cat", 2: "dog"} if table is None else table
    rows = [{"id": id_, "name": name} for id_, name in table.items()]
    path = folder / "in.json"
    path.write_text(json.dumps({"images": images, "categories": rows, "annotations": annotations}))
    return path


def back(target, format_=None):
    """Read a dataset: image id, its name and its category by the box's left edge."""
    out = target.with_name("back.json")
    report = me.convert(target, out, from_=format_)
    assert report.refused == 0
    found = json.loads(out.read_text())
    names = {row["id"]: row["file_name"] for row in found["images"]}
    assert len(names) == len(found["images"])  # no id twice
    classes = {row["id"]: row["name"] for row in found["categories"]}
    frames = formats.read(target, format_)
    lefts = [x for part in me.convert.fill_counts(frames)
             for x in part.records.column("pixel_x").to_pylist()]  # fmt: skip
    rows = found["annotations"]
    return {
        x: (row["image_id"], names[row["image_id"]], classes.get(row.get("category_id")))
        for x, row in zip(lefts, rows, strict=True)
    }


@pytest.mark.parametrize("format_", FOLDERS)
@pytest.mark.parametrize(
    "names",
    [
        ["a.png", "a.b.png"],
        ["a.b.png", "a.png"],
        ["x_jpg.rf.abc.jpg", "x_jpg.rf.abd.jpg", "x_jpg.jpg"],
        ["x\\a.png", "b.png"],
        ["./x//a.v1.2.png", "x/a.v1.png", "a"],
    ],
    ids=["dot", "dot first", "roboflow", "backslash", "folders"],
)
def test_masks_stay_on_their_images(tmp_path, format_, names):
    # a second ending was stripped, and keys of maskengine.json were not those of the files
    target = tmp_path / "out"
    me.convert(source(tmp_path, names), target, to=format_)
    found = back(target, format_)
    assert {x: row[:2] for x, row in found.items()} == {
        3 * k: (k, name) for k, name in enumerate(names, 1)
    }


def test_supervisely_tells_endings_apart(tmp_path):
    target = tmp_path / "out"
    me.convert(source(tmp_path, ["b.jpg", "b.png"]), target, to="supervisely")
    assert back(target) == {3: (1, "b.jpg", "cat"), 6: (2, "b.png", "cat")}


ADDED = {
    "labelme": [("b.json", "a.json")],
    "sa1b": [("b.json", "a.json")],
    "yolo": [("labels/b.txt", "labels/a.txt")],
    "supervisely": [("dataset/ann/b.png.json", "dataset/ann/a.png.json")],
    "masks": [("b", "a")],
    "labelmap": [("labels/b.png", "labels/a.png")],
    "voc": [(f"Segmentation{kind}/b.png", f"Segmentation{kind}/a.png")
            for kind in ("Class", "Object")],
    "cityscapes": [(f"gtFine/b_gtFine_{kind}Ids.png", f"gtFine/a_gtFine_{kind}Ids.png")
                   for kind in ("label", "instance")],
}  # fmt: skip


@pytest.mark.parametrize("format_", ADDED)
def test_an_added_file_has_an_id_of_its_own(tmp_path, format_):
    # it was given that of b.png, which took its masks
    target = tmp_path / "out"
    me.convert(source(tmp_path, ["b.png", "c.png"]), target, to=format_)
    for old, new in ADDED[format_]:
        (shutil.copytree if (target / old).is_dir() else shutil.copy)(target / old, target / new)
    if format_ == "sa1b":  # which names its image
        added = target / "a.json"
        added.write_text(added.read_text().replace('"b.png"', '"a.png"'))
    if format_ == "yolo":
        (target / "images").mkdir()
        Image.new("L", (40, 30)).save(target / "images" / "a.png")
    out = tmp_path / "back.json"
    assert me.convert(target, out, from_=format_).refused == 0
    found = json.loads(out.read_text())
    names = {row["file_name"].split(".")[0][:1]: row["id"] for row in found["images"]}
    assert names == {"a": 3, "b": 1, "c": 2}
    assert sorted(row["image_id"] for row in found["annotations"]) == [1, 2, 3]


def test_a_row_is_of_one_file(tmp_path):
    # both are a.png by the rules of the reader
    target = tmp_path / "out"
    me.convert(source(tmp_path, ["a.png"]), target, to="supervisely")
    shutil.copytree(target / "dataset", target / "dataset" / "dataset")
    assert sorted(row.id for row in formats.read(target).images()) == [1, 2]


def test_two_rows_of_one_id_are_refused(tmp_path):
    target = tmp_path / "out"
    me.convert(source(tmp_path, ["a.png", "b.png"]), target, to="labelme")
    told = target / "maskengine.json"
    told.write_text(told.read_text().replace('"id":2,"file_name"', '"id":1,"file_name"'))
    with pytest.raises(me.BadFile, match="two images have one id"):
        formats.read(target)


@pytest.mark.parametrize("format_", FOLDERS)
@pytest.mark.parametrize("name", [".a.png", "x/.a.png", ".x/a.png"])
def test_hidden_names_are_refused(tmp_path, format_, name):
    # they were written, and passed over on reading
    target = tmp_path / "out"
    with pytest.raises(me.BadFile, match="without a dot in front"):
        me.convert(source(tmp_path, [name]), target, to=format_)
    assert not target.exists()


def test_panoptic_lists_its_files_so_that_they_may_be_hidden(tmp_path):
    target = tmp_path / "out"
    me.convert(source(tmp_path, [".a.png"]), target, to="panoptic")
    assert [row.file_name for row in formats.read(target).images()] == [".a.png"]


ODD = ["cat\x7f", 'q"\\n', "\uffff\ufeff", "a\x85b\u2028c", "\U0001f408 \u00e9", "yes", "", "12"]


def test_yolo_classes_come_back_without_the_sidecar(tmp_path):
    # data.yaml had texts as keys, and letters that YAML takes as escapes alone
    target = tmp_path / "out"
    names = [f"{k}.png" for k in range(1, 4)]
    table = dict(enumerate(ODD, 1))
    me.convert(source(tmp_path, names, categories=(1, 4, 8), table=table), target, to="yolo")
    (target / "maskengine.json").unlink()
    (target / "images").mkdir()
    for name in names:
        Image.new("L", (40, 30)).save(target / "images" / name)
    assert [row[2] for row in back(target).values()] == [ODD[0], ODD[3], ODD[7]]
    assert list(formats.read(target).categories().values()) == ODD


def test_yolo_names_have_numbers_as_keys(tmp_path):
    target = tmp_path / "out"
    me.convert(source(tmp_path, ["a.png"]), target, to="yolo")
    text = (target / "data.yaml").read_text()
    assert text == 'path: .\ntrain: images\nval: images\nnames:\n  0: "cat"\n  1: "dog"\n'


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ('{"0": cat, "1": dog}', {0: "cat", 1: "dog"}),
        ('{"0": cat, 0: dog}', None),
        ('{"01": cat}', None),
        ('{"\u0663": cat}', None),
    ],
)
def test_yolo_takes_numbers_written_as_texts(tmp_path, names, expected):
    target = tmp_path / "out"
    me.convert(source(tmp_path, ["a.png"]), target, to="yolo")
    told = target / "maskengine.json"
    tables = json.loads(told.read_text())
    told.write_text(json.dumps({**tables, "categories": []}))
    (target / "data.yaml").write_text(f"names: {names}\n", encoding="utf-8")
    if expected is None:
        with pytest.raises(me.BadFile, match="a text for each class number"):
            formats.read(target)
    else:
        assert formats.read(target).categories() == expected


CATEGORIES = [
    ((3, 5), {}),
    ((-4, 5 * 10**18), {-4: "x", 5 * 10**18: "y"}),
    ((None, 2), {2: "dog"}),
    ((7, 7), {7: "car"}),
]


@pytest.mark.parametrize(
    ("format_", "categories", "table"),
    [
        (format_, *one)
        for format_ in ("masks", "sa1b")
        for one in CATEGORIES
        if format_ == "masks" or None not in one[0]
    ],  # SA-1B leaves out that of a single class
    ids=str,
)
def test_any_category_comes_back(tmp_path, format_, categories, table):
    path = source(tmp_path, ["a.png", "b.png"], categories=categories, table=table)
    if None in categories:
        path.write_text(path.read_text().replace('"category_id": null, ', ""))
    target = tmp_path / "out"
    me.convert(path, target, to=format_)
    frames = formats.read(target)
    found = [c for part in frames for c in part.records.column("category_id").to_pylist()]
    assert found == list(categories)
    assert frames.categories() == table
    back(target)


def test_masks_name_their_categories_without_the_sidecar(tmp_path):
    target = tmp_path / "out"
    path = source(tmp_path, ["a.png", "b.png"], categories=(1, 5), table={1: "cat", 5: "dog"})
    me.convert(path, target, to="masks")
    (target / "maskengine.json").unlink()
    assert formats.read(target).categories() == {1: "object", 5: "5"}
    assert [row[2] for row in back(target).values()] == ["object", "5"]


def test_a_refusal_names_the_target(tmp_path, monkeypatch):
    # not the temporary folder, which is gone
    target = tmp_path / "out"

    def write_images(path, frames):
        raise me.BadFile(f"{path}/a.png is bad", parameter=str(path / "a.png"))

    monkeypatch.setattr(formats.by_name("labelme"), "write_images", write_images)
    with pytest.raises(me.BadFile) as caught:
        me.convert(source(tmp_path, ["a.png"]), target, to="labelme")
    own = f"{target}/a.png"
    assert str(caught.value) == f"{own}: {own} is bad"
    assert (caught.value.text, caught.value.parameter) == (f"{own} is bad", own)


@pytest.mark.parametrize(
    "names",
    [
        ["a#1.png", "a#2.png", "a?1.png"],
        ["x/a.png", "y/a.png", "a.png"],
        ["100%.png", "a%20b.png", " a b.png"],
        ["ab:c.png", "x/\u00e9#\u732b.png", "a&b=c.png"],
    ],
    ids=["marks", "folders", "per cent", "others"],
)
def test_label_studio_gives_names_back(tmp_path, names):
    # they were read as URLs without having been written so
    target = tmp_path / "out.json"
    me.convert(source(tmp_path, names), target, to="label_studio")
    assert back(target) == {3 * k: (k, name, "cat") for k, name in enumerate(names, 1)}


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("/data/upload/3/ab-c.png", "ab-c.png"),
        ("s3://bucket/x/a.png", "a.png"),
        ("https://host/x/a%20b.png?alt=media#top", "a b.png"),
        ("/data/local-files/?d=x/a%20b.png", "a b.png"),
        ("../x/a.png", "a.png"),
        ("/x/100%.png", "100%.png"),
        ("/x/%E9.png", "%E9.png"),
    ],
)
def test_label_studio_reads_names_of_urls(tmp_path, url, name):
    path = tmp_path / "in.json"
    path.write_text(json.dumps([{"id": 4, "data": {"image": url}, "annotations": []}]))
    frames = formats.read(path, "label_studio")
    assert json.loads(frames.tables["images"]) == [{"id": 4, "file_name": name, "url": url}]


def test_voc_classes_keep_their_places_without_the_sidecar(tmp_path):
    # an empty name was no line, and some letters ended one
    target = tmp_path / "out"
    names = ["a", "", "b\x85c", "d\u2028e", "f\x0bg", "h"]
    images = [f"{k}.png" for k in range(1, 7)]
    path = source(tmp_path, images, categories=range(1, 7), table=dict(enumerate(names, 1)))
    me.convert(path, target, to="voc")
    (target / "maskengine.json").unlink()
    assert [row[2] for row in back(target).values()] == names
