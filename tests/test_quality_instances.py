"""instances and segment ids: the values of rows F11 and F12, and slow oracles.

Covers: maskengine.quality.instances, SegmentIds, ids_to_rgb, rgb_to_ids.
Compares against: drawings, scipy.ndimage.label, the packing written out.
Run: pytest tests/test_quality_instances.py
"""

import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import maskengine as me
from maskengine.quality import SegmentIds, ids_to_rgb, instances, rgb_to_ids

TWO_SQUARES = np.repeat([[26, 26, 26, 26, 0]], 2, axis=0)
THEIR_IDS = np.repeat([[1, 1, 2, 2, 0]], 2, axis=0)


def dense(found):
    return [mask.astype(int).tolist() for mask in me.decode(found.masks)]


def test_f11_two_touching_squares():
    found = instances(TWO_SQUARES, THEIR_IDS)
    assert len(found) == 2
    assert found.category.tolist() == [26, 26]
    assert found.ids.tolist() == [1, 2]
    assert dense(found)[0] == [[1, 1, 0, 0, 0]] * 2
    assert found.warnings == (("touch", 26, (0, 1), 2),)


def test_f11_by_connectivity_alone_they_are_one():
    found = instances(TWO_SQUARES)
    assert len(found) == 1
    assert found.warnings == (("connectivity", 26, (), 1),)
    found = instances(TWO_SQUARES, THEIR_IDS, by="connectivity")
    assert len(found) == 1
    assert found.warnings == (("merged", 26, (0,), 2),)


def test_f11_one_id_in_two_components():
    classes, ids = np.array([[7, 0, 7, 9]]), np.array([[1, 0, 1, 1]])
    found = instances(classes, ids)
    assert found.category.tolist() == [7, 9]  # the same id in another class is another instance
    assert found.components.tolist() == [2, 1]
    assert found.warnings == (("parts", 7, (0,), 2),)
    found = instances(classes, ids, parts="split")
    assert found.category.tolist() == [7, 7, 9]
    assert (found.ids.tolist(), found.components.tolist()) == ([1, 1, 1], [1, 1, 1])
    assert found.warnings == ()


def test_f11_pixels_without_id_are_reported():
    found = instances(np.array([[7, 7, 7, 2]]), np.array([[1, 0, 0, 0]]), things=[7])
    assert dense(found) == [[[1, 0, 0, 0]]]
    assert found.warnings == (("unassigned", 7, (), 2),)


def test_f11_gaps_join_parts():
    row = np.array([[7, 0, 0, 7, 0, 0, 0, 7, 9, 0, 9]])
    assert len(instances(row)) == 5
    found = instances(row, gap=2)
    assert dense(found) == [
        [[1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0]],
        [[0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0]],
        [[0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1]],
    ]
    assert found.components.tolist() == [2, 1, 2]
    assert [w[:3] for w in found.warnings if w.kind == "parts"] == [
        ("parts", 7, (0,)), ("parts", 9, (2,)),
    ]  # fmt: skip
    assert len(instances(row, gap={7: 3})) == 3
    assert len(instances(row, gap={9: 1})) == 4


def test_a_map_of_void():
    found = instances(np.zeros((3, 2), int), np.zeros((3, 2), int))
    assert (len(found), found.warnings) == (0, ())
    assert len(instances(np.zeros((3, 2), int))) == 0


@given(st.integers(0, 2**32 - 1), st.sampled_from([4, 8]))
def test_equals_masks_of_each_class_and_id(seed, connectivity):
    ndimage = pytest.importorskip("scipy.ndimage")
    rng = np.random.default_rng(seed)
    classes, ids = rng.integers(0, 3, (5, 6)), rng.integers(0, 3, (5, 6))
    cross = np.ones((3, 3)) if connectivity == 8 else None
    found = instances(classes, ids, connectivity=connectivity)
    pairs = [(c, i) for c in (1, 2) for i in (1, 2) if ((classes == c) & (ids == i)).any()]
    assert list(zip(found.category, found.ids, strict=True)) == pairs
    wanted = [(classes == c) & (ids == i) for c, i in pairs]
    assert all(np.array_equal(a, b) for a, b in zip(me.decode(found.masks), wanted, strict=True))
    assert found.components.tolist() == [ndimage.label(mask, cross)[1] for mask in wanted]

    alone = instances(classes, connectivity=connectivity)
    wanted = []
    for c in (1, 2):
        image, n = ndimage.label(classes == c, cross)
        wanted += [image == k for k in range(1, n + 1)]
    assert len(alone) == len(wanted)
    assert all(np.array_equal(a, b) for a, b in zip(me.decode(alone.masks), wanted, strict=True))


