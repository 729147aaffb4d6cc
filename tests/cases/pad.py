"""pad: oracle, laws and hostile calls."""

import numpy as np
from hypothesis import strategies as st

import maskengine as me
from maskengine.testing import oracles, strategies
from maskengine.testing.cases import Case

ONE = me.Masks([6], [0, 1], [(2, 3)])


@st.composite
def masks_and_widths(draw):
    masks = draw(strategies.masks())
    width = st.integers(0, 9)
    widths = [draw(width) for _ in range(4)]
    if draw(st.booleans()):
        widths[draw(st.integers(0, 3))] = np.array([draw(width) for _ in masks], np.int64)
    return masks, *widths


def oracle(masks, top, bottom, left, right):
    n = len(masks)
    values = [np.broadcast_to(np.asarray(v, np.int64), n) for v in (top, bottom, left, right)]
    return oracles.transform(
        masks, lambda mask, t, b, lft, r: np.pad(mask, ((t, b), (lft, r))), *values
    )


CASES = [
    Case(
        name="pad",
        run=me.pad,
        inputs=masks_and_widths(),
        oracle=oracle,
        laws={
            "area_stays": lambda masks, *widths: np.array_equal(
                me.area(me.pad(masks, *widths)), me.area(masks)
            ),
            "nothing_is_nothing": lambda masks, *_: (
                me.pad(masks) == oracles.transform(masks, lambda mask: mask)
            ),
        },
        hostile={
            "an array": lambda: me.pad(np.zeros((3, 3), bool), 1),
            "negative": lambda: me.pad(ONE, -1),
            "negative for one mask": lambda: me.pad(ONE, left=[-1]),
            "huge": lambda: me.pad(ONE, 2**31 - 1),
            "huge twice": lambda: me.pad(ONE, right=2**30, left=2**30),
            "past int64": lambda: me.pad(ONE, bottom=2**64),
            "a float": lambda: me.pad(ONE, 1.0),
            "inf": lambda: me.pad(ONE, float("inf")),
            "text": lambda: me.pad(ONE, "1"),
            "one per mask too many": lambda: me.pad(ONE, [1, 2]),
            "ragged": lambda: me.pad(ONE, [[1], [1, 2]]),
        },
    ),
]
