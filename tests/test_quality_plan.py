"""Novelty of frames and plans of annotation: values by hand, slow oracles, laws.

Covers: maskengine.quality.novelty, plan, tier_counts; rows F26, F27, F28 of the features.
Run: pytest tests/test_quality_plan.py
"""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import maskengine as me
from maskengine.quality import Tier, novelty, plan, tier_counts
from maskengine.quality.frame_files import write_frame_stats

THREE = [Tier("full", 60, share=0.1), Tier("usual", 30, share=0.3), Tier("light", 10, share=0.6)]


def random_maps(n, seed=0, classes=6):
    rng = np.random.default_rng(seed)
    coarse = rng.integers(1, classes + 1, (n, 3, 4))
    coarse[rng.random(n) < 0.3] = 1
    return np.kron(coarse, np.ones((1, 4, 4), int)).astype(np.uint8)


def named(maps):
    return me.frame_stats(maps, names=[f"frame{i:05}" for i in range(len(maps))])


def test_f26_uniform_thirty_minutes_are_100000_hours():
    assert tier_counts(200_000, [Tier("all", 30)]).total_hours == 100_000


def test_f26_tiers_and_prelabels_of_the_domain():
    counts = tier_counts(200_000, THREE)
    assert counts.frames.tolist() == [20_000, 60_000, 120_000]
    assert counts.hours.tolist() == [20_000, 30_000, 20_000]
    assert counts.total_hours == 70_000
    assert counts.hours_with_prelabels(0.3, 0.5) == (21_000, 35_000)
    assert counts.left_out == 0


@given(
    st.integers(0, 10_000),
    st.lists(st.integers(0, 100), min_size=1, max_size=5),
    st.one_of(st.none(), st.floats(0, 1000)),
)
def test_f26_shares_add_up_and_hours_stay_in_the_budget(frames, parts, budget):
    total = max(sum(parts), 100)
    tiers = [Tier(str(i), 7 + i, share=part / total) for i, part in enumerate(parts)]
    counts = tier_counts(frames, tiers, budget=budget)
    assert counts.frames.sum() + counts.left_out == frames
    if budget is None:
        assert counts.frames.sum() == pytest.approx(frames * sum(parts) / total, abs=0.5 + 1e-6)
        wanted = np.array([frames * part / total for part in parts])
        assert (np.abs(counts.frames - wanted) < 1).all()
    else:
        assert counts.total_hours <= budget + 1e-6


def test_hours_pay_for_whole_frames():
    counts = tier_counts(100, [Tier("full", 45, hours=10), Tier("light", 5)])
    assert counts.frames.tolist() == [13, 87]  # 13.33 frames of 45 minutes
    assert tier_counts(100, [Tier("full", 6, hours=0.3)]).frames.tolist() == [3]
    assert tier_counts(5, [Tier("full", 45, hours=100), Tier("light", 5)]).left_out == 0
    assert tier_counts(3, [Tier(str(i), 10, share=1 / 3) for i in range(3)]).frames.tolist() == [
        1, 1, 1,
    ]  # fmt: skip


def slow_scores(maps):
    """Score frames as the definitions say, map by map."""
    n = len(maps)
    shares, pairs = [], []
    for one in maps:
        values, counts = np.unique(one, return_counts=True)
        shares.append(dict(zip(values.tolist(), (counts / one.size).tolist(), strict=True)))
        near = set()
        for a, b in ((one[:, :-1], one[:, 1:]), (one[:-1], one[1:])):
            for p, q in zip(a.ravel().tolist(), b.ravel().tolist(), strict=True):
                if p != q:
                    near.add((min(p, q), max(p, q)))
        pairs.append(near)
    labels = sorted({label for one in shares for label in one})
    corpus = {c: np.mean([one.get(c, 0) for one in shares]) for c in labels}  # of equal sizes
    logs = {c: [np.rint(-np.log2(s[c]) * 64) for s in shares if c in s] for c in labels}
    out = []
    for share, near in zip(shares, pairs, strict=True):
        rare = [-math.log2((sum(c in s for s in shares) + 1) / (n + 2)) for c in share]
        pair_rare = [-math.log2((sum(p in other for other in pairs) + 1) / (n + 2)) for p in near]
        sizes = []
        for c, part in share.items():
            middle = np.median(logs[c])
            spread = max(1.4826 * np.median(np.abs(np.array(logs[c]) - middle)), 1)
            sizes.append(min(abs(np.rint(-np.log2(part) * 64) - middle) / spread, 4))
        divergence = 0.0
        for c in labels:
            p, q = share.get(c, 0), corpus[c]
            for value in (p, q):
                if value > 0:
                    divergence += value / 2 * math.log2(value / ((p + q) / 2))
        out.append((max(rare), max(pair_rare, default=0), max(sizes), divergence))
    return np.array(out)


