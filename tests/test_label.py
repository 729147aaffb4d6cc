"""label: drawn masks, many random ones beside peers, and large ones.

Run: pytest tests/test_label.py
"""

import numpy as np
import pytest

import maskengine as me
from maskengine.testing import emulation
from maskengine.testing.oracles import art

RING = art(
    "#####.",
    "#...#.",
    "#.#.#.",
    "#...#.",
    "#####.",
    ".....#",
)


def test_corners_connect_under_eight():
    image, n = me.label(RING)
    assert n == 2
    assert image.tolist() == [
        [1, 1, 1, 1, 1, 0],
        [1, 0, 0, 0, 1, 0],
        [1, 0, 2, 0, 1, 0],
        [1, 0, 0, 0, 1, 0],
        [1, 1, 1, 1, 1, 0],
        [0, 0, 0, 0, 0, 1],
    ]
    assert me.label(RING, 4, output="none") == (None, 3)


def test_stats():
    stats = me.label(RING, 4, stats=True)[2]
    assert stats.area.tolist() == [16, 1, 1]
    assert stats.bbox.tolist() == [[0, 0, 5, 5], [2, 2, 1, 1], [5, 5, 1, 1]]
    assert stats.centroid.tolist() == [[2.5, 2.5], [2.5, 2.5], [5.5, 5.5]]
    assert stats.first_pixel.tolist() == [[0, 0], [2, 2], [5, 5]]
    assert stats.touches_border.tolist() == [True, False, True]
    assert stats.perimeter.tolist() == [32, 4, 4]
    assert stats.holes.tolist() == [1, 0, 0]
    assert stats.euler.tolist() == [0, 1, 1]
    assert stats.offsets.tolist() == [0, 3]
    assert len(stats) == 3


def test_a_hole_needs_the_other_connectivity():
    diamond = art(".#.", "#.#", ".#.")
    assert me.label(diamond, 8, stats=True)[2].holes.tolist() == [1]
    assert me.label(diamond, 4, stats=True)[2].holes.tolist() == [0, 0, 0, 0]


def test_labels_of_a_map():
    classes = np.array([[5, 5, 9], [9, 5, 5], [0, 9, 9]], np.int16)
    image, n, stats = me.label(classes, 8, kind="labels", stats=True)
    assert image.tolist() == [[1, 1, 2], [3, 1, 1], [0, 3, 3]]
    assert n == 3
    assert stats.label.tolist() == [5, 9, 9]
    assert stats.label.dtype == np.int16


def test_a_stack_is_numbered_mask_by_mask():
    stack = np.array([[[1, 0, 1]], [[0, 0, 0]], [[0, 1, 1]]])
    image, n, stats = me.label(stack, stats=True)
    assert image.tolist() == [[[1, 0, 2]], [[0, 0, 0]], [[0, 1, 1]]]
    assert n.tolist() == [2, 0, 1]
    assert stats.offsets.tolist() == [0, 2, 2, 3]


@pytest.mark.parametrize(("n", "dtype"), [(255, np.uint8), (256, np.uint16), (65536, np.uint32)])
def test_the_narrowest_dtype(n, dtype):
    image, count = me.label(np.tile(np.array([1, 0], bool), (1, n)))
    assert count == n
    assert image.dtype == dtype
    assert image.max() == n


def test_out_is_left_alone_when_numbers_do_not_fit():
    out = np.full((1, 600), 7, np.uint8)
    with pytest.raises(me.MaskError, match="300 components"):
        me.label(np.tile(np.array([1, 0], bool), (1, 300)), out=out)
    assert (out == 7).all()


def test_in_place():
    mask = RING.astype(np.uint8)
    assert me.label(mask, 4, out=mask)[0] is mask
    assert mask[2, 2] == 2


def images(rng, count):
    """Give random maps: noise, patches and lines of 1 to 4 labels, up to 40 x 40."""
    for k in range(count):
        height, width = rng.integers(1, [9, 41][k % 2], 2)
        values = rng.integers(0, rng.integers(2, 6), (height, width))
        values *= rng.random((height, width)) < rng.choice([0.3, 0.6, 1.0])
        if k % 3 == 0:
            values = np.repeat(np.repeat(values, 3, 0), 4, 1)
        yield values.astype(rng.choice(["u1", "u2", "u4", "i4"]))


@pytest.mark.parametrize("connectivity", [4, 8])
def test_ten_thousand_images_beside_peers(connectivity):
    cc3d = pytest.importorskip("cc3d")
    ndimage = pytest.importorskip("scipy.ndimage")
    structure = np.ones((3, 3)) if connectivity == 8 else None
    for values in images(np.random.default_rng(connectivity), 10_000):
        wanted, n = cc3d.connected_components(values, connectivity=connectivity, return_N=True)
        ours, count = me.label(values, connectivity, kind="labels")
        assert count == n
        assert np.array_equal(ours, wanted)
        wanted, n = ndimage.label(values, structure)
        ours, count = me.label(values, connectivity)
        assert count == n
        assert np.array_equal(ours, wanted)


