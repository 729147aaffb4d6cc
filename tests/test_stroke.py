"""stroke: hand-drawn literals, ellipses against their formula, far and empty strokes."""

import numpy as np
import pytest

import maskengine as me
from maskengine.testing import emulation
from maskengine.testing.oracles import art


def drawn(*args, **kwargs):
    return me.decode(me.stroke(*args, **kwargs))[0]


def test_dab():
    wanted = art(
        ".....",
        "..#..",
        ".###.",
        "..#..",
        ".....",
    )
    assert np.array_equal(drawn([(2.5, 2.5)], 1, (5, 5)), wanted)


def test_a_radius_that_just_reaches():
    # (3, 4, 5): the centre of pixel (5, 6) is exactly 5 from that of pixel (2, 2)
    assert drawn([(2.5, 2.5)], 5, (8, 8))[6, 5]
    assert not drawn([(2.5, 2.5)], 5 - 2**-15, (8, 8))[6, 5]


def test_move():
    wanted = art(
        "........",
        "..####..",
        ".######.",
        "..####..",
    )
    assert np.array_equal(drawn([(2.5, 2.5), (5.5, 2.5)], 1, (4, 8)), wanted)


def test_square():
    wanted = art(
        "###...",
        "####..",
        "#####.",
        ".####.",
        "..###.",
        "......",
    )
    assert np.array_equal(drawn([(1.5, 1.5), (3.5, 3.5)], 1, (6, 6), "square"), wanted)


def test_pressure():
    # the tangents fall by 2 / sqrt(21) per pixel, so they are 1 from the axis at x = 5.21
    wanted = art(
        "..#......",
        ".####....",
        "########.",
        ".####....",
        "..#......",
    )
    assert np.array_equal(drawn([(2.5, 2.5), (7.5, 2.5)], [2, 0], (5, 9)), wanted)


def test_bitmap_gives_itself():
    cross = art(".#.", "###", ".#.")
    wanted = np.zeros((6, 7), bool)
    wanted[1:4, 2:5] = cross
    assert np.array_equal(drawn([(3.5, 2.5)], size=(6, 7), brush=cross), wanted)
    even = art("##", "#.")
    assert np.array_equal(drawn([(2, 3)], size=(4, 4), brush=even)[2:, 1:3], even)


def test_no_points_and_no_pixels():
    assert me.area(me.stroke(np.zeros((0, 2)), 3, (4, 4))).tolist() == [0]
    assert me.stroke([], 3, (0, 4)).sizes.tolist() == [[0, 4]]
    assert me.area(me.stroke([(1, 1)], size=(3, 3), brush=np.zeros((0, 3), bool))).tolist() == [0]
    assert me.area(me.stroke([(1, 1)], 0, (3, 3))).tolist() == [0]


def test_reaches_in_from_far_away():
    masks = me.stroke([(-2e9, 2.5), (2e9, 2.5)], 1, (6, 5))
    assert me.area(masks).tolist() == [15]
    assert me.area(me.stroke([(0, 0)], 2**31, (9, 9))).tolist() == [81]


@pytest.mark.parametrize("angle", [0, 30, 90, -45, 200.5])
def test_ellipse(angle):
    points, radii = np.array([(12.31, 9.17), (25.23, 14.89)]), (8.0, 3.0)
    turn = np.deg2rad(angle)
    y, x = np.mgrid[:30, :40] + 0.5
    nearest = np.full(x.shape, np.inf)
    for t in np.linspace(0, 1, 2001):
        at = points[0] + t * (points[1] - points[0])
        along = (x - at[0]) * np.cos(turn) + (y - at[1]) * np.sin(turn)
        across = (y - at[1]) * np.cos(turn) - (x - at[0]) * np.sin(turn)
        nearest = np.minimum(nearest, (along / radii[0]) ** 2 + (across / radii[1]) ** 2)
    assert (abs(nearest - 1) > 1e-5).all()  # no centre so near that steps of t decide
    assert np.array_equal(drawn(points, radii, (30, 40), "ellipse", angle=angle), nearest <= 1)


def test_a_round_ellipse_is_a_disk():
    points = [(3.3, 4.1), (12.7, 8.9)]
    assert me.stroke(points, (3.3, 3.3), (15, 18), "ellipse") == me.stroke(points, 3.3, (15, 18))


def test_an_error_names_the_point():
    with pytest.raises(me.MaskError, match=r"points\[1\]"):
        me.stroke([(0, 0), (0, float("nan"))], 1, (4, 4))
    with pytest.raises(me.MaskError, match=r"radius\[2\]"):
        me.stroke([(0, 0), (0, 1), (0, 2)], [1, 1, -1], (4, 4))


@pytest.mark.parametrize(
    ("point", "radius", "said"),
    [
        ((1, 1), -3, r"radius: expected 0 or more, got -3\.0"),
        ((1, 1), float("nan"), "radius: expected finite numbers, got nan"),
        ((1, float("-inf")), 2, r"points\[0\]: expected finite numbers, got -inf"),
        ((1, 1e12), 2, r"points\[0\]: expected at most 2\^31 pixels, got 1000000000000\.0"),
        ((1, 1), [1, 2], "radius: expected one number, or one per point, 1, got 2"),
    ],
)
def test_an_error_says_what_was_got(point, radius, said):
    with pytest.raises(me.MaskError, match=said):
        me.stroke([point], radius, (5, 5))


def test_what_a_device_does_not_take():
    with emulation.emulated_cuda():
        ours = me.stroke([(9.5, 9.5), (70, 30)], [3, 9], (64, 130), device="cuda")
        assert ours.device == "cuda:0"
        assert ours == me.stroke([(9.5, 9.5), (70, 30)], [3, 9], (64, 130))
        oval = me.stroke([(1, 1)], (1, 2), (4, 4), "ellipse", device="cuda")
        assert oval == me.stroke([(1, 1)], (1, 2), (4, 4), "ellipse")
        dot = me.stroke([(1, 1)], size=(4, 4), brush=np.ones((1, 1), bool), device="cuda")
        assert dot == me.stroke([(1, 1)], size=(4, 4), brush=np.ones((1, 1), bool))
        with pytest.raises(me.MaskError, match="shape: expected 'disk', 'square' or 'ellipse'"):
            me.stroke([(1, 1)], (1, 2), (4, 4), "star", device="cuda")
        with pytest.raises(me.MaskError, match=r"points\[1\]: expected finite"):
            me.stroke([(1, 1), (np.nan, 1)], 1, (4, 4), device="cuda")
        with pytest.raises(me.MaskError, match="device: expected"):
            me.stroke([(1, 1)], 1, (4, 4), device="gpu")
