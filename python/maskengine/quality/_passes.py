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
    good = _arrays.is_real(value) and not isinstance(value, bool)
    if not good:
        raise MaskTypeError(f"expected a number, got {shown(value)}"[:300], parameter="weight")
    if not 0 < value < np.inf:
        raise MaskError(f"expected a finite number > 0, got {shown(value)}", parameter="weight")
    return float(value)