@pytest.mark.parametrize("seed", range(4))
def test_scores_equal_the_definitions(seed):
    from scipy.stats import rankdata

    maps = random_maps(40, seed)
    found = novelty(named(maps))
    wanted = slow_scores(maps)
    assert found.scores == pytest.approx(wanted, abs=1e-12)
    ranks = np.stack([(rankdata(c) - 0.5) / 40 for c in found.scores.T], axis=1)
    assert found.ranks == pytest.approx(ranks, abs=1e-12)
    assert found.novelty == pytest.approx(ranks.mean(axis=1), abs=1e-12)
    sole = [sum((maps == c).any(axis=(1, 2)).sum() == 1 for c in np.unique(m)) for m in maps]
    assert found.sole.tolist() == sole
    rows = zip(-found.sole, -found.novelty, found.frames, strict=True)
    assert found.order.tolist() == [i for i, _ in sorted(enumerate(rows), key=lambda r: r[1])]


def test_f28_the_one_frame_with_a_class_seen_nowhere_else_is_the_first_of_10000():
    maps = random_maps(10_000, 3)
    maps[:, 0, 0] = 2  # every frame but one has nothing special
    maps[6789, 5, 5] = 77  # a pixel of it
    found = novelty(named(maps))
    assert found.frames[found.order[0]] == "frame06789"
    assert found.sole[6789] == 1
    assert found.sole.sum() == 1


def test_f28_rare_neighbours_sizes_and_layouts_are_novel():
    maps = np.ones((50, 12, 12), np.uint8)
    maps[:, 4:8] = 2  # 2 lies between 1 and 3
    maps[:, 8:] = 3
    maps[np.arange(50), 0, np.arange(50) % 12] = 3  # and a pixel of 3 among 1
    beside = maps.copy()
    beside[7, 8:, :6] = 1  # 1 and 3 have a long border here alone
    small = maps.copy()
    small[8, 8:] = 2
    small[8, 11, 11] = 3
    most = small.copy()
    most[9, 1:] = 3
    most[9, 1, 0] = 2
    assert novelty(named(beside), min_edges=4).scores[:, 1].argmax() == 7
    assert novelty(named(small)).scores[:, 2].argmax() == 8
    assert novelty(named(most)).scores[:, 3].argmax() == 9


@given(st.integers(0, 2**32 - 1), st.integers(1, 30))
@settings(max_examples=25)
def test_f27_the_order_of_frames_changes_nothing(seed, n):
    maps = random_maps(n, seed)
    names = [f"{seed % 7}-{i}" for i in range(n)]
    rng = np.random.default_rng(seed)
    turn = rng.permutation(n)
    stats = me.frame_stats(maps, names=names)
    other = stats.take(turn)
    cut = n // 2
    in_parts = [other.take(range(cut)), other.take(range(cut, n))]
    options = {"floors": 1, "control": 0.2, "duplicates": 2, "similarity": 0.05}
    first = plan(novelty(stats), THREE, **options)
    second = plan(novelty(in_parts), THREE, **options)
    assert first.frames == second.frames
    assert first.tier.tolist() == second.tier.tolist()
    assert first.reason == second.reason
    assert first.novelty.tolist() == second.novelty.tolist()
    assert first.duplicate_of == second.duplicate_of


def test_equal_ratios_of_sizes_are_equal_scores():
    # labels 1 and 2 deviate by once their median deviation, which is of 23 and of 64 steps
    rows = []
    for label, pixels in ((1, (642, 500, 390)), (2, (1000, 500, 250))):
        for n in pixels:
            rows.append(np.repeat([label, 10 + len(rows)], [n, 1000 - n])[None])
    found = novelty(me.frame_stats(np.array(rows)))
    assert found.scores[:, 2].tolist() == [1 / 1.4826, 0, 1 / 1.4826] * 2
    assert len(set(found.ranks[:, 2])) == 2


