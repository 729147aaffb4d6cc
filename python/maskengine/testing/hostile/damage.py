"""Files of every format, cut, emptied, overwritten and with single bytes changed."""

# A case is a line, and calls of wrong types are the point.
# mypy: ignore-errors

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import maskengine as me
from maskengine.errors import MaskError
from maskengine.testing.hostile import _samples
from maskengine.testing.hostile._case import Family, Holds

CASES = Family("damage")
_TEXTS = {"yolo", "kaggle"}  # cut, their lines are other lines
_CLEAN = Holds(lambda bad: bad == [], "each is refused by a MaskError")


def _comes_out(target: Path, name: str) -> str:
    """Read a target: ``"refused"``, ``"read"``, or what else came."""
    try:
        _, refused = _samples.read(target, name)
    except MaskError:
        return "refused"
    except Exception as error:  # noqa: BLE001 - any other is what is looked for
        return f"{type(error).__name__}: {error}"[:200]
    return "refused" if refused else "read"


def _each(name: str, change: Callable[[bytes], list[bytes]], *, must_refuse: bool) -> list[str]:
    """Damage each file in turn; give what did not come out as it should."""
    target = _samples.write(name, Path())
    whole = _samples.read(target, name)
    bad = [] if whole[0] and not whole[1] else [f"the sample itself gives {whole}"]
    for path in _samples.files(target):
        data = path.read_bytes()
        told_elsewhere = "semantic" in path.parts or path.name.endswith("_labelIds.png")
        must = must_refuse and path.suffix not in {".yaml", ".txt"} and not told_elsewhere
        for i, changed in enumerate(change(data)):
            path.write_bytes(changed)
            came = _comes_out(target, name)
            if came not in ({"refused"} if must else {"refused", "read"}):
                bad.append(f"{path} {i} ({len(changed)} bytes): {came}")
        path.write_bytes(data)
    return bad


def _cuts(data: bytes) -> list[bytes]:
    kept = data.rstrip()  # a file without its last newline is whole
    return [data[:place] for place in _samples.spread(len(kept))]


def _junk(data: bytes) -> list[bytes]:
    draw = random.Random(len(data))  # noqa: S311
    return [
        draw.randbytes(len(data)),
        bytes(len(data)),
        b"\xff" * len(data),
        b"\n",
        b"{",
        b"[[" * 99,
    ]


def _changes(data: bytes, part: int) -> list[bytes]:
    draw = random.Random(len(data) + (part << 32))  # noqa: S311
    found = []
    for _ in range(10):
        changed = bytearray(data)
        for _ in range(draw.randrange(1, 4)):
            place = draw.randrange(len(changed))
            what = draw.randrange(4)
            if what == 0:
                changed[place] ^= 1 << draw.randrange(8)
            elif what == 1:
                changed[place] = draw.choice(b'0-9"[{}]e.,\\\xff\0N')
            elif what == 2:
                del changed[place : place + draw.randrange(1, 9)]
            else:
                changed[place:place] = changed[place : place + draw.randrange(1, 30)]
            if not changed:
                break
        found.append(bytes(changed))
    return found


for _name in me.formats.writable_names():
    CASES.ours(f"cut-{_name}",
               lambda n=_name: _each(n, _cuts, must_refuse=n not in _TEXTS), _CLEAN)  # fmt: skip
    CASES.ours(f"junk-{_name}",
               lambda n=_name: _each(n, _junk, must_refuse=n not in _TEXTS), _CLEAN)  # fmt: skip
    for _part in range(3):  # each well within the second of a case, where all at once are not
        CASES.ours(f"bytes-changed-{_name}-{_part + 1}",
                   lambda n=_name, p=_part: _each(n, lambda data: _changes(data, p),
                                                  must_refuse=False), _CLEAN)  # fmt: skip


def _other_kind(name: str) -> list[str]:
    """Give a folder where a file is wanted and the other way round, and a name without a file."""
    folder, file, gone = Path("folder"), Path("file"), Path("gone")
    folder.mkdir()
    (folder / "x.txt").write_bytes(b"x")
    file.write_bytes(b"x")
    bad = []
    for path in (folder, file, gone):
        came = _comes_out(path, name)
        if not came.startswith(("refused", "FileNotFound", "IsADir", "NotADir")):
            bad.append(f"{path}: {came}")
    return bad


for _name in me.formats.names():
    CASES.ours(f"other-kind-{_name}", lambda n=_name: _other_kind(n), _CLEAN)
