"""Agreement of annotators: golden vector G2, a slow oracle, peers.

Covers: maskengine.quality.agreement, rater_counts, fleiss_kappa; row F3 of the features of quality.
Run: pytest tests/test_quality_agreement.py
"""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import maskengine as me
from maskengine.quality import agreement, fleiss_kappa, rater_counts, staple_labels
from maskengine.testing import oracles, strategies

G2 = [np.array([row], np.uint8) for row in ([0, 0, 1, 1], [0, 1, 1, 1], [0, 0, 1, 0])]


def eroded(mask, width, *, outside):
    """Keep what is surrounded; `outside` is what lies beyond the frame."""
    padded = np.pad(mask, width, constant_values=outside)
    side = (2 * width + 1,) * 2
    return np.lib.stride_tricks.sliding_window_view(padded, side).all(axis=(2, 3))


def test_g2_coefficients():
    # statsmodels 0.15.0, scikit-learn 1.9.1 and krippendorff 0.9.0 give these, too
    found = agreement(G2)
    assert found.pixels.fleiss == pytest.approx(1 / 3, abs=1e-15)
    assert found.pixels.alpha == pytest.approx(7 / 18, abs=1e-15)
    upper = found.pixels.cohen[np.triu_indices(3, 1)]
    assert upper == pytest.approx([0.5, 0.5, 0.2], abs=1e-15)
    assert found.pixels.cohen.diagonal().tolist() == [1, 1, 1]
    assert found.pixels.observed == pytest.approx(8 / 12, abs=1e-15)
    assert found.pixels.pixels == 4
    assert found.pixels.status == "ok"
    assert found.pixels.coincidences.tolist() == [[4, 2], [2, 4]]
    assert fleiss_kappa(G2) == found.pixels.fleiss


def test_g2_overlaps():
    found = agreement(G2)
    assert found.classes.tolist() == [0, 1]
    assert found.iou[1].tolist() == [[1, 2 / 3, 1 / 2], [2 / 3, 1, 1 / 3], [1 / 2, 1 / 3, 1]]
    assert found.iou[0].tolist() == [[1, 1 / 2, 2 / 3], [1 / 2, 1, 1 / 3], [2 / 3, 1 / 3, 1]]
    assert found.mean_iou[0].tolist() == pytest.approx([1, 7 / 12, 7 / 12], abs=1e-15)
    assert found.pair_iou == pytest.approx((7 / 12 + 7 / 12 + 1 / 3) / 3, abs=1e-15)
    # the first one against the two others, who agree in pixels 0 and 2: both right
    assert found.leave_one_out[0] == 1
    assert found.leave_one_out_accuracy[0] == 1
    # the second against 0 0 1 and no majority: 0 1 1
    assert found.leave_one_out_accuracy[1] == pytest.approx(2 / 3, abs=1e-15)
    assert found.leave_one_out[1] == pytest.approx((1 / 2 + 1 / 2) / 2, abs=1e-15)


def test_observed_agreement_weighs_pixels_by_their_labels():
    # three labels, of whose pairs a third is equal, and two, which are: (3 / 3 + 2) / 5
    found = agreement([np.array([[1, 1]]), np.array([[1, 1]]), np.array([[0, 9]])], void=9)
    assert found.pixels.observed == pytest.approx(3 / 5, abs=1e-15)


def test_krippendorff_with_missing_annotators():
    # the example of Krippendorff, Computing Krippendorff's Alpha-Reliability, 2011, section C:
    # four observers, twelve units, 0 for no value; nominal alpha is 0.743
    table = [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, 0, 0, 0],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, 0, 3],
        [0, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, 0],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, 0],
    ]
    found = agreement([np.array([row]) for row in table], void=0)
    assert round(found.pixels.alpha, 3) == 0.743
    assert found.classes.tolist() == [1, 2, 3, 4, 5]
    met = found.pixels.coincidences
    assert met.sum(axis=1).tolist() == pytest.approx([9, 13, 10, 5, 3], abs=1e-12)
    assert met[0].tolist() == pytest.approx([7, 4 / 3, 1 / 3, 1 / 3, 0], abs=1e-12)
    assert found.pixels.pixels == 8  # that all four have


