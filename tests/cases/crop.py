"""crop: oracle, laws, peers and hostile calls."""

import numpy as np
from hypothesis import strategies as st

import maskengine as me
from maskengine.testing import oracles, strategies
from maskengine.testing.cases import Case

NONE = me.Masks([], [0], [])
ONE = me.Masks([6], [0, 1], [(2, 3)])


@st.composite
def masks_and_boxes(draw, inside=False):
    masks = draw(strategies.masks(same_size=inside, min_masks=1 if inside else 0))
    height, width = masks.sizes[0] if inside and len(masks) else (70, 70)
    reach = 0 if inside else 9

    def box():
        x = sorted(draw(st.integers(-reach, int(width) + reach)) for _ in range(2))
        y = sorted(draw(st.integers(-reach, int(height) + reach)) for _ in range(2))
        return [x[0], y[0], x[1], y[1]]

    if draw(st.booleans()):
        return masks, box()
    return masks, np.array([box() for _ in masks], np.int64).reshape(-1, 4)


def window(mask, box):
    left, top, right, bottom = box
    frame = np.zeros((200, 200), bool)
    frame[50 : 50 + mask.shape[0], 50 : 50 + mask.shape[1]] = mask
    return frame[50 + top : 50 + bottom, 50 + left : 50 + right]


def each(box, masks):
    return np.broadcast_to(np.asarray(box, np.int64).reshape(-1, 4), (len(masks), 4))


def rlemasklib(masks, box):
    from rlemasklib import RLEMask

    cut = []
    boxes = each(box, masks)
    for mask, (left, top, right, bottom) in zip(oracles.decode(masks), boxes, strict=True):
        if mask.size == 0 or left == right or top == bottom:
            cut.append(np.zeros((bottom - top, right - left), bool))  # it gives another size
            continue
        peer = RLEMask.from_array(mask.astype(np.uint8))
        cut.append(peer.crop([left, top, right - left, bottom - top]).to_array())
    return oracles.encode(cut)


CASES = [
    Case(
        name="crop",
        run=me.crop,
        inputs=masks_and_boxes(),
        oracle=lambda masks, box: oracles.transform(masks, window, each(box, masks)),
        laws={
            "undoes_pad": lambda masks, box: all(
                me.crop(me.pad(one, 1, 2, 3, 4), (3, 1, 3 + int(w), 1 + int(h)))
                == oracles.transform(one, lambda mask: mask)
                for one, (h, w) in zip(masks, masks.sizes, strict=True)
            ),
        },
        hostile={
            "an array": lambda: me.crop(np.zeros((3, 3), bool), (0, 0, 1, 1)),
            "right before left": lambda: me.crop(ONE, (2, 0, 1, 1)),
            "bottom before top": lambda: me.crop(ONE, [(0, 2, 1, 1)]),
            "huge": lambda: me.crop(ONE, (0, 0, 2**31, 1)),
            "all of int64": lambda: me.crop(ONE, (-(2**63), 0, 2**63 - 1, 1)),
            "past int64": lambda: me.crop(ONE, (0, 0, 2**70, 1)),
            "floats": lambda: me.crop(ONE, (0.0, 0.0, 1.0, 1.0)),
            "NaN": lambda: me.crop(ONE, (0, 0, float("nan"), 1)),
            "three numbers": lambda: me.crop(ONE, (0, 0, 1)),
            "two boxes for one mask": lambda: me.crop(ONE, [(0, 0, 1, 1)] * 2),
            "ragged": lambda: me.crop(ONE, [(0, 0, 1, 1), (0, 0)]),
            "text": lambda: me.crop(ONE, "0 0 1 1"),
            "none": lambda: me.crop(ONE, None),
        },
    ),
    Case(
        name="crop-inside",
        run=me.crop,
        inputs=masks_and_boxes(inside=True),
        oracle=lambda masks, box: oracles.transform(masks, window, each(box, masks)),
        peers={"rlemasklib": rlemasklib},
    ),
]
