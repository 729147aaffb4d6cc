"""occlusion: oracle, laws and hostile calls."""

import numpy as np
from hypothesis import strategies as st

import maskengine as me
from maskengine.testing import oracles, strategies
from maskengine.testing.cases import Case


@st.composite
def layers(draw):
    masks = draw(strategies.masks(1, 6, same_size=True, max_side=20))
    z = draw(st.none() | st.lists(st.integers(-2, 2), min_size=len(masks), max_size=len(masks)))
    return masks, z, draw(st.sampled_from(["later", "earlier"]))


@st.composite
def stored(draw):
    size = draw(strategies.sizes(20))
    n = draw(st.integers(1, 5))
    both = [draw(strategies.masks(n, n, size=size)) for _ in range(2)]
    common = min(map(len, both))
    return tuple(masks[:common] for masks in both)


def columns(amodal, seen):
    """Count pixel by pixel what the columns say."""
    n = len(amodal)
    rows = []
    for i in range(n):
        for j in range(i + 1, n):
            row = [
                int((amodal[i] & amodal[j]).sum()),
                int((seen[i] & amodal[j]).sum()),
                int((seen[j] & amodal[i]).sum()),
                int((seen[i] & seen[j]).sum()),
            ]
            if any(row):
                rows.append([i, j, *row])
    nothing = ~np.any(seen, axis=0)
    outside = [int((v & ~a).sum()) for v, a in zip(seen, amodal, strict=True)]
    unseen = [int((a & nothing).sum()) for a in amodal]
    return rows, outside, unseen


def oracle(masks, z, ties):
    amodal = oracles.decode(masks)
    n = len(amodal)
    z = [0] * n if z is None else z
    sign = 1 if ties == "later" else -1
    seen = []
    for i in range(n):
        mask = amodal[i].copy()
        for j in range(n):
            if (z[j], sign * j) > (z[i], sign * i):
                mask &= ~amodal[j]
        seen.append(mask)
    return [mask.tolist() for mask in seen], *columns(amodal, seen)


def rows_of(found):
    return (
        np.column_stack([found.pairs, found.shared, found.seen, found.clash]).tolist(),
        found.outside.tolist(),
        found.unseen.tolist(),
    )


def run(masks, z, ties):
    found = me.occlusion(masks, z, ties=ties)
    return [mask.tolist() for mask in oracles.decode(found.visible)], *rows_of(found)


def canonical(masks, z, ties):
    seen = me.occlusion(masks, z, ties=ties).visible
    return seen == oracles.encode(oracles.decode(seen))


def what_is_seen_is_a_partition(masks, z, ties):
    seen = me.occlusion(masks, z, ties=ties).visible
    covered = me.area(me.union(masks))
    return int(me.area(seen).sum()) == int(covered[0]) and me.union(seen) == me.union(masks)


def agrees_with_compose(masks, z, ties):
    if ties == "earlier":
        return True  # compose knows the later one alone
    label_map = me.compose(masks, z=z)
    seen = oracles.decode(me.occlusion(masks, z).visible)
    return all(np.array_equal(label_map == k, one) for k, one in enumerate(seen, 1))


def never_in_a_ring(masks, z, ties):
    return me.occlusion(masks, z, ties=ties).cycles() == []


def two(height=2, width=3):
    return oracles.encode(np.ones((2, height, width), bool))


CASES = [
    Case(
        name="occlusion",
        run=run,
        inputs=layers(),
        oracle=oracle,
        laws={
            "canonical": canonical,
            "what_is_seen_is_a_partition": what_is_seen_is_a_partition,
            "agrees_with_compose": agrees_with_compose,
            "never_in_a_ring": never_in_a_ring,
        },
        hostile={
            "an array": lambda: me.occlusion(np.ones((2, 2), bool)),
            "sizes that differ": lambda: me.occlusion(me.Masks.concatenate([two(), two(3, 2)])),
            "z of floats": lambda: me.occlusion(two(), [1.5, 2.0]),
            "too many z": lambda: me.occlusion(two(), [1, 2, 3]),
            "z and visible": lambda: me.occlusion(two(), [1, 2], visible=two()),
            "too few visible": lambda: me.occlusion(two(), visible=two()[:1]),
            "visible of another size": lambda: me.occlusion(two(), visible=two(3, 2)),
            "visible as an array": lambda: me.occlusion(two(), visible=np.ones((2, 2, 3))),
            "unknown ties": lambda: me.occlusion(two(), ties="first"),
            "ties that are errors": lambda: me.occlusion(two(), [1, 1], ties="error"),
        },
    ),
    Case(
        name="occlusion of stored masks",
        run=lambda amodal, seen: rows_of(me.occlusion(amodal, visible=seen)),
        inputs=stored(),
        oracle=lambda amodal, seen: columns(oracles.decode(amodal), oracles.decode(seen)),
    ),
]
