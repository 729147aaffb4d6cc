"""COCO panoptic: a JSON file with the segments of each image, and a folder of PNG files of ids."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import numpy.typing as npt

from maskengine import _arrays
from maskengine._backend import core
from maskengine._listing import each, told
from maskengine._paths import beside
from maskengine.errors import BadFile, MaskError, MaskTypeError
from maskengine.formats._atomic import replacing
from maskengine.formats._folder import encoded, inside, text_bytes
from maskengine.formats._frames import BAD_JSON
from maskengine.formats._png import read_id_png, write_id_png
from maskengine.formats._remote import local_path
from maskengine.values.id_colours import ids_to_rgb


@dataclass(frozen=True, eq=False)
class PanopticImage:
    """The panoptic annotation of one image.

    Parameters
    ----------
    image_id : int or str
        As the annotation has it.
    file_name : str
        Of the PNG, relative to its folder.
    label_map : numpy.ndarray
        (H, W): segment ids; 0 is void.
    segments : list of dict
        ``segments_info``.
    size : tuple of int, optional
        Height and width of the image, as the table of images says.
    pixel_format : str
        What the PNG holds: ``"RGB"`` where it is as it should be.

    Examples
    --------
    >>> import numpy as np
    >>> from maskengine.formats import PanopticImage
    >>> PanopticImage(1, "1.png", np.array([[5]]), [{"id": 5, "category_id": 1}]).pixel_format
    'RGB'
    """

    image_id: int | str
    file_name: str
    label_map: npt.NDArray[Any]
    segments: list[dict[str, Any]]
    size: tuple[int, int] | None = None
    pixel_format: str = "RGB"


class _Document(msgspec.Struct):
    annotations: list[msgspec.Raw]
    categories: list[dict[str, Any]]
    images: list[dict[str, Any]] = []


class PanopticAnnotation(msgspec.Struct):
    """A row of ``annotations``."""

    image_id: int | str
    file_name: str
    segments_info: list[dict[str, Any]]


class PanopticFile:
    """A COCO panoptic data set: its tables; its images when iterated, one at a time.

    Parameters
    ----------
    path : path-like
        The JSON file.
    folder : path-like, optional
        The folder of the PNG files; that of the name of the JSON file without its ending by
        default.

    Attributes
    ----------
    categories : list of dict
        With ``id``, ``name`` and ``isthing``.
    images : list of dict
        The table of images.
    tables : dict of str to bytes
        The text of every table, in file order; of the annotations none.

    Raises
    ------
    BadFile
        If the file is no COCO panoptic JSON. While iterating: if an annotation is not sound, or a
        PNG is damaged; such a PNG raises when its turn comes.
    OSError
        If a file cannot be opened.

    Examples
    --------
    >>> import numpy as np
    >>> from maskengine import formats
    >>> scene = formats.PanopticImage(7, "7.png", np.array([[5, 0]]), [{"id": 5, "category_id": 1}])
    >>> cats = [{"id": 1, "name": "car", "isthing": 1}]
    >>> formats.write_panoptic("scenes.json", [scene], cats)
    >>> for image in formats.PanopticFile("scenes.json"):
    ...     print(image.image_id, image.label_map.tolist(), image.segments[0]["area"])
    7 [[5, 0]] 1
    """

    def __init__(
        self, path: str | os.PathLike[str], folder: str | os.PathLike[str] | None = None
    ) -> None:
        self.path = local_path(path)
        self.folder = _folder_of(self.path, folder)
        try:
            text = text_bytes(self.path)
            document = msgspec.json.decode(text, type=_Document)
            tables = msgspec.json.decode(text, type=dict[str, msgspec.Raw])
        except BAD_JSON as error:
            raise BadFile(f"{path} is no COCO panoptic JSON: {error}", parameter="file") from error
        self.categories = document.categories
        self.images = document.images
        self.tables = {key: bytes(text) for key, text in tables.items()}
        self.tables["annotations"] = b""
        self._annotations = document.annotations
        try:
            self._sizes = {row.get("id"): (row.get("height"), row.get("width"))
                           for row in self.images}  # fmt: skip
        except TypeError as error:
            raise BadFile(f"{path}: an id of an image is no id: {error}", parameter="images") \
                from error  # fmt: skip

    def __len__(self) -> int:
        return len(self._annotations)

    def __iter__(self) -> Iterator[PanopticImage]:
        for place in range(len(self)):
            yield self[place]

    def __getitem__(self, place: int) -> PanopticImage:
        row = self.annotation(place)
        label_map, pixel_format = self.read_map(row.file_name)
        return PanopticImage(
            row.image_id,
            row.file_name,
            label_map,
            row.segments_info,
            self._size_of(row.image_id),
            pixel_format,
        )

    def annotation(self, place: int) -> PanopticAnnotation:
        """Read the annotation of an image without its PNG."""
        try:
            return msgspec.json.decode(self._annotations[place], type=PanopticAnnotation)
        except BAD_JSON as error:
            raise BadFile(str(error), parameter="annotations", index=place) from error

    def text(self, place: int) -> bytes:
        """Give the annotation of an image verbatim."""
        return bytes(self._annotations[place])

    def read_map(self, file_name: str) -> tuple[npt.NDArray[Any], str]:
        """Read a PNG: the ids, and what it holds."""
        return read_id_png(self.path_of(file_name))

    def path_of(self, file_name: str) -> Path:
        """Give the path of a PNG, which is in the folder."""
        return inside(self.folder, file_name)

    def _size_of(self, image_id: int | str) -> tuple[int, int] | None:
        height, width = self._sizes.get(image_id, (None, None))
        return (height, width) if isinstance(height, int) and isinstance(width, int) else None


def write_panoptic(
    path: str | os.PathLike[str],
    images: Iterable[PanopticImage],
    categories: list[dict[str, Any]],
    *,
    folder: str | os.PathLike[str] | None = None,
    tables: dict[str, Any] | None = None,
) -> None:
    """Write a COCO panoptic data set: a JSON file and a folder of PNG files, whole or not at all.

    Parameters
    ----------
    path : path-like
        The JSON file; one that is there is replaced.
    images : iterable of PanopticImage
        Taken one at a time. Areas and boxes that segments lack are counted.
    categories : list of dict
        With ``id``, ``name`` and ``isthing``.
    folder : path-like, optional
        The folder of the PNG files; that of the name of the JSON file without its ending by
        default. It must be absent or empty.
    tables : dict, optional
        Other tables, as ``images`` (made of ids and sizes by default), ``info`` and ``licenses``.

    Raises
    ------
    MaskError
        If an id is not in [0, 2^24), two images have one file name, or the folder is not empty;
        nothing is then written.
    OSError
        If a file cannot be written; the JSON file is then as it was.

    Examples
    --------
    >>> import numpy as np
    >>> from maskengine import formats
    >>> scene = formats.PanopticImage(7, "7.png", np.array([[5, 0]]), [{"id": 5, "category_id": 1}])
    >>> formats.write_panoptic("one.json", [scene], [{"id": 1, "name": "car", "isthing": 1}])
    >>> len(formats.PanopticFile("one.json"))
    1
    """
    target = local_path(path)
    pictures = _folder_of(target, folder)
    if pictures.exists() and (not pictures.is_dir() or any(pictures.iterdir())):
        raise MaskError(f"expected an empty folder, or none, at {pictures}", parameter="folder")
    if not pictures.parent.is_dir():
        raise MaskError(f"the folder {pictures.parent} does not exist", parameter="folder")
    temporary = beside(pictures, ".", f".{secrets.token_hex(6)}.part")
    temporary.mkdir()
    try:
        annotations, rows = [], []
        for i, image in enumerate(_scenes(images)):
            place = inside(temporary, image.file_name)
            _check_new(place, i)
            annotations.append(_annotation(image))
            height, width = image.label_map.shape
            rows.append({"id": image.image_id, "height": height, "width": width})
            place.parent.mkdir(parents=True, exist_ok=True)
            write_id_png(place, ids_to_rgb(image.label_map))
        document = {"images": rows, **(tables or {}), "annotations": annotations}
        text = encoded(document | {"categories": categories}, "images, categories or tables")
        with replacing(target) as file:
            file.write_bytes(text)
            with suppress(FileNotFoundError):
                pictures.rmdir()
            temporary.rename(pictures)
    except BaseException:
        shutil.rmtree(temporary, ignore_errors=True)
        raise


def _folder_of(target: Path, folder: Any) -> Path:
    """Give the folder of the pictures: by default of the file's name."""
    if folder is None:
        return target.with_suffix("") if target.name else target
    return local_path(folder, "folder")


