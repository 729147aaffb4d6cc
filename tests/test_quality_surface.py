"""Surface distances: golden values, what the peers gave, slow oracles, empty masks, sums.

Covers: maskengine.quality.surface_distances, surface_scores; golden vector G1; row F4.
Compares against: recorded values of surface-distance 0.1, MedPy 0.5.2, panoptica 2.1.7 and MONAI
1.6.1, and their definitions written out with SciPy. Run: pytest tests/test_quality_surface.py
"""

import json
import math
import pickle
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import ndimage

import maskengine as me
from maskengine.quality import PairTolerances, surface_distances, surface_scores
from maskengine.testing import pairs, strategies
from maskengine.testing.oracles import art
from shapes import square


def ellipses():
    y, x = np.indices((120, 160))
    a = (y - 55) ** 2 / 40**2 + (x - 70) ** 2 / 55**2 < 1
    b = (y - 58) ** 2 / 38**2 + (x - 74) ** 2 / 57**2 < 1
    return a, b | ((y > 100) & (x < 9))


def spur():
    a, b = np.zeros((2, 80, 80), bool)
    a[20:60, 20:60] = b[20:60, 20:60] = b[60:70, 38:42] = True
    return a, b


def scores_of(a, b, profile="engine", **arguments):
    spacing = arguments.pop("spacing", (1, 1))
    found = surface_distances(a, b, spacing=spacing, profile=profile)
    return surface_scores(found, **arguments)


def test_g1_a_square_moved_by_two_pixels():
    scores = scores_of(square(), square(2), tolerance=(1, 2))
    assert scores.hausdorff.tolist() == scores.hausdorff_percentile.tolist() == [2.0]
    assert scores.asd.round(12).tolist() == [[1.0, 1.0]]
    assert scores.surface_dice.round(7).tolist() == [[0.5050147, 1.0]]
    assert scores.length.round(4).tolist() == [[398.8284, 398.8284]]
    assert scores.status == ("ok",)


# spacing -> asd, hd95, hd, hd50, surface Dice at 1, 2 and 4; of surface-distance 0.1
GOOGLE = {
    (1, 1): (
        (2.8155884068113477, 7.991690911678134), 41.012193308819754, 47.50789408087881,
        3.605551275463989, (0.2965266608065364, 0.3989565920651447, 0.5967245248998941),
    ),
    (1.5, 0.7): (
        (2.950716246718806, 9.333407946286332), 45.97618948977829, 53.3, 3.5,
        (0.21894443651468767, 0.3547728742409791, 0.5959551505283399),
    ),
}  # fmt: skip

# spacing -> hd, hd95, assd, asd from reference and from prediction; of MedPy 0.5.2
MEDPY = {
    (1, 1): (
        47.50789408087881, 36.879333912924814, 6.100281760399106,
        2.9808477623831804, 8.680554326659191,
    ),
    (1.5, 0.7): (
        53.3, 38.74888025242861, 6.546788755060359, 3.280341857369672, 9.248664584014387,
    ),
}  # fmt: skip


@pytest.mark.parametrize("spacing", GOOGLE)
@pytest.mark.parametrize("profile", ["engine", "strict:surface-distance"])
def test_values_of_surface_distance(spacing, profile):
    asd, hd95, hd, hd50, dice = GOOGLE[spacing]
    scores = scores_of(*ellipses(), profile, spacing=spacing, tolerance=(1, 2, 4))
    assert scores.asd[0] == pytest.approx(asd, rel=1e-12)
    assert scores.hausdorff_percentile.tolist() == [hd95]
    assert scores.hausdorff.tolist() == [hd]
    assert scores.surface_dice[0] == pytest.approx(dice, rel=1e-12)
    half = scores_of(*ellipses(), profile, spacing=spacing, percentile=50)
    assert half.hausdorff_percentile.tolist() == [hd50]


@pytest.mark.parametrize("spacing", MEDPY)
def test_values_of_medpy(spacing):
    hd, hd95, assd, *asd = MEDPY[spacing]
    scores = scores_of(*ellipses(), "strict:medpy", spacing=spacing)
    assert scores.hausdorff.tolist() == [hd]
    assert scores.hausdorff_percentile[0] == pytest.approx(hd95, rel=1e-15)
    assert scores.assd[0] == pytest.approx(assd, rel=1e-12)
    assert scores.asd[0] == pytest.approx(asd, rel=1e-12)


