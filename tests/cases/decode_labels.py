"""decode_labels: oracle and hostile calls."""

import itertools

import numpy as np
from hypothesis import strategies as st

import maskengine as me
from maskengine.testing import strategies
from maskengine.testing.cases import Case


@st.composite
def batches(draw):
    """Draw maps of one size in runs that may be empty or go on with the same label."""
    height, width = draw(strategies.sizes(12))
    n = draw(st.integers(1, 3))
    dtype = draw(st.sampled_from(["u1", "i2", "u4", "i8"]))
    lengths, labels, offsets = [], [], [0]
    for _ in range(n):
        area = height * width
        cuts = sorted(draw(st.lists(st.integers(0, area), max_size=8)))
        ends = [0, *cuts, area]
        lengths += [b - a for a, b in itertools.pairwise(ends)]
        labels += draw(st.lists(st.integers(0, 3), min_size=len(cuts) + 1, max_size=len(cuts) + 1))
        offsets.append(len(lengths))
    return (me.LabelRuns(lengths, np.array(labels, dtype), offsets, [(height, width)] * n),)


def oracle(runs):
    """Write one pixel after another."""
    height, width = runs.sizes[0].tolist()
    out = np.zeros((len(runs), height, width), runs.labels.dtype)
    for i in range(len(runs)):
        at = 0
        for k in range(int(runs.offsets[i]), int(runs.offsets[i + 1])):
            for _ in range(int(runs.lengths[k])):
                out[i, at % height, at // height] = runs.labels[k]
                at += 1
    return out


CASES = [
    Case(
        name="decode_labels",
        run=me.decode_labels,
        inputs=batches(),
        oracle=oracle,
        hostile={
            "an array": lambda: me.decode_labels(np.ones((2, 3), int)),
            "masks": lambda: me.decode_labels(me.encode(np.ones((2, 3), int))),
            "two sizes": lambda: me.decode_labels(
                me.LabelRuns([6, 6], [1, 2], [0, 1, 2], [(2, 3), (3, 2)])
            ),
        },
    ),
]
