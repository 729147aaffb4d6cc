"""flood: hand-drawn literals, wide images, 64-bit values, and what it costs."""

import tracemalloc

import numpy as np
import pytest

import maskengine as me
from devices import to_device
from maskengine.testing import emulation
from maskengine.testing.oracles import art

ROOM = art(
    "######",
    "#....#",
    "#.##.#",
    "#.#..#",
    "######",
)


def filled(found):
    return me.decode(found.masks)[0]


def test_drawn_room():
    found = me.flood(ROOM, (1, 1))
    assert np.array_equal(filled(found), ~ROOM)
    assert (found.area, found.box, found.complete) == (9, (1, 1, 5, 4), True)


def test_corners_connect_under_eight_alone():
    image = art("#..", ".#.", "..#").astype(np.uint8)
    assert me.flood(image, (0, 0)).area == 1
    assert me.flood(image, (0, 0), connectivity=8).area == 3


def test_floating_climbs_where_fixed_stops():
    slope = np.array([[10, 12, 14, 16, 30]], np.uint8)
    assert me.flood(slope, (0, 0), 2).area == 2
    assert me.flood(slope, (0, 0), 2, "floating").area == 4
    assert me.flood(slope, (3, 0), (2, 0), "floating").area == 4  # down alone
    assert me.flood(slope, (0, 0), (2, 0), "floating").area == 1


def test_lower_and_upper_per_channel():
    image = np.array([[[5, 5], [6, 5], [5, 6], [4, 5]]], np.int16)
    assert me.flood(image, (0, 0), ((0, 0), (1, 0))).area == 2
    assert me.flood(image, (0, 0), np.array([1, 1])).area == 4
    assert me.flood(image, (0, 0), (0, 1)).area == 3  # two numbers are lower and upper


@pytest.mark.parametrize("dtype", ["u8", "i8"])
def test_64_bits_do_not_overflow(dtype):
    ends = np.iinfo(dtype)
    image = np.array([[ends.max, ends.max - 1, ends.min, ends.max - 2]], dtype)
    assert me.flood(image, (0, 0), 1).area == 2
    assert me.flood(image, (0, 0), 2**64).area == 4
    assert me.flood(image, (0, 0), 1, "floating").area == 2
    assert me.flood(image, (0, 0), float("inf"), "floating").area == 4


def test_what_is_not_finite_matches_nothing():
    image = np.array([[np.nan, np.nan, 1, np.inf, 1]], np.float32)
    assert me.flood(image, (0, 0), np.inf).area == 0
    assert me.flood(image, (2, 0), np.inf).area == 1
    assert me.flood(image, (2, 0), np.inf, "floating").area == 1


def test_a_difference_of_floats_is_that_of_float64():
    image = np.array([[0.5, 0.6]], np.float32)
    step = float(image[0, 1]) - 0.5
    assert me.flood(image, (0, 0), step).area == 2
    assert me.flood(image, (0, 0), np.nextafter(step, 0)).area == 1


def test_barrier_values():
    labels = np.array([[0, 1, 0, 7, 0]], np.int32)
    assert me.flood(labels, (0, 0), np.inf, barrier=[7]).area == 3
    assert me.flood(labels, (0, 0), np.inf, barrier=7).area == 3
    assert me.flood(labels, (0, 0), np.inf, barrier=(1, 7)).area == 1
    assert me.flood(labels, (0, 0), np.inf, barrier=[2**40, -5]).area == 5


def test_a_barrier_of_runs_and_a_box():
    image = np.zeros((3, 4), np.uint8)
    wall = me.encode(art("..#.", "..#.", "..#."))
    assert me.flood(image, (0, 0), barrier=wall).box == (0, 0, 2, 3)
    assert me.flood(image, (0, 0), region=(0, 0, 2, 2)).area == 4
    assert me.flood(image, (0, 0), region=(-5, -5, 99, 99)).area == 12
    assert me.flood(image, (0, 0), region=(1, 1, 4, 3)).area == 0
    assert me.flood(image, (2, 0), barrier=wall).area == 0


def test_several_seeds_are_a_union():
    image = np.array([[1, 2, 3, 9, 1]], np.uint8)
    assert filled(me.flood(image, [(0, 0), (2, 0)], 1)).tolist() == [[1, 1, 1, 0, 0]]
    assert me.flood(image, np.zeros((0, 2), int)).area == 0


def test_paints_the_image_itself():
    labels = np.asfortranarray(np.array([[3, 3, 1], [1, 3, 1]], np.uint16))
    me.flood(labels, (0, 0), out=labels, value=8)
    assert labels.tolist() == [[8, 8, 1], [1, 8, 1]]


def test_nothing_is_painted_past_max_area():
    out = np.zeros((5, 6), np.uint8)
    found = me.flood(ROOM, (1, 1), max_area=8, out=out)
    assert (found.area, found.box, found.complete) == (0, (0, 0, 0, 0), False)
    assert me.area(found.masks).tolist() == [0]
    assert not out.any()


def test_foreign_byte_order():
    assert me.flood(np.array([[1, 1, 256]], ">u2"), (0, 0)).area == 2


