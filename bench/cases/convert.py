"""convert: a COCO JSON file -> a Parquet store with the run lengths of every annotation.

The loop beside us reads the file with the standard library and makes run lengths of each
annotation; it writes nothing. That loop, in one row, goes by polygons alone (frPyObjects, merge),
in the other by pixels, as code around ``annToMask`` and ``encode`` does.
"""

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


def loop(path, encoded):
    from pycocotools import mask as peer

    def run():
        with path.open() as file:
            data = json.load(file)
        sizes = {image["id"]: (image["height"], image["width"]) for image in data["images"]}
        runs = (
            peer.merge(peer.frPyObjects(one["segmentation"], *sizes[one["image_id"]]))
            for one in data["annotations"]
        )
        return [encoded(peer, one) for one in runs]

    return Job(run, scenes.texts)


def polygons_alone(path):
    return loop(path, lambda _, runs: runs)


def by_pixels(path):
    return loop(path, lambda peer, runs: peer.encode(peer.decode(runs)))


RACES = [
    Race(
        f"{249 * times:,} LVIS annotations{how}, JSON to Parquet",
        ("rasterize",),
        lvis(times),
        ours,
        {"pycocotools": rival},
    )
    for times, how, rival in (
        (1, "", polygons_alone),
        (4, "", polygons_alone),
        (20, "", polygons_alone),
        (4, ", by pixels", by_pixels),
    )
]
