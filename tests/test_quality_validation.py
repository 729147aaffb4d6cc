"""Panoptic validation: rows F16 to F19, each rule P1 to P12 by a pair that breaks it alone.

Covers: maskengine.quality.validate_panoptic, fix_panoptic, PanopticChecker.
Compares against: pairs drawn by hand, the rules pixel by pixel, full validation after each edit.
Run: pytest tests/test_quality_validation.py
"""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import maskengine as me
from maskengine.quality import PanopticChecker, fix_panoptic, validate_panoptic

CATEGORIES = {1: True, 2: True, 7: False, 8: False}
SCENE = np.array([[5, 5, 9, 9], [5, 6, 9, 9]], np.uint32)
GOOD = [
    {"id": 5, "category_id": 1, "area": 3, "bbox": [0, 0, 2, 2], "iscrowd": 0},
    {"id": 6, "category_id": 1, "area": 1, "bbox": [1, 1, 1, 1], "iscrowd": 1},
    {"id": 9, "category_id": 7, "area": 4, "bbox": [2, 0, 2, 2], "iscrowd": 0},
]


def changed(i, **values):
    rows = [dict(row) for row in GOOD]
    rows[i].update(values)
    return rows


def painted(y, x, one, rows=GOOD):
    """Give the scene with another id at a pixel, and measured rows."""
    scene = SCENE.copy()
    scene[y, x] = one
    return scene, [{k: v for k, v in row.items() if k not in ("area", "bbox")} for row in rows]


BAD = {
    "P1": (*painted(0, 0, 2**24, [*GOOD, {"id": 2**24, "category_id": 2}]), {}),
    "P2": (*painted(0, 0, 0), {}),
    "P3": (*painted(0, 0, 77), {}),
    "P3 listed alone": (SCENE, [*GOOD, {"id": 77, "category_id": 2}], {}),
    "P4": (SCENE, [*GOOD, GOOD[0]], {}),
    "P5": (SCENE, changed(0, category_id=3), {}),
    "P6": (SCENE, changed(0, area=4), {}),
    "P7": (*painted(0, 3, 10, [*GOOD, {"id": 10, "category_id": 7}]), {}),
    "P8": (SCENE, changed(0, bbox=[0, 0, 1, 1]), {}),
    "P9": (SCENE, [*GOOD, {**GOOD[0], "category_id": 2}], {}),
    "P9 by a class map": (
        SCENE, GOOD, {"class_map": np.array([[1, 1, 7, 7], [2, 1, 7, 7]])},
    ),
    "P10": (SCENE, changed(2, iscrowd=1), {}),
    "P11": (SCENE, GOOD, {"size": (2, 5)}),
    "P11 by the PNG": (SCENE, GOOD, {"pixel_format": "palette"}),
    "P12": (SCENE, GOOD, {"min_fragment": 2}),
}  # fmt: skip


def test_f16_a_sound_pair():
    assert validate_panoptic(SCENE, GOOD, CATEGORIES, size=(2, 4), min_fragment=1) == []
    assert validate_panoptic(SCENE, {5: 1, 6: 1, 9: 7}, CATEGORIES) == []


@pytest.mark.parametrize("name", BAD)
def test_f16_each_bad_pair_gives_its_own_rule(name):
    scene, rows, options = BAD[name]
    found = validate_panoptic(scene, rows, CATEGORIES, **options)
    assert [problem.rule for problem in found] == [name.split()[0]]
    assert found[0].severity == ("warning" if name == "P12" else "error")


def test_f16_what_problems_say():
    (found,) = validate_panoptic(*BAD["P6"][:2], CATEGORIES)
    assert found == ("P6", (5,), 3, "segment 5: area 4, counted 3")
    (found,) = validate_panoptic(SCENE, GOOD, CATEGORIES, min_fragment=2)
    assert (found.segments, found.pixels) == ((6,), 1)
    assert found.text == "segment 6: a fragment of 1 of at least 2 pixels at (x, y) = (1, 1)"
    scene, rows, _ = BAD["P2"]
    assert validate_panoptic(scene, rows, CATEGORIES, void_limit=1 / 8) == []


def test_f17_two_segments_of_sky():
    scene, rows, _ = BAD["P7"]
    (found,) = validate_panoptic(scene, rows, CATEGORIES)
    assert (found.rule, found.segments, found.pixels) == ("P7", (9, 10), 4)
    fixed = fix_panoptic(scene, [*GOOD, {"id": 10, "category_id": 7, "area": 1}], CATEGORIES)
    assert fixed.problems == []
    assert np.array_equal(fixed.label_map, SCENE)  # the area is kept: 3 + 1 pixels
    assert [change[:2] for change in fixed.changes] == [("P7", 10)]


