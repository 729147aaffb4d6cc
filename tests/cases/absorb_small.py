"""absorb_small; oracle, laws and hostile calls."""

import numpy as np
from hypothesis import strategies as st

import maskengine as me
from maskengine.testing import regions, strategies
from maskengine.testing.cases import Case


def least(min_area, label):
    return min_area.get(int(label), 0) if isinstance(min_area, dict) else min_area


def shared_edges(array, where):
    """Count the pixel edges between `where` and each label beside it."""
    edges = {}
    height, width = array.shape
    for y, x in np.argwhere(where):
        for qy, qx in ((y, x + 1), (y + 1, x), (y, x - 1), (y - 1, x)):
            if 0 <= qy < height and 0 <= qx < width and not where[qy, qx]:
                label = int(array[qy, qx])
                edges[label] = edges.get(label, 0) + 1
    edges.pop(0, None)
    return edges


def oracle(label_map, min_area, connectivity, to):
    """Find all regions anew after each step."""
    array = np.array(label_map)
    while True:
        numbers, n = regions.components(array, connectivity)
        area = {k: int((numbers == k).sum()) for k in range(1, n + 1)}
        label = {k: array[numbers == k][0] for k in area}
        small = [k for k in area if area[k] < least(min_area, label[k])]
        if not small:
            return array
        k = min(small, key=lambda k: (area[k], k))
        edges = shared_edges(array, numbers == k) if to == "neighbour" else {}
        new = min(edges, key=lambda label: (-edges[label], label)) if edges else 0
        array[numbers == k] = new


def absorb(label_map, min_area, connectivity, to):
    return me.absorb_small(label_map, min_area, connectivity, to=to)


def again_changes_nothing(*call):
    once = absorb(*call)
    return np.array_equal(absorb(once, *call[1:]), once)


def no_small_region_is_left(label_map, min_area, connectivity, to):
    array = absorb(label_map, min_area, connectivity, to)
    numbers, n = regions.components(array, connectivity)
    return all(
        (numbers == k).sum() >= least(min_area, array[numbers == k][0]) for k in range(1, n + 1)
    )


def report_adds_up(label_map, min_area, connectivity, to):
    array = np.asarray(label_map)
    cleaned, changes = me.absorb_small(array, min_area, connectivity, to=to, report=True)
    x, y = changes.first_pixel.T
    return (
        changes.pixels == np.count_nonzero(array != cleaned)
        and np.array_equal(array[y, x], changes.before)
        and np.array_equal(cleaned[y, x], changes.after)
    )


def in_place(label_map, min_area, connectivity, to):
    wanted = absorb(label_map, min_area, connectivity, to)
    changed = np.array(label_map)
    given = me.absorb_small(changed, min_area, connectivity, to=to, out=changed)
    return given is changed and np.array_equal(changed, wanted)


pixels = st.integers(0, 12)
limits = pixels | st.dictionaries(st.integers(-5, 5), pixels)
MAP = np.ones((2, 2), np.uint8)

CASES = [
    Case(
        name="absorb_small",
        run=absorb,
        inputs=st.tuples(
            strategies.label_maps(12),
            limits,
            st.sampled_from([4, 8]),
            st.sampled_from(["neighbour", "neighbour", "void"]),
        ),
        oracle=oracle,
        laws={
            "again_changes_nothing": again_changes_nothing,
            "no_small_region_is_left": no_small_region_is_left,
            "report_adds_up": report_adds_up,
            "in_place": in_place,
        },
        hostile={
            "less than none": lambda: me.absorb_small(MAP, -1),
            "for a label, less than none": lambda: me.absorb_small(MAP, {1: -1}),
            "half a pixel": lambda: me.absorb_small(MAP, 0.5),
            "five": lambda: me.absorb_small(MAP, 1, 5),
            "elsewhere": lambda: me.absorb_small(MAP, 1, to="sky"),
            "floats": lambda: me.absorb_small(MAP * 1.0, 1),
            "a line": lambda: me.absorb_small(MAP[0], 1),
            "out of another shape": lambda: me.absorb_small(MAP, 1, out=np.ones((2, 3), "u1")),
            "out of another dtype": lambda: me.absorb_small(MAP, 1, out=np.ones((2, 2), int)),
        },
    ),
]
