"""The pixel rules that are named after a library: equal to that library, pixel by pixel.

Covers: rule = opencv, pillow, skimage, gdal, all_touched of rasterize. Compares against: the
libraries; drawings. HYPOTHESIS_PROFILE=long compares 10,000 polygons per rule instead of 2,000.
"""

import os

import numpy as np
import pytest

import maskengine as me
from maskengine.testing import oracles
from maskengine.testing import polygons as shapes

RULES = ["opencv", "pillow", "skimage", "gdal", "all_touched"]
COUNT = 10_000 if os.environ.get("HYPOTHESIS_PROFILE") == "long" else 2000
# rings of one polygon that the peer takes in one call; the others define one ring alone
RINGS = {"opencv": 3, "gdal": 3, "all_touched": 3}


def opencv(rings, size):
    cv2 = pytest.importorskip("cv2", reason="opencv-python-headless is not installed")
    image = np.zeros(size, np.uint8)
    return cv2.fillPoly(image, [np.rint(ring).astype(np.int32) for ring in rings], 1) != 0


def pillow(rings, size):
    image = pytest.importorskip("PIL.Image", reason="Pillow is not installed")
    draw = pytest.importorskip("PIL.ImageDraw", reason="Pillow is not installed")
    canvas = image.new("L", size[::-1])
    draw.Draw(canvas).polygon([tuple(vertex) for vertex in rings[0].tolist()], fill=1)
    return np.array(canvas) != 0


def skimage(rings, size):
    peer = pytest.importorskip("skimage.draw", reason="scikit-image is not installed")
    return peer.polygon2mask(size, rings[0][:, ::-1])


def gdal(rings, size, *, all_touched=False):
    peer = pytest.importorskip("rasterio.features", reason="rasterio is not installed")
    affine = pytest.importorskip("affine", reason="rasterio is not installed")
    closed = [
        (ring if len(ring) > 3 and (ring[0] == ring[-1]).all() else [*ring, ring[0]])
        for ring in rings
    ]
    shape = {"type": "Polygon", "coordinates": [np.array(r).tolist() for r in closed]}
    return (
        peer.rasterize(
            [shape], size, all_touched=all_touched, dtype=np.uint8, transform=affine.identity
        )
        != 0
    )


def all_touched(rings, size):
    """Ask the peer; it writes what leaves by the right side into the next row, so ask again there.

    A pixel at the left end that is not set in a wider image comes from the row above.
    """
    mask = gdal(rings, size, all_touched=True)
    height, width = size
    wide = gdal(rings, (height, width + 64), all_touched=True)[:, :width]
    stray = mask & ~wide
    stray[:, 2:] = False
    stray[:1] = False
    return mask & ~stray


PEERS = {
    "opencv": opencv,
    "pillow": pillow,
    "skimage": skimage,
    "gdal": gdal,
    "all_touched": all_touched,
}


def batch_of(polygons):
    """Give a batch of one polygon per item."""
    rings = [ring.ravel() for polygon in polygons for ring in polygon]
    return shapes.from_rings(rings, np.cumsum([0, *map(len, polygons)]), None)


def random_polygons(rng, size, most_rings, n):
    return [
        [
            np.array(shapes.ring(rng, size)).reshape(-1, 2)
            for _ in range(int(rng.integers(1, most_rings + 1)))
        ]
        for _ in range(n)
    ]


def differing(rule, size, polygons):
    ours = oracles.decode(me.rasterize(batch_of(polygons), size, rule))
    return [
        i
        for i, (mask, rings) in enumerate(zip(ours, polygons, strict=True))
        if not np.array_equal(mask, PEERS[rule](rings, size))
    ]


