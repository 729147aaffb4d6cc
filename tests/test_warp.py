"""warp: hand-drawn literals, ties, one matrix per mask, large sizes.

Covers: python/maskengine/ops/warp.py. Run: pytest tests/test_warp.py
"""

import signal

import numpy as np
import pytest

import maskengine as me
from maskengine.testing import oracles
from maskengine.testing.oracles import art

L = art("#..", "##.")


def drawn(*arguments, **options):
    return oracles.decode(me.warp(oracles.encode([L]), *arguments, **options))[0]


def test_literals():
    assert np.array_equal(drawn([[1, 0, 1], [0, 1, 0]]), art(".#.", ".##"))
    assert np.array_equal(drawn([[2, 0, 0], [0, 1, 0]], (2, 6)), art("##....", "####.."))
    # y points down: a quarter turn clockwise takes the column to the top row
    assert np.array_equal(drawn([[0, -1, 2], [1, 0, 0]], (3, 2)), art("##", "#.", ".."))
    # the same about the centre of pixel (0, 0) where centres are whole
    assert np.array_equal(
        drawn([[0, -1, 1], [1, 0, 0]], (3, 2), coordinates="centres"), art("##", "#.", "..")
    )


def test_ties_go_right_and_down():
    # half a pixel: every centre falls on an edge, and shows the pixel to its right
    assert np.array_equal(
        drawn([[1, 0, 0.5], [0, 1, 0]], inverse=True), drawn([[1, 0, -1], [0, 1, 0]])
    )
    assert np.array_equal(
        drawn([[1, 0, 0], [0, 1, 0.5]], inverse=True), drawn([[1, 0, 0], [0, 1, -1]])
    )


def test_a_singular_matrix_led_backwards():
    # every row of the result shows row 1 of the source
    assert np.array_equal(
        drawn([[1, 0, 0], [0, 0, 1.5]], (3, 3), inverse=True), art("##.", "##.", "##.")
    )


def test_one_matrix_and_size_for_each():
    masks = oracles.encode([L, L])
    both = me.warp(masks, [np.eye(2, 3), [[1, 0, 1], [0, 1, 0]]], [(2, 3), (3, 4)])
    assert both.sizes.tolist() == [[2, 3], [3, 4]]
    assert np.array_equal(oracles.decode(both)[1], art(".#..", ".##.", "...."))


def test_the_horizon_of_a_perspective():
    # w = x - 2: the image of the left columns lies behind the horizon, and is seen upside down
    matrix = np.array([[1.0, 0, 0], [0, 1, 0], [1, 0, -2]])
    full = oracles.encode([np.ones((4, 4), bool)])
    ours = oracles.decode(me.warp(full, matrix, (4, 4), inverse=True))[0]
    y, x = np.mgrid[:4, :4] + 0.5
    u, v = x / (x - 2), y / (x - 2)
    assert np.array_equal(ours, (u >= 0) & (u < 4) & (v >= 0) & (v < 4))


def test_sizes_beyond_memory():
    # 2^25 pixels square: a dot of the source becomes a square
    dot = me.shift(me.Masks([0, 1, 2**20 - 1], [0, 3], [(1024, 1024)]), 3, 5)
    side = 2**25
    scale = 1000
    large = me.warp(dot, [[scale, 0, 7], [0, scale, 9]], (side, side))
    assert me.bbox(large).tolist() == [[3 * scale + 7, 5 * scale + 9, scale, scale]]
    assert me.area(large).tolist() == [scale * scale]
    back = me.warp(large, [[scale, 0, 7], [0, scale, 9]], (1024, 1024), inverse=True)
    assert back == dot


def test_cracks_along_the_centre_lines():
    # every vertical side falls on the centres of a column, from top to bottom
    stripes = np.arange(40) % 2 == 0
    masks = oracles.encode([np.broadcast_to(stripes, (50, 40))])
    ours = me.warp(masks, [[1, 0, 0.5], [0, 1, 0]], (50, 41))
    assert np.array_equal(oracles.decode(ours)[0][0], np.append(stripes, False))
    assert np.array_equal(
        oracles.decode(ours)[0], np.broadcast_to(np.append(stripes, False), (50, 41))
    )


