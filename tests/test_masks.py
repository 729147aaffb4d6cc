"""Masks: columns, COCO forms, Arrow, indexing, comparison, storage.

Compares against: pycocotools for the text form, NumPy and plain lists for the rest.
Run: pytest tests/test_masks.py
"""

import copy
import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pycocotools import mask as peer

import maskengine as me
from maskengine.testing import oracles, strategies

ONE = me.Masks([2, 3, 1], [0, 3], [(2, 3)])


def text_of(counts):
    """COCO's text, a character at a time, from its definition."""
    text = ""
    for i, count in enumerate(counts):
        value = count - counts[i - 2] if i > 2 else count
        while True:
            group, value = value & 31, value >> 5
            last = value == (-1 if group & 16 else 0)
            text += chr(48 + (group if last else group | 32))
            if last:
                break
    return text


@given(st.lists(st.integers(0, 2**32 - 1) | st.integers(0, 700), min_size=1, max_size=80))
def test_text_form_both_ways(counts):
    height = sum(counts)
    width = 1
    if height >= 2**31:  # a size whose product is the sum, if the factors allow
        return
    masks = me.Masks(counts, [0, len(counts)], [(height, width)])
    assert masks.to_coco()[0]["counts"] == text_of(counts)
    assert me.Masks.from_coco(masks.to_coco()) == masks
    assert me.Masks.from_coco(masks.to_coco(compressed=False)) == masks
    text = text_of(counts).encode()
    assert me.Masks.from_coco({"size": [height, width], "counts": text}) == masks


def test_largest_counts_as_text():
    counts = [2**32 - 1, 0, 2**32 - 1, 1, 0, 2**31]
    height = 2**31 - 1
    total = sum(counts)
    width, rest = divmod(total, height)
    counts[-1] += height - rest
    masks = me.Masks(counts, [0, len(counts)], [(height, width + 1)])
    assert masks.to_coco()[0]["counts"] == text_of(counts)
    assert me.Masks.from_coco(masks.to_coco()) == masks


LENGTHS = st.one_of(
    st.integers(0, 40),
    st.sampled_from([495, 511, 512, 513, 527, 528, 2**31 - 1, 2**31, 2**32 - 1]),
)


@given(counts=st.lists(LENGTHS, min_size=9, max_size=60))
def test_long_lists_of_counts_as_text(level, counts):
    height = 2**31 - 1
    columns, rest = divmod(sum(counts), height)
    counts = [*counts, height - rest]
    masks = me.Masks(counts, [0, len(counts)], [(height, columns + 1)])
    with me.use(level=level):
        assert masks.to_coco()[0]["counts"] == text_of(counts)


@given(strategies.masks(canonical=True))
def test_text_form_equals_pycocotools(masks):
    for dense, ours in zip(oracles.decode(masks), masks.to_coco(), strict=True):
        theirs = peer.encode(np.asfortranarray(dense, np.uint8))
        assert ours["counts"].encode() == theirs["counts"]
        assert ours["size"] == theirs["size"]


SIZE = [2, 3]
MALFORMED = {
    "empty text": {"size": SIZE, "counts": ""},
    "empty list": {"size": SIZE, "counts": []},
    "short text": {"size": SIZE, "counts": "23"},
    "long text": {"size": SIZE, "counts": "2311"},
    "cut text": {"size": SIZE, "counts": "23Q"},
    "character below": {"size": SIZE, "counts": "23/"},
    "character above": {"size": SIZE, "counts": "23p"},
    "zero character": {"size": SIZE, "counts": "231\0"},
    "letters beyond ASCII": {"size": SIZE, "counts": "23\u00e9"},
    "lone surrogate": {"size": SIZE, "counts": "23\ud800"},
    "count too long": {"size": SIZE, "counts": "PPPPPPPPP0"},
    "count above 32 bits": {"size": SIZE, "counts": "PPPPPP4"},
    "negative count": {"size": SIZE, "counts": "O7"},
    "negative in a list": {"size": SIZE, "counts": [7, -1]},
    "above 32 bits in a list": {"size": SIZE, "counts": [2**32 + 6]},
    "above 64 bits in a list": {"size": SIZE, "counts": [2**64 + 6]},
    "fraction in a list": {"size": SIZE, "counts": [2.5, 3.5]},
    "whole float in a list": {"size": SIZE, "counts": [6.0]},
    "text in a list": {"size": SIZE, "counts": ["6"]},
    "bool in a list": {"size": SIZE, "counts": [True, 5]},
    "nested list": {"size": SIZE, "counts": [[6]]},
    "counts none": {"size": SIZE, "counts": None},
    "counts number": {"size": SIZE, "counts": 6},
    "no counts": {"size": SIZE},
    "no size": {"counts": "231"},
    "size of one": {"size": [6], "counts": "6"},
    "size of three": {"size": [1, 2, 3], "counts": "6"},
    "size text": {"size": "23", "counts": "231"},
    "size number": {"size": 6, "counts": "6"},
    "size fraction": {"size": [2.0, 3.0], "counts": "231"},
    "size negative": {"size": [-2, -3], "counts": "231"},
    "size huge": {"size": [2**31, 1], "counts": "231"},
    "size beyond 64 bits": {"size": [2**70, 0], "counts": "0"},
    "height zero with counts": {"size": [0, 3], "counts": "231"},
    "a list": [2, 3, 1],
    "none": None,
}


