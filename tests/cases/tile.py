"""tile, hstack, vstack: NumPy's on dense masks, laws, and hostile calls."""

import numpy as np
from hypothesis import strategies as st

import maskengine as me
from maskengine.testing import oracles, strategies
from maskengine.testing.cases import Case


@st.composite
def parts(draw, axis):
    n = draw(st.integers(0, 3))
    shared = [draw(st.integers(0, 20)) for _ in range(n)]
    batches = []
    for _ in range(draw(st.integers(1, 4))):
        sizes = [(draw(st.integers(0, 20)), side) for side in shared]
        sizes = [size if axis == 0 else size[::-1] for size in sizes]
        batches.append(oracles.encode([draw(strategies.dense(size)) for size in sizes]))
    return (batches,)


def stack_oracle(stack):
    def oracle(batches):
        dense = [oracles.decode(batch) for batch in batches]
        return oracles.encode([stack(items) for items in zip(*dense, strict=True)])

    return oracle


def small(height=2, width=3, n=1):
    return oracles.encode(np.ones((n, height, width), bool))


def stack_case(name, axis):
    operation, stack = getattr(me, name), (np.vstack, np.hstack)[axis]
    other = small(2, 4) if axis == 0 else small(3, 3)
    return Case(
        name=name,
        run=operation,
        inputs=parts(axis),
        oracle=stack_oracle(stack),
        laws={
            "one_batch_is_taken_apart": lambda batches: all(
                operation(me.Masks.concatenate([b[i] for b in batches]))
                == operation([b[i] for b in batches])
                for i in range(len(batches[0]))
            ),
            "areas_add_up": lambda batches: np.array_equal(
                me.area(operation(batches)), sum(me.area(b) for b in batches)
            ),
        },
        hostile={
            "sides that differ": lambda: operation([small(), other]),
            "an array": lambda: operation(np.ones((2, 2), bool)),
            "nothing": lambda: operation([]),
            "an empty batch": lambda: operation(small(n=0)),
            "lengths that differ": lambda: operation([small(n=2), small(n=3)]),
            "a side past the largest": lambda: operation(
                [me.Masks([0], [0, 1], [(0, 2**31 - 1) if axis else (2**31 - 1, 0)])] * 2
            ),
        },
    )


CASES = [
    Case(
        name="tile",
        run=me.tile,
        inputs=st.tuples(strategies.masks(max_side=30), st.integers(0, 4), st.integers(0, 4)),
        oracle=lambda masks, rows, columns: oracles.transform(
            masks, lambda mask: np.tile(mask, (rows, columns))
        ),
        laws={
            "once_is_nothing": lambda masks, *_: me.tile(masks) == me.rot90(masks, 0),
            "twice_is_a_stack": lambda masks, *_: (
                me.tile(masks, 2, 1) == me.vstack([masks, masks])
                and me.tile(masks, 1, 2) == me.hstack([masks, masks])
            ),
        },
        hostile={
            "an array": lambda: me.tile(np.ones((2, 2), bool), 1, 1),
            "negative": lambda: me.tile(small(), -1, 1),
            "half": lambda: me.tile(small(), 1, 0.5),
            "a side past the largest": lambda: me.tile(small(), 1, 2**30),
            "a number past the largest": lambda: me.tile(small(), 2**70, 1),
            "runs without end": lambda: me.tile(me.Masks([1, 1], [0, 2], [(2, 1)]), 2**29, 2**29),
        },
    ),
    stack_case("vstack", 0),
    stack_case("hstack", 1),
]
