"""check_amodal: the checks of row F14 and F15 on drawn layers, and against pixels.

Covers: maskengine.quality.check_amodal.
Compares against: masks drawn by hand; set operations on dense arrays.
Run: pytest tests/test_quality_amodal.py
"""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import maskengine as me
from maskengine.quality import check_amodal
from maskengine.testing import oracles
from maskengine.testing.oracles import art


def drawn(*layers):
    return me.encode(np.stack([art(layer) for layer in layers]))


WHOLE = drawn("####..", "..####")


@pytest.mark.parametrize(
    ("seen", "wanted"),
    [
        (("####..", "....##"), []),
        (("##....", "..####"), []),
        (("#####.", ".....#"), [("outside", (0,), 1)]),
        (("####..", "...###"), [("clash", (0, 1), 1)]),
        (("#.##..", "....##"), [("unexplained", (0,), 1)]),
        (("###...", "...###"), [("cycle", (0, 1), 0)]),
        (("......", "......"), [("unexplained", (0,), 4), ("unexplained", (1,), 4)]),
    ],
)
def test_f14_f15_drawn_layers(seen, wanted):
    assert check_amodal(WHOLE, drawn(*seen)) == wanted


def test_f14_hidden_by_something_that_is_no_layer():
    seen = drawn("#.##..", "....#.")
    assert check_amodal(WHOLE, seen, hidden_by_unlabeled=[True, False]) == [
        ("unexplained", (1,), 1)
    ]
    assert check_amodal(WHOLE, seen, hidden_by_unlabeled=[True, True]) == []


@given(st.integers(0, 2**32 - 1))
def test_equals_pixels(seed):
    rng = np.random.default_rng(seed)
    whole, seen = rng.random((2, 3, 4, 5)) < 0.5
    nothing = ~seen.any(axis=0)
    wanted = [("outside", (i,), int((seen[i] & ~whole[i]).sum())) for i in range(3)]
    wanted += [
        ("clash", (i, j), int((seen[i] & seen[j]).sum())) for i, j in ((0, 1), (0, 2), (1, 2))
    ]
    wanted += [("unexplained", (i,), int((whole[i] & nothing).sum())) for i in range(3)]
    found = check_amodal(oracles.encode(whole), oracles.encode(seen))
    assert [one for one in found if one.kind != "cycle"] == [one for one in wanted if one[2]]


@pytest.mark.parametrize("value", [[True], [1, 0], "x"])
def test_bad_flags_name_the_parameter(value):
    with pytest.raises(me.MaskError) as caught:
        check_amodal(WHOLE, WHOLE, hidden_by_unlabeled=value)
    assert caught.value.parameter == "hidden_by_unlabeled"
