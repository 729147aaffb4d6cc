"""Votes and truth tables of masks of short runs, which are held as bits, are what NumPy says.

Covers: at_least, vote and combine of noise. Compares against: NumPy, pycocotools' runs.
Run: pytest tests/test_packed_votes.py
"""

import subprocess
import sys

import numpy as np
import pytest
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


MANY_GROUPS = """
import resource

import numpy as np

import maskengine as me

dense = np.random.default_rng(0).random((2, 300, 200)) < 0.5
groups, size = [0, 20_000], (300, 200)
masks = me.complement(me.encode(~dense))  # no runs yet
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
for found in (
    me.at_least(masks, 1, groups=groups, size=size),
    me.vote(masks, [1, 1], 1, groups=groups, size=size),
    me.union(masks, groups=groups, size=size),
):
    assert np.array_equal(me.decode(found[0])[0], dense[0])
    assert np.array_equal(me.decode(found[-1])[0], dense[1])
    assert found[1:-1].counts.tolist() == [60_000] * 19_999
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="memory is measured in other units there")
def test_groups_without_masks_take_no_room():
    ran = subprocess.run(
        [sys.executable, "-c", MANY_GROUPS], capture_output=True, text=True, check=True
    )
    assert int(ran.stdout) < 60_000  # kB; bits of all of them take 150 MB