def test_fleiss_of_the_paper():
    # Fleiss 1971 as tabled in many textbooks: 10 subjects, 14 annotators, 5 classes; 0.210
    counts = [
        [0, 0, 0, 0, 14], [0, 2, 6, 4, 2], [0, 0, 3, 5, 6], [0, 3, 9, 2, 0], [2, 2, 8, 1, 1],
        [7, 7, 0, 0, 0], [3, 2, 6, 3, 0], [2, 5, 3, 2, 2], [6, 5, 2, 1, 0], [0, 2, 2, 3, 7],
    ]  # fmt: skip
    rows = np.array([np.repeat(range(5), row) for row in counts]).T
    assert round(fleiss_kappa([row[None] for row in rows]), 3) == 0.210


def test_f3_band_leaves_out_the_interior_on_which_all_agree():
    square = np.zeros((200, 200), np.uint8)
    square[50:150, 50:150] = 1
    moved = np.roll(square, 2, 1)
    found = agreement([square, moved], width=6)
    assert found.iou[1, 0, 1] == 9800 / 10200
    assert round(float(found.boundary_iou[1, 0, 1]), 6) == 0.714286  # as row F4 states
    # by hand: within 6 pixels of an edge of either square, by chessboard distance
    near = np.zeros(square.shape, bool)
    for drawn in (square == 1, moved == 1):
        near |= ~eroded(drawn, 6, outside=True) & ~eroded(~drawn, 6, outside=True)
    assert found.band.pixels == near.sum()
    a, b = square[near], moved[near]
    po = (a == b).mean()
    pe = a.mean() * b.mean() + (1 - a.mean()) * (1 - b.mean())
    assert found.band.cohen[0, 1] == pytest.approx((po - pe) / (1 - pe), abs=1e-12)
    assert found.band.fleiss < found.pixels.fleiss


def test_f3_full_frame_counts_its_edge_in_boundary_iou_alone():
    full = np.ones((200, 200), np.uint8)
    found = rater_counts([full, full], width=6)
    bits = found.table.labels[:, 2].tolist()
    assert dict(zip(bits, found.table.pixels.tolist(), strict=True)) == {0: 35344, 3: 4656}


def test_f3_widths():
    a = np.zeros((100, 100), np.uint8)
    a[40:60, 40:60] = 1
    assert agreement([a, a]).band.pixels == agreement([a, a], width=3).band.pixels  # 2 % of 141
    assert agreement([a, a], width=0).band is None
    assert math.isnan(agreement([a, a], width=0).pair_boundary_iou)
    assert not rater_counts([a, a], width=0).banded


def test_f3_undefined_is_said():
    same = np.full((3, 4), 7, np.uint8)
    found = agreement([same, same, same])
    assert found.pixels.status == "undefined"
    assert np.isnan([found.pixels.fleiss, found.pixels.alpha, *found.pixels.cohen.ravel()]).all()
    assert found.iou.tolist() == [np.ones((3, 3)).tolist()]
    nothing = agreement([same, same], void=7)
    assert nothing.pixels.status == "undefined"
    assert nothing.pixels.pixels == 0
    assert nothing.classes.size == 0
    assert np.isnan(nothing.mean_iou).all()
    assert agreement([np.zeros((0, 5), int)] * 2).pixels.pixels == 0


def test_f3_instances_are_too_many_labels():
    ids = np.arange(5000, dtype=np.uint16).reshape(50, 100)
    with pytest.raises(me.LimitExceeded, match="match_instances"):
        agreement([ids, ids])
    with pytest.raises(me.LimitExceeded, match="match_instances"):
        staple_labels([ids, ids])
    assert fleiss_kappa([ids, ids]) == 1


