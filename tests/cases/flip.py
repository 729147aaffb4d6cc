"""flip: oracle, laws and hostile calls."""

import numpy as np
from hypothesis import strategies as st

import maskengine as me
from maskengine.testing import oracles, strategies
from maskengine.testing.cases import Case

AXES = {"horizontal": np.fliplr, "vertical": np.flipud}
NONE = me.Masks([], [0], [])

CASES = [
    Case(
        name="flip",
        run=me.flip,
        inputs=st.tuples(strategies.masks(), st.sampled_from(sorted(AXES))),
        oracle=lambda masks, axis: oracles.transform(masks, AXES[axis]),
        laws={
            "twice_is_nothing": lambda masks, axis: (
                me.flip(me.flip(masks, axis), axis) == me.rot90(masks, 0)
            ),
            "both_are_a_half_turn": lambda masks, _: (
                me.flip(me.flip(masks, "vertical"), "horizontal") == me.rot90(masks, 2)
            ),
            "area_stays": lambda masks, axis: np.array_equal(
                me.area(me.flip(masks, axis)), me.area(masks)
            ),
        },
        hostile={
            "an array": lambda: me.flip(np.zeros((3, 3), bool)),
            "another axis": lambda: me.flip(NONE, "diagonal"),
            "a number": lambda: me.flip(NONE, 0),
            "a list": lambda: me.flip(NONE, ["horizontal"]),
        },
    ),
]
