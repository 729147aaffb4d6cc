"""ADE20K in full, read only: PNG files of classes and objects, with parts, of 2017 and 2020.

``<image>_seg.png`` has in blue the object, by the rank of its value, and in red and green the
class; ``<image>_parts_<level>.png`` the same for parts. ``<image>_atr.txt`` (2017) or
``<image>.json`` (2020) lists the objects. In 2020 each has a PNG file of its own, with what others
hide: that is its mask here, else its pixels in the maps, else its polygon as Pillow draws it.
The data set: https://groups.csail.mit.edu/vision/datasets/ADE20K
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt

from maskengine.errors import BadFile, MaskError
from maskengine.formats._folder import files_below, frames_of, inside, text_bytes
from maskengine.formats._frames import BAD_JSON, Frames, Refused
from maskengine.formats._pixels import mask_from
from maskengine.formats._png import png_size, read_png
from maskengine.formats._rows import Row

EXTENSIONS: tuple[str, ...] = ()
FOLDER = True
HOLDS = frozenset({"polygons", "runs", "holes", "parts", "overlap", "extra", "empty"})
NEEDS: frozenset[str] = frozenset()
RULE = "pillow"

_MAP, _PARTS, _LINES = "_seg.png", "_parts_{}.png", "_atr.txt"
_HEAD = 64  # bytes of a PNG that have its size
_KEPT = ("raw_name", "attributes", "depth_ordering_rank", "occluded", "crop")


class _Parts(msgspec.Struct, frozen=True):
    ispartof: int | list[int] | None = None
    part_level: int = 0


class _Points(msgspec.Struct):
    x: list[float] = []
    y: list[float] = []


class _Object(msgspec.Struct):
    id: int
    name: str
    name_ndx: int | None = None
    instance_mask: str | None = None
    polygon: _Points | None = None
    parts: _Parts = _Parts()


class _Content(msgspec.Struct):
    object: list[msgspec.Raw] = []


class _File(msgspec.Struct):
    annotation: _Content


def detect(path: Path, head: bytes) -> int:
    """Look for maps with lists of objects."""
    if head or not path.is_dir():
        return 0
    stems = [str(file).removesuffix(_MAP) for file in files_below(path, _MAP)]
    return 3 if any(Path(s + end).is_file() for s in stems for end in (_LINES, ".json")) else 0


def read(path: Path) -> Frames:
    """Read all images below a folder.

    Raises
    ------
    BadFile
        If a map is no PNG, or an image has no list of objects.
    """
    stems = [Path(str(file).removesuffix(_MAP)) for file in files_below(path, _MAP)]
    images: list[dict[str, Any]] = []
    ids: dict[str, int] = {}
    for number, stem in enumerate(stems):
        with _beside(stem, _MAP).open("rb") as opened:
            height, width = png_size(opened.read(_HEAD), str(stem))
        name = f"{stem.relative_to(path).as_posix()}.jpg"
        images.append({"id": number + 1, "file_name": name, "height": height, "width": width})
        for found in _objects(stem):
            if not isinstance(found, Refused) and found[0].name_ndx is not None:
                ids.setdefault(found[0].name, found[0].name_ndx)
    names = {found[0].name for stem in stems for found in _objects(stem)
             if not isinstance(found, Refused)}  # fmt: skip
    used = set(ids.values())
    free = (n for n in range(1, 2**31) if n not in used)
    for name in sorted(names - ids.keys()):
        ids[name] = next(free)

    def rows_of(number: int) -> list[Row | Refused]:
        image = images[number]
        return _rows(stems[number], number + 1, (image["height"], image["width"]), ids)

    categories = [{"id": id_, "name": name} for name, id_ in ids.items()]
    return frames_of(images, categories, rows_of, rule=RULE)


def _beside(stem: Path, ending: str) -> Path:
    return stem.with_name(stem.name + ending)


def _objects(stem: Path) -> list[tuple[_Object, dict[str, Any], bytes] | Refused]:
    """Give the objects that the list beside a map has, all that is told of each, and its text."""
    if _beside(stem, _LINES).is_file():
        return [_of_line(line) for line in text_bytes(_beside(stem, _LINES)).splitlines() if line]
    file = _beside(stem, ".json")
    try:
        text = text_bytes(file).decode("utf-8", errors="replace")  # some have other bytes
        content = msgspec.json.decode(text, type=_File).annotation
    except (OSError, *BAD_JSON) as error:
        raise BadFile(f"{file}: {error}", parameter="file") from error
    out: list[tuple[_Object, dict[str, Any], bytes] | Refused] = []
    for raw in content.object:
        try:
            found = msgspec.json.decode(raw, type=_Object)
            out.append((found, msgspec.json.decode(raw, type=dict[str, Any]), bytes(raw)))
        except BAD_JSON as error:
            out.append(Refused(0, None, None, f"object: {error}", bytes(raw)))
    return out


def _of_line(line: bytes) -> tuple[_Object, dict[str, Any], bytes] | Refused:
    """Read ``number # level # occluded # name # raw name # "attributes"``."""
    words = [word.strip() for word in line.decode("utf-8", errors="replace").split("#")]
    try:
        found = _Object(int(words[0]), words[3], parts=_Parts(part_level=int(words[1])))
        told = {"occluded": int(words[2]), "raw_name": words[4], "attributes": words[5].strip('"')}
    except (ValueError, IndexError):
        return Refused(0, None, None, "expected six words between #", line)
    return found, told, line


