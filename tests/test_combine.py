"""union and its kin: hand-drawn literals, many random merges against pycocotools, large sizes."""

import numpy as np
import pytest

import maskengine as me
from maskengine.testing import oracles
from maskengine.testing.oracles import art
from shapes import coco_bytes

A = art("##.", "##.", "...")
B = art("...", ".##", ".##")


def pair(op):
    return oracles.decode(op(oracles.encode([A]), oracles.encode([B])))[0]


def test_drawn_masks():
    assert np.array_equal(pair(me.union), art("##.", "###", ".##"))
    assert np.array_equal(pair(me.intersection), art("...", ".#.", "..."))
    assert np.array_equal(pair(me.difference), art("##.", "#..", "..."))
    assert np.array_equal(pair(me.symmetric_difference), art("##.", "#.#", ".##"))
    assert np.array_equal(
        oracles.decode(me.complement(oracles.encode([A])))[0], art("..#", "..#", "###")
    )


def test_reduction_of_three():
    c = art("..#", "...", "..#")
    masks = oracles.encode([A, B, c])
    assert np.array_equal(oracles.decode(me.union(masks))[0], art("###", "###", ".##"))
    assert np.array_equal(oracles.decode(me.difference(masks))[0], art("##.", "#..", "..."))
    odd = oracles.decode(me.symmetric_difference(masks))[0]
    assert np.array_equal(odd, art("###", "#.#", ".#."))


def test_groups():
    masks = oracles.encode([A, B, A])
    joined = me.union(masks, groups=[1, 0, 1])
    assert [one.tolist() for one in oracles.decode(joined)] == [B.tolist(), A.tolist()]
    sizes = me.Masks.concatenate([oracles.encode([A, B]), oracles.encode([np.ones((2, 5), bool)])])
    assert me.union(sizes, groups=[0, 0, 1]).sizes.tolist() == [[3, 3], [2, 5]]


def test_nothing_to_reduce():
    none = me.Masks([], [0], [])
    assert me.union(none, size=(2, 3)).counts.tolist() == [6]
    assert me.difference(none, size=(2, 3)).counts.tolist() == [6]
    assert me.symmetric_difference(none, size=(2, 3)).counts.tolist() == [6]
    assert me.intersection(none, size=(2, 3)).counts.tolist() == [0, 6]
    assert len(me.union(none, groups=[])) == 0
    with pytest.raises(me.MaskError, match="size"):
        me.union(none)


def test_error_names_mask_and_sizes():
    a = me.Masks([6, 6, 6], [0, 1, 2, 3], [(2, 3)] * 3)
    b = me.Masks([6, 6, 6], [0, 1, 2, 3], [(2, 3), (2, 3), (3, 2)])
    with pytest.raises(me.ShapeMismatch, match=r"b\[2\].*\(2, 3\).*\(3, 2\)") as caught:
        me.union(a, b)
    assert caught.value.index == 2
    with pytest.raises(me.ShapeMismatch, match=r"masks\[2\].*\(2, 3\).*\(3, 2\)"):
        me.intersection(b)


@pytest.mark.parametrize("size", [(0, 0), (0, 5), (5, 0)])
def test_no_pixels(size):
    masks = me.Masks([0, 0], [0, 1, 2], [size, size])
    for op in (me.union, me.intersection, me.difference, me.symmetric_difference):
        assert op(masks).counts.tolist() == [0]
        assert op(masks[0], masks[1]).counts.tolist() == [0]
    assert me.complement(masks).counts.tolist() == [0, 0]


def test_runs_longer_than_32_bits():
    # 70000 * 70000 pixels; a: the left 65000 columns, b: all but the left 5000
    side, limit = 70_000, 2**32 - 1
    left, rest = 65_000 * side, 5_000 * side
    a = me.Masks([0, limit, 0, left - limit, rest], [0, 5], [(side, side)])
    b = me.Masks([rest, limit, 0, left - limit], [0, 4], [(side, side)])
    assert me.union(a, b).counts.tolist() == [0, limit, 0, side * side - limit]
    assert me.intersection(a, b).counts.tolist() == [rest, 60_000 * side, rest]
    assert me.difference(a, b).counts.tolist() == [0, rest, limit, 0, left - limit]
    assert me.symmetric_difference(a, b).counts.tolist() == [0, rest, 60_000 * side, rest]
    assert me.complement(a).counts.tolist() == [limit, 0, left - limit, rest]
    many = me.Masks.concatenate([a, b, a, b, b])
    assert me.union(many) == me.union(a, b)
    assert me.intersection(many) == me.intersection(a, b)


