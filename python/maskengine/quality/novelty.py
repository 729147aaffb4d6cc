"""Which frames are unlike the others, from statistics of their labels alone."""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from maskengine import _arrays
from maskengine._listing import each, told
from maskengine.errors import MaskError, MaskTypeError, shown
from maskengine.ops.frame_stats import FrameStats, tables_of
from maskengine.quality._corpus import Corpus, Scorer, corpus_of, shares_of

_Pass = Callable[[], Iterator[FrameStats]]


@dataclass(frozen=True, eq=False)
class Novelty:
    """What :func:`novelty` found out about N frames.

    Parameters
    ----------
    frames : tuple of str
        (N,): their names, in the order in which they came.
    scores : numpy.ndarray
        float64 (N, 4), or (N, 5) with extra numbers: rarest class, rarest pair of neighbours, most
        unusual size, unusual layout; see :func:`novelty`.
    ranks : numpy.ndarray
        float64, of the same shape: percentile rank of each score, in (0, 1).
    novelty : numpy.ndarray
        float64 (N,): mean of the ranks.
    sole : numpy.ndarray
        int64 (N,): labels that no other frame has.
    order : numpy.ndarray
        int64 (N,): numbers of the frames, the most novel first.
    pixels : numpy.ndarray
        int64 (N,): labelled pixels.
    label_offsets : numpy.ndarray
        int64 (N + 1,): where the labels of each frame start and end.
    places : numpy.ndarray
        uint16 or uint32 (K,): the labels of the frames, as places in ``corpus.labels``.
    shares : numpy.ndarray
        float32 (K,): of the labelled pixels.
    layout : numpy.ndarray
        uint64 (N,): equal for frames with the same labels and the same neighbours.
    corpus : Corpus
        The counts over all frames.

    Examples
    --------
    >>> import numpy as np
    >>> import maskengine as me
    >>> from maskengine.quality import novelty
    >>> maps = np.array([[[1, 1, 2]], [[1, 1, 2]], [[1, 3, 2]]])
    >>> found = novelty(me.frame_stats(maps, names=["a", "b", "c"]))
    >>> [found.frames[i] for i in found.order]
    ['c', 'a', 'b']
    """

    frames: tuple[str, ...]
    scores: npt.NDArray[np.float64]
    ranks: npt.NDArray[np.float64]
    novelty: npt.NDArray[np.float64]
    sole: npt.NDArray[np.int64]
    order: npt.NDArray[np.int64]
    pixels: npt.NDArray[np.int64]
    label_offsets: npt.NDArray[np.int64]
    places: npt.NDArray[Any]
    shares: npt.NDArray[np.float32]
    layout: npt.NDArray[np.uint64]
    corpus: Corpus

    def __len__(self) -> int:
        return len(self.frames)


