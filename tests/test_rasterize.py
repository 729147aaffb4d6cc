"""rasterize: hand-drawn literals, and the volume that the hypothesis runners do not reach.

Covers: every pixel rule. Compares against: drawings, pycocotools, fractions.
"""

import numpy as np
import pytest
from pycocotools import mask as peer

import maskengine as me
from maskengine.testing import oracles
from maskengine.testing import polygons as shapes

RULES = ["exact", "coco"]
SQUARE = [0, 0, 4, 0, 4, 4, 0, 4]


def drawn(polygons, size, **options):
    (mask,) = oracles.decode(me.rasterize(polygons, size, **options))
    return ["".join("#" if pixel else "." for pixel in row) for row in mask]


@pytest.mark.parametrize("rule", RULES)
def test_square_of_whole_pixels(rule):
    square = me.Polygons.from_coco([[1, 1, 3, 1, 3, 4, 1, 4]])
    assert drawn(square, (5, 4), rule=rule) == ["....", ".##.", ".##.", ".##.", "...."]


def test_a_centre_on_an_edge_belongs_to_the_right_and_below():
    square = me.Polygons.from_coco([[0.5, 0.5, 2.5, 0.5, 2.5, 2.5, 0.5, 2.5]])
    assert drawn(square, (3, 3)) == ["##.", "##.", "..."]
    lower, upper = [[0, 0, 3, 3, 0, 3]], [[0, 0, 3, 0, 3, 3]]  # both share the centres of y = x
    assert drawn(me.Polygons.from_coco(lower), (3, 3)) == ["...", "#..", "##."]
    assert drawn(me.Polygons.from_coco(upper), (3, 3)) == ["###", ".##", "..#"]


@pytest.mark.parametrize("rule", RULES)
def test_hole_and_part(rule):
    coords = [(0, 0), (5, 0), (5, 5), (0, 5), (1, 1), (4, 1), (4, 4), (1, 4)]
    coords += [(6, 1), (8, 1), (8, 3), (6, 3)]
    polygons = me.Polygons(coords, [0, 4, 8, 12], [0, 2, 3], [0, 2])
    wanted = ["#####...", "#...#.##", "#...#.##", "#...#...", "#####..."]
    assert drawn(polygons, (5, 8), rule=rule) == wanted


@pytest.mark.parametrize("rule", RULES)
def test_parts_that_overlap_are_united(rule):
    polygons = me.Polygons.from_coco([[[0, 0, 3, 0, 3, 2, 0, 2], [2, 1, 4, 1, 4, 3, 2, 3]]])
    assert drawn(polygons, (3, 4), rule=rule) == ["###.", "####", "..##"]


def test_fill_of_a_square_wound_twice():
    twice = me.Polygons.from_coco([SQUARE + SQUARE])
    assert drawn(twice, (4, 4)) == ["...."] * 4
    assert drawn(twice, (4, 4), fill="nonzero") == ["####"] * 4


def test_dense():
    stack = me.rasterize(me.Polygons.from_boxes([[0, 0, 2, 1], [1, 1, 2, 2]]), (3, 3), out="dense")
    assert stack.dtype == bool
    assert stack.astype(int).tolist() == [
        [[1, 1, 0], [0, 0, 0], [0, 0, 0]],
        [[0, 0, 0], [0, 1, 1], [0, 1, 1]],
    ]
    with pytest.raises(me.MaskError, match="'runs' or 'dense'"):
        me.rasterize(me.Polygons.from_coco([SQUARE]), (4, 4), out="bits")
    with pytest.raises(me.ShapeMismatch, match="one size"):
        me.rasterize(me.Polygons.from_boxes(np.ones((2, 4))), [(2, 2), (3, 2)], out="dense")
    with pytest.raises(me.LimitExceeded):
        me.rasterize(me.Polygons.from_coco([SQUARE]), (2**20, 2**20), out="dense")


# --- volume

SIZES = [(37, 41), (5, 64), (64, 5), (1, 30), (480, 640)]


@pytest.mark.parametrize("size", SIZES)
def test_coco_is_pycocotools_on_12_000_polygons(size, level):
    rng = np.random.default_rng(size)
    rings = [shapes.ring(rng, size) for _ in range(2400)]
    with me.use(level=level):
        ours = me.rasterize(me.Polygons.from_coco([[r] for r in rings]), size, rule="coco")
    assert len(ours) == 2400
    assert ours == me.Masks.from_coco(peer.frPyObjects(rings, *size))


