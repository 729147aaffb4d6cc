"""Polygons to masks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, overload

import numpy as np
import numpy.typing as npt

from maskengine import _arrays
from maskengine._backend import core
from maskengine.errors import MaskError, ShapeMismatch
from maskengine.values import Masks, Polygons, polygons_of, wrap

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
    out: Literal["runs", "dense"] = "runs",
    *,
    dtype: npt.DTypeLike | None = None,
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
    out : {"runs", "dense"}, default "runs"
        The form of the result. ``"dense"`` needs one size for all.
    dtype : float32 or uint8, optional
        Of ``rule="coverage"`` alone: the share of the area (default), or 255 times it, rounded.

    Returns
    -------
    Masks or numpy.ndarray
        N masks, or a bool stack of shape (N, H, W). What lies outside of the image is cut; the
        cost depends on the columns of the image that are crossed, not on how far a polygon
        reaches.

    Raises
    ------
    MaskError
        If `rule`, `fill` or `out` is no such name, or the two do not go together.
    MaskTypeError
        If `polygons` is not a :class:`Polygons`.
    ShapeMismatch
        If there is not one size, and not one per item.
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
        return _coverage(polygons, size, fill, out, dtype)
    if dtype is not None:
        raise MaskError("expected None: it goes with rule='coverage'", parameter="dtype")
    try:
        pixel_rule, fill_rule = _RULES[rule], _FILLS[fill]
    except (KeyError, TypeError):
        raise _bad_name(rule, fill) from None
    if fill == "nonzero" and rule != "exact":
        raise MaskError(f"expected 'even-odd', the only fill of rule={rule!r}", parameter="fill")
    columns = polygons_of(polygons)
    array = None if type(size) is tuple else np.asarray(size)
    if array is None or array.ndim != 2:
        height, width = _arrays.as_size(size)
        runs = core.rasterize(columns, height, width, pixel_rule, fill_rule)
    else:
        runs = core.rasterize_sizes(columns, _sizes(array, len(columns)), pixel_rule, fill_rule)
    return wrap(runs) if out == "runs" else _dense(runs, out)


def _sizes(array: npt.NDArray[Any], n: int) -> npt.NDArray[np.int64]:
    sizes = _arrays.as_int64(array, "size", (n, 2))
    bad = np.flatnonzero((sizes < 0).any(axis=1) | (sizes >= 2**31).any(axis=1))
    if bad.size:
        _arrays.as_size(tuple(sizes[bad[0]].tolist()), f"size[{bad[0]}]")
    return sizes


def _coverage(polygons: Polygons, size: Any, fill: Any, out: Any, dtype: Any) -> npt.NDArray[Any]:
    if not isinstance(fill, str) or fill not in _FILLS:
        raise _bad_name("exact", fill)
    if out != "dense":
        raise MaskError(
            f"expected 'dense', the only form of rule='coverage', got {out!r}", parameter="out"
        )
    wanted = np.dtype(np.float32 if dtype is None else dtype)
    if wanted not in {np.dtype(np.float32), np.dtype(np.uint8)}:
        raise MaskError(f"expected float32 or uint8, got {dtype!r}", parameter="dtype")
    columns = polygons_of(polygons)
    if np.ndim(size) == 2:
        raise ShapeMismatch("expected one size for all items with out='dense'", parameter="size")
    height, width = _arrays.as_size(size)
    _arrays.check_dense(len(columns), height, width, "polygons")
    shares: npt.NDArray[Any] = core.rasterize_coverage(columns, height, width, _FILLS[fill])
    return shares if wanted == np.float32 else np.rint(shares * 255).astype(np.uint8)


def _dense(runs: Runs, out: Any) -> npt.NDArray[np.bool_]:
    if out != "dense":
        raise MaskError(f"expected 'runs' or 'dense', got {out!r}", parameter="out")
    n = len(runs)
    sizes = runs.sizes
    if n and (sizes != sizes[0]).any():
        raise ShapeMismatch("expected one size for all items with out='dense'", parameter="size")
    height, width = (int(side) for side in sizes[0]) if n else (0, 0)
    _arrays.check_dense(n, height, width, "polygons")
    stack = np.empty((n, height, width), bool)
    core.decode(runs, stack, 1)
    return stack


def _bad_name(rule: Any, fill: Any) -> MaskError:
    for value, names, parameter in ((rule, _RULES, "rule"), (fill, _FILLS, "fill")):
        if not isinstance(value, str) or value not in names:
            expected = " or ".join(repr(name) for name in names)
            return MaskError(f"expected {expected}, got {value!r}", parameter=parameter)
    raise AssertionError