@pytest.mark.parametrize("name", MALFORMED)
def test_malformed_mask_is_named(name):
    good = ONE.to_coco()[0]
    with pytest.raises(me.MalformedRLE) as caught:
        me.Masks.from_coco([good, good, MALFORMED[name]])
    assert caught.value.index == 2
    assert str(caught.value).startswith("masks[2]: ")


@pytest.mark.parametrize("value", ["231", b"231", 5, None])
def test_not_dictionaries_at_all(value):
    with pytest.raises(me.MaskError):
        me.Masks.from_coco(value)


def test_a_list_that_changes_while_it_is_read():
    counts = [2, 3, 1]

    class Index:
        def __index__(self):
            counts.clear()
            return 2

    counts[0] = Index()
    with pytest.raises(me.MalformedRLE, match="sum"):
        me.Masks.from_coco([{"size": [2, 3], "counts": counts}])


@given(st.text(st.characters(max_codepoint=127), max_size=20))
def test_random_text_is_read_or_refused(text):
    try:
        masks = me.Masks.from_coco({"size": [3, 4], "counts": text})
    except me.MalformedRLE:
        return
    assert masks.counts.sum() == 12
    assert masks.to_coco()[0]["counts"] == text_of(masks.counts.tolist())


BAD_COLUMNS = {
    "sum": ([2, 3], [0, 2], [(2, 3)]),
    "offsets decrease": ([6, 6], [0, 2, 1], [(2, 3), (2, 3)]),
    "offsets beyond": ([6], [0, 9], [(2, 3)]),
    "offsets negative": ([6], [-1, 1], [(2, 3)]),
    "offsets missing": ([6], [0], [(2, 3)]),
    "no counts": ([], [0, 0], [(0, 0)]),
    "negative count": ([-6], [0, 1], [(2, 3)]),
    "count above 32 bits": ([2**32], [0, 1], [(2**16, 2**16)]),
    "floats": ([6.0], [0, 1], [(2, 3)]),
    "text": (["6"], [0, 1], [(2, 3)]),
    "negative size": ([6], [0, 1], [(-2, -3)]),
    "huge size": ([0], [0, 1], [(2**31, 0)]),
    "sizes flat": ([6], [0, 1], [2, 3]),
    "counts of two dimensions": ([[6]], [0, 1], [(2, 3)]),
}


@pytest.mark.parametrize("name", BAD_COLUMNS)
def test_bad_columns(name):
    with pytest.raises(me.MaskError):
        me.Masks(*BAD_COLUMNS[name])


def test_columns_are_read_only():
    for column in (ONE.counts, ONE.sizes, ONE.offsets):
        assert not column.flags.writeable
    counts = np.array([2, 3, 1], np.uint32)
    assert not np.shares_memory(me.Masks(counts, [0, 3], [(2, 3)]).counts, counts)
    counts.flags.writeable = False
    assert np.shares_memory(me.Masks(counts, [0, 3], [(2, 3)]).counts, counts)


def test_columns_outlive_the_batch():
    counts = me.encode(np.eye(50, dtype=bool)).counts
    assert counts.sum() == 2500


@given(strategies.masks(max_masks=6), st.data())
def test_indexing_as_a_list(masks, data):
    listed = oracles.decode(masks)
    n = len(masks)
    part = data.draw(st.slices(n))
    assert same(masks[part], listed[part])
    assert [len(one) for one in masks] == [1] * n
    assert all(same(one, [dense]) for one, dense in zip(masks, listed, strict=True))
    if n:
        i = data.draw(st.integers(-n, n - 1))
        assert same(masks[i], [listed[i]])
        chosen = data.draw(st.lists(st.integers(-n, n - 1), max_size=8))
        assert same(masks[chosen], [listed[k] for k in chosen])
    kept = np.array(data.draw(st.lists(st.booleans(), min_size=n, max_size=n)), bool)
    assert same(masks[kept], [dense for dense, k in zip(listed, kept, strict=True) if k])


