"""PNG files: cut, damaged, bombs, headers that lie."""

from __future__ import annotations

# A case is a line, and calls of wrong types are the point.
# mypy: ignore-errors
import struct
import zlib

import numpy as np
import PIL.Image

from maskengine.errors import LimitExceeded, MaskError
from maskengine.testing.hostile._case import Family, refused

CASES = Family("png")
_ALL = (PIL.Image,)  # loaded once, before the processes part
_BAD = refused(MaskError)


def png(width: int, height: int, pixels: bytes, *, depth: int = 8, colour: int = 0,
        before: bytes = b"", header: bytes = b"\0\0\0") -> bytes:  # fmt: skip
    """Give a PNG file over deflated rows; `before` has chunks before those."""
    sides = struct.pack(">IIBB", width, height, depth, colour) + header
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", sides) + before + chunk(b"IDAT", pixels)
            + chunk(b"IEND", b""))  # fmt: skip


def chunk(kind: bytes, data: bytes) -> bytes:
    """Give a chunk with its checksum."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


_PIXELS = np.arange(12, dtype=np.uint8).reshape(3, 4)
_ROWS = b"".join(b"\0" + bytes(row) for row in _PIXELS)
_PNG = png(4, 3, zlib.compress(_ROWS))
_COLOURS = chunk(b"PLTE", bytes(range(30)))
CASES.add("ok", "read_png", lambda: (_PNG,), _PIXELS)
CASES.add("ok-16-bits", "read_png",
          lambda: (png(1, 1, zlib.compress(b"\0\x01\x02"), depth=16),), [[258]])  # fmt: skip
CASES.add("ok-palette", "read_png",
          lambda: (png(4, 1, zlib.compress(b"\0\1\2\3\0"), colour=3, before=_COLOURS),),
          [[1, 2, 3, 0]])  # fmt: skip
for _what, _make in {
    "empty": lambda: b"",
    "signature-alone": lambda: _PNG[:8],
    "wrong-signature": lambda: b"\x88" + _PNG[1:],
    "jpeg": lambda: b"\xff\xd8\xff\xe0" + bytes(100),
    "wrong-checksum-of-header": lambda: _PNG[:29] + b"\0\0\0\0" + _PNG[33:],
    "wrong-checksum-of-pixels": lambda: _PNG[:-16] + b"\0\0\0\0" + _PNG[-12:],
    "without-end": lambda: _PNG[:-12],
    "without-pixels": lambda: _PNG[:33] + _PNG[-12:],
    "pixels-cut": lambda: png(4, 3, zlib.compress(_ROWS)[:-6]),
    "pixels-too-few": lambda: png(4, 3, zlib.compress(_ROWS[:-5])),
    "no-deflate": lambda: png(4, 3, b"pixels"),
    "width-0": lambda: png(0, 3, zlib.compress(_ROWS)),
    "height-0": lambda: png(4, 0, zlib.compress(_ROWS)),
    "width-2^31": lambda: png(2**31, 3, zlib.compress(_ROWS)),
    "sides-of-2^31-1": lambda: png(2**31 - 1, 2**31 - 1, zlib.compress(_ROWS)),
    "says-65535-square": lambda: png(65535, 65535, zlib.compress(_ROWS)),
    "says-16000-square": lambda: png(16000, 16000, zlib.compress(_ROWS)),
    "depth-3": lambda: png(4, 3, zlib.compress(_ROWS), depth=3),
    "depth-16-palette": lambda: png(4, 3, zlib.compress(_ROWS * 2), depth=16, colour=3,
                                    before=_COLOURS),
    "colour-5": lambda: png(4, 3, zlib.compress(_ROWS), colour=5),
    "filter-9": lambda: png(4, 1, zlib.compress(b"\x09\1\2\3\4")),
    "compression-1": lambda: png(4, 3, zlib.compress(_ROWS), header=b"\1\0\0"),
    "interlace-2": lambda: png(4, 3, zlib.compress(_ROWS), header=b"\0\0\2"),
    "palette-missing": lambda: png(4, 1, zlib.compress(b"\0\1\2\3\0"), colour=3),
    "palette-of-4-bytes": lambda: png(4, 1, zlib.compress(b"\0\1\2\3\0"), colour=3,
                                      before=chunk(b"PLTE", b"abcd")),
    "chunk-longer-than-the-file": lambda: _PNG[:33] + struct.pack(">I", 2**31 - 1) + b"IDAT" + b"x",
    "chunk-of-2^32-1": lambda: _PNG[:33] + struct.pack(">I", 2**32 - 1) + b"IDAT" + b"x",
    "two-headers": lambda: png(4, 3, zlib.compress(_ROWS), before=_PNG[8:33]),
    "text-of-2-MB": lambda: png(4, 3, zlib.compress(_ROWS),
                                before=chunk(b"tEXt", b"k\0" + b"x" * (2 << 20))),
    "profile-of-2-MB": lambda: png(4, 3, zlib.compress(_ROWS),
                                   before=chunk(b"iCCP", b"k\0\0" + b"x" * (2 << 20))),
    "text-that-inflates-to-900-MB": lambda: png(
        4, 3, zlib.compress(_ROWS), before=chunk(b"zTXt", b"k\0\0" + _bomb(900 << 20))),
    "profile-that-inflates-to-900-MB": lambda: png(
        4, 3, zlib.compress(_ROWS), before=chunk(b"iCCP", b"k\0\0" + _bomb(900 << 20))),
}.items():  # fmt: skip
    _free = None
    if _what.startswith(("text-that", "profile-that")):
        _free = _PIXELS  # what is not needed may be passed over, as long as it is not inflated
    CASES.add(_what, "read_png", lambda m=_make: (m(),), _BAD, other=_free)
CASES.add("palette-index-out-of-range", "read_png",
          lambda: (png(4, 1, zlib.compress(b"\0\1\2\x63\0"), colour=3, before=_COLOURS),), _BAD,
          other=[[1, 2, 99, 0]])  # fmt: skip
CASES.add("pixels-too-many", "read_png", lambda: (png(4, 3, zlib.compress(_ROWS * 3)),), _BAD,
          other=_PIXELS)  # fmt: skip
CASES.add("junk-after-the-end", "read_png", lambda: (_PNG + b"junk" * 99,), _PIXELS, other=_BAD)
CASES.add("900-MB-in-0.9-MB", "read_png",
          lambda: (png(30_000, 30_000, _bomb(30_001 * 30_000)),),
          refused(LimitExceeded, "png_pixels"))  # fmt: skip
CASES.add("pixels-inflate-to-900-MB", "read_png", lambda: (png(4, 3, _bomb(900 << 20)),), _BAD,
          other=np.zeros((3, 4)))  # fmt: skip


def _bomb(size: int) -> bytes:
    """Give so many zeros, deflated: the same block over and over, then the checksum of zeros."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = packer.compress(bytes(1 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)
    rest = packer.compress(bytes(size & 0xFFFFF)) + packer.flush()
    return b"\x78\x01" + block * (size >> 20) + rest + struct.pack(">HH", size % 65521, 1)
