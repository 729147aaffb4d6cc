"""A ragged batch of polygons."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from maskengine import _arrays, _memory
from maskengine._backend import core
from maskengine._listing import each, held
from maskengine.errors import MaskError, MaskTypeError, ShapeMismatch, shown
from maskengine.values._forms import ArrayForms
from maskengine.values._index import listed_batches, selection

if TYPE_CHECKING:
    from maskengine._core import PolygonColumns

_MIN_VERTICES = 3


class Polygons(ArrayForms):
    """A batch of polygons with holes and parts, in four columns.

    Item ``i`` has the polygons ``item_offsets[i]`` up to ``item_offsets[i + 1]``; polygon ``p``
    has the rings ``polygon_offsets[p]`` up to ``polygon_offsets[p + 1]``, the exterior first, then
    its holes; ring ``r`` has the vertices ``coords[ring_offsets[r]:ring_offsets[r + 1]]``. A ring
    is closed by itself: its last vertex may, and need not, repeat the first.

    A batch is immutable.

    Parameters
    ----------
    coords : array_like of float
        Shape (V, 2): the vertices as (x, y), in pixels; pixel (x, y) covers
        ``[x, x + 1) x [y, y + 1)``. A C-ordered float64 array that cannot be written to
        (``array.flags.writeable = False``, or one of Arrow) is used without a copy.
    ring_offsets : array_like of int
        Shape (R + 1,): where the vertices of each ring start and end.
    polygon_offsets : array_like of int, optional
        Shape (P + 1,): where the rings of each polygon start and end. Default: every ring is a
        polygon.
    item_offsets : array_like of int, optional
        Shape (N + 1,): where the polygons of each item start and end. Default: every polygon is
        an item.

    Raises
    ------
    BadPolygon
        If offsets decrease or point outside, a ring has fewer than 3 vertices, or a coordinate is
        NaN or infinite; names the item and its ring.
    MaskError
        If an array has another dtype or shape.

    Notes
    -----
    The layout is that of GeoArrow's MultiPolygon and of ``shapely.to_ragged_array``.

    Examples
    --------
    >>> import maskengine as me
    >>> me.Polygons([(0, 0), (4, 0), (4, 3)], [0, 3])
    Polygons(1 item, 1 ring, 3 vertices)
    """

    __slots__ = ("__weakref__", "_columns")
    _columns: PolygonColumns

    def __init__(
        self,
        coords: Any,
        ring_offsets: Any,
        polygon_offsets: Any = None,
        item_offsets: Any = None,
    ) -> None:
        rings = _arrays.as_int64(ring_offsets, "ring_offsets", (None,))
        polygons = _offsets(polygon_offsets, "polygon_offsets", len(rings))
        items = _offsets(item_offsets, "item_offsets", len(polygons))
        vertices = _memory.settled(_arrays.as_rows(coords, "coords", 2), coords)
        made = core.polygons_from_columns(vertices, rings, polygons, items, _MIN_VERTICES)
        self._columns = made

    # --- columns

    @property
    def coords(self) -> npt.NDArray[np.float64]:
        """Vertices of all rings as (x, y), float64, read-only, shape (V, 2)."""
        return self._columns.coords

    @property
    def ring_offsets(self) -> npt.NDArray[np.int64]:
        """Start and end of each ring's vertices, int64, shape (R + 1,)."""
        return self._columns.ring_offsets

    @property
    def polygon_offsets(self) -> npt.NDArray[np.int64]:
        """Start and end of each polygon's rings, int64, shape (P + 1,)."""
        return self._columns.polygon_offsets

    @property
    def item_offsets(self) -> npt.NDArray[np.int64]:
        """Start and end of each item's polygons, int64, shape (N + 1,)."""
        return self._columns.item_offsets

    # --- from and to other forms

    @classmethod
    def from_coco(cls, polygons: Sequence[Any]) -> Polygons:
        """Read COCO segmentations: for each item a list of flat rings ``[x0, y0, x1, y1, ...]``.

        Parameters
        ----------
        polygons : sequence
            One list of rings per item, or the list of rings of a single item. A ring is a flat
            list or array of numbers, or an (n, 2) array.

        Returns
        -------
        Polygons
            Every ring is a polygon of its own: COCO polygons have no holes.

        Raises
        ------
        BadPolygon
            If a ring has an odd count of numbers, fewer than 3 vertices, a coordinate that is NaN
            or infinite, or something that is no number; names the item and its ring.

        Notes
        -----
        The form of ``segmentation`` in COCO instances files.

        Examples
        --------
        >>> import maskengine as me
        >>> me.Polygons.from_coco([[[0, 0, 4, 0, 4, 3]], [[1, 1, 3, 1, 2, 2], [5, 5, 8, 5, 6, 9]]])
        Polygons(2 items, 3 rings, 9 vertices)
        """
        return wrap_polygons(core.polygons_from_coco(polygons, _MIN_VERTICES))

    def to_coco(self) -> list[list[list[float]]]:
        """Write COCO segmentations: for each item a list of flat rings.

        Returns
        -------
        list of list of list of float

        Raises
        ------
        MaskError
            If a polygon has a hole, which COCO polygons cannot hold; names the item.

        Examples
        --------
        >>> import maskengine as me
        >>> me.Polygons([(0, 0), (4, 0), (4, 3)], [0, 3]).to_coco()
        [[[0.0, 0.0, 4.0, 0.0, 4.0, 3.0]]]
        """
        return core.polygons_to_coco(self._columns)

    @classmethod
    def from_boxes(cls, boxes: Any, format: str = "xywh") -> Polygons:  # noqa: A002
        """Make a rectangle of each box.

        Parameters
        ----------
        boxes : array_like of float
            Shape (N, 4), or (4,) for one box, in pixels.
        format : {"xywh", "xyxy"}, default "xywh"
            x, y, width and height; or left, top, right and bottom.

        Returns
        -------
        Polygons
            N items of one ring each.

        Raises
        ------
        BadPolygon
            If a number is NaN or infinite.
        MaskError
            If the shape is another, or `format` is neither name.

        Notes
        -----
        With ``rule="coco"`` these rectangles give the COCO API's masks of boxes (``rleFrBbox``).

        Examples
        --------
        >>> import maskengine as me
        >>> me.Polygons.from_boxes([10, 20, 5, 4]).coords.tolist()
        [[10.0, 20.0], [10.0, 24.0], [15.0, 24.0], [15.0, 20.0]]
        """
        array = _arrays.as_rows(boxes, "boxes", 4)
        if not _arrays.is_one_of(format, "xywh", "xyxy"):
            raise MaskError(f"expected 'xywh' or 'xyxy', got {shown(format)}", parameter="format")
        start, end = array[:, :2], array[:, 2:]
        if format == "xywh":
            with np.errstate(over="ignore", invalid="ignore"):  # refused below, as not finite
                end = start + end
        corners = np.concatenate([start, end], axis=1)[:, [0, 1, 0, 3, 2, 3, 2, 1]]
        return cls(corners.reshape(-1, 2), np.arange(len(array) + 1) * 4)

    @classmethod
    def from_ragged(cls, coords: Any, offsets: Sequence[Any]) -> Polygons:
        """Read the ragged layout of ``shapely.to_ragged_array`` and GeoArrow.

        Parameters
        ----------
        coords : array_like of float
            Shape (V, 2), as (x, y). A C-ordered float64 array is used without a copy.
        offsets : sequence of 1, 2 or 3 arrays of int
            Innermost first: of rings into vertices; of polygons into rings; of items into
            polygons. What is left out is one to one.

        Returns
        -------
        Polygons
            Rings as they come: closed rings keep their last vertex.

        Raises
        ------
        BadPolygon, MaskError
            As the constructor.

        Examples
        --------
        >>> import maskengine as me
        >>> me.Polygons.from_ragged([(0, 0), (4, 0), (4, 3), (0, 0)], ([0, 4], [0, 1]))
        Polygons(1 item, 1 ring, 4 vertices)
        """
        if not isinstance(offsets := held(offsets), (tuple, list)) or not 1 <= len(offsets) <= 3:
            got = len(offsets) if isinstance(offsets, (tuple, list)) else type(offsets).__name__
            raise ShapeMismatch(f"expected 1 to 3 arrays, got {got}", parameter="offsets")
        return cls(coords, *each(offsets, "offsets"))

    def to_ragged(self) -> tuple[npt.NDArray[np.float64], tuple[npt.NDArray[np.int64], ...]]:
        """Give the columns as ``shapely.to_ragged_array`` does, without a copy.

        Returns
        -------
        coords : numpy.ndarray
            float64 of shape (V, 2), read-only.
        offsets : tuple of numpy.ndarray
            Of rings, polygons and items, int64.

        Examples
        --------
        >>> import maskengine as me
        >>> coords, offsets = me.Polygons([(0, 0), (4, 0), (4, 3)], [0, 3]).to_ragged()
        >>> [o.tolist() for o in offsets]
        [[0, 3], [0, 1], [0, 1]]
        """
        return self.coords, (self.ring_offsets, self.polygon_offsets, self.item_offsets)

    @classmethod
    def from_shapely(cls, geometries: Any) -> Polygons:
        """Read shapely polygons and multipolygons.

        Parameters
        ----------
        geometries : geometry or array_like of geometries
            Polygon and MultiPolygon; empty ones give empty items.

        Returns
        -------
        Polygons
            One item per geometry; the vertex that closes each ring is dropped, and so is z.

        Raises
        ------
        MaskTypeError
            If something is no polygon; names the item.
        ImportError
            If shapely is not installed.

        Examples
        --------
        >>> import maskengine as me
        >>> me.Polygons.from_shapely([])
        Polygons(0 items, 0 rings, 0 vertices)
        """
        from maskengine.values import _shapely  # noqa: PLC0415 - shapely is optional

        return cls(*_shapely.columns(geometries))

    def to_shapely(self) -> npt.NDArray[np.object_]:
        """Make shapely geometries: an array of N multipolygons.

        Returns
        -------
        numpy.ndarray
            MultiPolygon objects, shape (N,).

        Raises
        ------
        ImportError
            If shapely is not installed.

        Examples
        --------
        >>> import maskengine as me
        >>> me.Polygons.from_boxes([0, 0, 4, 3]).to_shapely()[0].area
        12.0
        """
        from maskengine.values import _shapely  # noqa: PLC0415 - shapely is optional

        return _shapely.geometries(self.coords, *self.to_ragged()[1])

    def __len__(self) -> int:
        return len(self._columns)

    def __getitem__(self, key: Any) -> Polygons:
        """Pick items by integer, slice, boolean mask or integer array; always a batch."""
        chosen = selection(key, len(self._columns), "polygon")
        if isinstance(chosen, tuple):
            return wrap_polygons(self._columns.slice(*chosen))
        return wrap_polygons(self._columns.take(chosen))

    def __iter__(self) -> Iterator[Polygons]:
        for i in range(len(self._columns)):
            yield wrap_polygons(self._columns.slice(i, i + 1))

    @staticmethod
    def concatenate(batches: Sequence[Polygons]) -> Polygons:
        """Join batches into one, in order.

        Parameters
        ----------
        batches : sequence of Polygons
            May be empty.

        Returns
        -------
        Polygons

        Examples
        --------
        >>> import maskengine as me
        >>> one = me.Polygons.from_boxes([0, 0, 4, 3])
        >>> len(me.Polygons.concatenate([one, one]))
        2
        """
        columns = [polygons_of(one) for one in listed_batches(batches)]
        return wrap_polygons(core.polygons_concatenate(columns))

    def __eq__(self, other: object) -> bool:
        """Tell whether both hold the same columns: coordinates and offsets."""
        if not isinstance(other, Polygons):
            return NotImplemented
        return all(map(np.array_equal, _columns(self), _columns(other)))

    def __hash__(self) -> int:
        # + 0.0: -0.0 equals 0.0, so both must hash alike
        return hash(tuple((column + 0).tobytes() for column in _columns(self)))

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuild, tuple(np.array(column) for column in _columns(self))

    def __repr__(self) -> str:
        counts = (len(self), "item"), (len(self.ring_offsets) - 1, "ring")
        text = ", ".join(f"{n} {word}{'' if n == 1 else 's'}" for n, word in counts)
        return f"Polygons({text}, {len(self.coords)} vertices)"


