"""centroid: oracle, laws, peers and hostile calls."""

import numpy as np
from hypothesis import strategies as st

import maskengine as me
from maskengine.testing import oracles, strategies
from maskengine.testing.cases import Case


def oracle(masks):
    points = np.full((len(masks), 2), np.nan)
    for point, mask in zip(points, oracles.decode(masks), strict=True):
        y, x = np.nonzero(mask)
        if x.size:  # integers up to one division, so the last bit is defined
            point[:] = (2 * x + 1).sum() / (2 * x.size), (2 * y + 1).sum() / (2 * y.size)
    return points


def opencv(masks):
    import cv2  # numbers pixels by their centres

    points = np.full((len(masks), 2), np.nan)
    for point, mask in zip(points, oracles.decode(masks), strict=True):
        if mask.any():
            found = cv2.moments(mask.astype(np.uint8), True)
            point[:] = found["m10"] / found["m00"] + 0.5, found["m01"] / found["m00"] + 0.5
    return points


def close(ours, wanted):
    return ours.shape == wanted.shape and np.allclose(
        ours, wanted, rtol=1e-12, atol=1e-12, equal_nan=True
    )


CASES = [
    Case(
        name="centroid",
        run=me.centroid,
        inputs=st.tuples(strategies.masks()),
        oracle=oracle,
        laws={
            "turns_with_transpose": lambda masks: np.array_equal(
                me.centroid(me.transpose(masks)), me.centroid(masks)[:, ::-1], equal_nan=True
            ),
        },
        hostile={
            "an array": lambda: me.centroid(np.zeros((3, 3), bool)),
            "none": lambda: me.centroid(None),
        },
    ),
    Case(
        name="centroid-close",
        run=me.centroid,
        inputs=st.tuples(strategies.masks()),
        oracle=oracle,
        same=close,
        peers={"opencv": opencv},
    ),
]
