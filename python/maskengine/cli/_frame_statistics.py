"""What `plan` counts: label maps, or annotations painted into label maps, frame by frame."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from pathlib import Path

import maskengine as me
from maskengine._arrow_files import to_read
from maskengine.cli import _annotation_files, _label_maps
from maskengine.cli._progress import progress_bar
from maskengine.formats._guess import head_of
from maskengine.ops.frame_stats import FrameStats
from maskengine.quality.frame_files import write_frame_stats

_BATCH = 16  # maps that are in memory at a time


def are_annotations(source: Path) -> bool:
    """Say whether it is a file or folder of annotations, not label maps or statistics of them."""
    if source.is_dir():
        return _annotation_files.are_annotations(source)
    if head_of(source)[:4] != b"PAR1":
        return True
    import pyarrow.parquet as pq  # noqa: PLC0415 - slow to import

    with to_read(source) as opened:
        return "image_id" in pq.read_schema(opened).names


def count_maps(target: Path, source: Path, void: tuple[int, ...]) -> None:
    """Count a folder of label maps."""
    files = _label_maps.files_below(source)
    size = sum(path.stat().st_size for _, path in files)
    with progress_bar(f"reading {len(files)} label maps", size) as progress:
        write_frame_stats(target, _label_maps.stats_of_files(files, void, progress))


def count_annotations(target: Path, source: Path) -> tuple[dict[int, str], int]:
    """Count annotations as the label maps that they make.

    Gives the names of labels, and how many annotations have no mask and are on no map.
    """
    labels: dict[str, int] = {}
    drawn = _annotation_files.Source(source)
    drawn.number_categories(labels)
    with progress_bar(f"counting {drawn.count} images", source) as progress:
        write_frame_stats(target, _stats(drawn, progress))
    return _annotation_files.classes_of(labels), drawn.without_mask


def _stats(
    drawn: _annotation_files.Source, progress: Callable[[int, int], None] | None
) -> Iterator[FrameStats]:
    painted, done = drawn.painted(), 0
    while some := list(itertools.islice(painted, _BATCH)):
        yield me.frame_stats([one for _, one in some], names=[name for name, _ in some])
        done += len(some)
        if progress is not None:
            progress(done, drawn.count)
