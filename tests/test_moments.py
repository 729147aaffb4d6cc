"""moments: hand-drawn literals."""

import maskengine as me
from maskengine.testing import oracles


def test_two_pixels():
    masks = oracles.encode([oracles.art("....", ".#.#")])
    found = me.moments(masks)[0]
    raw = [found[name] for name in ("m00", "m10", "m01", "m20", "m11", "m02")]
    assert raw == [2, 4, 2, 10, 4, 2]
    assert [found["m30"], found["m21"], found["m12"], found["m03"]] == [28, 10, 4, 2]
    # about (2, 1): 1 to the left and 1 to the right
    assert [found["mu20"], found["mu11"], found["mu02"], found["mu30"]] == [2, 0, 0, 0]
    assert found["nu20"] == 0.5


def test_nothing_has_zeros():
    found = me.moments(me.Masks([6, 0], [0, 1, 2], [(2, 3), (0, 3)]))
    assert all((found[name] == 0).all() for name in found.dtype.names)
    assert len(found.dtype.names) == 24


def test_far_from_the_origin_nothing_cancels():
    # a bar of three pixels at x = 10^6, y = 10^6 .. 10^6 + 2: mu02 is 1 + 0 + 1
    side = 2_000_000
    before = 1_000_000 * side + 1_000_000
    rest = side * side - before - 3
    full = [2**32 - 1, 0]  # a gap is split where it exceeds one count
    counts = full * (before // full[0]) + [before % full[0], 3]
    counts += full * (rest // full[0]) + [rest % full[0]]
    found = me.moments(me.Masks(counts, [0, len(counts)], [(side, side)]))[0]
    assert found["m00"] == 3
    assert found["m03"] == float(sum((10**6 + k) ** 3 for k in range(3)))
    assert [found["mu20"], found["mu02"], found["mu03"]] == [0, 2, 0]
