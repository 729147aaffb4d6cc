"""at_least, vote, combine: oracles on dense masks, laws, peers and hostile calls."""

from fractions import Fraction

import numpy as np
from hypothesis import strategies as st

import maskengine as me
from maskengine.testing import oracles, strategies
from maskengine.testing.cases import Case


@st.composite
def groups_of_masks(draw, max_masks=9):
    size = draw(strategies.sizes(140))
    masks = draw(strategies.masks(0, max_masks, size))
    groups = [draw(st.integers(0, 2)) for _ in range(len(masks))]
    return masks, groups, size


@st.composite
def counted(draw):
    masks, groups, size = draw(groups_of_masks())
    return masks, draw(st.integers(-1, 6)), groups, size


@st.composite
def weighted(draw):
    masks, groups, size = draw(groups_of_masks(6))
    number = st.one_of(
        st.integers(-3, 3).map(float),
        st.sampled_from([0.1, 0.2, 0.3, 0.7, -0.1, 1 / 3]),
        st.floats(-1e6, 1e6, allow_subnormal=False).map(lambda x: round(x, 3)),
    )
    weights = [draw(number) for _ in range(len(masks))]
    total = sum(w for w in weights if draw(st.booleans()))  # a sum that some pixels may have
    return masks, weights, draw(st.one_of(number, st.just(total))), groups, size


@st.composite
def tabled(draw):
    n = draw(st.integers(1, 6))
    size = draw(strategies.sizes(140))
    items = draw(st.integers(0, 3))
    counts = [draw(st.sampled_from([1, items])) for _ in range(n)]
    parts = [oracles.encode([draw(strategies.dense(size)) for _ in range(c)]) for c in counts]
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    return parts, rng.random((2,) * n) < rng.choice([0.2, 0.5])


def reduced(masks, groups, size, function):
    """Give function(stack, members) for the stack of each group; members are its items."""
    dense = oracles.decode(masks)
    out = []
    for g in range(max(groups, default=-1) + 1):
        members = [i for i, of in enumerate(groups) if of == g]
        stack = np.array([dense[i] for i in members], bool).reshape(len(members), *size)
        out.append(function(stack, members))
    return oracles.encode(out)


def count_oracle(masks, k, groups, size):
    return reduced(masks, groups, size, lambda stack, _: stack.sum(0) >= k)


def weight_oracle(masks, weights, threshold, groups, size):
    def exact(stack, members):
        sums = np.full(size, Fraction(0), object)
        for mask, i in zip(stack, members, strict=True):
            sums[mask] += Fraction(weights[i])
        return np.array(sums >= Fraction(threshold), bool).reshape(size)

    return reduced(masks, groups, size, exact)


def table_oracle(parts, table):
    items = 0 if any(len(p) == 0 for p in parts) else max(len(p) for p in parts)
    dense = [oracles.decode(p) * (items if len(p) == 1 else 1) for p in parts]
    return oracles.encode([table[tuple(d[i].astype(int) for d in dense)] for i in range(items)])


def rlemasklib_masks(masks):
    from rlemasklib import RLEMask

    canonical = oracles.encode(oracles.decode(masks)).to_coco(compressed=False)
    return [RLEMask.from_counts(one["counts"], one["size"]) for one in canonical]


def from_rlemasklib(results):
    return me.Masks.from_coco([{"size": r.shape, "counts": r.counts.tolist()} for r in results])


def rlemasklib_count(masks, k):
    from rlemasklib import RLEMask

    return from_rlemasklib([RLEMask.merge_count(rlemasklib_masks(masks), k)])


def rlemasklib_custom(parts, table):
    from rlemasklib import RLEMask

    function = RLEMask.make_merge_function(lambda *v: bool(table[tuple(map(int, v))]), table.ndim)
    return from_rlemasklib([function(*rlemasklib_masks(me.Masks.concatenate(parts)))])


@st.composite
def for_rlemasklib(draw):
    masks = draw(strategies.masks(1, 8, draw(strategies.sizes(140, 1))))
    return masks, draw(st.integers(1, len(masks)))  # it knows nothing above or below