def test_f3_masks_and_stacks():
    stack = np.array([[[0, 1]], [[1, 1]]], np.uint8)
    whole = agreement([stack, stack[::-1]], width=1)
    parts = [rater_counts([a, b], width=1) for a, b in zip(stack, stack[::-1], strict=True)]
    assert agreement(sum(parts)).pixels.fleiss == whole.pixels.fleiss
    masks = oracles.encode([m[0] for m in (G2[0][None], G2[1][None], G2[2][None])])
    assert agreement(masks).pixels.fleiss == agreement(G2).pixels.fleiss
    assert agreement([m > 0 for m in G2]).pixels.fleiss == agreement(G2).pixels.fleiss


def test_f3_counts_of_others_do_not_add_up():
    with pytest.raises(me.MaskError, match=r"^other: expected counts of as many annotators"):
        rater_counts(G2) + rater_counts(G2[:2])
    with pytest.raises(me.MaskError, match=r"^other: expected counts of as many annotators"):
        rater_counts(G2) + rater_counts(G2, width=0)
    with pytest.raises(me.MaskError, match=r"^other: expected counts with the same void"):
        rater_counts(G2) + rater_counts(G2, void=3)
    with pytest.raises(TypeError):
        rater_counts(G2) + 1


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (lambda: agreement(G2[:1]), "maps"),
        (lambda: agreement([*G2, G2[0].T]), r"maps\[3\]"),
        (lambda: agreement([*G2, G2[0] / 2]), r"maps\[3\]"),
        (lambda: agreement("ab"), "maps"),
        (lambda: agreement(5), "maps"),
        (lambda: agreement([G2[0]] * 63), "maps"),
        (lambda: agreement(G2, void="a"), "void"),
        (lambda: agreement(G2, void=0.5), "void"),
        (lambda: agreement(G2, width=-1), "width"),
        (lambda: agreement(G2, width=1.5), "width"),
        (lambda: agreement(G2, width=True), "width"),
        (lambda: agreement(me.Masks([4, 3], [0, 1, 2], [(2, 2), (1, 3)])), r"maps\[1\]"),
    ],
)
def test_f3_bad_input(call, text):
    with pytest.raises(me.MaskError, match=f"^{text}: "):
        call()


@st.composite
def raters(draw):
    """Draw 2 to 4 maps of labels 0 to 3, of which 3 is void."""
    shape = draw(strategies.sizes(9))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    truth = rng.integers(0, draw(st.integers(1, 4)), shape)
    out = []
    for _ in range(draw(st.integers(2, 4))):
        noise = rng.random(shape) < draw(st.sampled_from([0, 0.3, 1]))
        values = np.where(noise, rng.integers(0, 4, shape), truth)
        dtype = draw(st.sampled_from(["u1", "i4", "u8"]))
        out.append(draw(strategies.layouts(values.astype(dtype))))
    return out


def slow_fleiss(pixels):
    pixels = [labels for labels in pixels if 3 not in labels]
    n = len(pixels[0]) if pixels else 0
    votes = [[labels.count(c) for c in range(3)] for labels in pixels]
    shares = [sum(v[c] for v in votes) / (n * len(pixels)) for c in range(3)] if n else []
    expected = sum(share**2 for share in shares)
    if not n or sum(share > 0 for share in shares) < 2:
        return math.nan
    observed = sum((sum(x * x for x in v) - n) / (n * (n - 1)) for v in votes) / len(votes)
    return (observed - expected) / (1 - expected)


def slow_alpha(pixels):
    met = np.zeros((3, 3))
    for labels in pixels:
        values = [label for label in labels if label != 3]
        for a, b in itertools.permutations(range(len(values)), 2):
            met[values[a], values[b]] += 1 / (len(values) - 1)
    totals = met.sum(0)
    n = totals.sum()
    if (totals > 0).sum() < 2:
        return math.nan
    apart = n - np.trace(met)
    return 1 - (n - 1) * apart / sum(
        totals[a] * totals[b] for a, b in itertools.permutations(range(3), 2)
    )


def slow_cohen(a, b):
    pairs = [(x, y) for x, y in zip(a, b, strict=True) if 3 not in (x, y)]
    n = len(pairs)
    if n == 0:
        return math.nan
    po = sum(x == y for x, y in pairs) / n
    pe = sum(sum(x == c for x, _ in pairs) * sum(y == c for _, y in pairs) for c in range(3)) / n**2
    return math.nan if pe == 1 else (po - pe) / (1 - pe)


