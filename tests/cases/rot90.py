"""rot90: oracle, laws and hostile calls."""

import numpy as np
from hypothesis import strategies as st

import maskengine as me
from maskengine.testing import oracles, strategies
from maskengine.testing.cases import Case

NONE = me.Masks([], [0], [])

CASES = [
    Case(
        name="rot90",
        run=me.rot90,
        inputs=st.tuples(strategies.masks(), st.integers(-5, 5)),
        oracle=lambda masks, k: oracles.transform(masks, lambda mask: np.rot90(mask, k)),
        laws={
            "four_are_none": lambda masks, k: me.rot90(masks, k + 4) == me.rot90(masks, k),
            "turns_add_up": lambda masks, k: me.rot90(me.rot90(masks, k)) == me.rot90(masks, k + 1),
            "is_transpose_and_flip": lambda masks, _: (
                me.rot90(masks) == me.flip(me.transpose(masks), "vertical")
            ),
            "perimeter_stays": lambda masks, k: np.array_equal(
                me.perimeter(me.rot90(masks, k)), me.perimeter(masks)
            ),
        },
        hostile={
            "an array": lambda: me.rot90(np.zeros((3, 3), bool)),
            "a float": lambda: me.rot90(NONE, 1.0),
            "NaN": lambda: me.rot90(NONE, float("nan")),
            "text": lambda: me.rot90(NONE, "1"),
            "none": lambda: me.rot90(NONE, None),
        },
    ),
]
