"""Limits that guard memory and time: their defaults, and what raises them."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import NamedTuple

from maskengine._listing import told
from maskengine.errors import LimitExceeded, MaskError, MaskTypeError, shown


class Limit(NamedTuple):
    """A limit that can be raised.

    Parameters
    ----------
    default : int
        What is allowed where nobody says otherwise.
    what : str
        What it counts.
    """

    default: int
    what: str

    def variable(self, name: str) -> str:
        """Give the environment variable that sets it."""
        return f"MASKENGINE_MAX_{name.upper()}"


LIMITS: dict[str, Limit] = {
    "decode_pixels": Limit(2**28, "pixels of a new dense mask, 16 times as many of all"),
    "mask_runs": Limit(2**26, "runs of one mask"),
    "counts_bytes": Limit(2**28, "bytes of the compressed text of one mask"),
    "item_vertices": Limit(10**7, "vertices of one item of polygons"),
    "crossings": Limit(2**28, "crossings of one polygon with the columns or rows of the image"),
    "png_pixels": Limit(2**28, "pixels of a PNG file"),
    "png_text_bytes": Limit(2**20, "bytes of a chunk of text or colours in a PNG file"),
    "annotation_bytes": Limit(2**30, "bytes of one annotation in a COCO file"),
    "table_bytes": Limit(2**30, "bytes of one table of a Parquet file"),
    "json_depth": Limit(64, "levels of brackets in a COCO file"),
}
_MOST = {"json_depth": 10_000}  # readers call themselves for each level
_now: dict[str, int] = {}


def value(name: str) -> int:
    """Give what a limit allows now."""
    return _now[name]


def check(name: str, needed: int, *, parameter: str, index: int | None = None) -> None:
    """Refuse what passes a limit.

    Raises
    ------
    LimitExceeded
        If `needed` is above it; says how it is raised.
    """
    if needed > _now[name]:
        raise exceeded(name, needed, parameter=parameter, index=index)


def exceeded(name: str, needed: int, *, parameter: str, index: int | None = None) -> LimitExceeded:
    """Make the error of a call that needs more than a limit allows."""
    limit = LIMITS[name]
    return LimitExceeded(
        f"{needed} {limit.what} pass the limit of {_now[name]}; raise it with "
        f'maskengine.use(limits={{"{name}": ...}}) or the environment variable '
        f"{limit.variable(name)}",
        parameter=parameter,
        index=index,
        name=name,
        value=needed,
        limit=_now[name],
    )


def replaced(changes: Mapping[str, int]) -> dict[str, int]:
    """Set some limits; gives all as they were.

    Raises
    ------
    MaskError
        If there is no such limit, or it is set to what is no number from 0 on.
    """
    if not isinstance(changes, Mapping):
        raise MaskTypeError(f"expected a dictionary, got {shown(changes)}", parameter="limits")
    changes = told(changes, "limits")
    for name, most in changes.items():
        if not isinstance(name, str) or name not in LIMITS:
            known = ", ".join(LIMITS)
            raise MaskError(f"expected one of {known}, got {shown(name)}", parameter="limits")
        top = _MOST.get(name, 2**62)
        if isinstance(most, bool) or not isinstance(most, int) or not 0 <= most <= top:
            raise MaskError(
                f"expected an integer in [0, {top}] as {name}, got {shown(most)}",
                parameter="limits",
            )
    before = dict(_now)
    _now.update(changes)
    return before


def _from_environment() -> None:
    for name, limit in LIMITS.items():
        variable = limit.variable(name)
        text = os.environ.get(variable, "")
        _now[name] = limit.default
        if text:
            if not text.isascii() or not text.isdecimal() or len(text) > 19:
                raise MaskError(f"expected a number, got {shown(text)}", parameter=variable)
            replaced({name: int(text)})


_from_environment()
