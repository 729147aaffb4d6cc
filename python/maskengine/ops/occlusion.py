"""What layers hide of each other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from maskengine import _arrays
from maskengine._backend import core
from maskengine.errors import MaskError, MaskTypeError, ShapeMismatch, shown
from maskengine.values import Masks, runs_of, wrap

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Occlusion:
    """What :func:`occlusion` found of N layers and K pairs of them, in columns.

    Parameters
    ----------
    amodal, visible : Masks
        N masks each: whole objects, and what is seen of them.
    area, visible_area : numpy.ndarray
        int64 (N,): their pixels.
    truncated : numpy.ndarray
        bool (N,): whether the whole object touches the edge of the image, so that more of it may
        lie outside.
    parts : numpy.ndarray
        int64 (N,): components of what is seen (connectivity 8).
    pairs : numpy.ndarray
        int64 (K, 2): layers i < j that have a pixel in common, sorted.
    shared : numpy.ndarray
        int64 (K,): pixels in both whole objects.
    seen : numpy.ndarray
        int64 (K, 2): pixels seen of i that are in the whole j, and the other way round.
    clash : numpy.ndarray
        int64 (K,): pixels seen of both; 0 unless ``visible=`` was given.
    outside : numpy.ndarray
        int64 (N,): pixels seen of a layer that are not in the whole; 0 unless ``visible=`` was
        given.
    unseen : numpy.ndarray
        int64 (N,): pixels of the whole where no layer is seen; 0 unless ``visible=`` was given.

    Examples
    --------
    >>> import maskengine as me
    >>> boxes = me.Polygons.from_boxes([[0, 0, 10, 10], [4, 0, 10, 10]])
    >>> found = me.occlusion(me.rasterize(boxes, (20, 20)), z=[1, 0])
    >>> found.pairs, found.shared, found.rate
    (array([[0, 1]]), array([60]), array([0. , 0.6]))
    """

    amodal: Masks
    visible: Masks
    area: Ints
    visible_area: Ints
    truncated: npt.NDArray[np.bool_]
    parts: Ints
    pairs: Ints
    shared: Ints
    seen: Ints
    clash: Ints
    outside: Ints
    unseen: Ints

    def __len__(self) -> int:
        return len(self.area)

    @property
    def rate(self) -> npt.NDArray[np.float64]:
        """Share of each whole object that is hidden, float64 (N,); NaN of an empty one."""
        with np.errstate(invalid="ignore"):
            return np.where(self.area > 0, 1 - self.visible_area / self.area, np.nan)

    @property
    def front(self) -> Ints:
        """The layer of each pair that lies in front, int64 (K,).

        The one of which more is seen in the whole other; -1 where as much is seen of either
        (mutual), -2 where nothing is, as when a third one hides both.
        """
        first, second = self.seen.T
        mutual = np.where(first > 0, -1, -2)
        chosen = np.where(first > second, self.pairs[:, 0], self.pairs[:, 1])
        return np.where(first == second, mutual, chosen).astype(np.int64)

    def edges(self) -> Ints:
        """List the order graph.

        Returns
        -------
        numpy.ndarray
            int64 (E, 2), sorted: a layer, and one that it lies in front of; mutual pairs both ways.

        Examples
        --------
        >>> import maskengine as me
        >>> boxes = me.Polygons.from_boxes([[0, 0, 4, 4], [2, 0, 4, 4]])
        >>> me.occlusion(me.rasterize(boxes, (8, 8))).edges()
        array([[1, 0]])
        """
        front = self.front
        rows = self.pairs[front >= 0]
        swap = rows[:, 0] != front[front >= 0]
        rows = np.where(swap[:, None], rows[:, ::-1], rows)
        mutual = self.pairs[front == -1]
        every = np.concatenate([rows, mutual, mutual[:, ::-1]]).reshape(-1, 2)
        return every[np.lexsort((every[:, 1], every[:, 0]))]

    def cycles(self) -> list[list[int]]:
        """List layers that lie in front of each other in a ring.

        Returns
        -------
        list of list of int
            For each group of layers that can be reached from one another (a strongly connected
            component of the order graph), the shortest ring through its lowest layer, from this one
            on, each in front of the next; ``[]`` when the layers can be put in an order. Always so
            unless ``visible=`` was given.

        Examples
        --------
        >>> import maskengine as me
        >>> boxes = me.rasterize(me.Polygons.from_boxes([[0, 0, 4, 2], [2, 0, 4, 2]]), (2, 6))
        >>> halves = me.rasterize(me.Polygons.from_boxes([[0, 0, 3, 2], [3, 0, 3, 2]]), (2, 6))
        >>> me.occlusion(boxes, visible=halves).cycles()
        [[0, 1]]
        """
        behind: list[list[int]] = [[] for _ in range(len(self))]
        for i, j in self.edges().tolist():
            behind[i].append(j)
        groups = [sorted(group) for group in _groups(behind) if len(group) > 1]
        return [_ring(behind, set(group), group[0]) for group in sorted(groups)]


def occlusion(
    masks: Masks,
    z: Any | None = None,
    *,
    visible: Masks | None = None,
    ties: Literal["later", "earlier", "error"] = "later",
) -> Occlusion:
    """Find what is seen of layers that lie over each other, and which hides which.

    Parameters
    ----------
    masks : Masks
        N layers of one size (H, W), each as if nothing hid it (amodal).
    z : array_like of int, optional
        Shape (N,): the layer with the highest lies in front. By default all are equal.
    visible : Masks, optional
        N masks of the same size: what is seen of each, drawn by hand, say; it then decides, not
        `z`, and what contradicts it is counted (see :func:`maskengine.quality.check_amodal`).
    ties : {"later", "earlier", "error"}, default "later"
        Which of layers with equal `z` lies in front.

    Returns
    -------
    Occlusion

    Raises
    ------
    MaskTypeError
        If `masks` or `visible` is not a :class:`Masks`, or `z` not of integers.
    ShapeMismatch
        If masks differ in size, or `z` or `visible` has not one item per layer.
    MaskError
        If `z` goes with `visible`, layers with equal `z` overlap under ``ties="error"``, or `ties`
        is none of its values.

    Notes
    -----
    What is seen of a layer is the layer without those in front. Of i and j the one is in front of
    which more is seen in the whole other (the order of amodal data sets: Zhu et al., *Semantic
    Amodal Segmentation*, 2017; Zhan et al., *Self-Supervised Scene De-occlusion*, 2020, where equal
    numbers count for i; here they are mutual).

    One sweep over the ends of all runs, without pixels: R runs of N layers, of which d lie over a
    pixel at most, take R (log N + d) steps.

    Examples
    --------
    >>> import maskengine as me
    >>> boxes = me.Polygons.from_boxes([[4, 0, 10, 10], [0, 0, 10, 10]])
    >>> found = me.occlusion(me.rasterize(boxes, (20, 20)))
    >>> found.visible_area, found.rate
    (array([ 40, 100]), array([0.6, 0. ]))
    >>> found.edges()
    array([[1, 0]])
    """
    runs = runs_of(masks)
    n = len(masks)
    if not _arrays.is_one_of(ties, "later", "earlier", "error"):
        raise MaskError(
            f"expected 'later', 'earlier' or 'error', got {shown(ties)}", parameter="ties"
        )
    if visible is not None:
        if z is not None:
            raise MaskError("expected no z= with visible=", parameter="z")
        rows, inside, unseen = core.occlusion_seen(runs, runs_of(visible, "visible"))
        seen, outside = visible, core.area(runs_of(visible, "visible")) - inside
    else:
        heights = np.zeros(n, np.int64) if z is None else _heights(z, n)
        order = np.lexsort((np.arange(n) * (-1 if ties == "earlier" else 1), heights))
        rank = np.empty(n, np.int64)
        rank[order] = np.arange(n)
        seen_runs, rows = core.occlusion(runs, rank)
        seen, outside, unseen = wrap(seen_runs), np.zeros(n, np.int64), np.zeros(n, np.int64)
        if ties == "error":
            _check_ties(rows, heights)
    parts = core.label_masks(runs_of(seen), True, False, False)[1]
    return Occlusion(
        masks,
        seen,
        core.area(runs),
        core.area(runs_of(seen)),
        _touches(masks),
        np.asarray(parts, np.int64),
        rows[:, :2].copy(),
        rows[:, 2].copy(),
        rows[:, 3:5].copy(),
        rows[:, 5].copy(),
        outside,
        unseen,
    )


def _heights(z: Any, n: int) -> npt.NDArray[Any]:
    array = _arrays.as_whole(z, "z")
    if array.dtype.kind not in "ui":
        raise MaskTypeError(f"expected integers, got dtype {array.dtype}", parameter="z")
    if array.shape != (n,):
        raise ShapeMismatch(f"expected shape ({n},), got {array.shape}", parameter="z")
    return array


def _check_ties(rows: Ints, heights: npt.NDArray[Any]) -> None:
    tied = np.flatnonzero((rows[:, 2] > 0) & (heights[rows[:, 0]] == heights[rows[:, 1]]))
    if tied.size:
        i, j, shared = rows[tied[0], :3].tolist()
        raise MaskError(
            f"expected another z than that of layer {i}, with which it shares {shared} pixels",
            parameter="z",
            index=j,
        )


def _touches(masks: Masks) -> npt.NDArray[np.bool_]:
    """Say which masks touch the edge of their image."""
    left, top, right, bottom = core.bbox(runs_of(masks), False).T
    height, width = masks.sizes.T
    touch = (left == 0) | (top == 0) | (right == width) | (bottom == height)
    return np.asarray(touch & (right > left), np.bool_)


def _groups(behind: list[list[int]]) -> list[list[int]]:
    """Give the strongly connected components of a graph (Tarjan, 1972), without recursion."""
    n = len(behind)
    index, low, on_stack = [-1] * n, [0] * n, [False] * n
    stack: list[int] = []
    found: list[list[int]] = []
    count = 0
    for root in range(n):
        work = [(root, 0)] if index[root] < 0 else []
        while work:
            node, at = work.pop()
            if at == 0:
                index[node] = low[node] = count
                count += 1
                stack.append(node)
                on_stack[node] = True
            else:
                low[node] = min(low[node], low[behind[node][at - 1]])
            for k in range(at, len(behind[node])):
                after = behind[node][k]
                if index[after] < 0:
                    work += [(node, k + 1), (after, 0)]
                    break
                if on_stack[after]:
                    low[node] = min(low[node], index[after])
            else:
                if low[node] == index[node]:
                    place = stack.index(node)
                    found.append(stack[place:])
                    del stack[place:]
                    for one in found[-1]:
                        on_stack[one] = False
    return found


def _ring(behind: list[list[int]], group: set[int], start: int) -> list[int]:
    """Give the shortest way from a node of a component back to it."""
    came: dict[int, int] = {}
    wave = [start]
    while wave:
        following: list[int] = []
        for node in wave:
            for after in behind[node]:
                if after == start:
                    way = [node]
                    while way[-1] != start:
                        way.append(came[way[-1]])
                    return way[::-1]
                if after in group and after not in came:
                    came[after] = node
                    following.append(after)
        wave = following
    return []  # not reached: the group is strongly connected
