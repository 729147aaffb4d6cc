"""Several batches that an operation takes apart item by item, or one whose masks are the parts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from maskengine._backend import core
from maskengine._listing import each
from maskengine.errors import MaskTypeError, ShapeMismatch
from maskengine.values import Masks, runs_of

if TYPE_CHECKING:
    from maskengine._core import Runs


def as_batches(masks: Iterable[Any], name: str) -> tuple[list[Runs], int]:
    """Give native batches of as many masks each, or of one; and how many these are."""
    if isinstance(masks, (np.ndarray, dict)):
        raise MaskTypeError(
            f"expected Masks or a sequence of them, got {type(masks).__name__}", parameter=name
        )
    batches = [
        runs_of(batch, f"{name}[{i}]")
        for i, batch in enumerate(each(masks, name, "Masks or a sequence of them"))
    ]
    items = max((len(batch) for batch in batches), default=0)
    if any(len(batch) == 0 for batch in batches):
        items = 0
    for i, batch in enumerate(batches):
        if len(batch) not in (1, items):
            raise ShapeMismatch(
                f"expected {items} masks, as in the longest batch, or one, got {len(batch)}",
                parameter=name,
                index=i,
            )
    return batches, items


def as_parts(masks: Any, name: str) -> tuple[Runs, int, int, npt.NDArray[np.int64] | None]:
    """Give all masks in one native batch, the parts of an item, the items, and each mask's item."""
    if isinstance(masks, Masks):
        return runs_of(masks), len(masks), 1, None
    batches, items = as_batches(masks, name)
    spread = [
        batch if len(batch) == items else batch.take(np.zeros(items, np.int64)) for batch in batches
    ]
    item_of = np.tile(np.arange(items, dtype=np.int64), len(batches))
    return core.concatenate(spread), len(batches), items, item_of
