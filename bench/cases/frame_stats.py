"""frame_stats: areas, components, boundary and neighbours of all classes of a map."""

import numpy as np

import maskengine as me
import scenes
from harness import Job, Race


def frame():
    """Give a map of 30 classes, 2048 x 1024."""
    return np.ascontiguousarray(scenes.classes()[:1024, :2048])


def ours(label_map):
    return Job(
        lambda: me.frame_stats(label_map, connectivity=4),
        lambda found: [found.area.tolist(), found.components.tolist(), found.boundary.tolist()],
    )


def by_peers(label_map):
    """Ask NumPy for areas, scipy for components, scikit-image for the boundary."""
    from scipy import ndimage
    from skimage.segmentation import find_boundaries

    def run():
        near = find_boundaries(label_map, 1, "thick")
        labels, area = np.unique(label_map, return_counts=True)
        components = [ndimage.label(label_map == label)[1] for label in labels]
        boundary = np.bincount(label_map[near], minlength=int(labels[-1]) + 1)[labels]
        return area, components, boundary

    return Job(run, lambda found: [found[0].tolist(), list(found[1]), found[2].tolist()])


RACES = [
    Race("statistics of 30 classes 2048", ("frame_stats",), frame, ours,
         {"scipy": by_peers}, lambda label_map: (label_map.nbytes, 0)),
]  # fmt: skip
