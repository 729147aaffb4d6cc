"""Runs the real pycocotools.coco.COCO and COCOeval and stores every number they give.

Run: python tests/coco_evaluation.py original|maskengine FOLDER OUT.pickle
FOLDER holds NAME.gt.json and NAME.dt.json for each data set.
"""

import contextlib
import io
import pickle
import sys
from pathlib import Path


def evaluate(gt_path, dt_path, kind):
    from pycocotools.coco import COCO
    from pycocotools.cocoeval import COCOeval

    gt = COCO(str(gt_path))
    dt = gt.loadRes(str(dt_path))
    run = COCOeval(gt, dt, kind)
    run.evaluate()
    run.accumulate()
    run.summarize()
    return {
        "precision": run.eval["precision"],
        "recall": run.eval["recall"],
        "scores": run.eval["scores"],
        "stats": run.stats,
        "ious": dict(run.ious),
        "images": [image for image in run.evalImgs if image is not None],
        "areas": [ann["area"] for ann in dt.dataset["annotations"]],
        "boxes": [ann["bbox"] for ann in dt.dataset["annotations"]],
    }


def annotations(gt_path):
    """Give each annotation as RLE and the sum of its dense mask."""
    from pycocotools.coco import COCO

    gt = COCO(str(gt_path))
    return [(gt.annToRLE(ann), gt.annToMask(ann)) for ann in gt.dataset["annotations"][:300]]


def main(which, folder, target):
    if which == "maskengine":
        from maskengine import pycocotools as drop_in

        drop_in.install()
    from pycocotools import coco, mask

    origin = mask.__name__.split(".", maxsplit=1)[0]
    assert origin == ("maskengine" if which == "maskengine" else "pycocotools")
    assert coco.maskUtils is mask
    found = {}
    with contextlib.redirect_stdout(io.StringIO()):
        for gt_path in sorted(Path(folder).glob("*.gt.json")):
            dt_path = gt_path.with_name(gt_path.name.replace(".gt.", ".dt."))
            for kind in ("segm", "bbox"):
                found[gt_path.name, kind] = evaluate(gt_path, dt_path, kind)
            found[gt_path.name, "annotations"] = annotations(gt_path)
    Path(target).write_bytes(pickle.dumps(found))


if __name__ == "__main__":
    main(*sys.argv[1:])
