"""shift: oracle, laws, peers and hostile calls."""

import numpy as np
from hypothesis import strategies as st

import maskengine as me
from maskengine.testing import oracles, strategies
from maskengine.testing.cases import Case

ONE = me.Masks([6], [0, 1], [(2, 3)])


@st.composite
def masks_and_offsets(draw):
    masks = draw(strategies.masks())
    step = st.one_of(st.integers(-9, 9), st.integers(-80, 80))
    dx, dy = draw(step), draw(step)
    if draw(st.booleans()):
        dx = np.array([draw(step) for _ in masks], np.int64)
    return masks, dx, dy


def moved(mask, dx, dy):
    out = np.zeros_like(mask)
    y, x = np.nonzero(mask)
    seen = (y + dy >= 0) & (y + dy < mask.shape[0]) & (x + dx >= 0) & (x + dx < mask.shape[1])
    out[y[seen] + dy, x[seen] + dx] = True
    return out


def each(masks, dx, dy):
    return [np.broadcast_to(np.asarray(v, np.int64), len(masks)) for v in (dx, dy)]


def rlemasklib(masks, dx, dy):
    from rlemasklib import RLEMask

    return oracles.transform(
        masks,
        lambda mask, x, y: (
            RLEMask.from_array(mask.astype(np.uint8)).shift((y, x)).to_array()
            if mask.size
            else mask
        ),
        *each(masks, dx, dy),
    )


def there_and_back(masks, dx, dy):
    wide = me.pad(masks, 80, 80, 80, 80)
    return me.shift(me.shift(wide, dx, dy), -dx, -dy) == wide


CASES = [
    Case(
        name="shift",
        run=me.shift,
        inputs=masks_and_offsets(),
        oracle=lambda masks, dx, dy: oracles.transform(masks, moved, *each(masks, dx, dy)),
        laws={"there_and_back": there_and_back},
        peers={"rlemasklib": rlemasklib},
        hostile={
            "an array": lambda: me.shift(np.zeros((3, 3), bool), 1, 1),
            "a float": lambda: me.shift(ONE, 1.5),
            "NaN": lambda: me.shift(ONE, dy=float("nan")),
            "text": lambda: me.shift(ONE, "1"),
            "past int64": lambda: me.shift(ONE, 2**63),
            "one per mask too many": lambda: me.shift(ONE, [1, 2]),
        },
    ),
]
