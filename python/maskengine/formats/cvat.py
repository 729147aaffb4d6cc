"""CVAT for images, XML 1.1: polygons, masks, boxes and ellipses; tracks of videos are read, too.

Polygons become pixels as in the COCO API, as in CVAT's own exports. A mask is the run lengths, row
by row, of a crop of the image. Polygons and masks of one label and ``group_id`` are one annotation.
Annotations come in the order of ``z_order``; a box that is turned is the polygon of its corners.
The format: https://docs.cvat.ai/docs/manual/advanced/xml_format/
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import msgspec
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from maskengine.errors import BadFile, MaskError
from maskengine.formats._by_image import by_image
from maskengine.formats._cvat_xml import Image, Meta, Shape, images_of
from maskengine.formats._folder import frames_from, image_name, size_of
from maskengine.formats._frames import Frames, ImageRow, Refused
from maskengine.formats._image_ids import make_unique
from maskengine.formats._pixels import crops_of, pasted_rows, row_runs, union_of
from maskengine.formats._plain_numbers import plain
from maskengine.formats._rows import Row, named, rings_of
from maskengine.formats._shapes import ellipse, turned
from maskengine.values import Masks

EXTENSIONS = (".xml",)
FOLDER = False
HOLDS = frozenset({"polygons", "runs", "holes", "parts", "overlap", "bare_box", "extra", "empty"})
NEEDS = frozenset({"images"})
RULE = "coco"
ROWS = {"images": {"id", "file_name", "height", "width"}, "categories": {"name"}}

_LONGEST = 1 << 40  # of a coordinate
_RAW = 10_000  # characters of a refused shape that are kept
_WRITTEN = {"source": "manual", "occluded": 0, "z_order": 0, "group_id": None}  # and defaults
_MEMBERS = (*_WRITTEN, "track_id", "frame", "outside", "keyframe")


def detect(path: Path, head: bytes) -> int:  # noqa: ARG001 - other formats look at the name
    """Look for CVAT's root element."""
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not text.startswith(b"<"):
        return 0
    return 3 if b"<annotations" in head and (b"<version>" in head or b"<image" in head) else 0


def read(path: Path) -> Frames:
    """Read a file.

    Raises
    ------
    BadFile
        If it is no XML of CVAT, or an image has no size.
    """
    meta = Meta()
    rows: dict[frozenset[tuple[str, str]], dict[str, Any]] = {}
    labels: dict[str, None] = {}
    depths: set[int] = set()
    elements = 0
    for _, image in images_of(path, meta):
        elements += 1
        if image.key not in rows:
            rows[image.key] = _image_row(image, meta, len(rows))
        labels.update((shape.members.get("label", ""), None) for shape in image.shapes)
        depths.add(image.depth)
    is_video = any("frame" in row for row in rows.values())
    make_unique([*rows.values()])
    _name_apart(rows.values())
    names = list(dict.fromkeys([*meta.labels, *labels]))
    ids = {name: number for number, name in enumerate(names, 1)}

    def lots() -> Iterator[tuple[int, list[Row | Refused]]]:
        found: Iterable[tuple[int, Image]] = images_of(path)
        if is_video and len(depths) > 1:  # the shapes of a frame lie far apart
            found = sorted(found, key=lambda pair: pair[1].depth)
        for done, image in found:
            yield done, _rows(image, rows[image.key], ids)

    categories = [{"id": id_, "name": name} for name, id_ in ids.items()]
    images = sorted(rows.values(), key=lambda row: row["id"]) if is_video else list(rows.values())
    return frames_from(
        images,
        categories,
        lots,
        rule=RULE,
        size=path.stat().st_size,
        is_grouped=not is_video and elements == len(images),
    )


def _name_apart(rows: Iterable[dict[str, Any]]) -> None:
    """Put the subset before the names of images that share theirs with one of another subset."""
    subsets: dict[str, set[str]] = {}
    for row in rows:
        subsets.setdefault(row["file_name"], set()).add(row.get("subset", ""))
    for row in rows:
        if len(subsets[row["file_name"]]) > 1 and row.get("subset"):
            row["file_name"] = f"{row['subset']}/{row['file_name']}"


def _image_row(image: Image, meta: Meta, number: int) -> dict[str, Any]:
    members = image.members
    if image.is_frame:
        told = members["frame"]
        if meta.size is None or not (told.isascii() and told.isdecimal()):
            raise BadFile("a track needs original_size and frames", parameter="file")
        frame = int(members["frame"])
        height, width = meta.size
        name = f"frame_{frame:06d}.png"
        return {"id": frame + 1, "file_name": name, "height": height, "width": width,
                "frame": frame}  # fmt: skip
    try:
        height, width = int(plain(members["height"])), int(plain(members["width"]))
        id_ = int(plain(members.get("id", str(number))))
    except (KeyError, ValueError) as error:
        raise BadFile(f"an image without id, width or height: {error}", parameter="file") from error
    if not (0 <= height < 2**31 and 0 <= width < 2**31):
        raise BadFile(f"expected sides from 0 on, got {height} x {width}", parameter="file")
    name = members.get("name") or f"{id_}.jpg"
    row: dict[str, Any] = {"id": id_, "file_name": name, "height": height, "width": width}
    others = {k: v for k, v in members.items() if k not in {*row, "name"}}
    return {**row, **others}


