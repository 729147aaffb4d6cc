"""The folder of ``--images``."""

from __future__ import annotations

from pathlib import Path

from maskengine.errors import MaskError


def check_photographs(folder: Path | None) -> None:
    """Refuse a folder that is not there; None is none.

    Raises
    ------
    MaskError
        If it is no folder.
    """
    if folder is not None and not folder.is_dir():
        raise MaskError(f"the folder {folder} does not exist", parameter="images")
