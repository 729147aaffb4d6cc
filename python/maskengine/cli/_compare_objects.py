"""How far annotators drew the same objects, in sums over frames."""

from __future__ import annotations

import itertools
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import maskengine as me
from maskengine.cli._annotators import Objects
from maskengine.quality import match_instances


@dataclass
class PairSums:
    """Of two annotators, over frames: a rater and b rater, in this order.

    Parameters
    ----------
    objects : list of int
        Objects of each.
    matched : int
        Objects that both drew, under one name or two.
    iou : float
        Sum of the IoU of those.
    """

    objects: list[int] = field(default_factory=lambda: [0, 0])
    matched: int = 0
    iou: float = 0.0

    @property
    def f1(self) -> float:
        """Give the share of objects that both drew; 1 where there is none."""
        total = sum(self.objects)
        return 2 * self.matched / total if total else 1.0

    @property
    def mean_iou(self) -> float:
        """Give the mean over all objects; those of one annotator alone add 0."""
        total = sum(self.objects) - self.matched
        return self.iou / total if total else 1.0


@dataclass(frozen=True)
class Odd:
    """An object that one annotator drew alone, or that got two names."""

    kind: str  # missing, name
    area: int
    frame: int
    bbox: tuple[int, ...]
    raters: tuple[int, int]  # who drew it, who did not or else
    labels: tuple[int, int]  # of each; that of nothing is 0

    @property
    def key(self) -> tuple[Any, ...]:
        """Order the largest first, over all frames."""
        return -self.area, self.frame, self.bbox, self.raters


@dataclass
class ObjectCounts:
    """Sums over frames.

    Parameters
    ----------
    least : float
        IoU from which on two objects are one.
    top : int
        Odd objects that are kept.
    """

    least: float
    top: int
    pairs: dict[tuple[int, int], PairSums] = field(default_factory=dict)
    labels: dict[int, PairSums] = field(default_factory=dict)  # of all pairs, under one name
    renamed: Counter[tuple[int, int]] = field(default_factory=Counter)  # pairs of labels
    renamed_by: Counter[tuple[int, int]] = field(default_factory=Counter)  # pairs of raters
    odd: list[Odd] = field(default_factory=list)

    def add(self, frame: int, drawn: list[Objects]) -> None:
        """Match the objects of a frame, for each pair of annotators."""
        for pair in itertools.combinations(range(len(drawn)), 2):
            self._add_pair(frame, pair, (drawn[pair[0]], drawn[pair[1]]))
        self.odd.sort(key=lambda odd: odd.key)
        del self.odd[self.top :]

    def _add_pair(self, frame: int, pair: tuple[int, int], both: tuple[Objects, Objects]) -> None:
        a, b = both
        found = match_instances(
            a.masks, b.masks, self.least,
            categories=(dict(enumerate(a.labels)), dict(enumerate(b.labels))),
        )  # fmt: skip
        sums = self.pairs.setdefault(pair, PairSums())
        sums.matched += found.a.size
        sums.iou += float(found.iou.sum())
        for side, objects in enumerate(both):
            sums.objects[side] += len(objects.labels)
            for label in objects.labels:
                self.labels.setdefault(label, PairSums()).objects[side] += 1
        for i, j, iou, same in zip(
            found.a.tolist(), found.b.tolist(), found.iou.tolist(), found.same_category.tolist(),
            strict=True,
        ):  # fmt: skip
            if same:
                self.labels[a.labels[i]].matched += 1
                self.labels[a.labels[i]].iou += iou
                continue
            labels = a.labels[i], b.labels[j]
            self.renamed[min(labels), max(labels)] += 1
            self.renamed_by[pair] += 1
            self._keep(frame, (a, i), pair, labels)
        for i in found.only_a.tolist():
            self._keep(frame, (a, i), pair, (a.labels[i], 0))
        for j in found.only_b.tolist():
            self._keep(frame, (b, j), (pair[1], pair[0]), (b.labels[j], 0))

    def _keep(
        self,
        frame: int,
        which: tuple[Objects, int],
        raters: tuple[int, int],
        labels: tuple[int, int],
    ) -> None:
        mask = which[0].masks[which[1]]
        area, box = int(me.area(mask)[0]), tuple(me.bbox(mask)[0].tolist())
        self.odd.append(Odd("name" if labels[1] else "missing", area, frame, box, raters, labels))
