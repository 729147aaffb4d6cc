"""Consensus of annotators: golden vector G3, slow oracles, recorded numbers of SimpleITK 2.5.7.

Covers: maskengine.quality.consensus, staple, staple_labels; row F31 of the features of quality.
Run: pytest tests/test_quality_consensus.py
"""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import maskengine as me
from maskengine.quality import consensus, staple, staple_labels
from maskengine.testing import oracles, strategies
from maskengine.testing.oracles import art

G2 = [np.array([row], np.uint8) for row in ([0, 0, 1, 1], [0, 1, 1, 1], [0, 0, 1, 0])]
EMPTY = np.zeros((3, 4), np.uint8)


def binary_raters():
    """Give five annotators of a 12 x 15 mask, with errors of five rates."""
    rng = np.random.default_rng(11)
    truth = rng.random((12, 15)) < 0.4
    rates = (0.1, 0.2, 0.3, 0.05, 0.25)
    return [np.where(rng.random(truth.shape) < p, ~truth, truth).astype(np.uint8) for p in rates]


def test_g2_vote():
    found = consensus(G2)
    assert found.labels.tolist() == [[0, 0, 1, 1]]
    assert found.labels.dtype == np.uint8
    assert found.undecided == 0
    assert found.label_for_undecided == 2


def test_g3_staple():
    # as SimpleITK 2.5.7 has it, digit for digit
    found = staple(G2, dtype=np.float64)
    wanted = [0, 1 - 0.9999999205271404, 1, 0.9999999205271404]
    assert found.probability[0] == pytest.approx(wanted, abs=1e-13)
    assert found.sensitivity == pytest.approx([0.9999999205271404, 1, 0.5], abs=1e-13)
    assert found.specificity == pytest.approx([0.9999999205271404, 0.5, 1], abs=1e-13)
    assert found.iterations == 21
    assert found.prior == 0.5
    assert found.status == "ok"
    assert staple(G2).probability.dtype == np.float32


@pytest.mark.parametrize(
    ("weight", "total", "sensitivity", "specificity", "iterations"),
    [
        (1.0, 83.11639736683074,
         [0.8268076407441374, 0.8633041826734874, 0.6930577557679093, 0.9692497850983363,
          0.7306330798103731],
         [0.8939064581592435, 0.8220001821917626, 0.6243375158739253, 0.9438558670472078,
          0.7701116815004626], 25),
        (0.7, 78.88955732517225,
         [0.8483067968512217, 0.8803553628687331, 0.7064800565331343, 0.9872033929112004,
          0.7327322222255664],
         [0.8805519180536252, 0.8066554654322948, 0.6215415705505477, 0.9196922068287056,
          0.7508162746470287], 32),
    ],
)  # fmt: skip
def test_f31_staple_equals_recorded_simpleitk(weight, total, sensitivity, specificity, iterations):
    found = staple(binary_raters(), weight=weight, dtype=np.float64)
    assert found.probability.sum() == pytest.approx(total, abs=1e-11)
    assert found.sensitivity == pytest.approx(sensitivity, abs=1e-13)
    assert found.specificity == pytest.approx(specificity, abs=1e-13)
    assert found.iterations == iterations


@pytest.mark.parametrize("value", [0, 1])
def test_f31_staple_of_all_empty_or_all_full_is_undefined_and_no_nan(value):
    # SimpleITK 2.5.7 gives NaN everywhere
    found = staple([np.full((3, 3), value, np.uint8)] * 3)
    assert found.status == "undefined"
    assert found.probability.tolist() == np.full((3, 3), value).tolist()
    assert found.sensitivity.tolist() == found.specificity.tolist() == [1, 1, 1]
    assert found.iterations == 0
    assert staple([EMPTY[:0]] * 3).status == "undefined"


def slow_staple(maps, weight=1.0):
    """Compute pass by pass over pixels, as Warfield et al. write it."""
    d = np.stack([m.ravel() != 0 for m in maps]).astype(float)
    w = d.mean(0)
    prior = w.mean() * weight
    p = q = np.full(len(d), -1.0)
    for number in range(1000):
        before = p, q
        p = (d * w).sum(1) / w.sum()
        q = ((1 - d) * (1 - w)).sum(1) / (1 - w).sum()
        a = prior * np.prod(np.where(d == 1, p[:, None], 1 - p[:, None]), 0)
        b = (1 - prior) * np.prod(np.where(d == 1, 1 - q[:, None], q[:, None]), 0)
        w = a / (a + b)
        if number and max(abs(p - before[0]).max(), abs(q - before[1]).max()) ** 2 <= 1e-14:
            break
    else:
        number = 1000
    return w.reshape(maps[0].shape), p, q, number


