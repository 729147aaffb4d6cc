"""remap: drawn maps.

Run: pytest tests/test_remap.py
"""

import numpy as np
import pytest

import maskengine as me

MAP = np.array([[0, 7, 7], [11, 0, 7]], np.uint8)


def test_each_way_to_say_what_becomes_of_other_labels():
    assert me.remap(MAP, {0: 0, 7: 1, 11: 2}).tolist() == [[0, 1, 1], [2, 0, 1]]
    assert me.remap(MAP, {7: 1}, 255).tolist() == [[255, 1, 1], [255, 255, 1]]
    assert me.remap(MAP, {7: 1}, "keep").tolist() == [[0, 1, 1], [11, 0, 1]]
    with pytest.raises(me.MaskError, match=r"^label_map: .* got 11"):
        me.remap(MAP, {0: 0, 7: 1})


def test_an_array_as_table():
    table = np.arange(12) * 100
    assert me.remap(MAP, table).tolist() == [[0, 700, 700], [1100, 0, 700]]
    assert me.remap(MAP, table).dtype == np.uint16


def test_the_narrowest_dtype_does_not_depend_on_the_map():
    assert me.remap(MAP * 0, {0: 0, 1: 300}).dtype == np.uint16
    assert me.remap(MAP, {7: -1}, 0).dtype == np.int8
    assert me.remap(MAP.astype(np.uint32), {7: 1}, "keep").dtype == np.uint32
    assert me.remap(MAP, {7: 1}, 2**40).dtype == np.uint64
    assert me.remap(MAP, {7: 1}, 0, dtype=np.int32).dtype == np.int32


def test_wide_and_negative_labels():
    wide = np.array([[2**40, -3, 5], [-(2**63), 2**40, 70_000]])
    table = {2**40: 1, -3: 2, -(2**63): 3}
    assert me.remap(wide, table, 9).tolist() == [[1, 2, 9], [3, 1, 9]]


@pytest.mark.parametrize("labels", [[], [0], [17, 255], range(15, 34), range(256)])
def test_every_byte_at_every_level(level, labels):
    label_map = np.random.default_rng(2).permutation(np.repeat(np.arange(256), 37)).astype(np.uint8)
    table = np.full(256, 9, np.uint8)
    table[list(labels)] = [(label * 7 + 3) % 256 for label in labels]
    for width in (1, 31, 32, 37, 64, 148):
        shaped = label_map.reshape(-1, width) if label_map.size % width == 0 else label_map[None]
        with me.use(level=level):
            ours = me.remap(shaped, {label: int(table[label]) for label in labels}, 9)
        assert ours.dtype == np.uint8
        assert np.array_equal(ours, table[shaped])


def test_nothing_is_written_when_a_label_is_strange():
    own = MAP.copy()
    with pytest.raises(me.MaskError):
        me.remap(own, {0: 5}, out=own)
    with pytest.raises(me.MaskError, match=r"^table: expected labels that fit uint8, got 256"):
        me.remap(own, {0: 5, 7: 256}, 0, out=own)
    assert np.array_equal(own, MAP)


def test_overlapping_out():
    memory = np.arange(12, dtype=np.uint8)
    me.remap(memory[:10].reshape(2, 5), np.arange(100) + 1, out=memory[2:].reshape(2, 5))
    assert memory.tolist() == [0, 1, *range(1, 11)]
