"""PNG files, pixel by pixel as they are, or as ids."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from maskengine import _limits
from maskengine._backend import core
from maskengine.errors import BadFile
from maskengine.formats._png_chunks import check_chunks
from maskengine.values.segment_ids import rgb_to_ids

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_GREY, _RGB, _PALETTE, _GREY_ALPHA, _RGBA = 0, 2, 3, 4, 6
_NAMES = {
    _GREY: "grey",
    _RGB: "RGB",
    _PALETTE: "palette",
    _GREY_ALPHA: "grey and alpha",
    _RGBA: "RGB and alpha",
}


class _Header(NamedTuple):
    width: int
    height: int
    depth: int
    colour: int


def _header(data: bytes, name: str) -> _Header:
    """Read the header.

    Raises
    ------
    BadFile
        If it is no PNG.
    LimitExceeded
        If it has more than 2^28 pixels.
    """
    if not data.startswith(_SIGNATURE) or data[12:16] != b"IHDR" or len(data) < 33:
        raise BadFile("expected a PNG file", parameter=name)
    header = _Header(*struct.unpack(">IIBB", data[16:26]))
    if header.colour not in _NAMES:
        raise BadFile(f"a colour type that PNG has not, {header.colour}", parameter=name)
    if not header.height or not header.width:
        raise BadFile("expected sides of at least 1", parameter=name)
    _limits.check("png_pixels", header.height * header.width, parameter=name)
    return header


def png_size(data: bytes, name: str) -> tuple[int, int]:
    """Give height and width, told by the header alone; see `read_png` for what it raises."""
    header = _header(data, name)
    return header.height, header.width


def read_png(path: Path) -> npt.NDArray[Any]:
    """Read a PNG file as it is: palette indices, 1 to 16 bits of grey, RGB or RGBA.

    Returns
    -------
    numpy.ndarray
        Shape (H, W) or (H, W, 3 or 4), uint8; uint16 for 16 bits of grey. The alpha of grey is
        passed over.

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
    header = _header(data, name)
    if header.depth == 16 and header.colour != _GREY:
        raise BadFile("expected 8 bits for each colour, got 16", parameter=name)
    return _decoded(data, header, name, None)


def _decoded(data: bytes, header: _Header, name: str, mode: str | None) -> npt.NDArray[Any]:
    """Have Pillow decode it, and convert it to one of its modes where one is told."""
    from PIL import Image, ImageFile, UnidentifiedImageError  # noqa: PLC0415 - slow to import

    check_chunks(data, name)
    limit, truncated = Image.MAX_IMAGE_PIXELS, ImageFile.LOAD_TRUNCATED_IMAGES
    try:
        Image.MAX_IMAGE_PIXELS, ImageFile.LOAD_TRUNCATED_IMAGES = None, False  # the header told
        with Image.open(io.BytesIO(data), formats=("PNG",)) as image:
            wanted = mode or ("L" if image.mode in {"1", "LA"} else None)
            array: npt.NDArray[Any] = np.asarray(image.convert(wanted) if wanted else image)
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, zlib.error) as error:
        raise BadFile(f"a damaged PNG: {error}", parameter=name) from error
    finally:
        Image.MAX_IMAGE_PIXELS, ImageFile.LOAD_TRUNCATED_IMAGES = limit, truncated
    if array.dtype == np.int32:  # some versions of Pillow read 16 bits so
        return array.astype(np.uint16)
    if header.colour == _GREY and header.depth < 8:
        array = array // (255 // (2**header.depth - 1))  # Pillow spreads them over 8 bits
    return array


def read_id_png(path: Path, *, indices: bool = False) -> tuple[npt.NDArray[Any], str]:
    """Read the ids of a PNG.

    Parameters
    ----------
    path : pathlib.Path
        A file of at most 2^28 pixels.
    indices : bool, default False
        Whether the ids of a palette are its indices, as in Pascal VOC, not its colours.

    Returns
    -------
    ids : numpy.ndarray
        (H, W): grey values, uint8 or uint16; or red + 256 green + 65536 blue, uint32. An alpha
        channel is passed over, and a palette looked up.
    pixel_format : str
        What the file holds: ``"RGB"`` for three channels of 8 bits, else such as ``"palette"`` or
        ``"grey, 16 bits"``.

    Raises
    ------
    BadFile
        If it is no PNG, or cut.
    LimitExceeded
        If it has more pixels; the header tells.
    """
    data = path.read_bytes()
    header = _header(data, str(path))
    pixel_format = _NAMES[header.colour]
    if header.depth != 8:
        pixel_format += f", {header.depth} bits"
    looked_up = header.colour == _PALETTE and not indices
    array = _decoded(data, header, str(path), "RGB" if looked_up else None)
    if array.ndim == 3:
        array = rgb_to_ids(np.ascontiguousarray(array[..., :3]))
    return array, pixel_format


def write_id_png(path: Path, array: npt.NDArray[Any]) -> None:
    """Write uint8 or uint16 grey values (H, W), or uint8 colours (H, W, 3)."""
    path.write_bytes(encode_png(array))


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
    rows = big.view(np.uint8).reshape(height, -1)
    packed = core.deflate_rows(rows, channels * array.dtype.itemsize).tobytes()
    chunks = [(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0))]
    if palette is not None:
        chunks.append((b"PLTE", palette.astype(np.uint8).tobytes()))
    chunks += [(b"IDAT", packed), (b"IEND", b"")]
    return _SIGNATURE + b"".join(map(_chunk, *zip(*chunks, strict=True)))


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
