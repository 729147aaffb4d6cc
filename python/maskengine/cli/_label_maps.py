"""Label maps in PNG files: one, or a folder of them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy.typing as npt

import maskengine as me
from maskengine import formats
from maskengine._workers import Workers
from maskengine.errors import BadFile, MaskError
from maskengine.ops.frame_stats import FrameStats

_BATCH = 16  # maps that are in memory at a time


def files_below(folder: Path) -> list[tuple[str, Path]]:
    """Give the PNG files of a folder and of those in it: names relative to it, sorted, and paths.

    Raises
    ------
    MaskError
        If there is none.
    """
    found = [(path.relative_to(folder).as_posix(), path)
             for path in formats.files_below(folder, ".png")]  # fmt: skip
    if not found:
        raise MaskError(f"the folder {folder} has no PNG files", parameter="file")
    return found


def read_label_map(path: Path) -> npt.NDArray[Any]:
    """Read a PNG file of one channel; of one with a palette, its indices.

    Raises
    ------
    BadFile
        If it is damaged, of several channels, or very large.
    OSError
        If it cannot be opened.
    """
    array, channels = formats.read_id_png(path, indices=True)
    if "RGB" in channels or "alpha" in channels:
        raise BadFile(
            f"{path}: expected one channel, or a palette, got {channels}", parameter="file"
        )
    return array


def stats_of_files(
    files: list[tuple[str, Path]],
    void: tuple[int, ...],
    progress: Callable[[int, int], None] | None = None,
) -> Iterator[FrameStats]:
    """Count the label maps of files, some at a time; progress is told in bytes."""
    sizes = [path.stat().st_size for _, path in files]
    done = 0
    with Workers(min(8, os.cpu_count() or 1)) as readers:
        for begin in range(0, len(files), _BATCH):
            some = files[begin : begin + _BATCH]
            maps = list(readers.map(read_label_map, [path for _, path in some]))
            yield me.frame_stats(maps, names=[name for name, _ in some], void=void)
            done += sum(sizes[begin : begin + _BATCH])
            if progress is not None:
                progress(done, sum(sizes))