@given(raters())
def test_f3_equals_loops_over_pixels(maps):
    found = agreement(maps, void=3, width=0)
    columns = [array.ravel().tolist() for array in maps]
    pixels = list(zip(*columns, strict=True))
    assert found.pixels.fleiss == pytest.approx(slow_fleiss(pixels), abs=1e-9, nan_ok=True)
    assert found.pixels.alpha == pytest.approx(slow_alpha(pixels), abs=1e-9, nan_ok=True)
    for i, j in itertools.product(range(len(maps)), repeat=2):
        wanted = slow_cohen(columns[i], columns[j])
        assert found.pixels.cohen[i, j] == pytest.approx(wanted, abs=1e-9, nan_ok=True)
        both = (maps[i] != 3) & (maps[j] != 3)
        for k, c in enumerate(found.classes.tolist()):
            a, b = (maps[i] == c) & both, (maps[j] == c) & both
            either = (a | b).sum()
            wanted = (a & b).sum() / either if either else math.nan
            assert found.iou[k, i, j] == pytest.approx(wanted, abs=1e-15, nan_ok=True)


@given(raters(), st.integers(1, 4))
def test_f3_band_and_outlines_equal_erosions(maps, width):
    found = rater_counts(maps, void=3, width=width)
    near = np.zeros(maps[0].shape, bool)
    own = []
    for array in maps:
        rim = np.zeros(array.shape, bool)
        for label in np.unique(array):
            mask = array == label
            rim |= mask & ~eroded(mask, width, outside=False)
            near |= mask & ~eroded(mask, width, outside=True)
        own.append(rim)
    bits = sum((rim.astype(int) << r for r, rim in enumerate(own)), near.astype(int) << len(own))
    wanted = {}
    for row in zip(*(array.ravel().tolist() for array in [*maps, bits]), strict=True):
        wanted[row] = wanted.get(row, 0) + 1
    rows = [tuple(row) for row in found.table.labels.tolist()]
    assert dict(zip(rows, found.table.pixels.tolist(), strict=True)) == wanted


def test_f3_equals_statsmodels():
    peer = pytest.importorskip(
        "statsmodels.stats.inter_rater", reason="statsmodels is installed by hand"
    )
    rng = np.random.default_rng(3)
    truth = rng.integers(0, 6, (40, 50))
    maps = [np.where(rng.random(truth.shape) < 0.7, truth, rng.integers(0, 6, truth.shape))
            for _ in range(4)]  # fmt: skip
    table, _ = peer.aggregate_raters(np.stack([m.ravel() for m in maps], 1))
    assert fleiss_kappa(maps) == pytest.approx(peer.fleiss_kappa(table), abs=1e-12)


def test_f3_equals_krippendorff():
    peer = pytest.importorskip("krippendorff", reason="krippendorff is installed by hand")
    rng = np.random.default_rng(4)
    truth = rng.integers(0, 6, (40, 50))
    maps = [np.where(rng.random(truth.shape) < 0.6, truth, rng.integers(0, 7, truth.shape))
            for _ in range(4)]  # fmt: skip
    data = np.stack([np.where(m == 6, np.nan, m).ravel() for m in maps])
    wanted = peer.alpha(data, level_of_measurement="nominal")
    assert agreement(maps, void=6).pixels.alpha == pytest.approx(wanted, abs=1e-12)


def test_f3_equals_scikit_learn():
    metrics = pytest.importorskip("sklearn.metrics", reason="scikit-learn is installed by hand")
    rng = np.random.default_rng(5)
    a, b = rng.integers(0, 5, (2, 30, 40))
    b = np.where(rng.random(a.shape) < 0.5, a, b)
    wanted = metrics.cohen_kappa_score(a.ravel(), b.ravel())
    assert agreement([a, b]).pixels.cohen[0, 1] == pytest.approx(wanted, abs=1e-12)
