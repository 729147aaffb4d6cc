"""Counts over all frames of a corpus, which add up; and the scores of a frame against them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from maskengine.errors import MaskError
from maskengine.ops.frame_stats import FrameStats
from maskengine.values.summable import Summable

_SOME = 2**17  # entries that are sorted at a time
_STEPS = 64  # sizes are known to 1/64 of a factor of 2
_RANGE = 64 * _STEPS  # of sizes, from 1 down to 2^-64
_CAP = 4.0  # of the score of sizes
_NORMAL = 1.4826  # deviations: median to standard, of a normal distribution


@dataclass(frozen=True, eq=False)
class Corpus(Summable):
    """What frames have in common: counts of several parts, or of several workers, add up.

    Parameters
    ----------
    frames : int
        How many.
    min_edges : int
        Pixel edges from which two labels are neighbours.
    labels : numpy.ndarray
        int64 (L,), ascending.
    present : numpy.ndarray
        int64 (L,): frames with the label.
    pixels : numpy.ndarray
        int64 (L,): pixels with it.
    pairs : numpy.ndarray
        int64 (P, 2): labels a < b that are neighbours in a frame.
    pair_frames : numpy.ndarray
        int64 (P,): frames in which they are.
    sizes : numpy.ndarray
        int64 (S, 2): label, and how small it is in a frame: -log2 of its share of the labelled
        pixels, in units of 1/64.
    size_frames : numpy.ndarray
        int64 (S,): frames in which it is so.

    Examples
    --------
    >>> import numpy as np
    >>> import maskengine as me
    >>> from maskengine.quality import novelty
    >>> found = novelty(me.frame_stats(np.array([[[1, 2]], [[1, 1]]])))
    >>> (found.corpus + found.corpus).present
    array([4, 2])
    """

    frames: int
    min_edges: int
    labels: npt.NDArray[np.int64]
    present: npt.NDArray[np.int64]
    pixels: npt.NDArray[np.int64]
    pairs: npt.NDArray[np.int64]
    pair_frames: npt.NDArray[np.int64]
    sizes: npt.NDArray[np.int64]
    size_frames: npt.NDArray[np.int64]

    def __add__(self, other: Corpus) -> Corpus:
        if not isinstance(other, Corpus):
            return NotImplemented
        if self.min_edges != other.min_edges:
            raise MaskError(
                f"expected counts with min_edges {self.min_edges}, got {other.min_edges}",
                parameter="other",
            )
        labels, (present, pixels) = _added(
            np.concatenate([self.labels, other.labels])[:, np.newaxis],
            np.concatenate([self.present, other.present]),
            np.concatenate([self.pixels, other.pixels]),
        )
        pairs, (pair_frames,) = _added(
            np.concatenate([self.pairs, other.pairs]),
            np.concatenate([self.pair_frames, other.pair_frames]),
        )
        sizes, (size_frames,) = _added(
            np.concatenate([self.sizes, other.sizes]),
            np.concatenate([self.size_frames, other.size_frames]),
        )
        frames = self.frames + other.frames
        return Corpus(
            frames,
            self.min_edges,
            labels[:, 0],
            present,
            pixels,
            pairs,
            pair_frames,
            sizes,
            size_frames,
        )


def _added(
    keys: npt.NDArray[np.int64], *counts: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.int64], list[npt.NDArray[np.int64]]]:
    """Give different rows of keys, sorted, and the sums of the counts of equal ones.

    Some at a time: NumPy hears no signal while it sorts.
    """
    parts = [
        _added_once(keys[begin : begin + _SOME], [one[begin : begin + _SOME] for one in counts])
        for begin in range(0, max(len(keys), 1), _SOME)
    ]
    while len(parts) > 1:
        parts = [_merged(parts[k : k + 2]) for k in range(0, len(parts), 2)]
    return parts[0]


_Added = tuple[npt.NDArray[np.int64], list[npt.NDArray[np.int64]]]


def _merged(parts: list[_Added]) -> _Added:
    keys, counts = zip(*parts, strict=True)
    return _added_once(
        np.concatenate(keys), [np.concatenate(of) for of in zip(*counts, strict=True)]
    )


def _added_once(keys: npt.NDArray[np.int64], counts: list[npt.NDArray[np.int64]]) -> _Added:
    order = np.lexsort(keys.T[::-1])
    ranked = keys[order]
    first = np.ones(len(keys), np.bool_)
    first[1:] = (ranked[1:] != ranked[:-1]).any(axis=1)
    starts = np.flatnonzero(first)
    if starts.size == 0:
        return ranked, [count[:0] for count in counts]
    return ranked[starts], [np.add.reduceat(count[order], starts) for count in counts]


def corpus_of(stats: FrameStats, min_edges: int) -> Corpus:
    """Count the frames of one part."""
    ones = np.ones(stats.labels.size, np.int64)
    labels, (present, pixels) = _added(stats.labels[:, np.newaxis], ones, stats.area)
    near = stats.pairs[stats.edges >= min_edges]
    pairs, (pair_frames,) = _added(near, np.ones(len(near), np.int64))
    sizes, (size_frames,) = _added(np.stack([stats.labels, smallness(stats)], axis=1), ones)
    return Corpus(
        len(stats), min_edges, labels[:, 0], present, pixels, pairs, pair_frames, sizes, size_frames
    )


def shares_of(stats: FrameStats) -> npt.NDArray[np.float64]:
    """Give the share of each label of the labelled pixels of its frame."""
    frame = stats.frame_of_label
    total = np.bincount(frame, stats.area, minlength=len(stats))
    shares: npt.NDArray[np.float64] = stats.area / total[frame]
    return shares


def smallness(stats: FrameStats) -> npt.NDArray[np.int64]:
    """Give -log2 of the shares in whole units."""
    units = np.minimum(np.rint(-np.log2(shares_of(stats)) * _STEPS), _RANGE)
    whole: npt.NDArray[np.int64] = units.astype(np.int64)
    return whole


class Scorer:
    """What single frames are compared with."""

    def __init__(self, corpus: Corpus) -> None:
        self._corpus = corpus
        n = corpus.frames
        self._rarity = -np.log2((corpus.present + 1) / (n + 2))
        self._pair_rarity = -np.log2((corpus.pair_frames + 1) / (n + 2))
        self._share = corpus.pixels / max(int(corpus.pixels.sum()), 1)
        self._middle, self._spread = _middles(corpus)

    def scores(self, stats: FrameStats) -> npt.NDArray[np.float64]:
        """Give the four scores of each frame, (N, 4)."""
        corpus = self._corpus
        place = np.searchsorted(corpus.labels, stats.labels)
        # divided in this order, equal ratios give equal scores
        deviation = np.abs(smallness(stats) - self._middle[place]) / self._spread[place] / _NORMAL
        near = stats.edges >= corpus.min_edges
        keys = _pair_places(corpus, stats.pairs[near])
        pair_of = stats.frame_of_pair[near]
        ends = np.concatenate([[0], np.cumsum(np.bincount(pair_of, minlength=len(stats)))])
        return np.stack(
            [
                _most(self._rarity[place], stats.label_offsets),
                _most(self._pair_rarity[keys], ends.astype(np.int64)),
                _most(np.minimum(deviation, _CAP), stats.label_offsets),
                self._divergence(stats, place),
            ],
            axis=1,
        )

    def sole(self, stats: FrameStats) -> npt.NDArray[np.int64]:
        """Count the labels of each frame that no other frame has."""
        place = np.searchsorted(self._corpus.labels, stats.labels)
        alone = self._corpus.present[place] == 1
        return np.bincount(stats.frame_of_label[alone], minlength=len(stats)).astype(np.int64)

    def _divergence(
        self, stats: FrameStats, place: npt.NDArray[np.int64]
    ) -> npt.NDArray[np.float64]:
        """Give the Jensen-Shannon divergence from the corpus; absent labels add half of theirs."""
        p, q = shares_of(stats), self._share[place]
        both = (p + q) / 2
        terms = p * np.log2(p / both) + q * np.log2(q / both) - q
        frame = stats.frame_of_label
        sums = np.bincount(frame, terms, minlength=len(stats))
        return np.where(np.diff(stats.label_offsets) > 0, np.maximum((1 + sums) / 2, 0), 0.0)


def _most(
    values: npt.NDArray[np.float64], offsets: npt.NDArray[np.int64]
) -> npt.NDArray[np.float64]:
    """Give the largest value of each frame, 0 for none."""
    out = np.zeros(len(offsets) - 1)
    some = np.flatnonzero(np.diff(offsets))
    if some.size:
        out[some] = np.maximum.reduceat(values, offsets[some])
    return out


def _pair_places(corpus: Corpus, pairs: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Give the place of each pair in the list of the corpus, which has it."""
    n = max(corpus.labels.size, 1)
    known = np.searchsorted(corpus.labels, corpus.pairs)
    asked = np.searchsorted(corpus.labels, pairs)
    return np.searchsorted(known[:, 0] * n + known[:, 1], asked[:, 0] * n + asked[:, 1])


def _middles(corpus: Corpus) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Give the median size of each label and the median deviation from it, in units.

    The latter is at least that of a standard deviation of 1 unit.
    """
    middle, spread = np.zeros(corpus.labels.size), np.ones(corpus.labels.size)
    starts = np.searchsorted(corpus.sizes[:, 0], corpus.labels)
    ends = np.searchsorted(corpus.sizes[:, 0], corpus.labels, side="right")
    for i, (start, end) in enumerate(zip(starts.tolist(), ends.tolist(), strict=True)):
        values, counts = corpus.sizes[start:end, 1], corpus.size_frames[start:end]
        middle[i] = _median(values.astype(np.float64), counts)
        spread[i] = max(_median(np.abs(values - middle[i]), counts), 1 / _NORMAL)
    return middle, spread


def _median(values: npt.NDArray[np.float64], counts: npt.NDArray[np.int64]) -> float:
    order = np.argsort(values, kind="stable")
    ends = np.cumsum(counts[order])
    n = int(ends[-1])
    both = np.searchsorted(ends, [(n - 1) // 2, n // 2], side="right")
    return float(values[order][both].mean())
