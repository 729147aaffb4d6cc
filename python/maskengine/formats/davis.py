"""DAVIS and YouTube-VOS: a palette PNG file for each frame, whose values are the objects of a clip.

``Annotations/<clip>/<frame>.png``, with a resolution between in DAVIS; a folder of clips alone is
read, too. 0 is background, 255 unknown. An object keeps its value through the clip: it is the
``track_id`` of its annotations. YouTube-VOS tells its category in ``meta.json``. A frame with an
object of no such track is written as a clip of its own, or its values would be those of others.
The data sets: https://davischallenge.org and https://youtube-vos.org
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from maskengine._png_bytes import encode_png
from maskengine.errors import BadFile
from maskengine.formats._by_image import by_image
from maskengine.formats._folder import decoded, file_names, files_below, write_file
from maskengine.formats._frames import Frames, Refused
from maskengine.formats._map_folder import MapFolder, below, finish_maps, unlike
from maskengine.formats._maps import NOTED, paint_rows, palette, split_map
from maskengine.formats._rows import Row, named

EXTENSIONS: tuple[str, ...] = ()
FOLDER = True
HOLDS = frozenset({"holes", "parts", "extra", "empty"})
NEEDS = frozenset({"counts"})
RULE = None

_FOLDER = "Annotations"
_META = "meta.json"
_CLIP = "clip"  # the folder of images whose names have none
_VOID = 255
_MOST = 254  # objects of a frame


class _Object(msgspec.Struct):
    category: str = "object"


class _Video(msgspec.Struct):
    objects: dict[str, _Object] = {}


class _Meta(msgspec.Struct):
    videos: dict[str, _Video] = {}


def detect(path: Path, head: bytes) -> int:
    """Look for a folder of clips."""
    if head or not path.is_dir():
        return 0
    return 3 if (path / _FOLDER).is_dir() and files_below(path / _FOLDER, ".png") else 0


def read(path: Path) -> Frames:
    """Read a folder.

    Raises
    ------
    BadFile
        If a frame is no PNG, or ``meta.json`` is damaged.
    """
    folder = below(path, _FOLDER)
    maps = MapFolder(path, folder, written_as=_written_as)
    meta = _meta(path / _META)
    names = sorted({o.category for video in meta.videos.values() for o in video.objects.values()})
    categories = maps.sidecar.categories or [
        {"id": n, "name": name} for n, name in enumerate(names or ["object"], 1)
    ]
    ids = {str(row.get("name")): int(row["id"]) for row in categories}
    other = next(iter(ids.values()), 1)

    def rows_of(array: npt.NDArray[Any], image: int, file: Path) -> list[Row | Refused]:
        if array.ndim != 2:
            return unlike(file, "one channel", array)
        name = file.parent.relative_to(folder).as_posix()
        clip = meta.videos.get(name) or meta.videos.get(file.parent.name, _Video())
        masks, values = split_map(array)
        rows: list[Row | Refused] = []
        for at, value in enumerate(values.tolist()):
            if value != _VOID:
                category = ids.get(clip.objects.get(str(value), _Object()).category, other)
                extra = {"track_id": value}
                rows.append(Row(image, category_id=category, mask=masks[at], extra=extra))
        return rows

    return maps.frames(rows_of, categories)


def _meta(file: Path) -> _Meta:
    return decoded(file, _Meta) if file.is_file() else _Meta()


def write_images(path: Path, frames: Frames) -> None:
    """Write the files of the images."""
    files = _files(frames)
    names = frames.categories()
    videos = frames.ledger.notes.setdefault("videos", {})
    for image, records in by_image(frames):
        values, is_tracked = _values(records, frames)
        painted = paint_rows(image, records, values, np.uint8, frames.ledger)
        shared, own = _written_as(files[image.id])
        file = shared if is_tracked else own
        write_file(path, f"{_FOLDER}/{file}", encode_png(painted, palette()))
        objects = videos.setdefault(file.rpartition("/")[0], {})
        for value, category in zip(values.tolist(), records.column("category_id").to_pylist(),
                                   strict=True):  # fmt: skip
            if value > 0:
                objects.setdefault(str(value), {})[named(category, names, frames.ledger)] = 1


def finish(path: Path, frames: Frames) -> None:
    """Write what is not an image's own: ``meta.json`` and ``maskengine.json``."""
    _files(frames)  # those of shards have not met
    videos: dict[str, dict[str, Any]] = {}
    for clip, objects in frames.ledger.notes.get("videos", {}).items():
        told = videos.setdefault(clip, {"objects": {}})["objects"]
        for value, categories in objects.items():
            told[value] = {"category": next(iter(categories))}
            frames.ledger.lose("categories", "tracks of several that were given the first",
                               len(categories) > 1)  # fmt: skip
    write_file(path, _META, msgspec.json.encode({"videos": videos}))
    finish_maps(path, frames)


def _written_as(name: str) -> tuple[str, str]:
    """Give the file of a frame, below the folder, and that of one that is a clip of its own."""
    stem = name.removesuffix(".png")
    own = f"{stem}/{stem.rpartition('/')[2]}.png"
    return name if "/" in name else f"{_CLIP}/{name}", own


def _files(frames: Frames) -> dict[int, str]:
    """Name the frames by image id, so that a reader knows which image each file is."""
    files = file_names(frames.images() or [], ".png")
    names = set(files.values())
    for name in names:
        other = next((file for file in _written_as(name) if file != name and file in names), None)
        if other is not None:
            raise BadFile(f"two images may share a file: {name!r} and {other!r}"[:300],
                          parameter="images")  # fmt: skip
    return files


def _values(records: pa.RecordBatch, frames: Frames) -> tuple[npt.NDArray[np.int64], bool]:
    """Give the track of each annotation, or a number that no track of the frame has.

    0 or NOTED for none. And whether the tracks of all are their values, so that these stand for the
    same objects in other frames.
    """
    has = records.column("pixel_area").fill_null(0).to_numpy() > 0
    tracks: list[int | None] = []
    for text, pixels in zip(records.column("extra").to_pylist(), has.tolist(), strict=True):
        extra = {} if text is None else msgspec.json.decode(text)
        track = extra.get("track_id")
        is_value = isinstance(track, int) and not isinstance(track, bool) and 0 < track <= _MOST
        fits = is_value and track not in tracks
        tracks.append((track if fits else None) if pixels else 0)
        frames.ledger.lose("tracks", f"objects that have none from 1 to {_MOST} of their own",
                           pixels and not fits and track is not None)  # fmt: skip
        frames.ledger.lose("attributes", "annotations lost other keys",
                           bool(extra.keys() - {"track_id"}))  # fmt: skip
    free = iter(sorted(set(range(1, _MOST + 1)) - {track for track in tracks if track}))
    is_tracked = None not in tracks
    values = np.array([next(free, NOTED) if track is None else track for track in tracks], np.int64)
    beyond = int((values == NOTED).sum())
    frames.ledger.drop(f"more than {_MOST} objects in a frame", beyond)
    return values, is_tracked