def test_defect_2_1_numbers_that_differ_have_names():
    """A square with a spur: what is called HD95, ASSD and NSD is another number in each library."""
    wanted = {  # HD95, ASSD, surface Dice at 1
        "engine": (7.0, None, None),
        "strict:surface-distance": (7.0, None, None),
        "strict:medpy": (3.0, 0.40857099128710966, None),
        "strict:panoptica": (3.0, 0.3890389463547347, 0.9361184792219275),
        "strict:monai": (7.0, None, None),
    }
    for profile, (hd95, assd, dice) in wanted.items():
        scores = scores_of(*spur(), profile)
        assert scores.hausdorff_percentile.tolist() == [hd95]
        assert assd is None or scores.assd[0] == pytest.approx(assd, rel=1e-9)
        assert dice is None or scores.surface_dice[0] == pytest.approx(dice, rel=1e-12)
        assert scores.hausdorff.tolist() == [10.0]


NAN, INF = math.nan, math.inf
# profile -> Hausdorff, asd, assd, surface Dice of: two empty masks, an empty prediction
EMPTY = {
    "engine": ((0.0, (0.0, 0.0), 0.0, 1.0), (INF, (INF, INF), INF, 0.0)),
    "strict:surface-distance": ((INF, (NAN, NAN), NAN, NAN), (INF, (INF, NAN), INF, 0.0)),
    "strict:medpy": ((NAN, (NAN, NAN), NAN, NAN), (NAN, (NAN, NAN), NAN, NAN)),
    "strict:monai": ((NAN, (NAN, NAN), NAN, NAN), (INF, (INF, INF), INF, 0.0)),
}


@pytest.mark.parametrize("profile", EMPTY)
def test_defect_2_1_empty_masks(profile):
    """surface-distance 0.1 dies on these with NumPy 2; what it gave before is kept."""
    masks = np.stack([np.zeros((9, 9), bool), np.ones((9, 9), bool)])
    scores = scores_of(masks, np.zeros_like(masks), profile)
    assert scores.status == ("both_empty", "pred_empty")
    for i, (hausdorff, asd, assd, dice) in enumerate(EMPTY[profile]):
        robust = NAN if profile == "strict:monai" else hausdorff  # as recorded
        for ours, wanted in (
            (scores.hausdorff[i], hausdorff),
            (scores.hausdorff_percentile[i], robust),
            (scores.asd[i], asd),
            (scores.assd[i], assd),
            (scores.surface_dice[i], dice),
        ):
            assert np.array_equal(ours, wanted, equal_nan=True)
    turned = scores_of(np.zeros_like(masks), masks, profile)
    assert turned.status == ("both_empty", "ref_empty")
    assert np.array_equal(turned.asd[1][::-1], scores.asd[1], equal_nan=True)


def google(a, b, spacing, percent, tolerance):
    """Compute as the surface-distance package does: lists of (distance, length), sorted."""
    kinds = {"odd": 0.5, "both": 1.0}
    diagonal = math.sqrt(spacing[0] ** 2 + spacing[1] ** 2)
    none = np.zeros_like(a)
    borders = [pairs.border_elements(mask, none, "corners") for mask in (a, b)]
    sides = []
    for k in (0, 1):
        others = np.ones((a.shape[0] + 1, a.shape[1] + 1), bool)
        for y, x, _ in borders[1 - k]:
            others[y, x] = False
        far = ndimage.distance_transform_edt(others, sampling=spacing)
        listed = []
        for y, x, kind in borders[k]:
            flat = {"along": spacing[1], "across": spacing[0]}
            listed.append((far[y, x], flat.get(kind) or kinds[kind] * diagonal))
        sides.append(np.array(sorted(listed)).T)
    robust = []
    for distances, lengths in sides:
        shares = np.cumsum(lengths) / np.sum(lengths)
        at = min(int(np.searchsorted(shares, percent / 100)), len(distances) - 1)
        robust.append(distances[at])
    means = [np.sum(d * w) / np.sum(w) for d, w in sides]
    within = sum(np.sum(w[d <= tolerance]) for d, w in sides)
    return max(robust), means, within / sum(np.sum(w) for _, w in sides)


