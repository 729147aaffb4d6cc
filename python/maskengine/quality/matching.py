"""Which instances of two annotators are the same object."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from maskengine import _arrays
from maskengine._booleans import as_numbered
from maskengine._listing import NOT_READ
from maskengine.errors import MaskError, MaskTypeError, ShapeMismatch, shown
from maskengine.ops.iou import iou as iou_matrix
from maskengine.ops.joint import joint
from maskengine.values import Masks

Longs = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Status = Literal["ok", "both_empty", "a_empty", "b_empty"]


@dataclass(frozen=True, eq=False)
class InstanceMatches:
    """What :func:`match_instances` found.

    Parameters
    ----------
    a, b : numpy.ndarray
        int64 (K,): ids of the instances that are the same object; places in the batch, of `Masks`.
        Sorted by `a`.
    iou : numpy.ndarray
        float64 (K,): of each pair.
    same_category : numpy.ndarray
        bool (K,): whether both have it; where not, one object got two names.
    only_a, only_b : numpy.ndarray
        int64: ids without a match.
    f1 : float
        2 K / (instances of a + instances of b); 1 when both are empty.
    mean_iou : float
        Sum of `iou` over all objects: matched pairs, and instances without a match, which add 0. 1
        when both are empty.
    status : {"ok", "both_empty", "a_empty", "b_empty"}
        Which side has no instance.

    Examples
    --------
    >>> import numpy as np
    >>> from maskengine.quality import match_instances
    >>> found = match_instances(np.array([[1, 1, 0, 2]]), np.array([[7, 7, 7, 0]]))
    >>> found.a.tolist(), found.b.tolist(), found.only_a.tolist(), found.f1
    ([1], [7], [2], 0.6666666666666666)
    """

    a: Longs
    b: Longs
    iou: Floats
    same_category: npt.NDArray[np.bool_]
    only_a: Longs
    only_b: Longs
    f1: float
    mean_iou: float
    status: Status


def match_instances(
    a: Any,
    b: Any,
    min_iou: float = 0.5,
    *,
    method: Literal["hungarian", "greedy"] = "hungarian",
    categories: tuple[Mapping[int, Any], Mapping[int, Any]] | None = None,
) -> InstanceMatches:
    """Match the instances of two annotators by overlap, each at most once.

    Parameters
    ----------
    a, b : array_like or Masks
        Instance maps of one shape, 0 where there is none; or batches of masks of one size, which
        may overlap.
    min_iou : float, default 0.5
        Pairs with less overlap are no match; in (0, 1].
    method : {"hungarian", "greedy"}, default "hungarian"
        The matches with the greatest sum of IoU; or the pair with the greatest IoU first, of equal
        ones that with the lower id in `a`, then in `b`.
    categories : (mapping, mapping), optional
        The category of each id of `a`, and of `b`. Pairs of one category are matched first; among
        what is left, pairs of two.

    Returns
    -------
    InstanceMatches

    Raises
    ------
    MaskTypeError
        If `a` and `b` are not both maps of integers or both :class:`Masks`.
    ShapeMismatch
        If they differ in shape.
    MaskError
        If `min_iou` or `method` is out of range, or an id has no category.

    Notes
    -----
    Kuhn, *The Hungarian Method for the Assignment Problem*, 1955, on each group of instances that
    overlap; above ``min_iou=0.5`` at most one pair is possible in maps, and both methods agree.

    Examples
    --------
    >>> import numpy as np
    >>> from maskengine.quality import match_instances
    >>> a, b = np.array([[1, 1, 1, 2, 2]]), np.array([[4, 4, 5, 5, 5]])
    >>> match_instances(a, b, 0.2).iou.round(3).tolist()
    [0.667, 0.667]
    """
    least = _as_least(min_iou)
    if not _arrays.is_one_of(method, "hungarian", "greedy"):
        raise MaskError(
            f"expected 'hungarian' or 'greedy', got {shown(method)}"[:300], parameter="method"
        )
    ids_a, ids_b, rows, columns, overlap = _candidates(a, b, least)
    same = np.ones(rows.size, np.bool_)
    if categories is not None:
        names_a, names_b = _names(categories, ids_a, ids_b)
        same = np.array(
            [names_a[i] == names_b[j] for i, j in zip(rows, columns, strict=True)], bool
        )
    taken = np.zeros(0, np.int64)
    for wanted in (True, False):
        free = ~np.isin(rows, rows[taken]) & ~np.isin(columns, columns[taken])
        at = np.flatnonzero(free & (same == wanted))
        choose = _greedy if method == "greedy" else _best
        taken = np.concatenate([taken, at[choose(rows[at], columns[at], overlap[at])]])
    taken = taken[np.argsort(rows[taken])]
    return _result(ids_a, ids_b, (rows[taken], columns[taken]), overlap[taken], same[taken])


def _result(
    ids_a: Longs,
    ids_b: Longs,
    pairs: tuple[Longs, Longs],
    overlap: Floats,
    same: npt.NDArray[np.bool_],
) -> InstanceMatches:
    rows, columns = pairs
    n, k = ids_a.size + ids_b.size, rows.size
    status: Status = "ok"
    if 0 in {ids_a.size, ids_b.size}:
        status = "both_empty" if n == 0 else "a_empty" if ids_a.size == 0 else "b_empty"
    return InstanceMatches(
        ids_a[rows],
        ids_b[columns],
        overlap,
        same,
        np.delete(ids_a, rows),
        np.delete(ids_b, columns),
        2 * k / n if n else 1.0,
        float(overlap.sum()) / (n - k) if n else 1.0,
        status,
    )


def _as_least(value: Any) -> float:
    good = _arrays.is_real(value) and not isinstance(value, bool)
    if not good or not 0 < value <= 1:
        raise MaskError(
            f"expected a number in (0, 1], got {shown(value)}"[:300], parameter="min_iou"
        )
    return float(value)


def _candidates(a: Any, b: Any, least: float) -> tuple[Longs, Longs, Longs, Longs, Floats]:
    """Give the ids of both, and the pairs of places in them whose IoU is `least` or more."""
    if isinstance(a, Masks) or isinstance(b, Masks):
        if not (isinstance(a, Masks) and isinstance(b, Masks)):
            wanted = "Masks" if isinstance(a, Masks) else "a map"
            raise MaskTypeError(f"expected {wanted}, as a, got {type(b).__name__}", parameter="b")
        overlap = np.asarray(iou_matrix(a, b))
        rows, columns = np.nonzero(overlap >= least)
        ids_a, ids_b = (np.arange(len(m), dtype=np.int64) for m in (a, b))
        return ids_a, ids_b, rows, columns, overlap[rows, columns]
    first, second = as_numbered(a, "a"), as_numbered(b, "b")
    if first.shape != second.shape:
        raise ShapeMismatch(f"expected {first.shape} as a, got {second.shape}", parameter="b")
    found = joint(first, second)
    sides = []
    for column in found.labels.T:
        ids, place = np.unique(column, return_inverse=True)
        area = np.bincount(place, found.pixels.astype(np.float64), ids.size)
        sides.append((ids, place, area))
    (ids_a, at_a, area_a), (ids_b, at_b, area_b) = sides
    overlap = found.pixels / (area_a[at_a] + area_b[at_b] - found.pixels)
    keep = (found.labels != 0).all(axis=1) & (overlap >= least)
    out_a, out_b = ids_a[ids_a != 0], ids_b[ids_b != 0]
    rows = np.searchsorted(out_a, found.labels[keep, 0])
    return out_a, out_b, rows, np.searchsorted(out_b, found.labels[keep, 1]), overlap[keep]


def _names(categories: Any, ids_a: Longs, ids_b: Longs) -> tuple[list[Any], list[Any]]:
    try:
        of_a, of_b = categories
    except NOT_READ:
        raise MaskTypeError(
            f"expected two mappings, got {shown(categories)}", parameter="categories"
        ) from None
    out = []
    for side, ids, mapping in (("a", ids_a, of_a), ("b", ids_b, of_b)):
        if not isinstance(mapping, Mapping):
            raise MaskTypeError("expected two mappings", parameter="categories")
        missing = [label for label in ids.tolist() if label not in mapping]
        if missing:
            raise MaskError(
                f"expected a category of each id of {side}, got none of {missing[0]}",
                parameter="categories",
            )
        out.append([mapping[label] for label in ids.tolist()])
    return out[0], out[1]


def _greedy(rows: Longs, columns: Longs, overlap: Floats) -> Longs:
    used_rows, used_columns, out = set(), set(), []
    for at in np.lexsort((columns, rows, -overlap)).tolist():
        if rows[at] not in used_rows and columns[at] not in used_columns:
            used_rows.add(rows[at])
            used_columns.add(columns[at])
            out.append(at)
    return np.array(out, np.int64)


def _best(rows: Longs, columns: Longs, overlap: Floats) -> Longs:
    """Solve each group of instances that are linked by pairs."""
    out = []
    for group in _groups(rows, columns):
        if group.size == 1:
            out.append(int(group[0]))
            continue
        lines, row = np.unique(rows[group], return_inverse=True)
        fields, column = np.unique(columns[group], return_inverse=True)
        gain = np.zeros((lines.size, fields.size))
        pair = np.full(gain.shape, -1)
        gain[row, column] = overlap[group]
        pair[row, column] = group
        chosen = [pair[i, j] for i, j in assignment(gain)]
        out += [int(at) for at in chosen if at >= 0]
    return np.array(sorted(out), np.int64)


def _groups(rows: Longs, columns: Longs) -> list[Longs]:
    parent: dict[tuple[str, int], tuple[str, int]] = {}

    def root(node: tuple[str, int]) -> tuple[str, int]:
        while parent.setdefault(node, node) != node:
            parent[node] = parent[parent[node]]
            node = parent[node]
        return node

    for i, j in zip(rows.tolist(), columns.tolist(), strict=True):
        parent[root(("b", j))] = root(("a", i))
    groups: dict[tuple[str, int], list[int]] = {}
    for at, i in enumerate(rows.tolist()):
        groups.setdefault(root(("a", i)), []).append(at)
    return [np.array(group, np.int64) for group in groups.values()]


def assignment(gain: Floats) -> list[tuple[int, int]]:
    """Give pairs (row, column), each row and column at most once, with the greatest sum of gain."""
    if gain.shape[0] > gain.shape[1]:
        return sorted((i, j) for j, i in assignment(gain.T))
    n, m = gain.shape
    cost = np.zeros((n + 1, m + 1))
    cost[1:, 1:] = -gain
    u, v = np.zeros(n + 1), np.zeros(m + 1)
    owner = np.zeros(m + 1, np.int64)  # row of each column; column 0 holds the row in hand
    for i in range(1, n + 1):
        owner[0] = i
        column = 0
        slack = np.full(m + 1, math.inf)
        before = np.zeros(m + 1, np.int64)
        done = np.zeros(m + 1, np.bool_)
        while owner[column] != 0:
            done[column] = True
            row = owner[column]
            reduced = cost[row] - u[row] - v
            closer = ~done & (reduced < slack)
            slack[closer] = reduced[closer]
            before[closer] = column
            column = int(np.argmin(np.where(done, math.inf, slack)))
            step = slack[column]
            u[owner[done]] += step
            v[done] -= step
            slack[~done] -= step
        while column:
            owner[column] = owner[before[column]]
            column = int(before[column])
    return sorted((int(owner[j]) - 1, j - 1) for j in range(1, m + 1) if owner[j])
