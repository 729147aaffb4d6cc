"""convex_hull: hand-drawn literals, and frames past 2^32 pixels."""

import maskengine as me
from maskengine.testing import oracles
from maskengine.testing.oracles import art

HIGH = 2**32 - 1


def check(mask, hull):
    assert me.convex_hull(oracles.encode([art(*mask)])) == oracles.encode([art(*hull)])


def test_drawings():
    check(
        ["..#..", ".....", "#...#", ".....", "..#.."],
        ["..#..", ".###.", "#####", ".###.", "..#.."],
    )
    check(["#..", "...", "##."], ["#..", "#..", "##."])  # the edge passes between pixels
    check(["###", "#.#", "###"], ["###", "###", "###"])
    check(["#...", "...#"], ["#...", "...#"])  # a line that passes none
    check(["#....", ".....", "....#"], ["#....", "..#..", "....#"])  # ... and one
    check(["#.#.."], ["###.."])
    check([".", "#", ".", "#"], [".", "#", "#", "#"])
    check(["...", ".#.", "..."], ["...", ".#.", "..."])


def test_no_foreground():
    check(["...", "..."], ["...", "..."])
    masks = me.Masks([0, 0, 6], [0, 1, 2, 3], [(0, 5), (5, 0), (2, 3)])
    assert me.convex_hull(masks) == masks
    assert len(me.convex_hull(me.Masks([], [0], []))) == 0


def test_each_mask_has_its_size():
    masks = oracles.encode([art("#.#"), art("#", ".", "#"), art("##")])
    assert me.convex_hull(masks[1:]) == oracles.encode([art("#", "#", "#"), art("##")])


def test_the_corners_of_more_than_32_bits_of_pixels():
    side = 70_000
    counts = [0, 1, side - 2, 1, HIGH, 0, side * (side - 2) - HIGH, 1, side - 2, 1]
    hull = me.convex_hull(me.Masks(counts, [0, len(counts)], [(side, side)]))
    assert hull.counts.tolist() == [0, HIGH, 0, side * side - HIGH]


def test_a_triangle_of_more_than_32_bits_of_pixels():
    # three corners: column x has rows [0, 100000 - x)
    side = 100_000
    gap = side * (side - 2)
    counts = [0, 1, side - 2, 1, HIGH, 0, HIGH, 0, gap - 2 * HIGH, 1, side - 1]
    hull = me.convex_hull(me.Masks(counts, [0, len(counts)], [(side, side)]))
    assert me.area(hull).tolist() == [side * (side + 1) // 2]
    assert hull.counts[:6].tolist() == [0, 2 * side - 1, 1, side - 2, 2, side - 3]


def test_the_longest_sides():
    side = 2**31 - 1
    wide = me.Masks([0, 2 * side], [0, 2], [(2, side)])
    assert me.convex_hull(wide) == wide
    # two corners of three columns: the line between them passes the middle of column 1
    tall = me.Masks([0, 1, HIGH, 0, 3 * side - 2 - HIGH, 1], [0, 6], [(side, 3)])
    half = side + 2**30 - 2
    assert me.convex_hull(tall).counts.tolist() == [0, 1, half, 1, half, 1]
