"""Regions of disagreement: golden vector G4, kinds drawn by hand, a slow oracle.

Covers: maskengine.quality.disagreement_regions, disagreement_map; row F29 of the features of
quality. Run: pytest tests/test_quality_disagreement.py
"""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import maskengine as me
from maskengine.quality import disagreement_map, disagreement_regions
from maskengine.testing import oracles, strategies

SCENE = np.zeros((120, 160), np.uint8)
SCENE[20:60, 20:70] = 1
SCENE[70:110, 30:60] = 2
SCENE[40:60, 100:120] = 3


def widened(scene, labels):
    out = scene.copy()
    for label in labels:
        ys, xs = np.nonzero(scene == label)
        out[ys.min() - 1 : ys.max() + 2, xs.min() - 1 : xs.max() + 2] = label
    return out


def test_g4_a_missing_object_comes_first():
    third = widened(np.where(SCENE == 3, 0, SCENE), [1, 2])
    found = disagreement_regions([SCENE, SCENE, third])
    assert found.kind.tolist() == ["missing", "boundary", "boundary"]
    assert found.area.tolist() == [400, 184, 144]  # 20 x 20, and rings around 40 x 50 and 40 x 30
    assert found.rater.tolist() == [2, 2, 2]
    assert found.dissent.tolist() == [[0, 0, 1]] * 3
    assert found.mass == pytest.approx([400 / 3, 184 / 3, 144 / 3], abs=1e-9)
    assert found.labels.tolist() == [[3, 0], [0, 1], [0, 2]]
    assert found.pair_share.tolist() == [1, 1, 1]
    assert found.thickness.tolist() == [20, 2, 2]
    assert found.near.tolist() == [(400 - 16 * 16) / 400, 1, 1]  # within 2 pixels of its outline
    assert found.bbox.tolist() == [[100, 40, 20, 20], [19, 19, 52, 42], [29, 69, 32, 42]]
    assert found.first_pixel.tolist() == [[100, 40], [19, 19], [29, 69]]
    assert [int((found.regions == k).sum()) for k in (1, 2, 3)] == [400, 184, 144]
    assert len(found) == 3


def test_f29_an_object_that_one_alone_has_is_missing_too():
    alone = np.where(SCENE == 3, 0, SCENE)
    found = disagreement_regions([alone, SCENE, alone])
    assert (found.kind.tolist(), found.rater.tolist()) == (["missing"], [1])
    assert found.labels.tolist() == [[0, 3]]


def test_f29_another_name_for_the_same_object():
    renamed = np.where(SCENE == 3, 9, SCENE)
    found = disagreement_regions([SCENE, SCENE, renamed])
    assert (found.kind.tolist(), found.rater.tolist()) == (["class"], [2])
    assert found.labels.tolist() == [[3, 9]]


def test_f29_a_part_given_to_a_neighbour():
    road, path = np.ones((60, 60), np.uint8), np.ones((60, 60), np.uint8)
    road[:, 30:], path[:, 45:] = 2, 2
    found = disagreement_regions([road, road, path])
    assert (found.kind.tolist(), found.area.tolist()) == (["class"], [900])
    # of the background it is another extent
    found = disagreement_regions([road, road, path], background=2)
    assert found.kind.tolist() == ["extent"]
    found = disagreement_regions([road - 1, road - 1, path - 1])
    assert found.kind.tolist() == ["extent"]
    assert found.labels.tolist() == [[1, 0]]


def test_f29_a_shift_gives_boundaries_only():
    found = disagreement_regions([SCENE, SCENE, np.roll(SCENE, 2, 1)])
    assert found.kind.tolist() == ["boundary"] * 6
    assert found.area.tolist() == [80, 80, 80, 80, 40, 40]
    wide = disagreement_regions([SCENE, SCENE, np.roll(SCENE, 2, 1)], tau=1)
    assert wide.kind.tolist() == ["extent"] * 6  # half of each is farther than one pixel
    thick = disagreement_regions([SCENE, SCENE, np.roll(SCENE, 5, 1)], tau=1)
    assert set(thick.kind.tolist()) == {"extent"}


def test_f29_thick_parts_are_cut_from_outlines_that_they_touch():
    touching = np.where(SCENE == 3, 0, SCENE)
    touching[40:50, 70:80] = 3  # beside 1
    third = widened(np.where(touching == 3, 0, touching), [1])
    whole = disagreement_regions([touching, touching, third])
    assert (whole.kind.tolist(), whole.area.tolist()) == (["extent"], [184 + 100 - 10])
    found = disagreement_regions([touching, touching, third], split=True)
    assert found.kind.tolist() == ["missing", "boundary"]
    assert found.area.tolist() == [104, 170]  # with 2 pixels of the ring above it, and below
    assert found.bbox[0].tolist() == [70, 38, 10, 14]
    assert np.array_equal(found.regions > 0, whole.regions > 0)


