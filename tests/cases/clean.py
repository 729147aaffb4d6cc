"""remove_small, fill_holes and largest; oracles, laws, peers and hostile calls."""

import itertools

import numpy as np
from hypothesis import strategies as st

import maskengine as me
from maskengine.testing import regions, strategies
from maskengine.testing.cases import Case


def items(source):
    array = np.asarray(source)
    return array if array.ndim == 3 else array[np.newaxis]


def numbered(item, connectivity, kind):
    return regions.components(item if kind == "labels" else item != 0, connectivity)


def each(source, change):
    """Apply change(mask) to every mask of a stack, as arrays of the dtype of the source."""
    array = np.asarray(source)
    changed = [change(item.copy()) for item in items(array)]
    return np.array(changed, array.dtype).reshape(array.shape)


def report_of(changes):
    return changes.offsets, changes.area, changes.bbox, changes.first_pixel


def small_oracle(source, min_area, connectivity, kind):
    def change(item):
        numbers, n = numbered(item, connectivity, kind)
        for k in range(1, n + 1):
            where = numbers == k
            least = min_area.get(int(item[where][0]), 0) if isinstance(min_area, dict) else min_area
            if where.sum() < least:
                item[where] = 0
        return item

    return each(source, change)


def remove_small(source, min_area, connectivity, kind):
    return me.remove_small(source, min_area, connectivity, kind=kind)


def skimage_small(source, min_area, connectivity, kind):
    from skimage.morphology import remove_small_objects

    def change(item):
        if min_area == 0 or not item.any():
            return item
        kept = remove_small_objects(item != 0, max_size=min_area - 1, connectivity=connectivity / 4)
        return np.where(kept, item, 0)

    return each(source, change)


def largest_oracle(source, k, connectivity, kind):
    def change(item):
        numbers, n = numbered(item, connectivity, kind)
        area = [(numbers == c + 1).sum() for c in range(n)]
        value = [item[numbers == c + 1][0] if kind == "labels" else 1 for c in range(n)]
        order = sorted(range(n), key=lambda c: -area[c])  # stable: equal ones as they come
        seen = {}
        for c in order:
            seen[value[c]] = seen.get(value[c], 0) + 1
            if seen[value[c]] > k:
                item[numbers == c + 1] = 0
        return item

    return each(source, change)


def largest(source, k, connectivity, kind):
    return me.largest(source, k, connectivity, kind=kind)


def around(where):
    """Give the pixels that touch some of `where` by a side and are not of it."""
    wide = np.pad(where, 1)
    near = wide[:-2, 1:-1] | wide[2:, 1:-1] | wide[1:-1, :-2] | wide[1:-1, 2:]
    return near & ~where


def holes_oracle(source, max_area, connectivity, kind):
    def change(item):
        numbers, n = regions.components(item == 0, 12 - connectivity)
        filled = item.copy()
        border = {
            *numbers[:1].flat,
            *numbers[-1:].flat,
            *numbers[:, :1].flat,
            *numbers[:, -1:].flat,
        }
        for k in set(range(1, n + 1)) - border:
            where = numbers == k
            values = np.unique(item[around(where)])
            values = values[values != 0]
            if max_area is not None and where.sum() > max_area:
                continue
            if kind == "labels" and len(values) > 1:
                continue
            y, x = np.argwhere(where)[0]
            filled[where] = item[y, x - 1]
        return filled

    return each(source, change)


def fill_holes(source, max_area, connectivity, kind):
    return me.fill_holes(source, max_area, connectivity, kind=kind)


def scipy_holes(source, max_area, connectivity, kind):
    from scipy import ndimage

    structure = np.ones((3, 3)) if connectivity == 4 else None
    return np.array(
        [ndimage.binary_fill_holes(item, structure) for item in items(source)], bool
    ).reshape(np.shape(source))


def filled_as_bool(source, max_area, connectivity, kind):
    return me.fill_holes(source, None, connectivity) != 0


def again_changes_nothing(run):
    def law(source, *how):
        once = run(source, *how)
        return np.array_equal(run(once, *how), once)

    return law


def report_adds_up(function):
    def law(source, limit, connectivity, kind):
        array = np.asarray(source)
        cleaned, changes = function(array, limit, connectivity, kind=kind, report=True)
        counts = [
            np.count_nonzero(a != b) for a, b in zip(items(array), items(cleaned), strict=True)
        ]
        sums = [changes.area[a:b].sum() for a, b in itertools.pairwise(changes.offsets)]
        owner = np.repeat(np.arange(len(counts)), np.diff(changes.offsets))
        x, y = changes.first_pixel.T
        same = np.array_equal(items(array)[owner, y, x], changes.before)
        return (
            same
            and counts == sums
            and changes.pixels == sum(counts)
            and np.array_equal(items(cleaned)[owner, y, x], changes.after)
        )

    return law


