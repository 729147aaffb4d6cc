"""``maskengine compare``."""

from __future__ import annotations

import json as json_format
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from maskengine import formats
from maskengine.cli import QUARANTINED, _label_files
from maskengine.cli._compare_text import summary
from maskengine.cli._comparison import Options, compare_files, document
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
    images: Path | None = None,
    json: Path | None = None,
    html: Path | None = None,
) -> int:
    """Compare label maps that two annotators or more drew of the same frames.

    Prints how far they agree, who draws what differently, and where. The exit code is 3 when frames
    were left out that not every annotator has.

    Parameters
    ----------
    maps
        A file of each annotator (PNG, TIFF or BMP of grey values, a palette, or RGB as
        R + 256 G + 65536 B), or a folder of each, in which files of one name are one frame.
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
    images
        Folder with the photographs, for the report.
    json
        Write all numbers there.
    html
        Write a report there: one page that needs no other file.
    """
    files = _label_files.find(list(maps), names or [])
    if reference is not None and not 1 <= reference <= len(maps):
        raise MaskError(f"expected 1 to {len(maps)}, got {reference}", parameter="reference")
    if not 0 <= top <= 1000:
        raise MaskError(f"expected 0 to 1000, got {top}", parameter="top")
    formats.check_target(json, "json")
    formats.check_target(html, "html")
    place = None if reference is None else reference - 1
    options = Options(void or [], tau, background, place, top)
    known = _label_files.class_names(classes)
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


def _write(path: Path, text: str) -> None:
    with formats.replacing(path) as temporary:
        temporary.write_text(text, encoding="utf-8")