@pytest.mark.parametrize("seed", range(10, 18))
def test_equal_sums_of_ranks_are_ordered_by_name(seed):
    stats = named(random_maps(7, seed, classes=3)).take(range(6, -1, -1))
    extra = {name: i % 3 for i, name in enumerate(stats.names)}
    found = novelty(stats, extra=extra)
    sums = np.rint(found.ranks * 14).sum(axis=1)  # ranks are multiples of 1 / 14
    wanted = sorted(range(7), key=lambda i: (-found.sole[i], -sums[i], found.frames[i]))
    assert found.order.tolist() == wanted


@given(st.integers(0, 2**32 - 1), st.integers(20, 80), st.integers(0, 3), st.floats(1, 50))
@settings(max_examples=25)
def test_f27_floors_are_met_or_named_and_hours_within_the_budget(seed, n, floor, budget):
    maps = random_maps(n, seed)
    found = novelty(named(maps))
    decided = plan(found, THREE, floors=floor, control=0.1, budget=budget)
    assert decided.counts.total_hours <= budget + 1e-9
    assert decided.minutes.sum() / 60 == pytest.approx(decided.counts.total_hours)
    full = {name for name, t in zip(decided.frames, decided.tier, strict=True) if t == 0}
    chosen = [m for name, m in zip(found.frames, maps, strict=True) if name in full]
    for label in np.unique(maps).tolist():
        got = sum(bool((one == label).any()) for one in chosen)
        if label in decided.floors_missed:
            assert decided.floors_missed[label] == (floor, got)
            assert got < floor
        else:
            assert got >= floor
    sizes = [m.size for m in maps]
    assert decided.pixels.sum() == sum(
        size for size, name in zip(sizes, found.frames, strict=True)
        if decided.tier[decided.frames.index(name)] >= 0
    )  # fmt: skip


def test_f27_a_floor_can_be_met_where_the_tier_has_room():
    maps = np.ones((100, 4, 4), np.uint8)
    maps[40:45, 0, 0] = 9
    found = novelty(named(maps))
    decided = plan(found, [Tier("full", 60, share=0.04), Tier("light", 10)], floors={9: 3, 1: 4})
    assert decided.floors_missed == {}
    assert decided.counts.frames.tolist() == [4, 96]
    short = plan(found, [Tier("full", 60, share=0.04), Tier("light", 10)], floors={9: 6, 50: 1})
    assert short.floors_missed == {50: (1, 0), 9: (6, 4)}


def test_f27_near_duplicates_are_capped():
    maps = np.ones((60, 10, 10), np.uint8)
    maps[:, :, 5:] = 2
    for i in range(30):
        maps[i, :, 5 : 6 + i % 2] = 1  # thirty of two kinds, and thirty that are alike
    maps[50:, :3] = 3
    found = novelty(named(maps))
    tiers = [Tier("full", 60, share=0.5), Tier("light", 10)]
    decided = plan(found, tiers, duplicates=3, similarity=1e-4)
    full = decided.tier == 0
    kinds = {}
    for name, inside in zip(decided.duplicate_of, full.tolist(), strict=True):
        kinds[name] = kinds.get(name, 0) + inside
    assert sorted(kinds.values()) == [3, 3, 3, 3]
    assert decided.counts.frames.tolist() == [12, 48]  # places that nobody may take stay empty
    assert plan(found, tiers).counts.frames.tolist() == [30, 30]


def test_f27_the_control_sample_is_drawn_from_all():
    maps = random_maps(1000, 8)
    found = novelty(named(maps))
    decided = plan(found, THREE, control=0.2)
    by_lot = [i for i, reason in enumerate(decided.reason) if reason == "control"]
    assert len(by_lot) == 20 + 60 + 120
    places = np.array([i for i in by_lot if decided.tier[i] == 0])
    assert 300 < places.mean() < 700  # of 1000 places in the order of novelty
    again = plan(found, THREE, control=0.2, seed=1)
    assert again.reason != decided.reason
    assert [decided.reason.count(r) for r in ("novelty", "none")] == [800, 0]