def test_f12_every_id_goes_into_a_colour_and_back():
    ids = np.arange(2**24, dtype=np.uint32).reshape(4096, 4096)
    colours = ids_to_rgb(ids)
    assert np.array_equal(rgb_to_ids(colours), ids)
    some = np.array([1, 255, 256, 65535, 65536, 2**24 - 1])
    red, green, blue = colours.reshape(-1, 3)[some].astype(int).T
    assert np.array_equal(red + 256 * green + 65536 * blue, some)


@pytest.mark.parametrize("dtype", ["u4", "i8", "u8"])
def test_f12_ids_beyond_24_bits_are_refused(dtype):
    label_map = np.zeros((2, 3), dtype)
    label_map[1, 2] = 2**24
    with pytest.raises(me.MaskError, match=r"16777216 at pixel \(x, y\) = \(2, 1\)"):
        ids_to_rgb(label_map)


def test_f12_a_million_ids_without_duplicates():
    ids = SegmentIds(range(0, 3_000_000, 3))
    found = np.concatenate([ids.new(400_000), ids.new(1), ids.new(599_999)])
    assert len(np.unique(found)) == 1_000_000
    assert (found % 3 != 0).all()
    assert found.max() < 2**24
    assert len(ids) == 999_999 + 1_000_000


def test_f12_collisions_are_refused():
    ids = SegmentIds([5, 9])
    with pytest.raises(me.MaskError, match="got 9, which is taken") as caught:
        ids.take([1, 9])
    assert (caught.value.parameter, caught.value.index) == ("ids", 1)
    assert 1 not in ids
    for bad in ([0], [2**24], [-1], [3, 3], [1.5]):
        with pytest.raises(me.MaskError):
            ids.take(bad)
    assert ids.new(6).tolist() == [1, 2, 3, 4, 6, 7]


def test_f12_keys_keep_their_ids():
    names = [f"track {k}" for k in range(2000)]
    first, second = SegmentIds(), SegmentIds()
    ours = {name: first.of(name) for name in names}
    assert len(set(ours.values())) == 2000
    assert {name: second.of(name) for name in names} == ours
    # blake2b of "track 0", its first 8 bytes as a number, modulo 2^24 - 1, plus 1
    assert ours["track 0"] == 5821538
    taken = SegmentIds([5821538])
    assert taken.of("track 0") == 5821539


def test_f12_when_all_are_taken():
    ids = SegmentIds()
    ids.new(2**24 - 2)
    assert ids.of("the last one") == 2**24 - 1
    with pytest.raises(me.LimitExceeded):
        ids.new()
    with pytest.raises(me.LimitExceeded):
        ids.of("another one")


@pytest.mark.parametrize(
    ("name", "call"),
    {
        "class_map": lambda: instances(np.zeros((2, 2))),
        "class_map ": lambda: instances(np.full((2, 2), 2**31)),
        "instance_map": lambda: instances(TWO_SQUARES, THEIR_IDS[:1]),
        "instance_map ": lambda: instances(TWO_SQUARES, THEIR_IDS - 1),
        "things": lambda: instances(TWO_SQUARES, things=[1.5]),
        "by": lambda: instances(TWO_SQUARES, by="id"),
        "connectivity": lambda: instances(TWO_SQUARES, connectivity=6),
        "parts": lambda: instances(TWO_SQUARES, parts="some"),
        "gap": lambda: instances(TWO_SQUARES, gap=-1),
        "gap ": lambda: instances(TWO_SQUARES, gap=1.5),
        "n": lambda: SegmentIds().new(-1),
        "n ": lambda: SegmentIds().new(1.5),
        "key": lambda: SegmentIds().of(5),
        "image": lambda: rgb_to_ids(np.zeros((2, 2, 4), np.uint8)),
        "image ": lambda: rgb_to_ids(np.zeros((2, 2, 3))),
    }.items(),
)
def test_bad_input_names_the_parameter(name, call):
    with pytest.raises(me.MaskError) as caught:
        call()
    assert caught.value.parameter == name.strip()


def test_ids_that_another_thread_writes_over_are_no_index_error(monkeypatch):
    module = sys.modules["maskengine.quality.instances"]  # its name is that of the function
    numbered = module.number_pairs

    def late(classes, ids, *rest):
        ids[ids == 1] = 2  # the pair that was counted has no pixel now
        return numbered(classes, ids, *rest)

    monkeypatch.setattr(module, "number_pairs", late)
    found = instances(np.full((1, 3), 26), np.array([[1, 2, 3]]))
    assert found.ids.tolist() == [2, 3]
    touching = [w for w in found.warnings if w.kind == "touch"]
    assert [(w.instances, w.amount) for w in touching] == [((0, 1), 1)]
