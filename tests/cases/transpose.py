"""transpose: oracle, laws, peers and hostile calls."""

import numpy as np
from hypothesis import strategies as st

import maskengine as me
from maskengine.testing import oracles, strategies
from maskengine.testing.cases import Case


def rlemasklib(masks):
    from rlemasklib import RLEMask

    turned = [
        RLEMask.from_array(mask.astype(np.uint8)).transpose().to_array() if mask.size else mask.T
        for mask in oracles.decode(masks)
    ]
    return oracles.encode(turned)


CASES = [
    Case(
        name="transpose",
        run=me.transpose,
        inputs=st.tuples(strategies.masks()),
        oracle=lambda masks: oracles.transform(masks, np.transpose),
        laws={
            "twice_is_nothing": lambda masks: (
                me.transpose(me.transpose(masks)) == me.rot90(masks, 0)
            ),
            "exchanges_the_flips": lambda masks: (
                me.transpose(me.flip(masks, "vertical"))
                == me.flip(me.transpose(masks), "horizontal")
            ),
            "area_stays": lambda masks: np.array_equal(
                me.area(me.transpose(masks)), me.area(masks)
            ),
        },
        peers={"rlemasklib": rlemasklib},
        hostile={
            "an array": lambda: me.transpose(np.zeros((3, 3), bool)),
            "none": lambda: me.transpose(None),
        },
    ),
]
