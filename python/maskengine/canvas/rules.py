"""Which pixels edits of a canvas may change."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

import numpy as np

from maskengine import _arrays
from maskengine._listing import each, held
from maskengine.errors import MaskError, MaskTypeError, ShapeMismatch, shown
from maskengine.ops import _pixels

if TYPE_CHECKING:
    from maskengine._core import CanvasEngine, CanvasRules


@dataclass(frozen=True, eq=False, repr=False)
class Rules:
    """Rules of edits: pixels that they forbid stay as they are.

    Parameters
    ----------
    only : int or sequence of int, optional
        Labels that alone may be painted over.
    protect : int or sequence of int, default ()
        Labels whose pixels never change.
    region : Masks of one, array_like (H, W) of bool or int, or (left, top, right, bottom), optional
        Pixels that alone may change: a mask of the canvas's size, or a half-open box in pixels.
    max_area : int, optional
        The most pixels that one edit may change, a stroke in all. One that would pass it is
        refused: it changes nothing, and its ``complete`` is False. Fills and smart brushes are
        also refused when they reach more.

    Notes
    -----
    Labels are those that pixels have before the edit. Painting with a protected label is allowed:
    the pixels that have it stay.

    Examples
    --------
    >>> import numpy as np
    >>> import maskengine as me
    >>> labels = np.array([[0, 1, 2, 3]], np.uint8)
    >>> me.Canvas(labels).stroke([(0, 0.5), (4, 0.5)], 1, 9, rules=me.Rules(protect=[2])).area
    3
    >>> labels
    array([[9, 9, 2, 9]], dtype=uint8)
    """

    only: Any = None
    protect: Any = ()
    region: Any = None
    max_area: int | None = None

    def __post_init__(self) -> None:
        if self.only is not None:
            _labels(self.only, "only")
        _labels(self.protect, "protect")
        if self.max_area is not None:
            _pixels.as_max_area(self.max_area)

    def __repr__(self) -> str:
        told = (f"{field.name}={shown(getattr(self, field.name))}" for field in fields(self))
        return f"Rules({', '.join(told)})"


def _labels(value: Any, name: str) -> list[int]:
    """Check labels: one, or a sequence of them. As Python numbers: NumPy rounds long mixed ones."""
    array = _arrays.listed(value, name)
    several = array.tolist() if array.dtype.kind in "bui" else value
    listed = [several] if array.ndim == 0 else list(each(several, name, "integers"))
    if array.ndim > 1 or not all(map(_arrays.is_whole, listed)):
        raise MaskTypeError(f"expected integers, got {shown(value)}"[:200], parameter=name)
    return [int(one) for one in listed]


def native_rules(
    rules: Rules | None, engine: CanvasEngine, dtype: np.dtype[Any], size: tuple[int, int]
) -> CanvasRules:
    """Give the rules as the engine of one canvas takes them."""
    if rules is None:
        rules = Rules()
    elif not isinstance(rules, Rules):
        raise MaskTypeError(f"expected Rules, got {type(rules).__name__}", parameter="rules")
    low, high = _arrays.value_range(dtype)

    def bits(labels: list[int]) -> list[int]:
        return [label % 2**64 for label in labels if low <= label <= high]

    box, region = _pixels.as_region(rules.region, size)
    return engine.rules(
        None if rules.only is None else bits(_labels(rules.only, "only")),
        bits(_labels(rules.protect, "protect")),
        box,
        region,
        _pixels.as_max_area(rules.max_area),
    )


def as_label(value: Any, dtype: np.dtype[Any], name: str = "label") -> int:
    """Check a label that is to be written, and give its bits."""
    if isinstance(value, bool):
        raise MaskError(f"expected an integer, got {shown(value)}", parameter=name)
    return _arrays.as_value(value, dtype, name)


def as_labels(values: Any, n: int, dtype: np.dtype[Any]) -> list[int]:
    """Check a label of each of n masks, or one of all, and give their bits."""
    listed = values.tolist() if isinstance(values, np.ndarray) else held(values)
    if isinstance(listed, range):
        listed = listed[: n + 1]  # its length need not be a number that Python gives
    elif not isinstance(listed, (list, tuple)):
        listed = [listed] * n
    if len(listed) != n:
        raise ShapeMismatch(f"expected {n} labels, got {len(listed)}", parameter="labels")
    return [as_label(one, dtype, "labels") for one in listed]
