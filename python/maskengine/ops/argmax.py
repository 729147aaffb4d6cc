"""Scores of classes to a label map."""

from __future__ import annotations

from typing import Any, Literal, overload

import numpy as np
import numpy.typing as npt

from maskengine import _arrays
from maskengine._backend import core
from maskengine.errors import MaskError, MaskTypeError, ShapeMismatch, shown

Kind = Literal["logits", "probabilities"]
Ties = Literal["first", "last", "void"]
Uncertainty = Literal["confidence", "margin", "entropy"]

_TIES = ("first", "last", "void")  # in the order of the native enums
_MEASURES = ("confidence", "margin", "entropy")


@overload
def argmax(
    scores: Any,
    *,
    kind: Kind = "logits",
    labels: Any = None,
    ties: Ties = "first",
    threshold: float = 0.0,
    void: int | None = None,
    uncertainty: None = None,
) -> npt.NDArray[Any]: ...
@overload
def argmax(
    scores: Any,
    *,
    kind: Kind = "logits",
    labels: Any = None,
    ties: Ties = "first",
    threshold: float = 0.0,
    void: int | None = None,
    uncertainty: Uncertainty,
) -> tuple[npt.NDArray[Any], npt.NDArray[np.float32]]: ...
def argmax(
    scores: Any,
    *,
    kind: Kind = "logits",
    labels: Any = None,
    ties: Ties = "first",
    threshold: float = 0.0,
    void: int | None = None,
    uncertainty: Uncertainty | None = None,
) -> npt.NDArray[Any] | tuple[npt.NDArray[Any], npt.NDArray[np.float32]]:
    """Take the class with the highest score for each pixel, and say how unsure that is.

    Parameters
    ----------
    scores : array_like
        Shape (C, H, W), or (N, C, H, W) for N frames: of float16, float32, float64, or, for
        probabilities, uint8; of any memory order and stride.
    kind : {"logits", "probabilities"}, default "logits"
        What scores are. Logits may be minus infinity, but not all of a pixel. Probabilities are 0
        or more, and are divided by their sum over the classes.
    labels : array_like of int, optional
        (C,): the label of each class, in [0, 2^32); by default 0, 1, 2, ...
    ties : {"first", "last", "void"}, default "first"
        Which of several classes with the highest score is taken; or the label `void`.
    threshold : float, default 0
        Pixels whose class has a smaller probability become void.
    void : int, optional
        The label of pixels without a class; it must be given for them.
    uncertainty : {"confidence", "margin", "entropy"}, optional
        How to measure it, always from 0, sure, to 1: 1 minus the probability of the best class; 1
        minus the difference to that of the second; or the entropy of all, divided by log(C).

    Returns
    -------
    label_map : numpy.ndarray
        (H, W) or (N, H, W), of the narrowest of uint8, uint16 and uint32.
    uncertainty : numpy.ndarray
        float32, of the same shape; only when asked for.

    Raises
    ------
    MaskError
        If a score is NaN or infinite, or a probability negative (names its index), or another
        argument none of its values.
    MaskTypeError
        If `scores` is of another dtype, or `labels` is not of integers.
    ShapeMismatch
        If `scores` or `labels` is of another shape.

    Notes
    -----
    ``np.argmax(scores, axis=-3)``. Probabilities of logits are their softmax. The measures are
    those of Settles, *Active Learning Literature Survey*, 2009 (least confident, margin, entropy);
    they are computed in float32, to about 1e-6, and alike on every CPU.

    Examples
    --------
    >>> import numpy as np
    >>> import maskengine as me
    >>> scores = np.array([[[0.5, 0.25]], [[0.5, 0.75]]])
    >>> me.argmax(scores)
    array([[0, 1]], dtype=uint8)
    >>> me.argmax(scores, kind="probabilities", ties="void", void=255, uncertainty="margin")
    (array([[255,   1]], dtype=uint8), array([[1. , 0.5]], dtype=float32))
    """
    array = _as_scores(scores, kind)
    n, classes, height, width = array.shape
    values = _as_class_labels(labels, classes)
    if not _arrays.is_one_of(ties, *_TIES):
        raise MaskError(
            f"expected 'first', 'last' or 'void', got {shown(ties)}"[:200], parameter="ties"
        )
    if uncertainty is not None and not _arrays.is_one_of(uncertainty, *_MEASURES):
        raise MaskError(
            f"expected one of {', '.join(_MEASURES)}, got {shown(uncertainty)}"[:200],
            parameter="uncertainty",
        )
    least = _as_share(threshold)
    none = _as_void(void, needed=least > 0 or ties == "void")
    highest = max(int(values.max(initial=0)), none if least > 0 or ties == "void" else 0)
    out = np.empty((n, height, width), _arrays.narrowest_dtype(0, highest))
    measure = None if uncertainty is None else np.empty(out.shape, np.float32)
    code = 1 if uncertainty is None else _MEASURES.index(uncertainty)
    core.argmax(array, values, kind == "logits", _TIES.index(ties), code, least, none, out, measure)
    single = getattr(scores, "ndim", 3) == 3
    found = out[0] if single else out
    if measure is None:
        return found
    return found, measure[0] if single else measure


def _as_scores(scores: Any, kind: Any) -> npt.NDArray[Any]:
    """Check scores and give them as (N, C, H, W)."""
    if not _arrays.is_one_of(kind, "logits", "probabilities"):
        raise MaskError(
            f"expected 'logits' or 'probabilities', got {shown(kind)}"[:200], parameter="kind"
        )
    array = _arrays.as_array(scores, "scores")
    is_bytes = array.dtype == np.uint8 and kind == "probabilities"
    if not is_bytes and not (array.dtype.kind == "f" and array.dtype.itemsize in {2, 4, 8}):
        more = "" if kind == "logits" else " or uint8"
        raise MaskTypeError(
            f"expected float16, float32, float64{more}, got {array.dtype}", parameter="scores"
        )
    if array.ndim not in {3, 4} or array.shape[-3] == 0:
        raise ShapeMismatch(
            f"expected shape (C, H, W) or (N, C, H, W) with a class, got {array.shape}",
            parameter="scores",
        )
    if not array.dtype.isnative:
        array = array.astype(array.dtype.newbyteorder("="))
    return array[np.newaxis] if array.ndim == 3 else array


def _as_class_labels(labels: Any, n: int) -> npt.NDArray[np.uint32]:
    if labels is None:
        return np.arange(n, dtype=np.uint32)
    values = _arrays.as_uint32(labels, "labels")
    if values.shape != (n,):
        raise ShapeMismatch(
            f"expected a label of each of {n} classes, got {values.size}", parameter="labels"
        )
    return values


def _as_share(threshold: Any) -> float:
    if isinstance(threshold, bool) or not _arrays.is_real(threshold):
        raise MaskTypeError(
            f"expected a number, got {shown(threshold)}"[:200], parameter="threshold"
        )
    if not 0 <= threshold <= 1:
        raise MaskError(
            f"expected a number in [0, 1], got {shown(threshold)}", parameter="threshold"
        )
    return float(threshold)


def _as_void(void: Any, *, needed: bool) -> int:
    if void is None:
        if needed:
            raise MaskError("expected the label of pixels without a class", parameter="void")
        return 0
    if not _arrays.is_whole(void):
        raise MaskTypeError(f"expected an integer, got {shown(void)}"[:200], parameter="void")
    if not 0 <= void < 2**32:
        raise MaskError(f"expected a label in [0, 4294967295], got {shown(void)}", parameter="void")
    return int(void)
