"""tolerance_map: oracle (relaxation), the law that ties it to flood, and hostile calls."""

import numpy as np
from hypothesis import strategies as st

import maskengine as me
from maskengine.testing import editing
from maskengine.testing.cases import Case

IMAGE = np.zeros((4, 5), np.uint8)


@st.composite
def calls(draw):
    size = draw(st.tuples(st.integers(1, 9), st.integers(1, 9)))
    channels = draw(st.sampled_from([(), (), (1,), (3,)]))
    dtype = np.dtype(draw(st.sampled_from(["?", "u1", "i1", "u2", "u8", "i8", "f2", "f4", "f8"])))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    image = rng.integers(0, 12, (*size, *channels)).astype(dtype)
    if dtype.kind in "ui" and draw(st.booleans()):
        image[rng.random(image.shape) < 0.2] = np.iinfo(dtype).max
        image[rng.random(image.shape) < 0.2] = np.iinfo(dtype).min
    if dtype.kind == "f" and draw(st.booleans()):
        image[rng.random(image.shape) < 0.2] = np.nan
    seed = draw(st.integers(0, size[1] - 1)), draw(st.integers(0, size[0] - 1))
    connectivity = draw(st.sampled_from([4, 8]))
    mode = draw(st.sampled_from(["fixed", "floating"]))
    return image, seed, connectivity, mode


def run(image, seed, connectivity, mode):
    return me.tolerance_map(image, seed, None, connectivity, mode)


def oracle(image, seed, connectivity, mode):
    least = editing.tolerance_map(image, seed, mode, connectivity)
    real = image.dtype.kind == "f"
    if real and not np.isfinite(image[seed[1], seed[0]]).all():
        return np.full(image.shape[:2], np.inf)
    return np.array(least, np.float64 if real else f"u{image.dtype.itemsize}")


def is_flood(image, seed, connectivity, mode):
    window = (seed[0] // 2, seed[1] // 2, seed[0] + 2, seed[1] + 3)
    found = me.tolerance_map(image, seed, window, connectivity, mode)
    rows, columns = slice(window[1], window[3]), slice(window[0], window[2])
    for tolerance in (0, 1, 3, 7, 2**40):
        flooded = me.flood(image, seed, tolerance, mode, connectivity, region=window)
        inside = me.decode(flooded.masks)[0][rows, columns]
        if not np.array_equal(found <= tolerance, inside):
            return False
    return True


HOSTILE = {
    "list": lambda: me.tolerance_map([[1]], (0, 0)),
    "complex": lambda: me.tolerance_map(np.zeros((2, 2), complex), (0, 0)),
    "five channels": lambda: me.tolerance_map(np.zeros((2, 2, 5)), (0, 0)),
    "seed outside": lambda: me.tolerance_map(IMAGE, (5, 0)),
    "two seeds": lambda: me.tolerance_map(IMAGE, [(0, 0), (1, 1)]),
    "no seed": lambda: me.tolerance_map(IMAGE, np.zeros((0, 2), int)),
    "seed outside the window": lambda: me.tolerance_map(IMAGE, (0, 0), (1, 1, 3, 3)),
    "window of three": lambda: me.tolerance_map(IMAGE, (0, 0), (0, 0, 3)),
    "window of infinity": lambda: me.tolerance_map(IMAGE, (0, 0), (0, 0, float("inf"), 3)),
    "no mode": lambda: me.tolerance_map(IMAGE, (0, 0), mode="drifting"),
    "connectivity": lambda: me.tolerance_map(IMAGE, (0, 0), connectivity=5),
    "connectivity is a list": lambda: me.tolerance_map(IMAGE, (0, 0), connectivity=[4]),
    "huge window": lambda: me.tolerance_map(
        np.broadcast_to(np.zeros((1, 1), np.uint8), (2**15, 2**15)), (0, 0)
    ),
}

CASES = [
    Case(
        name="tolerance_map",
        run=run,
        inputs=calls(),
        oracle=oracle,
        laws={"a threshold is a flood": is_flood},
        hostile=HOSTILE,
    )
]
