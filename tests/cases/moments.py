"""moments: oracle in exact fractions, laws, peers and hostile calls."""

from fractions import Fraction

import numpy as np
from hypothesis import strategies as st

import maskengine as me
from maskengine.testing import oracles, strategies
from maskengine.testing.cases import Case

RAW = ["m00", "m10", "m01", "m20", "m11", "m02", "m30", "m21", "m12", "m03"]
CENTRAL = ["20", "11", "02", "30", "21", "12", "03"]
NAMES = RAW + ["mu" + order for order in CENTRAL] + ["nu" + order for order in CENTRAL]


def exact(mask):
    y, x = (axis.astype(object) for axis in np.nonzero(mask))
    raw = [int((x ** int(name[1]) * y ** int(name[2])).sum()) for name in RAW]
    if not x.size:
        return raw + [0] * 14
    cx, cy = Fraction(raw[1], raw[0]), Fraction(raw[2], raw[0])
    mu = [sum((x - cx) ** int(p) * (y - cy) ** int(q)) for p, q in CENTRAL]
    nu = [
        float(value) / float(raw[0]) ** ((int(p) + int(q)) / 2 + 1)
        for value, (p, q) in zip(mu, CENTRAL, strict=True)
    ]
    return raw + mu + nu


def oracle(masks):
    rows = [tuple(float(v) for v in exact(mask)) for mask in oracles.decode(masks)]
    return np.array(rows, [(name, np.float64) for name in NAMES])


def close(ours, wanted):
    """Compare raw moments to the last bit and the others to 1e-12 of what is summed."""
    if ours.dtype != wanted.dtype or ours.shape != wanted.shape:
        return False
    raw = all(np.array_equal(ours[name], wanted[name]) for name in RAW)
    scale = np.maximum(wanted["mu20"] + wanted["mu02"], 1.0) ** 1.5
    mu = all(np.all(abs(ours["mu" + o] - wanted["mu" + o]) <= 1e-12 * scale) for o in CENTRAL)
    nu = all(np.allclose(ours["nu" + o], wanted["nu" + o], rtol=1e-9, atol=1e-12) for o in CENTRAL)
    return raw and mu and nu


def opencv(masks):
    import cv2

    rows = []
    for mask in oracles.decode(masks):
        found = cv2.moments(mask.astype(np.uint8), True) if mask.size else dict.fromkeys(NAMES, 0)
        rows.append(tuple(found[name] for name in NAMES))
    return np.array(rows, [(name, np.float64) for name in NAMES])


def close_to_opencv(ours, wanted):
    # OpenCV forms central moments from rounded raw ones: it loses digits where they cancel
    scale = np.maximum(wanted["m30"] + wanted["m03"] + wanted["m21"] + wanted["m12"], 1.0)
    area = np.maximum(wanted["m00"], 1.0)
    raw = all(np.allclose(ours[name], wanted[name], rtol=1e-12) for name in RAW)
    mu = all(np.all(abs(ours["mu" + o] - wanted["mu" + o]) <= 1e-9 * scale) for o in CENTRAL)
    nu = all(
        np.all(abs(ours["nu" + o] - wanted["nu" + o]) <= 1e-9 * scale / area**2) for o in CENTRAL
    )
    return raw and mu and nu


def central_ones_ignore_a_shift(masks):
    wide = me.pad(masks, 40, 40, 40, 40)
    here, moved = me.moments(wide), me.moments(me.shift(wide, 37, -23))
    # about the centroid less its whole part, so the same numbers are added
    return all(np.allclose(here["mu" + o], moved["mu" + o], rtol=1e-9, atol=1e-6) for o in CENTRAL)


CASES = [
    Case(
        name="moments",
        run=me.moments,
        inputs=st.tuples(strategies.masks(max_side=40)),
        oracle=oracle,
        same=close,
        laws={
            "area_comes_first": lambda masks: np.array_equal(
                me.moments(masks)["m00"], me.area(masks)
            ),
            "central_ones_ignore_a_shift": central_ones_ignore_a_shift,
        },
        hostile={
            "an array": lambda: me.moments(np.zeros((3, 3), bool)),
            "none": lambda: me.moments(None),
        },
    ),
    Case(
        name="moments-opencv",
        run=me.moments,
        inputs=st.tuples(strategies.masks()),
        oracle=opencv,
        same=close_to_opencv,
    ),
]
