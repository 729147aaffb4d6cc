"""What passes between formats: annotations as Arrow record batches, tables as JSON text."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Annotated, Any

import msgspec
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from maskengine._backend import core
from maskengine.errors import BadFile, MaskTypeError
from maskengine.formats._ledger import Ledger
from maskengine.values import Masks

#: What msgspec raises where a text is no JSON, or not of the type that is asked for.
BAD_JSON = (msgspec.MsgspecError, RecursionError, UnicodeDecodeError)

#: Bits by which the native reader and writer say that an annotation has a member.
MEMBERS = {
    name: 1 << bit
    for bit, name in enumerate(
        ("id", "image_id", "category_id", "iscrowd", "score", "area", "bbox", "segmentation")
    )
}

#: How a file writes a mask: not at all, polygons, compressed or uncompressed run lengths.
KINDS = ("none", "polygon", "text", "list")

#: One row per annotation. A null says that the annotation has no such member; without `parts`
#: each ring is a polygon of its own.
SCHEMA = pa.schema(
    [
        pa.field("image_id", pa.int64(), nullable=False),
        pa.field("id", pa.int64()),  # of the annotation; results have none
        pa.field("category_id", pa.int64()),
        pa.field("iscrowd", pa.uint8()),
        pa.field("score", pa.float64()),
        pa.field("bbox_x", pa.float64()),  # as the file says, never recomputed
        pa.field("bbox_y", pa.float64()),
        pa.field("bbox_w", pa.float64()),
        pa.field("bbox_h", pa.float64()),
        pa.field("area", pa.float64()),  # as the file says, never recomputed
        pa.field("kind", pa.dictionary(pa.int8(), pa.string())),  # how the file writes the mask
        pa.field("coords", pa.large_list(pa.float64())),  # x, y, x, y, ... of all rings
        pa.field("rings", pa.large_list(pa.int32())),  # vertices of each ring
        pa.field("parts", pa.large_list(pa.int32())),  # rings of each polygon, the exterior first
        pa.field("height", pa.int32()),  # of the mask; null when unknown
        pa.field("width", pa.int32()),
        pa.field("counts", pa.large_list(pa.uint32())),  # the mask's runs, rule "coco"
        pa.field("pixel_area", pa.int64()),  # of the runs
        pa.field("pixel_x", pa.int32()),  # box of the runs
        pa.field("pixel_y", pa.int32()),
        pa.field("pixel_w", pa.int32()),
        pa.field("pixel_h", pa.int32()),
        pa.field("style", pa.uint8()),  # bits: score, area, bbox, coords write 3 as 3.0
        pa.field("extra", pa.large_string()),  # JSON object of all other members, verbatim
    ]
)


@dataclass(frozen=True)
class Refused:
    """An annotation that is not sound.

    Parameters
    ----------
    position : int
        Its number among the annotations of the file, from 0.
    id : int or None
        Its id, when it has a readable one.
    byte : int or None
        Where it starts in the file.
    reason : str
        What was expected and what came.
    raw : bytes
        Its text, verbatim.
    """

    position: int
    id: int | None
    byte: int | None
    reason: str
    raw: bytes


@dataclass(frozen=True)
class Part:
    """Some annotations of a file, in order.

    Parameters
    ----------
    records : pyarrow.RecordBatch
        The sound ones, with the schema `SCHEMA`.
    refused : tuple of Refused
        The others.
    positions : numpy.ndarray
        For each record its number among the annotations of the file.
    done : int
        Bytes of the file read so far, for a progress bar.
    masks : Masks, optional
        What `masks_of` gives, where it is at hand.
    """

    records: pa.RecordBatch
    refused: tuple[Refused, ...] = ()
    positions: npt.NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))
    done: int = 0
    masks: Masks | None = None

    def without(self, reasons: dict[int, str], raw: list[bytes] | None = None) -> Part:
        """Move the rows with a reason from `records` to `refused`; `raw` has the text of each."""
        if not reasons:
            return self
        ids = self.records.column("id")
        texts = raw or [b""] * len(reasons)
        more = tuple(
            Refused(int(self.positions[row]), ids[row].as_py(), None, reason, text)
            for (row, reason), text in zip(reasons.items(), texts, strict=True)
        )
        keep = np.ones(self.records.num_rows, bool)
        keep[list(reasons)] = False
        both = tuple(sorted(self.refused + more, key=lambda bad: bad.position))
        records = self.records.filter(pa.array(keep))
        return Part(records, both, self.positions[keep], self.done)


#: An id, or a side; columns have 64 bits for it.
Id = Annotated[int, msgspec.Meta(ge=-(2**63), le=2**63 - 1)]


class ImageRow(msgspec.Struct):
    """What is needed of an image."""

    id: Id
    width: Id | None = None
    height: Id | None = None
    file_name: str | None = None
    coco_url: str | None = None


class CategoryRow(msgspec.Struct):
    """What is needed of a category."""

    id: Id
    name: str | None = None


#: Bytes [begin, end) of a file.
Piece = tuple[int, int]


def check_frames(frames: Any) -> None:
    """Refuse what is not :class:`Frames`."""
    if not isinstance(frames, Frames):
        raise MaskTypeError(
            f"expected frames, as formats.read gives, got {type(frames).__name__}",
            parameter="frames",
        )


@dataclass
class Frames:
    """A file's tables and, when iterated, its annotations part by part.

    Parameters
    ----------
    tables : dict of str to bytes
        JSON text of every table of the file but the annotations, verbatim, by key in file order:
        ``images``, ``categories``, ``info``, ``licenses`` and whatever else stands there. The key
        ``annotations`` is there with an empty text to keep its place.
    parts : callable
        Gives a fresh iterator over the `Part` s.
    is_array : bool
        The file is a bare list of annotations (results).
    size : int
        Bytes of the file or folder, in the unit of `Part.done`.
    rule : str
        How the format turns its polygons into pixels: a rule of `maskengine.rasterize`, or
        ``"opencv_truncated"``, which drops the fraction of each coordinate first, or
        ``"opencv_erased"``, which draws interiors with 0 over exteriors.
    is_grouped : bool
        The annotations of an image follow each other, and images come in the order of the table.
    ledger : Ledger
        Where a writer notes what its format could not hold.
    pieces : callable, optional
        Tells stretches of the file that hold all annotations, for several readers; the format has
        ``read_piece`` then.
    known_ids, known_sizes : tuple of bytes and what was read, optional
        A table of categories and its ids, and one of images and what `image_sizes` gives, where
        they came up as it was read.
    """

    tables: dict[str, bytes]
    parts: Callable[[], Iterator[Part]]
    is_array: bool = False
    size: int = 0
    rule: str = "coco"
    is_grouped: bool = False
    ledger: Ledger = field(default_factory=Ledger)
    pieces: Callable[[], list[Piece]] | None = None
    known_ids: tuple[bytes, Any] | None = field(default=None, repr=False)
    known_sizes: tuple[bytes, Any] | None = field(default=None, repr=False)

    def __iter__(self) -> Iterator[Part]:
        return self.parts()

    def __repr__(self) -> str:
        """Name the tables, whose texts may be as long as the file."""
        return f"Frames(tables {', '.join(self.tables) or 'none'}, {self.size} bytes)"

    def images(self) -> list[ImageRow] | None:
        """Read the table of images; None when the file has none."""
        rows: list[ImageRow] | None = self._rows("images", ImageRow)
        return rows

    def image_sizes(self) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]] | None:
        """Read ids of images, and (N, 2) heights and widths; -1 where an image has none.

        None when the file has no table of images.
        """
        if "images" not in self.tables:
            return None
        text = self.tables["images"]
        if self.known_sizes is not None and self.known_sizes[0] is text:
            found = self.known_sizes[1]
        else:
            found = core.image_sizes(text)
        if found is not None:
            ids, sizes = found
            return ids, sizes
        rows = self.images() or []
        sides = [(-1 if side is None else side for side in (r.height, r.width)) for r in rows]
        return (
            np.array([row.id for row in rows], np.int64),
            np.array([*map(tuple, sides)], np.int64).reshape(-1, 2),
        )

    def categories(self) -> dict[int, str]:
        """Give category names by id."""
        rows = self._rows("categories", CategoryRow) or []
        names = {row.id: row.name if row.name is not None else str(row.id) for row in rows}
        if len(names) != len(rows):
            raise BadFile("two categories have one id", parameter="categories")
        return names

    def category_ids(self) -> npt.NDArray[np.int64]:
        """Read the ids of the categories, in ascending order."""
        text = self.tables.get("categories", b"[]")
        if self.known_ids is not None and self.known_ids[0] is text:
            ids = self.known_ids[1]
        else:
            ids = core.category_ids(text)
        if ids is None:
            return np.array(sorted(self.categories()), np.int64)
        ids = np.sort(ids)
        if (ids[1:] == ids[:-1]).any():
            raise BadFile("two categories have one id", parameter="categories")
        return ids

    def _rows(self, key: str, kind: Any) -> Any:
        if key not in self.tables:
            return None
        try:
            return msgspec.json.decode(self.tables[key], type=list[kind])
        except BAD_JSON as error:
            raise BadFile(str(error), parameter=key) from error


def mask_sizes(records: pa.RecordBatch) -> npt.NDArray[np.int64]:
    """Give height and width of each row, int64 of shape (N, 2); zeros where they are unknown."""
    sizes = np.empty((records.num_rows, 2), np.int64)
    for i, name in enumerate(("height", "width")):
        column = records.column(name)
        sizes[:, i] = (column.fill_null(0) if column.null_count else column).to_numpy()
    return sizes


def has_value(records: Any, name: str) -> npt.NDArray[np.bool_]:
    """Say which annotations have a value in that column."""
    valid: npt.NDArray[np.bool_] = records.column(name).is_valid().to_numpy(zero_copy_only=False)
    return valid


def masks_of(records: pa.RecordBatch) -> Masks:
    """Give the masks of the rows that have counts, sharing their memory.

    Parameters
    ----------
    records : pyarrow.RecordBatch
        Rows of `SCHEMA`, as the parts of `read` have them; polygons have counts in the store alone,
        and after `maskengine.convert.fill_counts`.

    Returns
    -------
    Masks

    Raises
    ------
    MaskTypeError
        If `records` is no record batch.

    Examples
    --------
    >>> from importlib import resources
    >>> from maskengine import formats
    >>> from maskengine.convert import fill_counts
    >>> frames = formats.read(resources.files("maskengine") / "data/lvis_val_20.json")
    >>> sum(len(formats.masks_of(part.records)) for part in fill_counts(frames))
    249
    """
    if not isinstance(records, pa.RecordBatch):
        text = f"expected the records of a part, got {type(records).__name__}"
        raise MaskTypeError(text, parameter="records")
    counts = records.column("counts")
    if counts.null_count == len(counts):
        return Masks.from_coco([])
    sizes, ends = mask_sizes(records), counts.offsets.to_numpy()
    if counts.null_count:
        valid = np.flatnonzero(counts.is_valid().to_numpy(zero_copy_only=False))
        # rows without counts are empty stretches, so those with counts follow each other
        sizes, ends = sizes[valid], np.concatenate([ends[:1], ends[1:][valid]])
    return Masks(counts.values.to_numpy(), ends, sizes)
