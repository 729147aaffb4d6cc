"""split: a drawn map, large maps and real ones.

Run: pytest tests/test_split.py
"""

import numpy as np
import pytest

import maskengine as me
from maskengine.testing.oracles import art


def test_a_drawn_map():
    masks, ids, stats = me.split(np.array([[7, 7, 0], [7, -2, -2]], np.int16), stats=True)
    assert ids.tolist() == [-2, 7]
    assert ids.dtype == np.int16
    assert masks == me.encode(np.stack([art("...", ".##"), art("##.", "#..")]))
    assert stats.area.tolist() == [2, 3]
    assert stats.bbox.tolist() == [[1, 1, 2, 1], [0, 0, 2, 2]]
    assert stats.centroid.tolist() == [[2.0, 1.5], [5 / 6, 5 / 6]]
    assert stats.first_pixel.tolist() == [[1, 1], [0, 0]]
    assert len(stats) == 2


def test_nothing_but_background():
    masks, ids = me.split(np.zeros((3, 4), np.uint8))
    assert len(masks) == ids.size == 0
    masks, ids = me.split(np.zeros((0, 4), np.uint8))
    assert len(masks) == ids.size == 0


def test_wider_than_a_strip_and_than_16_bits():
    rng = np.random.default_rng(1)
    label_map = rng.integers(0, 4, (5, 70_001)).astype(np.uint16)
    masks, ids = me.split(label_map)
    assert ids.tolist() == [1, 2, 3]
    for mask, label in zip(masks, ids, strict=True):
        assert mask == me.encode(label_map == label)


def test_many_labels():
    label_map = np.arange(1, 90_001, dtype=np.uint32).reshape(300, 300) * 40_503
    masks, ids = me.split(label_map)
    assert np.array_equal(ids, np.sort(label_map.ravel()))
    assert np.array_equal(me.area(masks), np.ones(90_000))
    assert np.array_equal(me.compose(masks, ids), label_map)


def test_threads_give_the_same():
    rng = np.random.default_rng(2)
    patches = rng.integers(-3, 200, (300, 700)).astype(np.int32)
    label_map = np.kron(patches, np.ones((4, 3), np.int32))
    with me.use(threads=1):
        masks, ids, stats = me.split(label_map, stats=True)
    for threads in (2, 5):
        with me.use(threads=threads):
            others = me.split(label_map, stats=True)
        assert masks == others[0]
        assert np.array_equal(ids, others[1])
        for name in ("area", "bbox", "centroid", "first_pixel"):
            assert np.array_equal(getattr(stats, name), getattr(others[2], name)), name


@pytest.mark.parametrize("dtype", ["u1", "u2", "u4"])
@pytest.mark.parametrize("changing", [0, 1], ids=["few rows change", "most rows change"])
@pytest.mark.parametrize("threads", [1, 3])
def test_maps_wider_than_a_strip(threads, dtype, changing):
    rng = np.random.default_rng(3)
    label_map = np.repeat(rng.integers(0, 4, (1, 4500)), 9, axis=0).astype(dtype)
    label_map[4:, 1000:3000] = 2
    if changing:
        label_map[::2] += 1
    with me.use(threads=threads):
        masks, ids = me.split(label_map)[:2]
    np.testing.assert_array_equal(ids, [one for one in np.unique(label_map) if one])
    np.testing.assert_array_equal(me.decode(masks), label_map == np.array(ids)[:, None, None])
    np.testing.assert_array_equal(me.decode_labels(me.encode_labels(label_map))[0], label_map)
