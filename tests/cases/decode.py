"""decode: oracle, laws, peers and hostile calls."""

import numpy as np
from hypothesis import strategies as st

import maskengine as me
from maskengine.testing import oracles, strategies
from maskengine.testing.cases import Case

_DTYPES = ["?", "u1", "u2", "u4", "u8", "i1", "i2", "i4", "i8"]


@st.composite
def calls(draw):
    masks = draw(strategies.masks(min_masks=1, same_size=True, max_side=150))
    dtype = np.dtype(draw(st.sampled_from(_DTYPES)))
    value = 1 if dtype.kind == "b" else draw(st.integers(*_range(dtype)))
    return masks, draw(st.sampled_from("CF")), dtype, value


def _range(dtype):
    info = np.iinfo(dtype)
    return int(info.min), int(info.max)


def run(masks, order, dtype, value):
    return me.decode(masks, order=order, dtype=dtype, value=value)


def oracle(masks, order, dtype, value):
    stack = np.zeros((len(masks), *masks.sizes[0]), dtype)
    stack[np.stack(oracles.decode(masks))] = value
    return stack


def into_buffers(masks, order, dtype, value):
    """Every stride a caller may have: padded, reversed, interleaved; nothing else is touched."""
    n, (height, width) = len(masks), masks.sizes[0]
    wanted = oracle(masks, order, dtype, value)
    room = np.full((n, 2 * height + 3, 3 * width + 5), 99 if dtype.kind != "b" else 1, dtype)
    views = [
        room[:, 1 : 1 + height, 2 : 2 + width],
        room[:, : 2 * height : 2, : 3 * width : 3],
        room[:, :height, :width][:, ::-1, ::-1],
        room.transpose(0, 2, 1)[:, :height, :width] if height <= 3 * width else room[:0],
    ]
    for view in views:
        if view.shape != wanted.shape:
            continue
        before = room.copy()
        assert me.decode(masks, out=view, value=value) is view
        if not np.array_equal(view, wanted):
            return False
        mask = np.ones_like(room, bool)
        _same_view(mask, view, room)[...] = False
        if not np.array_equal(room[mask], before[mask]):
            return False
        room[...] = before
    return True


def _same_view(other, view, room):
    offset = view.__array_interface__["data"][0] - room.__array_interface__["data"][0]
    strides = tuple(s // room.itemsize for s in view.strides)
    return np.ndarray(view.shape, bool, other, offset // room.itemsize, strides)


def pycocotools_decode(masks, order, dtype, value):
    from pycocotools import mask as peer

    stack = np.stack([peer.decode(one) for one in masks.to_coco()])
    return (stack * np.array(value, dtype)).astype(dtype)


MASK = me.Masks([1, 2, 1], [0, 3], [(2, 2)])

CASES = [
    Case(
        name="decode",
        cuda=(0,),
        run=run,
        inputs=calls(),
        oracle=oracle,
        laws={
            "any_buffer": into_buffers,
            "encode_gives_the_mask_back": lambda masks, order, dtype, value: (
                value == 0
                or np.array_equal(
                    me.area(me.encode(run(masks, order, dtype, value))), me.area(masks)
                )
            ),
        },
        peers={"pycocotools": pycocotools_decode},
        hostile={
            "float dtype": lambda: me.decode(MASK, dtype=float),
            "value out of range": lambda: me.decode(MASK, dtype="u1", value=256),
            "negative value": lambda: me.decode(MASK, dtype="u1", value=-1),
            "fractional value": lambda: me.decode(MASK, dtype="u1", value=1.5),
            "order": lambda: me.decode(MASK, order="K"),
            "wrong shape": lambda: me.decode(MASK, out=np.zeros((1, 2, 3), bool)),
            "wrong number": lambda: me.decode(MASK, out=np.zeros((2, 2, 2), bool)),
            "float out": lambda: me.decode(MASK, out=np.zeros((1, 2, 2))),
            "list out": lambda: me.decode(MASK, out=[[0, 0], [0, 0]]),
            "read-only out": lambda: me.decode(MASK, out=np.broadcast_to(False, (1, 2, 2))),
            "mixed sizes": lambda: me.decode(
                me.Masks.concatenate([MASK, me.Masks([1], [0, 1], [(1, 1)])])
            ),
            "too large": lambda: me.decode(me.Masks([4 * 10**8], [0, 1], [(20_000, 20_000)])),
        },
    ),
]
