"""What an attack on file formats found: masks that moved to another image, category or order.

Covers: maskengine.formats.cvat, .cvat_rest, .davis, .kaggle, .label_studio, .sa1b, .youtube_vis,
._by_image, maskengine.convert.
Compares against: literals.
Run: pytest tests/test_attack_sources.py
"""

import json

import numpy as np
import pytest
from PIL import Image

import maskengine as me
from maskengine import formats
from maskengine.errors import BadFile

SQUARE = "<polygon label='{}' points='{},3;{},3;{},9;{},9' {}/>"


def coco(*names, categories=None, ids=None, extras=({},) * 9):
    """Give a polygon on each image."""
    ids = ids or range(1, len(names) + 1)
    return {
        "images": [{"id": i, "file_name": n, "width": 40, "height": 30}
                   for i, n in zip(ids, names, strict=True)],
        "categories": [{"id": 1, "name": "cat"}, {"id": 2, "name": "dog"}],
        "annotations": [
            {"id": n + 1, "image_id": i, "category_id": (categories or [1] * 9)[n], "iscrowd": 0,
             "segmentation": [[3 + n, 3, 12, 3, 12, 9, 3 + n, 9]], **extras[n]}
            for n, i in enumerate(ids)
        ],
    }  # fmt: skip


def put(path, content):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return path


def as_coco(source, target, **options):
    """Convert to COCO; give its JSON and the report."""
    report = me.convert(source, target, **options)
    return json.loads(target.read_text()), report


def placed(found):
    """Give the image's name and the category's name of each annotation."""
    images = {row["id"]: row["file_name"] for row in found["images"]}
    names = {row["id"]: row["name"] for row in found["categories"]}
    assert len(images) == len(found["images"])
    return [(images[a["image_id"]], names[a["category_id"]]) for a in found["annotations"]]


def reasons(source, format_=None):
    return [bad.reason for part in formats.read(source, format_) for bad in part.refused]


def cvat(*images, labels=("cat", "dog")):
    named = "".join(f"<label><name>{label}</name></label>" for label in labels)
    head = f"<version>1.1</version><meta><task><labels>{named}</labels></task></meta>"
    return f"<annotations>{head}{''.join(images)}</annotations>"


def cvat_image(members, shapes=""):
    return f"<image width='40' height='30' {members}>{shapes}</image>"


def square(label="cat", left=3, members=""):
    """Give a polygon from `left` to 12."""
    return SQUARE.format(label, left, 12, 12, left, members)


# DAVIS: a value of a clip is one object


@pytest.mark.parametrize("names", [("a.png", "b.png"), ("x/a.png", "x/b.png")])
@pytest.mark.parametrize("options", [{}, {"jobs": 1}])
def test_davis_keeps_the_categories_of_frames(names, options, tmp_path):
    source = put(tmp_path / "in.json", coco(*names, categories=[1, 2]))
    report = me.convert(source, tmp_path / "out", to="davis", **options)
    assert (report.written, report.likeness.exact) == (2, 2)
    found, _ = as_coco(tmp_path / "out", tmp_path / "back.json")
    assert placed(found) == [(names[0], "cat"), (names[1], "dog")]
    # as another reader sees it: the clip of a frame is its folder, the value its object
    told = json.loads((tmp_path / "out" / "meta.json").read_text())["videos"]
    seen = {}
    for file in sorted((tmp_path / "out" / "Annotations").rglob("*.png")):
        clip = file.parent.relative_to(tmp_path / "out" / "Annotations").as_posix()
        with Image.open(file) as picture:
            (value,) = set(np.unique(np.asarray(picture)).tolist()) - {0}
        seen[file.name] = told[clip]["objects"][str(value)]["category"]
    assert seen == {"a.png": "cat", "b.png": "dog"}


def test_davis_keeps_tracks_in_their_clip(tmp_path):
    tracks = ({"track_id": 7}, {"track_id": 7}, {"track_id": 300})
    content = coco("x/a.png", "x/b.png", "x/c.png", categories=[2, 2, 1], extras=tracks)
    source = put(tmp_path / "in.json", content)
    report = me.convert(source, tmp_path / "out", to="davis")
    files = sorted((tmp_path / "out" / "Annotations").rglob("*.png"))
    folder = tmp_path / "out" / "Annotations" / "x"
    assert files == [folder / "a.png", folder / "b.png", folder / "c" / "c.png"]
    for file, value in zip(files, (7, 7, 1), strict=True):
        with Image.open(file) as picture:
            assert np.unique(np.asarray(picture)).tolist() == [0, value]
    # 300 is no value of a frame
    assert report.ledger.losses["tracks", "objects that have none from 1 to 254 of their own"] == 1
    found, _ = as_coco(tmp_path / "out", tmp_path / "back.json")
    assert placed(found) == [("x/a.png", "dog"), ("x/b.png", "dog"), ("x/c.png", "cat")]


