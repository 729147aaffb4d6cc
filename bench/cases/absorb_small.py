"""absorb_small: small regions of a label map go to the background; no peer has neighbours."""

import numpy as np

import maskengine as me
import scenes
from harness import Job, Race

LEAST = 50  # pixels


def to_void(label_map):
    out = np.empty_like(label_map)
    return Job(lambda: me.absorb_small(label_map, LEAST, to="void", out=out))


def cc3d(label_map):
    import cc3d as peer

    return Job(lambda: peer.dust(label_map, threshold=LEAST, connectivity=8))


def skimage(label_map):
    from skimage.measure import label
    from skimage.morphology import remove_small_objects

    def run():
        regions = label(label_map, connectivity=2)
        return label_map * (remove_small_objects(regions, max_size=LEAST - 1) != 0)

    return Job(run)


RACES = [
    Race(
        "small regions of 30 classes 4K to void",
        ("absorb_small",),
        scenes.classes,
        to_void,
        {"cc3d": cc3d, "scikit-image": skimage},
        lambda label_map: (label_map.nbytes, label_map.nbytes),
    ),
]
