"""The size that the run-length mask of an annotation tells, for images that tell none."""

from __future__ import annotations

import msgspec

from maskengine.formats._frames import BAD_JSON


class _Runs(msgspec.Struct):
    size: tuple[int, int]


class _Annotation(msgspec.Struct):
    rle: _Runs | None = None


def told_size(raw: msgspec.Raw) -> tuple[int, int] | None:
    """Give height and width that an annotation tells as ``rle.size``; None where it does not."""
    try:
        runs = msgspec.json.decode(raw, type=_Annotation).rle
    except BAD_JSON:
        return None
    return None if runs is None else runs.size