def test_davis_says_that_a_track_has_two_categories(tmp_path):
    tracks = ({"track_id": 7}, {"track_id": 7})
    source = put(tmp_path / "in.json", coco("x/a.png", "x/b.png", categories=[1, 2], extras=tracks))
    report = me.convert(source, tmp_path / "out", to="davis")
    assert report.ledger.losses["categories", "tracks of several that were given the first"] == 1


def test_davis_refuses_names_that_could_be_one_frame(tmp_path):
    source = put(tmp_path / "in.json", coco("a.png", "a/a.png"))
    with pytest.raises(BadFile, match=r"'a\.png' and 'a/a\.png'|'a/a\.png' and 'a\.png'"):
        me.convert(source, tmp_path / "out", to="davis")


def test_youtube_vis_keeps_the_categories_of_a_track(tmp_path):
    tracks = ({"track_id": 7}, {"track_id": 7})
    source = put(tmp_path / "in.json", coco("x/a.png", "x/b.png", categories=[1, 2], extras=tracks))
    me.convert(source, tmp_path / "out.json", to="youtube_vis")
    found, _ = as_coco(tmp_path / "out.json", tmp_path / "back.json")
    assert placed(found) == [("x/a.png", "cat"), ("x/b.png", "dog")]


# Kaggle


def test_kaggle_reads_categories_as_others_write_them(tmp_path):
    told = ["3.0", "7", "6_13_2", "", "-2", "2.5", "fish", "1_0", "9."]
    lines = [f"{n}.png,1 3,4,5,{text}" for n, text in enumerate(told)]
    source = put(tmp_path / "in.csv", "\n".join(["ImageId,EncodedPixels,Height,Width,CategoryId",
                                                  *lines]))  # fmt: skip
    frames = formats.read(source)
    (part,) = frames
    assert part.records.column("category_id").to_pylist() == [3, 7, 6, 1, 1, 9]
    assert part.records.column("extra").to_pylist() == [
        None, None, '{"attributes":"13_2"}', None, '{"attributes":"0"}', None
    ]  # fmt: skip
    assert set(frames.categories()) == {1, 3, 6, 7, 9}
    assert [(bad.position, bad.reason) for bad in part.refused] == [
        (n, f"expected a number from 0 on as CategoryId, got {told[n]!r}") for n in (4, 5, 6)
    ]


def test_kaggle_reads_plain_digits_alone(tmp_path):
    rows = "ImageId,EncodedPixels,Height,Width\na.png,1_0 3,4,5\na.png,1 3,4,5\n"
    source = put(tmp_path / "in.csv", rows)
    assert reasons(source) == ["EncodedPixels: expected numbers in plain digits, got '1_0 3'"]


# two images of one name, or one id


def test_cvat_keeps_images_of_other_subsets_apart(tmp_path):
    source = put(tmp_path / "in.xml", cvat(
        cvat_image("id='0' name='a.png' subset='train' task_id='1'", square(left=3)),
        cvat_image("id='0' name='a.png' subset='val' task_id='2'", square("dog", left=5)),
        cvat_image("id='1' name='b.png' subset='val' task_id='2'", square(left=7)),
    ))  # fmt: skip
    found, report = as_coco(source, tmp_path / "out.json")
    assert (report.written, report.refused) == (3, 0)
    assert placed(found) == [("train/a.png", "cat"), ("val/a.png", "dog"), ("b.png", "cat")]
    assert [row["id"] for row in found["images"]] == [0, 2, 1]
    assert [a["segmentation"][0][0] for a in found["annotations"]] == [3, 5, 7]


