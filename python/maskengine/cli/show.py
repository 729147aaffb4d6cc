"""``maskengine show``."""

from __future__ import annotations

import io
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Annotated

import numpy as np
from cyclopts import Parameter

from maskengine import formats
from maskengine.cli._format_names import Readable
from maskengine.cli._photographs import check_photographs
from maskengine.convert import fill_counts
from maskengine.errors import BadFile, MaskError
from maskengine.formats import Frames, ImageRow
from maskengine.values import Masks

if TYPE_CHECKING:
    from PIL import Image


def show(
    file: Path,
    *,
    from_: Annotated[Readable | None, Parameter(name="--from")] = None,
    image: int | None = None,
    output: Annotated[Path, Parameter(name=["--output", "-o"])],
    images: Path | None = None,
    labels: Annotated[bool, Parameter(negative="--no-labels")] = True,
    sheet: int | None = None,
) -> int:
    """Draw the masks of one image, or a sheet of several: coloured, outlined, with names.

    Parameters
    ----------
    file
        A file or folder of any format, or its URL.
    from_
        Format of FILE, when its content does not tell.
    image
        Id of the image; by default the one with the most masks.
    output
        The picture to write, a PNG.
    images
        The folder with the photographs; without it, masks are drawn on a plain ground.
    labels
        Whether names are written.
    sheet
        Draw so many images side by side, those with the most masks, coloured by category, with a
        legend; not together with IMAGE.
    """
    from maskengine.cli import _picture  # noqa: PLC0415 - Pillow is an extra

    if output.suffix.lower() != ".png":
        raise MaskError(f"expected a name that ends in .png, got {output}", parameter="output")
    if sheet is not None and image is not None:
        raise MaskError("expected --image or --sheet, got both", parameter="sheet")
    formats.check_target(output, "output", (file,))
    check_photographs(images)
    frames = formats.read(file, from_)
    if sheet is not None:
        return _show_sheet(frames, sheet, images, output)
    chosen = _most_masks(frames, 1)[0] if image is None else image
    masks, names = masks_of_image(frames, chosen)
    row = next((row for row in frames.images() or [] if row.id == chosen), None)
    photo = None if images is None else _photo(row, images, masks)
    picture = _picture.draw(masks, names, photo, labels=labels)
    _save(picture, output)
    title = "" if row is None or row.file_name is None else f" ({row.file_name})"
    print(f"image {chosen}{title}: {len(masks)} masks drawn to {output}, "
          f"{picture.width} x {picture.height} pixels")  # fmt: skip
    return 0


def _show_sheet(frames: Frames, count: int, images: Path | None, output: Path) -> int:
    from maskengine.cli import _sheet  # noqa: PLC0415 - Pillow is an extra

    if count < 1:
        raise MaskError(f"expected 1 image or more, got {count}", parameter="sheet")
    rows = {row.id: row for row in frames.images() or []}
    tiles = []
    for chosen in _most_masks(frames, count):
        masks, names = masks_of_image(frames, chosen)
        row = rows.get(chosen)
        title = str(chosen) if row is None or row.file_name is None else row.file_name
        photo = None if images is None else _photo(row, images, masks)
        tiles.append(_sheet.Tile(title, masks, names, photo))
    picture = _sheet.draw(tiles)
    _save(picture, output)
    print(f"{len(tiles)} images drawn to {output}, {picture.width} x {picture.height} pixels")
    return 0


def _save(picture: Image.Image, output: Path) -> None:
    encoded = io.BytesIO()
    picture.save(encoded, format="PNG")
    with formats.replacing(output, "output") as temporary:
        temporary.write_bytes(encoded.getvalue())


def masks_of_image(frames: Frames, image: int) -> tuple[Masks, list[str]]:
    """Give the masks of an image, in file order, and the names of their categories.

    Raises
    ------
    MaskError
        If there is none, or if they are of several sizes.
    """
    categories = frames.categories()
    batches, names = [], []
    for part in fill_counts(frames, lenient=True):
        rows = np.flatnonzero(part.records.column("image_id").to_numpy() == image)
        if not rows.size:
            continue
        records = part.records.take(rows)
        records = records.filter(records.column("counts").is_valid())
        batches.append(formats.masks_of(records))
        ids = records.column("category_id").to_pylist()
        names += ["" if id_ is None else categories.get(id_, str(id_)) for id_ in ids]
    masks = Masks.concatenate(batches)
    if not len(masks):
        known = [row.id for row in frames.images() or []]
        text = f"the file has no masks of image {image}"
        if known and image not in known:
            text = f"the file has no image {image}, but {len(known)} others, such as {known[0]}"
        raise MaskError(text, parameter="image")
    if len(np.unique(masks.sizes, axis=0)) > 1:
        raise BadFile(f"the masks of image {image} are of several sizes", parameter="file")
    return masks, names


def _most_masks(frames: Frames, n: int) -> list[int]:
    """Give the ids of the images with the most annotations."""
    counts: dict[int, int] = {}
    for part in frames:
        ids, numbers = np.unique(part.records.column("image_id").to_numpy(), return_counts=True)
        for id_, number in zip(ids.tolist(), numbers.tolist(), strict=True):
            counts[id_] = counts.get(id_, 0) + number
    if not counts:
        raise MaskError("the file has no annotations", parameter="file")
    return sorted(counts, key=lambda id_: (-counts[id_], id_))[:n]


def _photo(row: ImageRow | None, folder: Path, masks: Masks) -> Image.Image:
    """Open the photograph of an image; names that lead out of the folder are refused."""
    from PIL import Image, UnidentifiedImageError  # noqa: PLC0415

    names = [name for name in (row and row.file_name, row and row.coco_url) if name]
    if not names:
        raise MaskError("the file does not tell the name of the photograph", parameter="images")
    root = folder.resolve()
    tried = [root / names[0], *(root / PurePosixPath(name).name for name in names)]
    for path in tried:
        if path.resolve().is_relative_to(root) and path.is_file():
            break
    else:
        raise MaskError(f"{names[0]!r} is not in {folder}", parameter="images")
    try:
        photo = Image.open(path)
        photo.load()
    except (UnidentifiedImageError, Image.DecompressionBombError) as error:
        raise BadFile(str(error), parameter="images") from error
    height, width = (int(side) for side in masks.sizes[0])
    if photo.size != (width, height):
        raise MaskError(
            f"{path.name} is {photo.width} x {photo.height}, its masks are {width} x {height}",
            parameter="images",
        )
    return photo
