"""Bytes of PNG files, of arrays and of deflated rows."""

from __future__ import annotations

import struct
import zlib
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from maskengine._backend import core

SIGNATURE = b"\x89PNG\r\n\x1a\n"
GREY, RGB, PALETTE, GREY_ALPHA, RGBA = 0, 2, 3, 4, 6


class Header(NamedTuple):
    """What the first chunk of a file says."""

    width: int
    height: int
    depth: int
    colour: int


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
    colour = PALETTE if palette is not None else {1: GREY, 3: RGB, 4: RGBA}[channels]
    depth = 8 * array.dtype.itemsize
    big = np.ascontiguousarray(array.astype(array.dtype.newbyteorder(">"), copy=False))
    rows = big.view(np.uint8).reshape(height, -1)
    stream = core.deflate_rows(rows, channels * array.dtype.itemsize)
    return _framed(stream.data, Header(width, height, depth, colour), palette)


def map_png(
    stream: memoryview, size: tuple[int, int], depth: int, palette: npt.NDArray[np.uint8] | None
) -> bytes:
    """Give the bytes of a PNG file of a map that is deflated: grey, or the indices of a palette.

    Parameters
    ----------
    stream : memoryview
        Its data.
    size : tuple of int
        Height and width.
    depth : int
        Bits of a pixel, 8 or 16.
    palette : numpy.ndarray or None
        See `encode_png`.
    """
    colour = GREY if palette is None else PALETTE
    return _framed(stream, Header(size[1], size[0], depth, colour), palette)


def _framed(stream: memoryview, header: Header, palette: npt.NDArray[np.uint8] | None) -> bytes:
    chunks: list[Any] = [SIGNATURE, *_chunk(b"IHDR", struct.pack(">IIBBBBB", *header, 0, 0, 0))]
    if palette is not None:
        chunks += _chunk(b"PLTE", palette.astype(np.uint8).tobytes())
    return b"".join([*chunks, *_chunk(b"IDAT", stream), *_chunk(b"IEND", b"")])


def _chunk(kind: bytes, data: bytes | memoryview) -> tuple[bytes, bytes | memoryview, bytes]:
    checksum = zlib.crc32(data, zlib.crc32(kind))
    return struct.pack(">I", len(data)) + kind, data, struct.pack(">I", checksum)
