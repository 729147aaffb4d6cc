"""convert: a COCO JSON file -> a Parquet store with the run lengths of every annotation."""

import atexit
import json
import shutil
import tempfile
from importlib import resources
from pathlib import Path

import scenes
from harness import Job, Race


def lvis(times):
    """Write the LVIS sample of the package over and over, with ids of their own, to a file."""

    def make():
        text = resources.files("maskengine").joinpath("data/lvis_val_20.json").read_text()
        source = json.loads(text)
        images, annotations = [], []
        for i in range(times):
            shift = i * 10_000_000
            images += [{**image, "id": image["id"] + shift} for image in source["images"]]
            annotations += [
                {**one, "id": one["id"] + shift, "image_id": one["image_id"] + shift}
                for one in source["annotations"]
            ]
        folder = Path(tempfile.mkdtemp(prefix="maskengine-bench-"))
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        path = folder / "instances.json"
        path.write_text(json.dumps({**source, "images": images, "annotations": annotations}))
        return path

    return make


def ours(path):
    from maskengine.convert import convert

    target = path.with_suffix(".parquet")

    def answer(_):
        import pyarrow.parquet as pq

        return pq.read_table(target, columns=["counts"]).column("counts").to_pylist()

    return Job(lambda: convert(path, target), answer)


def pycocotools(path):
    from pycocotools import mask as peer

    def run():
        with path.open() as file:
            data = json.load(file)
        sizes = {image["id"]: (image["height"], image["width"]) for image in data["images"]}
        return [
            peer.merge(peer.frPyObjects(one["segmentation"], *sizes[one["image_id"]]))
            for one in data["annotations"]
        ]

    return Job(run, scenes.texts)


RACES = [
    Race(
        f"{249 * times:,} LVIS annotations, JSON to Parquet",
        ("rasterize",),
        lvis(times),
        ours,
        {"pycocotools": pycocotools},
    )
    for times in (1, 20)
]
