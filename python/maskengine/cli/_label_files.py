"""Label maps in picture files, of several annotators: which files go together, and their labels."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from maskengine import formats
from maskengine.errors import BadFile, MaskError
from maskengine.values.id_colours import rgb_to_ids

_SUFFIXES = {".png", ".tif", ".tiff", ".bmp"}  # what keeps labels as they are
_KEPT = {"1", "L", "P", "I", "I;16", "I;16B", "I;16L"}


@dataclass(frozen=True)
class LabelFiles:
    """The files of R annotators, frame by frame.

    Parameters
    ----------
    names : list of str
        Of the annotators.
    frames : list of (str, list of Path)
        Name of each frame, and its file of each annotator.
    left_out : list of str
        What is not there of every annotator.
    """

    names: list[str]
    frames: list[tuple[str, list[Path]]]
    left_out: list[str]


def find(sources: list[Path], names: list[str]) -> LabelFiles:
    """Match files of several folders by name, or take single files as one frame."""
    if len(sources) < 2:
        raise MaskError(f"expected two annotators or more, got {len(sources)}", parameter="maps")
    if names and len(names) != len(sources):
        raise MaskError(
            f"expected a name for each of {len(sources)}, got {len(names)}", parameter="names"
        )
    for source in sources:
        if not source.exists():
            raise MaskError(f"{source} does not exist", parameter="maps")
        if source.is_dir() != sources[0].is_dir():
            raise MaskError("expected folders alone, or files alone", parameter="maps")
    names = names or _names(sources)
    if not sources[0].is_dir():
        return LabelFiles(names, [(sources[0].name, sources)], [])
    found = [_in_folder(source) for source in sources]
    every = sorted(set().union(*found))
    both = [name for name in every if all(name in files for files in found)]
    if not both:
        raise MaskError("no label map has the same name in all folders", parameter="maps")
    left_out = [
        f"{name}: not of {', '.join(n for n, f in zip(names, found, strict=True) if name not in f)}"
        for name in every
        if name not in both
    ]
    return LabelFiles(names, [(name, [files[name] for files in found]) for name in both], left_out)


def _names(sources: list[Path]) -> list[str]:
    """Give short names that tell the sources apart."""
    full = [source.resolve() for source in sources]
    stems = [path.name if path.is_dir() else path.stem for path in full]
    parents = [path.parent.name for path in full]
    if len(set(stems)) == len(stems):
        return stems
    if len(set(parents)) == len(parents):
        return parents
    return [f"{number}: {stem}" for number, stem in enumerate(stems, 1)]


def _in_folder(folder: Path) -> dict[str, Path]:
    found: dict[str, Path] = {}
    for path in sorted(folder.rglob("*")):
        if path.suffix.lower() not in _SUFFIXES or not path.is_file():
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
        if picture.mode == "RGB":
            return rgb_to_ids(np.asarray(picture))
        if picture.mode not in _KEPT:
            raise BadFile(
                f"{path}: expected grey values, a palette or RGB, got mode {picture.mode}",
                parameter="maps",
            )
        array = np.asarray(picture)
        return array.view(np.uint8) if array.dtype.kind == "b" else array


def frame(paths: list[Path]) -> list[npt.NDArray[Any]]:
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
    for suffix in (".jpg", ".jpeg", ".png", ".webp", ".bmp", ".tif", ".tiff"):
        for path in (root / f"{name}{suffix}", root / f"{Path(name).name}{suffix}"):
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
