"""Connected components."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any, Literal, overload

import numpy as np
import numpy.typing as npt

from maskengine import _arrays
from maskengine._backend import core
from maskengine._booleans import as_numbered
from maskengine._device import device_of
from maskengine.errors import MaskError, ShapeMismatch, shown
from maskengine.ops import _volumes
from maskengine.ops._label_there import label_masks_there, label_there
from maskengine.ops._placed import placed
from maskengine.ops._volumes import VolumeStats
from maskengine.values import DeviceRuns, Masks, runs_of, wrap

__all__ = ["ComponentStats", "VolumeStats", "label"]


@dataclass(frozen=True, eq=False)
class ComponentStats:
    """What :func:`label` measured of K components, in columns: row k is component ``k + 1``.

    Of a stack or a batch, the components of all masks follow each other; those of mask i are rows
    ``offsets[i]`` to ``offsets[i + 1]``, and are numbered from 1 in each mask.

    Parameters
    ----------
    offsets : numpy.ndarray
        int64 (N + 1,): where the components of each of N masks start and end.
    area : numpy.ndarray
        int64 (K,): pixels.
    bbox : numpy.ndarray
        int64 (K, 4): left, top, width, height, in pixels.
    centroid : numpy.ndarray
        float64 (K, 2): mean of the pixel centres, x and y; pixel (x, y) has its centre at
        (x + 0.5, y + 0.5).
    first_pixel : numpy.ndarray
        int64 (K, 2): x and y of the first pixel in raster order (row by row).
    label : numpy.ndarray
        (K,): the value that the component has in the source, in the dtype of the source; 1 for
        components of a mask.
    touches_border : numpy.ndarray
        bool (K,): whether a pixel lies in the first or last row or column.
    perimeter : numpy.ndarray
        int64 (K,): pixel edges between the component and what is not of it, as :func:`perimeter`
        counts them.
    holes : numpy.ndarray
        int64 (K,): holes; what fills them is connected the other way (4 for 8, and 8 for 4).

    Examples
    --------
    >>> import numpy as np
    >>> import maskengine as me
    >>> ring = np.ones((3, 3), bool)
    >>> ring[1, 1] = False
    >>> stats = me.label(ring, stats=True)[2]
    >>> stats.area, stats.holes, stats.euler
    (array([8]), array([1]), array([0]))
    """

    offsets: npt.NDArray[np.int64]
    area: npt.NDArray[np.int64]
    bbox: npt.NDArray[np.int64]
    centroid: npt.NDArray[np.float64]
    first_pixel: npt.NDArray[np.int64]
    label: npt.NDArray[Any]
    touches_border: npt.NDArray[np.bool_]
    perimeter: npt.NDArray[np.int64]
    holes: npt.NDArray[np.int64]

    @property
    def euler(self) -> npt.NDArray[np.int64]:
        """int64 (K,): the Euler number of each component, 1 minus its holes."""
        return 1 - self.holes

    def __len__(self) -> int:
        return len(self.area)


@overload
def label(
    source: Any,
    connectivity: Literal[4, 8, 6, 18, 26] = 8,
    *,
    kind: Literal["mask", "labels"] = "mask",
    stats: Literal[False] = False,
    output: Literal["image", "masks", "none"] | None = None,
    out: npt.NDArray[Any] | None = None,
    dtype: npt.DTypeLike | None = None,
    device: str | None = None,
) -> tuple[Any, Any]: ...


@overload
def label(
    source: Any,
    connectivity: Literal[4, 8] = 8,
    *,
    kind: Literal["mask", "labels"] = "mask",
    stats: Literal[True],
    output: Literal["image", "masks", "none"] | None = None,
    out: npt.NDArray[Any] | None = None,
    dtype: npt.DTypeLike | None = None,
    device: str | None = None,
) -> tuple[Any, Any, ComponentStats]: ...


@overload
def label(
    source: Any,
    connectivity: Literal[6, 18, 26],
    *,
    kind: Literal["mask", "labels"] = "mask",
    stats: Literal[True],
    output: Literal["image", "none"] | None = None,
    out: npt.NDArray[Any] | None = None,
    dtype: npt.DTypeLike | None = None,
    device: str | None = None,
) -> tuple[Any, int, VolumeStats]: ...


def label(
    source: Any,
    connectivity: Literal[4, 8, 6, 18, 26] = 8,
    *,
    kind: Literal["mask", "labels"] = "mask",
    stats: bool = False,
    output: Literal["image", "masks", "none"] | None = None,
    out: npt.NDArray[Any] | None = None,
    dtype: npt.DTypeLike | None = None,
    device: str | None = None,
) -> tuple[Any, Any] | tuple[Any, Any, ComponentStats | VolumeStats]:
    """Find and number the connected components of a mask, a volume, or the labels of a map.

    Parameters
    ----------
    source : array_like or Masks
        A mask (H, W) or a stack (N, H, W), each mask of which is numbered by itself; bool or any
        integer dtype, any memory order and stride, without a copy. Nonzero is foreground. Or a
        batch of N masks, at a cost by its runs, not its pixels. Or, with a connectivity of 6, 18
        or 26, a volume (D, H, W): an array; a memory-mapped one, or a data set with `shape`,
        `dtype` and slices of its first axis (HDF5, Zarr), which is read slab by slab; or an
        iterable of its D planes (H, W).
    connectivity : {8, 4, 6, 18, 26}, default 8
        Whether pixels that touch at a corner are connected (8) or not (4), mask by mask. Or which
        voxels are, through the planes of a volume: those that touch with a face (6), also with an
        edge (18), also at a corner (26).
    kind : {"mask", "labels"}, default "mask"
        ``"mask"``: pixels are connected where both are foreground. ``"labels"``: where both have
        the same value, which is not 0.
    stats : bool, default False
        Whether to measure the components, too.
    output : {"image", "masks", "none"}, optional
        ``"image"``, the default for an array: numbers are written to the pixels. ``"masks"``, the
        default for a batch, which has no image: one mask for each component. ``"none"``: components
        are counted and measured alone, which is much faster.
    out : numpy.ndarray, optional
        Written and returned: the shape of `source`, any integer dtype that holds the largest
        number, any strides. Every pixel is written. It may be `source` itself.
    dtype : dtype, optional
        Of a new image; by default the narrowest of uint8, uint16 and uint32 that holds the largest
        number.
    device : str, optional
        ``"cuda"`` or ``"cuda:1"``: what lies on the host is copied to that device, where the result
        stays; ``"cpu"`` the other way. By default nothing is copied.

    Returns
    -------
    labels : numpy.ndarray, Masks or None
        An image: `out`, or a new array; 0 for background and 1..n for components, in raster order
        (row by row) of their first pixels. Or the masks of all components in this order, those of
        one mask of a stack or batch after those of another. None for ``output="none"``.
    n : int or numpy.ndarray
        How many; int64 (N,) for a stack or a batch.
    stats : ComponentStats or VolumeStats
        With ``stats=True`` alone; of a volume, the latter.

    Raises
    ------
    MaskTypeError
        If `source` is no array of bool or integers, or `out` or `dtype` not of integers.
    ShapeMismatch
        If `source` is not of two or three dimensions, or `out` has another shape.
    MaskError
        If `connectivity`, `kind` or `output` is no such value, or the largest number does not fit
        the dtype; `out` is then unchanged.
    LimitExceeded
        If there are 2^32 components or more, or `source` repeats its memory and the image would
        be too large.

    Notes
    -----
    An array on a CUDA device is labelled there, up to 2^32 pixels in one call, and so is a batch.
    The image and `n` stay there, `n` as an array of no dimension or (N,), and the dtype of a new
    image is uint32, as nothing waits to see how large the numbers are; `stats`, masks, a batch, and
    a dtype that might be too narrow, do wait.

    The partition and the order are those of ``scipy.ndimage.label`` for masks and of ``cc3d`` for
    label maps; they depend neither on threads nor on the CPU. Rows become runs, a run takes the
    number of a run above it that it touches, and others that touch it are merged (Rem's union-find,
    Dijkstra, *A Discipline of Programming*, 1976): the cost follows the pixels read and the runs,
    not the components. Holes come from the Euler number, runs minus contacts of runs.

    Of a volume that is read slab by slab, a plane and one entry for each provisional number are
    held; to write an image it is read twice. Of an iterable, which cannot be read twice, the runs
    are held, unless ``output="none"``.

    Examples
    --------
    >>> import numpy as np
    >>> import maskengine as me
    >>> mask = np.array([[1, 0, 1], [0, 1, 0], [0, 0, 0], [1, 0, 0]])
    >>> me.label(mask, output="none")
    (None, 2)
    >>> image, n = me.label(mask, connectivity=4)
    >>> image, n
    (array([[1, 0, 2],
           [0, 3, 0],
           [0, 0, 0],
           [4, 0, 0]], dtype=uint8), 4)
    >>> me.label(np.array([[7, 7, 9]]), kind="labels", stats=True)[2].label
    array([7, 9])
    """
    valued = _arrays.is_labels(kind)
    stats = _arrays.as_flag(stats, "stats")
    if output is not None and not _arrays.is_one_of(output, "image", "masks", "none"):
        raise MaskError(
            f"expected 'image' or 'masks' or 'none', got {shown(output)}", parameter="output"
        )
    if (out is not None or dtype is not None) and (
        output in {"masks", "none"} or isinstance(source, Masks)
    ):
        raise MaskError("expected no out= and no dtype= without an image", parameter="output")
    if device is not None:
        source = placed(device, source, "source")
    if _arrays.is_whole(connectivity) and connectivity in {6, 18, 26}:
        if output == "masks" or isinstance(source, Masks):
            raise MaskError("expected no masks with a connectivity of volumes", parameter="output")
        image_target = None if output == "none" else _volumes.Target(out, dtype)
        return _volumes.label(source, int(connectivity), valued, stats, image_target)
    corners = _arrays.is_eight(connectivity)
    there = None if isinstance(source, Masks) else device_of(source, "source")
    if there is not None:
        image, n, measured = label_there(
            there,
            source,
            corners=corners,
            valued=valued,
            stats=stats,
            output=output,
            out=out,
            dtype=dtype,
        )
        return (image, n, ComponentStats(**measured)) if stats else (image, n)
    if isinstance(source, Masks):
        return _label_batch(source, corners, valued, stats, output)
    array = (as_numbered if valued else _arrays.as_masks)(source, "source")
    if output == "masks":
        found = (_of_map if valued else _of_mask)(array, corners)
        return found if stats else found[:2]
    image = None if output == "none" else _target(array, out, dtype)
    try:
        painted, counts, columns, touches = core.label(array, valued, corners, stats, image)
    except MaskError as error:
        if error.parameter == "out" and out is None:
            raise MaskError(error.text, parameter="dtype") from None
        raise
    n = int(counts[0]) if array.ndim == 2 else counts
    if not stats:
        return painted, n
    return painted, n, _stats_of(counts, columns, touches, array.dtype)


def _label_batch(
    masks: Masks, corners: bool, valued: bool, stats: bool, output: str | None
) -> tuple[Any, Any] | tuple[Any, Any, ComponentStats]:
    if valued:
        raise MaskError("expected 'mask' for a batch of masks", parameter="kind")
    if output == "image":
        raise MaskError("expected 'masks' or 'none' for a batch of masks", parameter="output")
    runs = runs_of(masks, cuda=True)
    if isinstance(runs, DeviceRuns):
        parts, n, measured = label_masks_there(runs, corners=corners, stats=stats, output=output)
        return (parts, n, ComponentStats(**measured)) if stats else (parts, n)
    found = _label_masks(masks, corners, stats, output)
    return found if stats else found[:2]


def _label_masks(
    masks: Masks, corners: bool, stats: bool, output: str | None
) -> tuple[Any, Any, Any]:
    runs, counts, columns, touches = core.label_masks(
        runs_of(masks), corners, bool(stats), output != "none"
    )
    parts = None if runs is None else wrap(runs)
    if not stats:
        return parts, counts, None
    return parts, counts, _stats_of(counts, columns, touches, np.dtype(bool))


def _of_mask(array: npt.NDArray[Any], corners: bool) -> tuple[Any, Any, ComponentStats]:
    """Give the components of a dense mask or stack as masks."""
    masks = wrap(core.encode(array))
    parts, counts, stats = _label_masks(masks, corners, True, "masks")
    n = int(counts[0]) if array.ndim == 2 else counts
    return parts, n, replace(stats, label=stats.label.astype(array.dtype))


def _of_map(array: npt.NDArray[Any], corners: bool) -> tuple[Any, Any, ComponentStats]:
    """Give the components of a label map as masks."""
    if array.ndim != 2:
        raise ShapeMismatch(
            f"expected a label map (H, W) for 'masks', got {array.shape}", parameter="source"
        )
    runs, values, _ = core.split(array, False)
    parts, each, stats = _label_masks(wrap(runs), corners, True, "masks")
    order = np.lexsort((stats.first_pixel[:, 0], stats.first_pixel[:, 1]))
    stats = replace(stats, label=np.repeat(_arrays.from_bits(values, array.dtype), each))
    columns = {field.name: getattr(stats, field.name)[order] for field in fields(stats)[1:]}
    n = len(order)
    return parts[order], n, replace(stats, offsets=np.array([0, n]), **columns)


def _target(
    array: npt.NDArray[Any], out: Any, dtype: npt.DTypeLike | None
) -> npt.NDArray[Any] | bool:
    """Give the array to write to, or True for a new one of the narrowest dtype."""
    target = _volumes.Target(out, dtype)
    if out is not None:
        target.check_shape(array.shape)
        return out  # type: ignore[no-any-return]
    if array.base is not None or 0 in array.strides:
        _check_repeated(array)
    return True if target.dtype is None else np.empty(array.shape, target.dtype)


def _check_repeated(array: npt.NDArray[Any]) -> None:
    """Refuse a view that stands for far more pixels than it has memory."""
    steps = zip(array.shape, array.strides, strict=True)
    memory = array.itemsize + sum(max(n - 1, 0) * abs(step) for n, step in steps)
    if array.nbytes > 64 * memory:
        height, width = array.shape[-2:]
        _arrays.check_dense(array.size // max(height * width, 1), height, width, "source")


def _stats_of(
    counts: npt.NDArray[np.int64],
    columns: Any,
    touches: npt.NDArray[np.bool_],
    dtype: np.dtype[Any],
) -> ComponentStats:
    area, bbox, centroid, first, perimeter, holes, values = columns
    valued = values.size == area.size and area.size > 0
    labels = _arrays.from_bits(values, dtype) if valued else np.ones(area.size, dtype)
    offsets = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    return ComponentStats(offsets, area, bbox, centroid, first, labels, touches, perimeter, holes)