@pytest.mark.parametrize("shape", [(3, 70_000), (3, 65_536), (65_537, 3)])
def test_wider_than_16_bits(shape):
    found = me.flood(np.zeros(shape, np.uint8), (1, 1))
    assert found.area == shape[0] * shape[1]
    assert found.box == (0, 0, shape[1], shape[0])


def test_memory_follows_the_region():
    side = 2**24  # one byte, seen everywhere
    image = np.broadcast_to(np.zeros((1, 1), np.uint8), (side, side))
    tracemalloc.start()
    found = me.flood(image, (side - 1, side - 1), region=(side - 3, side - 2, side, side))
    assert found.area == 6
    assert found.box == (side - 3, side - 2, side, side)
    assert tracemalloc.get_traced_memory()[1] < 1e6
    tracemalloc.stop()


@pytest.mark.parametrize("mode", ["fixed", "floating"])
@pytest.mark.parametrize("connectivity", [4, 8])
def test_many_tiles(mode, connectivity):
    # a spiral corridor one pixel wide, through tiles in every direction
    side = 601
    image = np.ones((side, 3 * side), np.uint8)
    y, x, dy, dx = 1, 1, 0, 1
    image[y, x] = 0
    length = 1
    while True:
        moved = False
        while (
            1 <= y + dy < side - 1
            and 1 <= x + dx < 3 * side - 1
            and image[y + dy, x + dx]
            and not (
                1 <= y + 2 * dy < side - 1
                and 1 <= x + 2 * dx < 3 * side - 1
                and not image[y + 2 * dy, x + 2 * dx]
            )
        ):
            y, x, moved = y + dy, x + dx, True
            image[y, x] = 0
            length += 1
        if not moved:
            break
        dy, dx = dx, -dy
    found = me.flood(image, (1, 1), 0, mode, connectivity)
    assert found.area == length == (image == 0).sum()
    assert np.array_equal(filled(found), image == 0)


@pytest.mark.parametrize("channels", [1, 2, 3, 4])
@pytest.mark.parametrize("dtype", ["u1", "i1", "u2", "i4", "u8", "f4", "f8"])
def test_every_value_of_a_wide_row_is_compared(level, dtype, channels):
    # as many values as the widest kernel takes at a time, in each channel
    image = np.full((1, 200, channels), 7, dtype)
    with me.use(level=level):
        assert me.flood(image, (150, 0), mode="floating").area == 200
        for x in range(200):
            changed = image.copy()
            changed[0, x, x % channels] = 9
            for mode in ("fixed", "floating"):
                found = me.flood(changed, (0, 0), 1, mode)
                assert found.area == (1 if x == 0 else x), (x, mode)


def test_barrier_values_beyond_63_bits_beside_small_ones():
    image = np.array([[0, 0, 1, 0, 2**64 - 1, 0]], np.uint64)
    assert me.flood(image, (3, 0), np.inf, barrier=[1, 2**64 - 1]).box == (3, 0, 4, 1)


def test_on_a_device_with_limits():
    image = np.array([[1, 1, 1, 5, 1], [1, 9, 1, 1, 1], [1, 1, 1, 7, 1]], np.uint8)
    wall = np.zeros((3, 5), bool)
    wall[:, 2] = True
    with emulation.emulated_cuda() as device:
        there = device.upload(image)
        for limits in (
            {"region": (0, 0, 3, 2)},
            {"region": (-5, 1, 99, 99)},
            {"region": (3, 0, 3, 2)},
            {"region": (4, 1, 5, 2)},  # the seed lies outside
            {"barrier": wall},
            {"region": ~wall},
            {"barrier": me.encode(wall)},
            {"barrier": [1, 5]},
            {"barrier": 5},
            {"max_area": 11},
            {"max_area": 3},
        ):
            wanted = me.flood(image, (0, 0), **limits)
            moved = {name: to_device(device, value) for name, value in limits.items()}
            out = device.upload(np.full((3, 5), 3, np.int16))
            found = me.flood(there, (0, 0), **moved, out=out, value=-4)
            assert found.masks == wanted.masks
            assert found[1:] == wanted[1:]
            painted = np.where(me.decode(wanted.masks)[0], -4, 3)
            assert out.get().tolist() == painted.tolist()
        wanted = me.flood(image, (0, 0), mode="floating")
        assert me.flood(there, (0, 0), mode="floating").masks == wanted.masks
        with pytest.raises(me.MaskError, match="mode: expected 'fixed' or 'floating'"):
            me.flood(there, (0, 0), mode="float")
        with pytest.raises(me.MaskTypeError, match="barrier: expected an array on cuda:0"):
            me.flood(there, (0, 0), barrier=wall)
        with pytest.raises(me.MaskTypeError, match="region: expected masks on cuda:0"):
            me.flood(there, (0, 0), region=me.encode(wall))
        with pytest.raises(me.MaskError, match=r"seed\[0\]: expected a pixel"):
            me.flood(there, (5, 0))


def test_a_position_is_no_pixel():
    with pytest.raises(me.MaskTypeError, match=r"^seed: expected integers.*round positions down"):
        me.flood(np.zeros((3, 4), np.uint8), (1.5, 0.5))
