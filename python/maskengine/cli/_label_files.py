"""Label maps in picture files, of several annotators: which files go together, and their labels."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from maskengine import formats
from maskengine._booleans import as_zero_and_one
from maskengine.cli._annotators import Annotators, Frame, common
from maskengine.errors import BadFile, MaskError
from maskengine.values.id_colours import rgb_to_ids

SUFFIXES = {".png", ".tif", ".tiff", ".bmp"}  # what keeps labels as they are
_KEPT = {"1", "L", "P", "I", "I;16", "I;16B", "I;16L"}
_BITS = 258  # TIFF's tag BitsPerSample


@dataclass(frozen=True)
class LabelFiles(Annotators):
    """The label maps of R annotators: folders in which files of one name are one frame, or files.

    Parameters
    ----------
    names, places, frames, left_out, classes
        As of `Annotators`.
    paths : list of list of Path
        The file of each annotator, for each frame.
    """

    paths: list[list[Path]]

    def read(self, chosen: Sequence[int] | None = None) -> Iterator[Frame]:
        """Give the frames with these numbers, or all, in order."""
        for number in range(len(self.frames)) if chosen is None else chosen:
            yield Frame(_maps(self.paths[number]))


def find(sources: list[Path], names: list[str]) -> LabelFiles:
    """Match files of several folders by name, or take single files as one frame."""
    if any(source.is_dir() != sources[0].is_dir() for source in sources):
        raise MaskError("expected folders alone, or files alone", parameter="maps")
    places = [str(source) for source in sources]
    if not sources[0].is_dir():
        return LabelFiles(names, places, [sources[0].name], [], {}, [sources])
    found = [_in_folder(source) for source in sources]
    frames, left_out = common(names, found)
    if not frames:
        raise MaskError("no label map has the same name in all folders", parameter="maps")
    frames.sort()
    paths = [[files[name] for files in found] for name in frames]
    return LabelFiles(names, places, frames, sorted(left_out), {}, paths)


def _in_folder(folder: Path) -> dict[str, Path]:
    found: dict[str, Path] = {}
    for path in sorted(folder.rglob("*")):
        if path.suffix.lower() not in SUFFIXES or not path.is_file():
            continue
        name = path.relative_to(folder).with_suffix("").as_posix()
        if name in found:
            raise MaskError(f"{found[name]} and {path} have one name", parameter="maps")
        found[name] = path
    return found


def read(path: Path) -> npt.NDArray[Any]:
    """Read a label map: grey values, places in a palette, or R + 256 G + 65536 B of colours."""
    if path.suffix.lower() == ".png":
        array, channels = formats.read_id_png(path, indices=True)
        if "alpha" in channels or channels == "RGB, 16 bits":
            raise BadFile(
                f"{path}: expected grey values, a palette or RGB, got {channels}", parameter="maps"
            )
        return array
    with _picture(path) as picture:
        _check_kept(path, picture)
        if picture.mode == "RGB":
            return rgb_to_ids(np.asarray(picture))
        if picture.mode not in _KEPT:
            raise BadFile(
                f"{path}: expected grey values, a palette or RGB, got mode {picture.mode}",
                parameter="maps",
            )
        array = as_zero_and_one(np.asarray(picture))
        return array.view(np.uint8) if array.dtype.kind == "b" else array


def _check_kept(path: Path, picture: Any) -> None:
    """Refuse a picture of which Pillow gives other values than are in it, or not all."""
    said = ""
    bits = getattr(picture, "tag_v2", {}).get(_BITS, (8,))
    if picture.format not in {"TIFF", "BMP"}:
        said = f"a TIFF or BMP file, got {picture.format}"
    elif getattr(picture, "n_frames", 1) > 1:
        said = f"one map, got {picture.n_frames} pages"
    elif picture.mode == "RGB" and max(bits) > 8:
        said = f"grey values, a palette or RGB, got RGB, {max(bits)} bits"
    elif picture.mode == "L" and max(bits) < 8:  # they are spread over 0 to 255
        said = f"grey values of 1, 8, 16 or 32 bits, got {max(bits)} bits"
    if said:
        raise BadFile(f"{path}: expected {said}", parameter="maps")


def _maps(paths: list[Path]) -> list[npt.NDArray[Any]]:
    """Read the maps of one frame, of one size."""
    maps = [read(path) for path in paths]
    for path, label_map in zip(paths, maps, strict=True):
        if label_map.shape != maps[0].shape:
            raise BadFile(
                f"{path} is {label_map.shape[1]} x {label_map.shape[0]}, "
                f"{paths[0]} is {maps[0].shape[1]} x {maps[0].shape[0]}",
                parameter="maps",
            )
    return maps


def photo(folder: Path, name: str, size: tuple[int, ...]) -> npt.NDArray[np.uint8] | None:
    """Read the photograph of a frame, (H, W, 3); None where there is none of its size."""
    root = folder.resolve()
    bare = Path(name).with_suffix("")
    stems = [name, Path(name).name, str(bare), bare.name]
    for suffix in ("", ".jpg", ".jpeg", ".png", ".webp", ".bmp", ".tif", ".tiff"):
        for path in (root / f"{stem}{suffix}" for stem in stems):
            if path.resolve().is_relative_to(root) and path.is_file():
                with _picture(path) as picture:
                    pixels = np.asarray(picture.convert("RGB"))
                return pixels if pixels.shape[:2] == tuple(size) else None
    return None


@contextmanager
def _picture(path: Path) -> Iterator[Any]:
    from PIL import Image, UnidentifiedImageError  # noqa: PLC0415 - an extra

    try:
        with Image.open(path) as picture:
            picture.load()
            yield picture
    except (UnidentifiedImageError, Image.DecompressionBombError, SyntaxError) as error:
        raise BadFile(f"{path}: {error}", parameter="maps") from error


def class_names(path: Path | None) -> dict[int, str]:
    """Read names of labels: ``{"1": "car"}``, a list of COCO categories, or a COCO file."""
    if path is None:
        return {}
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        if isinstance(document, dict) and "categories" in document:
            document = document["categories"]
        if isinstance(document, dict):
            return {int(label): str(name) for label, name in document.items()}
        return {int(one["id"]): str(one["name"]) for one in document}
    except (ValueError, TypeError, KeyError) as error:
        raise BadFile(
            f"{path}: expected names of labels in JSON: {error!r}", parameter="classes"
        ) from error
