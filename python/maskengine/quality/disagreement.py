"""Where annotators disagree: regions, what kind of disagreement each is, and whose."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from maskengine import _arrays
from maskengine.errors import MaskError, MaskTypeError, ShapeMismatch, shown
from maskengine.ops._label_maps import as_label_list
from maskengine.ops.boundary import boundary
from maskengine.ops.dilate import dilate
from maskengine.ops.distance_transform import distance_transform
from maskengine.ops.joint import assign, joint
from maskengine.ops.label import label
from maskengine.ops.open import open as opened
from maskengine.ops.remap import remap
from maskengine.quality._labels import as_void
from maskengine.quality._raters import as_raters, classes_of, support, winners

Longs = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Measure = Literal["votes", "entropy"]
KINDS = ("missing", "class", "extent", "boundary")  # the gravest first
_NEAR = 0.9  # share of a region near the edges of the consensus, from which on it is of them
_PAIR = 0.8  # share of its votes that one pair of labels has, from which on it is of these
_WHOLE = 0.9  # share of an object that lies in a region, from which on it is of that region
_MOST = 0.5  # share of a region that such objects fill, from which on it is about them


@dataclass(frozen=True, eq=False)
class DisagreementRegions:
    """What :func:`disagreement_regions` found: K regions in columns, the gravest first.

    Parameters
    ----------
    regions : numpy.ndarray
        Label map: region k has label k + 1, agreement has 0.
    kind : numpy.ndarray
        Of each: ``"missing"``, some have an object there that others do not have; ``"class"``, it
        has two names; ``"extent"``, they draw it with different extent; ``"boundary"``, they draw
        its outline a little differently.
    area : numpy.ndarray
        int64 (K,): pixels.
    mass : numpy.ndarray
        float64 (K,): sum of the disagreement over these pixels.
    thickness : numpy.ndarray
        int64 (K,): twice the greatest chessboard distance of a pixel to where all agree, or out of
        the image.
    near : numpy.ndarray
        float64 (K,): share of the region within `tau` of an edge of the majority's map.
    bbox : numpy.ndarray
        int64 (K, 4): left, top, width, height.
    first_pixel : numpy.ndarray
        int64 (K, 2): x and y of the first pixel in raster order.
    labels : numpy.ndarray
        int64 (K, 2): the pair of labels that most pairs of annotators are divided over; first the
        one with more votes in the region.
    pair_share : numpy.ndarray
        float64 (K,): share of all divided pairs that are divided over these two.
    rater : numpy.ndarray
        int64 (K,): who dissents from the majority in most pixels; -1 where nobody does, or several
        do alike.
    dissent : numpy.ndarray
        float64 (K, R): in what share of the region each annotator dissents from a majority.

    Examples
    --------
    >>> import numpy as np
    >>> from maskengine.quality import disagreement_regions
    >>> drawn = np.zeros((9, 9), int)
    >>> drawn[2:7, 2:7] = 1
    >>> found = disagreement_regions([drawn, drawn, drawn * 0])
    >>> found.kind.tolist(), found.area.tolist(), found.rater.tolist()
    (['missing'], [25], [2])
    """

    regions: npt.NDArray[Any]
    kind: npt.NDArray[np.str_]
    area: Longs
    mass: Floats
    thickness: Longs
    near: Floats
    bbox: Longs
    first_pixel: Longs
    labels: Longs
    pair_share: Floats
    rater: Longs
    dissent: Floats

    def __len__(self) -> int:
        return len(self.area)


def disagreement_map(
    maps: Any, void: Any = (), measure: Measure = "votes"
) -> npt.NDArray[np.float32]:
    """Give each pixel a number for how far annotators disagree there.

    Parameters
    ----------
    maps : sequence of array_like, Masks or PackedBits
        Label maps of one shape, (H, W) or stacks (N, H, W), of 2 to 62 annotators; or one mask of
        each.
    void : int or iterable of int, optional
        Labels that say that nothing was annotated.
    measure : {"votes", "entropy"}, default "votes"
        1 minus the share of votes of the label with the most; or the entropy of the votes, in bits.

    Returns
    -------
    numpy.ndarray
        float32, of the shape of the maps; 0 where all agree, or fewer than two annotated.

    Raises
    ------
    MaskError, MaskTypeError, ShapeMismatch, LimitExceeded
        As :func:`rater_counts`; `measure` is another word.

    Examples
    --------
    >>> import numpy as np
    >>> from maskengine.quality import disagreement_map
    >>> disagreement_map([np.array([[0, 1]]), np.array([[0, 0]])]).tolist()
    [[0.0, 0.5]]
    """
    arrays = as_raters(maps)
    table = joint(*arrays)
    _, places = classes_of(table.labels, as_void(void))
    return assign(arrays, table, _strength(places, measure).astype(np.float32))


def disagreement_regions(
    maps: Any,
    tau: int = 2,
    void: Any = (),
    *,
    background: int = 0,
    measure: Measure = "votes",
    split: bool = False,
) -> DisagreementRegions:
    """Find the regions in which annotators disagree, and rank them.

    Parameters
    ----------
    maps : sequence of array_like, Masks or PackedBits
        Label maps (H, W) of one shape, of 2 to 62 annotators; or one mask of each.
    tau : int, default 2
        Differences of outlines up to this many pixels are a matter of the boundary; at least 1.
    void : int or iterable of int, optional
        Labels that say that nothing was annotated.
    background : int, default 0
        The label of what is no object: other extent of it is no other class.
    measure : {"votes", "entropy"}, default "votes"
        Of `mass`, as in :func:`disagreement_map`.
    split : bool, default False
        Cut thick parts (squares of side 2 `tau` + 1 that fit in, and what of the region is within
        `tau` of them) from thin ones, so that an object is not one region with all the outlines
        that it touches.

    Returns
    -------
    DisagreementRegions

    Raises
    ------
    MaskError, MaskTypeError, ShapeMismatch, LimitExceeded
        As :func:`rater_counts`; or an option is out of range.

    Notes
    -----
    Regions are 8-connected. One is ``"missing"`` if whole objects (components of one label) of
    some annotators fill half of it, and of others do not; else ``"boundary"`` if nine tenths of it
    lie within `tau` of an edge of the majority's map (where nobody has a majority is a segment of
    its own) and it is no thicker than twice that; else ``"class"`` if whole objects of all fill it,
    or if two labels, none of them the background, account for four fifths of the divided votes;
    else ``"extent"``. Void is no object, and who annotated nothing of a region is not asked. The
    order is total: by kind, then mass, then area, the greater ones first, then the first pixel.

    Examples
    --------
    >>> import numpy as np
    >>> from maskengine.quality import disagreement_regions
    >>> drawn = np.zeros((20, 20), int)
    >>> drawn[4:16, 4:16] = 1
    >>> found = disagreement_regions([drawn, drawn, np.roll(drawn, 1, 1)])
    >>> found.kind.tolist(), found.area.tolist(), found.labels.tolist()
    (['boundary', 'boundary'], [12, 12], [[1, 0], [0, 1]])
    """
    split = _arrays.as_flag(split, "split")
    as_label_list([background], "background")
    arrays = as_raters(maps)
    if arrays[0].ndim != 2:
        raise ShapeMismatch(f"expected maps (H, W), got {arrays[0].shape}", parameter="maps")
    width = _as_tau(tau)
    table = joint(*arrays)
    ignored = as_void(void)
    classes, places = classes_of(table.labels, ignored)
    strength = _strength(places, measure)
    rows = np.flatnonzero(strength > 0)
    number = np.zeros(len(table), np.int64)
    number[rows] = np.arange(1, rows.size + 1)
    numbers = assign(arrays, table, number.astype(_arrays.narrowest_dtype(0, rows.size)))
    differs = numbers != 0
    cut = _cut(differs, width) if split else differs.view(np.uint8)
    parts, count, stats = label(cut, 8, kind="labels", stats=True)
    majority = _majority(places, classes.size)
    edges = boundary(assign(arrays, table, majority), width, border="foreground", kind="labels")
    found = joint(parts, numbers, edges)
    inside = found.labels[:, 0] > 0
    part, row = found.labels[inside, 0] - 1, rows[found.labels[inside, 1] - 1]
    near, pixels = found.labels[inside, 2], found.pixels[inside]
    area = stats.area
    mass = np.bincount(part, strength[row] * pixels, count).astype(np.float64)
    close = np.bincount(part, near * pixels, count) / np.maximum(area, 1)
    thickness = _thickness(parts, count)
    dissent, rater = _dissent(places, (part, row, pixels), area)
    pairs, pair_share = _pairs(places, (part, row, pixels), classes, count)
    whole = _whole(arrays, parts, area, ignored)
    outline = (close >= _NEAR) & (thickness <= 2 * width)
    named = (pair_share >= _PAIR) & ~(pairs == background).any(axis=1)
    kind = _kind(whole, _rated(places, (part, row, pixels), count), outline, named)
    first = stats.first_pixel
    order = np.lexsort((first[:, 0], first[:, 1], -area, -mass.round(9), kind))
    back = np.zeros(count + 1, np.int64)
    back[order + 1] = np.arange(1, count + 1)
    return DisagreementRegions(
        remap(parts, back),
        np.array(KINDS)[kind[order]],
        area[order],
        mass[order],
        thickness[order],
        close[order],
        stats.bbox[order],
        first[order],
        pairs[order],
        pair_share[order],
        rater[order],
        dissent[order],
    )


def _cut(differs: npt.NDArray[np.bool_], width: int) -> npt.NDArray[np.uint8]:
    """Give thick parts label 2 and thin ones 1."""
    core = dilate(opened(differs, width, border="background"), width)
    return differs.view(np.uint8) + (core & differs).view(np.uint8)


def _as_tau(tau: Any) -> int:
    if not _arrays.is_whole(tau):
        raise MaskTypeError(f"expected an integer, got {shown(tau)}"[:300], parameter="tau")
    if not 1 <= tau < 2**20:
        raise MaskError(f"expected 1 or more, got {shown(tau)}", parameter="tau")
    return int(tau)


def _strength(places: Longs, measure: Any) -> Floats:
    if not _arrays.is_one_of(measure, "votes", "entropy"):
        raise MaskError(f"expected 'votes' or 'entropy', got {shown(measure)}", parameter="measure")
    rated = (places >= 0).sum(axis=1)
    several = rated > 1
    if measure == "votes":
        return np.where(several, 1 - winners(places, np.ones(places.shape[1]))[2], 0.0)
    shares = support(places, np.ones(places.shape[1])) / np.maximum(rated, 1)[:, None]
    logs = np.zeros(shares.shape)
    np.log2(shares, out=logs, where=shares > 0)
    bits = -np.where(places >= 0, logs, 0).sum(axis=1) / np.maximum(rated, 1)  # by annotator
    return np.where(several, bits + 0.0, 0.0)


def _majority(places: Longs, classes: int) -> npt.NDArray[Any]:
    """Give labels above 0 for the map of the majority; 1 where there is none."""
    chosen, equal, _ = winners(places, np.ones(places.shape[1]))
    labels = np.where(equal > 1, 1, chosen + 2 + (chosen < 0) * (classes + 1))
    return labels.astype(_arrays.narrowest_dtype(0, classes + 3))


def _thickness(parts: npt.NDArray[Any], count: int) -> Longs:
    """Give twice the greatest depth of each part; what lies outside the frame is outside."""
    depth = distance_transform(np.pad(parts != 0, 1), metric="chebyshev")[1:-1, 1:-1]
    most = np.zeros(count + 1)
    np.maximum.at(most, parts[parts != 0], depth[parts != 0])
    return 2 * most[1:].astype(np.int64)


def _dissent(places: Longs, cells: tuple[Longs, Longs, Longs], area: Longs) -> tuple[Floats, Longs]:
    part, row, pixels = cells
    raters = places.shape[1]
    chosen, equal, _ = winners(places, np.ones(raters))
    against = (places != chosen[:, None]) & (places >= 0) & (equal == 1)[:, None]
    shares = np.zeros((area.size, raters))
    for r in range(raters):
        shares[:, r] = np.bincount(part, against[row, r] * pixels, area.size) / area
    most = shares.max(axis=1, initial=0.0)
    alone = ((shares == most[:, None]).sum(axis=1) == 1) & (most > 0)
    return shares, np.where(alone, shares.argmax(axis=1), -1)


def _pairs(
    places: Longs, cells: tuple[Longs, Longs, Longs], classes: Longs, count: int
) -> tuple[Longs, Floats]:
    """Give the pair of labels over which most pairs of annotators are divided, and its share."""
    part, row, pixels = cells
    n = max(classes.size, 1)
    votes, apart = [], []
    for i in range(places.shape[1]):
        a = places[row, i]
        votes.append((np.where(a >= 0, part * n + a, -1), pixels))
        for j in range(i):
            b = places[row, j]
            at = (a != b) & (a >= 0) & (b >= 0)
            low, high = np.minimum(a, b)[at], np.maximum(a, b)[at]
            apart.append(((part[at] * n + low) * n + high, pixels[at]))
    keys, total = _added(apart)
    owner = keys // (n * n)
    order = np.lexsort((keys, -total, owner))
    top = order[np.searchsorted(owner[order], np.arange(count))]  # every part has a pair
    low, high = keys[top] // n % n, keys[top] % n
    chosen, counts = _added(votes)
    own = np.arange(count) * n
    turned = (
        counts[np.searchsorted(chosen, own + high)] > counts[np.searchsorted(chosen, own + low)]
    )
    pair = np.stack([np.where(turned, high, low), np.where(turned, low, high)], axis=1)
    return classes[pair], total[top] / np.bincount(owner, total, count)


def _added(parts: list[tuple[Longs, Longs]]) -> tuple[Longs, Longs]:
    """Add up numbers by key."""
    keys, place = np.unique(np.concatenate([key for key, _ in parts]), return_inverse=True)
    total = np.zeros(keys.size, np.int64)
    np.add.at(total, place, np.concatenate([each for _, each in parts]))
    return keys, total


def _kind(
    whole: npt.NDArray[np.bool_],
    rated: npt.NDArray[np.bool_],
    outline: npt.NDArray[np.bool_],
    named: npt.NDArray[np.bool_],
) -> Longs:
    """Give the place in KINDS of each part."""
    lacks = (rated & ~whole).any(axis=1)
    choices = [whole.any(axis=1) & lacks, outline, ~lacks | named]
    return np.select(choices, [0, 3, 1], 2)


def _rated(places: Longs, cells: tuple[Longs, Longs, Longs], count: int) -> npt.NDArray[np.bool_]:
    """Say of each part and annotator, (K, R), whether she annotated any of it."""
    part, row, pixels = cells
    out = np.zeros((count, places.shape[1]), np.bool_)
    for r in range(places.shape[1]):
        out[:, r] = np.bincount(part, (places[row, r] >= 0) * pixels, count) > 0
    return out


def _whole(
    arrays: list[npt.NDArray[Any]], parts: npt.NDArray[Any], area: Longs, void: Longs
) -> npt.NDArray[np.bool_]:
    """Say of each part and annotator, (K, R), whether whole objects of hers fill half of it.

    What is void is no object.
    """
    out = np.zeros((area.size, len(arrays)), np.bool_)
    for r, array in enumerate(arrays):
        used = joint(array).labels[:, 0]
        skipped = np.isin(used, void)
        numbers = np.where(skipped, 0, np.arange(1, used.size + 1))
        table = dict(zip(used.tolist(), numbers.tolist(), strict=True))
        objects, _, stats = label(remap(array, table), 8, kind="labels", stats=True)
        found = joint(parts, objects)
        keep = (found.labels > 0).all(axis=1)
        part, thing = (found.labels[keep] - 1).T
        whole = found.pixels[keep] >= _WHOLE * stats.area[thing]
        filled = np.bincount(part[whole], found.pixels[keep][whole], area.size)
        out[:, r] = filled >= _MOST * area
    return out
