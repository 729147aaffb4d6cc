"""convex_hull: separating lines as the oracle, laws, peers and hostile calls."""

import numpy as np
from hypothesis import strategies as st

import maskengine as me
from maskengine.testing import oracles, strategies
from maskengine.testing.cases import Case


def hull(mask):
    """Keep the pixels that no line parts from the foreground.

    The edges of the hull join pixels, so lines along them suffice; the ends of a hull that is a
    line itself lie on lines along an axis.
    """
    if not mask.any():
        return mask
    height, width = mask.shape
    y, x = np.indices(mask.shape)
    inside = np.ones(mask.shape, bool)
    for dx in range(-max(width - 1, 1), max(width - 1, 1) + 1):
        for dy in range(-max(height - 1, 1), max(height - 1, 1) + 1):
            side = dx * y - dy * x
            inside &= side <= side[mask].max()
    return inside


def scikit_image(masks):
    from skimage.morphology import convex_hull_image

    def one(mask):
        if not is_flat(mask):
            return convex_hull_image(mask, offset_coordinates=False)
        return hull(mask)  # Qhull refuses a hull without area: they give an empty image

    return oracles.transform(masks, one)


def is_flat(mask):
    points = np.argwhere(mask)
    return len(points) < 3 or np.linalg.matrix_rank(points - points[0]) < 2


def opencv(masks):
    import cv2

    def one(mask):
        points = np.argwhere(mask)[:, ::-1].astype(np.int32)
        if not len(points):
            return mask
        polygon = cv2.convexHull(points)
        sides = [
            cv2.pointPolygonTest(polygon, (x, y), measureDist=False)
            for y, x in np.ndindex(mask.shape)
        ]
        return np.reshape(sides, mask.shape) >= 0

    return oracles.transform(masks, one)


def shapely(masks):
    import shapely as peer

    def one(mask):
        y, x = np.indices(mask.shape)
        return peer.intersects_xy(peer.MultiPoint(np.argwhere(mask)[:, ::-1]).convex_hull, x, y)

    return oracles.transform(masks, one)


def too_many_runs():
    with me.use(limits={"mask_runs": 100}):  # a row of 1000 pixels of 2
        me.convex_hull(me.Masks([0, 1, 1997, 1, 1], [0, 5], [(2, 1000)]))


CASES = [
    Case(
        name="convex_hull",
        run=me.convex_hull,
        inputs=st.tuples(strategies.masks(max_side=24)),
        oracle=lambda masks: oracles.transform(masks, hull),
        laws={
            "of_a_hull_is_itself": lambda masks: (
                me.convex_hull(me.convex_hull(masks)) == me.convex_hull(masks)
            ),
            "holds_the_mask": lambda masks: (
                not me.area(me.difference(masks, me.convex_hull(masks))).any()
            ),
            "keeps_the_box": lambda masks: np.array_equal(
                me.bbox(me.convex_hull(masks)), me.bbox(masks)
            ),
            "transposed_it_is_the_same": lambda masks: (
                me.convex_hull(me.transpose(masks)) == me.transpose(me.convex_hull(masks))
            ),
            "mirrored_it_is_the_same": lambda masks: (
                me.convex_hull(me.flip(masks)) == me.flip(me.convex_hull(masks))
            ),
            "of_a_part_is_a_part": lambda masks: (
                not me.area(
                    me.difference(me.convex_hull(me.erode(masks, 1)), me.convex_hull(masks))
                ).any()
            ),
        },
        peers={"scikit-image": scikit_image, "opencv": opencv, "shapely": shapely},
        hostile={
            "an array": lambda: me.convex_hull(np.zeros((3, 3), bool)),
            "a dict": lambda: me.convex_hull({"size": [1, 1], "counts": [1]}),
            "none": lambda: me.convex_hull(None),
            "a hull of too many runs": too_many_runs,
        },
    ),
]
