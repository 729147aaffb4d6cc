"""Shapely geometries <-> the columns of a batch; shapely is an extra."""

from __future__ import annotations

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
    kinds = np.array([shapely.get_type_id(one) if _is_geometry(one) else -2 for one in array])
    wrong = np.flatnonzero((kinds != _POLYGON) & (kinds != _MULTIPOLYGON))
    if wrong.size:
        found = array[wrong[0]]
        raise MaskTypeError(
            f"expected a Polygon or MultiPolygon, got {type(found).__name__}",
            parameter="geometries",
            index=int(wrong[0]),
        )
    parts, item_of = shapely.get_parts(array, return_index=True)
    filled = ~shapely.is_empty(parts)
    parts, item_of = parts[filled], item_of[filled]
    rings, polygon_of = shapely.get_rings(parts, return_index=True)
    coords, ring_of = shapely.get_coordinates(rings, return_index=True)
    lengths = np.bincount(ring_of, minlength=len(rings))
    closing = np.cumsum(lengths) - 1
    return (
        frozen(np.delete(coords, closing, axis=0)),
        _starts(lengths - 1),
        _starts(np.bincount(polygon_of, minlength=len(parts))),
        _starts(np.bincount(item_of, minlength=len(array))),
    )


def geometries(
    coords: npt.NDArray[np.float64], rings: _Longs, polygons: _Longs, items: _Longs
) -> npt.NDArray[np.object_]:
    """Give one MultiPolygon per item; open rings get closed."""
    # by indices, not from_ragged_array: shapely 2.2.0 crashes there on trailing empty items
    rings_made = shapely.linearrings(coords, indices=_owner(rings))
    polygons_made = np.full(len(polygons) - 1, shapely.Polygon())
    shapely.polygons(rings_made, indices=_owner(polygons), out=polygons_made)
    items_made = np.full(len(items) - 1, shapely.MultiPolygon())
    shapely.multipolygons(polygons_made, indices=_owner(items), out=items_made)
    return items_made


def _owner(offsets: _Longs) -> _Longs:
    return np.repeat(np.arange(len(offsets) - 1), np.diff(offsets))


def _is_geometry(value: Any) -> bool:
    return isinstance(value, shapely.Geometry)


def _starts(lengths: npt.NDArray[Any]) -> _Longs:
    return np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