@pytest.mark.parametrize("members", [
    ("id='4' name='a.png'", "id='5' name='a.png'"),
    ("id='4' name='a.png'", "id='4' name='b.png'"),
])  # fmt: skip
def test_cvat_keeps_images_of_one_name_or_id_apart(members, tmp_path):
    shapes = (square(left=3), square("dog", left=5))
    source = put(tmp_path / "in.xml", cvat(*map(cvat_image, members, shapes)))
    found, _ = as_coco(source, tmp_path / "out.json")
    assert [row["id"] for row in found["images"]] == [4, 5]
    assert [(a["image_id"], a["segmentation"][0][0]) for a in found["annotations"]] == [
        (4, 3), (5, 5)
    ]  # fmt: skip


def test_cvat_takes_an_image_that_is_told_twice_for_one(tmp_path):
    members = "id='4' name='a.png'"
    source = put(tmp_path / "in.xml", cvat(
        cvat_image(members, square(left=3)), cvat_image("id='5' name='b.png'", square(left=4)),
        cvat_image(members, square(left=5)),
    ))  # fmt: skip
    me.convert(source, tmp_path / "out", to="scalabel")
    found, _ = as_coco(tmp_path / "out", tmp_path / "out.json")
    assert placed(found) == [("a.png", "cat"), ("a.png", "cat"), ("b.png", "cat")]


def test_two_equal_file_names_survive_cvat(tmp_path):
    source = put(tmp_path / "in.json", coco("a.png", "a.png", categories=[1, 2]))
    me.convert(source, tmp_path / "out.xml")
    found, _ = as_coco(tmp_path / "out.xml", tmp_path / "back.json")
    assert [(row["id"], row["file_name"]) for row in found["images"]] == [
        (1, "a.png"),
        (2, "a.png"),
    ]
    assert [(a["image_id"], a["category_id"]) for a in found["annotations"]] == [(1, 1), (2, 2)]


def test_label_studio_keeps_tasks_of_one_id_apart(tmp_path):
    def task(name, left):
        region = {
            "type": "polygonlabels", "original_width": 100, "original_height": 100,
            "from_name": "polygon", "to_name": "image",
            "value": {"points": [[left, 5], [50, 5], [50, 50]], "polygonlabels": ["cat"]},
        }  # fmt: skip
        return {"id": 3, "data": {"image": name}, "annotations": [{"result": [region]}]}

    source = put(tmp_path / "in.json", [task("a.png", 10), task("b.png", 20)])
    found, _ = as_coco(source, tmp_path / "out.json")
    assert [row["id"] for row in found["images"]] == [3, 4]
    assert placed(found) == [("a.png", "cat"), ("b.png", "cat")]
    assert [a["segmentation"][0][0] for a in found["annotations"]] == [10, 20]


def test_sa1b_keeps_files_of_one_id_apart(tmp_path):
    for n, name in enumerate(("a", "b")):
        image = {"image_id": 9, "width": 4, "height": 3, "file_name": f"{name}.jpg"}
        mask = {"size": [3, 4], "counts": [n, 2, 10 - n]}
        put(tmp_path / "in" / f"{name}.json",
            {"image": image, "annotations": [{"id": 1, "segmentation": mask}]})  # fmt: skip
    found, _ = as_coco(tmp_path / "in", tmp_path / "out.json")
    assert [row["id"] for row in found["images"]] == [9, 10]
    assert placed(found) == [("a.jpg", "object"), ("b.jpg", "object")]


@pytest.mark.parametrize(
    "target", ["cvat", "cvat_rest", "kaggle", "label_studio", "scalabel", "youtube_vis", "yolo"]
)
@pytest.mark.parametrize("options", [{}, {"jobs": 1}])
def test_an_image_id_that_is_there_twice_is_refused(target, options, tmp_path):
    source = put(tmp_path / "in.json", coco("a.png", "b.png", ids=[7, 7]))
    with pytest.raises(BadFile, match="two images have one id"):
        me.convert(source, tmp_path / "out", to=target, **options)
    assert not (tmp_path / "out").exists()


# CVAT's shapes


def test_cvat_turns_boxes(tmp_path):
    box = "<box label='cat' xtl='10' ytl='10' xbr='20' ybr='14' rotation='{}'/>"
    source = put(tmp_path / "in.xml", cvat(cvat_image("id='0' name='a.png'", box.format(90))))
    found, report = as_coco(source, tmp_path / "out.json")
    # about (15, 12), by a quarter from x to y, which is clockwise where y points down
    assert np.allclose(found["annotations"][0]["segmentation"], [[17, 7, 17, 17, 13, 17, 13, 7]])
    report = me.convert(source, tmp_path / "out.xml")
    assert report.is_lossless
    assert "<polygon" in (tmp_path / "out.xml").read_text()
    put(source, cvat(cvat_image("id='0' name='a.png'", box.format("nan"))))
    assert reasons(source) == ["box: rotation is nan"]


