"""Annotations image by image, whatever the order of the file."""

from __future__ import annotations

import functools
import itertools
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from maskengine._arrays import as_count, is_integer
from maskengine._arrow_files import to_read, to_write
from maskengine._listing import each
from maskengine._paths import path_text
from maskengine.errors import MaskError, shown
from maskengine.formats._frames import SCHEMA, Frames, ImageRow, check_frames
from maskengine.formats._image_ids import check_unique

_MEMORY = 256 << 20  # bytes of annotations held before they go to disk
_PILES = 64  # temporary files at most
_IMAGES = 1000  # given at a time
_EMPTY = pa.RecordBatch.from_arrays([pa.nulls(0, f.type) for f in SCHEMA], schema=SCHEMA)

#: Images, the row at which those of each begin and the end of the last, and their rows.
Lot = tuple[list[ImageRow], npt.NDArray[np.int64], pa.RecordBatch]

#: The same with a function that gives the rows; any thread may call it.
LazyLot = tuple[list[ImageRow], npt.NDArray[np.int64], Callable[[], pa.RecordBatch]]


def by_image(
    frames: Frames,
    *,
    ids: list[int] | None = None,
    memory: int = _MEMORY,
    folder: Path | None = None,
) -> Iterator[tuple[ImageRow, pa.RecordBatch]]:
    """Give each image with its annotations, in file order.

    Images come in the order of their table, those without annotations too; without a table
    (results), by ascending id. A file whose annotations are not grouped by image is held in memory
    up to `memory` bytes; a larger one is sorted through temporary files.

    Parameters
    ----------
    frames : Frames
        What a format reads.
    ids : list of int, optional
        The images wanted, in another order.
    memory : int
        Bytes of annotations to hold.
    folder : pathlib.Path, optional
        Where temporary files go; the system's place by default.

    Yields
    ------
    image : ImageRow
        A row of the table.
    records : pyarrow.RecordBatch
        Its annotations, with the schema `SCHEMA`.
    """
    for images, ends, records in many_by_image(frames, ids=ids, memory=memory, folder=folder):
        for image, (begin, end) in zip(images, itertools.pairwise(ends.tolist()), strict=True):
            yield image, records.slice(begin, end - begin)


def many_by_image(
    frames: Frames,
    *,
    ids: list[int] | None = None,
    memory: int = _MEMORY,
    folder: Path | None = None,
) -> Iterator[Lot]:
    """Give some images at a time, the rows where those of each begin and end, and the rows.

    As `by_image`, for what is worth doing for many images at once.
    """
    for images, ends, rows in lots_by_image(frames, ids=ids, memory=memory, folder=folder):
        yield images, ends, rows()


def lots_by_image(
    frames: Frames,
    *,
    is_full: Callable[[int, int], bool] = lambda _, images: images >= _IMAGES,
    ids: list[int] | None = None,
    memory: int = _MEMORY,
    folder: Path | None = None,
) -> Iterator[LazyLot]:
    """Give some images at a time, and their rows when they are asked for.

    As `many_by_image`; `is_full` says whether so many rows of so many images are a lot.
    """
    check_frames(frames)
    memory = as_count(memory, "memory")
    place_of_heaps = None if folder is None else path_text(folder, "folder")
    images = frames.images()
    if images is None:
        images = [ImageRow(id_) for id_ in _ids(frames)]
    elif ids is None:
        check_unique(np.fromiter((image.id for image in images), np.int64, len(images)))
    if frames.is_grouped and (ids is None or ids == [image.id for image in images]):
        for some, ends, records in _grouped(frames, images):
            for begin, end in cuts(ends.tolist(), is_full):
                own = ends[begin : end + 1]
                rows = functools.partial(records.slice, own[0], own[-1] - own[0])
                yield some[begin:end], own - own[0], rows
        return
    if ids is not None:
        by_id = {image.id: image for image in images}
        images = [_named(by_id, id_, i) for i, id_ in enumerate(each(ids, "ids"))]
    place = Places(images)
    with tempfile.TemporaryDirectory(dir=place_of_heaps, prefix=".maskengine-") as spool:
        for batches in _heaps(frames, place, len(images), memory, Path(spool)):
            yield from _in_order(batches, images, place, is_full)


def _named(by_id: dict[int, ImageRow], id_: Any, i: int) -> ImageRow:
    """Give the image of an id."""
    image = by_id.get(int(id_)) if is_integer(id_) else None
    if image is None:
        raise MaskError(f"no image has the id {shown(id_)}"[:300], parameter="ids", index=i)
    return image


class Places:
    """Where images stand in their table, by id; the first of those with one id."""

    def __init__(self, images: Sequence[ImageRow]) -> None:
        ids = np.fromiter((image.id for image in images), np.int64, len(images))
        self._ids, self._numbers = np.unique(ids, return_index=True)
        self._n_images = len(images)

    def of(self, batch: pa.RecordBatch) -> npt.NDArray[np.int64]:
        """Give the number of each row's image; the number of images where it has none."""
        wanted = batch.column("image_id").to_numpy()
        if not self._ids.size:
            return np.zeros(len(wanted), np.int64)
        at = np.minimum(np.searchsorted(self._ids, wanted), self._ids.size - 1)
        return np.where(self._ids[at] == wanted, self._numbers[at], self._n_images)