def _scenes(images: Any) -> Iterator[PanopticImage]:
    for i, image in enumerate(each(images, "images", "panoptic images")):
        if not isinstance(image, PanopticImage):
            text = f"expected a PanopticImage, got {type(image).__name__}"
            raise MaskTypeError(text, parameter="images", index=i)
        yield image


def _check_new(place: Path, i: int) -> None:
    if place.exists():
        raise MaskError(
            f"expected different file names, got {place.name!r} again", parameter="images", index=i
        )


def _annotation(image: PanopticImage) -> dict[str, Any]:
    array = _arrays.as_label_map(image.label_map, "label_map")
    _, values, columns = core.split(array, True)
    ids = _arrays.from_bits(values, array.dtype).tolist()
    counted = dict(
        zip(ids, zip(columns[0].tolist(), columns[1].tolist(), strict=True), strict=True)
    )
    segments: list[dict[str, Any]] = []
    for given in each(image.segments, "segments"):
        row = told(given, "segments", len(segments))
        own = row.get("id")
        area, box = counted.get(own if _arrays.is_integer(own) else None, (0, [0, 0, 0, 0]))
        segments.append({"area": area, "bbox": box, "iscrowd": 0, **row})
    return {
        "image_id": image.image_id,
        "file_name": image.file_name,
        "segments_info": segments,
    }
