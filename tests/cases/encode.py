"""encode: oracle, laws, peers and hostile calls."""

import numpy as np
from hypothesis import strategies as st

import maskengine as me
from maskengine.testing import oracles, strategies
from maskengine.testing.cases import Case


def oracle(array):
    return oracles.encode(array if array.ndim == 3 else array[None])


def oracle_above(array, threshold):
    # compared as exact numbers, not as arrays, whose types NumPy would mix
    flat = [[float(v) > threshold for v in one.ravel()] for one in array]
    return oracles.encode(np.reshape(f, one.shape) for f, one in zip(flat, array, strict=True))


def oracle_float(array, threshold):
    with np.errstate(invalid="ignore"):
        return oracles.encode(array.astype(np.float64) > threshold)


def pycocotools_encode(array):
    from pycocotools import mask as peer

    stack = (array if array.ndim == 3 else array[None]) != 0
    found = [peer.encode(np.asfortranarray(one, np.uint8)) for one in stack]
    return me.Masks.from_coco(found)


@st.composite
def float_stacks(draw):
    height, width = draw(strategies.sizes(70))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    values = rng.choice([-1.0, 0.0, 0.1, 0.25, 0.5, np.nan, np.inf, -np.inf], (2, height, width))
    dtype = draw(st.sampled_from(["f2", "f4", "f8"]))
    threshold = draw(st.sampled_from([0.0, 0.1, 0.25, -1.0, 0.3, 1e300, float("-inf")]))
    return draw(strategies.layouts(values.astype(dtype))), threshold


@st.composite
def wide_masks(draw):
    """Draw rows longer than a page, from empty to noise: other loops take them."""
    height, width = draw(st.integers(1, 40)), draw(st.integers(4090, 4300))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    share = draw(st.sampled_from([0.0, 1e-4, 0.003, 0.02, 0.5, 1.0]))
    mask = (rng.random((height, width)) < share).astype(np.uint8) * draw(st.integers(1, 255))
    if draw(st.booleans()):  # long runs along both axes
        mask[: draw(st.integers(0, height)), draw(st.integers(0, width)) :] ^= 1
    return draw(strategies.layouts(mask[None]))[0]


@st.composite
def integer_thresholds(draw):
    array = draw(strategies.stacks(max_side=20))
    threshold = draw(st.sampled_from([0, 1, 63.5, -1, -0.5, 127, 300, -1e9, 1e19, float("inf")]))
    return (array if array.ndim == 3 else array[None]), threshold


CASES = [
    Case(
        name="encode",
        cuda=(0,),
        run=me.encode,
        inputs=st.tuples(strategies.stacks(max_side=150)),
        oracle=oracle,
        laws={
            "decode_gives_the_mask_back": lambda array: (
                np.array_equal(
                    me.decode(me.encode(array)), (array if array.ndim == 3 else array[None]) != 0
                )
                or array.shape[0] == 0
            ),
            "area_is_the_number_of_nonzero": lambda array: (
                int(me.area(me.encode(array)).sum()) == np.count_nonzero(array)
            ),
        },
        peers={"pycocotools": pycocotools_encode},
        hostile={
            "none": lambda: me.encode(None),
            "list": lambda: me.encode([[0, 1]]),
            "text": lambda: me.encode("mask"),
            "one dimension": lambda: me.encode(np.zeros(4, bool)),
            "four dimensions": lambda: me.encode(np.zeros((1, 1, 2, 2), bool)),
            "floats without threshold": lambda: me.encode(np.zeros((2, 2))),
            "complex": lambda: me.encode(np.zeros((2, 2), complex)),
            "objects": lambda: me.encode(np.zeros((2, 2), object)),
            "strings": lambda: me.encode(np.zeros((2, 2), "U3")),
            "dates": lambda: me.encode(np.zeros((2, 2), "M8[s]")),
            "nan threshold": lambda: me.encode(np.zeros((2, 2)), threshold=float("nan")),
            "text threshold": lambda: me.encode(np.zeros((2, 2)), threshold="half"),
        },
    ),
    Case(
        name="encode rows longer than a page",
        cuda=(0,),
        run=me.encode,
        inputs=st.tuples(wide_masks()),
        oracle=oracle,
    ),
    Case(
        name="encode above a threshold, floats",
        cuda=(0,),
        run=me.encode,
        inputs=float_stacks(),
        oracle=oracle_float,
    ),
    Case(
        name="encode above a threshold, integers",
        cuda=(0,),
        run=me.encode,
        inputs=integer_thresholds(),
        oracle=oracle_above,
    ),
]
