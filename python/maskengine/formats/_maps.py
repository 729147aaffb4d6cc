"""Label maps as PNG files, and the masks in them."""

from __future__ import annotations

import io
import struct
import zlib
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from maskengine import _arrays
from maskengine._backend import core
from maskengine.errors import BadFile, LimitExceeded
from maskengine.formats._frames import ImageRow, masks_of
from maskengine.formats._ledger import Ledger
from maskengine.values import Masks, runs_of, wrap

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_PIXELS = 1 << 28  # of one image
_GREY, _RGB, _PALETTE, _RGBA = 0, 2, 3, 6


def png_size(data: bytes, name: str) -> tuple[int, int]:
    """Give height and width, told by the header alone.

    Raises
    ------
    BadFile
        If it is no PNG.
    LimitExceeded
        If it has more than 2^28 pixels.
    """
    if not data.startswith(_SIGNATURE) or data[12:16] != b"IHDR" or len(data) < 33:
        raise BadFile("expected a PNG file", parameter=name)
    width, height = struct.unpack(">II", data[16:24])
    if height * width > _PIXELS:
        raise LimitExceeded(
            f"{name} has {height} x {width} pixels, at most {_PIXELS} are read",
            name="png_pixels",
            value=height * width,
            limit=_PIXELS,
        )
    return height, width


def read_png(path: Path) -> npt.NDArray[Any]:
    """Read a PNG file as it is: palette indices, 8 or 16 bits of grey, RGB or RGBA.

    Returns
    -------
    numpy.ndarray
        Shape (H, W) or (H, W, 3 or 4), uint8; uint16 for 16 bits of grey.

    Raises
    ------
    BadFile
        If it is no PNG, is cut, or has 16 bits of colour.
    LimitExceeded
        If it has more than 2^28 pixels; its header tells.
    """
    return decode_png(path.read_bytes(), str(path))


def decode_png(data: bytes, name: str) -> npt.NDArray[Any]:
    """Read a PNG from memory; see `read_png`."""
    from PIL import Image, ImageFile, UnidentifiedImageError  # noqa: PLC0415 - slow to import

    png_size(data, name)
    depth, colour = data[24], data[25]
    if depth == 16 and colour != _GREY:
        raise BadFile("expected 8 bits for each colour, got 16", parameter=name)
    limit, truncated = Image.MAX_IMAGE_PIXELS, ImageFile.LOAD_TRUNCATED_IMAGES
    try:
        Image.MAX_IMAGE_PIXELS, ImageFile.LOAD_TRUNCATED_IMAGES = None, False  # checked above
        with Image.open(io.BytesIO(data), formats=("PNG",)) as image:
            array = np.asarray(image.convert("L") if image.mode in {"1", "LA"} else image)
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, zlib.error) as error:
        raise BadFile(f"a damaged PNG: {error}", parameter=name) from error
    finally:
        Image.MAX_IMAGE_PIXELS, ImageFile.LOAD_TRUNCATED_IMAGES = limit, truncated
    if array.dtype == np.int32:  # some versions of Pillow read 16 bits so
        array = array.astype(np.uint16)
    return array


def encode_png(array: npt.NDArray[Any], palette: npt.NDArray[np.uint8] | None = None) -> bytes:
    """Give the bytes of a PNG file.

    Parameters
    ----------
    array : numpy.ndarray
        uint8 or uint16 of shape (H, W), or uint8 of shape (H, W, 3 or 4).
    palette : numpy.ndarray, optional
        uint8 (K, 3) with K at most 256: `array` then has the indices of these colours.
    """
    height, width = array.shape[:2]
    channels = 1 if array.ndim == 2 else array.shape[2]
    colour = _PALETTE if palette is not None else {1: _GREY, 3: _RGB, 4: _RGBA}[channels]
    depth = 8 * array.dtype.itemsize
    big = np.ascontiguousarray(array.astype(array.dtype.newbyteorder(">"), copy=False))
    rows = np.zeros((height, 1 + width * channels * array.dtype.itemsize), np.uint8)
    rows[:, 1:] = big.view(np.uint8).reshape(height, -1)  # a zero before each row: no filter
    chunks = [(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0))]
    if palette is not None:
        chunks.append((b"PLTE", palette.astype(np.uint8).tobytes()))
    chunks += [(b"IDAT", zlib.compress(rows.tobytes(), 1)), (b"IEND", b"")]
    return _SIGNATURE + b"".join(map(_chunk, *zip(*chunks, strict=True)))


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def split_map(label_map: npt.NDArray[Any]) -> tuple[Masks, npt.NDArray[Any]]:
    """Give a mask for each label but 0 of a map, and the labels, ascending."""
    array = _arrays.as_label_map(label_map, "label_map")
    runs, values, _ = core.split(array, measured=False)
    return wrap(runs), _arrays.from_bits(values, array.dtype)


