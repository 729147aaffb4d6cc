"""The maps of several annotators of one frame, checked; and what follows from rows of labels."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from maskengine import _arrays
from maskengine._booleans import as_numbered
from maskengine._listing import each
from maskengine.errors import LimitExceeded, MaskError, MaskTypeError, ShapeMismatch
from maskengine.ops.decode import decode
from maskengine.ops.encode import encode
from maskengine.quality._labels import places
from maskengine.values import Masks, PackedBits

_MAX_CLASSES = 4096  # rows of tables of one class against the other
_MAX_RATERS = 62  # bits of a flag for each, and one more, in int64


def as_raters(maps: Any, least: int = 2) -> list[npt.NDArray[Any]]:
    """Check label maps of one shape, one for each annotator; masks become maps of 0 and 1."""
    if isinstance(maps, PackedBits):
        maps = encode(maps)
    if isinstance(maps, Masks):
        if len(maps) and (maps.sizes != maps.sizes[0]).any():
            other = int(np.flatnonzero((maps.sizes != maps.sizes[0]).any(axis=1))[0])
            sizes = [tuple(size) for size in maps.sizes[[0, other]].tolist()]
            raise ShapeMismatch(
                f"expected masks of one size, {sizes[0]}, got {sizes[1]}",
                parameter="maps",
                index=other,
            )
        maps = list(decode(maps, dtype=np.uint8)) if len(maps) else []
    given = each(maps, "maps", "maps")
    arrays = [as_numbered(value, f"maps[{i}]") for i, value in enumerate(given)]
    if len(arrays) < least:
        raise MaskError(f"expected {least} maps or more, got {len(arrays)}", parameter="maps")
    if len(arrays) > _MAX_RATERS:
        raise LimitExceeded(
            f"expected at most {_MAX_RATERS} maps, got {len(arrays)}",
            parameter="maps",
            name="maps",
            value=len(arrays),
            limit=_MAX_RATERS,
        )
    for i, array in enumerate(arrays):
        if array.shape != arrays[0].shape:
            raise ShapeMismatch(
                f"expected {arrays[0].shape} as the first map, got {array.shape}",
                parameter="maps",
                index=i,
            )
    return [array.view(np.uint8) if array.dtype.kind == "b" else array for array in arrays]


def as_weights(weights: Any, n: int) -> npt.NDArray[np.float64]:
    """Check a weight for each annotator; 1 without."""
    if weights is None:
        return np.ones(n)
    array = _arrays.listed(weights, "weights")
    if array.dtype.kind not in "fui":
        raise MaskTypeError(f"expected numbers, got dtype {array.dtype}", parameter="weights")
    if array.shape != (n,):
        raise ShapeMismatch(
            f"expected one weight per map, shape ({n},), got {array.shape}", parameter="weights"
        )
    bad = np.flatnonzero(~(np.isfinite(array) & (array >= 0)))
    if bad.size:
        raise MaskError(
            f"expected finite weights of at least 0, got {array[bad[0]]}",
            parameter="weights",
            index=int(bad[0]),
        )
    wide = array.astype(np.float64)
    with np.errstate(over="ignore"):
        total = wide.sum()
    if not np.isfinite(total):
        raise MaskError("expected weights with a finite sum", parameter="weights")
    return wide


def classes_of(
    labels: npt.NDArray[np.int64], void: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Give the labels that are no void, sorted, and the place of each label; -1 for void."""
    classes = np.setdiff1d(np.unique(labels), void)
    return classes, places(labels, classes)


def check_few(classes: npt.NDArray[np.int64]) -> None:
    """Refuse so many classes that a table of all pairs would be too large."""
    if classes.size > _MAX_CLASSES:
        raise LimitExceeded(
            f"expected at most {_MAX_CLASSES} labels, got {classes.size}; instances are matched by "
            "match_instances",
            parameter="maps",
            name="labels",
            value=classes.size,
            limit=_MAX_CLASSES,
        )


def support(
    places_of: npt.NDArray[np.int64], weights: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """Give, for each label of each row, the weight of all annotators who chose it; 0 for void."""
    out = np.zeros(places_of.shape)
    for r in range(places_of.shape[1]):
        column = places_of[:, r : r + 1]
        out += np.where((places_of == column) & (column >= 0), weights[r], 0.0)
    return out


def winners(
    places_of: npt.NDArray[np.int64], weights: npt.NDArray[np.float64]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.float64]]:
    """Give the class with the most weight of each row, how many have as much, and its share.

    Of equal ones the lowest is given; the share is of the weight of all who annotated there. A row
    of void has class -1.
    """
    votes = support(places_of, weights)
    most = votes.max(axis=1, initial=0.0)
    top = (votes == most[:, None]) & (places_of >= 0)
    far = np.iinfo(np.int64).max
    ordered = np.sort(np.where(top, places_of, far), axis=1)
    equal = (np.diff(ordered, axis=1) > 0) & (ordered[:, 1:] < far)
    lowest = np.where(ordered[:, 0] < far, ordered[:, 0], -1)
    total = np.where(places_of >= 0, weights, 0.0).sum(axis=1)
    share = np.divide(most, total, out=np.zeros(len(most)), where=total > 0)
    return lowest, 1 + equal.sum(axis=1), share