@pytest.mark.parametrize("rule", RULES)
def test_equals_its_library(rule):
    rng = np.random.default_rng(20)
    each = 50
    for _ in range(COUNT // each):
        size = tuple(int(side) for side in rng.integers(1, 41, 2))
        assert not differing(rule, size, random_polygons(rng, size, RINGS.get(rule, 1), each))


@pytest.mark.parametrize("rule", RULES)
def test_equals_its_library_on_larger_images(rule):
    rng = np.random.default_rng(21)
    for size in [(64, 65), (130, 200), (200, 63)]:
        n = 10 if rule == "skimage" else 100
        polygons = random_polygons(rng, size, RINGS.get(rule, 1), n)
        assert not differing(rule, size, polygons)


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("dtype", ["bool", "u2"])
@pytest.mark.parametrize("reach", [1, 1e5])  # beyond 2^20, arrays are filled by way of runs
def test_arrays_equal_its_library(rule, dtype, reach, level):
    rng = np.random.default_rng(23)
    for size in [(40, 33), (64, 64), (9, 130), (130, 9)]:
        polygons = random_polygons(rng, size, RINGS.get(rule, 1), 12)
        polygons[3][0] = polygons[3][0] * reach
        wanted = np.array([PEERS[rule](rings, size) for rings in polygons])
        batch = batch_of(polygons)
        out = np.full((12, *size), 9, dtype)
        me.rasterize(batch, size, rule, out=out, value=1)
        np.testing.assert_array_equal(out, wanted)
        pairs = me.Polygons(
            batch.coords, batch.ring_offsets, batch.polygon_offsets, np.arange(0, 13, 2)
        )
        united = wanted[0::2] | wanted[1::2]
        np.testing.assert_array_equal(me.rasterize(pairs, size, rule, out="dense"), united)


@pytest.mark.parametrize("size", [(70_000, 3), (2, 9000), (64 * 1500, 2), (64 * 2100 + 1, 2)])
def test_opencv_of_long_images(size, level):
    rng = np.random.default_rng(24)
    corners = rng.random((6, 5, 2)) * 1.2 - 0.1
    polygons = [[np.rint(ring * size[::-1])] for ring in corners]
    polygons += [[np.array([(0, 0), (size[1], 0), size[::-1], (0, size[0])], float)]]
    wanted = np.array([opencv(rings, size) for rings in polygons])
    batch = batch_of(polygons)
    np.testing.assert_array_equal(oracles.decode(me.rasterize(batch, size, "opencv")), wanted)
    np.testing.assert_array_equal(me.rasterize(batch, size, "opencv", out="dense"), wanted)


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("reach", [1e4, 1e6])
def test_far_vertices(rule, reach):
    rng = np.random.default_rng(22)
    polygons = [[(rng.random((5, 2)) - 0.5) * reach] for _ in range(100)]
    assert not differing(rule, (12, 15), polygons)


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("reach", [1e9, 1e12, 1e90])
def test_vertices_beyond_the_peers_are_bounded(rule, reach):
    ring = np.array([(-reach, -reach), (reach, -reach), (reach, reach), (-reach, reach)])
    try:
        mask = me.rasterize(batch_of([[ring]]), (12, 15), rule, out="dense")[0]
    except me.LimitExceeded:
        assert reach > 1e9
    else:
        assert mask.all()


@pytest.mark.parametrize("rule", RULES)
def test_parts_are_united(rule):
    rng = np.random.default_rng(23)
    polygons = random_polygons(rng, (30, 30), 1, 40)
    single = me.rasterize(batch_of(polygons), (30, 30), rule, out="dense")
    coords = [ring.ravel() for (ring,) in polygons]
    pairs = shapes.from_rings(coords, range(41), range(0, 41, 2))
    assert np.array_equal(
        me.rasterize(pairs, (30, 30), rule, out="dense"), single[::2] | single[1::2]
    )


def test_pillow_rings_are_each_drawn_and_combined_by_even_odd():
    rng = np.random.default_rng(24)
    polygons = random_polygons(rng, (40, 70), 3, 200)
    ours = me.rasterize(batch_of(polygons), (40, 70), "pillow", out="dense")
    for mask, rings in zip(ours, polygons, strict=True):
        wanted = np.zeros((40, 70), bool)
        for ring in rings:
            wanted ^= pillow([ring], (40, 70))
        assert np.array_equal(mask, wanted)


def test_skimage_hole_keeps_the_pixels_on_its_outline():
    square, hole = [0, 0, 4, 0, 4, 4, 0, 4], [1, 1, 3, 1, 3, 3, 1, 3]
    mask = me.rasterize(shapes.from_rings([square, hole], [0, 2]), (5, 5), "skimage", out="dense")
    assert mask.sum() == 24
    assert not mask[0, 2, 2]


@pytest.mark.parametrize("rule", RULES)
def test_a_wide_box_is_filled_in_strips(rule):
    size = (70_000, 20_000)  # 22 million words of bits: three strips
    box = me.Polygons.from_boxes([[100.25, 7.25, 19_000, 69_000]])
    area = int(me.area(me.rasterize(box, size, rule))[0])
    assert abs(area - 19_000 * 69_000) < 2 * (19_000 + 69_000)
    assert me.bbox(me.rasterize(box, size, rule))[0][:2].tolist() == [
        100 + (rule == "skimage"),
        7 + (rule == "skimage"),
    ]


@pytest.mark.parametrize("rule", RULES)
def test_a_box_of_too_many_rows_is_refused(rule):
    tall = me.Polygons.from_boxes([[0, 0, 2, 1e9]])
    with pytest.raises(me.LimitExceeded, match="rows of the image"):
        me.rasterize(tall, (2**30, 3), rule)


@pytest.mark.parametrize("rule", RULES)
def test_bad_input(rule):
    coords = np.array([(0.0, 0), (4, 0), (4, 3)])
    coords.flags.writeable = False  # so they are shared
    batch = me.Polygons(coords, [0, 3])
    coords.flags.writeable = True
    with pytest.raises(me.MaskError, match="even-odd"):
        me.rasterize(batch, (4, 4), rule, "nonzero")
    assert me.rasterize(batch, (0, 4), rule).counts.tolist() == [0]
    assert me.rasterize(me.Polygons.from_coco([[]]), (2, 2), rule).counts.tolist() == [4]
    coords[1, 1] = np.nan
    with pytest.raises(me.BadPolygon, match=r"polygons\[0\]: ring 0: .*finite"):
        me.rasterize(batch, (4, 4), rule=rule)


@pytest.mark.parametrize("rule", RULES)
def test_levels_and_threads_agree(rule):
    rng = np.random.default_rng(25)
    batch = batch_of(random_polygons(rng, (100, 150), 2, 500))
    wanted = me.rasterize(batch, (100, 150), rule)
    for level in me.cpu_levels():
        with me.use(level=level, threads=3):
            assert me.rasterize(batch, (100, 150), rule) == wanted


# --- coverage


def winding_of(xy, x, y):
    """Count the turns of a ring around a point that is not on it."""
    turns = 0
    for (x0, y0), (x1, y1) in zip(np.roll(xy, 1, axis=0), xy, strict=True):
        if (y0 <= y) != (y1 <= y) and x0 + (y - y0) * (x1 - x0) / (y1 - y0) < x:
            turns += 1 if y0 < y1 else -1
    return turns


def areas(rings, size, fill):
    """Cut the plane along the rings and add up, per pixel, the faces that are inside."""
    shapely = pytest.importorskip("shapely", reason="shapely is not installed")
    lines = shapely.union_all([shapely.LineString([*ring, ring[0]]) for ring in rings])
    wanted = np.zeros(size)
    rows, columns = np.indices(size)
    pixels = shapely.box(columns, rows, columns + 1, rows + 1)
    for face in shapely.polygonize([lines]).geoms:
        point = face.representative_point()
        turns = sum(winding_of(ring, point.x, point.y) for ring in rings)
        if turns % 2 if fill == "even-odd" else turns:
            wanted += shapely.area(shapely.intersection(face, pixels))
    return wanted


@pytest.mark.parametrize("fill", ["even-odd", "nonzero"])
def test_coverage_is_the_area_in_each_pixel(fill):
    rng = np.random.default_rng(26)
    for _ in range(COUNT // 20):
        size = tuple(int(side) for side in rng.integers(1, 14, 2))
        (rings,) = random_polygons(rng, size, 3, 1)
        got = me.rasterize(batch_of([rings]), size, "coverage", fill, out="dense")
        assert got.dtype == np.float32
        assert np.abs(got[0] - areas(rings, size, fill)).max() < 1e-6


def test_coverage_by_hand():
    square = me.Polygons.from_boxes([[0.5, 0.25, 2, 1]])
    got = me.rasterize(square, (2, 4), "coverage", out="dense")
    assert got.tolist() == [[[0.375, 0.75, 0.375, 0], [0.125, 0.25, 0.125, 0]]]
    whole = me.rasterize(square, (2, 4), "coverage", out="dense", dtype=np.uint8)
    assert whole.dtype == np.uint8
    assert whole.tolist() == [[[96, 191, 96, 0], [32, 64, 32, 0]]]


def test_coverage_is_refused_as_runs_and_by_other_dtypes():
    square = me.Polygons.from_boxes([[0.5, 0.25, 2, 1]])
    with pytest.raises(me.MaskError, match="dense"):
        me.rasterize(square, (2, 4), "coverage")
    with pytest.raises(me.MaskError, match="float32"):
        me.rasterize(square, (2, 4), "coverage", out="dense", dtype=np.int32)
    with pytest.raises(me.MaskError, match="coverage"):
        me.rasterize(square, (2, 4), out="dense", dtype=np.uint8)
    with pytest.raises(me.ShapeMismatch):
        me.rasterize(square, [(2, 4)], "coverage", out="dense")
    with pytest.raises(me.LimitExceeded):
        me.rasterize(square, (2**20, 2**20), "coverage", out="dense")
    far = me.Polygons.from_coco([[[0, 0, 4e9, 0, 4, 3]]])
    with pytest.raises(me.LimitExceeded):
        me.rasterize(far, (2, 4), "coverage", out="dense")


@pytest.mark.parametrize("name", ["labels", "z", "value"])
def test_coverage_has_no_labels(name):
    square = me.Polygons.from_boxes([[0, 0, 1, 1]])
    with pytest.raises(me.MaskError, match=name):
        me.rasterize(square, (2, 2), rule="coverage", out="dense", **{name: [3]})


def test_coverage_of_numbers_next_to_zero():
    # slopes between such numbers are beyond what a double holds
    tiny = np.array([[32.0, 2.7e-317], [50.140625, 1.8e-314], [3.5e-310, 3.5e-310]])
    shares = me.rasterize(
        me.Polygons.from_arrays([tiny]), (64, 64), rule="coverage", fill="nonzero", out="dense"
    )
    assert (shares == 0).all()


@pytest.mark.parametrize("rule", ["gdal", "all_touched", "skimage"])
def test_vertices_far_below_the_image(rule):
    # numbers from which a row more or less is not another number
    far = np.array([[0.0, 1e86], [0.0, 0.0], [0.0, 2e77], [4.0, 1e87]])
    masks = me.rasterize(me.Polygons.from_arrays([far]), (6, 5), rule=rule)
    assert masks.validate() == []