def test_f29_two_annotators_have_no_dissenter():
    found = disagreement_regions([SCENE, np.where(SCENE == 3, 0, SCENE)])
    assert (found.kind.tolist(), found.rater.tolist()) == (["missing"], [-1])
    assert found.labels.tolist() == [[0, 3]]
    assert found.mass.tolist() == [200]


def test_f29_agreement_has_no_regions():
    found = disagreement_regions([SCENE] * 3)
    assert len(found) == 0
    assert not found.regions.any()
    assert found.dissent.shape == (0, 3)
    assert found.labels.shape == (0, 2)
    assert len(disagreement_regions([SCENE[:0]] * 2)) == 0


def test_f29_all_of_a_frame():
    found = disagreement_regions([SCENE * 0, SCENE * 0 + 1])
    assert found.area.tolist() == [120 * 160]
    assert found.thickness.tolist() == [120]


def test_f29_void_is_no_disagreement():
    left_out = np.where(SCENE == 3, 255, SCENE)
    assert len(disagreement_regions([SCENE, SCENE, left_out], void=255)) == 0
    lacks = np.where(SCENE == 3, 0, SCENE)
    found = disagreement_regions([left_out, SCENE, lacks], void=255)
    assert found.mass.tolist() == [200]
    assert found.labels.tolist() == [[0, 3]]


def test_f29_who_annotated_nothing_of_an_object_does_not_lack_it():
    left_out = np.full(SCENE.shape, 255)
    left_out[:2] = SCENE[:2]
    other = np.where(SCENE == 3, 7, SCENE)
    assert disagreement_regions([SCENE, other]).kind.tolist() == ["class"]
    found = disagreement_regions([left_out, SCENE, other], void=255)
    assert (found.kind.tolist(), found.labels.tolist()) == (["class"], [[3, 7]])
    hidden = np.where(SCENE == 3, 255, SCENE)  # void alone is no object either
    found = disagreement_regions([hidden, SCENE, other], void=255)
    assert found.kind.tolist() == ["class"]


def test_f29_masses():
    maps = [np.array([row]) for row in ([0, 0, 5], [0, 1, 6], [0, 1, 7], [0, 1, 7])]
    votes = disagreement_map(maps)
    assert votes.tolist() == [[0, 0.25, 0.5]]
    bits = disagreement_map(maps, measure="entropy")
    wanted = [0, -0.25 * math.log2(0.25) - 0.75 * math.log2(0.75), 1.5]
    assert bits[0] == pytest.approx(wanted, abs=1e-6)
    assert disagreement_map(maps, void=[0, 5, 6]).tolist() == [[0, 0, 0]]
    found = disagreement_regions(maps, measure="entropy")
    assert found.mass == pytest.approx([wanted[1] + 1.5], abs=1e-6)


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (lambda: disagreement_regions([SCENE]), "maps"),
        (lambda: disagreement_regions([SCENE[None]] * 2), "maps"),
        (lambda: disagreement_regions([SCENE] * 2, tau=0), "tau"),
        (lambda: disagreement_regions([SCENE] * 2, tau=1.5), "tau"),
        (lambda: disagreement_regions([SCENE] * 2, measure="variance"), "measure"),
        (lambda: disagreement_map([SCENE] * 2, measure=2), "measure"),
        (lambda: disagreement_map([SCENE] * 2, void="a"), "void"),
    ],
)
def test_f29_bad_input(call, text):
    with pytest.raises(me.MaskError, match=f"^{text}: "):
        call()


