"""joint, assign: drawn maps, and sums of counts.

Run: pytest tests/test_joint.py
"""

import numpy as np
import pytest

import maskengine as me
from maskengine.testing import emulation

A = np.array([[1, 1, 2, 2], [1, 1, 2, 0]], np.uint8)
B = np.array([[5, 5, 5, 7], [5, 7, 7, 7]], np.int16)


def test_pairs():
    found = me.joint(A, B)
    assert found.labels.tolist() == [[0, 7], [1, 5], [1, 7], [2, 5], [2, 7]]
    assert found.pixels.tolist() == [1, 3, 1, 1, 2]
    assert found.labels.dtype == found.pixels.dtype == np.int64
    assert len(found) == 5


def test_one_map_gives_areas():
    found = me.joint(A)
    assert found.labels.tolist() == [[0], [1], [2]]
    assert found.pixels.tolist() == [1, 4, 3]


def test_void_of_each_map():
    assert me.joint(A, B, void=(0, None)).pixels.tolist() == [3, 1, 1, 2]
    assert me.joint(A, B, void=(0, [5, 6])).labels.tolist() == [[1, 7], [2, 7]]
    assert me.joint(A, B, void=(None, (5, 7))).labels.shape == (0, 2)
    assert me.joint(A, B, void=7).labels.tolist() == [[1, 5], [2, 5]]


def test_negative_labels_and_wide_ones_are_sorted_as_numbers():
    found = me.joint(np.array([[-1, 3, 2**62]]), np.array([[-128, 127, 0]], np.int8))
    assert found.labels.tolist() == [[-1, -128], [3, 127], [2**62, 0]]


def test_counts_add_up_across_frames():
    other = me.joint(np.array([[1, 9]]), np.array([[5, 5]]))
    total = sum([me.joint(A, B), other, me.joint(A[:0], B[:0])])
    assert total.labels.tolist() == [[0, 7], [1, 5], [1, 7], [2, 5], [2, 7], [9, 5]]
    assert total.pixels.tolist() == [1, 4, 1, 1, 2, 1]


def test_counts_of_other_maps_do_not_add_up():
    with pytest.raises(me.ShapeMismatch, match="other: expected counts of 2 maps, got 1"):
        me.joint(A, B) + me.joint(A)
    with pytest.raises(TypeError):
        me.joint(A, B) + 1
    with pytest.raises(TypeError):
        1 + me.joint(A, B)


def test_the_error_names_the_map():
    with pytest.raises(me.ShapeMismatch, match=r"maps\[1\]: expected \(2, 4\)"):
        me.joint(A, B.T)
    with pytest.raises(me.MaskError, match=r"maps\[1\]: expected labels below 2\^63, got 9223"):
        me.joint(A, np.full(A.shape, 2**63, np.uint64))


@pytest.mark.parametrize("dtype", ["u1", "u4"])
def test_threads_share_a_large_map(dtype):
    rng = np.random.default_rng(5)
    a = np.repeat(rng.integers(0, 9, (3000, 500)).astype(dtype), 8, 1)
    b = np.roll(a, 3, 1)
    keys, counts = np.unique(a.ravel() * np.int64(256) + b.ravel(), return_counts=True)
    for threads in (1, 2, 5):
        with me.use(threads=threads):
            found = me.joint(a, b)
        assert (found.labels @ [256, 1]).tolist() == keys.tolist()
        assert found.pixels.tolist() == counts.tolist()


def test_a_value_for_each_combination():
    found = me.joint(A, B)
    differs = me.assign([A, B], found, found.labels[:, 0] + 4 != found.labels[:, 1])
    assert differs.tolist() == [[False, False, True, True], [False, True, True, True]]
    values = me.assign([A, B], found, np.array([0.5, 1, 2, 3, 4], np.float32))
    assert values.dtype == np.float32
    assert values.tolist() == [[1, 1, 3, 4], [1, 2, 4, 0.5]]


