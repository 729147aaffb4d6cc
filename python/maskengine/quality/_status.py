"""What can be said of a score whose sides may be empty."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from maskengine.errors import MaskError, shown

Status = Literal["ok", "both_empty", "ref_empty", "pred_empty"]

_WORDS: dict[tuple[bool, bool], Status] = {
    (True, True): "ok",
    (False, False): "both_empty",
    (False, True): "ref_empty",
    (True, False): "pred_empty",
}


def statuses(reference: npt.NDArray[Any], prediction: npt.NDArray[Any]) -> tuple[Status, ...]:
    """Give the status of each item, whose sides are true where they hold anything."""
    return tuple(_WORDS[bool(r), bool(p)] for r, p in zip(reference, prediction, strict=True))


def ratios(
    above: npt.NDArray[Any], below: npt.NDArray[Any], nothing: float = np.nan
) -> npt.NDArray[np.float64]:
    """Divide; give `nothing` where the denominator is 0."""
    out = np.full(np.shape(above), nothing, np.float64)
    np.divide(above, below, out=out, where=np.asarray(below) > 0)
    return out


def check_profile(profile: Any, known: tuple[str, ...]) -> str:
    """Check the name of a profile."""
    if not isinstance(profile, str) or profile not in known:
        words = ", ".join(repr(name) for name in known)
        raise MaskError(f"expected one of {words}, got {shown(profile)}"[:300], parameter="profile")
    return profile