@st.composite
def raters(draw):
    """Draw 2 to 4 patchy maps that differ here and there."""
    shape = draw(st.tuples(st.integers(1, 20), st.integers(1, 20)))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    patch = draw(st.sampled_from([1, 4, 7]))
    coarse = rng.integers(0, draw(st.integers(1, 4)), [-(-s // patch) for s in shape])
    truth = np.kron(coarse, np.ones((patch, patch), int))[: shape[0], : shape[1]]
    out = []
    for _ in range(draw(st.integers(2, 4))):
        moved = np.roll(truth, draw(st.integers(0, 3)), draw(st.integers(0, 1)))
        noise = rng.random(shape) < draw(st.sampled_from([0, 0.05]))
        values = np.where(noise, rng.integers(0, 4, shape), moved)
        out.append(draw(strategies.layouts(values.astype(draw(st.sampled_from(["u1", "i4"]))))))
    return out


def flood(mask):
    """Give the 8-connected sets of pixels of a mask."""
    left = set(map(tuple, np.argwhere(mask).tolist()))
    out = []
    while left:
        todo = [min(left)]
        left -= set(todo)
        part = set(todo)
        while todo:
            y, x = todo.pop()
            around = set(itertools.product((y - 1, y, y + 1), (x - 1, x, x + 1))) & left
            left -= around
            part |= around
            todo += around
        out.append(part)
    return out


def votes_at(maps, at):
    labels = [int(m[at]) for m in maps]
    return {label: labels.count(label) for label in labels}


def slow_kind(maps, part, edges, tau):
    """Decide as the notes of disagreement_regions say, for one set of pixels."""
    whole = []
    for m in maps:
        filled = 0
        for label in np.unique(m).tolist():
            for thing in flood(m == label):
                both = len(thing & part)
                filled += both if both >= 0.9 * len(thing) else 0
        whole.append(filled >= 0.5 * len(part))
    if any(whole) and not all(whole):
        return "missing"
    near = sum(at in edges for at in part) / len(part)
    depth = 0
    for y, x in part:
        d = 1
        while all(
            (v, u) in part
            for v, u in itertools.product(range(y - d, y + d + 1), range(x - d, x + d + 1))
        ):
            d += 1
        depth = max(depth, d)
    if near >= 0.9 and 2 * depth <= 2 * tau:
        return "boundary"
    pairs = {}
    for at in part:
        labels = [int(m[at]) for m in maps]
        for a, b in itertools.combinations(labels, 2):
            if a != b:
                pairs[min(a, b), max(a, b)] = pairs.get((min(a, b), max(a, b)), 0) + 1
    top = max(sorted(pairs), key=pairs.get)
    named = 0 not in top and pairs[top] >= 0.8 * sum(pairs.values())
    return "class" if all(whole) or named else "extent"


@given(raters(), st.integers(1, 3))
def test_f29_equals_sets_of_pixels(maps, tau):
    found = disagreement_regions(maps, tau)
    size = maps[0].shape
    strength = np.zeros(size)
    majority = np.zeros(size, int)
    for at in np.ndindex(size):
        count = votes_at(maps, at)
        strength[at] = 1 - max(count.values()) / len(maps)
        best = [c for c in count if count[c] == max(count.values())]
        majority[at] = best[0] if len(best) == 1 else -1
    edges = set()
    for y, x in np.ndindex(size):
        around = majority[max(y - tau, 0) : y + tau + 1, max(x - tau, 0) : x + tau + 1]
        if (around != majority[y, x]).any():
            edges.add((y, x))
    wanted = []
    for part in flood(strength > 0):
        kind = slow_kind(maps, part, edges, tau)
        rank = ["missing", "class", "extent", "boundary"].index(kind)
        mass = sum(strength[at] for at in part)
        wanted.append((rank, -round(mass, 9), -len(part), min(part), part))
    wanted.sort()
    assert len(found) == len(wanted)
    for k, (rank, mass, area, first, part) in enumerate(wanted):
        assert found.kind[k] == ["missing", "class", "extent", "boundary"][rank]
        assert found.mass[k] == pytest.approx(-mass, abs=1e-8)
        assert found.area[k] == -area
        assert found.first_pixel[k].tolist() == [first[1], first[0]]
        assert set(map(tuple, np.argwhere(found.regions == k + 1).tolist())) == part
        for r, m in enumerate(maps):
            against = sum(majority[at] not in {-1, m[at]} for at in part) / len(part)
            assert found.dissent[k, r] == pytest.approx(against, abs=1e-12)


def test_f29_the_order_of_annotators_matters_not():
    rng = np.random.default_rng(8)
    noise = [np.where(rng.random(SCENE.shape) < 0.02, 3, np.roll(SCENE, k, 1)) for k in range(3)]
    first = disagreement_regions(noise)
    turned = disagreement_regions(noise[::-1])
    assert np.array_equal(first.regions, turned.regions)
    assert np.array_equal(first.dissent, turned.dissent[:, ::-1])
    masks = oracles.encode([m == 1 for m in noise])
    assert np.array_equal(
        disagreement_regions(masks).regions, disagreement_regions([m == 1 for m in noise]).regions
    )


def test_f29_a_thin_strip_along_the_frame_is_cut_off_as_any_other():
    """No square of 3 x 3 pixels fits in it, though one would that sticks out of the image."""
    rows = ["...........", "........###", ".tttttt####", ".tttttt####"]  # t: thin, #: thick
    places = np.array([list(row) for row in rows])
    drawn = (places != ".").astype(int)
    found = disagreement_regions([drawn, drawn * 0], 1, split=True)
    assert np.array_equal(found.regions > 0, places != ".")
    assert np.array_equal(found.regions == found.regions[1, 10], places == "#")
    assert sorted(found.thickness.tolist()) == [2, 4]
