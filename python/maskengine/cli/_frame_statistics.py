"""What `plan` counts: label maps, or annotations painted into label maps, frame by frame."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import maskengine as me
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

    return "image_id" in pq.read_schema(source).names


def write_stats(target: Path, source: Path, void: tuple[int, ...]) -> dict[int, str]:
    """Count a folder of label maps, or annotations; give the names of labels that are known."""
    if not are_annotations(source):
        files = _label_maps.files_below(source)
        size = sum(path.stat().st_size for _, path in files)
        with progress_bar(f"reading {len(files)} label maps", size) as progress:
            write_frame_stats(target, _label_maps.stats_of_files(files, void, progress))
        return {}
    names: dict[str, int] = {}
    drawn = _annotation_files.Source(source)
    drawn.number_categories(names)
    with progress_bar(f"counting {drawn.count} images", source) as progress:
        write_frame_stats(target, _stats(drawn, progress))
    return {0: "(nothing)", **{label: name for name, label in names.items()}}


def _stats(
    drawn: _annotation_files.Source, progress: Callable[[int, int], None] | None
) -> Iterator[FrameStats]:
    maps, names, done = [], [], 0
    for name, label_map in drawn.painted():
        maps.append(label_map)
        names.append(name)
        if len(maps) == _BATCH:
            yield me.frame_stats(maps, names=names)
            done += len(maps)
            if progress is not None:
                progress(done, drawn.count)
            maps, names = [], []
    if maps:
        yield me.frame_stats(maps, names=names)