def same(masks, dense):
    ours = oracles.decode(masks)
    return len(ours) == len(dense) and all(map(np.array_equal, ours, dense))


@pytest.mark.parametrize("index", [1, -2, 10**30, [1], [0.5], [True, False], "a", None, (0, 0)])
def test_index_out_of_range(index):
    with pytest.raises((IndexError, me.MaskError)):
        ONE[index]


@given(strategies.masks(), strategies.masks())
def test_concatenate(a, b):
    joined = me.Masks.concatenate([a, b, a])
    assert same(joined, oracles.decode(a) + oracles.decode(b) + oracles.decode(a))
    assert joined[: len(a)] == a


@given(strategies.masks())
def test_pickle_copy_digest_and_arrow(masks):
    for twin in (
        pickle.loads(pickle.dumps(masks)),
        copy.deepcopy(masks),
        me.Masks.from_arrow(masks.to_arrow()),
        me.Masks(masks.counts, masks.offsets, masks.sizes),
    ):
        assert twin == masks
        assert hash(twin) == hash(masks)
        assert twin.digest() == masks.digest()
    assert masks.validate() == []


def test_unequal():
    other = me.Masks([3, 2, 1], [0, 3], [(2, 3)])
    assert other != ONE
    assert other.digest() != ONE.digest()
    assert ONE != "masks"


def test_arrow_shares_memory_and_takes_chunks():
    pa = pytest.importorskip("pyarrow")
    masks = me.encode(np.arange(24).reshape(2, 3, 4) % 5)
    batch = masks.to_arrow()
    values = batch.column("counts").values.to_numpy()
    assert np.shares_memory(values, masks.counts)
    table = pa.Table.from_batches([batch, batch])
    assert me.Masks.from_arrow(table) == me.Masks.concatenate([masks, masks])
    assert me.Masks.from_arrow(table.slice(1, 2)) == me.Masks.concatenate([masks[1], masks[0]])


def test_arrow_that_is_none():
    pa = pytest.importorskip("pyarrow")
    good = ONE.to_arrow()
    bad = {
        "no table": [1, 2],
        "column missing": good.select(["counts", "height"]),
        "counts of another type": pa.record_batch({"counts": [[2.0]], "height": [1], "width": [2]}),
        "null counts": pa.record_batch(
            {
                "counts": pa.array([None], pa.list_(pa.uint32())),
                "height": [1],
                "width": [2],
            }
        ),
        "text sides": pa.record_batch(
            {"counts": pa.array([[2]], pa.list_(pa.uint32())), "height": ["1"], "width": [2]}
        ),
    }
    for value in bad.values():
        with pytest.raises(me.MaskTypeError):
            me.Masks.from_arrow(value)


def test_validate_sees_memory_that_changed():
    counts = np.array([2, 3, 1, 6], np.uint32)
    counts.flags.writeable = False
    masks = me.Masks(counts, [0, 3, 4], [(2, 3), (2, 3)])
    counts.flags.writeable = True
    counts[3] = 7
    (problem,) = masks.validate()
    assert problem[0] == 1
    assert "got a sum of 7" in problem[1]
    me.decode(masks)  # stays within its memory


def test_repr():
    assert repr(ONE) == "Masks(1 mask, 3 runs, size (2, 3))"
    assert repr(me.Masks([], [0], [])) == "Masks(0 masks, 0 runs)"
    assert "mixed" in repr(me.Masks.concatenate([ONE, me.Masks([1], [0, 1], [(1, 1)])]))


@pytest.mark.parametrize(
    ("batch", "instead"),
    [(me.Masks([1, 2, 3], [0, 3], [(2, 3)]), r"me\.decode"),
     (me.Polygons.from_coco([[[0, 0, 2, 0, 2, 2]]]), r"me\.rasterize")],
    ids=["masks", "polygons"],
)  # fmt: skip
def test_a_batch_is_no_array_and_says_what_makes_one(batch, instead):
    with pytest.raises(me.MaskTypeError, match=f"expected an array, got .*; {instead}"):
        np.asarray(batch)
    with pytest.raises(me.MaskTypeError, match=f"^mask: expected an array, got .*; {instead}"):
        me.encode(batch)
    assert copy.deepcopy(batch) == pickle.loads(pickle.dumps(batch)) == batch
