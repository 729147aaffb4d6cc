"""Morphology of masks of short runs, which are held as bits, is what SciPy says.

Covers: dilate, erode, open, close and boundary of noise, at every CPU level, on one thread and on
more. Compares against: scipy.ndimage. Run: pytest tests/test_packed_morphology.py
"""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy import ndimage

import maskengine as me

SIZES = [(130, 97), (64, 200), (63, 300), (65, 257), (1, 9000), (9000, 1), (128, 128), (300, 70)]


def footprint(shape, ry, rx):
    dy, dx = np.mgrid[-ry : ry + 1, -rx : rx + 1]
    if shape == "square":
        return np.ones(dy.shape, bool)
    if shape == "cross":
        return (dy == 0) | (dx == 0)
    return (dy / max(ry, 0.5)) ** 2 + (dx / max(rx, 0.5)) ** 2 <= 1


@given(
    st.integers(0, 99),
    st.sampled_from(SIZES),
    st.tuples(st.sampled_from(["square", "disk", "cross"]), st.integers(0, 6), st.integers(0, 6)),
    st.tuples(st.booleans(), st.sampled_from([1, 3])),
)
def test_noise_grows_and_shrinks(level, seed, size, reach, how):
    (shape, *radius), (beyond, threads) = reach, how
    dense = np.random.default_rng(seed).random((1 + seed % 2, *size)) < 0.5
    border = "foreground" if beyond else "background"
    element = footprint(shape, *radius)
    grown = [ndimage.binary_dilation(d, element) for d in dense]
    shrunk = [ndimage.binary_erosion(d, element, border_value=beyond) for d in dense]
    opened = [ndimage.binary_dilation(d, element) for d in shrunk]
    closed = [ndimage.binary_erosion(d, element, border_value=beyond) for d in grown]
    with me.use(level=level, threads=threads):
        masks = me.complement(me.encode(~dense))  # no runs yet
        assert np.array_equal(me.decode(me.dilate(masks, radius, shape)), grown)
        for change, wanted in ((me.erode, shrunk), (me.open, opened), (me.close, closed)):
            assert np.array_equal(me.decode(change(masks, radius, shape, border=border)), wanted)
        for side, wanted in (
            ("inner", dense & ~np.array(shrunk)),
            ("outer", ~dense & np.array(grown)),
            ("both", np.array(grown) & ~np.array(shrunk)),
        ):
            band = me.boundary(masks, radius, side, shape=shape, border=border)
            assert np.array_equal(me.decode(band), wanted)


def test_what_came_to_have_long_runs_is_held_as_runs():
    dense = np.random.default_rng(0).random((512, 512)) < 0.5
    full = me.dilate(me.encode(dense), 9)
    assert full.counts.tolist() == [0, 512 * 512]
    assert full == me.encode(np.ones((512, 512), bool))
