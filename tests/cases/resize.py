"""resize: oracle, laws, peers and hostile calls."""

import numpy as np
from hypothesis import strategies as st

import maskengine as me
from maskengine.testing import oracles, strategies
from maskengine.testing.cases import Case

ONE = me.Masks([6], [0, 1], [(2, 3)])
EMPTY = me.Masks([0], [0, 1], [(0, 3)])


@st.composite
def masks_and_sizes(draw, methods=("nearest", "opencv")):
    masks = draw(strategies.masks())
    masks = masks[masks.sizes.prod(axis=1) > 0]
    side = st.one_of(st.integers(0, 12), st.integers(0, 150))
    if draw(st.booleans()):
        size = (draw(side), draw(side))
    else:
        size = np.array([(draw(side), draw(side)) for _ in masks], np.int64).reshape(-1, 2)
    return masks, size, draw(st.sampled_from(methods))


def sources(source, target, method):
    i = np.arange(target)
    if method == "nearest":
        return (2 * i + 1) * source // (2 * max(target, 1))
    step = 1.0 / (max(target, 1) / source)  # what cv::resize computes, in doubles
    return np.minimum(np.floor(i * step).astype(int), source - 1)


def each(masks, size):
    return np.broadcast_to(np.asarray(size, np.int64).reshape(-1, 2), (len(masks), 2))


def oracle(masks, size, method):
    def pick(mask, target):
        rows = sources(mask.shape[0], target[0], method)
        return mask[np.ix_(rows, sources(mask.shape[1], target[1], method))]

    return oracles.transform(masks, pick, each(masks, size))


def opencv(masks, size, _):
    import cv2

    def pick(mask, target):
        if target.prod() == 0:
            return np.zeros(target, bool)
        size = (int(target[1]), int(target[0]))
        return cv2.resize(mask.astype(np.uint8), size, interpolation=cv2.INTER_NEAREST)

    return oracles.transform(masks, pick, each(masks, size))


def pillow(masks, size):
    from PIL import Image

    def pick(mask, target):
        if target.prod() == 0:
            return np.zeros(target, bool)
        size = (int(target[1]), int(target[0]))
        return np.asarray(Image.fromarray(mask).resize(size, Image.Resampling.NEAREST))

    return oracles.transform(masks, pick, each(masks, size))


def equal_but_for_ties(masks, wanted, sources):
    """Compare rows and columns of the result whose centres lie within a source pixel."""
    results = zip(oracles.decode(masks), oracles.decode(wanted), sources, strict=True)
    for ours, theirs, source in results:
        clear = [
            (2 * np.arange(target) + 1) * int(side) % (2 * max(target, 1)) != 0
            for side, target in zip(source, ours.shape, strict=True)
        ]
        if not np.array_equal(ours[np.ix_(*clear)], theirs[np.ix_(*clear)]):
            return False
    return True


def whole_factors_repeat(masks, *_):
    doubled = oracles.transform(masks, lambda mask: mask.repeat(3, axis=0).repeat(2, axis=1))
    sizes = masks.sizes * [3, 2]
    return all(me.resize(masks, sizes, method) == doubled for method in ("nearest", "opencv"))


CASES = [
    Case(
        name="resize",
        run=me.resize,
        inputs=masks_and_sizes(),
        oracle=oracle,
        laws={
            "same_size_is_nothing": lambda masks, _, method: (
                me.resize(masks, masks.sizes, method) == me.rot90(masks, 0)
            ),
            "whole_factors_repeat": whole_factors_repeat,
            "turns_with_transpose": lambda masks, size, method: (
                me.resize(me.transpose(masks), each(masks, size)[:, ::-1], method)
                == me.transpose(me.resize(masks, size, method))
            ),
        },
        hostile={
            "an array": lambda: me.resize(np.zeros((3, 3), bool), (1, 1)),
            "negative": lambda: me.resize(ONE, (-1, 2)),
            "huge": lambda: me.resize(ONE, (2**31, 2)),
            "past int64": lambda: me.resize(ONE, (2**70, 2)),
            "floats": lambda: me.resize(ONE, (2.0, 2.0)),
            "NaN": lambda: me.resize(ONE, (float("nan"), 2)),
            "three numbers": lambda: me.resize(ONE, (1, 2, 3)),
            "two sizes for one mask": lambda: me.resize(ONE, [(1, 2)] * 2),
            "text": lambda: me.resize(ONE, "44"),
            "pixels from nothing": lambda: me.resize(EMPTY, (2, 2)),
            "another method": lambda: me.resize(ONE, (2, 2), "linear"),
        },
    ),
    Case(
        name="resize-opencv",
        run=me.resize,
        inputs=masks_and_sizes(methods=("opencv",)),
        oracle=oracle,
        peers={"opencv": opencv},
    ),
    Case(
        name="resize-pillow",
        # Pillow adds up a double per pixel, so an exact tie may fall either way
        run=me.resize,
        inputs=masks_and_sizes(methods=("nearest",)),
        oracle=oracle,
        same=lambda ours, wanted: (
            equal_but_for_ties(ours, *wanted) if isinstance(wanted, tuple) else ours == wanted
        ),
        peers={"pillow": lambda masks, size, _: (pillow(masks, size), masks.sizes)},
    ),
]