def novelty(
    stats: Any,
    *,
    min_edges: int = 1,
    extra: Mapping[str, float] | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Novelty:
    """Score frames by how unlike the others they are: classes, neighbours, sizes and layout.

    Parameters
    ----------
    stats : FrameStats, path-like, sequence of FrameStats, or callable
        Statistics of the frames: a table, or several; a file that
        :func:`maskengine.quality.frame_files.write_frame_stats` wrote; or a function that gives a
        fresh iterator over tables. They are gone through twice, part by part.
    min_edges : int, default 1
        Pixel edges from which two labels are neighbours.
    extra : mapping of str to float, optional
        A fifth score of each frame by its name, such as the mean uncertainty of its pre-label or
        the share of pixels that were corrected.
    progress : callable, optional
        Called with passes over parts done, and frames seen.

    Returns
    -------
    Novelty

    Raises
    ------
    MaskError
        If two frames have one name, or `extra` lacks a frame or has a number that is not finite.
    MaskTypeError
        If `stats` is something else.
    BadFile
        If the file is damaged.

    Notes
    -----
    With N frames, of which n_c have class c, the scores of a frame are: the largest
    -log2((n_c + 1) / (N + 2)) of its classes; the same of its pairs of neighbours; the largest
    absolute robust z-score (by median and median absolute deviation) of the log of the share of a
    class, at most 4; and the Jensen-Shannon divergence of its shares from those of the corpus, in
    bits (Lin, *Divergence measures based on the Shannon entropy*, 1991). Sizes are rounded to 1/64
    of a factor of 2, so that all that is kept of the corpus are counts; their standard deviation is
    taken to be no less than that.

    Frames that alone have a class come first, those with more such classes before others; then by
    novelty, and equal ones by name. The order does not depend on that in which frames came. Of the
    statistics a part at a time is in memory; of a frame what the result holds of it is kept, with
    20 labels some 300 bytes.

    Examples
    --------
    >>> import numpy as np
    >>> import maskengine as me
    >>> from maskengine.quality import novelty
    >>> maps = np.array([[[1, 1, 2]], [[1, 1, 2]], [[1, 3, 2]]])
    >>> found = novelty(me.frame_stats(maps))
    >>> found.scores[:, 0].round(3), found.sole
    (array([0.322, 0.322, 1.322]), array([0, 0, 1]))
    """
    if not _arrays.is_whole(min_edges) or min_edges < 1:
        raise MaskError(f"expected 1 or more, got {shown(min_edges)}"[:200], parameter="min_edges")
    passes = _as_passes(stats)
    corpus = _counted(passes, int(min_edges), progress)
    kept = _scored(passes, corpus, progress)
    names, scores = tuple(kept.names), kept.scores
    places_of_names = _places_of(names)
    if extra is not None:
        scores = np.concatenate([scores, _as_extra(extra, names)], axis=1)
    ranks = np.stack([percentile_ranks(column) for column in scores.T], axis=1)
    # Ranks are multiples of 1 / 2N: the sum of whole numbers, so that equal sums are equal novelty.
    mean = np.rint(ranks * (2 * len(ranks))).sum(axis=1) / (2 * ranks.size)
    order = np.lexsort((places_of_names, -mean, -kept.sole))
    return Novelty(
        names, scores, ranks, mean, kept.sole, order, kept.pixels,
        kept.label_offsets, kept.places, kept.shares, kept.layout, corpus,
    )  # fmt: skip


class _Kept:
    """What is kept of frames, with room for all that the corpus has: nothing moves as it fills."""

    def __init__(self, corpus: Corpus) -> None:
        n, labels = corpus.frames, int(corpus.present.sum())
        narrow = np.uint16 if corpus.labels.size < 2**16 else np.uint32
        self.names: list[str] = []
        self.scores = np.empty((n, 4), np.float64)
        self.sole, self.pixels = np.empty(n, np.int64), np.empty(n, np.int64)
        self.layout = np.empty(n, np.uint64)
        self.label_offsets = np.zeros(n + 1, np.int64)
        self.places: npt.NDArray[Any] = np.empty(labels, narrow)
        self.shares = np.empty(labels, np.float32)

    def add(self, part: FrameStats, scorer: Scorer, corpus: Corpus) -> None:
        """Put away a part, which follows those before."""
        first = len(self.names)
        last = first + len(part)
        begin = int(self.label_offsets[first])
        end = begin + part.labels.size
        known = np.isin(part.labels, corpus.labels).all()
        if last > len(self.sole) or end > self.places.size or not known:
            raise MaskError("expected the same frames in both passes", parameter="stats")
        self.names += part.names
        self.scores[first:last] = scorer.scores(part)
        self.sole[first:last] = scorer.sole(part)
        self.pixels[first:last] = np.bincount(part.frame_of_label, part.area, minlength=len(part))
        self.layout[first:last] = _layouts(part, corpus.min_edges)
        self.label_offsets[first + 1 : last + 1] = begin + part.label_offsets[1:]
        self.places[begin:end] = np.searchsorted(corpus.labels, part.labels)
        self.shares[begin:end] = shares_of(part)


def _as_passes(stats: Any) -> _Pass:
    if isinstance(stats, FrameStats):
        return lambda: iter([stats])
    if callable(stats):
        return lambda: each(stats(), "stats", "FrameStats")
    if isinstance(stats, (str, os.PathLike)):
        from maskengine.quality.frame_files import read_frame_stats  # noqa: PLC0415 - an extra

        return lambda: read_frame_stats(stats)
    if isinstance(stats, Iterable) and not isinstance(stats, Iterator):
        return lambda: each(stats, "stats", "FrameStats")
    raise MaskTypeError(
        f"expected FrameStats, a file of them, or what gives them twice, got "
        f"{type(stats).__name__}",
        parameter="stats",
    )


def _checked(passes: _Pass) -> Iterator[FrameStats]:
    return (part for part in tables_of(passes(), "stats") if len(part))


def _counted(passes: _Pass, min_edges: int, progress: Callable[[int, int], None] | None) -> Corpus:
    corpus: Corpus | None = None
    for part in _checked(passes):
        counts = corpus_of(part, min_edges)
        corpus = counts if corpus is None else corpus + counts
        if progress is not None:
            progress(1, corpus.frames)
    if corpus is None:
        raise MaskError("expected at least one frame", parameter="stats")
    return corpus


def _scored(passes: _Pass, corpus: Corpus, progress: Callable[[int, int], None] | None) -> _Kept:
    """Give what is kept of the frames of all parts."""
    scorer, kept = Scorer(corpus), _Kept(corpus)
    for part in _checked(passes):
        kept.add(part, scorer, corpus)
        if progress is not None:
            progress(2, len(kept.names))
    if len(kept.names) != corpus.frames:
        raise MaskError(
            f"expected {corpus.frames} frames in the second pass, too, got {len(kept.names)}",
            parameter="stats",
        )
    return kept


def _mixed(values: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    """Spread bits (the finalizer of SplitMix64, Steele et al., 2014)."""
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))


