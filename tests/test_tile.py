"""tile, hstack, vstack: drawings, mixed batches, wide masks.

Covers: python/maskengine/ops/tile.py. Run: pytest tests/test_tile.py
"""

import numpy as np
import pytest

import maskengine as me
from maskengine.testing import oracles
from maskengine.testing.oracles import art

A = oracles.encode([art("#.", "##")])
B = oracles.encode([art(".#", "..")])


def drawn(masks):
    return oracles.decode(masks)[0]


def test_drawings():
    assert np.array_equal(drawn(me.tile(A, 2, 3)), art("#.#.#.", "######", "#.#.#.", "######"))
    assert np.array_equal(drawn(me.hstack([A, B])), art("#..#", "##.."))
    assert np.array_equal(drawn(me.vstack([A, B])), art("#.", "##", ".#", ".."))


def test_one_goes_with_all():
    both = me.hstack([me.Masks.concatenate([A, B]), B])
    assert [mask.tolist() for mask in oracles.decode(both)] == [
        art("#..#", "##..").tolist(),
        art(".#.#", "....").tolist(),
    ]
    assert len(me.hstack([A[:0], B])) == 0


def test_whole_columns_are_not_taken_one_by_one():
    wide = me.Masks([0, 2**31 - 1], [0, 2], [(1, 2**31 - 1)])
    assert me.vstack([wide, wide]).counts.tolist() == [0, 2**32 - 2]
    assert me.tile(wide, 2).counts.tolist() == [0, 2**32 - 2]


def test_too_many_runs_name_the_limit():
    with me.use(limits={"mask_runs": 100}), pytest.raises(me.LimitExceeded) as caught:
        me.tile(A, 1, 1000)
    assert (caught.value.name, caught.value.limit) == ("mask_runs", 100)


@pytest.mark.parametrize(
    ("stack", "masks", "said"),
    [
        (me.hstack, [A, A, oracles.encode([art("#")])],
         "masks[2]: expected the height of masks[0], 2, got 1"),
        (me.vstack, [A, oracles.encode([art("###")])],
         "masks[1]: expected the width of masks[0], 2, got 3"),
        (me.hstack, [me.Masks.concatenate([A, B, A]),
                     me.Masks.concatenate([A, oracles.encode([art("#")]), A])],
         "masks[1]: expected the height of masks[0], 2, got 1 in item 1"),
        (me.vstack, me.Masks.concatenate([A, B, oracles.encode([art("#")])]),
         "masks[2]: expected the width of masks[0], 2, got 1"),
    ],
)  # fmt: skip
def test_the_one_that_does_not_fit_is_named(stack, masks, said):
    with pytest.raises(me.ShapeMismatch) as caught:
        stack(masks)
    assert str(caught.value) == said
