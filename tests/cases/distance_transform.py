"""distance_transform: oracle, laws, peers and hostile calls."""

import numpy as np
from hypothesis import strategies as st

import maskengine as me
from maskengine.testing import morphology, oracles, strategies
from maskengine.testing.cases import Case

ONE = me.Masks([6], [0, 1], [(2, 3)])
TWO = me.Masks([6, 6], [0, 1, 2], [(2, 3), (3, 2)])
ARRAY = np.zeros((3, 4), np.uint8)


def run(source, spacing, metric, signed):
    return me.distance_transform(source, spacing, metric=metric, signed=signed, dtype=np.float64)


def oracle(source, spacing, metric, signed):
    def one(mask):
        inside = morphology.distances(mask, spacing, metric)
        return inside - morphology.distances(~mask, spacing, metric) if signed else inside

    if isinstance(source, me.Masks):
        return np.stack([one(mask) for mask in oracles.decode(source)])
    stack = (source if source.ndim == 3 else source[None]) != 0
    found = np.zeros(stack.shape)
    for out, mask in zip(found, stack, strict=True):
        out[...] = one(mask)
    return found.reshape(source.shape)


def near(ours, wanted):
    return ours.shape == wanted.shape and np.allclose(ours, wanted, rtol=1e-12, atol=0)


def scipy(mask, spacing, metric, _):
    from scipy import ndimage

    if metric == "euclidean":
        return ndimage.distance_transform_edt(mask, sampling=spacing)
    names = {"chebyshev": "chessboard", "cityblock": "taxicab"}
    return ndimage.distance_transform_cdt(mask, names[metric]).astype(np.float64)


def opencv(mask, *_):
    import cv2

    return cv2.distanceTransform(mask.astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)


def is_an_erosion(mask, *_):
    """Pixels farther than r from background are those that a disk of radius r leaves."""
    distances = me.distance_transform(mask, dtype=np.float64)
    return all(
        np.array_equal(distances > r, me.erode(mask, r, "disk")) for r in (0, 1, 1.5, 2, 3, 7)
    )


METRICS = st.sampled_from(["euclidean", "chebyshev", "cityblock"])
SIGNED = st.booleans()
UNIT = st.just((1, 1))
SPACINGS = st.tuples(st.floats(0.1, 5), st.floats(0.1, 5))
WITH_BACKGROUND = strategies.dense(max_side=24).filter(lambda m: m.size and not m.all())
CASES = [
    Case(
        name="distance_transform",
        run=run,
        inputs=st.tuples(
            st.one_of(
                strategies.masks(min_masks=1, same_size=True, max_side=20),
                strategies.stacks(max_side=20),
            ),
            UNIT,
            METRICS,
            SIGNED,
        ),
        oracle=oracle,
    ),
    Case(
        name="distance_transform, spacing",
        run=run,
        inputs=st.tuples(strategies.dense(max_side=20), SPACINGS, st.just("euclidean"), SIGNED),
        oracle=oracle,
        same=near,
    ),
    Case(
        name="distance_transform, unit",
        run=run,
        inputs=st.tuples(WITH_BACKGROUND, UNIT, METRICS, st.just(False)),
        oracle=oracle,
        peers={"scipy": scipy},
        laws={"is_an_erosion": is_an_erosion},
    ),
    Case(
        name="distance_transform, float32",
        run=lambda mask, *_: me.distance_transform(mask),
        inputs=st.tuples(WITH_BACKGROUND),
        oracle=lambda mask: morphology.distances(mask, (1, 1), "euclidean").astype(np.float32),
        same=lambda ours, wanted: ours.dtype == np.float32 and np.allclose(ours, wanted, 1e-6, 0),
        peers={"opencv": opencv},
    ),
    Case(
        name="distance_transform, spacing of a peer",
        run=run,
        inputs=st.tuples(WITH_BACKGROUND, SPACINGS, st.just("euclidean"), st.just(False)),
        oracle=oracle,
        same=near,
        peers={"scipy": scipy},
        hostile={
            "a list": lambda: me.distance_transform([[0, 1]]),
            "floats": lambda: me.distance_transform(np.zeros((2, 2))),
            "one dimension": lambda: me.distance_transform(np.zeros(4, bool)),
            "zero spacing": lambda: me.distance_transform(ONE, 0),
            "negative spacing": lambda: me.distance_transform(ONE, (1, -1)),
            "nan spacing": lambda: me.distance_transform(ONE, float("nan")),
            "three spacings": lambda: me.distance_transform(ONE, (1, 1, 1)),
            "text": lambda: me.distance_transform(ONE, "11"),
            "another metric": lambda: me.distance_transform(ONE, metric="manhattan"),
            "spacing with cityblock": lambda: me.distance_transform(ONE, 2, metric="cityblock"),
            "another dtype": lambda: me.distance_transform(ONE, dtype=np.int32),
            "no dtype": lambda: me.distance_transform(ONE, dtype="number"),
            "sizes that differ": lambda: me.distance_transform(TWO),
            "out of integers": lambda: me.distance_transform(ARRAY, out=ARRAY),
            "out of another shape": lambda: me.distance_transform(ARRAY, out=np.zeros((4, 3))),
        },
    ),
]
