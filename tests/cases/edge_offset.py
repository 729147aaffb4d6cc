"""edge_offset: oracle, laws and hostile calls."""

import math

import numpy as np
from hypothesis import strategies as st

import maskengine as me
from maskengine.testing import strategies
from maskengine.testing.cases import Case

DTYPES = ["u1", "u2", "u4", "u8", "i1", "i2", "i4", "i8"]


@st.composite
def pairs(draw, max_side=24):
    """Draw two maps with few labels, the second one the first moved or drawn anew in places."""
    shape = draw(strategies.sizes(max_side))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    patch = draw(st.sampled_from([1, 3, 8]))
    coarse = rng.integers(0, draw(st.sampled_from([1, 2, 4])), [-(-s // patch) for s in shape])
    first = np.kron(coarse, np.ones((patch, patch), int))[: shape[0], : shape[1]]
    second = np.roll(first, draw(st.tuples(st.integers(-3, 3), st.integers(-3, 3))), (0, 1))
    noise = rng.random(shape) < draw(st.sampled_from([0, 0.1]))
    second = np.where(noise, rng.integers(0, 5, shape), second)
    both = []
    dtype = draw(st.sampled_from(DTYPES))
    for values in (first, second):
        signed = np.dtype(dtype).kind == "i"
        both.append(draw(strategies.layouts((values - 2 * signed).astype(dtype))))
    limit = draw(st.sampled_from([0.3, 1, 2.5, 7, 64]))
    return *both, limit, draw(st.sampled_from(["euclidean", "chebyshev", "cityblock"]))


def nearest(label_map, at, label, metric):
    """Look at every pixel: give the distance of the nearest, and half a row of pixels there."""
    found = [(math.inf, 0.0)]
    for y, x in np.argwhere(label_map == label).tolist():
        dy, dx = abs(y - at[0]), abs(x - at[1])
        far = {"euclidean": math.hypot(dy, dx), "chebyshev": max(dy, dx), "cityblock": dy + dx}
        row = math.hypot(dy, dx) / math.gcd(dy, dx) if metric == "euclidean" else 1
        found.append((far[metric], -0.5 / row))  # of equal ones that with the greater half
    return min(found)


def inside(label_map, at, a, b, metric):
    """Give how far a pixel lies inside a, in 1/1024 pixel."""
    own = label_map[at]
    far, half = nearest(label_map, at, b if own == a else a, metric)
    units = np.floor(1024 * (far + half) + 0.5)  # without end where there is none
    return units if own == a else -units


def oracle(reference, other, limit, metric):
    height, width = reference.shape
    found = {}
    edges = [(y, x, y, x + 1) for y in range(height) for x in range(width - 1)]
    edges += [(y, x, y + 1, x) for y in range(height - 1) for x in range(width)]
    cut = 2 * np.floor(1024 * limit + 0.5)
    for y, x, v, u in edges:
        a, b = sorted([reference[y, x], reference[v, u]])
        if a == b:
            continue
        row = found.setdefault((int(a), int(b)), [0, 0, 0, 0.0, 0.0])
        if {int(other[y, x]), int(other[v, u])} - {int(a), int(b)}:
            row[2] += 1
            continue
        sides = [inside(other, at, a, b, metric) for at in ((y, x), (v, u))]
        offset = 0 if sorted(sides) == [-np.inf, np.inf] else sum(sides)
        row[0] += 1
        row[1] += abs(offset) > cut
        offset = min(max(offset, -cut), cut)
        row[3] += offset / 2048
        row[4] += offset**2 / 2048**2
    keys = sorted(found)
    labels = np.array(keys, reference.dtype).reshape(-1, 2)
    columns = np.array([found[key] for key in keys]).reshape(-1, 5).T
    return labels, *(column.astype(np.int64) for column in columns[:3]), *columns[3:]


def run(*arguments):
    found = me.edge_offset(*arguments)
    return found.pairs, found.edges, found.clipped, found.elsewhere, found.sum, found.squares


def the_same_when_transposed(reference, other, limit, metric):
    ours = run(reference, other, limit, metric)
    turned = run(reference.T, other.T, limit, metric)
    return all(np.array_equal(p, q) for p, q in zip(ours, turned, strict=True))


def nothing_where_nothing_moved(reference, other, limit, metric):
    found = me.edge_offset(reference, reference, limit, metric)
    still = not (found.sum.any() or found.squares.any() or found.elsewhere.any())
    return still and int(found.edges.sum()) == sum(
        int((reference[1:] != reference[:-1]).sum()) for reference in (reference, reference.T)
    )


MAP = np.ones((2, 2), int)

CASES = [
    Case(
        name="edge_offset",
        run=run,
        inputs=pairs(),
        oracle=oracle,
        laws={
            "the_same_when_transposed": the_same_when_transposed,
            "nothing_where_nothing_moved": nothing_where_nothing_moved,
        },
        hostile={
            "another shape": lambda: me.edge_offset(MAP, MAP[:1]),
            "a stack": lambda: me.edge_offset(MAP[None], MAP[None]),
            "floats": lambda: me.edge_offset(MAP, MAP / 2),
            "bool": lambda: me.edge_offset(MAP > 0, MAP > 0),
            "a list": lambda: me.edge_offset(MAP, [[1, 1], [1, 1]]),
            "no limit": lambda: me.edge_offset(MAP, MAP, 0),
            "a limit above 64": lambda: me.edge_offset(MAP, MAP, 65),
            "a limit that is no number": lambda: me.edge_offset(MAP, MAP, float("nan")),
            "a limit of text": lambda: me.edge_offset(MAP, MAP, "5"),
            "another metric": lambda: me.edge_offset(MAP, MAP, metric="manhattan"),
            "a metric of another type": lambda: me.edge_offset(MAP, MAP, metric=1),
            "2^63 beside another dtype": lambda: me.edge_offset(
                MAP, np.full((2, 2), 2**63, np.uint64)
            ),
        },
    ),
]