def paint_rows(
    image: ImageRow,
    records: pa.RecordBatch,
    values: npt.NDArray[np.int64],
    dtype: Any,
    ledger: Ledger,
) -> npt.NDArray[Any]:
    """Paint the annotations of an image over each other, the later in front.

    Parameters
    ----------
    image : ImageRow
        Its size is that of the map.
    records : pyarrow.RecordBatch
        Its annotations.
    values : numpy.ndarray
        (N,): what is written for each of them; 0 for one that is left out.
    dtype : dtype
        Of the map; it must hold the values.
    ledger : Ledger
        Told what is lost, and which annotation became which of those that the values of the map
        make, in ascending order.

    Returns
    -------
    numpy.ndarray
        (H, W): 0 where there is none of them.
    """
    if image.height is None or image.width is None:
        raise BadFile(f"image {image.id} has no height and width", parameter="images")
    size = image.height, image.width
    _arrays.check_dense(1, *size, "image")
    valid = records.column("counts").is_valid().to_numpy(zero_copy_only=False)
    has = valid & (values > 0)
    masks = masks_of(records)
    if not has[valid].all():
        masks = masks[np.flatnonzero(has[valid])]
    if (masks.sizes != size).any():
        raise BadFile(f"a mask of image {image.id} is not of its size", parameter="segmentation")
    out = np.zeros(size, dtype)
    if len(masks):
        order = np.arange(len(masks), dtype=np.int64)
        core.compose(runs_of(masks), values[has].astype(np.uint64), order, out)
    total = int(np.asarray(core.area(runs_of(masks))).sum()) if len(masks) else 0
    labels, pixels = joint_labels(out)
    present, pixels = labels[labels[:, 0] > 0, 0], pixels[labels[:, 0] > 0]
    ledger.lose("overlaps", "pixels overwritten by later annotations", total - int(pixels.sum()))
    ledger.lose("annotations without pixels or category", "dropped", int((~has).sum()))
    at = np.minimum(np.searchsorted(present, values), max(len(present) - 1, 0))
    found = has & (present[at] == values) if len(present) else np.zeros(len(values), bool)
    ledger.became(image.id, np.where(found, at, -1))
    return out


def joint_labels(*maps: npt.NDArray[Any]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Give the combinations of labels in several maps, ascending, and the pixels of each.

    Returns
    -------
    labels, pixels : numpy.ndarray
        int64 of shape (K, maps) and (K,).
    """
    labels, pixels = core.joint(tuple(np.ascontiguousarray(array) for array in maps))
    return labels.reshape(-1, len(maps)), pixels


@cache
def palette() -> npt.NDArray[np.uint8]:
    """Give the 256 colours of Pascal VOC.

    In eight rounds three bits of the index go to red, green and blue, the highest place first:
    http://host.robots.ox.ac.uk/pascal/VOC/voc2012/htmldoc/devkit_doc.html
    """
    index = np.arange(256)
    colours = np.zeros((256, 3), np.uint8)
    for round_ in range(8):
        for channel in range(3):
            bit = (index >> (3 * round_ + channel)) & 1
            colours[:, channel] |= (bit << (7 - round_)).astype(np.uint8)
    colours.flags.writeable = False
    return colours