def _ids(frames: Frames) -> list[int]:
    found: set[int] = set()
    for part in frames:
        found.update(np.unique(part.records.column("image_id").to_numpy()).tolist())
    return sorted(found)


def _grouped(frames: Frames, images: list[ImageRow]) -> Iterator[Lot]:
    """Follow the file: the next annotations are those of the next image that has any."""
    at = 0  # images given
    held: list[pa.RecordBatch] = []  # the rows of image `at` so far
    for part in frames:
        if not part.records.num_rows:
            continue
        records = _one([*held, part.records])
        ids = records.column("image_id").to_numpy()
        begins = [0, *(np.flatnonzero(np.diff(ids)) + 1).tolist()]
        ends, last = [0], at
        for begin in begins:
            while last < len(images) and images[last].id != ids[begin]:
                last += 1
                ends.append(begin)
        yield images[at:last], np.array(ends), records.slice(0, ends[-1])
        # the last image may go on in the next part
        held, at = [records.slice(begins[-1])], last
    rest = images[at:]
    ends = [0, *[sum(batch.num_rows for batch in held)] * len(rest)]
    yield rest, np.array(ends), _one(held).slice(0, ends[-1])


def _one(batches: list[pa.RecordBatch]) -> pa.RecordBatch:
    if not batches:
        return _EMPTY
    return batches[0] if len(batches) == 1 else pa.concat_batches(batches)


def _heaps(
    frames: Frames, place: Places, n_images: int, memory: int, spool: Path
) -> Iterator[tuple[int, int, list[pa.RecordBatch]]]:
    """Give the annotations of [first, last) images at a time, so that each lot fits in memory."""
    held: list[pa.RecordBatch] = []
    size = 0
    piles: _Piles | None = None
    for part in frames:
        size += part.records.nbytes
        held.append(part.records)
        if size > memory:
            piles = piles or _Piles(spool, n_images)
            for batch in held:
                piles.add(batch, place.of(batch))
            held, size = [], 0
    if piles is None:
        yield 0, n_images, held
        return
    for batch in held:
        piles.add(batch, place.of(batch))
    yield from piles.take()


class _Piles:
    """Annotations on disk, a file for each stretch of images."""

    def __init__(self, folder: Path, n_images: int) -> None:
        self._bounds = np.linspace(0, n_images, min(_PILES, max(n_images, 1)) + 1).astype(np.int64)
        self._paths = [folder / str(number) for number in range(len(self._bounds) - 1)]
        self._open = ExitStack()
        sinks = [self._open.enter_context(to_write(path)) for path in self._paths]
        self._writers = [pa.ipc.new_stream(sink, SCHEMA) for sink in sinks]

    def add(self, batch: pa.RecordBatch, places: npt.NDArray[np.int64]) -> None:
        pile = np.searchsorted(self._bounds[1:], places, side="right")
        for number in np.unique(pile).tolist():
            if number < len(self._writers):
                rows = np.flatnonzero(pile == number)
                self._writers[number].write_batch(batch.take(pa.array(rows)))

    def take(self) -> Iterator[tuple[int, int, list[pa.RecordBatch]]]:
        for writer in self._writers:
            writer.close()
        self._open.close()
        bounds = self._bounds.tolist()
        for path, first, last in zip(self._paths, bounds[:-1], bounds[1:], strict=True):
            with to_read(path) as opened, pa.ipc.open_stream(opened) as stream:
                yield first, last, list(stream)
            path.unlink()


def _in_order(
    heap: tuple[int, int, list[pa.RecordBatch]],
    images: list[ImageRow],
    place: Places,
    is_full: Callable[[int, int], bool],
) -> Iterator[LazyLot]:
    first, last, batches = heap
    rows = _one(batches)
    places = place.of(rows)
    by_place = np.argsort(places, kind="stable")
    is_sorted = bool((np.diff(by_place) == 1).all())
    ends = np.searchsorted(places[by_place], np.arange(first, last + 1))

    def some_rows(begin: int, end: int) -> pa.RecordBatch:
        if is_sorted:
            return rows.slice(begin, end - begin)
        return rows.take(pa.array(by_place[begin:end]))

    for begin, end in cuts(ends.tolist(), is_full):
        own = ends[begin : end + 1]
        taken = functools.partial(some_rows, own[0], own[-1])
        yield images[first + begin : first + end], own - own[0], taken


def cuts(ends: list[int], is_full: Callable[[int, int], bool]) -> Iterator[tuple[int, int]]:
    """Cut images into lots; `ends` is the row at which each begins, and the end of the last."""
    begin = 0
    for number in range(1, len(ends)):
        if is_full(ends[number] - ends[begin], number - begin):
            yield begin, number
            begin = number
    if begin < len(ends) - 1:
        yield begin, len(ends) - 1
