"""Formats that are only read: ADE20K, Darwin, Datumaro, GeoJSON, MOTS, Open Images.

Covers: maskengine.formats.ade20k, darwin, datumaro, geojson, mots, open_images, writable_names,
check_writable.
Compares against: Datumaro's miniatures read by Pillow, pycocotools, Pillow's polygons, loops.
Run: pytest tests/test_formats_read_only.py
"""

import json
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from pycocotools import mask as pycoco

import maskengine as me
from maskengine import formats
from maskengine.convert import convert, fill_counts
from maskengine.formats import by_image

DATA = Path(__file__).parent / "data"
MINIATURES = DATA / "datumaro"
RESULTS = DATA / "cocoapi" / "instances_val2014_fakesegm100_results.json"
READ_ONLY = sorted(set(formats.names()) - set(formats.writable_names()))


def rows_of(path):
    """Give (name, table row, dense mask) of every annotation that has pixels."""
    frames = fill_counts(formats.read(path))
    out = []
    for image, records in by_image(frames):
        has = records.column("counts").is_valid()
        kept = records.filter(has)
        masks = me.decode(formats.masks_of(kept)) if kept.num_rows else []
        out += [(image.file_name, row, mask)
                for row, mask in zip(kept.to_pylist(), masks, strict=True)]  # fmt: skip
    return out


def extra(row):
    return json.loads(row["extra"] or "{}")


def reasons(path):
    return [bad.reason for part in formats.read(path) for bad in part.refused]


def pixels(path):
    with Image.open(path) as file:
        return np.asarray(file)


def test_those_that_are_only_read_are_not_written(tmp_path):
    assert READ_ONLY == ["ade20k", "darwin", "datumaro", "geojson", "mots", "open_images"]
    frames = formats.read(RESULTS)
    for name in READ_ONLY:
        assert formats.by_name(name).EXTENSIONS == ()
        with pytest.raises(me.MaskError, match=f"{name} is only read; expected one of bdd"):
            convert(RESULTS, tmp_path / "out", to=name)
        with pytest.raises(me.MaskError, match="only read"):
            formats.write(tmp_path / "out", frames, name)
    assert list(tmp_path.iterdir()) == []


def test_ade20k_of_2017():
    path = MINIATURES / "ade20k2017"
    assert formats.detect(path) == "ade20k"
    found = rows_of(path)
    names = formats.read(path).categories()
    told = [(image, names[row["category_id"]].split(",")[0], extra(row).get("part_level"))
            for image, row, _ in found]  # fmt: skip
    assert told == [
        ("training/street/1.jpg", "sky", None), ("training/street/1.jpg", "person", None),
        ("training/street/1.jpg", "license plate", 1), ("validation/2.jpg", "sky", None),
        ("validation/2.jpg", "person", None), ("validation/2.jpg", "license plate", 1),
        ("validation/2.jpg", "rim", 2),
    ]  # fmt: skip
    files = ["training/street/1_seg", "training/street/1_seg", "training/street/1_parts_1",
             "validation/2_seg", "validation/2_seg", "validation/2_parts_1",
             "validation/2_parts_2"]  # fmt: skip
    for (_, _, mask), file, number in zip(found, files, [1, 2, 1, 1, 2, 1, 1], strict=True):
        assert np.array_equal(mask, pixels(path / f"{file}.png")[..., 2] == number)
    assert extra(found[0][1])["occluded"] == 1
    assert extra(found[1][1])["attributes"] == "walkin"


def test_ade20k_of_2020(tmp_path):
    path = MINIATURES / "ade20k2020"
    found = rows_of(path)
    assert len(found) == 7
    assert formats.read(path).categories()[401].startswith("car")
    for image, row, mask in found:
        folder = path / image.removesuffix(".jpg")
        (file,) = folder.glob(f"instance_00{extra(row)['object']}_*.png")
        assert np.array_equal(mask, pixels(file) != 0)
    assert extra(found[1][1])["depth_ordering_rank"] == 1
    assert extra(found[2][1])["part_of"] == 0
    # without its PNG an object has its polygon, and where that lacks it is refused
    copy = tmp_path / "copy"
    shutil.copytree(path, copy)
    shutil.rmtree(copy / "training" / "street" / "1")
    listed = json.loads((copy / "training" / "street" / "1.json").read_text())
    listed["annotation"]["object"][0]["polygon"] = {"x": [0, 3, 3, 0], "y": [0, 0, 3, 3]}
    listed["annotation"]["object"][1]["instance_mask"] = "../../../../etc/hosts"
    listed["annotation"]["object"].append({"id": "x"})
    (copy / "training" / "street" / "1.json").write_text(json.dumps(listed))
    assert len(reasons(copy)) == 3
    first = rows_of(copy)[0][2]
    wanted = np.zeros((5, 5), bool)
    wanted[:4, :4] = True  # Pillow draws the edge, too
    assert np.array_equal(first, wanted)
    (copy / "training" / "street" / "1.json").write_text("{")
    with pytest.raises(me.BadFile):
        formats.read(copy)


