"""frame_stats: drawn maps, and many random ones.

Run: pytest tests/test_frame_stats.py
"""

import numpy as np

import maskengine as me

MAP = np.array(
    [
        [1, 1, 0, 2, 2],
        [1, 1, 0, 0, 2],
        [3, 0, 0, 2, 0],
        [3, 3, 0, 0, 0],
    ],
    np.uint8,
)


def test_a_drawn_map():
    found = me.frame_stats(MAP)
    assert found.labels.tolist() == [0, 1, 2, 3]
    assert found.area.tolist() == [9, 4, 4, 3]
    assert found.components.tolist() == [1, 1, 1, 1]
    assert me.frame_stats(MAP, connectivity=4).components.tolist() == [1, 1, 2, 1]
    assert me.frame_stats(MAP, connectivity=4).largest.tolist() == [9, 4, 3, 3]
    # all but (4, 3) of 0; all but (0, 0) of 1; all but (4, 0) of 2; all but (0, 3) of 3
    assert found.boundary.tolist() == [8, 3, 3, 2]
    assert found.bbox.tolist() == [[1, 0, 4, 4], [0, 0, 2, 2], [3, 0, 2, 3], [0, 2, 2, 2]]
    assert found.touches_border.tolist() == [True] * 4
    assert found.pairs.tolist() == [[0, 1], [0, 2], [0, 3], [1, 3]]
    assert found.edges.tolist() == [3, 8, 3, 1]
    assert found.names == ("0",)


def test_void_is_no_label():
    found = me.frame_stats(MAP, void=(0, 3))
    assert found.labels.tolist() == [1, 2]
    assert found.void_pixels.tolist() == [12]
    assert found.boundary.tolist() == [3, 3]
    assert found.pairs.tolist() == []


def test_labels_of_any_width_and_sign():
    found = me.frame_stats([MAP.astype(np.int8) - 2, MAP.astype(np.uint32) * 100_000])
    assert found.labels.tolist() == [-2, -1, 0, 1, 0, 100_000, 200_000, 300_000]
    assert found.pairs[4:].tolist() == [[0, 100_000], [0, 200_000], [0, 300_000],
                                        [100_000, 300_000]]  # fmt: skip
    assert found.sizes.tolist() == [[4, 5], [4, 5]]


def test_nothing():
    assert len(me.frame_stats([])) == 0
    assert len(me.FrameStats.concatenate([])) == 0
    empty = me.frame_stats(np.zeros((2, 0, 3), np.uint8))
    assert empty.label_offsets.tolist() == [0, 0, 0]


def test_f21_counts_equal_scipy_on_1000_random_maps():
    from scipy import ndimage

    rng = np.random.default_rng(5)
    maps = []
    for _ in range(1000):
        height, width = rng.integers(1, 40, 2)
        patch = int(rng.integers(1, 6))
        coarse = rng.integers(0, 4, (-(-height // patch), -(-width // patch)))
        maps.append(np.kron(coarse, np.ones((patch, patch), int))[:height, :width].astype(np.uint8))
    found = me.frame_stats(maps, connectivity=4, void=0)
    components, areas, boxes, touching = [], [], [], []
    for one in maps:
        slices = ndimage.find_objects(one)
        for value in np.unique(one[one > 0]).tolist():
            components.append(ndimage.label(one == value)[1])
            areas.append(int(ndimage.sum_labels(one == value)))
            y, x = slices[value - 1]
            boxes.append([x.start, y.start, x.stop - x.start, y.stop - y.start])
            height, width = one.shape
            touching.append(0 in {x.start, y.start} or x.stop == width or y.stop == height)
    assert found.components.tolist() == components
    assert found.area.tolist() == areas
    assert found.bbox.tolist() == boxes
    assert found.touches_border.tolist() == touching


def test_more_labels_than_the_table_of_pairs_holds():
    rng = np.random.default_rng(6)
    for labels in (62, 63, 64, 65, 500):
        one = rng.permutation(np.arange(40 * 50) % labels).reshape(40, 50)
        one[10:13] = one[9]
        wanted = {}
        for a, b in ((one[:, :-1], one[:, 1:]), (one[:-1], one[1:])):
            for pair in zip(a.ravel().tolist(), b.ravel().tolist(), strict=True):
                wanted[min(pair), max(pair)] = wanted.get((min(pair), max(pair)), 0) + 1
        wanted = {pair: n for pair, n in wanted.items() if pair[0] != pair[1]}
        found = me.frame_stats(one)
        assert found.labels.tolist() == list(range(labels))
        ours = zip(map(tuple, found.pairs.tolist()), found.edges.tolist(), strict=True)
        assert dict(ours) == wanted
        beside = me.adjacency(one + 1)
        ours = zip(map(tuple, (beside.pairs - 1).tolist()), beside.edges.tolist(), strict=True)
        assert dict(ours) == wanted


def test_threads_share_frames():
    rng = np.random.default_rng(7)
    maps = np.kron(rng.integers(0, 9, (60, 16, 16), np.uint8), np.ones((1, 16, 16), np.uint8))
    with me.use(threads=1):
        one = me.frame_stats(maps)
    with me.use(threads=4):
        four = me.frame_stats(maps)
    for name in ("label_offsets", "labels", "boundary", "pair_offsets", "pairs", "edges", "bbox"):
        assert np.array_equal(getattr(one, name), getattr(four, name))
