"""How far a boundary may be off: one number, or one for each pair of labels that it parts."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from maskengine import _arrays
from maskengine._arrays import is_one_of
from maskengine._listing import held
from maskengine.errors import MaskError, MaskTypeError, shown
from maskengine.ops.boundary import boundary
from maskengine.ops.dilate import dilate
from maskengine.ops.joint import joint


@dataclass(frozen=True)
class PairTolerances:
    """Tolerances by pair of labels, which all scores of boundaries between labels take.

    Parameters
    ----------
    default : float
        Of pairs that are not listed. In pixels; or, where a score says so, below 1 a share of the
        diagonal of the image.
    pairs : mapping of (int, int) to float
        Of the boundary between two labels, in either order. 0: that boundary has no band.

    Raises
    ------
    MaskError
        If a tolerance is negative or not finite, or a pair is listed in both orders.
    MaskTypeError
        If a pair is not two different integers, or a tolerance no number.

    Examples
    --------
    >>> from maskengine.quality import PairTolerances
    >>> table = PairTolerances(2, {(0, 7): 5})  # road and vegetation: less exact
    >>> table.pairs[0, 7]
    5
    """

    default: float
    pairs: Mapping[tuple[int, int], float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        as_tolerance(self.default, "default")
        if not isinstance(self.pairs, Mapping):
            raise MaskTypeError(
                f"expected a mapping, got {shown(self.pairs)}"[:300], parameter="pairs"
            )
        for i, (pair, value) in enumerate(self.pairs.items()):
            pair = held(pair)  # noqa: PLW2901 - a tuple's own reading
            whole = isinstance(pair, tuple) and len(pair) == 2
            if not whole or not all(_arrays.is_integer(one) for one in pair):
                raise MaskTypeError(
                    f"expected two labels, got {shown(pair)}"[:300], parameter="pairs", index=i
                )
            if pair[0] == pair[1] or (pair[1], pair[0]) in self.pairs:
                raise MaskError(
                    f"expected different labels, each pair once, got {shown(pair)}"[:300],
                    parameter="pairs",
                    index=i,
                )
            as_tolerance(value, "pairs")


def check_single(value: Any, name: str, why: str) -> None:
    """Refuse a table by pair where there are no pairs."""
    if isinstance(value, PairTolerances):
        raise MaskError(f"expected one, {why}", parameter=name)


def as_tolerance(value: Any, name: str) -> float:
    """Check a number that is finite and not negative."""
    if isinstance(value, (bool, np.bool_)) or not _arrays.is_real(value):
        raise MaskTypeError(f"expected a number, got {shown(value)}"[:300], parameter=name)
    try:
        number = float(value)
    except OverflowError:  # an integer
        number = math.inf
    if not math.isfinite(number) or number < 0:
        raise MaskError(f"expected a finite number >= 0, got {shown(value)}", parameter=name)
    return number


def of_pairs(tolerance: Any, pairs: npt.NDArray[np.int64], name: str) -> npt.NDArray[np.float64]:
    """Give the tolerance of each of K pairs (K, 2)."""
    if not isinstance(tolerance, PairTolerances):
        return np.full(len(pairs), as_tolerance(tolerance, name))
    table = {tuple(sorted(pair)): float(value) for pair, value in tolerance.pairs.items()}
    wanted = (tuple(sorted(pair)) for pair in pairs.tolist())
    return np.array([table.get(pair, float(tolerance.default)) for pair in wanted], np.float64)


def pixels_of(width: Any, shape: tuple[int, int], name: str = "width") -> int:
    """Give a width in pixels: below 1, except for 0, it is a share of the diagonal.

    Rounded half to even, and at least 1, as Boundary IoU has it.
    """
    value = as_tolerance(width, name)
    if 0 < value < 1:
        return max(1, round(value * math.sqrt(shape[0] ** 2 + shape[1] ** 2)))
    if value != int(value):
        raise MaskError(
            f"expected whole pixels, or a share of the diagonal below 1, got {shown(width)}",
            parameter=name,
        )
    return int(value)


def band(
    label_map: npt.NDArray[Any],
    width: Any,
    border: Literal["foreground", "background"],
    shape: Literal["square", "disk", "cross"] = "square",
) -> npt.NDArray[np.bool_]:
    """Give the pixels that reach another label, or out of the map.

    With :class:`PairTolerances`, a pixel reaches as far as its pair with the other label says.
    """
    if not is_one_of(border, "foreground", "background"):
        raise MaskError(
            f"expected 'foreground' or 'background', got {shown(border)}", parameter="border"
        )
    size = (label_map.shape[0], label_map.shape[1])
    table = width.pairs if isinstance(width, PairTolerances) else {}
    default = width.default if isinstance(width, PairTolerances) else width
    reach = pixels_of(default, size)
    found = np.empty(label_map.shape, bool)
    boundary(label_map, reach, "both", shape, "foreground", kind="labels", out=found)
    if table:
        _change_pairs(label_map, found, table, reach, shape)
    if border == "background" and reach > 0:
        for edge in (found[:reach], found[-reach:], found[:, :reach], found[:, -reach:]):
            edge[...] = True
    return found


def _change_pairs(
    label_map: npt.NDArray[Any],
    found: npt.NDArray[np.bool_],
    table: Mapping[tuple[int, int], float],
    default: int,
    shape: Literal["square", "disk", "cross"],
) -> None:
    """Write the band of each label that has a pair of its own: one dilation for each width."""
    size = (label_map.shape[0], label_map.shape[1])
    present = joint(label_map).labels[:, 0].tolist()
    own: dict[int, dict[int, int]] = {}
    for (a, b), value in table.items():
        for one, other in ((int(a), int(b)), (int(b), int(a))):
            own.setdefault(one, {})[other] = pixels_of(value, size, "pairs")
    for label in set(own) & set(present):
        groups: dict[int, list[int]] = {}
        for other in present:
            if other != label:
                groups.setdefault(own[label].get(other, default), []).append(other)
        inside = label_map == label
        reached = np.zeros(label_map.shape, bool)
        for reach, others in groups.items():
            if reach > 0:
                reached |= dilate(np.isin(label_map, others), reach, shape)
        found[inside] = reached[inside]
