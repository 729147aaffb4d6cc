"""PNG files, pixel by pixel as they are, or as ids."""

from __future__ import annotations

import os
import struct
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from maskengine import _limits
from maskengine._arrays import as_array
from maskengine._backend import core
from maskengine._paths import path_text
from maskengine._png_bytes import (
    GREY,
    GREY_ALPHA,
    PALETTE,
    RGB,
    RGBA,
    SIGNATURE,
    Header,
    encode_png,
)
from maskengine.errors import BadFile, MaskTypeError, ShapeMismatch
from maskengine.formats._png_chunks import Chunks, chunks_of
from maskengine.values.id_colours import rgb_to_ids

_NAMES = {
    GREY: "grey",
    RGB: "RGB",
    PALETTE: "palette",
    GREY_ALPHA: "grey and alpha",
    RGBA: "RGB and alpha",
}


def _header(data: bytes, name: str) -> Header:
    """Read the header.

    Raises
    ------
    BadFile
        If it is no PNG.
    LimitExceeded
        If it has more than 2^28 pixels.
    """
    if not data.startswith(SIGNATURE) or data[12:16] != b"IHDR" or len(data) < 33:
        raise BadFile("expected a PNG file", parameter=name)
    header = Header(*struct.unpack(">IIBB", data[16:26]))
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
    if header.depth == 16 and header.colour != GREY:
        raise BadFile("expected 8 bits for each colour, got 16", parameter=name)
    return _decoded(data, header, name, looked_up=False)


def _decoded(data: bytes, header: Header, name: str, *, looked_up: bool) -> npt.NDArray[Any]:
    """Give values, (H, W) or (H, W, channels); of a palette its indices, or its colours."""
    chunks = chunks_of(data, name)
    values = _passes(chunks, np.frombuffer(chunks.rows(name), np.uint8))
    if values.dtype == np.uint16 and header.colour != GREY:
        values = (values >> 8).astype(np.uint8)
    if header.colour == PALETTE and looked_up:
        colours = np.frombuffer(chunks.palette, np.uint8).reshape(-1, 3)
        if int(values.max()) >= len(colours):
            raise BadFile(f"a damaged PNG: no colour {values.max()} in its palette", parameter=name)
        found: npt.NDArray[Any] = colours[values[..., 0]]
        return found
    return values[..., 0] if header.colour in {GREY, PALETTE, GREY_ALPHA} else values


def _passes(chunks: Chunks, rows: npt.NDArray[np.uint8]) -> npt.NDArray[Any]:
    """Put the pixels of the passes of a file together; nearly always there is one."""
    shape = (chunks.height, chunks.width, chunks.channels)
    values = None
    if chunks.interlaced:
        values = np.empty(shape, np.uint16 if chunks.depth == 16 else np.uint8)
    for x, y, right, down in chunks.passes():
        own = (-(-(shape[0] - y) // down), -(-(shape[1] - x) // right), shape[2])
        if min(own) < 1:
            continue
        row_bytes = chunks.row_bytes(own[1])
        n = own[0] * (1 + row_bytes)
        step = max(1, chunks.channels * chunks.depth // 8)
        pixels = _values(core.unfilter_rows(rows[:n], own[0], row_bytes, step), chunks.depth, own)
        rows = rows[n:]
        if values is None:
            return pixels
        values[y::down, x::right] = pixels
    return np.empty(shape, np.uint8) if values is None else values


def _values(pixels: npt.NDArray[np.uint8], depth: int, shape: tuple[int, ...]) -> npt.NDArray[Any]:
    """Give values of their depth, of rows of bytes."""
    if depth == 16:
        return pixels.view(">u2").astype(np.uint16).reshape(shape)
    if depth == 8:
        return pixels.reshape(shape)
    shifts = np.arange(8 - depth, -1, -depth, dtype=np.uint8)
    spread = (pixels[:, :, np.newaxis] >> shifts) & np.uint8(2**depth - 1)
    return spread.reshape(len(pixels), -1)[:, : shape[1]].reshape(shape)


def read_id_png(
    path: str | os.PathLike[str], *, indices: bool = False
) -> tuple[npt.NDArray[Any], str]:
    """Read the ids of a PNG.

    Parameters
    ----------
    path : path-like
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
    path = Path(path_text(path, "path"))
    if path.exists() and not path.is_file():
        raise BadFile(f"{path} is no file", parameter="path")
    data = path.read_bytes()
    header = _header(data, str(path))
    pixel_format = _NAMES[header.colour]
    if header.depth != 8:
        pixel_format += f", {header.depth} bits"
    looked_up = header.colour == PALETTE and not indices
    array = _decoded(data, header, str(path), looked_up=looked_up)
    if array.ndim == 3:
        array = rgb_to_ids(np.ascontiguousarray(array[..., :3]))
    return array, pixel_format


def write_id_png(path: str | os.PathLike[str], array: npt.NDArray[Any]) -> None:
    """Write grey values, or colours, as a PNG file.

    Parameters
    ----------
    path : path-like
        The file.
    array : array_like
        uint8 or uint16 of shape (H, W), or uint8 of shape (H, W, 3): of ids,
        ``quality.ids_to_rgb`` makes these.

    Raises
    ------
    MaskTypeError
        If the dtype is another one.
    ShapeMismatch
        If the shape is another one, or a side is 0.
    OSError
        If the file cannot be written.

    Examples
    --------
    >>> import os, tempfile
    >>> import numpy as np
    >>> from maskengine import formats
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     formats.write_id_png(f"{folder}/ids.png", np.array([[0, 500]], np.uint16))
    ...     formats.read_id_png(f"{folder}/ids.png")
    (array([[  0, 500]], dtype=uint16), 'grey, 16 bits')
    """
    pixels = as_array(array, "array")
    if pixels.dtype not in (np.uint8, np.uint16):
        raise MaskTypeError(f"expected uint8 or uint16, got {pixels.dtype}", parameter="array")
    colours = pixels.ndim == 3 and pixels.shape[2] == 3 and pixels.dtype == np.uint8
    if not (pixels.ndim == 2 or colours) or 0 in pixels.shape:
        raise ShapeMismatch(
            f"expected shape (H, W), or (H, W, 3) of uint8, no side 0, got {pixels.shape}",
            parameter="array",
        )
    Path(path_text(path, "path")).write_bytes(encode_png(pixels))
