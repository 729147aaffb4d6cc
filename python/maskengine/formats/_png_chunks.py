"""The chunks of a PNG file: whole, undamaged, in bounds; and what they inflate to."""

from __future__ import annotations

import zlib
from typing import NamedTuple

from maskengine import _limits
from maskengine.errors import BadFile

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_HEADER = 33  # bytes of the signature and IHDR
_BESIDE = 12  # bytes of a chunk beside its content
_PALETTE, _MOST_COLOURS = 3, 256
_TEXTS = {b"tEXt", b"zTXt", b"iTXt", b"iCCP", b"eXIf"}
_ONCE = {b"IHDR", b"PLTE", b"IEND", b"tRNS"}
_DEPTHS = {0: {1, 2, 4, 8, 16}, 2: {8, 16}, 3: {1, 2, 4, 8}, 4: {8, 16}, 6: {8, 16}}
_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
_PASSES = (  # of an interlaced file: first x and y, and the steps between
    (0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4),
    (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2),
)  # fmt: skip


class Chunks(NamedTuple):
    """What of a PNG file is needed for its pixels.

    Parameters
    ----------
    width, height, depth, colour
        As its header has them; the depth is that of one channel.
    interlaced : bool
        Whether its pixels come in seven passes.
    palette : bytes
        Three for each colour.
    packed : bytes
        The deflated rows.
    """

    width: int
    height: int
    depth: int
    colour: int
    interlaced: bool
    palette: bytes
    packed: bytes

    @property
    def channels(self) -> int:
        """Values of a pixel."""
        return _CHANNELS[self.colour]

    def row_bytes(self, width: int) -> int:
        """Bytes of a row of so many pixels, without that of its filter."""
        return (width * self.channels * self.depth + 7) // 8

    def passes(self) -> tuple[tuple[int, int, int, int], ...]:
        """Give first x and y of each pass, and the steps from one pixel to the next."""
        return _PASSES if self.interlaced else ((0, 0, 1, 1),)

    def rows(self, name: str) -> bytes:
        """Inflate the rows, each with its filter before it.

        Raises
        ------
        BadFile
            If they are damaged, or there are fewer or more than the header says.
        """
        expected = 0
        for x, y, right, down in self.passes():
            columns, lines = -(-(self.width - x) // right), -(-(self.height - y) // down)
            if columns > 0 and lines > 0:
                expected += lines * (1 + self.row_bytes(columns))
        unpacker = zlib.decompressobj()
        try:
            rows = unpacker.decompress(self.packed, expected + 1)
        except zlib.error as error:
            raise BadFile(f"a damaged PNG: {error}", parameter=name) from error
        if len(rows) != expected:
            found = "fewer" if len(rows) < expected else "more"
            raise BadFile(f"a damaged PNG: it has {found} pixels than it says", parameter=name)
        return rows


def chunks_of(data: bytes, name: str) -> Chunks:
    """Walk through a PNG file from its first byte to its last chunk, and check each.

    Raises
    ------
    BadFile
        If it is no PNG, is cut, a chunk has another checksum, comes twice or is missing.
    LimitExceeded
        If a chunk of text or of a colour profile is longer than is read.
    """
    if not data.startswith(_SIGNATURE) or data[12:16] != b"IHDR" or len(data) < _HEADER:
        raise BadFile("expected a PNG file", parameter=name)
    view = memoryview(data)
    found: dict[bytes, list[memoryview]] = {}
    begin, kind = len(_SIGNATURE), b""
    while kind != b"IEND":
        end = begin + _BESIDE + int.from_bytes(view[begin : begin + 4], "big")
        if end > len(data):
            raise BadFile(f"a damaged PNG: it is cut at byte {len(data)}", parameter=name)
        kind = bytes(view[begin + 4 : begin + 8])
        if kind in _TEXTS:
            _limits.check("png_text_bytes", end - begin - _BESIDE, parameter=name)
        if kind in found and kind in _ONCE:
            raise BadFile(f"a damaged PNG: {kind!r} comes twice", parameter=name)
        if zlib.crc32(view[begin + 4 : end - 4]) != int.from_bytes(view[end - 4 : end], "big"):
            raise BadFile(f"a damaged PNG: the checksum of {kind!r} differs", parameter=name)
        found.setdefault(kind, []).append(view[begin + 8 : end - 4])
        begin = end
    return _checked(found, name)


def _checked(found: dict[bytes, list[memoryview]], name: str) -> Chunks:
    head = bytes(found[b"IHDR"][0])
    width, height = int.from_bytes(head[:4], "big"), int.from_bytes(head[4:8], "big")
    if len(head) != 13 or head[9] not in _DEPTHS or head[8] not in _DEPTHS[head[9]]:
        raise BadFile("a damaged PNG: such colours PNG has not", parameter=name)
    if head[10] or head[11] or head[12] > 1:
        raise BadFile("a damaged PNG: a method that PNG has not", parameter=name)
    if b"IDAT" not in found:
        raise BadFile("a damaged PNG: it has no pixels", parameter=name)
    palette = bytes(found.get(b"PLTE", [memoryview(b"")])[0])
    if len(palette) % 3 or len(palette) > 3 * _MOST_COLOURS:
        raise BadFile(f"a damaged PNG: a palette of {len(palette)} bytes", parameter=name)
    if head[9] == _PALETTE and not palette:
        raise BadFile("a damaged PNG: it has no palette", parameter=name)
    packed = found[b"IDAT"]
    return Chunks(
        width, height, head[8], head[9], bool(head[12]), palette,
        bytes(packed[0]) if len(packed) == 1 else b"".join(packed),
    )  # fmt: skip