def _rows(image: Image, row: dict[str, Any], ids: dict[str, int]) -> list[Row | Refused]:
    """Give the annotations of an image; shapes of a group and of one kind are one."""
    out: list[tuple[int, Row | Refused]] = []
    groups: dict[tuple[str, str, bool], Row] = {}
    size = row["height"], row["width"]
    for shape in image.shapes:
        if shape.members.get("outside") == "1":
            continue  # the end of a track, no shape
        label, group = shape.members.get("label", ""), shape.members.get("group_id", "0")
        try:
            made = _row(shape, row["id"], size, ids[label])
        except (MaskError, ValueError, KeyError, OverflowError) as error:
            text = f"no {error}" if isinstance(error, KeyError) else str(error)
            raw = " ".join(f"{key}={value!r}" for key, value in shape.members.items())
            raw = f"<{shape.kind} {raw}>"[:_RAW]
            bad = Refused(0, None, None, f"{shape.kind}: {text}", raw.encode())
            out.append((shape.depth, bad))
            continue
        first = made
        if group not in {"", "0"} and made.bbox is None:
            first = groups.setdefault((label, group, made.mask is None), made)
        if first is made:
            out.append((shape.depth, made))
        elif first.rings is not None:
            first.rings += made.rings or []
        elif first.mask is not None and made.mask is not None:
            first.mask = union_of(Masks.concatenate([first.mask, made.mask]))
    return [found for _, found in sorted(out, key=lambda pair: pair[0])]


def _row(shape: Shape, image: int, size: tuple[int, int], category: int) -> Row:
    extra: dict[str, Any] = {name: _plain(shape.members[name]) for name in _MEMBERS
                             if name in shape.members}  # fmt: skip
    if shape.attributes:
        extra["attributes"] = shape.attributes
    row = Row(image, category_id=category, extra=extra)
    if shape.kind == "polygon":
        row.rings = [_points(shape.members["points"])]
        if len(row.rings[0]) < 3:
            raise ValueError(f"a polygon of {len(row.rings[0])} points")
    elif shape.kind == "mask":
        row.mask = _mask(shape.members, size)
    elif shape.kind == "box":
        left, top, right, bottom = (_number(shape, name) for name in ("xtl", "ytl", "xbr", "ybr"))
        turn = _turn(shape)
        if turn:
            centre, half = np.array([left + right, top + bottom]) / 2, (right - left, bottom - top)
            corners = np.array([(-0.5, -0.5), (0.5, -0.5), (0.5, 0.5), (-0.5, 0.5)]) * half
            row.rings = [centre + turned(corners, turn)]
        else:
            row.bbox = (left, top, right - left, bottom - top)
    elif shape.kind == "ellipse":
        row.rings = [_ellipse(shape)]
    else:
        raise ValueError("has no pixels")
    return row


def _plain(text: str) -> int | str:
    """Give a number for what is one, so that it is written as such."""
    short = text.removeprefix("-")
    return int(text) if short.isascii() and short.isdecimal() and len(text) < 18 else text


def _number(shape: Shape, name: str) -> float:
    value = float(plain(shape.members[name]))
    if not math.isfinite(value) or abs(value) > _LONGEST:
        raise ValueError(f"{name} is {value}")
    return value


def _points(text: str) -> npt.NDArray[np.float64]:
    pairs = [pair.split(",") for pair in plain(text).split(";") if pair.strip()]
    if any(len(pair) != 2 for pair in pairs):
        raise ValueError("points are no pairs of numbers")
    points = np.array(pairs, np.float64).reshape(-1, 2)
    if not (np.abs(points) <= _LONGEST).all():
        raise ValueError("a point is not finite, or too far away")
    return points


def _ellipse(shape: Shape) -> npt.NDArray[np.float64]:
    """Give a polygon of 720 vertices, as CVAT's exports do."""
    centre = np.array([_number(shape, "cx"), _number(shape, "cy")])
    radii = np.array([_number(shape, "rx"), _number(shape, "ry")])
    if (radii < 0).any():
        raise ValueError(f"expected radii from 0 on, got {shape.members['rx']} and "
                         f"{shape.members['ry']}")  # fmt: skip
    return ellipse(centre, radii, _turn(shape))


def _turn(shape: Shape) -> float:
    """Give the angle by which a shape is turned clockwise about its centre, in radians."""
    return math.radians(_number(shape, "rotation")) if "rotation" in shape.members else 0.0