def test_mots_pictures():
    path = MINIATURES / "mots"
    assert formats.detect(path) == "mots"
    assert formats.read(path).categories() == {1: "a", 2: "b", 3: "c", 4: "d"}
    found = [(image, row["category_id"], extra(row)["track_id"], mask.tolist())
             for image, row, mask in rows_of(path)]  # fmt: skip
    wanted = []
    for name in ("train/1.png", "train/2.png", "val/3.png"):
        ids = pixels(path / name.replace("/", "/instances/")).astype(int)
        wanted += [(name, int(v) // 1000, int(v), (ids == v).tolist())
                   for v in np.unique(ids[ids > 0])]  # fmt: skip
    assert found == wanted
    assert len(wanted) == 5


def test_mots_text(tmp_path):
    results = json.loads(RESULTS.read_text())[:6]
    folder = tmp_path / "instances_txt"
    folder.mkdir()
    lines = []
    for n, row in enumerate(results):
        height, width = row["segmentation"]["size"]
        value = 10000 if n == 5 else 2000 + n
        text = row["segmentation"]["counts"]
        lines.append(f"{n} {value} {value // 1000} {height} {width} {text}")
    bad = ["2 2009 1 4 4 `0", "2 2009 2 4 4 55", "2 2009 2 4 4 `0"]
    (folder / "0001.txt").write_text("\n".join(lines + bad) + "\n")
    assert formats.detect(tmp_path) == "mots"
    assert formats.detect(folder / "0001.txt") == "mots"
    found = rows_of(tmp_path)
    assert [row["iscrowd"] for _, row, _ in found] == [0] * 5 + [1]
    assert [image for image, _, _ in found] == [f"0001/{n:06d}.png" for n in range(6)]
    for (_, _, mask), row in zip(found, results, strict=True):
        assert np.array_equal(mask, pycoco.decode(row["segmentation"]).astype(bool))
    assert len(reasons(tmp_path)) == 3
    (folder / "0001.txt").write_text("1 2 3\n")
    with pytest.raises(me.BadFile):
        formats.read(tmp_path)


def test_open_images(tmp_path):
    path = tmp_path / "set"
    shutil.copytree(MINIATURES / "open_images", path)
    assert formats.detect(path) == "open_images"
    ((image, row, mask),) = rows_of(path)
    assert image == "train/b.jpg"
    assert np.array_equal(mask, pixels(path / "masks" / "train" / "b_m0_01234567.png"))
    assert [row[f"bbox_{side}"] for side in "xywh"] == pytest.approx([1.6, 0.6, 6.4, 0.4])
    assert extra(row) == {"BoxID": "01234567", "PredictedIoU": "0.5"}
    assert formats.read(path).categories() == {1: "Generic label #0"}
    # a mask of another size than its photograph is scaled as OpenCV does
    small = (np.random.default_rng(1).random((7, 5)) < 0.5).astype(np.uint8)
    Image.fromarray(small * 255).save(path / "masks" / "train" / "b_m0_01234567.png")
    ((_, _, mask),) = rows_of(path)
    wanted = cv2.resize(small, mask.shape[::-1], interpolation=cv2.INTER_NEAREST)
    assert np.array_equal(mask, wanted != 0)
    # without a photograph the mask tells the size; a mask that lacks is refused
    shutil.rmtree(path / "images")
    (table,) = (path / "annotations").glob("train*.csv")
    with table.open("a") as file:
        file.write("none.png,b,/m/1,2,,,,,,\nb_m0_01234567.png,c,/m/1,3,0,nan,0,1,,\n")
    found = rows_of(path)
    assert len(found) == 1
    assert np.array_equal(found[0][2], small != 0)
    assert len(reasons(path)) == 2
    table.write_text("MaskPath,ImageID\n")
    with pytest.raises(me.BadFile):
        formats.read(path)


def darwin(width, height, annotations):
    item = {"name": "a.png", "path": "/sub", "slots": [{"width": width, "height": height}]}
    return {"version": "2.0", "item": item, "annotations": annotations}


@given(st.integers(1, 9), st.integers(1, 9), st.integers(0, 2**32))
def test_darwin_layers(width, height, seed):
    rng = np.random.default_rng(seed)
    values = rng.integers(0, 4, (height, width))
    flat = values.reshape(-1).tolist()
    dense = [number for value in flat for number in (value, 1)]
    annotations = [
        {"id": "l", "name": "__raster_layer__", "raster_layer": {
            "dense_rle": dense, "mask_annotation_ids_mapping": {"a": 1, "b": 3},
            "total_pixels": width * height}},
        {"id": "b", "name": "tree", "mask": {}}, {"id": "a", "name": "car", "mask": {}},
    ]  # fmt: skip
    with TemporaryDirectory() as place:
        path = Path(place) / "a.json"
        path.write_text(json.dumps(darwin(width, height, annotations)))
        found = rows_of(path)
    assert [row["category_id"] for _, row, _ in found] == [2, 1]
    assert np.array_equal(found[0][2], values == 3)
    assert np.array_equal(found[1][2], values == 1)


def test_darwin_shapes_and_what_is_not_sound(tmp_path):
    def path_of(*corners):
        return [{"x": x, "y": y} for x, y in corners]

    outer, inner = ((0, 0), (6, 0), (6, 6), (0, 6)), ((2, 2), (4, 2), (4, 4), (2, 4))
    annotations = [
        {"id": "p", "name": "ring", "polygon": {"paths": [path_of(*outer), path_of(*inner)]},
         "bounding_box": {"x": 0, "y": 0, "w": 6, "h": 6}, "attributes": ["x"]},
        {"id": "e", "name": "egg", "ellipse": {"center": {"x": 4, "y": 4},
                                               "radius": {"x": 2, "y": 2}, "angle": 0}},
        {"id": "m", "name": "ring", "mask": {}},
        {"id": "t", "name": "tag", "tag": {}},
        {"id": "s", "name": "ring", "polygon": {"paths": [path_of((1, 1))]}},
        {"id": 3},
        {"id": "l", "name": "layer", "raster_layer": {
            "dense_rle": [0, 5], "mask_annotation_ids_mapping": {"m": 1}}},
    ]  # fmt: skip
    (tmp_path / "a.json").write_text(json.dumps(darwin(8, 7, annotations)))
    assert formats.detect(tmp_path) == formats.detect(tmp_path / "a.json") == "darwin"
    ring, egg = rows_of(tmp_path)
    wanted = np.zeros((7, 8), bool)
    wanted[:6, :6] = True
    wanted[2:4, 2:4] = False
    assert np.array_equal(ring[2], wanted)
    assert ring[1]["bbox_w"] == 6
    assert 10 <= egg[2].sum() <= 14  # pi times 2 times 2
    assert ring[0] == "sub/a.png"
    assert extra(ring[1]) == {"attributes": ["x"], "darwin_id": "p"}
    found = reasons(tmp_path)
    assert len(found) == 5
    assert sum("fill 56 pixels" in reason for reason in found) == 2
    (tmp_path / "a.json").write_text('{"item": 3}')
    with pytest.raises(me.BadFile):
        formats.read(tmp_path / "a.json", "darwin")


def test_datumaro(tmp_path):
    results = json.loads(RESULTS.read_text())[:3]
    ring = [1.5, 2.25, 30.1, 4, 20, 33.3]
    masks = [{"type": "mask", "label_id": n % 2, "rle": row["segmentation"], "group": n,
              "attributes": {"is_crowd": n == 2, "color": "red"}}
             for n, row in enumerate(results)]  # fmt: skip
    size = results[0]["segmentation"]["size"]
    same = [row["segmentation"]["size"] == size for row in results]
    shapes = [
        {"type": "polygon", "label_id": 1, "points": ring},
        {"type": "bbox", "label_id": 0, "bbox": [1, 2, 3, 4]},
        {"type": "label", "label_id": 0},
        {"type": "polygon", "label_id": 7, "points": ring},
        {"type": "polygon", "label_id": 1, "points": [1, 2]},
        {"type": "mask", "label_id": 1, "rle": {"counts": "55", "size": [3, 3]}},
        {"label_id": 1},
    ]
    items = [
        {"id": "a", "annotations": masks[:1]},
        {"id": "b", "annotations": shapes, "media": {"path": "x/b.png", "size": [40, 50]}},
        *({"id": f"m{n}", "annotations": [mask]} for n, mask in enumerate(masks[1:])),
    ]
    labels = {"label": {"labels": [{"name": "cat"}, {"name": "dog"}], "label_groups": []}}
    folder = tmp_path / "annotations"
    folder.mkdir()
    (folder / "train.json").write_text(json.dumps({"infos": {}, "categories": labels,
                                                   "items": items}))  # fmt: skip
    assert formats.detect(tmp_path) == formats.detect(folder / "train.json") == "datumaro"
    found = rows_of(tmp_path)
    assert same[0]
    by_name = {(image, row["category_id"]): (row, mask) for image, row, mask in found}
    for key, row in zip([("a.jpg", 1), ("m0.jpg", 2), ("m1.jpg", 1)], results, strict=True):
        assert np.array_equal(by_name[key][1], pycoco.decode(row["segmentation"]).astype(bool))
    assert by_name["m1.jpg", 1][0]["iscrowd"] == 1
    assert extra(by_name["m0.jpg", 2][0]) == {"datumaro_group": 1, "attributes": {"color": "red"}}
    wanted = pycoco.decode(pycoco.frPyObjects([ring], 40, 50))[..., 0].astype(bool)
    assert np.array_equal(by_name["x/b.png", 2][1], wanted)
    assert len(reasons(tmp_path)) == 5
    assert convert(tmp_path, tmp_path / "out.json").written == 5
    other = {"label": {"labels": [{"name": "dog"}]}}
    (folder / "val.json").write_text(json.dumps({"categories": other, "items": []}))
    with pytest.raises(me.BadFile, match="classes"):
        formats.read(tmp_path)


def test_geojson(tmp_path):
    square = [[1, 1], [9, 1], [9, 7], [1, 7], [1, 1]]
    hole = [[3, 3], [5, 3], [5, 5], [3, 5], [3, 3]]
    far = [[[11, 2], [13, 2], [13, 4], [11, 4], [11, 2]]]
    tumour = {"classification": {"name": "Tumour", "color": [200, 0, 0]}, "isLocked": False}
    features = [
        {"type": "Feature", "id": "u1", "properties": tumour,
         "geometry": {"type": "Polygon", "coordinates": [square, hole]}},
        {"type": "Feature", "geometry": {"type": "MultiPolygon", "coordinates": [[square], far]}},
        {"type": "Feature", "geometry": {"type": "Point", "coordinates": [1, 2]}},
        {"type": "Feature", "geometry": {"type": "Polygon", "coordinates": [[[1, 2], [3, 4]]]}},
        {"type": "Feature", "geometry": {"type": "Polygon", "coordinates": [[[1, 2], [3], [4]]]}},
        {"type": "Feature", "geometry": {"type": "Polygon", "coordinates": 3}},
        {"type": "Feature", "geometry": None},
    ]  # fmt: skip
    path = tmp_path / "slide.geojson"
    first = np.zeros((7, 13), bool)
    first[1:7, 1:9] = True
    second = first.copy()
    second[2:4, 11:13] = True
    first[3:5, 3:5] = False
    collection = {"type": "FeatureCollection", "features": features}
    for document in (collection, features):
        path.write_text(json.dumps(document))
        assert formats.detect(path) == "geojson"
        one, two = rows_of(path)
        assert np.array_equal(one[2], first)
        assert np.array_equal(two[2], second)
        assert len(reasons(path)) == 5
    assert extra(one[1]) == {**tumour, "feature_id": "u1"}
    names = formats.read(path).categories()
    assert [names[row[1]["category_id"]] for row in (one, two)] == ["Tumour", "object"]
    path.write_text(json.dumps(features[0]))
    assert len(rows_of(path)) == 1
    Image.new("L", (40, 20)).save(tmp_path / "slide.png")
    assert rows_of(path)[0][2].shape == (20, 40)
    convert(path, tmp_path / "out.json")
    assert rows_of(tmp_path / "out.json")[0][2].sum() == first.sum()
    path.write_text('{"type": "Topology", "x": "Feature"}')
    with pytest.raises(me.BadFile):
        formats.read(path)
