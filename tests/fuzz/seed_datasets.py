"""Small datasets of every format: written by us, and samples of what is only read."""

import json
import shutil
from pathlib import Path

import numpy as np

import maskengine as me
from maskengine import formats

DATA = Path(__file__).resolve().parents[1] / "data"
H, W = 24, 30


def source(path):
    """Write a COCO file with masks of each kind."""
    y, x = np.mgrid[:H, :W]
    disc = (y - 12) ** 2 + (x - 9) ** 2 < 40
    ring = disc & ((y - 12) ** 2 + (x - 9) ** 2 > 9)
    text = me.encode(ring).to_coco()[0]
    counts = text["counts"]
    text["counts"] = counts.decode() if isinstance(counts, bytes) else counts
    square = [[16, 3, 26, 3, 26, 10, 16, 10]]
    plain = {"size": [H, W], "counts": [H, 3, 2 * H * W - H * W - H - 3]}
    shapes = [square, text, plain, [[1.5, 16, 8, 17.25, 5, 22], [20, 15, 28, 15, 24, 22]]]
    annotations = [
        {"id": i + 1, "image_id": 1 + i % 2, "category_id": 1 + i % 2, "iscrowd": int(i == 2),
         "segmentation": shape, "area": 30.5, "bbox": [1, 2, 3, 4]}
        for i, shape in enumerate(shapes)
    ]  # fmt: skip
    content = {
        "info": {"year": 2026},
        "images": [{"id": i, "file_name": f"{i}.png", "height": H, "width": W} for i in (1, 2)],
        "categories": [{"id": i, "name": f"kind{i}", "supercategory": "s"} for i in (1, 2)],
        "annotations": annotations,
    }
    path.write_text(json.dumps(content), encoding="utf-8")


def seed_datasets(work):
    """Give (format, file or folder) pairs, made below `work`."""
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    coco = work / "coco.json"
    source(coco)
    out = [("coco", coco)]
    for name in formats.names():
        module = formats.by_name(name)
        writes = hasattr(module, "write") or hasattr(module, "write_images")
        if name == "coco" or not writes:
            continue
        ending = module.EXTENSIONS[0] if module.EXTENSIONS else ""
        target = work / f"{name}{ending}"
        me.convert(coco, target, to=name)
        out.append((name, target))
    return out + samples(work)


def samples(work):
    """Copy what others wrote, of formats that are only read."""
    out = []
    for folder, name in (("ade20k2020", "ade20k"), ("open_images", "open_images")):
        shutil.copytree(DATA / "datumaro" / folder, work / f"{name}_sample")
        out.append((name, work / f"{name}_sample"))
    shutil.copy(DATA / "label-studio" / "data_polygons.json", work / "label_studio_sample.json")
    out.append(("label_studio", work / "label_studio_sample.json"))
    for name, content in written(H, W).items():
        file = work / f"{name}.{'txt' if name == 'mots' else 'json'}"
        file.write_text(content, encoding="utf-8")
        out.append((name, file))
    return out


def written(height, width):
    """Give files of formats that are only read, written by hand."""
    ring = [[2, 2], [9, 2], [9, 8], [2, 8], [2, 2]]
    path = [{"x": x, "y": y} for x, y in ring[:4]]
    counts = me.encode(np.pad(np.ones((3, 4), np.uint8), 5)).to_coco()[0]
    text = counts["counts"].decode() if isinstance(counts["counts"], bytes) else counts["counts"]
    geometry = {"type": "Polygon", "coordinates": [ring]}
    properties = {"objectType": "annotation", "classification": {"name": "cell"}}
    feature = {"type": "Feature", "id": "a", "geometry": geometry, "properties": properties}
    slot = {"type": "image", "slot_name": "0", "width": width, "height": height}
    box = {"x": 2, "y": 2, "w": 7, "h": 6}
    darwin = {
        "version": "2.0",
        "item": {"name": "a.png", "path": "/", "slots": [slot]},
        "annotations": [{"id": "1", "name": "cat", "polygon": {"paths": [path]},
                         "bounding_box": box, "slot_names": ["0"]}],
    }  # fmt: skip
    plain = {"label_id": 0, "group": 0, "attributes": {}}
    shapes = [
        {"id": 1, "type": "polygon", "points": [2, 2, 9, 2, 9, 8], **plain},
        {"id": 2, "type": "mask", "rle": counts | {"counts": text}, **plain},
        {"id": 3, "type": "bbox", "bbox": [1, 1, 4, 4], **plain},
    ]
    image = {"path": "1.png", "size": [height, width]}
    datumaro = {
        "info": {},
        "categories": {"label": {"labels": [{"name": "a", "parent": ""}], "attributes": []}},
        "items": [{"id": "1", "image": image, "annotations": shapes}],
    }
    return {
        "geojson": json.dumps({"type": "FeatureCollection", "features": [feature]}),
        "darwin": json.dumps(darwin),
        "datumaro": json.dumps(datumaro),
        "mots": f"1 2001 2 13 14 {text}\n",
    }
