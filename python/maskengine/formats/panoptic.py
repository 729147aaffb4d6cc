"""COCO panoptic: a JSON file with the segments of each image, and a PNG file of ids for each.

``panoptic.json`` and ``panoptic/*.png`` here; as a source any JSON file whose PNG files are in the
folder of its name, as in COCO. An id is red + 256 green + 65536 blue, 0 is void; it is unique in
its image alone, and kept as ``segment_id``. The definition: https://cocodataset.org/#format-data
"""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from maskengine._backend import core
from maskengine._png_bytes import encode_png
from maskengine.errors import BadFile, MaskError
from maskengine.formats._by_image import by_image
from maskengine.formats._folder import file_names, frames_of, table, write_file
from maskengine.formats._frames import BAD_JSON, Frames, Refused, has_value
from maskengine.formats._guess import has_bytes, json_head
from maskengine.formats._maps import paint_rows, split_map
from maskengine.formats._panoptic_maps import PanopticFile
from maskengine.formats._png import png_size
from maskengine.formats._rows import Row
from maskengine.values.id_colours import ids_to_rgb

EXTENSIONS: tuple[str, ...] = ()
FOLDER = True
HOLDS = frozenset({"holes", "parts", "crowd", "area", "box", "extra", "empty", "tables"})
NEEDS = frozenset({"counts"})
RULE = None

_JSON, _FOLDER = "panoptic.json", "panoptic"
_ID = "segment_id"
_IDS = 1 << 24
_HEAD = 64  # bytes of a PNG that have its size


_Box = tuple[float, float, float, float]


class _Segment(msgspec.Struct):
    id: int
    category_id: int
    area: float | None = None
    bbox: list[float] | None = None  # [] is none, too
    iscrowd: bool | int | None = None


def detect(path: Path, head: bytes) -> int:
    """Look for segments, and pictures beside the file or in a folder of its name."""
    if not head and path.is_dir():
        return 3 if (path / _JSON).is_file() and (path / _FOLDER).is_dir() else 0
    seen = json_head(head)
    if seen is None or seen.is_list or not path.suffix:
        return 0
    if not path.with_suffix("").is_dir() and not _has_pictures(path.parent):
        return 0
    return 3 if has_bytes(path, b'"segments_info"') else 0


def _has_pictures(folder: Path) -> bool:
    with os.scandir(folder) as entries:
        return any(entry.name.endswith(".png") for entry in entries)


def read(path: Path) -> Frames:
    """Read a folder, or a JSON file with its pictures beside it or in the folder of its name.

    Raises
    ------
    BadFile
        If the file is no COCO panoptic JSON.
    """
    file = path / _JSON if path.is_dir() else path
    beside = file.parent if not file.with_suffix("").is_dir() and path is file else None
    source = PanopticFile(file, beside)
    places = _Places(source)

    def rows_of(number: int) -> list[Row | Refused]:
        image = places.images[number]
        size = image["height"], image["width"]
        rows: list[Row | Refused] = list(places.strays) if number == 0 else []
        for place in places.of[number]:
            rows += _rows(source, place, image["id"], size)
        return rows

    frames = frames_of(places.images, source.categories, rows_of, rule="coco")
    return replace(frames, tables={**source.tables, "images": table(places.images)})


class _Places:
    """Which annotations an image has."""

    def __init__(self, source: PanopticFile) -> None:
        self.images = [dict(row) for row in source.images]
        self.strays: list[Refused] = []
        numbers = {row.get("id"): number for number, row in enumerate(self.images)}
        self.of: list[list[int]] = [[] for _ in self.images]
        for place in range(len(source)):
            try:
                row = source.annotation(place)
            except BadFile as error:
                self.strays.append(Refused(0, None, None, str(error), source.text(place)))
                continue
            if row.image_id not in numbers:
                numbers[row.image_id] = len(self.images)
                self.images.append({"id": row.image_id, "file_name": row.file_name})
                self.of.append([])
            number = numbers[row.image_id]
            self.of[number].append(place)
            self._fill(self.images[number], source, row.file_name)
        for number, image in enumerate(self.images):
            image.setdefault("height", None)
            image.setdefault("width", None)
            if not isinstance(image.get("id"), int):  # some tools give names
                image["source_id"], image["id"] = image.get("id"), number + 1
        if self.strays and not self.images:
            raise BadFile(self.strays[0].reason, parameter="annotations")

    def _fill(self, image: dict[str, Any], source: PanopticFile, file_name: str) -> None:
        """Give an image the size of its PNG where the table does not tell it."""
        image.setdefault("file_name", file_name)
        if isinstance(image.get("height"), int) and isinstance(image.get("width"), int):
            return
        try:
            with source.path_of(file_name).open("rb") as opened:
                image["height"], image["width"] = png_size(opened.read(_HEAD), file_name)
        except (MaskError, OSError):
            return  # refused when it is read