@pytest.mark.parametrize("target", ["cvat", "cvat_rest"])
def test_a_box_that_is_written_is_no_loss(target, tmp_path):
    box = "<box label='cat' xtl='10' ytl='10' xbr='20' ybr='14'/>"
    source = put(tmp_path / "in.xml", cvat(cvat_image("id='0' name='a.png'", box)))
    assert me.convert(source, tmp_path / "out", to=target).ledger.losses == {}
    # that of a polygon has no place
    content = coco("a.png", extras=({"bbox": [3, 3, 9, 6]},))
    report = me.convert(put(tmp_path / "in.json", content), tmp_path / "more", to=target)
    assert report.ledger.losses["boxes", "boxes of the source dropped"] == 1


def test_cvat_draws_in_the_order_of_z(tmp_path):
    shapes = square("dog", 3, "z_order='5'") + square("cat", 3, "z_order='-1'")
    source = put(tmp_path / "in.xml", cvat(cvat_image("id='0' name='a.png'", shapes)))
    found, _ = as_coco(source, tmp_path / "out.json")
    assert placed(found) == [("a.png", "cat"), ("a.png", "dog")]
    report = me.convert(source, tmp_path / "maps", to="labelmap")
    assert report.dropped == 1
    found, _ = as_coco(tmp_path / "maps", tmp_path / "back.json")
    assert placed(found) == [("a.png", "dog")]


def test_cvat_draws_tracks_in_the_order_of_z(tmp_path):
    def track(id_, label, depth):
        shape = f"<box frame='0' xtl='1' ytl='1' xbr='9' ybr='9' z_order='{depth}'/>"
        return f"<track id='{id_}' label='{label}'>{shape}</track>"

    size = "<meta><task><original_size><width>40</width><height>30</height></original_size>"
    content = f"<annotations><version>1.1</version>{size}</task></meta>"
    source = put(tmp_path / "in.xml",
                 content + track(0, "dog", 2) + track(1, "cat", 1) + "</annotations>")  # fmt: skip
    found, _ = as_coco(source, tmp_path / "out.json")
    assert [category for _, category in placed(found)] == ["cat", "dog"]


def test_cvat_rest_draws_in_the_order_of_z(tmp_path):
    def shape(label, depth):
        return {"type": "polygon", "frame": 0, "label_id": label, "z_order": depth,
                "points": [3, 3, 12, 3, 12, 9]}  # fmt: skip

    source = put(tmp_path / "in.json", {
        "shapes": [shape(2, 5), shape(1, 1)], "tracks": [], "tags": [],
        "frames": [{"width": 40, "height": 30, "name": "a.png"}],
        "labels": [{"id": 1, "name": "cat"}, {"id": 2, "name": "dog"}],
    })  # fmt: skip
    found, _ = as_coco(source, tmp_path / "out.json")
    assert placed(found) == [("a.png", "cat"), ("a.png", "dog")]


@pytest.mark.parametrize(("shape", "reason"), [
    ("<polygon label='cat' points='1_0,3;20,3;20,9'/>", "plain digits"),
    ("<polygon label='cat' points='\uff11,3;20,3;20,9'/>", "plain digits"),
    ("<box label='cat' xtl='1_0' ytl='3' xbr='20' ybr='9'/>", "plain digits"),
    ("<mask label='cat' rle='1_0, 2' left='0' top='0' width='4' height='3'/>", "plain digits"),
    ("<mask label='cat' rle='10, 2' left='0' top='0' width='\uff14' height='3'/>", "plain digits"),
    ("<ellipse label='cat' cx='9' cy='9' rx='-5' ry='3'/>", "radii from 0 on, got -5 and 3"),
])  # fmt: skip
def test_cvat_refuses_what_is_no_number(shape, reason, tmp_path):
    source = put(tmp_path / "in.xml", cvat(cvat_image("id='0' name='a.png'", shape + square())))
    (found,) = reasons(source)
    assert reason in found


def test_cvat_refuses_sides_that_are_no_numbers(tmp_path):
    image = "<image id='0' name='a.png' width='4_0' height='30'></image>"
    with pytest.raises(BadFile, match="plain digits"):
        formats.read(put(tmp_path / "in.xml", cvat(image)))