def wide_maps(rng):
    """Give maps of more runs in a row than are joined at once; the rows differ by so much or so."""
    for dtype in ("u1", "u2", "i4", "i8"):
        for share in (0.0, 0.01, 0.1, 0.9):
            for stretch in (1, 3, 40):
                values = rng.integers(0, 5, (12, 600 // stretch)).repeat(stretch, 1)
                values[1:] = np.where(rng.random((11, values.shape[1])) < share, 4, values[:1])
                yield (values * 50_000 if dtype == "i4" else values).astype(dtype)
    islands = np.full((9, 500), 3, np.uint8)
    islands[1::2, ::3] = 5  # a run of 500 pixels touches 167 of its value, and rows of those
    yield islands
    islands[::2, :250] = 0
    yield islands


@pytest.mark.parametrize("connectivity", [4, 8])
@pytest.mark.parametrize("cpu", me.cpu_levels())
def test_many_runs_in_a_row(cpu, connectivity):
    cc3d = pytest.importorskip("cc3d")
    for values in wide_maps(np.random.default_rng(9)):
        wanted, n = cc3d.connected_components(values, connectivity=connectivity, return_N=True)
        with me.use(level=cpu):
            ours, count, stats = me.label(values, connectivity, kind="labels", stats=True)
        assert count == n
        assert np.array_equal(ours, wanted)
        assert np.array_equal(stats.area, np.bincount(wanted.ravel(), minlength=n + 1)[1:])
        assert np.array_equal(stats.perimeter, edges_of(wanted, n))
        first = np.unique(wanted.ravel(), return_index=True)[1][int((wanted == 0).any()) :]
        assert np.array_equal(stats.first_pixel @ [1, values.shape[1]], first)
        assert np.array_equal(stats.label, values.ravel()[first])


def edges_of(numbers, n):
    """Count, for each number, the pixel edges towards others."""
    framed = np.pad(numbers, 1)
    edges = np.zeros(n + 1, int)
    for a, b in ((framed[1:], framed[:-1]), (framed[:, 1:], framed[:, :-1])):
        edges += np.bincount(a[a != b], minlength=n + 1) + np.bincount(b[a != b], minlength=n + 1)
    return edges[1:]


def large():
    rng = np.random.default_rng(5)
    yield "wide", rng.random((3, 70_001)) < 0.6
    yield "tall", rng.random((70_001, 3)) < 0.6
    yield "one row", rng.random((1, 140_000)) < 0.5
    yield "one column", rng.random((140_000, 1)) < 0.5
    y, x = np.indices((700, 900))
    yield "checkerboard", (x + y) % 2 == 0
    comb = x % 2 == 0
    comb[-1] = True
    yield "comb", comb
    spiral = np.zeros((701, 701), bool)
    for k in range(0, 350, 4):
        spiral[k : 701 - k, [k, 700 - k]] = spiral[[k, 700 - k], k : 701 - k] = True
        spiral[k + 1 : k + 4, k] = k % 8 == 0
    yield "spiral", spiral
    yield "noise", rng.random((1500, 1500)) < 0.5


@pytest.mark.parametrize(("name", "mask"), list(large()), ids=lambda value: str(value)[:12])
def test_large_masks_on_all_threads_and_levels(name, mask):
    ndimage = pytest.importorskip("scipy.ndimage")
    for connectivity in (4, 8):
        wanted, n = ndimage.label(mask, np.ones((3, 3)) if connectivity == 8 else None)
        area = np.bincount(wanted.ravel())[1:]
        for level in me.cpu_levels():
            for threads in (1, 2, 5):
                with me.use(level=level, threads=threads):
                    ours, count, stats = me.label(mask, connectivity, stats=True)
                assert count == n
                assert np.array_equal(ours, wanted)
                assert np.array_equal(stats.area, area)
                assert (stats.euler == 1 - stats.holes).all()


@pytest.mark.parametrize("valued", ["mask", "labels"])
def test_strips_join_the_same_stats(valued):
    mask = np.random.default_rng(6).integers(0, 3, (2000, 2000)).astype(np.uint8)
    with me.use(threads=1):
        one = me.label(mask, 4, kind=valued, stats=True, output="none")[2]
    with me.use(threads=3):
        more = me.label(mask, 4, kind=valued, stats=True, output="none")[2]
    for name in ("area", "bbox", "centroid", "first_pixel", "label", "perimeter", "holes"):
        assert np.array_equal(getattr(one, name), getattr(more, name)), name


def test_masks_of_components():
    masks, n, stats = me.label(me.encode(RING), 4, stats=True)
    assert n.tolist() == [3]
    assert stats.first_pixel.tolist() == [[0, 0], [2, 2], [5, 5]]
    assert me.decode(masks)[1].sum() == 1
    assert me.decode(masks)[1, 2, 2]
    parts, count = me.label(RING, 4, output="masks")
    assert parts == masks
    assert count == 3


def test_masks_come_in_raster_order_not_by_columns():
    # The first pixel row by row is that on the right; column by column, that on the left.
    masks, n = me.label(me.encode(art("..#", "#..")))
    assert n.tolist() == [2]
    assert me.bbox(masks).tolist() == [[2, 0, 1, 1], [0, 1, 1, 1]]


def test_masks_of_a_map():
    classes = np.array([[5, 5, 9], [9, 5, 5], [0, 9, 9]], np.int16)
    masks, n, stats = me.label(classes, kind="labels", output="masks", stats=True)
    assert n == 3
    assert stats.label.tolist() == [5, 9, 9]
    assert me.compose(masks).tolist() == me.label(classes, kind="labels")[0].tolist()


def test_the_cost_of_masks_follows_their_runs():
    side = 2**31 - 1
    for size in ((1, side), (side, 1)):
        masks = me.Masks([0, side], [0, 2], [size])
        _, n, stats = me.label(masks, stats=True)
        assert n.tolist() == [1]
        assert stats.area.tolist() == [side]
        assert stats.perimeter.tolist() == [2 * side + 2]
        assert stats.holes.tolist() == [0]
        assert stats.centroid.tolist() == [[size[1] / 2, size[0] / 2]]


@pytest.mark.parametrize("connectivity", [4, 8])
def test_wide_blocks_of_whole_columns(connectivity):
    mask = np.ones((7, 60), bool)
    mask[2:5, [10, 30, 31]] = False
    mask[:, 45] = False
    masks, n, stats = me.label(me.encode(mask), connectivity, stats=True)
    assert n.tolist() == [2]
    assert stats.area.tolist() == [7 * 45 - 9, 7 * 14]
    assert stats.holes.tolist() == [2, 0]
    assert stats.perimeter.tolist() == [2 * (7 + 45) + 8 + 10, 2 * (7 + 14)]
    assert np.array_equal(stats.perimeter, me.perimeter(masks))


def test_connectivity_may_be_an_integer_of_numpy():
    volume = np.eye(3, dtype=bool)[None]
    assert me.label(volume[0], np.int32(4), output="none")[1] == 3
    assert me.label(volume, np.uint8(26), output="none")[1] == 1
    assert me.label(volume, np.int64(6), output="none")[1] == 3


def test_on_a_device_numbers_must_fit():
    drawn = np.tile(np.array([1, 0], np.uint8), (1, 200))
    with emulation.emulated_cuda() as device:
        there = device.upload(drawn)
        out = device.upload(np.full((1, 400), 7, np.int8))
        with pytest.raises(me.MaskError, match="out: expected a dtype that holds 200 components"):
            me.label(there, out=out)
        assert (out.get() == 7).all()
        with pytest.raises(me.MaskError, match="dtype: expected a dtype that holds 200"):
            me.label(there, dtype=np.int8)
        with pytest.raises(me.ShapeMismatch, match=r"source: expected a label map \(H, W\)"):
            me.label(device.upload(drawn[np.newaxis]), kind="labels", output="masks")
        image, n = me.label(there, out=there)  # onto itself
        assert image is there
        assert n.get() == 200
        assert there.get().tolist() == [[k // 2 + 1 if k % 2 == 0 else 0 for k in range(400)]]


# Short runs alone: two rows at a time. What begins in the lower row of a pair comes later, whatever
# lies further left.
STAGGERED = art(
    "..#..#.",
    "#...#..",
    ".#...#.",
    "......#",
    "#.#.#..",
)


@pytest.mark.parametrize("cpu", me.cpu_levels())
def test_rows_in_pairs_are_numbered_in_raster_order(cpu):
    with me.use(level=cpu):
        image, n = me.label(STAGGERED)
    assert n == 6
    assert image.tolist() == [
        [0, 0, 1, 0, 0, 2, 0],
        [3, 0, 0, 0, 2, 0, 0],
        [0, 3, 0, 0, 0, 2, 0],
        [0, 0, 0, 0, 0, 0, 2],
        [4, 0, 5, 0, 6, 0, 0],
    ]


@pytest.mark.parametrize("dtype", ["u4", "i8"])
@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("threads", [1, 3])
def test_short_runs_like_scipy(threads, order, dtype):
    ndimage = pytest.importorskip("scipy.ndimage")
    rng = np.random.default_rng(4)
    rows = rng.random((601, 1501)) < 0.4
    checks = (np.indices((601, 1501)).sum(0) % 2).astype(bool)
    checks[300] = False
    repeated = np.repeat(rows[:151], 4, axis=0)[:601]
    for mask in (rows, checks, repeated, np.repeat(rows[:301], 2, axis=0)[1:]):
        expected, n = ndimage.label(mask, np.ones((3, 3)))
        for level in me.cpu_levels():
            out = np.full(mask.shape, 9, dtype, order=order)
            with me.use(level=level, threads=threads):
                assert me.label(mask, out=out)[1] == n, level
            np.testing.assert_array_equal(out, expected, level)


@pytest.mark.parametrize("cpu", me.cpu_levels())
@pytest.mark.parametrize("wide", [2, 9])
def test_bars_in_an_image_too_large_for_a_cache(wide, cpu):
    height, width = 1700, 1931  # 13 MB of int32, in rows that begin anywhere in cache lines
    bar, in_bar = np.divmod(np.arange(width), wide + 1)
    row = np.where(in_bar < wide, bar + 1, 0)
    mask = np.repeat(row[None] > 0, height, axis=0)
    mask[800, row == 5] = False  # below, the bar is a component that starts later than all others
    expected = np.where(mask, row, 0)
    expected[801:, row == 5] = row.max() + 1
    out = np.full((height, width + 4), 7, np.int32)
    with me.use(level=cpu, threads=2):
        assert me.label(mask, out=out[:, 3:-1])[1] == row.max() + 1
    np.testing.assert_array_equal(out[:, 3:-1], expected)
    assert (out[:, [0, 1, 2, -1]] == 7).all()


@pytest.mark.parametrize("cpu", me.cpu_levels())
@pytest.mark.parametrize("dtype", ["u1", "u2", "i4", "i8"])
def test_images_too_large_for_a_cache_like_scipy(dtype, cpu):
    ndimage = pytest.importorskip("scipy.ndimage")
    rng = np.random.default_rng(11)
    width = 4331  # more than is painted at a time, in rows that begin anywhere in cache lines
    height = 13_000_000 // width // np.dtype(dtype).itemsize
    cells = rng.random((height // 150 + 1, 29)) < 0.4
    mask = cells.repeat(150, 0)[:height].repeat(150, 1)[:, :width]
    rows = rng.random(height) < 0.5  # the others are repeated
    mask[rows] &= rng.random((int(rows.sum()), width)) < 0.97
    for source, kind in ((mask, "mask"), (mask * np.uint8(7), "labels")):
        wanted, n = ndimage.label(mask, np.ones((3, 3)))
        out = np.full((height, width + 4), 9, dtype)
        with me.use(level=cpu, threads=2):
            assert me.label(source, kind=kind, out=out[:, 3:-1])[1] == n
        np.testing.assert_array_equal(out[:, 3:-1], wanted)
        assert (out[:, [0, 1, 2, -1]] == 9).all()


@pytest.mark.parametrize("cpu", me.cpu_levels())
def test_noise_in_an_image_too_large_for_a_cache(cpu):
    ndimage = pytest.importorskip("scipy.ndimage")
    mask = np.random.default_rng(12).random((1100, 3001)) < 0.4
    wanted, n = ndimage.label(mask, np.ones((3, 3)))
    for start in (0, 4, 6):  # bytes; of the last, no value lies whole in a vector's place
        out = np.zeros(4 * mask.size + 64, np.uint8)[start : start + 4 * mask.size]
        out = out.view(np.int32).reshape(mask.shape)
        with me.use(level=cpu, threads=2):
            assert me.label(mask, out=out)[1] == n
        np.testing.assert_array_equal(out, wanted)


@pytest.mark.parametrize("threads", [1, 2, 5])
def test_masks_of_a_batch_on_threads_like_scipy(threads):
    ndimage = pytest.importorskip("scipy.ndimage")
    rng = np.random.default_rng(13)
    stack = rng.random((40, 60, 90)) < 0.55
    stack[7] = False
    with me.use(threads=threads):
        parts, n, stats = me.label(me.encode(stack), 4, stats=True)
    assert stats.offsets.tolist() == [0, *np.cumsum(n).tolist()]
    assert len(parts) == len(stats) == n.sum()
    dense = me.decode(parts)
    for i, mask in enumerate(stack):
        wanted, count = ndimage.label(mask)
        assert n[i] == count
        here = slice(stats.offsets[i], stats.offsets[i + 1])
        numbers = np.arange(1, count + 1)[:, None, None]
        assert np.array_equal((dense[here] * numbers).sum(0), wanted)
        assert np.array_equal(stats.area[here], np.bincount(wanted.ravel())[1:])
        lowest = [(s[1].start, s[0].start) for s in ndimage.find_objects(wanted)]
        assert stats.bbox[here, :2].tolist() == [list(pair) for pair in lowest]
