"""contains: oracle, laws and hostile calls."""

import numpy as np
from hypothesis import strategies as st

import maskengine as me
from maskengine.testing import oracles, strategies
from maskengine.testing.cases import Case


def oracle(masks, points):
    out = np.zeros((len(masks), len(points)), bool)
    for i, dense in enumerate(oracles.decode(masks)):
        height, width = dense.shape
        for k, (x, y) in enumerate(points):
            if 0 <= x < width and 0 <= y < height:
                out[i, k] = dense[int(y), int(x)]
    return out


def every_pixel_is_found(masks, _):
    for i, dense in enumerate(oracles.decode(masks)):
        y, x = np.indices(dense.shape)
        points = np.stack([x.ravel(), y.ravel()], 1)
        if not np.array_equal(me.contains(masks[i], points)[0], dense.ravel()):
            return False
    return True


def of_complement(masks, points):
    found = me.contains(masks, points) ^ me.contains(me.complement(masks), points)
    heights, widths = masks.sizes[:, :1], masks.sizes[:, 1:]
    x, y = points[:, 0], points[:, 1]
    return np.array_equal(found, (x >= 0) & (y >= 0) & (x < widths) & (y < heights))


def one():
    return oracles.encode([np.ones((2, 3), bool)])


CASES = [
    Case(
        name="contains",
        run=me.contains,
        inputs=st.tuples(strategies.masks(), strategies.points(40)),
        oracle=oracle,
        laws={
            "every_pixel_is_found": every_pixel_is_found,
            "mask_or_complement_inside": of_complement,
        },
        hostile={
            "nan": lambda: me.contains(one(), [(0, 0), (0, float("nan"))]),
            "three coordinates": lambda: me.contains(one(), [(0, 0, 0)]),
            "one point without a list": lambda: me.contains(one(), (0, 0)),
            "words": lambda: me.contains(one(), [("a", "b")]),
            "complex": lambda: me.contains(one(), [(1j, 0)]),
            "none": lambda: me.contains(one(), None),
            "an array": lambda: me.contains(np.ones((2, 2), bool), [(0, 0)]),
        },
    ),
]