def test_an_extra_score_counts_as_the_others():
    stats = named(random_maps(20, 5))
    extra = {name: float(i == 4) for i, name in enumerate(stats.names)}
    found = novelty(stats, extra=extra)
    assert found.scores.shape == (20, 5)
    assert found.ranks[4, 4] == 1 - 0.5 / 20
    plain = novelty(stats)
    assert found.novelty[4] > plain.novelty[4]


def test_f27_a_file_is_read_twice_and_gives_the_same(tmp_path):
    stats = named(random_maps(5000, 9))
    path = tmp_path / "frames.parquet"
    write_frame_stats(path, [stats])
    seen = []
    found = novelty(path, progress=lambda done, frames: seen.append((done, frames)))
    assert [one for one in seen if one[1] == 5000] == [(1, 5000), (2, 5000)]
    assert found.order.tolist() == novelty(stats).order.tolist()
    assert novelty(lambda: [stats]).order.tolist() == found.order.tolist()
    both = novelty([stats.take(range(2000)), stats.take(range(2000, 5000))])
    assert both.scores.tolist() == found.scores.tolist()
    counts = found.corpus + found.corpus
    assert counts.frames == 10_000
    assert counts.present.tolist() == (2 * found.corpus.present).tolist()
    assert counts.size_frames.tolist() == (2 * found.corpus.size_frames).tolist()


STATS = named(random_maps(4))
FOUND = novelty(STATS)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: novelty(3), "stats"),
        (lambda: novelty(iter([STATS])), "stats"),
        (lambda: novelty([]), "stats: expected at least one"),
        (lambda: novelty([STATS, 1]), r"stats\[1\]"),
        (lambda: novelty([STATS, STATS]), r"stats\[4\]: expected different names"),
        (lambda: novelty(STATS, min_edges=0), "min_edges"),
        (lambda: novelty(STATS, extra={"frame00000": 1}), "extra: .*frame00001"),
        (lambda: novelty(STATS, extra=dict.fromkeys(STATS.names, math.nan)), "extra"),
        (lambda: novelty(STATS, extra=[1]), "extra"),
        (lambda: FOUND.corpus + novelty(STATS, min_edges=2).corpus, "other"),
        (lambda: plan(STATS, THREE), "frames"),
        (lambda: plan(FOUND, []), "tiers"),
        (lambda: plan(FOUND, 5), "tiers"),
        (lambda: plan(FOUND, ["full"]), r"tiers\[0\]"),
        (lambda: plan(FOUND, [Tier("a", 0)]), r"tiers\[0\].minutes"),
        (lambda: plan(FOUND, [Tier("a", 5, share=2)]), r"tiers\[0\].share"),
        (lambda: plan(FOUND, [Tier("a", 5, share=0.5, hours=3)]), r"tiers\[0\]"),
        (lambda: plan(FOUND, [Tier("a", 5, hours=math.inf)]), r"tiers\[0\].hours"),
        (lambda: plan(FOUND, [Tier("a", 5, 0.6), Tier("b", 5, 0.6)]), "tiers: .* 1.2"),
        (lambda: plan(FOUND, [Tier("a", 5), Tier("a", 6)]), "tiers: .*names"),
        (lambda: plan(FOUND, THREE, budget=-1), "budget"),
        (lambda: plan(FOUND, THREE, budget="1"), "budget"),
        (lambda: plan(FOUND, THREE, control=2), "control"),
        (lambda: plan(FOUND, THREE, similarity=-1), "similarity"),
        (lambda: plan(FOUND, THREE, duplicates=0), "duplicates"),
        (lambda: plan(FOUND, THREE, floors=-1), "floors"),
        (lambda: plan(FOUND, THREE, floors={1: "x"}), "floors"),
        (lambda: plan(FOUND, THREE, control=0.5, seed="x"), "seed"),
        (lambda: plan(FOUND, THREE, control=0.5, seed=2**70), "seed"),
        (lambda: tier_counts(-1, THREE), "frames"),
        (lambda: tier_counts(10, THREE).hours_with_prelabels(-1), "low"),
    ],
)
def test_bad_input_is_named(call, message):
    with pytest.raises(me.MaskError, match=message):
        call()
