"""How often labels of several maps meet."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from maskengine import _arrays
from maskengine._backend import core
from maskengine._booleans import as_numbered
from maskengine._device import device_of, same_device
from maskengine._listing import each
from maskengine.errors import LimitExceeded, MaskError, MaskTypeError, ShapeMismatch, shown
from maskengine.ops._label_maps import LabelMap, as_map, as_runs, as_void_list
from maskengine.ops._placed import placed
from maskengine.values import label_columns_of
from maskengine.values.summable import Summable

_MAX_MAPS = 64


@dataclass(frozen=True, eq=False)
class Joint(Summable):
    """The combinations of labels that :func:`joint` found in k maps, in columns.

    Counts of several frames, or of several workers, add up: ``a + b``, or ``sum(parts)``.

    Parameters
    ----------
    labels : numpy.ndarray
        int64 (K, k): one combination a row, a label of each map; sorted by the first, then by the
        next ones, each combination once.
    pixels : numpy.ndarray
        int64 (K,): how many pixels have it, at least one.

    Examples
    --------
    >>> import numpy as np
    >>> import maskengine as me
    >>> frame = me.joint(np.array([[1, 1, 2]]), np.array([[1, 3, 3]]))
    >>> (frame + frame).pixels.tolist()
    [2, 2, 2]
    """

    labels: npt.NDArray[np.int64]
    pixels: npt.NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.pixels)

    def __add__(self, other: Joint) -> Joint:
        if not isinstance(other, Joint):
            return NotImplemented
        if self.labels.shape[1] != other.labels.shape[1]:
            raise ShapeMismatch(
                f"expected counts of {self.labels.shape[1]} maps, got {other.labels.shape[1]}",
                parameter="other",
            )
        rows = np.concatenate([self.labels, other.labels])
        labels, place = np.unique(rows, axis=0, return_inverse=True)
        pixels = np.zeros(len(labels), np.int64)
        np.add.at(pixels, place.reshape(-1), np.concatenate([self.pixels, other.pixels]))
        return Joint(labels, pixels)


def joint(
    *maps: Any,
    void: int | Sequence[int | Iterable[int] | None] | None = None,
    device: str | None = None,
) -> Joint:
    """Count the pixels of each combination of labels in several maps.

    Parameters
    ----------
    maps : array_like, LabelRuns, PackedBits, or pair of Masks and labels
        One after another: 1 to 64 label maps or stacks of one shape, (H, W) or (N, H, W), each of
        bool or any integer dtype, memory order and stride, without a copy. Or label maps as runs,
        N of the same sizes: :class:`LabelRuns`, or the masks of one map and their labels as
        :func:`split` gives them. Where some are runs, arrays are turned to runs. Of arrays on a
        CUDA device the counts stay there.
    void : int or sequence, optional
        Labels whose pixels are left out: one for all maps, or an entry for each map, which is None,
        a label, or several of them.
    device : str, optional
        ``"cuda"`` or ``"cuda:1"``: what lies on the host is copied to that device, where the result
        stays; ``"cpu"`` the other way. By default nothing is copied.

    Returns
    -------
    Joint
        Only the combinations that are present.

    Raises
    ------
    ShapeMismatch
        If a map is of another shape than the first, or `void` has not an entry for each map.
    MaskTypeError
        If a map is no array of integers, or a label of `void` no integer.
    MaskError
        If there is no map, a label is 2^63 or more, or masks of a map overlap.
    LimitExceeded
        If there are more than 64 maps.

    Notes
    -----
    The joint histogram, of two maps also called the contingency table or confusion matrix (Pearson,
    1904). Overlap scores, agreement between annotators and the transitions of a correction are
    sums of its rows. Time follows bytes read and the number of runs in which no map changes; of
    maps as runs, that number alone.

    Examples
    --------
    >>> import numpy as np
    >>> import maskengine as me
    >>> found = me.joint(np.array([[1, 1, 2, 2]]), np.array([[1, 3, 3, 3]]))
    >>> found.labels.tolist(), found.pixels.tolist()
    ([[1, 1], [1, 3], [2, 3]], [1, 1, 2])
    >>> me.joint(np.array([[0, 1]]), np.array([[7, 7]]), void=(0, None)).labels.tolist()
    [[1, 7]]
    >>> runs = me.encode_labels(np.array([[1, 1, 2, 2]]))
    >>> me.joint(runs, me.split(np.array([[1, 3, 3, 3]]))).pixels.tolist()
    [1, 1, 2]
    """
    if device is not None:
        maps = tuple(placed(device, one, f"maps[{i}]") for i, one in enumerate(maps))
    there = device_of(maps[0], "maps[0]") if maps else None
    if there is not None:
        return _joint_there(there, maps, void)
    _check_number(maps)
    found = [as_map(value, f"maps[{i}]") for i, value in enumerate(maps)]
    left_out = _as_void(void, len(maps))
    labels, pixels = _count(found)
    if any(left_out):
        keep = np.ones(len(pixels), bool)
        for m, values in enumerate(left_out):
            for value in values:
                keep &= labels[:, m] != value
        labels, pixels = labels[keep], pixels[keep]
    return Joint(labels, pixels)


def assign(maps: Sequence[Any], table: Joint | npt.ArrayLike, values: Any) -> npt.NDArray[Any]:
    """Write a value for each combination of labels of several maps.

    Parameters
    ----------
    maps : sequence of array_like
        1 to 64 label maps or stacks of one shape, as :func:`joint` takes them.
    table : Joint or array_like of int
        Shape (K, k): the combinations, each once, a label of each map.
    values : array_like
        Shape (K,): the value of each, of bool, any integer dtype, float32 or float64.

    Returns
    -------
    numpy.ndarray
        Of the shape of the maps and the dtype of `values`.

    Raises
    ------
    ShapeMismatch
        If a map is of another shape than the first, or `table` and `values` do not go together.
    MaskTypeError
        If a map or `table` is no array of integers, or `values` are no numbers.
    MaskError
        If the maps have a combination that is not in the table, or the table has one twice.
    LimitExceeded
        If there are more than 64 maps.

    Notes
    -----
    What is computed once for each row of :func:`joint` - a vote, a probability, a disagreement -
    becomes a map by table look-up. Time follows bytes and the runs in which no map changes.

    Examples
    --------
    >>> import numpy as np
    >>> import maskengine as me
    >>> maps = [np.array([[1, 1, 2, 2]]), np.array([[1, 3, 3, 3]])]
    >>> found = me.joint(*maps)
    >>> me.assign(maps, found, found.labels[:, 0] != found.labels[:, 1])
    array([[False,  True,  True,  True]])
    """
    arrays = _as_maps(each(maps, "maps", "maps"))
    rows = table.labels if isinstance(table, Joint) else table
    labels = _arrays.as_int64(rows, "table", (None, len(arrays)))
    column = np.ascontiguousarray(_arrays.listed(values, "values"))
    kind = column.dtype.kind
    if kind not in "buif" or column.dtype.itemsize > 8 or column.dtype == np.float16:
        raise MaskTypeError(f"expected numbers, got dtype {column.dtype}", parameter="values")
    if not column.dtype.isnative:
        column = column.astype(column.dtype.newbyteorder("="))
    if column.shape != (len(labels),):
        raise ShapeMismatch(
            f"expected a value for each row, shape ({len(labels)},), got {column.shape}",
            parameter="values",
        )
    if not isinstance(table, Joint) and len(np.unique(labels, axis=0)) != len(labels):
        raise MaskError("expected each combination once", parameter="table")
    by_columns = all(array.ndim == 2 and array.flags.f_contiguous for array in arrays)
    out = np.empty(arrays[0].shape, column.dtype, order="F" if by_columns else "C")
    core.assign(tuple(arrays), labels, column, out)
    return out


def _as_maps(maps: Iterable[Any]) -> list[npt.NDArray[Any]]:
    arrays = [as_numbered(value, f"maps[{i}]") for i, value in enumerate(maps)]
    _check_number(arrays)
    _check_shapes(arrays)
    return arrays


def _check_number(maps: Sequence[Any]) -> None:
    if not maps:
        raise MaskError("expected at least one map, got none", parameter="maps")
    if len(maps) > _MAX_MAPS:
        raise LimitExceeded(
            f"expected at most {_MAX_MAPS} maps, got {len(maps)}",
            parameter="maps",
            name="maps",
            value=len(maps),
            limit=_MAX_MAPS,
        )


def _check_shapes(arrays: list[Any]) -> None:
    for i, array in enumerate(arrays):
        if array.shape != arrays[0].shape:
            raise ShapeMismatch(
                f"expected {arrays[0].shape} as the first map, got {array.shape}",
                parameter="maps",
                index=i,
            )


def _joint_there(device: Any, maps: tuple[Any, ...], void: Any) -> Joint:
    same_device(device, **{f"maps[{i}]": value for i, value in enumerate(maps)})
    views = [device.view(value) for value in maps]
    arrays = [_arrays.as_device_masks(one, f"maps[{i}]") for i, one in enumerate(views)]
    _check_number(arrays)
    _check_shapes(arrays)
    left_out = _as_void(void, len(arrays))
    values = begins = None
    if any(left_out):
        values = device.upload(np.array([v for one in left_out for v in one], np.int64))
        begins = device.upload(np.cumsum([0, *map(len, left_out)]).astype(np.int64))
    with device.queue() as queue:
        given = device.native.joint(queue, tuple(arrays), values, begins)
    labels = device.from_memory(given[0], given[1], np.int64).reshape(-1, len(arrays))
    return Joint(labels, device.from_memory(given[2], given[3], np.int64))


def _count(maps: list[LabelMap]) -> tuple[npt.NDArray[Any], ...]:
    arrays = [value for value in maps if isinstance(value, np.ndarray)]
    if len(arrays) == len(maps):
        _check_shapes(arrays)
        return core.joint(tuple(arrays))
    all_runs = [as_runs(value) for value in maps]
    for i, runs in enumerate(all_runs):
        if not np.array_equal(runs.sizes, all_runs[0].sizes):
            raise ShapeMismatch(
                "expected the sizes of the first map, "
                f"{all_runs[0].sizes.tolist()}, got {runs.sizes.tolist()}"[:300],
                parameter="maps",
                index=i,
            )
    return core.joint_runs(*zip(*map(label_columns_of, all_runs), strict=True))


def _as_void(void: Any, k: int) -> list[list[int]]:
    if void is None or _arrays.is_integer(void):
        return [as_void_list(void)] * k
    if (
        isinstance(void, (str, bytes))
        or not isinstance(void, (Sequence, np.ndarray))
        or _arrays.is_single(void)
    ):
        raise MaskTypeError(
            f"expected a label, or an entry for each map, got {shown(void)}"[:300], parameter="void"
        )
    if len(void) != k:
        raise ShapeMismatch(
            f"expected an entry for each of {k} maps, got {len(void)}", parameter="void"
        )
    return [as_void_list(entry) for entry in void]
