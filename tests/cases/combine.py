"""union, intersection, difference, symmetric_difference, complement: pairs, reductions, groups."""

from functools import reduce

import numpy as np
from hypothesis import strategies as st

import maskengine as me
from maskengine.testing import oracles, strategies
from maskengine.testing.cases import Case
from shapes import canonical_bytes

DENSE = {
    "union": np.logical_or,
    "intersection": np.logical_and,
    "difference": lambda a, b: a & ~b,
    "symmetric_difference": np.logical_xor,
}


def pair_oracle(name):
    def oracle(a, b):
        n = len(b) if len(a) == 1 else len(a)
        left, right = (oracles.decode(m) * (n if len(m) == 1 else 1) for m in (a, b))
        return oracles.encode(DENSE[name](p, q) for p, q in zip(left, right, strict=True))

    return oracle


def group_oracle(name):
    def oracle(masks, groups, size):
        dense = oracles.decode(masks)
        out = []
        for g in range(max(groups, default=-1) + 1):
            members = [one for one, of in zip(dense, groups, strict=True) if of == g]
            out.append(
                reduce(DENSE[name], members) if members else np.full(size, name == "intersection")
            )
        return oracles.encode(out)

    return oracle


def pycocotools_pairs(*, intersect):
    def peer_pairs(a, b):
        from pycocotools import mask as peer

        n = len(b) if len(a) == 1 else len(a)
        left, right = (canonical_bytes(m) * (n if len(m) == 1 else 1) for m in (a, b))
        pairs = zip(left, right, strict=True)
        return me.Masks.from_coco([peer.merge([p, q], intersect) for p, q in pairs])

    return peer_pairs


def pycocotools_reduce(*, intersect):
    def peer_reduce(masks, _, __):
        from pycocotools import mask as peer

        return me.Masks.from_coco([peer.merge(canonical_bytes(masks), intersect)])

    return peer_reduce


@st.composite
def pairs(draw, min_side=0):
    size = draw(strategies.sizes(140, min_side))
    n = draw(st.integers(1, 3))
    counts = draw(st.sampled_from([(n, n), (1, n), (n, 1)]))
    return tuple(oracles.encode(draw(strategies.dense(size)) for _ in range(k)) for k in counts)


@st.composite
def rough_pairs(draw):
    size = draw(strategies.sizes(140))
    a = draw(strategies.masks(1, 1, size))
    b = draw(strategies.masks(1, 1, size))
    return a, b


@st.composite
def mixed_pairs(draw):
    """Draw two batches whose pairs each have a size of their own, some without pixels."""
    each = draw(st.lists(strategies.sizes(70), min_size=1, max_size=4))
    a, b = (
        me.Masks.concatenate([draw(strategies.masks(1, 1, size)) for size in each])
        for _ in range(2)
    )
    first = draw(st.integers(0, len(each) - 1))
    return a[first:], b[first:]


@st.composite
def mixed_groups(draw):
    """Draw a batch in groups, each of which has a size of its own."""
    sizes = draw(st.lists(strategies.sizes(70), min_size=1, max_size=3))
    others = draw(st.lists(st.integers(0, len(sizes) - 1), max_size=4))
    groups = draw(st.permutations([*range(len(sizes)), *others]))
    return me.Masks.concatenate([draw(strategies.masks(1, 1, sizes[g])) for g in groups]), groups


@st.composite
def batches(draw, max_masks, *, max_side=130, grouped=True, min_side=0):
    size = draw(strategies.sizes(max_side, min_side))
    masks = draw(strategies.masks(1, max_masks, size))
    groups = [draw(st.integers(0, 3)) if grouped else 0 for _ in range(len(masks))]
    return masks, groups, size


def reduce_case(name):
    peers = {"union": False, "intersection": True}
    more = {"pycocotools": pycocotools_reduce(intersect=peers[name])} if name in peers else {}
    operation = getattr(me, name)
    return [
        Case(
            name=f"{name} of groups",
            cuda=(0,),
            run=lambda masks, groups, size: operation(masks, groups=groups, size=size),
            inputs=batches(5, max_side=70),
            oracle=group_oracle(name),
            laws={
                "one_group_is_the_default": lambda masks, groups, _: (
                    operation(masks, groups=[0] * len(groups)) == operation(masks)
                ),
                "one_mask_stays_itself": lambda masks, _, __: (
                    operation(masks[0]) == oracles.encode(oracles.decode(masks[0]))
                ),
            },
        ),
        Case(
            name=f"{name} of groups of several sizes",
            cuda=(0,),
            run=lambda masks, groups: operation(masks, groups=groups),
            inputs=mixed_groups(),
            oracle=lambda masks, groups: group_oracle(name)(masks, groups, None),
        ),
        Case(
            name=f"{name} of one batch",
            cuda=(0,),
            run=lambda masks, _, __: operation(masks),
            inputs=batches(max_masks=12, grouped=False, min_side=1),
            oracle=group_oracle(name),
            peers=more,
        ),
    ]