class _Maps:
    """The objects in the maps of an image, by level: read when first asked for."""

    def __init__(self, stem: Path, size: tuple[int, int]) -> None:
        self._stem, self._size = stem, size
        self._ranks: dict[int, npt.NDArray[np.int64]] = {}

    def pixels(self, number: int, level: int) -> npt.NDArray[np.bool_]:
        """Say where the object of that number, from 1 on, is."""
        if level not in self._ranks:
            file = _beside(self._stem, _PARTS.format(level) if level else _MAP)
            array = read_png(file)
            if array.shape != (*self._size, 3):
                raise BadFile(
                    f"expected {(*self._size, 3)}, got {array.shape}", parameter=str(file)
                )
            found, rank = np.unique(array[..., 2], return_inverse=True)
            first = 0 if found.size and found[0] == 0 else 1  # 0 is no object
            self._ranks[level] = rank.reshape(self._size) + first
        return np.asarray(self._ranks[level] == number)


def _rows(
    stem: Path, image: int, size: tuple[int, int], ids: dict[str, int]
) -> list[Row | Refused]:
    maps = _Maps(stem, size)
    rows: list[Row | Refused] = []
    for found in _objects(stem):
        if isinstance(found, Refused):
            rows.append(found)
            continue
        one, told, raw = found
        row = Row(image, category_id=ids[one.name])
        try:
            _fill(row, one, maps, stem, size)
        except (MaskError, OSError, ValueError) as error:
            rows.append(Refused(0, one.id, None, f"object {one.id}: {error}", raw))
            continue
        row.extra = {key: told[key] for key in _KEPT if told.get(key) not in (None, "", [])}
        row.extra["object"] = one.id
        if one.parts.part_level:
            row.extra.update(part_level=one.parts.part_level, part_of=one.parts.ispartof)
        rows.append(row)
    return rows


def _fill(row: Row, found: _Object, maps: _Maps, stem: Path, size: tuple[int, int]) -> None:
    """Give an object its mask, or its polygon."""
    own = found.instance_mask is not None and inside(stem.parent, found.instance_mask)
    if own and own.is_file():
        array = read_png(own)
        if array.shape != size:
            raise BadFile(f"expected {size}, got {array.shape}", parameter=str(own))
        row.mask = mask_from(array != 0)
        return
    if found.instance_mask is None:
        pixels = maps.pixels(found.id, found.parts.part_level)
        if pixels.any():
            row.mask = mask_from(pixels)
            return
    points = found.polygon or _Points()
    ring = np.array([points.x, points.y], np.float64).T if len(points.x) == len(points.y) else None
    if ring is None or len(ring) < 3 or not np.isfinite(ring).all():
        raise ValueError("it is in no map, and has no polygon")
    row.rings = [ring]
