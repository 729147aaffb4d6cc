"""Polygons to masks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, overload

import numpy as np
import numpy.typing as npt

from maskengine import _arrays
from maskengine._backend import core
from maskengine._device import named
from maskengine.errors import MaskError, ShapeMismatch, shown
from maskengine.ops._rasterize_checks import (
    as_numbers,
    as_order,
    as_sizes,
    check_form,
    one_size,
    size_of_each,
)
from maskengine.ops._rasterize_there import fill_there, formed_there
from maskengine.values import DeviceRuns, Masks, Polygons, polygons_of, wrap

if TYPE_CHECKING:
    from maskengine._core import Runs

_RULES = {name: int(rule) for name, rule in core.PixelRule.__members__.items()}
_FILLS = {"even-odd": int(core.FillRule.even_odd), "nonzero": int(core.FillRule.nonzero)}

_COVERAGE = "coverage"
_Rule = Literal["exact", "coco", "opencv", "pillow", "skimage", "gdal", "all_touched"]
_Fill = Literal["even-odd", "nonzero"]


@overload
def rasterize(
    polygons: Polygons, size: Any, rule: _Rule = ..., fill: _Fill = ..., out: Literal["runs"] = ...
) -> Masks: ...
@overload
def rasterize(
    polygons: Polygons,
    size: Any,
    rule: _Rule = ...,
    fill: _Fill = ...,
    *,
    out: Literal["dense"],
) -> npt.NDArray[np.bool_]: ...
@overload
def rasterize(
    polygons: Polygons,
    size: Any,
    rule: _Rule = ...,
    fill: _Fill = ...,
    *,
    out: Literal["labels"] | npt.NDArray[Any],
    labels: Any = ...,
    z: Any = ...,
    value: int = ...,
) -> npt.NDArray[Any]: ...
@overload
def rasterize(
    polygons: Polygons,
    size: Any,
    rule: Literal["coverage"],
    fill: _Fill = ...,
    *,
    out: Literal["dense"],
    dtype: npt.DTypeLike | None = ...,
) -> npt.NDArray[Any]: ...
def rasterize(
    polygons: Polygons,
    size: Any,
    rule: _Rule | Literal["coverage"] = "exact",
    fill: _Fill = "even-odd",
    out: Literal["runs", "dense", "labels"] | npt.NDArray[Any] = "runs",
    *,
    labels: Any = None,
    z: Any = None,
    value: int = 1,
    dtype: npt.DTypeLike | None = None,
    device: str = "cpu",
) -> Masks | npt.NDArray[Any]:
    """Fill polygons: one mask per item, the union of its polygons.

    Parameters
    ----------
    polygons : Polygons
        A batch of N items. The rings of one polygon are filled together, so that holes are holes;
        the polygons of one item are united.
    size : (int, int) or array_like of int
        Height and width of every mask, or shape (N, 2): of each.
    rule : {"exact", "coco", "opencv", "pillow", "skimage", "gdal", "all_touched", "coverage"}
        Which pixels belong to a polygon; see Notes.
    fill : {"even-odd", "nonzero"}, default "even-odd"
        What is inside where the rings of a polygon overlap. ``"nonzero"`` needs
        ``rule="exact"`` or ``"coverage"``.
    out : {"runs", "dense", "labels"} or numpy.ndarray, default "runs"
        The form of the result; all but ``"runs"`` need one size for all. An array, bool or any
        integer dtype, any strides, is written and returned, and left as it was when the call is
        refused: with `labels` or `z`, shape (H, W), labels are painted over what it holds;
        without, shape (N, H, W), or (H, W) for a batch of one, every pixel is written.
    labels : array_like of int, shape (N,), optional
        Label of each item in a label map; 1 to N by default.
    z : array_like of numbers, shape (N,), optional
        Where items of a label map overlap, the one with the highest z is seen; of equals, the
        last. Holes are see-through. By default the last item is in front.
    value : int, default 1
        Written at foreground pixels of an array without labels; background pixels are 0.
    dtype : float32 or uint8, optional
        Of ``rule="coverage"`` alone: the share of the area (default), or 255 times it, rounded.
    device : str, default "cpu"
        ``"cuda"`` or ``"cuda:1"``: polygons are copied to that device and filled there, where the
        result stays; with ``rule="exact"`` or ``"coco"``.

    Returns
    -------
    Masks or numpy.ndarray
        N masks, a bool stack of shape (N, H, W), a label map of shape (H, W) in the narrowest of
        uint8, uint16 and uint32, or the array `out`. What lies outside of the image is cut; the
        cost depends on the columns of the image that are crossed, not on how far a polygon
        reaches.

    Raises
    ------
    MaskError
        If `rule`, `fill` or `out` is no such name, or two arguments do not go together; if a
        label or `value` does not fit the dtype, naming the item.
    MaskTypeError
        If `polygons` is not a :class:`Polygons`.
    ShapeMismatch
        If there is not one size, and not one per item; or if an array has another shape.
    LimitExceeded
        If a coordinate is beyond 2^31 pixels (``exact``, ``opencv``), 2^30 (``pillow``), 1e300
        (``coco``), 1e150 (``skimage``) or 1e100 (``gdal``, ``all_touched``), or a polygon spans
        more than 2^27 rows of the image (all but ``exact`` and ``coco``), naming the item; or
        if a dense stack would pass the limit of :func:`decode`.

    Notes
    -----
    ``"exact"``: vertices are rounded to the nearest 2^-16 pixel (ties up); pixel (x, y) belongs to
    the polygon when its centre (x + 1/2, y + 1/2) does, computed in integers. A centre on an edge
    belongs to the side right of it, on a horizontal edge to the side below: pixels are half-open
    on both axes. Polygons that share edges (the same two vertices) share no pixel and leave none
    out. Neither the direction nor the first vertex of a ring matters under even-odd.

    ``"coco"``: the rule of the COCO API (``rleFrPoly``), bit for bit as pycocotools on x86:
    vertices are truncated to fifths of a pixel, and the digitised edges are read at the pixel
    centres of each column. The union of the parts is ``merge``. pycocotools knows no holes; here
    the rings of one polygon are filled together (:meth:`Polygons.from_coco` makes each ring a
    polygon, as pycocotools does). Where a coordinate times 5 leaves 32 bits, which pycocotools
    does not survive, the same digitised edge is found from the equation of its line.

    The rules below are those of a library, bit for bit; in the first three whole numbers are pixel
    centres. ``"opencv"``: ``cv2.fillPoly`` (5.0.0) of all rings of a polygon in one call, after
    vertices are rounded, halves to even (``numpy.rint``). ``"pillow"``: ``ImageDraw.polygon`` with
    ``fill`` (13.0.0), which truncates vertices toward zero; each ring is drawn by itself, and the
    rings are combined by even-odd. ``"skimage"``: ``polygon2mask`` (0.26.0), where pixels on an
    outline are inside; it takes (row, column), we (x, y). ``"gdal"`` and ``"all_touched"``:
    ``rasterio.features.rasterize`` (1.4.4, GDAL 3.10.3) with the identity transform, by pixel
    centres or with every pixel that a ring touches. ``docs/ops/rasterize.md`` lists where they
    are known to differ.

    ``"coverage"`` needs ``out="dense"``: the share of each pixel's area inside a polygon, in
    doubles, so within 1e-6 for coordinates up to 1e6. The shares of the polygons of an item add
    up, at most to 1, which is their union where they do not overlap.

    Examples
    --------
    >>> import maskengine as me
    >>> triangle = me.Polygons.from_coco([[[0, 0, 4, 0, 4, 4]]])
    >>> me.area(me.rasterize(triangle, (5, 5)))
    array([10])
    """
    if isinstance(rule, str) and rule == _COVERAGE:
        _refuse_labels(labels, z, value)
        return _coverage(polygons, size, fill, out, dtype)
    if dtype is not None:
        raise MaskError("expected None: it goes with rule='coverage'", parameter="dtype")
    try:
        pixel_rule, fill_rule = _RULES[rule], _FILLS[fill]
    except (KeyError, TypeError, ValueError):  # ValueError: a view of memory has no hash
        raise _bad_name(rule, fill) from None
    if fill == "nonzero" and rule != "exact":
        raise MaskError(f"expected 'even-odd', the only fill of rule={rule!r}", parameter="fill")
    columns = polygons_of(polygons)
    if not _arrays.is_one_of(device, "cpu"):
        there = named(device)
        each = size_of_each(size, len(columns))
        kinds = (pixel_rule, fill_rule)
        filled_there = fill_there(there, columns, each, rule=rule, numbers=kinds)
        return _formed_there(filled_there, size, out, labels=labels, z=z, value=value)
    array: Any = None if type(size) is tuple else _arrays.listed(size, "size")
    one: tuple[int, int] | None = None
    wants_runs = isinstance(out, str) and out == "runs"
    if array is None or array.ndim != 2:
        height, width = one = _arrays.as_size(size)
        if rule != "coco" and not wants_runs:
            shapes = _Shapes(columns, one, pixel_rule, fill_rule)
            filled: npt.NDArray[Any] = _formed(shapes, one, out, labels=labels, z=z, value=value)
            return filled
        runs = core.rasterize(columns, height, width, pixel_rule, fill_rule)
    else:
        runs = core.rasterize_sizes(columns, as_sizes(array, len(columns)), pixel_rule, fill_rule)
    plain = labels is None and z is None and type(value) is int and value == 1
    if plain and wants_runs:
        return wrap(runs)
    if one is None:
        one = one_size(runs.sizes, out)
    result: npt.NDArray[Any] = _formed(_Drawn(runs), one, out, labels=labels, z=z, value=value)
    return result


class _Drawn:
    """Masks to be written to an array."""

    def __init__(self, runs: Runs) -> None:
        self.runs = runs
        self.n = len(runs)

    def fill(self, out: npt.NDArray[Any], value: int) -> None:
        core.decode(self.runs, out, value)

    def paint(
        self, order: npt.NDArray[np.int64], labels: npt.NDArray[np.int64], out: npt.NDArray[Any]
    ) -> None:
        core.paint_labels(self.runs, order, labels, out)


class _Shapes:
    """Polygons to be written to an array, without runs in between where that can be done."""

    def __init__(self, columns: Any, size: tuple[int, int], rule: int, fill: int) -> None:
        self.columns = columns
        self.size = size
        self.rule = rule
        self.fill_rule = fill
        self.n = len(columns)

    def _drawn(self) -> _Drawn:
        return _Drawn(core.rasterize(self.columns, *self.size, self.rule, self.fill_rule))

    def fill(self, out: npt.NDArray[Any], value: int) -> None:
        direct = self.fill_rule == _FILLS["even-odd"] and out.flags.c_contiguous
        if not (direct and core.rasterize_dense(self.columns, *self.size, self.rule, out, value)):
            self._drawn().fill(out, value)

    def paint(
        self, order: npt.NDArray[np.int64], labels: npt.NDArray[np.int64], out: npt.NDArray[Any]
    ) -> None:
        if self.rule == _RULES["exact"]:
            core.paint_polygons(self.columns, self.fill_rule, order, labels, out)
        else:
            self._drawn().paint(order, labels, out)


def _formed_there(
    runs: DeviceRuns, size: Any, out: Any, *, labels: Any, z: Any, value: Any
) -> Masks | Any:
    labelled = labels is not None or z is not None or (isinstance(out, str) and out == "labels")
    check_form(out, labels, z, value, given=not isinstance(out, str))
    numbers = as_numbers(labels, len(runs)) if labelled else None
    order = as_order(z, len(runs))
    if isinstance(out, str) and out == "runs":
        return wrap(runs)
    many = type(size) is not tuple and np.ndim(size) == 2
    one = one_size(runs.sizes, out) if many else _arrays.as_size(size)
    return formed_there(runs, one, out, numbers=numbers, order=order, value=value)


def _formed(
    source: _Drawn | _Shapes, size: tuple[int, int], out: Any, *, labels: Any, z: Any, value: Any
) -> Any:
    given = isinstance(out, np.ndarray)
    has_labels = check_form(out, labels, z, value, given=given)
    if has_labels or (not given and out == "labels"):
        return _label_map(source, size, out if given else None, labels, z)
    n = source.n
    if not given:
        _arrays.check_dense(n, *size, "polygons")
        out = np.empty((n, *size), bool)
    _check_out(out, size, n)
    source.fill(out, _arrays.as_value(value, out.dtype))
    return out


def _refuse_labels(labels: Any, z: Any, value: Any) -> None:
    for name, given in (
        ("labels", labels),
        ("z", z),
        ("value", None if _arrays.is_integer(value) and value == 1 else value),
    ):
        if given is not None:
            raise MaskError(
                f"expected none with rule='coverage', got {shown(given)}", parameter=name
            )


def _coverage(polygons: Polygons, size: Any, fill: Any, out: Any, dtype: Any) -> npt.NDArray[Any]:
    if not _arrays.is_one_of(fill, *_FILLS):
        raise _bad_name("exact", fill)
    if not isinstance(out, str) or out != "dense":
        raise MaskError(
            f"expected 'dense', the only form of rule='coverage', got {shown(out)}", parameter="out"
        )
    wanted = _arrays.as_dtype(np.float32 if dtype is None else dtype)
    if wanted not in {np.dtype(np.float32), np.dtype(np.uint8)}:
        raise MaskError(f"expected float32 or uint8, got {shown(dtype)}", parameter="dtype")
    columns = polygons_of(polygons)
    if np.ndim(size) == 2:
        raise ShapeMismatch("expected one size for all items with out='dense'", parameter="size")
    height, width = _arrays.as_size(size)
    _arrays.check_dense(len(columns), height, width, "polygons")
    shares: npt.NDArray[Any] = core.rasterize_coverage(columns, height, width, _FILLS[fill])
    return shares if wanted == np.float32 else np.rint(shares * 255).astype(np.uint8)


def _label_map(
    source: _Drawn | _Shapes,
    size: tuple[int, int],
    out: npt.NDArray[Any] | None,
    labels: Any,
    z: Any,
) -> npt.NDArray[Any]:
    n = source.n
    low, high = 0, 2**32 - 1
    if out is not None:
        _check_out(out, size, None)
        low, high = _arrays.value_range(out.dtype)
    numbers, order = as_numbers(labels, n), as_order(z, n)
    bad = np.flatnonzero((numbers < low) | (numbers > high))
    if bad.size:
        raise MaskError(
            f"expected a label in [{low}, {high}], got {numbers[bad[0]]}",
            parameter="labels",
            index=int(bad[0]),
        )
    if out is None:
        _arrays.check_dense(1, *size, "polygons")
        out = np.zeros(size, np.min_scalar_type(int(numbers.max(initial=0))))
    source.paint(order, numbers, out)
    return out


def _check_out(out: npt.NDArray[Any], size: tuple[int, int], n: int | None) -> None:
    """Check an array to write a label map (n is None) or a stack of n masks into."""
    wanted = size if n is None else (n, *size)
    fits = out.shape == wanted or (n == 1 and out.shape == size)
    _arrays.check_out(out, str(wanted), fits=fits)


def _bad_name(rule: Any, fill: Any) -> MaskError:
    rules = [*_RULES, _COVERAGE]
    for value, names, parameter in ((rule, rules, "rule"), (fill, list(_FILLS), "fill")):
        if not isinstance(value, str) or value not in names:
            expected = " or ".join(repr(name) for name in names)
            return MaskError(f"expected {expected}, got {shown(value)}", parameter=parameter)
    raise AssertionError