@pytest.mark.parametrize("order", ["C", "F"])
def test_values_of_large_maps_by_threads(order):
    rng = np.random.default_rng(6)
    a = np.asarray(np.repeat(rng.integers(0, 9, (2000, 300), np.uint8), 8, 1), order=order)
    b = np.asarray(np.roll(a, 3, 1).astype(np.int64), order=order)
    rows = np.stack(np.meshgrid(np.arange(9), np.arange(9), indexing="ij"), -1).reshape(-1, 2)
    for threads in (1, 3):
        with me.use(threads=threads):
            assert np.array_equal(me.assign([a, b], rows, rows @ [10, 1]), a.astype(int) * 10 + b)
    assert me.assign([a, b], rows, rows @ [10, 1]).flags.f_contiguous == (order == "F")


def test_the_error_names_the_combination():
    with pytest.raises(me.MaskError, match=r"^maps: expected combinations of the table, got 2, 5$"):
        me.assign([A, B], [[0, 7], [1, 5], [1, 7], [2, 7]], [0, 0, 0, 0])


def test_what_a_device_does_not_take():
    with emulation.emulated_cuda() as device:
        one = device.upload(np.array([[1, 2, 2]], np.int64))
        assert me.joint(one, one).pixels.get().tolist() == [1, 2]
        wide = device.upload(np.array([[1, 2, 2**32]], np.int64))
        assert me.joint(one, wide, one).labels.get().tolist() == [
            [1, 1, 1],
            [2, 2, 2],
            [2, 2**32, 2],
        ]
        assert me.joint(one, wide, void=[None, 2**32]).pixels.get().tolist() == [1, 1]
        beyond = device.upload(np.array([[1, 2, 2**63]], np.uint64))
        with pytest.raises(me.MaskError, match=r"maps\[1\]: expected labels below 2\^63"):
            me.joint(one, beyond)
        with pytest.raises(me.LimitExceeded, match="maps: expected at most 64 maps, got 65"):
            me.joint(*[one] * 65)
        with pytest.raises(me.ShapeMismatch, match="void: expected an entry for each of 2 maps"):
            me.joint(one, one, void=[2])
        with pytest.raises(me.MaskError, match=r"maps\[1\]: expected an array on cuda:0"):
            me.joint(one, np.array([[1, 2, 2]]))
        with pytest.raises(me.MaskTypeError, match=r"maps\[1\]: expected a host array"):
            me.joint(np.array([[1, 2, 2]]), one)
        runs = me.encode_labels(np.array([[1, 2, 2]]))
        with pytest.raises(me.MaskError, match=r"maps\[1\]: expected an array on cuda:0"):
            me.joint(one, runs)
        with pytest.raises(me.MaskTypeError, match=r"maps\[1\]: expected a host array"):
            me.joint(runs, one)
        with pytest.raises(me.MaskTypeError, match="expected masks on the host"):
            me.joint((me.encode(np.ones((1, 3), bool)).to("cuda"), [1]))


@pytest.mark.parametrize("dtype", ["u2", "i4"])
def test_pairs_of_one_width_across_words_and_blocks(dtype, level):
    rng = np.random.default_rng(5)
    for width in (1, 2, 15, 63, 64, 65, 130, 1023, 1024, 1025, 2049, 4200):
        for share in (0.0, 0.02, 0.9):
            noise = rng.random((2, width)) < share
            maps = np.cumsum(noise, axis=1).astype(dtype) % 7 - (3 if dtype == "i4" else 0)
            rows, pixels = np.unique(maps.T, axis=0, return_counts=True)
            for starts in ((0, 0), (2, 2), (15, 1), (1, 30)):  # in a cache line
                one, other = (
                    np.pad(each.astype(dtype), (start, 3), constant_values=9)[start:-3][None]
                    for each, start in zip(maps, starts, strict=True)
                )
                with me.use(level=level):
                    found = me.joint(one, other)
                    marks = me.assign([one, other], found, np.arange(len(found)))
                np.testing.assert_array_equal(found.labels, rows)
                np.testing.assert_array_equal(found.pixels, pixels)
                np.testing.assert_array_equal(found.labels[marks[0]], maps.T)
