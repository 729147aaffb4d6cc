"""The chunks of a PNG file: whole, undamaged, in bounds. Decoders pass over much of that."""

from __future__ import annotations

import zlib

from maskengine import _limits
from maskengine.errors import BadFile

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_HEADER = 33  # bytes of the signature and IHDR
_BESIDE = 12  # bytes of a chunk beside its content
_TEXTS = {b"tEXt", b"zTXt", b"iTXt", b"iCCP", b"eXIf"}
_ONCE = {b"IHDR", b"PLTE", b"IEND", b"tRNS"}


def check_chunks(data: bytes, name: str) -> None:
    """Check a PNG file from its first byte to its last chunk.

    Raises
    ------
    BadFile
        If it is no PNG, is cut, a chunk has another checksum or comes twice, or none has pixels.
    LimitExceeded
        If a chunk of text or of a colour profile is longer than is read.
    """
    if not data.startswith(_SIGNATURE) or data[12:16] != b"IHDR" or len(data) < _HEADER:
        raise BadFile("expected a PNG file", parameter=name)
    view = memoryview(data)
    begin, kind, seen = len(_SIGNATURE), b"", set()
    while kind != b"IEND":
        length = int.from_bytes(view[begin : begin + 4], "big")
        end = begin + _BESIDE + length
        if end > len(data):
            raise BadFile(f"a damaged PNG: cut at byte {len(data)}", parameter=name)
        kind = bytes(view[begin + 4 : begin + 8])
        if kind in _TEXTS:
            _limits.check("png_text_bytes", length, parameter=name)
        if kind in seen and kind in _ONCE:
            raise BadFile(f"a damaged PNG: {kind!r} comes twice", parameter=name)
        if zlib.crc32(view[begin + 4 : end - 4]) != int.from_bytes(view[end - 4 : end], "big"):
            raise BadFile(f"a damaged PNG: the checksum of {kind!r} differs", parameter=name)
        seen.add(kind)
        begin = end
    if b"IDAT" not in seen:
        raise BadFile("a damaged PNG: it has no pixels", parameter=name)