@st.composite
def tables_for_rlemasklib(draw):
    n = draw(st.integers(2, 4))
    size = draw(strategies.sizes(140, 1))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    table = rng.random((2,) * n) < 0.5
    table[(0,) * n] = False  # it takes no function that makes foreground of background
    return [oracles.encode([draw(strategies.dense(size))]) for _ in range(n)], table


def small(height=2, width=3, n=1):
    return oracles.encode(np.ones((n, height, width), bool))


@st.composite
def windows(draw):
    masks = draw(strategies.masks(0, 3, max_side=24))
    shape = draw(st.integers(1, 4)), draw(st.integers(1, 4))
    weight = st.sampled_from([1.0]) if draw(st.booleans()) else st.sampled_from([-1, 0, 0.5, 1, 2])
    kernel = np.array([[draw(weight) for _ in range(shape[1])] for _ in range(shape[0])])
    stride = draw(st.one_of(st.integers(1, 3), st.tuples(st.integers(1, 3), st.integers(1, 3))))
    return masks, kernel, draw(st.sampled_from([-1, 0, 0.5, 1, 2, 4, 9])), stride


def window_oracle(masks, kernel, threshold, stride):
    (height, width), (down, right) = kernel.shape, np.broadcast_to(stride, 2)

    def slide(mask):
        rows = range(0, mask.shape[0] - height + 1, down)
        columns = range(0, mask.shape[1] - width + 1, right)
        sums = [
            [(mask[y : y + height, x : x + width] * kernel).sum() for x in columns] for y in rows
        ]
        return np.array(sums).reshape(len(rows), len(columns)) >= threshold

    return oracles.transform(masks, slide)


def rlemasklib_windows(masks, kernel, threshold, stride):
    steps = tuple(int(step) for step in np.broadcast_to(stride, 2))
    return from_rlemasklib(
        [mask.conv2d_valid(kernel, steps, threshold) for mask in rlemasklib_masks(masks)]
    )


TWO = np.array([[False, True], [True, True]])

