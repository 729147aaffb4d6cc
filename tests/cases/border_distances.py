"""border_distances: oracle, laws, peers and hostile calls."""

import math
from collections import Counter

import numpy as np
from hypothesis import strategies as st

import maskengine as me
from maskengine.testing import pairs, strategies
from maskengine.testing.cases import Case

ARRAY = np.zeros((3, 4), np.uint8)
ELEMENTS = st.sampled_from(["corners", "pixels", "changes"])
SPACINGS = st.sampled_from([(1.0, 1.0), (2.0, 1.0), (0.5, 3.0), (1.25, 0.75)])


def run(given, elements, spacing):
    reference, prediction, void = given
    found = me.border_distances(reference, prediction, elements, spacing, void=void)
    return found.item, found.side, found.distance, found.length, found.count


def length_of(kind, spacing):
    y, x = spacing
    half = math.hypot(y, x) / 2
    return {"odd": half, "along": x, "across": y, "both": 2 * half, "one": 1.0}[kind]


def rows_of(elements, spacing):
    """Sort and count (item, side, distance, length)."""
    counts = Counter(elements)
    rows = sorted(counts)
    columns = zip(*rows, strict=True) if rows else [[]] * 4
    dtypes = (np.int64, np.uint8, np.float64, np.float64)
    made = [np.array(column, dtype) for column, dtype in zip(columns, dtypes, strict=True)]
    return (*made, np.array([counts[row] for row in rows], np.int64))


def oracle(given, elements, spacing):
    """Measure from every element to every other one. Spacings are such that squares are exact."""
    found = []
    for item, (a, b, void) in enumerate(pairs.each_pair(*given)):
        borders = [pairs.border_elements(mask, void, elements) for mask in (a, b)]
        for side in (0, 1):
            others = np.array([place[:2] for place in borders[1 - side]], float).reshape(-1, 2)
            for y, x, kind in borders[side]:
                squares = ((others - (y, x)) * spacing) ** 2
                distance = math.sqrt(squares.sum(axis=1).min(initial=math.inf))
                found.append((item, side, distance, length_of(kind, spacing)))
    return rows_of(found, spacing)


def near(ours, wanted):
    """Lengths are halves of roots, which may be rounded otherwise."""
    exact = all(np.array_equal(ours[k], wanted[k]) for k in (0, 1, 2, 4))
    return exact and np.allclose(ours[3], wanted[3], rtol=1e-15, atol=0)


def scipy(given, elements, spacing):
    """Give the distances as MedPy does: eroded borders, distance transforms."""
    from scipy import ndimage

    cross = ndimage.generate_binary_structure(2, 1)
    borders = [mask ^ ndimage.binary_erosion(mask, cross) for mask in given[:2]]
    found = []
    for side in (0, 1):
        other = borders[1 - side]
        distances = np.full(other.shape, math.inf)
        if other.any():
            distances = ndimage.distance_transform_edt(~other, sampling=spacing)
        found += [(0, side, float(one), 1.0) for one in distances[borders[side]]]
    return rows_of(found, spacing)


def sides_change_places(given, elements, spacing):
    a, b, void = given
    ours = me.border_distances(a, b, elements, spacing, void=void)
    turned = me.border_distances(b, a, elements, spacing, void=void)
    order = np.lexsort((turned.length, turned.distance, 1 - turned.side, turned.item))
    return all(
        np.array_equal(one, other[order])
        for one, other in (
            (ours.item, turned.item),
            (ours.distance, turned.distance),
            (ours.count, turned.count),
        )
    )


def layouts_do_not_matter(given, elements, spacing):
    """Rows, columns and runs give the same distances."""
    a, b, void = (None if one is None else one != 0 for one in given)
    ours = run((a, b, void), elements, spacing)
    columns = [None if one is None else np.asfortranarray(one) for one in (a, b, void)]
    runs = [None if one is None else me.encode(one) for one in (a, b, void)]
    return all(
        np.array_equal(x, y)
        for other in (run(columns, elements, spacing), run(runs, elements, spacing))
        for x, y in zip(ours, other, strict=True)
    )


def far_apart():
    """Draw masks whose borders lie up to a hundred rows apart."""

    def masks(seed):
        rng = np.random.default_rng(seed)
        height, width = rng.integers(1, 110, 2)
        found = np.zeros((2, height, width), bool)
        for mask in found:
            for _ in range(rng.integers(1, 4)):
                y, x = rng.integers(0, height), rng.integers(0, width)
                mask[y : y + rng.integers(1, 9), x : x + rng.integers(1, 30)] = True
        return found[0], found[1], None

    return st.integers(0, 2**32 - 1).map(masks)


LAWS = {"sides_change_places": sides_change_places}

CASES = [
    Case(
        name="border_distances",
        run=run,
        inputs=st.tuples(pairs.mask_pairs(12), ELEMENTS, SPACINGS),
        oracle=oracle,
        same=near,
        laws=LAWS,
        hostile={
            "lists": lambda: me.border_distances([[0, 1]], [[0, 1]]),
            "floats": lambda: me.border_distances(np.zeros((2, 2)), np.zeros((2, 2))),
            "another shape": lambda: me.border_distances(ARRAY, ARRAY.T),
            "another kind of elements": lambda: me.border_distances(ARRAY, ARRAY, "edges"),
            "no elements": lambda: me.border_distances(ARRAY, ARRAY, None),
            "a spacing of 0": lambda: me.border_distances(ARRAY, ARRAY, spacing=0),
            "an infinite spacing": lambda: me.border_distances(ARRAY, ARRAY, spacing=(1, math.inf)),
            "three spacings": lambda: me.border_distances(ARRAY, ARRAY, spacing=(1, 1, 1)),
            "a spacing of text": lambda: me.border_distances(ARRAY, ARRAY, spacing="11"),
            "void of another shape": lambda: me.border_distances(ARRAY, ARRAY, void=ARRAY.T),
        },
    ),
    Case(
        name="border_distances of bytes",
        run=run,
        inputs=st.tuples(
            st.tuples(strategies.dense((40, 70)), strategies.dense((40, 70)), st.none()),
            st.just("pixels"),
            SPACINGS,
        ),
        oracle=scipy,
        same=near,
        laws={"layouts_do_not_matter": layouts_do_not_matter},
        peers={"scipy": scipy},
    ),
    Case(
        name="border_distances of masks far apart",
        run=run,
        inputs=st.tuples(far_apart(), ELEMENTS, SPACINGS),
        oracle=oracle,
        same=near,
        laws={**LAWS, "layouts_do_not_matter": layouts_do_not_matter},
    ),
]