def test_f19_polygons_without_full_coverage():
    boxes = me.rasterize(me.Polygons.from_boxes([[1, 1, 4, 4], [6, 1, 3, 4]]), (10, 10))
    listed = [
        {"id": 1, "category_id": 1, "area": 16, "bbox": [1, 1, 4, 4]},
        {"id": 2, "category_id": 2, "area": 12, "bbox": [6, 1, 3, 4]},
    ]
    assert validate_panoptic(boxes, listed, CATEGORIES, mode="partial") == []
    (found,) = validate_panoptic(boxes, listed, CATEGORIES)
    assert (found.rule, found.pixels) == ("P2", 100 - 28)
    wrong = [listed[0], {**listed[1], "area": 13, "category_id": 3}]
    found = validate_panoptic(boxes, wrong, CATEGORIES, mode="partial", size=(10, 11))
    assert [problem.rule for problem in found] == ["P5", "P6", "P11"]


def test_f19_polygons_that_overlap():
    boxes = me.rasterize(me.Polygons.from_boxes([[1, 1, 4, 4], [3, 1, 4, 4]]), (10, 10))
    found = validate_panoptic(boxes, {4: 1, 8: 1}, CATEGORIES, mode="partial", min_fragment=17)
    assert [(p.rule, p.segments, p.pixels) for p in found] == [
        ("P1", (4, 8), 8), ("P12", (4,), 16), ("P12", (8,), 16),
    ]  # fmt: skip
    assert validate_panoptic(boxes[:0], [], CATEGORIES) == []


def slow(scene, rows, *, void_limit, min_fragment, connectivity):
    """Judge pixel by pixel: the rules, ids and pixels of P1 to P8 and P12."""
    ndimage = pytest.importorskip("scipy.ndimage")
    found = []
    on_map = sorted({int(one) for one in scene.ravel()} - {0})
    listed = [row["id"] for row in rows]
    n = {one: int((scene == one).sum()) for one in [0, *on_map, *listed]}
    found += [("P1", (one,), n[one]) for one in on_map if not 1 <= one < 2**24]
    if n[0] > void_limit * scene.size:
        found.append(("P2", (), n[0]))
    found += [("P3", (one,), n[one]) for one in on_map if one not in listed]
    found += [("P3", (one,), 0) for one in sorted(set(listed)) if one not in on_map]
    found += [("P5", (r["id"],), 0) for r in rows if r["category_id"] not in CATEGORIES]
    for row in rows:
        if row["id"] not in on_map:
            continue
        y, x = np.nonzero(scene == row["id"])
        if row["area"] != y.size:
            found.append(("P6", (row["id"],), y.size))
        if row["bbox"] != [x.min(), y.min(), np.ptp(x) + 1, np.ptp(y) + 1]:
            found.append(("P8", (row["id"],), y.size))
    for c in (7, 8):
        ids = [row["id"] for row in rows if row["category_id"] == c]
        if len(ids) > 1:
            found.append(("P7", tuple(ids), sum(n[one] for one in ids)))
    small = []
    for one in on_map:
        parts, k = ndimage.label(scene == one, np.ones((3, 3)) if connectivity == 8 else None)
        for part in range(1, k + 1):
            y, x = np.nonzero(parts == part)
            if y.size < min_fragment:
                small.append((y[0], x[0], one, y.size))
    found += [("P12", (one,), pixels) for _, _, one, pixels in sorted(small)]
    return found


@given(st.integers(0, 2**32 - 1), st.sampled_from([4, 8]), st.integers(0, 4))
def test_f16_equals_the_rules_pixel_by_pixel(seed, connectivity, min_fragment):
    rng = np.random.default_rng(seed)
    scene = rng.choice([0, 3, 4, 5, 2**24], (4, 5), p=[0.1, 0.3, 0.3, 0.2, 0.1])
    rows = [
        {
            "id": int(one),
            "category_id": int(rng.choice([1, 7, 7, 9])),
            "area": int((scene == one).sum()) + int(rng.random() < 0.3),
            "bbox": [0, 0, int(rng.integers(4, 6)), 4],
        }
        for one in rng.permutation([3, 4, 5, 6])
    ]
    options = {"void_limit": 0.1, "min_fragment": min_fragment, "connectivity": connectivity}
    ours = validate_panoptic(scene, rows, CATEGORIES, **options)
    wanted = slow(scene, rows, **options)
    assert sorted(one[:3] for one in ours) == sorted(wanted)
    order = [int(one.rule[1:]) for one in ours]
    assert order == sorted(order)


