"""The forms of arrays that `Polygons` reads and writes, as a base class of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from maskengine import _arrays, _memory
from maskengine._listing import each
from maskengine.errors import MaskTypeError
from maskengine.values._no_array import NoArray
from maskengine.values._pictured import Pictured

if TYPE_CHECKING:
    from typing import Self

    import numpy.typing as npt
    import pyarrow as pa

    from maskengine._core import PolygonColumns
    from maskengine._thumbnail import Thumbnail

_SOME = 2**14  # rings that are joined without a look at signals


class ArrayForms(Pictured, NoArray):
    """Reads and writes arrays of vertices and GeoArrow."""

    __slots__ = ()
    _instead = 'me.rasterize(..., out="dense") makes one, and its vertices are in .coords'

    if TYPE_CHECKING:
        _columns: PolygonColumns

        def __init__(
            self,
            coords: Any,
            ring_offsets: Any,
            polygon_offsets: Any = None,
            item_offsets: Any = None,
        ) -> None: ...

        def to_ragged(
            self,
        ) -> tuple[npt.NDArray[np.float64], tuple[npt.NDArray[np.int64], ...]]: ...

    @classmethod
    def from_arrays(cls, rings: Any) -> Self:
        """Read arrays of vertices, each the ring of an item of its own.

        Parameters
        ----------
        rings : sequence of array_like, or one array
            Shapes (n, 2), n >= 3: the vertices as (x, y), in pixels. One (n, 2) array is one item.

        Returns
        -------
        Polygons
            N items of one ring each. One array is used without a copy where it is C-ordered
            float64.

        Raises
        ------
        BadPolygon
            If a ring has fewer than 3 vertices, or a coordinate is NaN or infinite.
        MaskError
            If an array has another dtype or shape; names the ring.

        Examples
        --------
        >>> import numpy as np
        >>> import maskengine as me
        >>> me.Polygons.from_arrays([np.array([(0, 0), (4, 0), (4, 3)]), np.eye(3, 2)])
        Polygons(2 items, 2 rings, 6 vertices)
        """
        if isinstance(rings, np.ndarray) and rings.ndim == 2:
            rings = [rings]
        if isinstance(rings, (str, bytes)) or not hasattr(rings, "__len__"):
            raise MaskTypeError(
                f"expected arrays of vertices, got {type(rings).__name__}", parameter="rings"
            )
        given = list(each(rings, "rings", "arrays of vertices"))
        rows = [_arrays.as_rows(one, f"rings[{i}]", 2) for i, one in enumerate(given)]
        ends = np.zeros(len(rows) + 1, np.int64)
        for begin in range(0, len(rows), _SOME):
            some = rows[begin : begin + _SOME]
            ends[begin + 1 : begin + 1 + len(some)] = [len(one) for one in some]
        np.cumsum(ends, out=ends)
        if len(rows) == 1:
            coords = _memory.settled(rows[0], given[0])
        else:
            coords = _memory.frozen(_joined(rows, ends))
        return cls(coords, ends)

    @classmethod
    def from_arrow(cls, array: Any, *, closing: Literal["drop", "keep"] = "drop") -> Self:
        """Read a GeoArrow array of polygons or multipolygons.

        Parameters
        ----------
        array : pyarrow.Array, pyarrow.ChunkedArray or object with ``__arrow_c_array__``
            Lists (of 32 or 64 bit offsets) of rings of vertices, or lists of those; vertices as
            structs ``x, y`` (separated) or fixed-size lists (interleaved) of double; more
            dimensions are left behind. An extension array is read by its storage.
        closing : {"drop", "keep"}, default "drop"
            What becomes of a last vertex that repeats the first of its ring. ``"keep"`` uses
            interleaved coordinates of two dimensions without a copy.

        Returns
        -------
        Polygons
            One item for each polygon or multipolygon.

        Raises
        ------
        MaskTypeError
            If the array is of another type, or holds nulls; names the first.
        BadPolygon
            As the constructor.
        ImportError
            If pyarrow is not installed.

        Notes
        -----
        GeoArrow format 0.2, ``geoarrow.polygon`` and ``geoarrow.multipolygon``.

        Examples
        --------
        >>> import maskengine as me
        >>> boxes = me.Polygons.from_boxes([[0, 0, 4, 3], [1, 1, 2, 2]])
        >>> me.Polygons.from_arrow(boxes.to_arrow()) == boxes
        True
        """
        from maskengine.values import _geoarrow  # noqa: PLC0415 - pyarrow is optional

        return cls(*_geoarrow.columns(array, closing))

    def to_arrow(
        self,
        coords: Literal["separated", "interleaved"] = "separated",
        *,
        extension: bool = False,
    ) -> pa.Array:
        """Write a GeoArrow array of multipolygons.

        Parameters
        ----------
        coords : {"separated", "interleaved"}, default "separated"
            Vertices as structs of x and y, which GeoArrow recommends, or as pairs. Pairs share the
            memory of the batch where every ring repeats its first vertex at its end.
        extension : bool, default False
            Whether the array has the extension type ``geoarrow.multipolygon``, or is plain storage.

        Returns
        -------
        pyarrow.Array
            N multipolygons; rings are closed, as GeoArrow has them. Offsets have 32 bits below
            2^31 vertices.

        Raises
        ------
        MaskError
            If `coords` is neither name.
        ImportError
            If pyarrow is not installed.

        Notes
        -----
        GeoArrow format 0.2.

        Examples
        --------
        >>> import maskengine as me
        >>> me.Polygons.from_boxes([0, 0, 4, 3]).to_arrow("interleaved").to_pylist()
        [[[[[0.0, 0.0], [0.0, 3.0], [4.0, 3.0], [4.0, 0.0], [0.0, 0.0]]]]]
        """
        from maskengine.values import _geoarrow  # noqa: PLC0415 - pyarrow is optional

        columns, offsets = self.to_ragged()
        return _geoarrow.array(columns, offsets, coords, extension=extension)

    def _thumbnail(self) -> Thumbnail | None:
        from maskengine._thumbnail import of_polygons  # noqa: PLC0415 - seldom needed

        return of_polygons(self._columns)


def _joined(
    rows: list[npt.NDArray[np.float64]], ends: npt.NDArray[np.int64]
) -> npt.NDArray[np.float64]:
    """Join the vertices of rings, some rings at a time: NumPy hears no signal meanwhile."""
    coords = np.empty((int(ends[-1]), 2))
    for begin in range(0, len(rows), _SOME):
        some = rows[begin : begin + _SOME]
        np.concatenate(some, out=coords[ends[begin] : ends[begin + len(some)]])
    return coords