def in_place(function):
    def law(source, limit, connectivity, kind):
        wanted = function(source, limit, connectivity, kind=kind)
        wide = np.full((*np.shape(source), 2), 7, np.asarray(source).dtype)
        beside = wide[..., 0].copy()
        view = wide[..., 1]
        view[...] = source
        given = function(view, limit, connectivity, kind=kind, out=view)
        return (
            given is view and np.array_equal(view, wanted) and np.array_equal(wide[..., 0], beside)
        )

    return law


def on_runs(function):
    """On run-length masks the same happens, and the same is reported."""

    def law(source, limit, connectivity, kind):
        stack = items(np.asarray(source) != 0)
        masks = me.encode(stack)
        cleaned, changes = function(masks, limit, connectivity, report=True)
        wanted, report = function(stack, limit, connectivity, report=True)
        columns = ("offsets", "area", "bbox", "first_pixel", "before", "after")
        return cleaned == me.encode(wanted) and all(
            np.array_equal(getattr(changes, name), getattr(report, name)) for name in columns
        )

    return law


connectivities = st.sampled_from([4, 8])
pixels = st.integers(0, 12)
masks = strategies.stacks(max_side=14)
maps = strategies.label_maps(14)
SQUARE = np.ones((2, 2), np.uint8)
RUNS = me.Masks([2, 3, 1], [0, 3], [(2, 3)])

HOSTILE = {
    "small: less than none": lambda: me.remove_small(SQUARE, -1),
    "small: half a pixel": lambda: me.remove_small(SQUARE, 1.5),
    "small: a truth": lambda: me.remove_small(SQUARE, True),
    "small: labels of a mask": lambda: me.remove_small(SQUARE, {1: 3}),
    "small: labels in words": lambda: me.remove_small(SQUARE, {"1": 3}, kind="labels"),
    "small: floats": lambda: me.remove_small(SQUARE.astype(float), 3),
    "small: a line": lambda: me.remove_small(SQUARE[0], 3),
    "small: six": lambda: me.remove_small(SQUARE, 3, 6),
    "small: another kind": lambda: me.remove_small(SQUARE, 3, kind="map"),
    "small: out of another dtype": lambda: me.remove_small(SQUARE, 3, out=SQUARE.astype(int)),
    "small: out of another shape": lambda: me.remove_small(SQUARE, 3, out=np.ones((2, 3), "u1")),
    "small: out that is no array": lambda: me.remove_small(SQUARE, 3, out=[[1]]),
    "small: a map of runs": lambda: me.remove_small(RUNS, 3, kind="labels"),
    "small: runs into an array": lambda: me.remove_small(RUNS, 3, out=SQUARE.copy()),
    "holes: less than none": lambda: me.fill_holes(SQUARE, -1),
    "holes: eight in words": lambda: me.fill_holes(SQUARE, 1, "8"),
    "largest: less than none": lambda: me.largest(SQUARE, -1),
    "largest: half of one": lambda: me.largest(SQUARE, 0.5),
}

CASES = [
    Case(
        name="remove_small",
        run=remove_small,
        inputs=st.tuples(masks, pixels, connectivities, st.just("mask")),
        oracle=small_oracle,
        laws={
            "again_changes_nothing": again_changes_nothing(remove_small),
            "report_adds_up": report_adds_up(me.remove_small),
            "in_place": in_place(me.remove_small),
            "on_runs": on_runs(me.remove_small),
        },
        peers={"skimage": skimage_small},
        hostile=HOSTILE,
    ),
    Case(
        name="remove_small of a map",
        run=remove_small,
        inputs=st.tuples(
            maps,
            pixels | st.dictionaries(st.integers(-5, 5), pixels),
            connectivities,
            st.just("labels"),
        ),
        oracle=small_oracle,
        laws={"report_adds_up": report_adds_up(me.remove_small)},
    ),
    Case(
        name="largest",
        run=largest,
        inputs=st.tuples(masks, st.integers(0, 3), connectivities, st.just("mask")),
        oracle=largest_oracle,
        laws={
            "report_adds_up": report_adds_up(me.largest),
            "in_place": in_place(me.largest),
            "on_runs": on_runs(me.largest),
        },
    ),
    Case(
        name="largest of a map",
        run=largest,
        inputs=st.tuples(maps, st.integers(0, 3), connectivities, st.just("labels")),
        oracle=largest_oracle,
    ),
    Case(
        name="fill_holes",
        run=fill_holes,
        inputs=st.tuples(masks, st.none() | pixels, connectivities, st.just("mask")),
        oracle=holes_oracle,
        laws={
            "again_changes_nothing": again_changes_nothing(fill_holes),
            "report_adds_up": report_adds_up(me.fill_holes),
            "in_place": in_place(me.fill_holes),
            "on_runs": on_runs(me.fill_holes),
        },
    ),
    Case(
        name="fill_holes of a map",
        run=fill_holes,
        inputs=st.tuples(maps, st.none() | pixels, connectivities, st.just("labels")),
        oracle=holes_oracle,
    ),
    Case(
        name="fill_holes: truth",
        run=filled_as_bool,
        inputs=st.tuples(strategies.stacks(), st.none(), connectivities, st.just("mask")),
        oracle=scipy_holes,
    ),
]