def test_blobs_turned_in_steps_stay_exact(level):
    rng = np.random.default_rng(9)
    coarse = rng.random((12, 15)) < 0.5
    mask = np.kron(coarse, np.ones((23, 19))) > 0
    for threads, angle in ((1, 0.3), (3, 2.0), (2, 4.1)):
        c, s = np.cos(angle), np.sin(angle)
        back = np.array([[c, s, 60.0], [-s, c, 90.0], [1e-4, 2e-4, 1.0]])
        x, y = np.arange(300) + 0.5, np.arange(250)[:, None] + 0.5
        px, py, pw = ((row[0] * x + row[2]) + row[1] * y for row in back)
        u, v = px / pw, py / pw
        inside = (u >= 0) & (u < mask.shape[1]) & (v >= 0) & (v < mask.shape[0])
        wanted = np.zeros((250, 300), bool)
        wanted[inside] = mask[v[inside].astype(int), u[inside].astype(int)]
        with me.use(level=level, threads=threads):
            ours = me.warp(oracles.encode([mask] * 3), back, (250, 300), inverse=True)
        assert ours == oracles.encode([wanted] * 3)


def test_too_many_pixels_name_the_limit():
    # 2^36 pixels are at least 16 runs of fewer than 2^32
    with me.use(limits={"mask_runs": 10}), pytest.raises(me.LimitExceeded) as caught:
        me.warp(me.Masks([0, 4], [0, 2], [(2, 2)]), np.eye(3), (2**18, 2**18))
    assert (caught.value.name, caught.value.limit) == ("mask_runs", 10)


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="no timers of POSIX")
def test_a_wide_result_of_few_runs_can_be_interrupted():
    width = 5 * 10**7
    masks = me.Masks([2 * width, width, width], [0, 3], [(4, width)])
    tilt = [[1, 1e-9, 0], [1e-9, 1, 0.2]]  # 1 s, pixel by pixel
    before = signal.signal(signal.SIGALRM, signal.default_int_handler)
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.1)
        with pytest.raises(KeyboardInterrupt):
            me.warp(masks, tilt)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@pytest.mark.parametrize("coordinates", ["edges", "centres"])
@pytest.mark.parametrize("tilt", [0, 0.002])
def test_noise_at_each_level(level, tilt, coordinates):
    """Pixel by pixel in doubles, in the order that the notes of `warp` give."""
    rng = np.random.default_rng(4)
    mask = rng.random((131, 97)) < 0.5
    back = np.array([[0.9, 0.3, -11.3], [-0.3, 0.9, 17.1], [tilt, -tilt / 2, 1]])
    size = (150, 143)
    centre, half = (0.5, 0.0) if coordinates == "edges" else (0.0, 0.5)
    x, y = np.arange(size[1]) + centre, np.arange(size[0])[:, None] + centre
    px, py, pw = ((row[0] * x + row[2]) + row[1] * y for row in back)
    if tilt:
        px, py = px / pw, py / pw
    px, py = px + half, py + half
    inside = (px >= 0) & (px < 97) & (py >= 0) & (py < 131)
    wanted = np.zeros(size, bool)
    wanted[inside] = mask[py[inside].astype(int), px[inside].astype(int)]
    with me.use(level=level):
        found = me.warp(oracles.encode([mask]), back, size, inverse=True, coordinates=coordinates)
    assert found == oracles.encode([wanted])
    assert 0.2 < wanted.mean() < 0.5


@pytest.mark.parametrize("density", [0.02, 0.5])  # held as runs, and as bits
def test_moves_by_whole_pixels(level, density):
    rng = np.random.default_rng(3)
    dense = rng.random((2, 130, 97)) < density
    far = np.pad(dense, ((0, 0), (300, 300), (300, 300)))
    moves = [(0, 0), (5, -7), (-40, 64), (299, 3), (-3, -299)]
    with me.use(level=level):
        masks = me.complement(me.encode(~dense))
        for dx, dy in moves:
            matrix = [[1, 0, dx], [0, 1, dy], [0, 0, 1]]
            for h, w in ((130, 97), (70, 200)):
                wanted = far[:, 300 - dy : 300 - dy + h, 300 - dx : 300 - dx + w]
                for coordinates in ("edges", "centres"):
                    found = me.warp(masks, matrix, (h, w), coordinates=coordinates)
                    assert np.array_equal(me.decode(found), wanted)
        nothing = me.warp(masks, [[1, 0, 1e18], [0, 1, 0]])
        assert me.area(nothing).tolist() == [0, 0]
