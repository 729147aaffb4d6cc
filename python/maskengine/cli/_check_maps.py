"""What `check` asks of label maps: COCO panoptic, Cityscapes, folders of PNG files of classes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from maskengine import formats
from maskengine.cli._findings import Findings
from maskengine.errors import MaskError
from maskengine.formats._guess import has_bytes, head_of
from maskengine.quality import coverage, validate_panoptic
from maskengine.quality.validate_panoptic import fragments_in

_BROKEN = {
    "P1": "an id is out of range",
    "P2": "more pixels are void than allowed",
    "P3": "the ids of the PNG are not those of the list",
    "P4": "an id is listed twice",
    "P5": "a category is not known",
    "P6": "an area is not the number of pixels",
    "P7": "a category of stuff has several segments",
    "P8": "a box is not tight",
    "P9": "an id has several categories",
    "P10": "stuff is a crowd",
    "P11": "the PNG has another size than its image, or is no 8-bit RGB",
    "P12": "a fragment of a segment is small",
}


@dataclass(frozen=True)
class Limits:
    """What the command line allows."""

    void: int
    max_void: float
    min_region: int
    partial: bool
    min_density: float = 0.0

    def rules(self) -> dict[str, Any]:
        """Give them as `validate_panoptic` takes them."""
        return {
            "mode": "partial" if self.partial else "full",
            "void_limit": self.max_void,
            "min_fragment": self.min_region,
        }


def is_panoptic(path: Path) -> bool:
    """Say whether a file is COCO panoptic JSON."""
    if path.exists() and not path.is_file():
        return False  # a pipe, which would be waited for
    if path.suffix.lower() != ".json":
        head_of(path)  # says what keeps it from being read
        return False
    return has_bytes(path, b'"segments_info"')


def check_panoptic(path: Path, folder: Path | None, limits: Limits) -> Findings:
    """Validate a COCO panoptic data set."""
    source = formats.PanopticFile(path, folder)
    found = Findings(path, "COCO panoptic", {"images": 0, "segments": 0})
    listed = Counter(row.get("id") for row in source.images)
    found.add("image ids", "error", "an id of images is used more than once",
              [f"image {one}" for one, n in listed.items() if n > 1])  # fmt: skip
    seen: Counter[Any] = Counter()
    for place in range(len(source)):
        try:
            image = source[place]
        except (MaskError, OSError) as error:
            text = f"annotation {place}: {error}"
            found.add("file", "error", "an annotation or its PNG cannot be read", [text])
            continue
        seen[image.image_id] += 1
        found.count("images")
        found.count("segments", len(image.segments))
        _validate(
            found, f"image {image.image_id}", image.label_map, image.segments,
            categories=source.categories, size=image.size, pixel_format=image.pixel_format,
            **limits.rules(),
        )  # fmt: skip
    if listed:
        found.add("images table", "error", "an image is not in the table of images",
                  [f"image {one}" for one in seen if one not in listed])  # fmt: skip
    found.add("images twice", "error", "an image is annotated more than once",
              [f"image {one}" for one, n in seen.items() if n > 1])  # fmt: skip
    found.add("images without", "warning", "an image of the table is not annotated",
              [f"image {one}" for one in listed if one not in seen])  # fmt: skip
    return found


def check_cityscapes(folder: Path, limits: Limits) -> Findings:
    """Validate the frames of Cityscapes below a folder."""
    found = Findings(folder, "Cityscapes", {"images": 0, "segments": 0})
    categories = {c.id: c.isthing for c in formats.CITYSCAPES.values() if c.id != 0}
    for frame in formats.read_cityscapes(folder):
        segments = frame.segments()
        found.count("images")
        found.count("segments", len(segments))
        if frame.disagreeing:
            text = f"{frame.name}: {frame.disagreeing} pixels"
            found.add("classes", "error", "labelIds and instanceIds say another class", [text])
        _validate(
            found, frame.name, frame.instance_ids, segments, categories=categories, **limits.rules()
        )
    return found


def check_class_maps(folder: Path, limits: Limits) -> Findings:
    """Look for void pixels and small regions in PNG files of classes below a folder."""
    found = Findings(folder, "label maps", {"images": 0})
    for path in sorted(folder.rglob("*.png")):
        name = path.relative_to(folder).as_posix()
        found.count("images")
        try:
            label_map, pixel_format = formats.read_id_png(path, indices=True)
        except (MaskError, OSError) as error:
            found.add("file", "error", "a PNG cannot be read", [f"{name}: {error}"])
            continue
        if "RGB" in pixel_format:
            what = "a PNG has colours, where a label for each pixel is expected"
            found.add("colours", "error", what, [name])
            continue
        _check_class_map(found, name, label_map, limits)
    return found


def _check_class_map(found: Findings, name: str, label_map: Any, limits: Limits) -> None:
    covered = coverage(label_map, limits.void)
    found.pixels += covered.pixels
    found.void += covered.unlabeled
    if not limits.partial and covered.ratio < 1 - limits.max_void:
        text = f"{name}: {covered.unlabeled} pixels in {covered.components} holes"
        found.add("coverage", "error", "more pixels are void than allowed", [text])
    texts = [
        f"{name}: label {one}, {pixels} pixels at (x, y) = ({x}, {y})"
        for y, x, one, pixels, _ in fragments_in(label_map, limits.min_region, 8)
        if one != limits.void
    ]
    found.add("small regions", "warning", "a region is small", texts)


def maps_below(folder: Path) -> str | None:
    """Tell what a folder has: Cityscapes, other PNG files, or neither."""
    if next(_files(folder, "*_instanceIds.png"), None) is not None:
        return "cityscapes"
    return "label maps" if next(_files(folder, "*.png"), None) is not None else None


def _files(folder: Path, pattern: str) -> Iterator[Path]:
    return (path for path in folder.rglob(pattern) if path.is_file())


def _validate(
    found: Findings, name: str, label_map: Any, segments: list[dict[str, Any]], **options: Any
) -> None:
    covered = coverage(label_map)
    found.pixels += covered.pixels
    found.void += covered.unlabeled
    try:
        problems = validate_panoptic(label_map, segments, **options)
    except MaskError as error:
        found.add("file", "error", "an annotation cannot be read", [f"{name}: {error}"])
        return
    for problem in problems:
        text = f"{name}: {problem.text}"
        found.add(problem.rule, problem.severity, _BROKEN[problem.rule], [text])