def test_coco_is_pycocotools_on_rings_of_two_vertices():
    rng = np.random.default_rng(5)
    rings = [[0.0, 0, 1, 0, 0, 1], *(rng.random((200, 4)) * 30 - 5).tolist()]
    wanted = me.Masks.from_coco(peer.frPyObjects(rings, 20, 20))
    core = me._backend.core
    columns = core.polygons_from_coco([[r] for r in rings], 2)
    ours = core.rasterize(columns, 20, 20, core.PixelRule.coco, core.FillRule.even_odd)
    assert np.array_equal(ours.counts, wanted.counts)


def test_coco_boxes_are_pycocotools():
    rng = np.random.default_rng(6)
    boxes = rng.random((6000, 4)) * 60 - 15
    boxes[::3] = np.round(boxes[::3])
    boxes[1::3] = np.round(boxes[1::3], 1)
    ours = me.rasterize(me.Polygons.from_boxes(boxes), (30, 33), rule="coco")
    assert ours == me.Masks.from_coco(peer.frPyObjects(boxes, 30, 33))
    corners = np.concatenate([boxes[:, :2], boxes[:, :2] + boxes[:, 2:]], axis=1)
    again = me.rasterize(me.Polygons.from_boxes(corners, "xyxy"), (30, 33), rule="coco")
    assert again == ours


def triangulation(rng, side, grid):
    """Cut a square larger than the image into triangles of random direction and first vertex."""
    cells = 6
    base = np.linspace(-side / 4, side * 1.25, cells + 1)
    x, y = np.meshgrid(base, base)
    jitter = (rng.random((2, cells + 1, cells + 1)) - 0.5) * side / cells * 0.6
    jitter[:, [0, -1]] = 0
    jitter[:, :, [0, -1]] = 0
    points = np.stack([x, y], -1) + np.moveaxis(jitter, 0, -1)
    if grid:
        points = np.round(points / grid) * grid + (0.5 if grid == 1.5 else 0)
    triangles = []
    for r in range(cells):
        for c in range(cells):
            a, b, d, e = points[r, c], points[r, c + 1], points[r + 1, c], points[r + 1, c + 1]
            halves = [(a, b, d), (b, e, d)] if rng.random() < 0.5 else [(a, b, e), (a, e, d)]
            for half in halves:
                turned = np.roll(np.array(half), rng.integers(3), axis=0)
                triangles.append((turned[::-1] if rng.random() < 0.5 else turned).ravel())
    return shapes.from_rings(triangles)


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("grid", [0, 0.1, 0.5, 1.0, 1.5])
def test_triangles_that_share_edges_partition_the_pixels(rule, grid):
    rng = np.random.default_rng(7)
    for _ in range(25):
        stack = me.rasterize(triangulation(rng, 48, grid), (48, 48), rule=rule, out="dense")
        assert (stack.sum(axis=0) == 1).all()


# --- coordinates far away, images beyond 32 bits

FAR = [1e4, 3e5, 1e9]


@pytest.mark.parametrize("reach", [*FAR, 1e12, 1e18, 1e30, 1e200])
def test_coco_far_vertices(reach):
    rng = np.random.default_rng(8)
    rings = [((rng.random((5, 2)) - 0.5) * reach).ravel().tolist() for _ in range(40)]
    rings += [[0.0, 0, reach, 0, reach, reach / 2], [3.0, 4, -reach, -reach, reach, reach]]
    rings += [[-reach, -reach, reach, -reach, reach, reach, -reach, reach]]
    batch = me.Polygons.from_coco([[r] for r in rings])
    oracle = shapes.coco_rational if 5 * reach > 2**31 else None
    masks = me.rasterize(batch, (12, 15), rule="coco")
    assert me.area(masks)[-1] == 12 * 15
    if oracle is not None:
        assert masks == shapes.rasterize(batch, (12, 15), oracle)
    elif reach < 1e6:
        assert masks == me.Masks.from_coco(peer.frPyObjects(rings, 12, 15))