@given(
    strategies.dense((17, 23)), strategies.dense((17, 23)),
    st.sampled_from([(1.0, 1.0), (1.5, 0.75)]), st.sampled_from([0, 50, 90, 95, 100]),
)  # fmt: skip
def test_equals_the_definition_of_surface_distance(a, b, spacing, percent):
    if not a.any() or not b.any():
        return
    robust, means, dice = google(a, b, spacing, percent, 2.0)
    scores = scores_of(a, b, spacing=spacing, percentile=percent, tolerance=2)
    assert scores.asd[0] == pytest.approx(means, rel=1e-12, abs=1e-12)
    assert scores.surface_dice[0] == pytest.approx(dice, rel=1e-12)
    # lengths that add up to the very share may be rounded to either side of it
    assert scores.hausdorff_percentile[0] == pytest.approx(robust, rel=1e-12)


@given(strategies.dense((17, 23)), strategies.dense((17, 23)), st.sampled_from([0, 50, 95, 100]))
def test_equals_the_definition_of_pixels(a, b, percent):
    if not a.any() or not b.any():
        return
    borders = [mask ^ ndimage.binary_erosion(mask) for mask in (a, b)]
    sides = [
        ndimage.distance_transform_edt(~borders[1 - k])[borders[k]].astype(float) for k in (0, 1)
    ]
    pooled = np.concatenate(sides)
    scores = scores_of(a, b, "strict:medpy", percentile=percent)
    near = {"rel": 1e-12, "abs": 1e-12}
    assert scores.hausdorff_percentile[0] == pytest.approx(np.percentile(pooled, percent), **near)
    assert scores.assd[0] == pytest.approx(pooled.mean(), **near)
    directed = scores_of(a, b, "strict:monai", percentile=percent)
    wanted = max(np.percentile(side, percent) for side in sides)
    assert directed.hausdorff_percentile[0] == pytest.approx(wanted, **near)


def test_recorded_values_of_monai():
    text = (Path(__file__).parent / "data" / "monai" / "surface_distances.json").read_text()
    statuses = set()
    for case in json.loads(text)["cases"]:
        a, b = (art(*case[side]) for side in "ab")
        found = surface_distances(a, b, spacing=tuple(case["spacing"]), profile="strict:monai")
        scores = surface_scores(found, tolerance=case["tolerance"])
        median = surface_scores(found, percentile=50)
        statuses.add(scores.status[0])
        wanted = case["values"]
        near = {"rel": 2e-6, "abs": 2e-6, "nan_ok": True}  # float32
        assert scores.hausdorff[0] == pytest.approx(wanted["hausdorff"], **near)
        assert scores.hausdorff_percentile[0] == pytest.approx(wanted["hd95"], **near)
        assert median.hausdorff_percentile[0] == pytest.approx(wanted["hd50"], **near)
        assert scores.asd[0].tolist() == pytest.approx(wanted["asd"], **near)
        assert scores.assd[0] == pytest.approx(wanted["assd"], **near)
        assert scores.surface_dice[0].tolist() == pytest.approx(wanted["nsd"], **near)
    assert statuses == {"ok", "both_empty", "ref_empty", "pred_empty"}


def test_classes_of_a_map_equal_their_masks():
    labels = np.kron(np.arange(12).reshape(3, 4) % 5, np.ones((9, 9), int))
    moved = np.roll(labels, (2, 3), (0, 1))
    found = surface_scores(surface_distances(labels, moved, classes=range(6)))
    for label in range(5):
        alone = scores_of(labels == label, moved == label)
        for name in ("hausdorff", "hausdorff_percentile", "asd", "assd", "surface_dice"):
            assert np.array_equal(getattr(found, name)[label], getattr(alone, name)[0])
    assert found.status == ("ok",) * 5 + ("both_empty",)


def test_forms_of_masks_give_the_same_distances():
    a, b = ellipses()
    wanted = scores_of(a, b).hausdorff_percentile
    forms = [
        (me.encode(a), me.encode(b)),
        (a, me.encode(b)),
        (a.astype("i8"), np.asfortranarray(b)),
    ]
    for first, second in forms:
        assert np.array_equal(scores_of(first, second).hausdorff_percentile, wanted)