def _mask(members: dict[str, str], size: tuple[int, int]) -> Masks:
    place = (int(plain(members[name])) for name in ("left", "top", "width", "height"))
    left, top, width, height = place
    outside = left >= size[1] or top >= size[0] or left + width <= 0 or top + height <= 0
    if width <= 0 or height <= 0 or height * width > _LONGEST or outside:
        raise ValueError(f"a crop of {height} x {width} pixels")
    counts = np.array(plain(members["rle"]).split(","), np.int64)
    if (counts < 0).any() or counts.sum() != height * width:
        raise ValueError(f"rle fills {counts.sum()} of {height * width} pixels")
    return pasted_rows(counts, (height, width), (top, left), size)


def write(path: Path, frames: Frames) -> None:
    """Write a file."""
    names = frames.categories()
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write('<?xml version="1.0" encoding="utf-8"?>\n<annotations>\n')
        file.write("  <version>1.1</version>\n  <meta>\n    <task>\n      <labels>\n")
        for name in names.values():
            file.write(f"        <label><name>{_text(name)}</name></label>\n")
        file.write("      </labels>\n    </task>\n  </meta>\n")
        for image, records in by_image(frames):
            height, width = size_of(image)
            file.write(
                f"  <image id={_quoted(image.id)} name={_quoted(image_name(image))} "
                f"width={_quoted(width)} height={_quoted(height)}>\n"
            )
            file.writelines(_shapes(image, records, names, frames))
            file.write("  </image>\n")
        file.write("</annotations>\n")


def _text(value: str) -> str:
    """Escape text; characters that no XML can hold become question marks."""
    return escape("".join(c if c >= " " or c in "\t\n" else "?" for c in value))


def _quoted(value: object) -> str:
    return quoteattr("".join(c if c >= " " else "?" for c in str(value)))


def _shapes(
    image: ImageRow, records: pa.RecordBatch, names: dict[int, str], frames: Frames
) -> Iterator[str]:
    crops = crops_of(records)
    became: list[int] = []
    written = 0
    extras = [{} if text is None else msgspec.json.decode(text)
              for text in records.column("extra").to_pylist()]  # fmt: skip
    taken = {extra.get("group_id") for extra in extras}
    boxes = zip(*(records.column(f"bbox_{side}").to_pylist() for side in "xywh"), strict=True)
    categories = records.column("category_id").to_pylist()
    rows = zip(categories, rings_of(records), crops, extras, boxes, strict=True)
    for category, rings, crop, extra, box in rows:
        inner, kept = _attributes(extra.get("attributes"))
        lost = not kept or bool(extra.keys() - {*_WRITTEN, "attributes"})
        frames.ledger.lose("attributes", "annotations lost keys that CVAT has no place for", lost)
        if len(rings) > 1 and not extra.get("group_id"):
            group = next(n for n in range(1, len(taken) + 2) if n not in taken)
            taken.add(group)
            extra = {**extra, "group_id": group}  # noqa: PLW2901 - the same, with a group
        label = named(category, names, frames.ledger)
        kinds = _geometry(rings, crop, box)
        head = f"label={_quoted(label)} " + " ".join(
            f"{name}={_quoted(extra.get(name, default))}" for name, default in _WRITTEN.items()
            if extra.get(name, default) is not None
        )  # fmt: skip
        for kind, members in kinds:
            yield f"    <{kind} {head} {members}>{inner}</{kind}>\n"
        became.append(written if kinds else -1)
        written += bool(kinds)
    frames.ledger.drop("annotations without pixels or box", became.count(-1))
    frames.ledger.became(image.id, became)


def _attributes(found: Any) -> tuple[str, bool]:
    """Give the elements of attributes, which have names and are text, and whether that is all."""
    pairs = found if isinstance(found, dict) else {}
    text = "".join(
        f"<attribute name={_quoted(name)}>{_text(str(value))}</attribute>"
        for name, value in pairs.items()
    )
    return text, pairs == (found or {}) and all(isinstance(one, str) for one in pairs.values())


def _geometry(
    rings: list[npt.NDArray[np.float64]],
    crop: tuple[npt.NDArray[np.bool_], int, int] | None,
    box: tuple[float | None, ...],
) -> list[tuple[str, str]]:
    """Give the shapes that hold an annotation: their kind and members."""
    if rings:
        return [("polygon", f'points="{_written(ring)}"') for ring in rings]
    if crop is not None:
        pixels, top, left = crop
        runs = ", ".join(map(str, row_runs(pixels)))
        height, width = pixels.shape
        place = f'left="{left}" top="{top}" width="{width}" height="{height}"'
        return [("mask", f'rle="{runs}" {place}')]
    x, y, w, h = box
    if x is None or y is None or w is None or h is None:
        return []
    return [("box", f'xtl="{x}" ytl="{y}" xbr="{x + w}" ybr="{y + h}"')]


def _written(ring: npt.NDArray[np.float64]) -> str:
    """Write points with two decimals, as CVAT does, or more where that would move them."""
    words = [f"{v:.2f}" if float(f"{v:.2f}") == v else repr(v) for v in ring.reshape(-1).tolist()]
    return ";".join(f"{x},{y}" for x, y in zip(words[::2], words[1::2], strict=True))