@pytest.mark.parametrize("reach", FAR)
def test_exact_far_vertices(reach):
    rng = np.random.default_rng(9)
    rings = [((rng.random((5, 2)) - 0.5) * reach).ravel().tolist() for _ in range(60)]
    rings += [[-reach, -reach, reach, -reach, reach, reach, -reach, reach]]
    batch = me.Polygons.from_coco([[r] for r in rings])
    for fill in ("even-odd", "nonzero"):
        wanted = shapes.rasterize(batch, (12, 15), shapes.exact, fill)
        assert me.rasterize(batch, (12, 15), fill=fill) == wanted


@pytest.mark.parametrize("rule", RULES)
def test_image_of_more_than_32_bits_of_pixels(rule):
    box = me.Polygons.from_boxes([[1, 2, 99_998, 69_995], [-1e9, -1e9, 2e9, 2e9]])
    masks = me.rasterize(box, (70_000, 100_000), rule=rule)
    assert me.area(masks).tolist() == [99_998 * 69_995, 70_000 * 100_000]


@pytest.mark.parametrize(
    ("rule", "spans"),
    [
        ("exact", [(1, 0, 2_100_000_000)]),
        # in fifths the corners lie at u = 3, 8, 13, and columns are read at u = 7.5 and 12.5
        ("coco", [(1, 200_000_000, 2_090_000_000), (2, 1_800_000_000, 2_010_000_000)]),
    ],
)
def test_columns_of_two_billion_pixels(rule, spans):
    height = 2**31 - 1
    diamond = me.Polygons.from_coco([[1.5, 0, 2.5, 2e9, 1.5, 2.1e9, 0.5, 2e9]])
    masks = me.rasterize(diamond, (height, 3), rule=rule)
    ends = [0, *(column * height + row for column, *rows in spans for row in rows), 3 * height]
    assert masks.counts.tolist() == np.diff(ends).tolist()
    lower = me.rasterize(me.Polygons.from_boxes([0, 5, 3, 2e9]), (height, 3), rule=rule)
    assert me.area(lower).tolist() == [6_000_000_000]


@pytest.mark.parametrize("rule", RULES)
def test_many_crossings_in_one_column(rule):
    # a comb whose teeth cross every column: more crossings than one band of the sweep holds
    teeth = 3000
    y = np.repeat(np.arange(2 * teeth), 2) + 0.0
    x = np.tile([-5.0, 105, 105, -5], teeth)
    comb = me.Polygons.from_coco([np.stack([x, y], 1)])
    mask = me.rasterize(comb, (2 * teeth, 100), rule=rule, out="dense")[0]
    assert (mask[:-1] == (np.arange(2 * teeth - 1)[:, None] % 2 == 0)).all()


def test_beyond_the_limits():
    far = me.Polygons.from_coco([[SQUARE], [[0, 0, 1, 1, 3e9, 0]]])
    with pytest.raises(me.LimitExceeded, match=r"polygons\[1\]: ring 0: .*within 2147483648"):
        me.rasterize(far, (4, 4))
    with pytest.raises(me.LimitExceeded):
        me.rasterize(me.Polygons.from_coco([[0, 0, 1e308, 0, 0, 1]]), (4, 4), rule="coco")


@pytest.mark.parametrize("rule", RULES)
def test_coordinates_that_change_under_the_batch(rule):
    coords = np.array([(0.0, 0), (4, 0), (4, 3)])
    coords.flags.writeable = False  # so they are shared
    batch = me.Polygons(coords, [0, 3])
    coords.flags.writeable = True
    coords[1, 1] = np.nan
    with pytest.raises(me.BadPolygon, match=r"polygons\[0\]: ring 0: .*finite"):
        me.rasterize(batch, (4, 4), rule=rule)


@pytest.mark.parametrize("rule", RULES)
def test_empty(rule):
    nothing = me.Polygons.from_coco([[], []])
    assert me.rasterize(nothing, (2, 3), rule=rule).counts.tolist() == [6, 6]
    assert me.rasterize(nothing[:0], (2, 3), rule=rule).counts.tolist() == []
    square = me.Polygons.from_coco([SQUARE])
    assert me.rasterize(square, (0, 3), rule=rule).counts.tolist() == [0]
    assert me.rasterize(square, (3, 0), rule=rule).counts.tolist() == [0]


def test_the_message_for_an_unknown_rule_lists_every_rule():
    outlines = me.Polygons([[0, 0], [2, 0], [2, 2]], [0, 3], [0, 1], [0, 1])
    with pytest.raises(me.MaskError, match="'all_touched' or 'coverage', got 'pixels'"):
        me.rasterize(outlines, (4, 4), "pixels")
