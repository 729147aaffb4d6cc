"""Votes and truth tables of masks of short runs, which are held as bits, are what NumPy says.

Covers: at_least, vote and combine of noise. Compares against: NumPy, pycocotools' runs.
Run: pytest tests/test_packed_votes.py
"""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from pycocotools import mask as peer

import maskengine as me


@given(st.data(), st.integers(1, 9), st.sampled_from([(300, 70), (63, 321), (64, 320), (1, 9000)]))
def test_votes_of_them(level, data, n, size):
    seed = data.draw(st.integers(0, 99))
    dense = np.stack([np.random.default_rng(seed + i).random(size) < 0.5 for i in range(n)])
    groups = data.draw(st.lists(st.integers(0, 2), min_size=n, max_size=n))
    k = data.draw(st.integers(-1, n + 1))
    weights = data.draw(st.lists(st.integers(-9, 9), min_size=n, max_size=n))
    with me.use(level=level):
        masks = me.complement(me.encode(~dense))  # no runs yet
        inside = [dense[np.equal(groups, g)].sum(0) >= k for g in range(3)]
        found = me.at_least(masks, k, groups=groups, size=size)
        assert np.array_equal(me.decode(found), inside[: len(found)])
        rle = peer.encode(np.asfortranarray(inside[0].astype(np.uint8)))
        assert (
            found.counts[: found.offsets[1]].tolist() == me.Masks.from_coco([rle]).counts.tolist()
        )
        heavy = np.tensordot(weights, dense.astype(int), 1) >= k
        assert np.array_equal(me.decode(me.vote(masks, weights, k))[0], heavy)
        if n <= 7:
            table = np.random.default_rng(seed).random((2,) * n) < 0.5
            told = table[tuple(dense.astype(int))]
            assert np.array_equal(me.decode(me.combine(masks, table))[0], told)


def test_many_groups_of_nothing():
    # held as runs: as bits these results would take 240 MB
    masks = me.encode(np.random.default_rng(0).random((2, 256, 256)) < 0.5)
    many = {"groups": [0, 29_999], "size": (256, 256)}
    for found in (
        me.at_least(masks, 1, **many),
        me.vote(masks, [1, 1], 1, **many),
        me.union(masks, **many),
    ):
        assert len(found) == 30_000
        assert found[0] == masks[0]
        assert found[29_999] == masks[1]
        assert found.counts.size == 29_998 + masks.counts.size