@st.composite
def masks_of_raters(draw):
    """Draw masks that neither agree in everything nor are all empty or full."""
    shape = draw(st.tuples(st.integers(2, 12), st.integers(1, 12)))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    truth = rng.random(shape) < 0.5
    truth.flat[:2] = True, False
    rates = [0.0, *draw(st.lists(st.sampled_from([0.02, 0.1, 0.3]), min_size=1, max_size=5))]
    maps = [(truth ^ (rng.random(shape) < rate)).astype(np.uint8) for rate in rates]
    return [draw(strategies.layouts(m)) for m in maps]


@given(masks_of_raters())
def test_f31_staple_equals_passes_over_pixels(maps):
    with np.errstate(invalid="ignore"):
        w, p, q, iterations = slow_staple(maps)
    found = staple(maps, dtype=np.float64)
    if np.isnan(w).any():  # 0 / 0, of votes that the rates exclude
        w = np.nan_to_num(w)
    assert abs(found.probability - w).max() < 1e-7
    assert abs(found.sensitivity - p).max() < 1e-7
    assert abs(found.specificity - q).max() < 1e-7
    assert abs(found.iterations - iterations) <= 1  # sums in another order
    assert found.status == ("ok" if found.iterations < 1000 else "not_converged")


def test_f31_staple_near_disagreement_looks_at_the_box_alone():
    maps = binary_raters()
    wide = [np.pad(m, ((20, 30), (5, 40))) for m in maps]
    near = staple(wide, near_disagreement=True, dtype=np.float64)
    alone = staple(maps, near_disagreement=True, dtype=np.float64)
    assert np.array_equal(near.probability[20:32, 5:20], alone.probability)
    assert near.probability.sum() == alone.probability.sum()
    assert near.prior > staple(wide).prior
    assert staple([G2[0]] * 3, near_disagreement=True).probability.tolist() == G2[0].tolist()


def test_f31_staple_of_masks_and_of_a_label():
    masks = oracles.encode([np.array(m) for m in G2])
    assert np.array_equal(staple(masks).probability, staple(G2).probability)
    others = [np.where(m == 1, 7, 9) for m in G2]
    assert np.array_equal(staple(others, foreground=7).probability, staple(G2).probability)
    assert staple(binary_raters(), max_iterations=3).status == "not_converged"


def test_f31_staple_labels_equals_recorded_simpleitk():
    rng = np.random.default_rng(23)
    truth = rng.integers(0, 4, (12, 15))
    rates = (0.1, 0.4, 0.3, 0.5, 0.25)
    maps = [
        np.where(rng.random(truth.shape) < p, rng.integers(0, 4, truth.shape), truth).astype("u1")
        for p in rates
    ]
    found = staple_labels(maps, confidence=True)
    assert ["".join(map(str, row)) for row in found.labels.tolist()] == RECORDED
    assert found.confusion[1] == pytest.approx(np.array(RECORDED_CONFUSION), abs=2e-5)
    assert found.prior == pytest.approx(np.bincount(np.ravel(maps)) / 900, abs=1e-15)
    assert found.status == "ok"
    assert found.confidence.min() > 0


RECORDED = [
    "021210100223100",
    "002312121100101",
    "010212020212121",
    "233131003310213",
    "032302033100202",
    "133311210133133",
    "020301300121110",
    "311032032210001",
    "130222233210101",
    "231302311031122",
    "123002313132333",
    "102013230032002",
]
RECORDED_CONFUSION = [
    [0.753175, 0.108949, 0.074085, 0.167352],
    [0.104939, 0.680851, 0.123005, 0.100151],
    [0.102061, 0.064068, 0.753192, 0.047418],
    [0.039825, 0.146132, 0.049718, 0.68508],
]


def test_f31_ties_of_the_seeding_vote_stay_out_of_the_next_row():
    # SimpleITK 2.5.7 gives row 1 = (.5, .5) and calls the unanimous second pixel undecided
    maps = [np.array([row], np.uint8) for row in ([0, 1, 0, 1], [0, 1, 1, 0])]
    found = staple_labels(maps, max_iterations=0)
    assert found.confusion.tolist() == [[[1, 0], [0, 1]]] * 2
    assert found.labels.tolist() == [[0, 1, 2, 2]]
    assert (found.undecided, found.label_for_undecided) == (2, 2)


def test_f31_staple_labels_with_missing_annotators():
    maps = [np.array([row]) for row in ([5, 5, 9, 9, 0], [5, 9, 9, 0, 0], [0, 5, 9, 9, 0])]
    found = staple_labels(maps, void=0)
    assert found.labels.tolist() == [[5, 5, 9, 9, 0]]
    assert found.classes.tolist() == [5, 9]
    assert staple_labels([EMPTY] * 2, void=0).status == "undefined"
    assert staple_labels([EMPTY] * 2, void=0).labels.tolist() == EMPTY.tolist()
    assert staple_labels(G2, masks=True).masks == oracles.encode([art("##.."), art("..##")])


