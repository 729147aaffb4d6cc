"""conversions: a COCO JSON file -> YOLO, Pascal VOC, label maps, COCO, one core, not read again.

Beside converters of other packages where they can do the job. They give other pixels (reference
values in docs/files.md), so what is compared is the list of files, or of annotation ids.
"""

import atexit
import json
import shutil
import tempfile
from importlib import resources
from pathlib import Path

from harness import Job, Race


def dataset(times):
    """Write the LVIS sample of the package over and over, each time as images of its own."""

    def make():
        import numpy as np
        from PIL import Image

        text = resources.files("maskengine").joinpath("data/lvis_val_20.json").read_text()
        source = json.loads(text)
        folder = Path(tempfile.mkdtemp(prefix="maskengine-bench-"))
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        (folder / "images" / "val").mkdir(parents=True)
        (folder / "annotations").mkdir()
        images, annotations = [], []
        for i in range(times):
            shift = i * 10_000_000
            for image in source["images"]:
                name = f"{image['id'] + shift:012d}.png"
                images.append({"id": image["id"] + shift, "file_name": name,
                               "height": image["height"], "width": image["width"]})  # fmt: skip
                blank = np.zeros((image["height"], image["width"]), np.uint8)
                Image.fromarray(blank).save(folder / "images" / "val" / name)
            annotations += [
                {**one, "id": one["id"] + shift, "image_id": one["image_id"] + shift, "iscrowd": 0}
                for one in source["annotations"]
            ]
        used = {one["category_id"] for one in annotations}
        categories = [{"id": one["id"], "name": one["name"]}
                      for one in source["categories"] if one["id"] in used]  # fmt: skip
        tables = {"images": images, "categories": categories, "annotations": annotations}
        (folder / "annotations" / "instances_val.json").write_text(json.dumps(tables))
        return folder

    return make


def fresh(folder, name):
    target = folder / name
    shutil.rmtree(target, ignore_errors=True)
    return target


def stems(folder, ending):
    return sorted(path.stem for path in folder.rglob(f"*{ending}"))


def ids_of(path):
    return sorted(one["id"] for one in json.loads(path.read_text())["annotations"])


def ours(to, answer, **options):
    def make(folder):
        from maskengine.convert import convert

        source = folder / "annotations" / "instances_val.json"
        target = folder / ("ours.json" if to == "coco" else "ours")

        def run():
            fresh(folder, "ours")
            convert(source, target, to=to, check=False, **options)

        return Job(run, lambda _: answer(target))

    return make


def supervision_yolo(folder):
    import supervision as peer

    def run():
        found = peer.DetectionDataset.from_coco(
            str(folder / "images" / "val"),
            str(folder / "annotations" / "instances_val.json"),
            force_masks=True,
        )
        found.as_yolo(annotations_directory_path=str(fresh(folder, "sv")))

    return Job(run, lambda _: labels(folder / "sv"))


def supervision_coco(folder):
    import supervision as peer

    def run():
        found = peer.DetectionDataset.from_coco(
            str(folder / "images" / "val"),
            str(folder / "annotations" / "instances_val.json"),
            force_masks=True,
        )
        found.as_coco(annotations_path=str(folder / "sv.json"))

    return Job(run, lambda _: len(json.loads((folder / "sv.json").read_text())["images"]))


def datumaro(to, answer, transform=None):
    def make(folder):
        import datumaro as peer

        def run():
            found = peer.Dataset.import_from(str(folder), "coco_instances")
            if transform is not None:
                found.transform(transform)
            found.export(str(fresh(folder, "datumaro")), to, save_media=False)

        return Job(run, lambda _: answer(folder / "datumaro"))

    return make


def ultralytics(folder):
    from ultralytics.data.converter import convert_coco

    def run():
        convert_coco(
            str(folder / "annotations"),
            save_dir=str(fresh(folder, "ultralytics")),
            use_segments=True,
            cls91to80=False,
        )

    return Job(run, lambda _: labels(folder / "ultralytics"))


def labels(folder):
    """Give the names of label files that have a line."""
    files = [path for path in folder.rglob("*.txt") if path.stem.isdigit()]
    return sorted(path.stem for path in files if path.stat().st_size)


def maps(folder):
    """Give the names of maps that have an object."""
    from PIL import Image

    files = (folder / "SegmentationObject").rglob("*.png")
    return sorted(path.stem for path in files if Image.open(path).getextrema()[1])


def annotated(folder):
    [path] = folder.rglob("*.json") if folder.is_dir() else [folder]
    return ids_of(path)


def pictured(path):
    return len(json.loads(path.read_text())["images"])


YOLO = {"supervision": supervision_yolo}
VERTICES = {"ultralytics": ultralytics}  # it divides the vertices and draws nothing
VOC = {"datumaro": datumaro("voc_segmentation", maps, "polygons_to_masks")}
RACES = [
    race
    for times in (1, 8)
    for race in (
        Race(f"{249 * times:,} LVIS rows, COCO to YOLO", (), dataset(times),
             ours("yolo", labels), YOLO),
        Race(f"{249 * times:,} LVIS rows, COCO to YOLO as is", (), dataset(times),
             ours("yolo", labels, keep_vertices=True), VERTICES),
        Race(f"{249 * times:,} LVIS rows, COCO to VOC", (), dataset(times),
             ours("voc", maps), VOC),
        Race(f"{249 * times:,} LVIS rows, COCO to COCO", (), dataset(times),
             ours("coco", annotated), {"datumaro": datumaro("coco_instances", annotated)}),
        Race(f"{249 * times:,} LVIS rows, COCO by image", (), dataset(times),
             ours("coco", pictured), {"supervision": supervision_coco}),
        Race(f"{249 * times:,} LVIS rows, COCO to label maps", (), dataset(times),
             ours("labelmap", lambda folder: stems(folder / "labels", ".png")), {}),
    )
]  # fmt: skip