def test_f16_fix_what_can_be_fixed():
    scene = np.array([[5, 5, 9, 9], [5, 300, 10, 0]], np.uint16)
    rows = [
        {"id": 5, "category_id": 1, "area": 1, "bbox": [0, 0, 9, 9]},
        {"id": 5, "category_id": 1},
        {"id": 9, "category_id": 7, "iscrowd": 1, "area": 2, "note": "kept"},
        {"id": 10, "category_id": 7},
        {"id": 88, "category_id": 2},
        {"id": 300, "category_id": 2},
    ]
    fixed = fix_panoptic(scene, rows, CATEGORIES, mode="partial")
    assert fixed.problems == []
    assert fixed.label_map.tolist() == [[5, 5, 9, 9], [5, 300, 9, 0]]
    assert fixed.segments == [
        {"id": 5, "category_id": 1, "area": 3, "bbox": [0, 0, 2, 2]},
        {"id": 9, "category_id": 7, "iscrowd": 0, "area": 3, "note": "kept"},
        {"id": 300, "category_id": 2},
    ]
    assert [(c.rule, c.segment) for c in fixed.changes] == [
        ("P4", 5), ("P3", 88), ("P10", 9), ("P7", 10), ("P6", 5), ("P8", 5), ("P6", 9),
    ]  # fmt: skip
    assert scene[1, 2] == 10  # the input is as it was
    assert rows[2]["iscrowd"] == 1


def test_f16_fix_allocates_ids():
    scene = np.array([[-4, 2**24, 1, 1]])
    fixed = fix_panoptic(scene, {-4: 1, 2**24: 2, 1: 7}, CATEGORIES)
    assert fixed.label_map.tolist() == [[2, 3, 1, 1]]
    assert [row["id"] for row in fixed.segments] == [2, 3, 1]
    assert [change[:2] for change in fixed.changes] == [("P1", -4), ("P1", 2**24)]
    assert fixed.problems == []


def test_f16_fix_divides_an_id_of_two_classes():
    scene = np.array([[255, 255, 255, 4]], np.uint8)  # the defect of two classes with one colour
    class_map = np.array([[7, 7, 8, 1]])
    rows = [{"id": 255, "category_id": 7}, {"id": 255, "category_id": 8}]
    found = validate_panoptic(scene, rows, CATEGORIES, class_map=class_map)
    assert [problem.rule for problem in found] == ["P3", "P9", "P9"]
    fixed = fix_panoptic(scene, rows, CATEGORIES, class_map=class_map)
    assert fixed.problems == []
    assert fixed.label_map.tolist() == [[255, 255, 1, 4]]
    assert [(r["id"], r["category_id"]) for r in fixed.segments] == [(255, 7), (1, 8), (4, 1)]
    many = np.arange(1, 256, dtype=np.uint8)[None]
    listed = dict.fromkeys(range(1, 256), 1)
    fixed = fix_panoptic(many, listed, CATEGORIES, class_map=np.where(many == 9, 2, 1))
    assert fixed.label_map.dtype == np.uint32  # id 256 does not fit uint8
    assert fixed.label_map[0, 8] == 256
    assert fixed.problems == []


@given(st.integers(0, 2**32 - 1), st.booleans())
def test_f16_fixing_twice_changes_nothing_more(seed, with_classes):
    rng = np.random.default_rng(seed)
    scene = rng.choice([0, 3, 4, 5, -1, 2**24], (4, 5))
    rows = [
        {
            "id": int(one),
            "category_id": int(rng.choice([1, 2, 7, 8])),
            "area": int(rng.integers(1, 5)),
            "bbox": [0, 0, 5, 4],
            "iscrowd": int(rng.integers(0, 2)),
        }
        for one in rng.choice([3, 4, 5, 6, -1, 2**24], 5)
    ]
    class_map = rng.choice([1, 2, 7, 8], (4, 5)) if with_classes else None
    once = fix_panoptic(scene, rows, CATEGORIES, mode="partial", class_map=class_map)
    left = {problem.rule for problem in once.problems}
    assert left <= (set() if with_classes else {"P3", "P7", "P9", "P10"})
    assert ((once.label_map == 0) == (scene == 0)).all()
    twice = fix_panoptic(
        once.label_map, once.segments, CATEGORIES, mode="partial", class_map=class_map
    )
    assert np.array_equal(twice.label_map, once.label_map)
    assert twice.segments == once.segments
    assert twice.changes == []


