"""Changes of a file that keep enough of its form to get past the first check."""

import json
import re
import struct
import zlib

HOSTILE = (
    None, True, False, 0, -1, 1, 0.5, 255, 65536, 2**31 - 1, 2**31, 2**32, 2**53 + 1, 2**63,
    -(2**63), 10**30, 1e300, -1e300, 1e-300, "", "a", "\x00", "\xe9", "\ud800", "..", "../../x",
    "/etc", "x" * 3000, "NaN", "1e999", "0x10", " ", "%d", [], [[]], [[[]]], {}, {"a": 1}, [None],
    [0], [1, 2, 3], [1, 1, 2, 2, 3], [[0, 0, 4, 0, 4, 4]], ["a"], {"size": [1, 1], "counts": "1"},
    {"size": [2**31, 2**31], "counts": [0]}, {"counts": [1]}, [-1, -1, -1, -1], [1e300, 0, 0, 1],
)  # fmt: skip
TOKENS = (
    b"", b"0", b"-1", b"1", b"255", b"256", b"2147483648", b"4294967296", b"18446744073709551616",
    b"1e999", b"-1e999", b"nan", b"NaN", b"inf", b"Infinity", b"1e-400", b"..", b"../x", b"\x00",
    b"\xff", b"\xed\xa0\x80", b"&a;", b"<!DOCTYPE a [<!ENTITY a 'b'>]>", b"[" * 200, b"{" * 200,
    b"'", b'"', b"\r", b"\n", b"\t", b",", b";", b" ", b"\xef\xbb\xbf", b"true", b"null", b"- ",
    b": ", b"!!python/x",
)  # fmt: skip
PNG = b"\x89PNG\r\n\x1a\n"


def changed(data, chooser):
    """Give the content of a file with some change."""
    for _ in range(chooser.choice((1, 1, 1, 2, 4))):
        data = _change(data, chooser)
    return data


def _change(data, chooser):
    if chooser.random() < 0.15:
        return _bytes(data, chooser)
    if data.startswith(PNG):
        return _png(data, chooser)
    if data.lstrip()[:1] in (b"{", b"["):
        try:
            return _json(json.loads(data), chooser)
        except (ValueError, RecursionError):
            return _tokens(data, chooser)
    if data.startswith(b"PAR1") or not data[:200].isascii():
        return _bytes(data, chooser)
    return _tokens(data, chooser)


def _bytes(data, chooser):
    out = bytearray(data)
    way = chooser.randrange(5)
    at = chooser.randrange(len(out) + 1)
    if way == 0:
        return bytes(out[:at])
    if way == 1:
        out[at:at] = bytes(chooser.randrange(256) for _ in range(chooser.randrange(1, 9)))
    elif way == 2:
        del out[at : at + chooser.randrange(1, 65)]
    elif out:
        for _ in range(chooser.randrange(1, 5)):
            out[chooser.randrange(len(out))] = chooser.choice(
                (0, 1, 127, 128, 255, chooser.randrange(256))
            )
    return bytes(out)


def _tokens(data, chooser):
    """Put something else in place of a word or number."""
    found = list(re.finditer(rb"[-+.\w]+|[^-+.\w]", data[:100_000]))
    if not found:
        return chooser.choice(TOKENS)
    token = chooser.choice(found)
    end = token.end() if chooser.random() < 0.8 else chooser.choice(found).end()
    with_what = chooser.choice(TOKENS) if chooser.random() < 0.7 else chooser.choice(found).group()
    return data[: token.start()] + with_what + data[max(end, token.start()) :]


def _json(tree, chooser):
    """Change, drop or double one value of a JSON text."""
    places = []

    def walk(value):
        if len(places) > 20_000:
            return
        keys = (
            value
            if isinstance(value, dict)
            else range(len(value))
            if isinstance(value, list)
            else ()
        )
        for key in keys:
            places.append((value, key))
            walk(value[key])

    walk(tree)
    if not places:
        return json.dumps(chooser.choice(HOSTILE)).encode()
    holder, key = chooser.choice(places)
    way = chooser.randrange(8)
    if way == 0:
        del holder[key]
    elif way == 1 and isinstance(holder, list):
        holder.insert(key, holder[key])
    elif way == 2:
        other, other_key = chooser.choice(places)
        if isinstance(other, dict) and other_key in other:
            holder[key] = json.loads(json.dumps(other[other_key]))
    elif way == 3 and isinstance(holder[key], str) and holder[key]:
        text = holder[key]
        at = chooser.randrange(len(text))
        holder[key] = text[:at] + chr(chooser.randrange(32, 127)) + text[at + 1 :]
    elif way == 4 and isinstance(holder[key], int | float):
        holder[key] = holder[key] * chooser.choice((-1, 0.5, 2, 1000, 10**9)) + chooser.choice(
            (0, 1, -1)
        )
    else:
        holder[key] = chooser.choice(HOSTILE)
    return json.dumps(tree).encode()


def _png(data, chooser):
    """Change chunks or the pixels of a PNG file; lengths and checksums are then right again."""
    chunks = _chunks(data)
    if not chunks:
        return _bytes(data, chooser)
    k = chooser.randrange(len(chunks))
    kind, body = chunks[k]
    way = chooser.randrange(6)
    if way == 0:
        del chunks[k]
    elif way == 1:
        chunks.insert(chooser.randrange(len(chunks)), chunks[k])
    elif way == 2:
        chunks.insert(
            k, (chooser.choice((b"tEXt", b"PLTE", b"tRNS", b"acTL", b"gAMA", b"iCCP")), body[:64])
        )
    elif kind == b"IDAT":
        with_pixels = zlib.decompressobj()
        try:
            pixels = with_pixels.decompress(body, 1 << 22)
        except zlib.error:
            return _bytes(data, chooser)
        chunks[k] = (kind, zlib.compress(_bytes(pixels, chooser)))
    elif kind == b"IHDR" and len(body) == 13:
        width, height, *others = struct.unpack(">IIBBBBB", body)
        sides = [width, height]
        sides[chooser.randrange(2)] = chooser.choice((0, 1, 7, 2**16, 2**20, 2**31 - 1, 2**32 - 1))
        if chooser.random() < 0.5:
            sides = [width, height]
            others[chooser.randrange(5)] = chooser.choice((0, 1, 2, 3, 4, 6, 8, 16, 255))
        chunks[k] = (kind, struct.pack(">IIBBBBB", *sides, *others))
    else:
        chunks[k] = (kind, _bytes(body, chooser))
    return PNG + b"".join(_chunk(*chunk) for chunk in chunks)


def _chunks(data):
    out = []
    at = len(PNG)
    while at + 12 <= len(data) and len(out) < 64:
        length, kind = struct.unpack_from(">I4s", data, at)
        out.append((kind, data[at + 8 : at + 8 + length]))
        at += 12 + length
    return out


def _chunk(kind, body):
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