def test_void_pixels_hide_outlines():
    """Where the masks differ is void: the rest of the outlines agrees."""
    a, b = square(), square()
    b[80:90, 150:160] = True
    void = np.zeros_like(a)
    void[75:95, 145:165] = True
    assert scores_of(a, b).hausdorff.tolist() == [10.0]
    hidden = surface_scores(surface_distances(a, b, void=void))
    assert hidden.hausdorff.tolist() == [0.0]
    labels = a.astype(np.uint8)
    labels[void] = 255
    by_class = surface_distances(labels, b.astype(np.uint8), classes=2, void=255)
    assert surface_scores(by_class).hausdorff.tolist() == [0.0, 0.0]


def test_pairs_of_classes_are_measured_apart():
    """The border between 0 and 1 moves by 3 columns, that between 1 and 2 not at all."""
    labels = np.zeros((10, 30), np.uint8)
    labels[:, 10:] = 1
    labels[:, 20:] = 2
    moved = labels.copy()
    moved[:, 10:13] = 0
    found = surface_distances(labels, moved, spacing=(1, 0.5), classes=3, by="pair")
    scores = surface_scores(found, tolerance=PairTolerances(0, {(1, 0): 1.5}))
    assert found.labels.tolist() == [[0, 1], [1, 2]]
    assert scores.hausdorff.tolist() == [1.5, 0.0]
    assert scores.length.tolist() == [[10.0, 10.0]] * 2
    assert scores.surface_dice.tolist() == [1.0, 1.0]
    close = surface_scores(found, tolerance=PairTolerances(0, {(1, 0): 1.25}))
    assert close.surface_dice.tolist() == [0.0, 1.0]


def test_frames_add_up():
    a, b = ellipses()
    both = sum([surface_distances(a, b), surface_distances(b, a)])
    assert surface_scores(pickle.loads(pickle.dumps(both))).asd.tolist() == (
        surface_scores(both).asd.tolist()
    )
    scores = surface_scores(both)
    one = scores_of(a, b)
    assert scores.asd[0].tolist() == pytest.approx([one.assd[0]] * 2, rel=1e-12)
    assert int(both.rows.count.sum()) == 2 * int(surface_distances(a, b).rows.count.sum())
    maps = np.stack([a, b]).astype(int), np.stack([b, a]).astype(int)
    stacked = surface_scores(surface_distances(*maps, classes=2))
    assert stacked.assd[1] == pytest.approx(one.assd[0], rel=1e-12)
    pairs_of = [
        surface_distances(np.array([[0, x]]), np.array([[0, x]]), classes=4, by="pair")
        for x in (1, 3, 1)
    ]
    added = sum(pairs_of)
    assert added.labels.tolist() == [[0, 1], [0, 3]]
    assert surface_scores(added).length.tolist() == [[2.0, 2.0], [1.0, 1.0]]
    for wrong in (surface_distances(a, b, profile="strict:medpy"), pairs_of[0]):
        with pytest.raises(me.MaskError, match="other"):
            both + wrong


@pytest.mark.parametrize(
    ("call", "parameter"),
    [
        (lambda a, b: surface_distances(a, b, profile="medpy"), "profile"),
        (lambda a, b: surface_distances(a, b, by="label"), "by"),
        (lambda a, b: surface_distances(a, b, by="pair"), "classes"),
        (
            lambda a, b: surface_distances(a, b, classes=2, by="pair", profile="strict:medpy"),
            "profile",
        ),
        (lambda a, b: surface_distances(a, b, spacing=1e-200), "spacing"),
        (lambda a, b: surface_distances(a, b, spacing=(0, 1)), "spacing"),
        (lambda a, b: surface_distances(a, b[1:]), "prediction"),
        (lambda a, b: surface_distances(a.astype(int) + 5, b, classes=2), "reference"),
        (lambda a, b: scores_of(a, b, percentile=101), "percentile"),
        (lambda a, b: scores_of(a, b, percentile="95"), "percentile"),
        (lambda a, b: scores_of(a, b, tolerance=-1), "tolerance"),
        (lambda a, b: scores_of(a, b, tolerance=[1, math.nan]), "tolerance"),
        (lambda a, b: scores_of(a, b, tolerance="1"), "tolerance"),
        (lambda a, b: scores_of(a, b, tolerance=PairTolerances(1)), "tolerance"),
        (lambda a, b: surface_scores(a), "distances"),
        (lambda a, b: surface_scores(surface_distances(a, b), profile="strict:medpy"), "profile"),
    ],
)
def test_bad_calls(call, parameter):
    with pytest.raises(me.MaskError) as caught:
        call(*ellipses())
    assert caught.value.parameter == parameter
