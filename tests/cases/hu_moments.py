"""hu_moments: oracle in exact fractions, laws, OpenCV and hostile calls."""

from fractions import Fraction

import numpy as np
from hypothesis import strategies as st

import maskengine as me
from maskengine.testing import oracles, strategies
from maskengine.testing.cases import Case


def of_mask(mask):
    """Hu's seven polynomials of the normalised central moments, the last step in doubles."""
    y, x = (axis.tolist() for axis in np.nonzero(mask))
    if not x:
        return [0.0] * 7
    n = len(x)
    cx, cy = Fraction(sum(x), n), Fraction(sum(y), n)

    def nu(p, q):
        total = sum((a - cx) ** p * (b - cy) ** q for a, b in zip(x, y, strict=True))
        return float(total) / float(n) ** ((p + q) / 2 + 1)

    a, b, c = nu(2, 0), nu(1, 1), nu(0, 2)
    d, e, f, g = nu(3, 0), nu(2, 1), nu(1, 2), nu(0, 3)
    return [
        a + c,
        (a - c) ** 2 + 4 * b**2,
        (d - 3 * f) ** 2 + (3 * e - g) ** 2,
        (d + f) ** 2 + (e + g) ** 2,
        (d - 3 * f) * (d + f) * ((d + f) ** 2 - 3 * (e + g) ** 2)
        + (3 * e - g) * (e + g) * (3 * (d + f) ** 2 - (e + g) ** 2),
        (a - c) * ((d + f) ** 2 - (e + g) ** 2) + 4 * b * (d + f) * (e + g),
        (3 * e - g) * (d + f) * ((d + f) ** 2 - 3 * (e + g) ** 2)
        - (d - 3 * f) * (e + g) * (3 * (d + f) ** 2 - (e + g) ** 2),
    ]


def oracle(masks):
    return np.array([of_mask(mask) for mask in oracles.decode(masks)], np.float64).reshape(-1, 7)


def opencv(masks):
    import cv2

    rows = [
        cv2.HuMoments(cv2.moments(mask.astype(np.uint8), True)).ravel()
        if mask.size
        else np.zeros(7)
        for mask in oracles.decode(masks)
    ]
    return np.array(rows, np.float64).reshape(-1, 7)


def close(ours, wanted):
    """Compare to 1e-9 of the size that the terms of each polynomial may have."""
    first = np.maximum(np.abs(wanted[:, :1]), np.abs(ours[:, :1])) + 1e-3
    degree = np.array([1, 2, 3, 3, 6, 4, 6])
    return ours.shape == wanted.shape and bool(
        (np.abs(ours - wanted) <= 1e-8 * np.maximum(first, 1) ** degree).all()
    )


CASES = [
    Case(
        name="hu_moments",
        run=me.hu_moments,
        inputs=st.tuples(strategies.masks(max_side=40)),
        oracle=oracle,
        same=close,
        laws={
            "a_turn_changes_nothing": lambda masks: close(
                me.hu_moments(me.rot90(masks, 1)), me.hu_moments(masks)
            ),
            "a_mirror_turns_the_sign_of_the_last": lambda masks: close(
                me.hu_moments(me.flip(masks, "horizontal")) * [1, 1, 1, 1, 1, 1, -1],
                me.hu_moments(masks),
            ),
        },
        peers={"opencv": opencv},
        hostile={
            "an array": lambda: me.hu_moments(np.zeros((3, 3), bool)),
            "none": lambda: me.hu_moments(None),
        },
    ),
]
