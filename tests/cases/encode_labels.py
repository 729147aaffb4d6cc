"""encode_labels: oracle, laws and hostile calls."""

import numpy as np

import maskengine as me
from cases.joint import maps
from maskengine.testing.cases import Case


def oracle(label_map):
    """Look at one pixel after another, column by column."""
    stack = label_map if label_map.ndim == 3 else label_map[None]
    lengths, labels, offsets = [], [], [0]
    for one in stack:
        pixels = one.ravel(order="F").tolist()
        for i, pixel in enumerate(pixels):
            if i == 0 or pixel != pixels[i - 1]:
                lengths.append(0)
                labels.append(int(pixel))
            lengths[-1] += 1
        if not pixels:
            lengths.append(0)
            labels.append(0)
        offsets.append(len(lengths))
    dtype = np.uint8 if label_map.dtype == np.bool_ else label_map.dtype
    return (
        np.array(lengths, np.uint32),
        np.array(labels, dtype),
        np.array(offsets, np.int64),
        np.array([stack.shape[1:]] * len(stack), np.int64).reshape(-1, 2),
    )


def run(label_map):
    runs = me.encode_labels(label_map)
    return runs.lengths, runs.labels, runs.offsets, runs.sizes


def decode_undoes_it(label_map):
    stack = label_map if label_map.ndim == 3 else label_map[None]
    if len(stack) == 0:
        return len(me.encode_labels(label_map)) == 0
    return np.array_equal(me.decode_labels(me.encode_labels(label_map)), stack)


def masks_give_the_same(label_map):
    stack = label_map if label_map.ndim == 3 else label_map[None]
    for one in stack.view(np.uint8) if stack.dtype == np.bool_ else stack:
        masks, ids = me.split(one)
        order = np.random.default_rng(len(ids)).permutation(len(ids))
        if len(ids) and me.encode_labels(masks[order], ids[order]) != me.encode_labels(one):
            return False
    return True


ONE = np.ones((2, 3), np.uint8)
MASKS = me.encode(np.stack([ONE, ONE]))

CASES = [
    Case(
        name="encode_labels",
        run=run,
        inputs=maps(most=1),
        oracle=oracle,
        laws={"decode_undoes_it": decode_undoes_it, "masks_give_the_same": masks_give_the_same},
        hostile={
            "floats": lambda: me.encode_labels(ONE.astype(float)),
            "a line": lambda: me.encode_labels(ONE[0]),
            "a list": lambda: me.encode_labels([[1, 2]]),
            "labels of an array": lambda: me.encode_labels(ONE, [1]),
            "masks without labels": lambda: me.encode_labels(MASKS),
            "masks that overlap": lambda: me.encode_labels(MASKS, [1, 2]),
            "too few labels": lambda: me.encode_labels(MASKS, [1]),
            "float labels": lambda: me.encode_labels(MASKS, [0.5, 1.0]),
            "no mask": lambda: me.encode_labels(MASKS[:0], np.zeros(0, int)),
            "masks of two sizes": lambda: me.encode_labels(
                me.Masks.concatenate([me.encode(ONE), me.encode(ONE.T)]), [1, 2]
            ),
        },
    ),
]
