"""IoU of classes in which each instance counts as much, whatever its size: iIoU of Cityscapes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from maskengine import _arrays
from maskengine._booleans import as_numbered
from maskengine._listing import told
from maskengine.errors import MaskError, MaskTypeError, ShapeMismatch, shown
from maskengine.ops.joint import joint
from maskengine.quality._frames import same_items
from maskengine.quality._labels import as_classes, as_ignored, as_pair, class_places, places
from maskengine.quality._status import Status, ratios, statuses
from maskengine.quality._tolerance import as_tolerance
from maskengine.values.summable import Summable

_UNIT = 2.0**40


@dataclass(frozen=True, eq=False)
class InstanceCounts(Summable):
    """What :func:`instance_iou` counted for N classes that have instances.

    Counts of several frames, or of several workers, add up, whatever their order, to the same
    bits: ``a + b``, or ``sum(parts)``.

    Parameters
    ----------
    labels : numpy.ndarray
        int64 (N,): of the classes.
    average_sizes : numpy.ndarray
        float64 (N,): mean pixels of an instance of the class, as given.
    instances : numpy.ndarray
        int64 (N,): instances in the reference.
    found_units : numpy.ndarray
        int64 (N,): sum over instances of the share of their pixels that were predicted right, in
        units of 2^-40.
    fp : numpy.ndarray
        int64 (N,): pixels of other classes predicted as the class.

    Examples
    --------
    >>> import numpy as np
    >>> from maskengine.quality import instance_iou
    >>> classes = np.array([[1, 1, 1, 1, 1, 0]])
    >>> frame = instance_iou(
    ...     classes, np.array([[1, 1, 1, 0, 0, 0]]), np.array([[7, 7, 7, 7, 8, 0]]), 2, {1: 2.5}
    ... )
    >>> (frame + frame).instances.tolist(), frame.iiou.tolist()
    ([4], [0.375])
    """

    labels: npt.NDArray[np.int64]
    average_sizes: npt.NDArray[np.float64]
    instances: npt.NDArray[np.int64]
    found_units: npt.NDArray[np.int64]
    fp: npt.NDArray[np.int64]

    @property
    def iiou(self) -> npt.NDArray[np.float64]:
        """float64 (N,): TP / (TP + FN + FP), where instances are weighted; NaN where all are 0."""
        found = self.found_units / _UNIT * self.average_sizes
        return ratios(found, self.instances * self.average_sizes + self.fp)

    @property
    def status(self) -> tuple[Status, ...]:
        """Of each class: whether it has instances, and whether any pixel is predicted as it."""
        return statuses(self.instances > 0, (self.found_units > 0) | (self.fp > 0))

    def __len__(self) -> int:
        return len(self.labels)

    def __add__(self, other: InstanceCounts) -> InstanceCounts:
        if not isinstance(other, InstanceCounts):
            return NotImplemented
        same_items(self.labels, other.labels)
        same_items(self.average_sizes, other.average_sizes)
        return InstanceCounts(
            self.labels,
            self.average_sizes,
            self.instances + other.instances,
            self.found_units + other.found_units,
            self.fp + other.fp,
        )


def instance_iou(
    reference: Any,
    prediction: Any,
    instances: Any,
    classes: Any,
    average_sizes: Mapping[int, float],
    *,
    void: Any = (),
) -> InstanceCounts:
    """Count what an instance-weighted IoU is made of.

    Parameters
    ----------
    reference, prediction : array_like
        Class maps or stacks of one shape, (H, W) or (N, H, W), of any integer dtype.
    instances : array_like
        The instance of each pixel of the reference, in the same shape; 0: none, as in a group.
        Instances of different classes, and of different frames of a stack, are different ones.
    classes : int, mapping or iterable of int
        The classes, as in :func:`confusion`.
    average_sizes : mapping of int to float
        Mean pixels of an instance, of each class that has instances.
    void : int or iterable of int, optional
        Labels of no class: pixels that have one in the reference are left out.

    Returns
    -------
    InstanceCounts

    Raises
    ------
    MaskError
        If a label is neither a class nor void, a size is not above 0, or a class is unknown.
    MaskTypeError
        If a map is no array of integers, or `average_sizes` no mapping.
    ShapeMismatch
        If the maps differ in shape.

    Notes
    -----
    Cordts et al., *The Cityscapes Dataset for Semantic Urban Scene Understanding*, 2016: true
    positives and false negatives of an instance are weighted by average size / size; false
    positives, which have no instance, by 1. Pixels of the class without an instance count nowhere.

    Examples
    --------
    >>> import numpy as np
    >>> from maskengine.quality import instance_iou
    >>> reference = np.array([[1, 1, 1, 1, 2, 2]])
    >>> found = instance_iou(
    ...     reference, np.array([[1, 1, 1, 2, 2, 1]]), np.array([[5, 5, 5, 6, 0, 0]]), 3, {1: 2}
    ... )
    >>> found.instances.tolist(), found.fp.tolist(), found.iiou.tolist()
    ([2], [1], [0.4])
    """
    labels, _ = as_classes(classes)
    ignored = as_ignored(void, labels)
    wanted, sizes = _sizes(average_sizes, labels)
    first, second = as_pair(reference, prediction)
    numbers = as_numbered(instances, "instances")
    if numbers.shape != first.shape:
        raise ShapeMismatch(
            f"expected the shape of the reference, {first.shape}, got {numbers.shape}",
            parameter="instances",
        )
    empty = np.zeros(len(wanted), np.int64)
    total = InstanceCounts(wanted, sizes, empty, empty, empty)
    stacks = (a if a.ndim == 3 else a[np.newaxis] for a in (first, numbers, second))
    for maps in zip(*stacks, strict=True):
        found = joint(*maps)
        class_places(found.labels[:, 0], labels, ignored, "reference", first)
        class_places(found.labels[:, 2], labels, ignored, "prediction", second)
        kept = ~np.isin(found.labels[:, 0], ignored)
        total += _frame(found.labels[kept], found.pixels[kept], wanted, sizes)
    return total


def _frame(
    rows: npt.NDArray[np.int64],
    pixels: npt.NDArray[np.int64],
    wanted: npt.NDArray[np.int64],
    sizes: npt.NDArray[np.float64],
) -> InstanceCounts:
    """Count one frame; rows are class, instance and predicted class."""
    n = len(wanted)
    predicted = places(rows[:, 2], wanted)
    wrong = (predicted >= 0) & (rows[:, 0] != rows[:, 2])
    fp = np.zeros(n, np.int64)
    np.add.at(fp, predicted[wrong], pixels[wrong])
    of_class = places(rows[:, 0], wanted)
    own = (of_class >= 0) & (rows[:, 1] != 0)
    each, place = np.unique(rows[own][:, :2], axis=0, return_inverse=True)
    place = place.reshape(-1)
    size, right = np.zeros((2, len(each)), np.int64)
    np.add.at(size, place, pixels[own])
    hit = (rows[:, 0] == rows[:, 2])[own]
    np.add.at(right, place[hit], pixels[own][hit])
    at = places(each[:, 0], wanted)
    instances, found = np.zeros((2, n), np.int64)
    np.add.at(instances, at, 1)
    np.add.at(found, at, np.rint(right / size * _UNIT).astype(np.int64))
    return InstanceCounts(wanted, sizes, instances, found, fp)


def _sizes(
    given: Any, labels: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]:
    name = "average_sizes"
    if not isinstance(given, Mapping):
        raise MaskTypeError(f"expected a mapping, got {shown(given)}"[:300], parameter=name)
    given = told(given, name)
    for label, size in given.items():
        if not _arrays.is_integer(label) or label not in labels:
            raise MaskError(f"expected labels of classes, got {shown(label)}"[:300], parameter=name)
        if as_tolerance(size, name) == 0:
            raise MaskError(f"expected sizes above 0, got {shown(size)}", parameter=name)
    return np.array(list(given), np.int64), np.array(list(given.values()), np.float64)