TIED = [np.array([row]) for row in ([4, 4, 4, 0, 9, 9, 9], [4, 4, 9, 9, 9, 9, 9],
                                    [4, 4, 9, 9, 9, 9, 0], [4, 4, 4, 9, 9, 9, 0])]  # fmt: skip


def test_f31_tie_policies():
    assert consensus(TIED).labels.tolist() == [[4, 4, 10, 9, 9, 9, 10]]
    assert consensus(TIED).undecided == 2
    assert consensus(TIED, undecided=-1).labels.tolist() == [[4, 4, -1, 9, 9, 9, -1]]
    assert consensus(TIED, ties="lower").labels.tolist() == [[4, 4, 4, 9, 9, 9, 0]]
    assert consensus(TIED, void=77, ties="void").labels.tolist() == [[4, 4, 77, 9, 9, 9, 77]]
    old = np.array([[1, 2, 300, 4, 5, 6, 7]])
    assert consensus(TIED, ties="previous", previous=old).labels.tolist() == [
        [4, 4, 300, 9, 9, 9, 7]
    ]
    # the third pixel is as near to 4 as to 9
    assert consensus(TIED, ties="nearest").labels.tolist() == [[4, 4, 4, 9, 9, 9, 9]]
    # with void 0, nobody else than 9 is in the last pixel
    assert consensus(TIED, void=0).labels.tolist() == [[4, 4, 10, 9, 9, 9, 9]]


def test_f31_nearest_without_any_decided_pixel():
    maps = [EMPTY, EMPTY + 1]
    assert consensus(maps, ties="nearest").labels.tolist() == (EMPTY + 2).tolist()
    stack = [np.stack([G2[0], G2[0]]), np.stack([G2[0], 1 - G2[0]])]
    found = consensus(stack, ties="nearest").labels
    assert found.tolist() == [G2[0].tolist(), [[2, 2, 2, 2]]]


def test_f31_weights_and_soft_maps():
    found = consensus(G2, [1, 3, 1], soft=1)
    assert found.labels.tolist() == [[0, 1, 1, 1]]
    assert found.soft.tolist() == np.float32([[0, 0.6, 1, 0.8]]).tolist()
    assert found.soft.dtype == np.float32
    assert consensus(G2, soft="most").soft.tolist() == np.float32([[1, 2 / 3, 1, 2 / 3]]).tolist()
    assert consensus(G2, [1, 0, 0]).labels.tolist() == G2[0].tolist()
    assert consensus(G2, [0, 0, 0]).undecided == 2  # all labels have the same weight, none
    assert consensus(G2, soft=8).soft.tolist() == [[0, 0, 0, 0]]


def test_f31_missing_annotators():
    maps = [np.array([row]) for row in ([255, 1, 2], [255, 255, 2], [255, 1, 1])]
    found = consensus(maps, void=255, soft="most")
    assert found.labels.tolist() == [[255, 1, 2]]
    assert found.soft.tolist() == np.float32([[0, 1, 2 / 3]]).tolist()
    assert found.classes.tolist() == [1, 2]


