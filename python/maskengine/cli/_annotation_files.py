"""Annotation files of several annotators: which images go together, and label maps of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np
import numpy.typing as npt

import maskengine as me
from maskengine import formats
from maskengine.cli._annotators import Annotators, Frame, Objects, common
from maskengine.cli._label_files import SUFFIXES
from maskengine.convert import fill_counts
from maskengine.errors import BadFile, MaskError
from maskengine.formats import Frames, Part, masks_of
from maskengine.formats._frames import ImageRow
from maskengine.values import Masks

#: Formats whose folders are compared as label maps, file by file.
_MAPS = {
    "ade20k", "cityscapes", "davis", "kitti", "labelmap", "masks", "mots", "panoptic",
    "two_channel",
}  # fmt: skip
#: What images of several files may be matched by; the first that pairs any is taken.
KEYS: list[Callable[[ImageRow], str | None]] = [
    lambda image: image.file_name,
    lambda image: None if image.file_name is None else PurePosixPath(image.file_name).stem,
    lambda image: str(image.id),
]


def are_annotations(source: Path) -> bool:
    """Say whether it is a file or folder of annotations, not of label maps."""
    if not source.is_dir():
        return source.suffix.lower() not in SUFFIXES
    try:
        return formats.detect(source) not in _MAPS
    except MaskError:
        return False


@dataclass(frozen=True)
class AnnotationFiles(Annotators):
    """What R annotators drew of the same images, in files of any formats.

    Parameters
    ----------
    names, places, frames, left_out, classes
        As of `Annotators`; labels count the names of categories from 1.
    sources : list of Source
        The file of each annotator.
    """

    sources: list[Source]

    def read(self, chosen: Sequence[int] | None = None) -> Iterator[Frame]:
        """Give the frames with these numbers, or all, in order."""
        numbers = list(range(len(self.frames)) if chosen is None else chosen)
        streams = [source.images(self.frames, numbers) for source in self.sources]
        for number in numbers:
            parts = [next(stream) for stream in streams]
            size = self._size(number, parts)
            pairs = [_frame(part, size) for part in parts]
            yield Frame([label_map for label_map, _ in pairs], [found for _, found in pairs])

    def _size(self, number: int, parts: list[_Drawn]) -> tuple[int, int]:
        known = {part.size: name for part, name in zip(parts, self.names, strict=True) if part.size}
        if len(known) > 1:
            (a, first), (b, second) = list(known.items())[:2]
            raise BadFile(
                f"{self.frames[number]} is {a[1]} x {a[0]} in {first}, {b[1]} x {b[0]} in {second}",
                parameter="maps",
            )
        if not known:
            raise BadFile(f"no file tells the size of {self.frames[number]}", parameter="maps")
        return next(iter(known))


def find(sources: list[Path], names: list[str]) -> AnnotationFiles:
    """Match the images of several files by name, or else by id."""
    kept = [Source(source) for source in sources]
    for key in KEYS:
        for source in kept:
            source.name_images(key)
        frames, left_out = common(names, [source.ids for source in kept])
        if frames:
            break
    else:
        raise MaskError("no image is in all files, by name or by id", parameter="maps")
    labels: dict[str, int] = {}
    for source in kept:
        source.number_categories(labels)
    left_out += [
        f"{name}: {count:,} annotation{'' if count == 1 else 's'} without a mask"
        for name, source in zip(names, kept, strict=True)
        if (count := source.without_mask)
    ]
    places = [str(source) for source in sources]
    return AnnotationFiles(names, places, frames, left_out, classes_of(labels), kept)


def classes_of(labels: dict[str, int]) -> dict[int, str]:
    """Give the names of labels that `Source.number_categories` counted, and that of nothing."""
    return {0: "(nothing)", **{number: name for name, number in labels.items()}}


@dataclass(frozen=True)
class _Drawn:
    """What one annotator drew on an image."""

    size: tuple[int, int] | None
    masks: Masks
    labels: npt.NDArray[np.int64]
    crowd: npt.NDArray[np.bool_]


class Source:
    """The annotations of one annotator.

    Parameters
    ----------
    path : pathlib.Path
        A file or folder of a format that `formats.read` knows.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._frames = fill_counts(formats.read(path), lenient=True)
        self._labels: dict[int | None, int] = {}
        images = self._frames.images()
        used: set[int] = set()
        categories: set[int | None] = set()
        self.without_mask = 0
        for part in self._frames:
            used.update(np.unique(part.records.column("image_id").to_numpy()).tolist())
            categories.update(part.records.column("category_id").unique().to_pylist())
            self.without_mask += part.records.column("counts").null_count + len(part.refused)
        self._used = sorted(categories, key=lambda id_: (id_ is None, id_ or 0))
        self._images = [ImageRow(id_) for id_ in sorted(used)] if images is None else images
        self.ids: dict[str, int] = {}

    def name_images(self, key: Callable[[ImageRow], str | None]) -> None:
        """Name the images; none has a name when one lacks it, or shares it with another."""
        names = [key(image) for image in self._images]
        if None in names or len(set(names)) < len(names):
            names = []
        self.ids = {str(name): image.id for name, image in zip(names, self._images, strict=False)}

    def number_categories(self, labels: dict[str, int]) -> None:
        """Give each category of the file the number of its name, new ones the next."""
        names: dict[int | None, str] = {}
        names.update(self._frames.categories().items())
        for id_ in self._used:
            names.setdefault(id_, "(no category)" if id_ is None else str(id_))
        for id_, name in names.items():
            self._labels[id_] = labels.setdefault(name, len(labels) + 1)

    def painted(self) -> Iterator[tuple[str, npt.NDArray[Any]]]:
        """Give the name of each image, and a label map of what is drawn on it."""
        for key in KEYS:
            self.name_images(key)
            if self.ids or not self._images:
                break
        names = list(self.ids)
        for name, drawn in zip(names, self.images(names, list(range(len(names)))), strict=True):
            if drawn.size is None:
                raise BadFile(f"{self.path} does not tell the size of {name}", parameter="source")
            yield name, _painted(drawn, drawn.size)

    @property
    def count(self) -> int:
        """Give the number of images."""
        return len(self._images)

    def images(self, frames: list[str], numbers: list[int]) -> Iterator[_Drawn]:
        """Read what is drawn on the frames with these numbers."""
        ids = [self.ids[frames[number]] for number in numbers]
        for image, records in formats.by_image(self._with_masks(), ids=ids):
            masks = masks_of(records)
            size = None
            if image.height and image.width:
                size = image.height, image.width
            elif len(masks):
                size = int(masks.sizes[0, 0]), int(masks.sizes[0, 1])
            if (masks.sizes != (size or 0)).any():
                raise BadFile(
                    f"{self.path}: image {image.id}: masks of several sizes", parameter="maps"
                )
            labels = [self._labels[id_] for id_ in records.column("category_id").to_pylist()]
            crowd = records.column("iscrowd").fill_null(0).to_numpy(zero_copy_only=False) == 1
            yield _Drawn(size, masks, np.array(labels, np.int64), crowd)

    def _with_masks(self) -> Frames:
        def parts() -> Iterator[Part]:
            for part in self._frames:
                kept = part.records.filter(part.records.column("counts").is_valid())
                yield replace(part, records=kept, refused=(), masks=None)

        return replace(self._frames, parts=parts)


def _painted(drawn: _Drawn, size: tuple[int, int]) -> npt.NDArray[Any]:
    """Paint what is drawn, the large ones below."""
    label_map = np.zeros(size, np.uint32)
    if len(drawn.masks):
        me.compose(drawn.masks, drawn.labels, -me.area(drawn.masks), out=label_map)
    return label_map


def _frame(drawn: _Drawn, size: tuple[int, int]) -> tuple[npt.NDArray[Any], Objects]:
    """Give the map, and the objects that are no crowd."""
    own = np.flatnonzero(~drawn.crowd)
    return _painted(drawn, size), Objects(drawn.masks[own], drawn.labels[own].tolist())
