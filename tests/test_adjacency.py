"""adjacency: drawn maps.

Run: pytest tests/test_adjacency.py
"""

import numpy as np

import maskengine as me

MAP = np.array([[1, 1, 2, 0], [1, 3, 2, 0], [0, 3, 3, 4]], np.uint8)


def test_edges():
    found = me.adjacency(MAP)
    assert found.pairs.tolist() == [[1, 2], [1, 3], [2, 3], [3, 4]]
    assert found.pairs.dtype == np.uint8
    assert found.edges.tolist() == [1, 2, 2, 1]
    assert found.corners.tolist() == [0, 0, 0, 0]
    assert len(found) == 4


def test_corners():
    found = me.adjacency(MAP, connectivity=8)
    assert found.pairs.tolist() == [[1, 2], [1, 3], [2, 3], [2, 4], [3, 4]]
    assert found.edges.tolist() == [1, 2, 2, 0, 1]
    # 1: (0,1)-(1,2); 1-3: (0,0)-(1,1), (1,0)-(2,1); 2-3: (0,2)-(1,1), (1,2)-(2,1); 2-4: (1,2)-(2,3)
    assert found.corners.tolist() == [1, 2, 2, 1, 0]


def test_labels_are_sorted_as_their_dtype_sorts():
    found = me.adjacency(np.array([[5, -3, 7]], np.int8))
    assert found.pairs.tolist() == [[-3, 5], [-3, 7]]


def test_threads_give_the_same():
    rng = np.random.default_rng(3)
    patches = rng.integers(-2, 400, (400, 300)).astype(np.int32)
    label_map = np.kron(patches, np.ones((3, 5), np.int32))
    with me.use(threads=1):
        one = me.adjacency(label_map, connectivity=8)
    for threads in (2, 5):
        with me.use(threads=threads):
            more = me.adjacency(label_map, connectivity=8)
        assert np.array_equal(one.pairs, more.pairs)
        assert np.array_equal(one.edges, more.edges)
        assert np.array_equal(one.corners, more.corners)
