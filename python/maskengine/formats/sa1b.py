"""SA-1B: a JSON file for each image, with masks without classes.

A file is ``{"image": {...}, "annotations": [...]}``; every mask is the COCO API's compressed text.
The data set: https://ai.meta.com/datasets/segment-anything/
"""

from __future__ import annotations

from pathlib import Path, PurePosixPath
from typing import Any

import msgspec
import numpy as np
import pyarrow as pa

from maskengine._backend import core
from maskengine.errors import MaskError
from maskengine.formats._by_image import by_image
from maskengine.formats._folder import (
    decoded,
    file_names,
    files_below,
    frames_of,
    image_name,
    size_of,
    sound_files,
    write_file,
)
from maskengine.formats._frames import BAD_JSON, Frames, Refused, has_value, masks_of
from maskengine.formats._guess import head_of, json_head
from maskengine.formats._image_ids import make_unique
from maskengine.formats._rows import Row
from maskengine.formats._sidecar import NAME, Sidecar, write_sidecar
from maskengine.values import Masks, runs_of

EXTENSIONS: tuple[str, ...] = ()
FOLDER = True
HOLDS = frozenset({"runs", "holes", "parts", "overlap", "box", "area", "extra", "empty"})
NEEDS = frozenset({"counts"})
RULE = None

_NUMBER = "sa1b_id"  # of an annotation: unique in its image alone, so it is none of ours
_OWN = frozenset({"id", "bbox", "area", "segmentation", "category_id"})


class _Image(msgspec.Struct):
    image_id: int
    width: int
    height: int
    file_name: str = ""


class _File(msgspec.Struct):
    image: _Image
    annotations: list[msgspec.Raw]


class _Annotation(msgspec.Struct):
    segmentation: dict[str, Any]
    id: int | None = None
    bbox: tuple[float, float, float, float] | None = None
    area: float | None = None
    category_id: int | None = None


def detect(path: Path, head: bytes) -> int:
    """Look for one such file, or a folder of them."""
    if not head and path.is_dir():
        first = _files(path)[:1]
        return detect(first[0], head_of(first[0])) if first else 0
    seen = json_head(head)
    if seen is None or seen.is_list or "image" not in seen.own or "images" in seen.own:
        return 0
    return 3 if "image_id" in seen.names else 0


def _files(path: Path) -> list[Path]:
    if path.is_file():
        return [path]
    return [file for file in files_below(path, ".json") if file.name != NAME]


def read(path: Path) -> Frames:
    """Read a folder, at any depth, or the file of one image.

    Raises
    ------
    BadFile
        If a file is not of the format.
    """
    folder = path if path.is_dir() else path.parent
    sidecar = Sidecar(folder)
    images: list[dict[str, Any]] = []

    def look(_: int, file: Path) -> None:
        image = decoded(file, _File).image
        known = sidecar.image(file.relative_to(folder).as_posix()) or {}
        name = image.file_name or file.with_suffix(".jpg").name
        images.append({"id": image.image_id, "file_name": name, **known,
                       "width": image.width, "height": image.height})  # fmt: skip

    files, damaged = sound_files(_files(path), look)
    make_unique(images)

    def rows_of(number: int) -> list[Row | Refused]:
        content = decoded(files[number], _File)
        return [_row(raw, images[number]["id"]) for raw in content.annotations]

    categories = sidecar.categories or [{"id": 1, "name": "object"}]
    return frames_of(images, categories, rows_of, rule="coco", damaged=damaged)


def _row(raw: msgspec.Raw, image: int) -> Row | Refused:
    try:
        found = msgspec.json.decode(raw, type=_Annotation)
        others = msgspec.json.decode(raw, type=dict[str, Any])
        mask = Masks.from_coco([found.segmentation])
    except (MaskError, *BAD_JSON, OverflowError) as error:
        return Refused(0, None, None, f"annotations: {error}", bytes(raw))
    extra = {key: others[key] for key in others if key not in _OWN}
    if found.id is not None:
        extra[_NUMBER] = found.id
    category = 1 if found.category_id is None else found.category_id
    return Row(
        image, category_id=category, bbox=found.bbox, area=found.area, mask=mask, extra=extra
    )


def write_images(path: Path, frames: Frames) -> None:
    """Write the files of the images."""
    images = frames.images() or []
    files = file_names(images, ".json")
    one_class = len(frames.categories()) <= 1
    for image, records in by_image(frames):
        height, width = size_of(image)
        own = _Image(image.id, width, height, PurePosixPath(image_name(image)).name)
        rows = _annotations(records, frames, image.id, one_class=one_class)
        write_file(path, files[image.id], msgspec.json.encode({"image": own, "annotations": rows}))


def finish(path: Path, frames: Frames) -> None:
    """Write what is not an image's own: ``maskengine.json``."""
    write_sidecar(path, frames)


def _annotations(
    records: pa.RecordBatch, frames: Frames, image: int, *, one_class: bool
) -> list[dict[str, Any]]:
    has = has_value(records, "counts")
    kept = records.filter(pa.array(has))
    frames.ledger.became(image, np.where(has, np.cumsum(has) - 1, -1))
    frames.ledger.drop("annotations without pixels", int((~has).sum()))
    masks = masks_of(kept)
    text, ends = core.runs_to_text(runs_of(masks))
    words = text.tobytes().decode()
    out = []
    for number, row in enumerate(kept.to_pylist()):
        box = [row[f"bbox_{side}"] for side in "xywh"]
        pixels = [row[f"pixel_{side}"] for side in "xywh"]
        extra = {} if row["extra"] is None else msgspec.json.decode(row["extra"])
        counts = words[ends[number] : ends[number + 1]]
        annotation = {
            "id": extra.pop(_NUMBER, number + 1 if row["id"] is None else row["id"]),
            "segmentation": {"size": masks.sizes[number].tolist(), "counts": counts},
            "bbox": pixels if box[0] is None else box,
            "area": row["pixel_area"] if row["area"] is None else row["area"],
            **extra,
        }
        if not one_class and row["category_id"] is not None:
            annotation["category_id"] = row["category_id"]
        out.append(annotation)
    return out
