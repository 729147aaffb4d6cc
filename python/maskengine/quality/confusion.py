"""Which class was predicted for which, and the overlap scores that follow."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from maskengine._arrays import is_one_of
from maskengine.errors import MaskError, MaskTypeError, shown
from maskengine.ops._label_maps import LabelMap
from maskengine.ops.joint import joint
from maskengine.quality._labels import as_classes, as_ignored, as_map_pair, class_places, places
from maskengine.quality._status import Status, ratios, statuses
from maskengine.values.summable import Summable


@dataclass(frozen=True, eq=False)
class Confusion(Summable):
    """Pixels by class of the reference and class of the prediction.

    Counts of several frames, or of several workers, add up: ``a + b``, or ``sum(parts)``.

    Parameters
    ----------
    classes : numpy.ndarray
        int64 (C,): the label of each class.
    names : tuple of str
        The name of each class; its label, where none was given.
    counts : numpy.ndarray
        int64 (C, C + 1): row, class of the reference; column, class of the prediction. The last
        column counts predictions of no class, which are misses.
    void : int
        Pixels that are void in the reference, whatever was predicted there.

    Examples
    --------
    >>> import numpy as np
    >>> from maskengine.quality import confusion
    >>> frame = confusion(np.array([[0, 1, 1]]), np.array([[0, 1, 0]]), classes=2)
    >>> (frame + frame).counts.tolist()
    [[2, 0, 0], [2, 2, 0]]
    """

    classes: npt.NDArray[np.int64]
    names: tuple[str, ...]
    counts: npt.NDArray[np.int64]
    void: int

    def __add__(self, other: Confusion) -> Confusion:
        if not isinstance(other, Confusion):
            return NotImplemented
        if not np.array_equal(self.classes, other.classes):
            raise MaskError("expected counts of the same classes", parameter="other")
        return Confusion(
            self.classes, self.names, self.counts + other.counts, self.void + other.void
        )


@dataclass(frozen=True, eq=False)
class ClassScores:
    """What :func:`miou` makes of a :class:`Confusion`.

    Parameters
    ----------
    iou, dice, precision, recall : numpy.ndarray
        float64 (C,): of each class. NaN where its denominator is 0, as the status says.
    status : tuple of str
        Of each class: ``"ok"``; ``"both_empty"``, no pixel has or is predicted as it, so that no
        score of it is defined; ``"ref_empty"``, no pixel has it (recall is NaN); ``"pred_empty"``,
        none is predicted as it (precision is NaN).
    miou, mean_dice : float
        Means over the classes that are not ``"both_empty"``; NaN without any.
    mean_accuracy : float
        Mean of `recall` over the classes of the reference.
    fwiou : float
        Mean of `iou` weighted with the pixels of each class in the reference.
    pixel_accuracy : float
        Share of pixels predicted right.
    counted : int
        Classes in `miou`.

    Examples
    --------
    >>> import numpy as np
    >>> from maskengine.quality import confusion, miou
    >>> counts = confusion(np.array([[0, 1, 1]]), np.array([[0, 1, 0]]), classes=3)
    >>> miou(counts).status
    ('ok', 'ok', 'both_empty')
    """

    iou: npt.NDArray[np.float64]
    dice: npt.NDArray[np.float64]
    precision: npt.NDArray[np.float64]
    recall: npt.NDArray[np.float64]
    status: tuple[Status, ...]
    miou: float
    mean_dice: float
    mean_accuracy: float
    fwiou: float
    pixel_accuracy: float
    counted: int


def confusion(
    reference: Any,
    prediction: Any,
    classes: Any,
    void: Any = (),
    *,
    other: Literal["error", "miss"] = "error",
) -> Confusion:
    """Count the pixels by class of the reference and of the prediction.

    Parameters
    ----------
    reference, prediction : array_like
        Class maps or stacks of one shape, (H, W) or (N, H, W), of any integer dtype, memory order
        and stride; or as runs, which costs less: :class:`maskengine.LabelRuns`, or masks of one map
        and their labels, as :func:`maskengine.split` gives them.
    classes : int, mapping or iterable of int
        The classes: ``range(classes)``; labels and their names, ``{label: name}``; or labels.
    void : int or iterable of int, optional
        Labels of no class. Pixels that have one in the reference are left out; pixels of a class
        that are predicted as one are misses.
    other : {"error", "miss"}, default "error"
        What a predicted label is that is neither a class nor void.

    Returns
    -------
    Confusion

    Raises
    ------
    MaskError
        If a label is neither a class nor void (names the first pixel), a class is listed twice or
        is void, or `other` is another word.
    MaskTypeError
        If a map is no array of integers, or a label no integer.
    ShapeMismatch
        If the maps differ in shape.

    Notes
    -----
    Void as in the Cityscapes benchmark (Cordts et al., 2016): what is predicted on void costs
    nothing, and void predicted on a class is an error.

    Examples
    --------
    >>> import numpy as np
    >>> from maskengine.quality import confusion, miou
    >>> reference = np.array([[0, 0, 1, 255]])
    >>> counts = confusion(reference, np.array([[0, 1, 1, 1]]), {0: "road", 1: "car"}, void=255)
    >>> counts.counts.tolist(), counts.void
    ([[1, 1, 0], [0, 1, 0]], 1)
    >>> miou(counts).miou
    0.5
    """
    if not is_one_of(other, "error", "miss"):
        raise MaskError(f"expected 'error' or 'miss', got {shown(other)}"[:300], parameter="other")
    labels, names = as_classes(classes)
    ignored = as_ignored(void, labels)
    first, second = as_map_pair(reference, prediction)
    found = joint(first, second)
    return counted(found.labels, found.pixels, (labels, names, ignored), (first, second), other)


def counted(
    pairs: npt.NDArray[np.int64],
    pixels: npt.NDArray[np.int64],
    known: tuple[npt.NDArray[np.int64], tuple[str, ...], npt.NDArray[np.int64]],
    maps: tuple[LabelMap, LabelMap],
    other: str,
) -> Confusion:
    """Put pixels of pairs of labels into cells; `maps` say where a label lies that is not known."""
    labels, names, ignored = known
    rows = class_places(pairs[:, 0], labels, ignored, "reference", maps[0])
    columns = places(pairs[:, 1], labels)
    if other == "error":
        columns = class_places(pairs[:, 1], labels, ignored, "prediction", maps[1])
    inside = rows >= 0
    n = len(labels)
    cells = rows[inside] * (n + 1) + np.where(columns[inside] < 0, n, columns[inside])
    counts = np.zeros(n * (n + 1), np.int64)
    np.add.at(counts, cells, pixels[inside])
    return Confusion(labels, names, counts.reshape(n, n + 1), int(pixels[~inside].sum()))


def miou(counts: Confusion) -> ClassScores:
    """Give IoU, Dice and accuracy, of each class and their means, from counts.

    Parameters
    ----------
    counts : Confusion
        Of one frame, or the sum over many: means over frames are other numbers.

    Returns
    -------
    ClassScores

    Raises
    ------
    MaskTypeError
        If `counts` is no :class:`Confusion`.

    Notes
    -----
    IoU of class c is C[c, c] / (row c + column c - C[c, c]) (Everingham et al., *The PASCAL VOC
    challenge*, 2010); `miou`, `fwiou`, `mean_accuracy` and `pixel_accuracy` as in Long et al.,
    *Fully convolutional networks*, 2015; classes without pixels on either side are skipped, as in
    the Cityscapes benchmark.

    Examples
    --------
    >>> import numpy as np
    >>> from maskengine.quality import confusion, miou
    >>> scores = miou(confusion(np.array([[0, 0, 1, 1]]), np.array([[0, 1, 1, 1]]), classes=2))
    >>> scores.iou.round(3).tolist(), scores.pixel_accuracy
    ([0.5, 0.667], 0.75)
    """
    if not isinstance(counts, Confusion):
        raise MaskTypeError(
            f"expected a Confusion, got {type(counts).__name__}", parameter="counts"
        )
    cells = counts.counts
    right = np.diagonal(cells).astype(np.float64)
    rows = cells.sum(axis=1).astype(np.float64)
    columns = cells.sum(axis=0)[:-1].astype(np.float64)
    present = rows + columns > 0
    iou = ratios(right, rows + columns - right)
    dice = ratios(2 * right, rows + columns)
    recall = ratios(right, rows)
    pixels = float(rows.sum())
    return ClassScores(
        iou=iou,
        dice=dice,
        precision=ratios(right, columns),
        recall=recall,
        status=statuses(rows > 0, columns > 0),
        miou=_mean(iou[present]),
        mean_dice=_mean(dice[present]),
        mean_accuracy=_mean(recall[rows > 0]),
        fwiou=float((rows * np.nan_to_num(iou)).sum() / pixels) if pixels else float("nan"),
        pixel_accuracy=float(right.sum() / pixels) if pixels else float("nan"),
        counted=int(present.sum()),
    )


def _mean(values: npt.NDArray[np.float64]) -> float:
    return float(values.mean()) if values.size else float("nan")