def random_columns(rng):
    """Masks of long runs in random columns: covers of many words each."""
    edges = np.sort(rng.integers(0, 400, (300, 4)), 1)[:, :, None]
    y = np.arange(401)
    first, second = (y >= edges[:, 0]) & (y < edges[:, 1]), (y >= edges[:, 2]) & (y < edges[:, 3])
    return (first | second).T


def test_many_masks_of_long_runs(level):
    rng = np.random.default_rng(22)
    dense = [random_columns(rng) for _ in range(30)]
    masks = oracles.encode(dense)
    stack = np.array(dense)
    with me.use(level=level):
        for k in (12, 30):
            wanted = oracles.encode(
                [
                    stack[:k].any(0),
                    ~(~stack[:k]).any(0),
                    stack[0] & ~stack[1:k].any(0),
                    stack[:k].sum(0) % 2 == 1,
                ]
            )
            assert me.union(masks[:k]) == wanted[0]
            assert me.intersection(masks[:k]) == wanted[1]
            assert me.difference(masks[:k]) == wanted[2]
            assert me.symmetric_difference(masks[:k]) == wanted[3]
            # what a large intersection looks like from the other side
            turned = me.complement(masks[:k])
            assert me.intersection(turned) == me.complement(wanted[0])


def random_dense(rng, n):
    """Instances, stripes and noise of one random size."""
    height, width = rng.integers(1, 90, 2)
    y, x = np.mgrid[:height, :width]
    for _ in range(n):
        kind = rng.integers(4)
        if kind == 0:
            cy, cx, r = rng.uniform(0, height), rng.uniform(0, width), rng.uniform(0, 40)
            yield (y - cy) ** 2 + (x - cx) ** 2 < r * r
        elif kind == 1:
            yield rng.random((height, width)) < rng.random()
        elif kind == 2:
            yield (y // rng.integers(1, 9) + x // rng.integers(1, 9)) % 2 == 1
        else:
            yield np.full((height, width), rng.random() < 0.5)


def test_ten_thousand_merges_equal_pycocotools():
    from pycocotools import mask as peer

    rng = np.random.default_rng(20)
    compared = 0
    while compared < 10_000:
        n = 50
        masks = oracles.encode(random_dense(rng, n))
        rles = coco_bytes(masks)
        left, right = rng.integers(0, n, (2, 400))
        for op, intersect in ((me.union, False), (me.intersection, True)):
            ours = coco_bytes(op(masks[left], masks[right]))
            pairs = zip(left, right, strict=True)
            assert ours == [peer.merge([rles[i], rles[j]], intersect) for i, j in pairs]
            for k in (1, 2, 3, 10, 50):
                assert coco_bytes(op(masks[:k])) == [peer.merge(rles[:k], intersect)]
            compared += 405


@pytest.mark.parametrize("side", [40, 600])
def test_symmetric_difference_of_long_lists(side, level):
    """Lists merged in parts side by side: alike, one dense and one sparse, and apart."""
    rng = np.random.default_rng(side)
    base = np.kron(rng.random((side // 4, side // 4)) < 0.5, np.ones((4, 4), bool))
    sparse = np.zeros_like(base)
    sparse[3:5, 7] = True
    top = base.copy()
    top[:, side // 2 :] = False
    dense = [base, np.roll(base, 1, 0), ~base, sparse, top, base & ~top, np.zeros_like(base)]
    masks = oracles.encode(dense)
    with me.use(level=level):
        for i, a in enumerate(dense):
            found = me.symmetric_difference(masks[i], masks)
            assert found == oracles.encode([a ^ b for b in dense])