def _layouts(stats: FrameStats, min_edges: int) -> npt.NDArray[np.uint64]:
    """Give a number for the labels and neighbours of each frame."""
    near = stats.edges >= min_edges
    pairs = stats.pairs[near].view(np.uint64)
    out = np.zeros(len(stats), np.uint64)
    np.add.at(out, stats.frame_of_label, _mixed(stats.labels.view(np.uint64) + np.uint64(1)))
    golden = np.uint64(0x9E3779B97F4A7C15)
    both = _mixed(_mixed(pairs[:, 0] + golden) + pairs[:, 1])
    np.add.at(out, stats.frame_of_pair[near], both)
    return out


def _as_extra(extra: Mapping[str, float], names: tuple[str, ...]) -> npt.NDArray[np.float64]:
    if not isinstance(extra, Mapping):
        raise MaskTypeError(f"expected a mapping, got {type(extra).__name__}", parameter="extra")
    extra = told(extra, "extra")
    missing = next((name for name in names if name not in extra), None)
    if missing is not None:
        raise MaskError(f"expected a number of frame {missing!r}"[:300], parameter="extra")
    values = np.array([[float(extra[name])] for name in names])
    if not np.isfinite(values).all():
        i = int(np.argmin(np.isfinite(values)[:, 0]))
        raise MaskError(f"expected a finite number of frame {names[i]!r}"[:300], parameter="extra")
    return values


def _places_of(names: tuple[str, ...]) -> npt.NDArray[np.int64]:
    """Give the place of each name when they are sorted; one that comes twice is an error."""
    ordered = sorted(range(len(names)), key=names.__getitem__)
    again = [j for i, j in itertools.pairwise(ordered) if names[i] == names[j]]
    if again:
        i = min(again)
        raise MaskError(f"expected different names, got {shown(names[i])} again"[:300],
                        parameter="stats", index=i)  # fmt: skip
    places = np.empty(len(names), np.int64)
    places[ordered] = np.arange(len(names))
    return places


def percentile_ranks(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Give the share of values that are smaller, and half of that of those that are equal."""
    _, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    below = np.cumsum(counts) - counts
    return ((below + counts / 2) / values.size)[place.reshape(-1)]