def test_f31_masks_in_and_out():
    masks = oracles.encode([art("##.", "#.."), art("##.", "##."), art("#..", "#.#")])
    found = consensus(masks, masks=True)
    assert found.masks == oracles.encode([art("..#", ".##"), art("##.", "#..")])
    assert found.labels.tolist() == [[1, 1, 0], [1, 0, 0]]
    assert consensus([EMPTY[:0]], masks=True).masks == me.Masks.from_coco([])


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (lambda: consensus([]), "maps"),
        (lambda: consensus(G2, ties="first"), "ties"),
        (lambda: consensus(G2, ties=1), "ties"),
        (lambda: consensus(TIED, ties="void"), "void"),
        (lambda: consensus(TIED, ties="previous"), "previous"),
        (lambda: consensus(TIED, ties="previous", previous=EMPTY), "previous"),
        (lambda: consensus(TIED, ties="previous", previous=EMPTY[:1] / 2), "previous"),
        (
            lambda: consensus(TIED, ties="previous", previous=np.full((1, 7), 2**63, np.uint64)),
            "previous",
        ),
        (lambda: consensus(G2, [1, 2]), "weights"),
        (lambda: consensus(G2, [1, 2, -1]), r"weights\[2\]"),
        (lambda: consensus(G2, [1, np.nan, 1]), r"weights\[1\]"),
        (lambda: consensus(G2, ["a", "b", "c"]), "weights"),
        (lambda: consensus(G2, undecided=0.5), "undecided"),
        (lambda: consensus(G2, undecided=2**63), "undecided"),
        (lambda: consensus([np.array([[2**63 - 1]])] * 2), "undecided"),
        (lambda: consensus(G2, soft="least"), "soft"),
        (lambda: consensus(G2, soft=True), "soft"),
        (lambda: consensus([np.stack(G2)] * 2, masks=True), "masks"),
        (lambda: staple([]), "maps"),
        (lambda: staple(G2, weight=0), "weight"),
        (lambda: staple(G2, weight=np.inf), "weight"),
        (lambda: staple(G2, weight="a"), "weight"),
        (lambda: staple(G2, max_iterations=-1), "max_iterations"),
        (lambda: staple(G2, max_iterations=1.5), "max_iterations"),
        (lambda: staple(G2, dtype=np.int32), "dtype"),
        (lambda: staple(G2, foreground="a"), r"foreground\[0\]"),
        (lambda: staple_labels([]), "maps"),
        (lambda: staple_labels(G2, max_iterations=-1), "max_iterations"),
        (lambda: staple_labels(G2, undecided="a"), "undecided"),
    ],
)
def test_f31_bad_input(call, text):
    with pytest.raises(me.MaskError, match=f"^{text}: "):
        call()


@st.composite
def votes(draw):
    """Draw 1 to 5 maps of labels 0 to 3, 3 being void, and whole weights."""
    shape = draw(strategies.sizes(9))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    n = draw(st.integers(1, 5))
    dtype = draw(st.sampled_from(["u1", "i4"]))
    maps = [draw(strategies.layouts(rng.integers(0, 4, shape).astype(dtype))) for _ in range(n)]
    return maps, rng.integers(0, 4, n).tolist()


@given(votes(), st.sampled_from(["undecided", "lower", "void", "nearest"]))
def test_f31_equals_counting_votes(drawn, ties):
    maps, weights = drawn
    found = consensus(maps, weights, void=3, ties=ties, soft=1)
    wanted = np.zeros(maps[0].shape, int)
    tied = np.zeros(maps[0].shape, bool)
    own = max(int(m.max()) if m.size else -1 for m in maps) + 1
    for at in np.ndindex(wanted.shape):
        count = {}
        for label_map, weight in zip(maps, weights, strict=True):
            count[int(label_map[at])] = count.get(int(label_map[at]), 0) + weight
        count.pop(3, None)
        best = sorted(c for c in count if count[c] == max(count.values()))
        tied[at] = len(best) > 1
        choice = {"undecided": own, "nearest": own, "void": 3, "lower": best[0] if best else 3}
        wanted[at] = 3 if not best else choice[ties] if tied[at] else best[0]
        total = sum(count.values())
        share = count.get(1, 0) / total if total else 0
        assert found.soft[at] == np.float32(share)
    if ties == "nearest":
        decided = [(y, x) for y, x in np.ndindex(wanted.shape)
                   if not tied[y, x] and wanted[y, x] != 3]  # fmt: skip
        before = wanted.copy()
        for y, x in zip(*np.nonzero(tied), strict=True):
            if decided:
                wanted[y, x] = min(((v - y) ** 2 + (u - x) ** 2, before[v, u]) for v, u in decided)[
                    1
                ]
    assert np.array_equal(found.labels, wanted)
    assert found.undecided == tied.sum()


def test_f31_equals_simpleitk():
    peer = pytest.importorskip("SimpleITK", reason="SimpleITK is installed by hand")
    rng = np.random.default_rng(5)
    truth = np.kron(rng.integers(0, 8, (16, 16)), np.ones((4, 4), int))
    maps = [np.where(rng.random(truth.shape) < 0.2, rng.integers(0, 8, truth.shape), truth)
            for _ in range(5)]  # fmt: skip
    images = [peer.GetImageFromArray(m.astype(np.uint8)) for m in maps]
    filtered = peer.STAPLEImageFilter()
    filtered.SetForegroundValue(1)
    wanted = peer.GetArrayFromImage(filtered.Execute(images))
    found = staple(maps, foreground=1)
    assert abs(found.probability - wanted).max() <= 1e-7
    assert found.iterations == filtered.GetElapsedIterations()
    voted = peer.GetArrayFromImage(peer.LabelVotingImageFilter().Execute(images))
    assert np.array_equal(consensus(maps).labels, voted)
    several = peer.GetArrayFromImage(peer.MultiLabelSTAPLEImageFilter().Execute(images))
    assert np.array_equal(staple_labels(maps).labels, several)