def pair_case(name, laws, hostile):
    operation = getattr(me, name)
    peers = {"union": False, "intersection": True}
    return [
        Case(
            name=name,
            cuda=(0, 1),
            run=operation,
            inputs=pairs(min_side=1),
            oracle=pair_oracle(name),
            laws=laws,
            peers=(
                {"pycocotools": pycocotools_pairs(intersect=peers[name])} if name in peers else {}
            ),
            hostile=hostile,
        ),
        Case(
            name=f"{name} of several sizes",
            cuda=(0, 1),
            run=operation,
            inputs=mixed_pairs(),
            oracle=pair_oracle(name),
        ),
        Case(
            name=f"{name} of rough counts",
            cuda=(0, 1),
            run=operation,
            inputs=rough_pairs(),
            oracle=pair_oracle(name),
        ),
    ]


def small(height=2, width=3, n=1):
    return oracles.encode(np.zeros((n, height, width), bool))


def added_areas(a, b):
    both = me.area(me.intersection(a, b)) + me.area(me.union(a, b))
    return np.array_equal(both, me.area(a) + me.area(b))


UNION_LAWS = {
    "de_morgan": lambda a, b: (
        me.complement(me.union(a, b)) == me.intersection(me.complement(a), me.complement(b))
    ),
    "areas_add_up": added_areas,
    "order_does_not_matter": lambda a, b: me.union(a, b) == me.union(b, a),
    "with_the_complement_is_everything": lambda a, _: np.array_equal(
        me.area(me.union(a, me.complement(a))), a.sizes.prod(1)
    ),
}
INTERSECTION_LAWS = {
    "de_morgan": lambda a, b: (
        me.complement(me.intersection(a, b)) == me.union(me.complement(a), me.complement(b))
    ),
    "with_itself_is_itself": lambda a, _: me.intersection(a, a) == a,
    "order_does_not_matter": lambda a, b: me.intersection(a, b) == me.intersection(b, a),
}
DIFFERENCE_LAWS = {
    "is_intersection_with_the_complement": lambda a, b: (
        me.difference(a, b) == me.intersection(a, me.complement(b))
    ),
    "joined_again_is_the_union": lambda a, b: me.union(me.difference(a, b), b) == me.union(a, b),
}
SYMMETRIC_LAWS = {
    "is_union_minus_intersection": lambda a, b: (
        me.symmetric_difference(a, b) == me.difference(me.union(a, b), me.intersection(a, b))
    ),
    "undoes_itself": lambda a, b: (
        me.symmetric_difference(me.symmetric_difference(a, b), b)
        == (a if len(a) >= len(b) else me.Masks.concatenate([a] * len(b)))
    ),
}
HOSTILE = {
    "sizes that differ in a pair": lambda: me.union(small(2, 3), small(3, 2)),
    "sizes that differ in a batch": lambda: me.union(
        me.Masks.concatenate([small(2, 3), small(3, 2)])
    ),
    "lengths that do not pair": lambda: me.union(small(n=2), small(n=3)),
    "an empty batch with two": lambda: me.union(small(n=0), small(n=2)),
    "nothing to reduce": lambda: me.union(small(n=0)),
    "a size that the masks do not have": lambda: me.union(small(2, 3), size=(3, 2)),
    "a size that is none": lambda: me.union(small(), size=(2, -3)),
    "a negative group": lambda: me.union(small(n=2), groups=[0, -1]),
    "a group without masks": lambda: me.union(small(n=2), groups=[0, 2]),
    "too many groups": lambda: me.union(small(), groups=[2**40], size=(2, 3)),
    "too few groups": lambda: me.union(small(n=2), groups=[0]),
    "groups that are floats": lambda: me.union(small(), groups=[0.0]),
    "groups with a second batch": lambda: me.union(small(), small(), groups=[0]),
    "an array": lambda: me.union(np.zeros((2, 2), bool), small()),
    "an array as second": lambda: me.union(small(), np.zeros((2, 2), bool)),
}

CASES = [
    *pair_case("union", UNION_LAWS, HOSTILE),
    *pair_case(
        "intersection",
        INTERSECTION_LAWS,
        {"sizes": lambda: me.intersection(small(2, 3), small(6, 1))},
    ),
    *pair_case(
        "difference", DIFFERENCE_LAWS, {"sizes": lambda: me.difference(small(2, 3), small(6, 1))}
    ),
    *pair_case(
        "symmetric_difference",
        SYMMETRIC_LAWS,
        {"sizes": lambda: me.symmetric_difference(small(2, 3), small(6, 1))},
    ),
    *(case for name in DENSE for case in reduce_case(name)),
    Case(
        name="complement of masks of one size",
        cuda=(0,),
        run=me.complement,
        inputs=st.tuples(strategies.masks(same_size=True)),
        oracle=lambda masks: oracles.encode(~one for one in oracles.decode(masks)),
    ),
    Case(
        name="complement",
        cuda=(0,),
        run=me.complement,
        inputs=st.tuples(strategies.masks()),
        oracle=lambda masks: oracles.encode(~one for one in oracles.decode(masks)),
        laws={
            "twice_is_itself": lambda masks: (
                me.complement(me.complement(masks)) == oracles.encode(oracles.decode(masks))
            ),
            "areas_add_up": lambda masks: np.array_equal(
                me.area(masks) + me.area(me.complement(masks)), masks.sizes.prod(1)
            ),
        },
        hostile={"an array": lambda: me.complement(np.zeros((2, 2), bool))},
    ),
]
