"""Groups of the masks of one batch, as reductions take them."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from maskengine import _arrays
from maskengine.errors import LimitExceeded, ShapeMismatch

_MAX_GROUPS = 2**28


def as_groups(
    groups: Any, size: Any, n: int
) -> tuple[npt.NDArray[np.int64] | None, int, tuple[int, int] | None]:
    """Check one group number per mask and a size; give both with the number of groups."""
    pair = None if size is None else _arrays.as_size(size)
    if groups is None:
        return None, 1, pair
    numbers = _arrays.as_int64(groups, "groups", (None,))
    if numbers.size != n:
        raise ShapeMismatch(
            f"expected one group per mask, {n}, got {numbers.size}", parameter="groups"
        )
    count = int(numbers.max(initial=-1)) + 1
    if count > _MAX_GROUPS:
        index = int(np.argmax(numbers))
        raise LimitExceeded(
            f"expected groups numbered below {_MAX_GROUPS}, got {count - 1}",
            parameter="groups",
            index=index,
            name="groups",
            value=count,
            limit=_MAX_GROUPS,
        )
    return numbers, count, pair
