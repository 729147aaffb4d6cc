"""``maskengine check``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import msgspec
from cyclopts import Parameter

from maskengine import formats
from maskengine.cli import QUARANTINED
from maskengine.cli._check_annotations import check_annotations
from maskengine.cli._check_maps import (
    Limits,
    check_cityscapes,
    check_class_maps,
    check_panoptic,
    is_panoptic,
    maps_below,
)
from maskengine.cli._findings import Findings
from maskengine.errors import MaskError
from maskengine.formats import replacing


def check(
    path: Path,
    *,
    masks: Path | None = None,
    partial: bool = False,
    max_void: float = 0.05,
    min_region: int = 10,
    min_density: float = 0.0,
    void: int = 0,
    strict: bool = False,
    json: bool = False,
    output: Annotated[Path | None, Parameter(name=["--output", "-o"])] = None,
) -> int:
    """Validate a data set: panoptic rules, polygons, coverage, small regions, vertex density.

    The exit code is 0 when there are no errors, 3 when there are, 2 when PATH cannot be used.

    Parameters
    ----------
    path
        A file or folder of any format, or its URL: COCO panoptic and Cityscapes' gtFine are
        validated by the rules of panoptic maps, PNG files of classes as such, all others as
        annotations.
    masks
        Folder of the PNG files of COCO panoptic; beside the JSON by default.
    partial
        Pixels without a label are no error.
    max_void
        Share of the pixels of an image that may be without one.
    min_region
        Pixels below which a region is warned of.
    min_density
        Vertices per 100 pixels of outline that polygons must have, but for straight edges.
    void
        In PNG files of classes: the label of pixels without one.
    strict
        Warnings count as errors.
    json
        Print the report as JSON, not as text.
    output
        Write the report as JSON to this file, too.
    """
    if not 0 <= max_void <= 1:
        raise MaskError(f"expected a share in [0, 1], got {max_void}", parameter="--max-void")
    if min_region < 0:
        raise MaskError(f"expected a number >= 0, got {min_region}", parameter="--min-region")
    if not 0 <= min_density < float("inf"):
        raise MaskError(f"expected a number >= 0, got {min_density}", parameter="--min-density")
    formats.check_target(output, "output", (path,))
    with formats.local_copy(path) as here:
        found = _look(here, masks, Limits(void, max_void, min_region, partial, min_density))
    found.path = formats.url_of(path) or path
    text = msgspec.json.format(msgspec.json.encode(found.as_json()), indent=2)
    if output is not None:
        with replacing(output, "output") as temporary:
            temporary.write_bytes(text + b"\n")
    print(text.decode() if json else "\n".join(found.lines()))
    bad = found.total("error") + (found.total("warning") if strict else 0)
    return QUARANTINED if bad else 0


def _look(path: Path, masks: Path | None, limits: Limits) -> Findings:
    """Tell what there is, and check it."""
    if path.is_dir():
        return _look_below(path, limits)
    if is_panoptic(path):
        return check_panoptic(path, masks, limits)
    if masks is not None:
        raise MaskError("expected COCO panoptic JSON with --masks", parameter="path")
    return check_annotations(path, formats.detect(path), limits)


def _look_below(path: Path, limits: Limits) -> Findings:
    """Check a folder: panoptic maps and maps of classes by their rules, others as annotations."""
    kind = maps_below(path)
    if kind == "cityscapes":
        return check_cityscapes(path, limits)
    try:
        name = formats.detect(path)
    except MaskError:
        if kind is None:
            raise
        return check_class_maps(path, limits)
    if name == "labelmap":
        return check_class_maps(path / "labels" if (path / "labels").is_dir() else path, limits)
    if name == "panoptic" and (path / "panoptic.json").is_file():
        return check_panoptic(path / "panoptic.json", None, limits)
    return check_annotations(path, name, limits)
