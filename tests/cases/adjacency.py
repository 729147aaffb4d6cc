"""adjacency: oracle, laws, a peer and hostile calls."""

import numpy as np
from hypothesis import strategies as st

import maskengine as me
from maskengine.testing import strategies
from maskengine.testing.cases import Case


@st.composite
def maps(draw):
    height, width = draw(strategies.sizes(40))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    patch = draw(st.sampled_from([1, 2, 5]))
    coarse = rng.integers(0, draw(st.integers(1, 6)), (-(-height // patch), -(-width // patch)))
    values = np.kron(coarse, np.ones((patch, patch), int))[:height, :width]
    dtype = np.dtype(draw(st.sampled_from(["u1", "u2", "u4", "u8", "i1", "i2", "i4", "i8"])))
    values = values * 7 - (9 if dtype.kind == "i" else 0)
    return draw(strategies.layouts(values.astype(dtype))), draw(st.sampled_from([4, 8]))


def count(label_map, steps):
    """Count the pairs of labels of pixels (y, x) and (y + dy, x + dx)."""
    height, width = label_map.shape
    found = {}
    for dy, dx in steps:
        for y in range(height - dy):
            for x in range(max(-dx, 0), width - max(dx, 0)):
                p, q = int(label_map[y, x]), int(label_map[y + dy, x + dx])
                if p not in {q, 0} and q != 0:
                    pair = (min(p, q), max(p, q))
                    found[pair] = found.get(pair, 0) + 1
    return found


def oracle(label_map, connectivity):
    edges = count(label_map, [(0, 1), (1, 0)])
    corners = count(label_map, [(1, 1), (1, -1)]) if connectivity == 8 else {}
    pairs = sorted({*edges, *corners})
    columns = [np.array([c.get(p, 0) for p in pairs], np.int64) for c in (edges, corners)]
    return np.array(pairs, label_map.dtype).reshape(-1, 2), *columns


def run(label_map, connectivity):
    found = me.adjacency(label_map, connectivity)
    return found.pairs, found.edges, found.corners


def the_same_when_transposed(label_map, connectivity):
    ours, turned = run(label_map, connectivity), run(label_map.T, connectivity)
    return all(np.array_equal(p, q) for p, q in zip(ours, turned, strict=True))


def cc3d_contacts(label_map, connectivity):
    import cc3d

    ids, numbers = np.unique(label_map, return_inverse=True)
    order = np.concatenate([[0], ids[ids != 0]]).astype(label_map.dtype)  # it wants unsigned ones
    rank = {int(v): i for i, v in enumerate(order)}
    wide = np.array([rank[int(v)] for v in ids], np.uint32)[numbers].reshape(label_map.shape)
    found = cc3d.contacts(np.ascontiguousarray(wide), connectivity=4) if wide.size else {}
    pairs = sorted(found)
    labels = np.array([(order[a], order[b]) for a, b in pairs], label_map.dtype).reshape(-1, 2)
    return labels, np.array([found[p] for p in pairs], np.int64)


def same_edges(ours, wanted):
    keep = ours[1] > 0
    return np.array_equal(ours[0][keep], wanted[0]) and np.array_equal(ours[1][keep], wanted[1])


CASES = [
    Case(
        name="adjacency",
        run=run,
        inputs=maps(),
        oracle=oracle,
        laws={"the_same_when_transposed": the_same_when_transposed},
        hostile={
            "another connectivity": lambda: me.adjacency(np.ones((2, 2), int), 6),
            "floats": lambda: me.adjacency(np.ones((2, 2))),
            "bool": lambda: me.adjacency(np.ones((2, 2), bool)),
            "a stack": lambda: me.adjacency(np.ones((1, 2, 2), int)),
            "a list": lambda: me.adjacency([[1, 2]]),
        },
    ),
    Case(
        name="adjacency by edges",
        run=run,
        inputs=maps(),
        oracle=oracle,
        same=lambda ours, wanted: (
            same_edges(ours, wanted)
            if len(wanted) == 2
            else all(np.array_equal(p, q) for p, q in zip(ours, wanted, strict=True))
        ),
        peers={"cc3d": cc3d_contacts},
    ),
]