def polygons_of(polygons: Any, name: str = "polygons") -> PolygonColumns:
    """Give the native batch of a `Polygons`, or say that the argument is none."""
    if isinstance(polygons, Polygons):
        return polygons._columns  # noqa: SLF001 - this is the one door to it
    hint = ""
    if isinstance(polygons, (list, tuple)):
        hint = "; read nested lists with me.Polygons.from_coco"
    raise MaskTypeError(f"expected Polygons, got {type(polygons).__name__}{hint}", parameter=name)


def wrap_polygons(columns: PolygonColumns) -> Polygons:
    """Give the `Polygons` over a native batch."""
    polygons = _new(Polygons)
    polygons._columns = columns  # noqa: SLF001
    return polygons


_new = object.__new__


def _rebuild(coords: Any, rings: Any, polygons: Any, items: Any) -> Polygons:
    # what was stored has been checked; a drop-in may hold rings of two vertices
    return wrap_polygons(core.polygons_from_columns(coords, rings, polygons, items, 0))


def _columns(polygons: Polygons) -> tuple[npt.NDArray[Any], ...]:
    coords, offsets = polygons.to_ragged()
    return coords, *offsets


def _offsets(value: Any, name: str, inner: int) -> npt.NDArray[np.int64]:
    if value is None:
        return np.arange(inner, dtype=np.int64)
    return _arrays.as_int64(value, name, (None,))
