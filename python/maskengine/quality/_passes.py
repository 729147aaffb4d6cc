"""What the estimates that run in passes share."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from maskengine import _arrays
from maskengine.errors import MaskError, MaskTypeError, shown

Status = Literal["ok", "undefined", "not_converged"]
Floats = npt.NDArray[np.float64]


def divided(part: Any, whole: Any, otherwise: Floats) -> Floats:
    """Divide where that is defined."""
    out = otherwise.copy()
    np.divide(part, whole, out=out, where=np.asarray(whole) != 0)
    return out


def as_weight(value: Any) -> float:
    """Check a factor above 0."""
    if isinstance(value, bool) or not _arrays.is_real(value):
        raise MaskTypeError(f"expected a number, got {shown(value)}"[:300], parameter="weight")
    most = float(
        np.finfo(np.float64).max
    )  # compared before it is converted: an integer may be too large
    if not 0 < value <= most:
        raise MaskError(
            f"expected a finite number > 0, got {shown(value)}"[:300], parameter="weight"
        )
    return float(value)
