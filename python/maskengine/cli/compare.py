"""``maskengine compare``."""

from __future__ import annotations

import json as json_format
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from maskengine import formats
from maskengine.cli import QUARANTINED, _annotation_files, _label_files
from maskengine.cli._annotators import Annotators, check_names
from maskengine.cli._compare_text import summary
from maskengine.cli._comparison import Options, compare_files, document
from maskengine.cli._photographs import check_photographs
from maskengine.cli._progress import progress_bar
from maskengine.errors import MaskError


def compare(
    *maps: Path,
    names: Annotated[list[str] | None, Parameter(consume_multiple=True, negative=())] = None,
    classes: Path | None = None,
    void: Annotated[list[int] | None, Parameter(consume_multiple=True, negative=())] = None,
    background: int = 0,
    reference: int | None = None,
    tau: int = 2,
    top: int = 12,
    min_iou: float = 0.5,
    images: Path | None = None,
    json: Path | None = None,
    html: Path | None = None,
) -> int:
    """Compare what two annotators or more drew of the same frames.

    Takes label maps, or annotations of any formats that convert reads. Prints how far they agree,
    who draws what differently, and where. The exit code is 3 when something was left out that not
    every annotator has.

    Parameters
    ----------
    maps
        Of each annotator a label map (PNG, TIFF or BMP of grey values, a palette, or RGB as
        R + 256 G + 65536 B), a folder of them, in which files of one name are one frame, or an
        annotation file, in which images of one file name are.
    names
        Of the annotators; by default those of the files or folders.
    classes
        JSON with names of labels: {"1": "car"}, COCO categories, or a file that has them.
    void
        Labels that say that nothing was annotated.
    background
        The label of what is no object.
    reference
        Which annotator is right, counted from 1; by default the majority, of two the first.
    tau
        Pixels by which outlines may differ.
    top
        How many regions of disagreement to list and draw.
    min_iou
        Of annotation files: overlap from which on objects of two annotators are one.
    images
        Folder with the photographs, for the report.
    json
        Write all numbers there.
    html
        Write a report there: one page that needs no other file.
    """
    files = _find(list(maps), names or [])
    if reference is not None and not 1 <= reference <= len(maps):
        raise MaskError(f"expected 1 to {len(maps)}, got {reference}", parameter="reference")
    if not 0 <= top <= 1000:
        raise MaskError(f"expected 0 to 1000, got {top}", parameter="top")
    if not 0 < min_iou <= 1:
        raise MaskError(f"expected a number in (0, 1], got {min_iou}", parameter="min_iou")
    formats.check_target(json, "json", (*maps, classes))
    formats.check_target(html, "html", (*maps, classes, json))
    check_photographs(images)
    place = None if reference is None else reference - 1
    options = Options(void or [], tau, background, place, top, min_iou)
    known = files.classes | _label_files.class_names(classes)
    with progress_bar("comparing", maps[0]) as progress:
        found = compare_files(files, options, progress)
    if json is not None:
        text = json_format.dumps(document(found, known), indent=1, allow_nan=False)
        _write(json, text + "\n")
    if html is not None:
        from maskengine.cli._compare_page import page  # noqa: PLC0415 - Pillow is an extra

        _write(html, page(found, known, images))
    print("\n".join(summary(found, known)))
    for path in (json, html):
        if path is not None:
            print(f"written: {path}")
    return QUARANTINED if files.left_out else 0


def _find(sources: list[Path], names: list[str]) -> Annotators:
    """Tell label maps from annotations, and match the frames."""
    names = check_names(sources, names)
    annotated = [_annotation_files.are_annotations(source) for source in sources]
    if not any(annotated):
        return _label_files.find(sources, names)
    if not all(annotated):
        odd = sources[annotated.index(False)]
        raise MaskError(
            f"expected label maps alone, or annotations alone: {odd} is of label maps",
            parameter="maps",
        )
    return _annotation_files.find(sources, names)


def _write(path: Path, text: str) -> None:
    with formats.replacing(path) as temporary:
        # a name may have bytes that are no UTF-8
        temporary.write_text(text, encoding="utf-8", errors="backslashreplace")
