"""How densely outlines are set with vertices, and whether that follows the rule of a class."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from maskengine import _arrays
from maskengine._listing import NOT_READ, countable
from maskengine.errors import MaskError, MaskTypeError, shown
from maskengine.ops.check_polygons import PolygonChecks, check_polygons
from maskengine.ops.simplify import simplify
from maskengine.quality._edges import Edges, edges_of
from maskengine.quality.deviation import Deviation, as_tolerance, deviation
from maskengine.values import Polygons


def needed_density(radius: Any, tolerance: float = 0.5) -> npt.NDArray[np.float64]:
    """Say how many vertices a curve needs for edges to stay within a tolerance of it.

    Parameters
    ----------
    radius : float or array_like of float
        Of the curve, in pixels.
    tolerance : float, default 0.5
        Distance of the middle of an edge from the curve, in pixels, at most.

    Returns
    -------
    numpy.ndarray
        float64, of the shape of `radius`: vertices per 100 pixels of outline of an inscribed
        regular polygon, ``100 n / (2 pi r)`` with ``n = ceil(pi / arccos(1 - tolerance / r))`` but
        at least 3; nearly ``100 / sqrt(8 r tolerance)``. Infinite with a tolerance of 0.

    Raises
    ------
    MaskError
        If a radius is not above 0 and finite, or `tolerance` no number of 0 or more.

    Examples
    --------
    >>> from maskengine.quality import needed_density
    >>> float(round(needed_density(100, 0.5)[()], 3))
    5.093
    """
    limit = as_tolerance(tolerance)
    try:
        radii = np.asarray(countable(radius, "radius"), np.float64)
    except NOT_READ:
        raise MaskTypeError(
            f"expected numbers, got {shown(radius)}"[:300], parameter="radius"
        ) from None
    if not ((radii > 0) & np.isfinite(radii)).all():
        wrong = radii[~((radii > 0) & np.isfinite(radii))]
        raise MaskError(
            f"expected finite radii above 0, got {float(wrong.flat[0])}", parameter="radius"
        )
    out = np.array(radii)
    with np.errstate(divide="ignore", over="ignore"):  # in place: there may be many
        np.divide(limit / 2, out, out=out)
        # half of the arc cosine of 1 - limit / radius, of which nothing cancels
        np.arcsin(np.sqrt(np.minimum(out, 1, out=out), out=out), out=out)
        np.ceil(np.divide(np.pi / 2, out, out=out), out=out)
        np.maximum(out, 3, out=out)
        out *= 100 / (2 * np.pi)
        out /= radii
    return out


@dataclass(frozen=True)
class DensityRule:
    """What a class asks of the vertices of its outlines.

    Parameters
    ----------
    least, most : float, default 0 and infinite
        Vertices per 100 pixels of outline. Judged edge by edge: one longer than ``100 / least``
        pixels, or shorter than ``100 / most``, breaks the rule.
    straight_ok : bool, default False
        Whether an edge may be longer where the outline is so straight that it stays within
        `tolerance` of the curve that its neighbours suggest.
    tolerance : float, default 0.5
        In pixels; for `straight_ok`.
    corner : float, default 60
        Degrees by which an outline turns at a corner, at least. What turns less is taken as part of
        a curve; for `straight_ok`.

    Raises
    ------
    MaskError
        If a number is negative or NaN, or `least` above `most`.

    Examples
    --------
    >>> from maskengine.quality import DensityRule
    >>> DensityRule(least=2.0, straight_ok=True).least
    2.0
    """

    least: float = 0.0
    most: float = math.inf
    straight_ok: bool = False
    tolerance: float = 0.5
    corner: float = 60.0

    def __post_init__(self) -> None:
        for name in ("least", "most", "tolerance", "corner"):
            as_tolerance(getattr(self, name), name)
        if self.least > self.most:
            raise MaskError(f"expected at most {self.most}, got {self.least}", parameter="least")


@dataclass(frozen=True, eq=False)
class DensityVerdict:
    """What :meth:`DensityReport.check` found.

    Parameters
    ----------
    passed : numpy.ndarray
        bool (N,): of each item, whether none of its edges breaks the rule of its class.
    arcs : numpy.ndarray
        int64 (K, 2), by ring and vertex: the edges that do: ring of the batch, and the vertex
        within it from which the edge starts.
    items : numpy.ndarray
        int64 (K,): the item of each of them.
    lengths, bounds : numpy.ndarray
        float64 (K,): how long each is, and how long it may be (or has to be, where it is shorter),
        in pixels.

    Examples
    --------
    >>> import maskengine as me
    >>> from maskengine.quality import DensityRule, vertex_density
    >>> report = vertex_density(me.Polygons.from_boxes([0, 0, 100, 100]))
    >>> report.check(DensityRule(least=2.0)).arcs.tolist()
    [[0, 0], [0, 1], [0, 2], [0, 3]]
    """

    passed: npt.NDArray[np.bool_]
    arcs: npt.NDArray[np.int64]
    items: npt.NDArray[np.int64]
    lengths: npt.NDArray[np.float64]
    bounds: npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class DensityReport:
    """What :func:`vertex_density` measured of R rings, in columns.

    Parameters
    ----------
    checks : PolygonChecks
        Vertices, perimeter, area and flaws of each ring.
    density : numpy.ndarray
        float64 (R,): vertices per 100 pixels of outline; infinite for a ring of no length.
    shortest, median, longest : numpy.ndarray
        float64 (R,): edges, in pixels, those of no length left out; NaN without any.
    redundant : numpy.ndarray
        int64 (R,): vertices that repeat the one before, or close the ring, or lie between their
        neighbours on a line.
    removable : numpy.ndarray
        int64 (R,): vertices that can go with the outline staying within the tolerance, by
        :func:`maskengine.simplify`; the redundant ones count.
    deviation : Deviation or None
        Of each item, from its mask, where masks were given.

    Examples
    --------
    >>> import maskengine as me
    >>> from maskengine.quality import vertex_density
    >>> report = vertex_density(me.Polygons.from_coco([[[0, 0, 50, 0, 100, 0, 100, 40, 0, 40]]]))
    >>> report.median, report.redundant
    (array([50.]), array([1]))
    """

    checks: PolygonChecks
    density: npt.NDArray[np.float64]
    shortest: npt.NDArray[np.float64]
    median: npt.NDArray[np.float64]
    longest: npt.NDArray[np.float64]
    redundant: npt.NDArray[np.int64]
    removable: npt.NDArray[np.int64]
    deviation: Deviation | None
    _edges: Edges = field(repr=False)

    def check(self, rules: Any, classes: Any = None) -> DensityVerdict:
        """Judge the edges by a rule, or by the rule of the class of each item.

        Parameters
        ----------
        rules : DensityRule or mapping of int to DensityRule
            One for all; or by class: items of other classes pass.
        classes : array_like of int, optional
            int64 (N,): the class of each item, with a mapping.

        Returns
        -------
        DensityVerdict

        Raises
        ------
        MaskTypeError
            If `rules` is neither, or `classes` are no integers.
        ShapeMismatch
            If there is not one class per item.
        MaskError
            If classes come without a mapping, or it without them.

        Notes
        -----
        The curve at an edge of length L is the arc that leaves it by the angle a at both ends, and
        is ``L / 2 tan(a / 2)`` from its middle: the sagitta. At each vertex the outline turns by
        the angles of both edges there; what the next edge takes of it is told by the turn at its
        other end, in proportion to the lengths. The smaller angle of the two ends counts, and a
        corner says nothing, so that neither corners nor round ends make a straight edge fail. What
        is not in the outline cannot be seen: a coarse drawing of a curve that turns by corners
        passes, and its deviation from a mask shows it.

        Examples
        --------
        >>> import maskengine as me
        >>> from maskengine.quality import DensityRule, vertex_density
        >>> report = vertex_density(me.Polygons.from_boxes([[0, 0, 100, 100], [0, 0, 9, 9]]))
        >>> rules = {7: DensityRule(least=2.0), 8: DensityRule(least=2.0, straight_ok=True)}
        >>> report.check(rules, [7, 8]).passed, report.check(rules, [8, 7]).passed
        (array([False,  True]), array([ True,  True]))
        """
        n = len(self.checks.polygons)
        edges = self._edges
        named, rule_of = _rules(rules, classes, n)
        table = np.array(
            [[r.least, r.most, r.straight_ok, r.tolerance, math.radians(r.corner)] for r in named]
        ).reshape(-1, 5)
        least, most, straight, tolerance, corner = table[rule_of[edges.item]].T
        with np.errstate(divide="ignore"):
            longest, shortest = 100 / least, 100 / most
        long = edges.length > longest
        asked = np.flatnonzero(long & (straight > 0))
        long[asked] = edges.sagitta(asked, corner[asked]) > tolerance[asked]
        bad = np.flatnonzero(long | ((edges.length < shortest) & (edges.length > 0)))
        passed = np.ones(n, bool)
        passed[edges.item[bad]] = False
        return DensityVerdict(
            passed,
            np.stack([edges.ring[bad], edges.vertex[bad]], axis=1),
            edges.item[bad],
            edges.length[bad],
            np.where(long[bad], longest[bad], shortest[bad]),
        )


def _rules(rules: Any, classes: Any, n: int) -> tuple[list[DensityRule], npt.NDArray[np.int64]]:
    """Give the rules, and which one is that of each item."""
    if isinstance(rules, DensityRule):
        if classes is not None:
            raise MaskError("expected none with one rule for all", parameter="classes")
        return [rules], np.zeros(n, np.int64)
    if not isinstance(rules, Mapping) or not all(
        isinstance(rule, DensityRule) for rule in rules.values()
    ):
        raise MaskTypeError(
            f"expected a DensityRule or a mapping to such, got {shown(rules)}"[:300],
            parameter="rules",
        )
    if classes is None:
        raise MaskError("expected the class of each item, as for rules", parameter="classes")
    place = {label: i for i, label in enumerate(rules, 1)}
    labels = _arrays.as_int64(classes, "classes", (n,))
    return [DensityRule(), *rules.values()], np.array(
        [place.get(label, 0) for label in labels.tolist()], np.int64
    )


def vertex_density(
    polygons: Polygons, masks: Any = None, *, tolerance: float = 0.5
) -> DensityReport:
    """Measure how densely outlines are set with vertices.

    Parameters
    ----------
    polygons : Polygons
        A batch of N items with R rings.
    masks : Masks, array_like or Polygons, optional
        What they stand for, for their deviation: N masks, or outlines.
    tolerance : float, default 0.5
        In pixels: how far an outline may move for a vertex to be called removable.

    Returns
    -------
    DensityReport
        Columns over rings; ``.check(rules, classes)`` judges them.

    Raises
    ------
    MaskTypeError
        If `polygons` is not a :class:`Polygons`, or `masks` neither masks nor polygons.
    ShapeMismatch
        If there are not N masks.
    MaskError
        If `tolerance` is no number of 0 or more.

    Examples
    --------
    >>> import maskengine as me
    >>> from maskengine.quality import vertex_density
    >>> report = vertex_density(me.Polygons.from_boxes([0, 0, 100, 100]))
    >>> report.density, report.longest
    (array([1.]), array([100.]))
    """
    limit = as_tolerance(tolerance)
    # first: refuses coordinates of which lengths and angles are not finite
    fewer = np.diff(simplify(polygons, max_distance=limit).to_ragged()[1][0])
    checks = check_polygons(polygons, max_crossings=0)
    edges = edges_of(polygons, checks)
    shortest, median, longest = edges.spread(len(checks.vertices))
    rings = polygons.to_ragged()[1][0]
    on_line = np.diff(np.concatenate([[0], np.cumsum(checks.flags & 7 == 2)])[rings])
    return DensityReport(
        checks,
        checks.density,
        shortest,
        median,
        longest,
        np.diff(rings) - checks.vertices + on_line,
        np.maximum(np.diff(rings) - fewer, 0),
        None if masks is None else deviation(polygons, masks),
        edges,
    )
