"""Ids of images that a source says twice: the later image gets another, so no mask moves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from typing import Any

import numpy as np
import numpy.typing as npt

from maskengine.errors import BadFile


def make_unique(rows: Sequence[dict[str, Any]]) -> None:
    """Give rows of images, in place, the next free id where an earlier one has theirs."""
    free = free_ids({row["id"] for row in rows})
    seen: set[int] = set()
    for row in rows:
        if row["id"] in seen:
            row["id"] = next(free)
        seen.add(row["id"])


def free_ids(taken: AbstractSet[int]) -> Iterator[int]:
    """Count from above the ids, so that an image that is added does not change others.

    What is added to `taken` meanwhile is left out.
    """
    number = max(taken, default=0) + 1
    if number + len(taken) >= 2**63:  # columns have 64 bits for an id
        number = 1
    while True:
        if number not in taken:
            yield number
        number += 1


def check_unique(ids: npt.NDArray[np.int64]) -> None:
    """Refuse a table of images whose masks could be of one image or of another.

    Raises
    ------
    BadFile
        Names the least id that two images have.
    """
    ordered = np.sort(ids)
    twice = ordered[1:][ordered[1:] == ordered[:-1]]
    if twice.size:
        raise BadFile(f"two images have one id, {twice[0]}", parameter="images")
