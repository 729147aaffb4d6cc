"""Sizes of photographs, told by their headers."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

from maskengine.formats._folder import files_below

_ENDINGS = (".jpg", ".jpeg", ".png", ".bmp", ".tif", ".tiff", ".webp")

# What Pillow raises for damaged files, beside its own error.
_DAMAGED = (OSError, SyntaxError, ValueError, TypeError, LookupError, EOFError, MemoryError,
            OverflowError, struct.error, zlib.error)  # fmt: skip


def photo_sizes(folder: Path) -> dict[str, tuple[str, int, int]]:
    """Give name, height and width of the photographs below a folder, by name without ending.

    No pixel is read; a file that is no image is left out.
    """
    if not folder.is_dir():
        return {}
    out = {}
    for path in files_below(folder, *_ENDINGS, may_lead_out=True):
        size = photo_size(path)
        if size is not None:
            name = path.relative_to(folder)
            out[name.with_suffix("").as_posix()] = (name.as_posix(), *size)
    return out


def photo_size(path: Path) -> tuple[int, int] | None:
    """Give height and width of a photograph; None when it is no image."""
    from PIL import Image  # noqa: PLC0415 - slow to import

    try:
        with Image.open(path) as image:
            return image.height, image.width
    except (*_DAMAGED, Image.DecompressionBombError):
        return None
