"""Components of volumes, read whole or slab by slab."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice, repeat
from typing import Any

import numpy as np
import numpy.typing as npt

from maskengine import _arrays
from maskengine._backend import core
from maskengine._listing import each, has
from maskengine.errors import LimitExceeded, MaskError, MaskTypeError, ShapeMismatch

_SLAB_BYTES = 2**25


@dataclass(frozen=True, eq=False)
class VolumeStats:
    """What :func:`label` measured of K components of a volume: row k is component ``k + 1``.

    Parameters
    ----------
    voxels : numpy.ndarray
        int64 (K,): how many voxels it has.
    bbox : numpy.ndarray
        int64 (K, 6): left, top, front, width, height, depth, in voxels.
    centroid : numpy.ndarray
        float64 (K, 3): mean of the voxel centres, x, y and z; voxel (x, y, z) has its centre at
        (x + 0.5, y + 0.5, z + 0.5).
    first_voxel : numpy.ndarray
        int64 (K, 3): x, y and z of the first voxel in raster order (plane by plane, row by row).
    label : numpy.ndarray
        (K,): the value that the component has in the source, in the dtype of the source; 1 for
        components of a mask.
    touches_border : numpy.ndarray
        bool (K,): whether a voxel lies in the first or last plane, row or column.

    Examples
    --------
    >>> import numpy as np
    >>> import maskengine as me
    >>> stats = me.label(np.ones((2, 3, 4), bool), connectivity=26, stats=True)[2]
    >>> stats.voxels, stats.bbox, stats.centroid
    (array([24]), array([[0, 0, 0, 4, 3, 2]]), array([[2. , 1.5, 1. ]]))
    """

    voxels: npt.NDArray[np.int64]
    bbox: npt.NDArray[np.int64]
    centroid: npt.NDArray[np.float64]
    first_voxel: npt.NDArray[np.int64]
    label: npt.NDArray[Any]
    touches_border: npt.NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.voxels)


class Target:
    """Where numbers of components are written: a given array, or a new one of a dtype, if any."""

    def __init__(self, out: Any, dtype: npt.DTypeLike | None) -> None:
        self.out = out
        self.dtype: np.dtype[Any] | None = None
        if out is not None:
            _arrays.check_label_out(out, dtype)
        elif dtype is not None:
            self.dtype = _arrays.as_label_dtype(dtype)

    def check_shape(self, shape: tuple[int, ...]) -> None:
        """Check that a given array has the shape of the source."""
        _arrays.check_out(self.out, str(shape), fits=self.out.shape == shape)

    def image(self, shape: tuple[int, ...], n: int) -> npt.NDArray[Any]:
        """Give the array that holds the numbers 1..n."""
        if self.out is not None:
            self.check_shape(shape)
        dtype = self.dtype if self.out is None else self.out.dtype
        if dtype is None:
            dtype = np.min_scalar_type(n) if n < 2**32 else np.dtype(np.uint64)
        if n > np.iinfo(dtype).max:
            raise MaskError(
                f"expected a dtype that holds {n} components, got {dtype}",
                parameter="dtype" if self.out is None else "out",
            )
        return np.empty(shape, dtype) if self.out is None else self.out


class _Volume:
    """A volume as slabs (d, H, W) whose rows are in one piece of memory each."""

    shape: tuple[int, ...] | None = None  # known when it has been read once
    dtype: np.dtype[Any] | None = None

    def __init__(self, source: Any) -> None:
        self.source = source
        self.is_array = isinstance(source, np.ndarray)
        self.is_lazy = not self.is_array and _reads_slices(source)
        if not self.is_array and not self.is_lazy:
            if has(source, "__array__", "source") or has(source, "__dlpack__", "source"):
                self.source, self.is_array = _arrays.as_array(source, "source"), True
            elif isinstance(source, (str, bytes)) or not isinstance(source, Iterable):
                raise MaskTypeError(
                    f"expected a volume or its planes, got {type(source).__name__}",
                    parameter="source",
                )
        if (self.is_array or self.is_lazy) and len(self.source.shape) != 3:
            raise ShapeMismatch(
                f"expected shape (D, H, W), got {self.source.shape}", parameter="source"
            )
        if (self.is_array or self.is_lazy) and max(self.source.shape) >= 2**31:
            # a broad view would be copied before the kernel says so
            raise LimitExceeded(
                f"expected sides below 2^31, got {self.source.shape}", parameter="source"
            )

    @property
    def is_read_twice(self) -> bool:
        """Whether it may be too large to keep what was found of it."""
        return self.is_lazy or isinstance(self.source, np.memmap)

    def slabs(self) -> Iterator[npt.NDArray[Any]]:
        planes = 0
        for slab in self._arrays() if self.is_array or self.is_lazy else self._planes():
            if self.dtype is None:
                self.dtype = slab.dtype
            elif slab.dtype != self.dtype:
                raise MaskTypeError(
                    f"expected the dtype {self.dtype} of the first plane, got {slab.dtype}",
                    parameter="source",
                    index=planes,
                )
            planes += len(slab)
            self.shape = (planes, *slab.shape[1:])
            yield slab

    def _arrays(self) -> Iterator[npt.NDArray[Any]]:
        """Read an array or a data set."""
        depth, height, width = self.source.shape
        dtype = np.dtype(self.source.dtype)
        if self.is_array:
            array = _arrays.as_masks(self.source, "source")
            if width <= 1 or array.strides[2] == dtype.itemsize or array.size == 0:
                yield array
                return
        step = max(_SLAB_BYTES // max(height * width * dtype.itemsize, 1), 1)
        for z in range(0, depth, step):
            slab = _arrays.as_masks(np.ascontiguousarray(self.source[z : z + step]), "source")
            if slab.shape != (min(step, depth - z), height, width):
                raise ShapeMismatch(
                    f"expected planes of shape {(height, width)}, got {slab.shape[1:]}",
                    parameter="source",
                    index=z,
                )
            yield slab
        if depth == 0:
            yield np.empty((0, height, width), dtype)

    def _planes(self) -> Iterator[npt.NDArray[Any]]:
        """Gather planes from an iterable."""
        planes = (_plane(one, z) for z, one in enumerate(each(self.source, "source")))
        first = next(planes, None)
        if first is None:
            raise ShapeMismatch("expected at least one plane, got none", parameter="source")
        step = max(_SLAB_BYTES // max(first.nbytes, 1), 1)
        gathered, start = [first, *islice(planes, step - 1)], 0
        while gathered:
            for z, plane in enumerate(gathered, start):
                if plane.shape != first.shape or plane.dtype != first.dtype:
                    raise ShapeMismatch(
                        f"expected planes of shape {first.shape} and dtype {first.dtype}, "
                        f"got {plane.shape} and {plane.dtype}",
                        parameter="source",
                        index=z,
                    )
            start += len(gathered)
            yield np.stack(gathered)
            gathered = list(islice(planes, step))


def _reads_slices(source: Any) -> bool:
    """Say whether it is a data set that gives parts of it when asked."""
    if isinstance(source, memoryview) or has(source, "__cuda_array_interface__", "source"):
        return False
    return all(has(source, name, "source") for name in ("shape", "dtype", "__getitem__"))


def _plane(value: Any, z: int) -> npt.NDArray[Any]:
    plane = _arrays.as_masks(_arrays.as_array(value, "source"), "source")
    if plane.ndim != 2:
        raise ShapeMismatch(
            f"expected a plane (H, W), got shape {plane.shape}", parameter="source", index=z
        )
    return plane


def label(
    source: Any, connectivity: int, valued: bool, measured: bool, target: Target | None
) -> tuple[Any, int] | tuple[Any, int, VolumeStats]:
    """Label a volume; without a target, components are counted and measured alone."""
    volume = _Volume(source)
    shared = target is not None and volume.is_array and target.out is not None
    overlaps = shared and np.may_share_memory(volume.source, target.out)  # type: ignore[union-attr]
    again = volume.is_read_twice and not overlaps
    found = core.VolumeLabelling.make(
        connectivity, valued, measured, target is not None and not again
    )
    sizes = []
    for slab in volume.slabs():
        found.add(slab)
        sizes.append(len(slab))
    found.finish()
    shape, dtype = volume.shape, volume.dtype
    if shape is None or dtype is None:
        raise AssertionError("a volume has a slab")
    image = None
    if target is not None:
        image = target.image(shape, found.n)
        slabs: Iterable[Any] = volume.slabs() if again else repeat(None)
        stops = np.cumsum(sizes)
        for i, (size, stop, slab) in enumerate(zip(sizes, stops, slabs, strict=False)):
            part = image[stop - size : stop]
            found.paint(i, part if slab is None else slab, part)  # runs that are kept need no slab
    if not measured:
        return image, found.n
    voxels, bbox, centroid, first, values = found.stats()
    touches = (bbox[:, :3] == 0) | (bbox[:, :3] + bbox[:, 3:] == shape[::-1])
    labels = _arrays.from_bits(values, dtype) if valued else np.ones(len(voxels), dtype)
    stats = VolumeStats(voxels, bbox, centroid, first, labels, touches.any(axis=1))
    return image, found.n, stats