def _rows(
    source: PanopticFile, place: int, image: int, size: tuple[Any, Any]
) -> list[Row | Refused]:
    row = source.annotation(place)
    try:
        label_map, _ = source.read_map(row.file_name)
        if size != label_map.shape:
            raise BadFile(f"expected {size}, got {label_map.shape}", parameter=row.file_name)
    except (MaskError, OSError) as error:
        return [_refused(segment, f"segments_info: {error}") for segment in row.segments_info]
    masks, values = split_map(label_map)
    at = {value: number for number, value in enumerate(values.tolist())}
    rows: list[Row | Refused] = []
    for info in row.segments_info:
        try:
            segment = msgspec.convert(info, _Segment)
            box = msgspec.convert(segment.bbox or None, _Box | None)
        except BAD_JSON as error:
            rows.append(_refused(info, f"segments_info: {error}"))
            if isinstance(own := info.get("id"), int):
                at.pop(own, None)  # it is listed, if badly
            continue
        if segment.id not in at:
            reason = "is void" if segment.id == 0 else "is in no pixel, or listed twice"
            rows.append(_refused(info, f"segment {segment.id} of image {image} {reason}"))
            continue
        extra = {key: value for key, value in info.items() if key not in _Segment.__struct_fields__}
        extra[_ID] = segment.id
        rows.append(
            Row(image, category_id=segment.category_id, iscrowd=segment.iscrowd, bbox=box,
                area=segment.area, mask=masks[at.pop(segment.id)], extra=extra)
        )  # fmt: skip
    reason = "segment {} of image {} is not listed"
    rows += [Refused(0, value, None, reason.format(value, image), b"") for value in at]
    return rows


def _refused(info: dict[str, Any], reason: str) -> Refused:
    id_ = info.get("id")
    told = id_ if isinstance(id_, int) and abs(id_) < 2**63 else None
    return Refused(0, told, None, reason, msgspec.json.encode(info))


def write_images(path: Path, frames: Frames) -> None:
    """Write the files of the images."""
    images = frames.images() or []
    files = file_names(images, ".png", may_hide=True)
    noted = frames.ledger.notes.setdefault("segments", {})
    for image, records in by_image(frames):
        has = records.column("pixel_area").fill_null(0).to_numpy() > 0
        has &= has_value(records, "category_id")
        values = np.where(has, np.arange(1, len(has) + 1), 0)
        painted = paint_rows(image, records, values, np.uint32, frames.ledger)
        ids = _ids(records)
        colours = ids_to_rgb(np.concatenate([[0], ids]).astype(np.uint32)[None])[0]
        write_file(path, f"{_FOLDER}/{files[image.id]}", encode_png(colours[painted]))
        noted[str(image.id)] = _segments(painted, ids, records, frames)


def _ids(records: pa.RecordBatch) -> npt.NDArray[np.int64]:
    """Give each annotation the id that its segment had, that it has itself, or a free one."""
    texts = records.column("extra").to_pylist()
    told = [None if text is None else msgspec.json.decode(text).get(_ID) for text in texts]
    out = [0] * len(told)
    taken = {0}
    for source in (told, records.column("id").to_pylist()):
        for row, id_ in enumerate(source):
            if not out[row] and isinstance(id_, int) and 0 < id_ < _IDS and id_ not in taken:
                out[row] = id_
                taken.add(id_)
    free = iter(sorted(set(range(1, len(out) + 1)) - taken))
    return np.array([id_ or next(free) for id_ in out], np.int64)


def _segments(
    painted: npt.NDArray[Any], ids: npt.NDArray[np.int64], records: pa.RecordBatch, frames: Frames
) -> list[dict[str, Any]]:
    """Give ``segments_info``; area and box are those of the pixels, as the format defines them."""
    _, values, columns = core.split(painted, True)
    areas, boxes = columns[0].tolist(), columns[1].tolist()
    out = []
    for at, value in enumerate(values.tolist()):
        row = records.slice(value - 1, 1).to_pylist()[0]
        extra = {} if row["extra"] is None else msgspec.json.decode(row["extra"])
        extra.pop(_ID, None)
        box = [row[f"bbox_{side}"] for side in "xywh"]
        lost = row["area"] is not None and row["area"] != areas[at]
        frames.ledger.lose("areas", "became the number of pixels", lost)
        frames.ledger.lose("boxes", "became those of the pixels",
                           box[0] is not None and box != boxes[at])  # fmt: skip
        out.append({
            "id": int(ids[value - 1]), "category_id": row["category_id"], "area": areas[at],
            "bbox": boxes[at], "iscrowd": row["iscrowd"] or 0, **extra,
        })  # fmt: skip
    return out


def finish(path: Path, frames: Frames) -> None:
    """Write what is not an image's own: ``panoptic.json``."""
    images = frames.images() or []
    files = file_names(images, ".png", may_hide=True)
    noted = frames.ledger.notes.get("segments", {})
    categories = msgspec.json.decode(frames.tables.get("categories", b"[]"))
    for row in categories:
        row.setdefault("isthing", 1)
    document: dict[str, Any] = {key: msgspec.Raw(text) for key, text in frames.tables.items()}
    document["annotations"] = [
        {"image_id": image.id, "file_name": files[image.id],
         "segments_info": noted.get(str(image.id), [])}
        for image in images
    ]  # fmt: skip
    document["categories"] = categories
    write_file(path, _JSON, msgspec.json.encode(document))
