"""YouTube-VIS: COCO's JSON for videos; an annotation has a mask, or nothing, for each frame.

Each frame is an image here, and each mask of an annotation a row whose ``track_id`` says which
annotation it is of. Members of the annotation that are not by frame come back with it.
The data set: https://youtube-vos.org/dataset/vis/
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pyarrow as pa

from maskengine._backend import core
from maskengine.errors import MaskError
from maskengine.formats._by_image import by_image
from maskengine.formats._folder import decoded_text, frames_from, image_name, size_of, text_bytes
from maskengine.formats._frames import BAD_JSON, Frames, Refused, has_value, masks_of
from maskengine.formats._guess import json_head
from maskengine.formats._rows import Row, rings_of
from maskengine.values import Masks, runs_of

EXTENSIONS: tuple[str, ...] = ()
FOLDER = False
HOLDS = frozenset(
    {"polygons", "runs", "holes", "parts", "overlap", "crowd", "score", "box", "area", "extra",
     "empty"}
)  # fmt: skip
NEEDS = frozenset({"images", "counts"})
RULE = "coco"
ROWS = {"images": {"file_name", "height", "width", "video_id"}}

_BY_FRAME = frozenset({"segmentations", "bboxes", "areas"})


class _Video(msgspec.Struct):
    id: int
    width: int
    height: int
    file_names: list[str]


class _Annotation(msgspec.Struct):
    video_id: int
    segmentations: list[msgspec.Raw]
    category_id: int | None = None
    id: int | None = None
    bboxes: list[tuple[float, float, float, float] | None] | None = None
    areas: list[float | None] | None = None
    iscrowd: bool | int | None = None
    score: float | None = None


class _File(msgspec.Struct):
    videos: list[_Video]
    annotations: list[msgspec.Raw]
    categories: list[dict[str, Any]] = []


_OWN = frozenset(_Annotation.__struct_fields__)

#: Annotations by video, track and category: an annotation has but one.
_Tracks = dict[tuple[int, Any, int | None], dict[str, Any]]


def detect(path: Path, head: bytes) -> int:  # noqa: ARG001 - other formats look at the name
    """Look for videos."""
    seen = json_head(head)
    if seen is None:
        return 0
    is_one = not seen.is_list and "videos" in seen.own
    return 3 if is_one or {"file_names", "length"} <= seen.names else 0


def read(path: Path) -> Frames:
    """Read a file.

    Raises
    ------
    BadFile
        If it is not of the format.
    """
    text = text_bytes(path)
    content = decoded_text(path, text, _File)
    images: list[dict[str, Any]] = []
    first: dict[int, tuple[int, _Video]] = {}
    for video in content.videos:
        first.setdefault(video.id, (len(images) + 1, video))
        images += [
            {"id": len(images) + at + 1, "file_name": name, "height": video.height,
             "width": video.width, "video_id": video.id}
            for at, name in enumerate(video.file_names)
        ]  # fmt: skip

    def lots() -> Iterator[tuple[int, list[Row | Refused]]]:
        for number, raw in enumerate(content.annotations, 1):
            yield number, list(_rows(raw, number, first))

    n = len(content.annotations)
    frames = frames_from(images, content.categories, lots, rule=RULE, size=n, is_grouped=False)
    others = {
        key: bytes(table)
        for key, table in decoded_text(path, text, dict[str, msgspec.Raw]).items()
        if key not in {"images", *_File.__struct_fields__}
    }
    return replace(frames, tables={**others, **frames.tables})


def _rows(
    raw: msgspec.Raw, number: int, first: dict[int, tuple[int, _Video]]
) -> Iterator[Row | Refused]:
    try:
        found = msgspec.json.decode(raw, type=_Annotation)
        others = msgspec.json.decode(raw, type=dict[str, Any])
        start, video = first[found.video_id]
    except (*BAD_JSON, KeyError) as error:
        text = f"no video {error}" if isinstance(error, KeyError) else str(error)
        yield Refused(0, None, None, f"annotations: {text}", bytes(raw))
        return
    n = len(video.file_names)
    lists = (found.segmentations, found.bboxes or [None] * n, found.areas or [None] * n)
    if {len(values) for values in lists} != {n}:
        reason = f"annotations: expected {n} frames, got {[len(values) for values in lists]}"
        yield Refused(0, found.id, None, reason, bytes(raw))
        return
    extra = {key: value for key, value in others.items() if key not in _OWN | _BY_FRAME}
    extra["track_id"] = number if found.id is None else found.id
    for at, (mask, box, area) in enumerate(zip(*lists, strict=True)):
        if bytes(mask) == b"null":
            continue
        row = Row(start + at, None, found.category_id, found.iscrowd, found.score, box, area,
                  extra=extra)  # fmt: skip
        try:
            _fill(row, msgspec.json.decode(mask))
        except (MaskError, ValueError, TypeError, OverflowError) as error:
            reason = f"annotations: frame {at}: {error}"
            yield Refused(0, found.id, None, reason, bytes(mask))
        else:
            yield row


def _fill(row: Row, found: Any) -> None:
    """Give an annotation its runs or polygons."""
    if isinstance(found, dict):
        row.mask = Masks.from_coco([found])
        return
    row.rings = [np.array(ring, np.float64).reshape(-1, 2) for ring in found]
    if any(len(ring) < 3 or not np.isfinite(ring).all() for ring in row.rings):
        raise ValueError("a ring of less than 3 points, or a point that is not finite")


def write(path: Path, frames: Frames) -> None:
    """Write a file: the images of a folder, or of a ``video_id``, are a video."""
    rows = msgspec.json.decode(frames.tables.get("images", b"[]"), type=list[dict[str, Any]])
    keys = {row["id"]: row.get("video_id") for row in rows}
    videos: dict[Any, dict[str, Any]] = {}
    place: dict[int, tuple[dict[str, Any], int]] = {}
    for image in frames.images() or []:
        name, (height, width) = image_name(image), size_of(image)
        folder = name.rpartition("/")[0] or name  # an image alone is a video of one frame
        told = keys[image.id]
        key = told if told is not None else (folder, height, width)
        own = {"id": len(videos) + 1, "width": width, "height": height}
        video = videos.setdefault(key, {**own, "length": 0, "file_names": []})
        if isinstance(key, int):
            video["id"] = key
        place[image.id] = video, video["length"]
        video["length"] += 1
        video["file_names"].append(name)
    tracks: _Tracks = {}
    for image, records in by_image(frames):
        frames.ledger.drop("annotations without a mask", _add(tracks, records, *place[image.id]))
    frames.ledger.lose("tracks", "given another id",
                       _number(tracks))  # fmt: skip
    categories = msgspec.json.decode(frames.tables.get("categories", b"[]"))
    content = {"videos": list(videos.values()), "categories": categories,
               "annotations": list(tracks.values())}  # fmt: skip
    with path.open("wb") as file:
        file.write(msgspec.json.encode(content) + b"\n")
        file.flush()
        os.fsync(file.fileno())


def _track(row: int, text: str | None, id_: int | None, used: set[Any]) -> Any:
    """Give the track of an annotation; one of its own where it has none, or it is taken."""
    extra = {} if text is None else msgspec.json.decode(text)
    track = extra.get("track_id")
    if track is None or isinstance(track, list | dict) or track in used:
        track = f"row {row} of {id_}"
    used.add(track)
    return track


def _tracks(records: pa.RecordBatch) -> list[Any]:
    used: set[Any] = set()
    columns = (records.column(name).to_pylist() for name in ("extra", "id"))
    return [_track(row, text, id_, used)
            for row, (text, id_) in enumerate(zip(*columns, strict=True))]  # fmt: skip


def _add(
    tracks: _Tracks,
    records: pa.RecordBatch,
    video: dict[str, Any],
    frame: int,
) -> int:
    """Put the masks of a frame where they belong; give how many rows have none, as boxes alone."""
    dropped = 0
    masks = masks_of(records)
    text, ends = core.runs_to_text(runs_of(masks))
    words = text.tobytes().decode()
    has = has_value(records, "counts")
    place = np.cumsum(has) - 1
    rows = zip(records.to_pylist(), rings_of(records), _tracks(records), strict=True)
    for number, (row, rings, track) in enumerate(rows):
        if not rings and not has[number]:
            dropped += 1
            continue
        n = video["length"]
        extra = {} if row["extra"] is None else msgspec.json.decode(row["extra"])
        own = {"id": track, "video_id": video["id"], "category_id": row["category_id"],
               "iscrowd": row["iscrowd"] or 0, **extra}  # fmt: skip
        if row["score"] is not None:
            own["score"] = row["score"]
        lists = {key: [None] * n for key in ("segmentations", "bboxes", "areas")}
        annotation = tracks.setdefault((video["id"], track, row["category_id"]), {**own, **lists})
        if rings:
            annotation["segmentations"][frame] = [ring.reshape(-1).tolist() for ring in rings]
        elif has[number]:
            at = int(place[number])
            counts = words[ends[at] : ends[at + 1]]
            annotation["segmentations"][frame] = {
                "size": masks.sizes[at].tolist(),
                "counts": counts,
            }
        boxes = [row[f"bbox_{side}"] for side in "xywh"]
        pixels = [row[f"pixel_{side}"] for side in "xywh"]
        annotation["bboxes"][frame] = boxes if boxes[0] is not None else pixels
        annotation["areas"][frame] = row["pixel_area"] if row["area"] is None else row["area"]
    return dropped


def _number(tracks: _Tracks) -> int:
    """Give whole numbers, each once, as ids; give how many tracks lost their own."""
    taken = {track for _, track, _ in tracks if isinstance(track, int)}
    seen: set[int] = set()
    free = max(taken, default=0)
    lost = 0
    for (_, track, _), annotation in tracks.items():
        told = annotation.pop("track_id", None)
        if isinstance(track, int) and track not in seen:
            seen.add(track)
        else:
            free += 1
            annotation["id"] = free
            lost += told is not None
    return lost
