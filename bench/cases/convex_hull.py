"""convex_hull beside scikit-image and shapely."""

import numpy as np

import maskengine as me
import scenes
from harness import Job, Race


def hundred():
    return scenes.instances()[:100]


def blob():
    return [scenes.blob_rle()]


def ours(rles):
    masks = scenes.batch(rles)
    return Job(lambda: me.convex_hull(masks), scenes.counts)


def texts(hulls):
    return [scenes.as_rle(hull.astype(np.uint8))["counts"] for hull in hulls]


def scikit_image(rles):
    from skimage.morphology import convex_hull_image

    dense = [scenes.peer.decode(rle) for rle in rles]
    return Job(lambda: [convex_hull_image(mask, offset_coordinates=False) for mask in dense], texts)


def shapely(rles):
    import shapely as peer

    def hull(mask):
        points = np.argwhere(mask)[:, ::-1]
        (left, top), (right, bottom) = points.min(0), points.max(0) + 1
        polygon = peer.MultiPoint(points).convex_hull
        peer.prepare(polygon)
        y, x = np.mgrid[top:bottom, left:right]
        out = np.zeros(mask.shape, bool)
        out[top:bottom, left:right] = peer.intersects_xy(polygon, x, y)
        return out

    dense = [scenes.peer.decode(rle) for rle in rles]
    return Job(lambda: [hull(mask) for mask in dense], texts)


RACES = [
    Race(
        "convex_hull of 100 instances",
        ("convex_hull",),
        hundred,
        ours,
        {"scikit-image": scikit_image, "shapely": shapely},
    ),
    Race("convex_hull of blob 4096", ("convex_hull",), blob, ours, {"scikit-image": scikit_image}),
]
