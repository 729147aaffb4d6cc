"""Shapely geometries <-> the columns of a batch; shapely is an extra."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from maskengine._listing import NOT_READ
from maskengine._memory import frozen
from maskengine.errors import MaskTypeError

try:
    import shapely
except ImportError as error:  # pragma: no cover - depends on the install
    error.add_note("shapely is not installed: pip install shapely")
    raise

_POLYGON, _MULTIPOLYGON = 3, 6  # shapely.get_type_id
_SOME = 2**14  # geometries that are made or read without a look at signals
_VERTICES = 2**16  # of those that are made
_Longs = npt.NDArray[np.int64]


def columns(geometries: Any) -> tuple[npt.NDArray[np.float64], _Longs, _Longs, _Longs]:
    """Give coords and the offsets of rings, polygons and items; rings lose their closing vertex."""
    try:
        array = np.atleast_1d(np.asarray(geometries, dtype=object))
    except NOT_READ as error:
        raise MaskTypeError(f"expected geometries: {error}", parameter="geometries") from error
    if array.ndim != 1:
        raise MaskTypeError(
            f"expected a sequence of geometries, got shape {array.shape}", parameter="geometries"
        )
    parts = [_read(array[begin : begin + _SOME], begin) for begin in range(0, len(array), _SOME)]
    parts.append(_read(array[:0], 0))  # of none there are none
    coords, rings, polygons, items = map(np.concatenate, zip(*parts, strict=True))
    return frozen(coords), _starts(rings), _starts(polygons), _starts(items)


def _read(array: npt.NDArray[Any], begin: int) -> tuple[npt.NDArray[Any], ...]:
    """Give coords of some geometries, and how many each ring, polygon and item has of the former.

    Some at a time: shapely hears no signal meanwhile.
    """
    kinds = np.array([shapely.get_type_id(one) if _is_geometry(one) else -2 for one in array])
    wrong = np.flatnonzero((kinds != _POLYGON) & (kinds != _MULTIPOLYGON))
    if wrong.size:
        found = array[wrong[0]]
        raise MaskTypeError(
            f"expected a Polygon or MultiPolygon, got {type(found).__name__}",
            parameter="geometries",
            index=begin + int(wrong[0]),
        )
    parts, item_of = shapely.get_parts(array, return_index=True)
    filled = ~shapely.is_empty(parts)
    parts, item_of = parts[filled], item_of[filled]
    rings, polygon_of = shapely.get_rings(parts, return_index=True)
    coords, ring_of = shapely.get_coordinates(rings, return_index=True)
    lengths = np.bincount(ring_of, minlength=len(rings))
    closing = np.cumsum(lengths) - 1
    return (
        np.delete(coords, closing, axis=0),
        lengths - 1,
        np.bincount(polygon_of, minlength=len(parts)),
        np.bincount(item_of, minlength=len(array)),
    )


def geometries(
    coords: npt.NDArray[np.float64], rings: _Longs, polygons: _Longs, items: _Longs
) -> npt.NDArray[np.object_]:
    """Give one MultiPolygon per item; open rings get closed."""
    made = np.full(len(items) - 1, shapely.MultiPolygon())
    for begin, end in _some(rings[polygons[items]]):
        some = items[begin : end + 1]
        of_polygons = polygons[some[0] : some[-1] + 1]
        of_rings = rings[of_polygons[0] : of_polygons[-1] + 1]
        made[begin:end] = _made(
            coords[of_rings[0] : of_rings[-1]],
            *(offsets - offsets[0] for offsets in (of_rings, of_polygons, some)),
        )
    return made


def _made(
    coords: npt.NDArray[np.float64], rings: _Longs, polygons: _Longs, items: _Longs
) -> npt.NDArray[np.object_]:
    # by indices, not from_ragged_array: shapely 2.2.0 crashes there on trailing empty items
    rings_made = shapely.linearrings(coords, indices=_owner(rings))
    polygons_made = np.full(len(polygons) - 1, shapely.Polygon())
    shapely.polygons(rings_made, indices=_owner(polygons), out=polygons_made)
    items_made = np.full(len(items) - 1, shapely.MultiPolygon())
    shapely.multipolygons(polygons_made, indices=_owner(items), out=items_made)
    return items_made


def _some(starts: _Longs) -> Iterator[tuple[int, int]]:
    """Give ranges of items that have about so many vertices together, or are one item."""
    begin, n = 0, len(starts) - 1
    while begin < n:
        end = int(np.searchsorted(starts, starts[begin] + _VERTICES, "right")) - 1
        end = min(max(end, begin + 1), begin + _SOME, n)
        yield begin, end
        begin = end


def _owner(offsets: _Longs) -> _Longs:
    return np.repeat(np.arange(len(offsets) - 1), np.diff(offsets))


def _is_geometry(value: Any) -> bool:
    return isinstance(value, shapely.Geometry)


def _starts(lengths: npt.NDArray[Any]) -> _Longs:
    return np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
