"""GeoArrow arrays of polygons <-> the columns of a batch; pyarrow is an extra."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from maskengine._arrays import as_flag, is_one_of
from maskengine._listing import NOT_READ
from maskengine._memory import check_arrow, frozen
from maskengine.errors import MaskError, MaskTypeError, shown

try:
    import pyarrow as pa
except ImportError as error:  # pragma: no cover - depends on the install
    error.add_note("GeoArrow needs pyarrow: pip install maskengine[io]")
    raise

_Longs = npt.NDArray[np.int64]
_Doubles = npt.NDArray[np.float64]
_NAMES = ("vertices", "rings", "polygons")  # GeoArrow's names of the lists, innermost first
_XY = pa.struct([pa.field("x", pa.float64(), nullable=False), pa.field("y", pa.float64(), False)])


class _MultiPolygonType(pa.ExtensionType):  # type: ignore[misc]
    """`geoarrow.multipolygon`, unregistered: a reader with a GeoArrow library knows the name."""

    def __init__(self, storage: pa.DataType) -> None:
        super().__init__(storage, "geoarrow.multipolygon")

    def __arrow_ext_serialize__(self) -> bytes:
        return b"{}"

    @classmethod
    def __arrow_ext_deserialize__(cls, storage: pa.DataType, _: bytes) -> _MultiPolygonType:
        return cls(storage)


def columns(array: Any, closing: str) -> tuple[_Doubles, _Longs, _Longs, _Longs]:
    """Give coords and the offsets of rings, polygons and items."""
    if not is_one_of(closing, "drop", "keep"):
        raise MaskError(f"expected 'drop' or 'keep', got {shown(closing)}", parameter="closing")
    lists: list[_Longs] = []
    inner = _storage(array)
    while pa.types.is_list(inner.type) or pa.types.is_large_list(inner.type):
        _refuse_nulls(inner)
        offsets = inner.offsets.to_numpy(zero_copy_only=False).astype(np.int64)
        if not len(offsets):
            offsets = np.zeros(1, np.int64)
        # a slice leaves what lies before and after it behind
        inner = inner.values.slice(offsets[0], offsets[-1] - offsets[0])
        lists.append(offsets - offsets[0])
    if len(lists) not in {2, 3}:
        raise MaskTypeError(
            f"expected a GeoArrow polygon or multipolygon array, got {_storage(array).type}",
            parameter="array",
        )
    coords = _coords(inner)
    polygons, rings = lists[-2:]
    items = lists[0] if len(lists) == 3 else np.arange(len(polygons), dtype=np.int64)
    if closing == "drop":
        coords, rings = _opened(coords, rings)
    return coords, rings, polygons, items


def _storage(array: Any) -> Any:
    if isinstance(array, pa.ChunkedArray):
        array = array.chunk(0) if array.num_chunks == 1 else array.combine_chunks()
    elif not isinstance(array, pa.Array) and hasattr(array, "__arrow_c_array__"):
        try:
            array = pa.array(array)
        except (*NOT_READ, AttributeError) as error:
            raise MaskTypeError(f"expected an Arrow array: {error}", parameter="array") from error
    if isinstance(array, pa.ExtensionArray):
        array = array.storage
    if not isinstance(array, pa.Array):
        raise MaskTypeError(
            f"expected a pyarrow array, got {type(array).__name__}", parameter="array"
        )
    check_arrow(array, "array")
    return array


def _refuse_nulls(array: Any) -> None:
    if array.null_count:
        index = int(np.flatnonzero(array.is_null().to_numpy(zero_copy_only=False))[0])
        raise MaskTypeError("expected no nulls", parameter="array", index=index)


def _coords(vertices: Any) -> _Doubles:
    """Give (V, 2) of separated or interleaved coordinates; z and m are left behind."""
    kind = vertices.type
    _refuse_nulls(vertices)
    if pa.types.is_struct(kind) and {"x", "y"} <= {field.name for field in kind}:
        sides = [vertices.field("x"), vertices.field("y")]
        if all(side.type == pa.float64() for side in sides):
            for side in sides:
                _refuse_nulls(side)
            return frozen(np.stack([side.to_numpy() for side in sides], axis=1))
    elif pa.types.is_fixed_size_list(kind) and kind.value_type == pa.float64():
        width = kind.list_size
        flat = vertices.values.slice(vertices.offset * width, len(vertices) * width)
        _refuse_nulls(flat)
        if width >= 2:
            rows: _Doubles = flat.to_numpy().reshape(-1, width)[:, :2]
            return rows
    raise MaskTypeError(
        f"expected coordinates struct<x: double, y: double> or fixed_size_list<double>, got {kind}",
        parameter="array",
    )


def _opened(coords: _Doubles, rings: _Longs) -> tuple[_Doubles, _Longs]:
    """Drop the last vertex of each ring that repeats its first."""
    lengths = np.diff(rings)
    full = lengths > 1
    last = rings[1:][full] - 1
    closed = (coords[rings[:-1][full]] == coords[last]).all(axis=1)
    if not closed.any():
        return coords, rings
    dropped = np.zeros(len(lengths), np.int64)
    dropped[full] = closed
    kept = frozen(np.delete(coords, last[closed], axis=0))
    return kept, rings - np.concatenate([[0], dropped.cumsum()])


def _closed(coords: _Doubles, rings: _Longs) -> tuple[_Doubles, _Longs]:
    """Repeat the first vertex of each ring that is open."""
    full = np.diff(rings) > 0
    first, end = rings[:-1][full], rings[1:][full]
    is_open = (coords[first] != coords[end - 1]).any(axis=1)
    if not is_open.any():
        return coords, rings
    added = np.zeros(len(full), np.int64)
    added[full] = is_open
    coords = np.insert(coords, end[is_open], coords[first[is_open]], axis=0)
    return coords, rings + np.concatenate([[0], added.cumsum()])


def array(
    coords: _Doubles, offsets: tuple[_Longs, ...], layout: str, *, extension: bool
) -> pa.Array:
    """Give a multipolygon array with closed rings; `offsets` of rings, polygons and items."""
    if not is_one_of(layout, "separated", "interleaved"):
        raise MaskError(
            f"expected 'separated' or 'interleaved', got {shown(layout)}", parameter="coords"
        )
    extension = as_flag(extension, "extension")
    coords, rings = _closed(coords, offsets[0])
    if layout == "separated":
        sides = [pa.array(np.ascontiguousarray(coords[:, k])) for k in range(2)]
        made: Any = pa.StructArray.from_arrays(sides, fields=list(_XY))
    else:
        flat = pa.array(np.ascontiguousarray(coords).reshape(-1))
        made = pa.FixedSizeListArray.from_arrays(
            flat, type=pa.list_(pa.field("xy", pa.float64(), nullable=False), 2)
        )
    large = rings[-1] >= 2**31  # GeoArrow's offsets are of 32 bits where they can be
    for name, one in zip(_NAMES, (rings, *offsets[1:]), strict=True):
        field = pa.field(name, made.type, nullable=False)
        if large:
            kind, lists = pa.large_list(field), pa.LargeListArray
        else:
            kind, lists, one = pa.list_(field), pa.ListArray, one.astype(np.int32)  # noqa: PLW2901
        made = lists.from_arrays(pa.array(one), made, type=kind)
    if extension:
        return pa.ExtensionArray.from_storage(_MultiPolygonType(made.type), made)
    return made