@st.composite
def edits(draw):
    """Draw a map and rectangles that are filled one after the other."""
    several_tiles = draw(st.booleans())
    most = (200, 600) if several_tiles else (24, 24)
    height, width = (draw(st.integers(1, side)) for side in most)
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    side = draw(st.sampled_from([9, 25] if several_tiles else [1, 2, 4]))
    coarse = rng.integers(0, 5, (-(-height // side), -(-width // side)))
    scene = np.kron(coarse, np.ones((side, side), int))[:height, :width].astype(np.uint32)
    boxes = []
    for _ in range(draw(st.integers(1, 4))):
        left, top = int(rng.integers(0, width)), int(rng.integers(0, height))
        boxes.append((left, top, left + int(rng.integers(1, 12)), top + int(rng.integers(1, 12))))
    return scene, boxes, rng


@given(edits(), st.sampled_from([0, 2, 5, 30]), st.sampled_from([4, 8]))
def test_f18_incremental_equals_full_validation(drawn, min_fragment, connectivity):
    scene, boxes, rng = drawn
    rows = [
        {"id": one, "category_id": c, "area": int((scene == one).sum()), "bbox": [0, 0, 1, 1]}
        for one, c in ((1, 1), (2, 7), (3, 7))
    ]
    options = {"min_fragment": min_fragment, "connectivity": connectivity, "void_limit": 0.2}
    checker = PanopticChecker(scene, rows, CATEGORIES, **options)
    assert checker.problems() == validate_panoptic(scene, rows, CATEGORIES, **options)
    for left, top, right, bottom in boxes:
        part = scene[top:bottom, left:right]
        part[...] = rng.integers(0, 6) if rng.random() < 0.5 else rng.integers(0, 6, part.shape)
        checker.update((left, top, right, bottom))
        assert checker.problems() == validate_panoptic(scene, rows, CATEGORIES, **options)


def test_f18_follows_a_canvas():
    scene = np.full((300, 700), 9, np.uint32)
    canvas = me.Canvas(scene)
    checker = PanopticChecker(scene, {9: 7}, CATEGORIES, min_fragment=50)
    assert checker.problems() == []
    checker.update(canvas.stroke([(20.5, 20.5)], 3, label=5).box)
    assert [p.rule for p in checker.problems()] == ["P3", "P12"]
    checker.segments.append({"id": 5, "category_id": 1})
    checker.update(canvas.stroke([(20.5, 20.5), (600.5, 250.5)], 3, label=5).box)
    assert checker.problems() == []
    checker.update(canvas.undo().box)
    checker.update(canvas.undo().box)
    assert [p.text for p in checker.problems()] == ["id 5 is in the list, and not on the map"]


def test_f18_costs_what_was_touched(monkeypatch):
    from maskengine.quality import panoptic_checker

    scene = np.ones((2160, 3840), np.uint32)
    checker = PanopticChecker(scene, {1: 7}, CATEGORIES, min_fragment=20)
    seen = []
    for name in ("split", "fragments_in"):
        kept = getattr(panoptic_checker, name)

        def counting(array, *more, kept=kept, **named):
            seen.append(array.size)
            return kept(array, *more, **named)

        monkeypatch.setattr(panoptic_checker, name, counting)
    scene[1000:1010, 2000:2010] = 3
    checker.update((2000, 1000, 2010, 1010))
    assert [p.rule for p in checker.problems()] == ["P3"]
    assert sum(seen) < 2 * 128 * 512 + 60 * 60


@pytest.mark.parametrize(
    ("name", "call"),
    {
        "label_map": lambda: validate_panoptic(SCENE * 1.0, GOOD, CATEGORIES),
        "segments": lambda: validate_panoptic(SCENE, 5, CATEGORIES),
        "segments ": lambda: validate_panoptic(SCENE, [{"id": 5}], CATEGORIES),
        "segments  ": lambda: validate_panoptic(SCENE, [{"id": "5", "category_id": 1}], CATEGORIES),
        "segments   ": lambda: validate_panoptic(me.encode(SCENE > 5), GOOD, CATEGORIES),
        "categories": lambda: validate_panoptic(SCENE, GOOD, {"a": True}),
        "mode": lambda: validate_panoptic(SCENE, GOOD, CATEGORIES, mode="some"),
        "void_limit": lambda: validate_panoptic(SCENE, GOOD, CATEGORIES, void_limit=2),
        "min_fragment": lambda: validate_panoptic(SCENE, GOOD, CATEGORIES, min_fragment=-1),
        "min_fragment ": lambda: validate_panoptic(SCENE, GOOD, CATEGORIES, min_fragment=1.5),
        "connectivity": lambda: validate_panoptic(SCENE, GOOD, CATEGORIES, connectivity=6),
        "size": lambda: validate_panoptic(SCENE, GOOD, CATEGORIES, size=5),
        "class_map": lambda: validate_panoptic(SCENE, GOOD, CATEGORIES, class_map=SCENE[:1]),
        "class_map ": lambda: fix_panoptic(SCENE, GOOD, CATEGORIES, class_map=SCENE[:1]),
        "box": lambda: PanopticChecker(SCENE, GOOD, CATEGORIES).update((1, 2)),
    }.items(),
)
def test_bad_input_names_the_parameter(name, call):
    with pytest.raises(me.MaskError) as caught:
        call()
    assert caught.value.parameter == name.strip()
