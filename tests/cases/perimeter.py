"""perimeter: oracle, laws and hostile calls."""

import numpy as np
from hypothesis import strategies as st

import maskengine as me
from maskengine.testing import oracles, strategies
from maskengine.testing.cases import Case


def oracle(masks):
    lengths = []
    for mask in oracles.decode(masks):
        framed = np.pad(mask, 1)
        down = framed[1:] != framed[:-1]
        across = framed[:, 1:] != framed[:, :-1]
        lengths.append(down.sum() + across.sum())
    return np.array(lengths, np.int64)


CASES = [
    Case(
        name="perimeter",
        run=me.perimeter,
        inputs=st.tuples(strategies.masks()),
        oracle=oracle,
        laws={
            "transpose_keeps_it": lambda masks: np.array_equal(
                me.perimeter(me.transpose(masks)), me.perimeter(masks)
            ),
            "padding_keeps_it": lambda masks: np.array_equal(
                me.perimeter(me.pad(masks, 1, 2, 3, 4)), me.perimeter(masks)
            ),
        },
        hostile={
            "an array": lambda: me.perimeter(np.zeros((3, 3), bool)),
            "none": lambda: me.perimeter(None),
        },
    ),
]