CASES = [
    Case(
        name="at_least",
        run=lambda masks, k, groups, size: me.at_least(masks, k, groups=groups, size=size),
        inputs=counted(),
        oracle=count_oracle,
        laws={
            "one_is_the_union": lambda masks, _, groups, size: (
                me.at_least(masks, 1, groups=groups, size=size)
                == me.union(masks, groups=groups, size=size)
            ),
            "all_is_the_intersection": lambda masks, _, __, size: (
                me.at_least(masks, len(masks), size=size) == me.intersection(masks, size=size)
            ),
            "unit_weights_count": lambda masks, k, groups, size: (
                me.vote(masks, [1] * len(masks), k, groups=groups, size=size)
                == me.at_least(masks, k, groups=groups, size=size)
            ),
        },
        hostile={
            "an array": lambda: me.at_least(np.ones((2, 2), bool), 1),
            "half a mask": lambda: me.at_least(small(), 0.5),
            "true": lambda: me.at_least(small(), True),
            "nothing without a size": lambda: me.at_least(small(n=0), 1),
            "sizes that differ": lambda: me.at_least(
                me.Masks.concatenate([small(2, 3), small(3, 2)]), 1
            ),
            "too few groups": lambda: me.at_least(small(n=2), 1, groups=[0]),
            "a negative group": lambda: me.at_least(small(), 1, groups=[-1]),
            "another size": lambda: me.at_least(small(), 1, size=(9, 9)),
        },
    ),
    Case(
        name="at_least of rlemasklib",
        run=me.at_least,
        inputs=for_rlemasklib(),
        oracle=lambda masks, k: oracles.encode([np.sum(oracles.decode(masks), axis=0) >= k]),
        peers={"rlemasklib": rlemasklib_count},
    ),
    Case(
        name="vote",
        run=lambda masks, weights, threshold, groups, size: me.vote(
            masks, weights, threshold, groups=groups, size=size
        ),
        inputs=weighted(),
        oracle=weight_oracle,
        laws={
            "order_does_not_matter": lambda masks, weights, threshold, _, size: (
                me.vote(masks[::-1], weights[::-1], threshold, size=size)
                == me.vote(masks, weights, threshold, size=size)
            ),
        },
        hostile={
            "an array": lambda: me.vote(np.ones((2, 2), bool), [1], 1),
            "two weights for one mask": lambda: me.vote(small(), [1, 2], 1),
            "a column of weights": lambda: me.vote(small(), [[1]], 1),
            "words": lambda: me.vote(small(), ["a"], 1),
            "NaN": lambda: me.vote(small(), [float("nan")], 1),
            "infinite": lambda: me.vote(small(), [float("inf")], 1),
            "a threshold of NaN": lambda: me.vote(small(), [1], float("nan")),
            "a threshold of nothing": lambda: me.vote(small(), [1], None),
            "too far apart": lambda: me.vote(small(n=2), [1e300, 1e-300], 1),
            "sizes that differ": lambda: me.vote(
                me.Masks.concatenate([small(2, 3), small(3, 2)]), [1, 1], 1
            ),
            "nothing without a size": lambda: me.vote(small(n=0), [], 1),
        },
    ),
    Case(
        name="combine",
        run=me.combine,
        inputs=tabled(),
        oracle=table_oracle,
        laws={
            "not_the_table_is_the_complement": lambda parts, table: (
                me.combine(parts, ~table) == me.complement(me.combine(parts, table))
            ),
            "axes_go_with_masks": lambda parts, table: (
                me.combine(parts[::-1], table.T) == me.combine(parts, table)
            ),
        },
        hostile={
            "an array": lambda: me.combine(np.ones((2, 2), bool), TWO),
            "no masks": lambda: me.combine([], np.array(True)),
            "an empty batch": lambda: me.combine(small(n=0), np.array(True)),
            "a table for three": lambda: me.combine(small(n=2), np.ones((2, 2, 2), bool)),
            "a flat table": lambda: me.combine(small(n=2), [0, 1, 1, 1]),
            "a table of floats": lambda: me.combine(small(n=2), TWO.astype(float)),
            "lengths that differ": lambda: me.combine([small(n=2), small(n=3)], TWO),
            "sizes that differ": lambda: me.combine([small(2, 3), small(3, 2)], TWO),
            "something else in the sequence": lambda: me.combine([small(), None], TWO),
            "21 masks": lambda: me.combine(small(n=21), np.ones(1, bool)),
        },
    ),
    Case(
        name="combine of rlemasklib",
        run=me.combine,
        inputs=tables_for_rlemasklib(),
        oracle=table_oracle,
        peers={"rlemasklib": rlemasklib_custom},
    ),
    Case(
        name="convolve",
        run=me.convolve,
        inputs=windows(),
        oracle=window_oracle,
        laws={
            "one_weight_is_the_mask": lambda masks, *_: (
                me.convolve(masks, [[0.25]], 0.25) == oracles.encode(oracles.decode(masks))
            ),
        },
        hostile={
            "an array": lambda: me.convolve(np.ones((2, 2), bool), [[1]], 1),
            "a flat kernel": lambda: me.convolve(small(), [1, 1], 1),
            "no kernel": lambda: me.convolve(small(), np.ones((0, 2)), 1),
            "a kernel of words": lambda: me.convolve(small(), [["a"]], 1),
            "NaN": lambda: me.convolve(small(), [[float("nan")]], 1),
            "a threshold of NaN": lambda: me.convolve(small(), [[1]], float("nan")),
            "no step": lambda: me.convolve(small(), [[1]], 1, 0),
            "half a step": lambda: me.convolve(small(), [[1]], 1, 0.5),
            "three steps": lambda: me.convolve(small(), [[1]], 1, (1, 1, 1)),
        },
    ),
    Case(
        name="convolve of rlemasklib",
        run=me.convolve,
        inputs=windows().filter(
            lambda drawn: (
                drawn[2] > 0  # it takes no function that makes foreground of background
                and (drawn[0].sizes >= drawn[1].shape).all()
            )
        ),
        oracle=window_oracle,
        peers={"rlemasklib": rlemasklib_windows},
    ),
]
