"""Names and places of files: out of the folder, onto each other, through links, half-way gone."""

# A case is a line, and calls of wrong types are the point.
# ruff: noqa: E501
# mypy: ignore-errors

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import maskengine as me
from maskengine.errors import BadFile, MaskError
from maskengine.testing.hostile import _samples
from maskengine.testing.hostile._case import Family, refused

CASES = Family("paths")
_BAD = refused(MaskError)
_FOLDERS = [name for name in me.formats.writable_names() if me.formats.by_name(name).FOLDER]

#: Names of images that must not become names of files.
_NAMES = {
    "parent": "../a.jpg", "parent-inside": "x/../../a.jpg", "parent-windows": "..\\a.jpg",
    "absolute": "/a.jpg", "drive": "C:\\a.jpg", "drive-relative": "C:a.jpg", "unc": "\\\\host\\a.jpg",
    "nul": "a\0.jpg", "newline": "a\n.jpg", "dots": "..", "slash": "/", "device": "CON.jpg",
    "device-lower": "sub/nul.jpg", "device-com": "com1.jpg", "trailing-dot": "a.jpg.", "stream": "a:b.jpg",
    "trailing-blank": "a.jpg ", "long": "x" * 300 + ".jpg", "lone-surrogate": "\ud800.jpg",
}  # fmt: skip


def _named(first: str, second: str = "b.jpg") -> bytes:
    images = _samples.coco()["images"]
    images[0]["file_name"], images[1]["file_name"] = first, second
    return _samples.coco_bytes(images=images)


def _to_folder(name: str, data: bytes) -> Callable[[], int]:
    """Convert to a folder two levels down; nothing but it, and what set it aside, may be there."""

    def call() -> int:
        place = Path("one/two")
        place.mkdir(parents=True)
        source, target = place / "source.json", place / "target"
        source.write_bytes(data)
        before = set(Path().rglob("*"))
        try:
            me.convert(source, target, to=name, check=False, on_error="fail")
        finally:
            inside = (target, place / "target.quarantine.jsonl")
            for path in set(Path().rglob("*")) - before:
                if not any(path == one or one in path.parents for one in inside):
                    raise AssertionError(f"{path} was written")
        return len(_samples.files(target))

    return call


for _what, _name in _NAMES.items():
    for _format in ("labelmap", "yolo") if _what not in {"parent", "absolute"} else _FOLDERS:
        CASES.ours(f"name-{_what}-to-{_format}", _to_folder(_format, _named(_name)), _BAD)
for _what, _pair in {
    "the-same": ("a.jpg", "a.jpg"), "another-ending": ("a.jpg", "a.png"),
    "case": ("A.jpg", "a.jpg"), "unicode": ("\u00e9.jpg", "e\u0301.jpg"),
    "a-file-and-its-folder": ("a.png", "a.png/b.png"), "dot-inside": ("x/a.jpg", "x/./a.jpg"),
    "case-of-a-folder": ("X/a.jpg", "x/A.jpg"), "sharp-s": ("stra\u00dfe.jpg", "STRASSE.jpg"),
}.items():  # fmt: skip
    for _format in ("labelmap", "yolo") if _what != "a-file-and-its-folder" else ("labelmap",):
        CASES.ours(f"names-{_what}-to-{_format}", _to_folder(_format, _named(*_pair)), _BAD)


def _victim() -> Path:
    path = Path("victim.txt")
    path.write_text("precious")
    return path


def _unharmed(call: Callable[[Path], None]) -> Callable[[], str]:
    """Make a call that must not touch a file beside; gives what that file has afterwards."""

    def run() -> str:
        victim = _victim()
        try:
            call(victim)
        finally:
            if victim.read_text() != "precious":
                raise AssertionError("the victim was written")
        return victim.read_text()

    return run


def _source() -> Path:
    path = Path("source.json")
    path.write_bytes(_samples.coco_bytes())
    return path


def _onto_a_link(victim: Path) -> None:
    Path("target.json").symlink_to(victim.resolve())
    me.convert(_source(), "target.json", check=False)


def _link_in_the_folder(victim: Path) -> None:
    target = _samples.write("labelmap", Path())
    chosen = target / "labels" / "a.png"
    shutil.copy(chosen, "outside.png")
    chosen.unlink()
    chosen.symlink_to(Path("outside.png").resolve())
    del victim
    taken, bad = _samples.read(target, "labelmap")
    raise (
        BadFile(f"{bad} set aside", parameter="x")
        if bad
        else AssertionError(f"read {taken} through a link")
    )


def _with(change: Callable[[Path], None], name: str = "labelmap") -> Callable[[], tuple[int, int]]:
    def run() -> tuple[int, int]:
        target = _samples.write(name, Path())
        change(target)
        return _samples.read(target, name)

    return run


def _pipe(target: Path) -> None:
    (target / "labels" / "a.png").unlink()
    os.mkfifo(target / "labels" / "a.png")


def _loop(target: Path) -> None:
    (target / "labels" / "loop").symlink_to(target.resolve())


def _link_to_itself(target: Path) -> None:
    (target / "labels" / "z.png").symlink_to(target.resolve() / "labels" / "z.png")


def _a_folder_as_file(target: Path) -> None:
    (target / "labels" / "a.png").unlink()
    (target / "labels" / "a.png").mkdir()


CASES.ours("target-is-a-link", _unharmed(_onto_a_link), "precious", other=_BAD)
CASES.ours("source-leads-out-by-a-link", _unharmed(_link_in_the_folder), _BAD)
CASES.ours("source-has-a-pipe", _with(_pipe), (1, 0), other=_BAD)
CASES.ours("source-has-a-loop-of-links", _with(_loop), (3, 0), other=_BAD)
CASES.ours("source-has-a-link-to-itself", _with(_link_to_itself), (3, 0), other=_BAD)
CASES.ours("source-has-a-folder-named-as-a-file", _with(_a_folder_as_file), (1, 0), other=_BAD)
CASES.ours("source-is-a-pipe", lambda: (os.mkfifo("p"), me.formats.read("p")), _BAD)
CASES.ours("source-is-a-device", lambda: me.formats.read("/dev/zero"), _BAD)
CASES.ours("source-is-endless-named", lambda: me.formats.read("/dev/zero", "coco"), _BAD)

for _what, _call in {
    "onto-itself": lambda s: me.convert(s, s),
    "onto-itself-by-a-link": lambda s: (Path("t.json").symlink_to(s.resolve()), me.convert(s, "t.json")),
    "onto-itself-by-a-hard-link": lambda s: (Path("t.json").hardlink_to(s), me.convert(s, "t.json")),
    "into-no-folder": lambda s: me.convert(s, "gone/t.json"),
    "onto-a-folder": lambda s: (Path("t.json").mkdir(), me.convert(s, "t.json")),
    "into-a-full-folder": lambda s: (Path("t").mkdir(), Path("t/x").touch(), me.convert(s, "t", to="yolo")),
    "folder-onto-a-file": lambda s: (Path("t").touch(), me.convert(s, "t", to="yolo")),
    "folder-onto-a-link": lambda s: (Path("f").mkdir(), Path("t").symlink_to("f"),
                                     me.convert(s, "t", to="yolo")),
    "to-no-format": lambda s: me.convert(s, "t.json", to="other"),
    "from-no-format": lambda s: me.convert(s, "t.json", from_="other"),
    "to-a-format-that-is-read": lambda s: me.convert(s, "t.json", to="darwin"),
    "to-an-unknown-ending": lambda s: me.convert(s, "t.docx"),
    "on-error": lambda s: me.convert(s, "t.json", on_error="shrug"),
    "limit-negative": lambda s: me.convert(s, "t.json", limit=-1),
    "limit-text": lambda s: me.convert(s, "t.json", limit="1"),
    "jobs-0": lambda s: me.convert(s, "t.json", jobs=0),
    "jobs-text": lambda s: me.convert(s, "t.json", jobs="2"),
    "max-bad-negative": lambda s: me.convert(s, "t.json", max_bad=-1),
    "engine": lambda s: me.convert(s, "t.json", engine="steam"),
    "name-of-300-letters": lambda s: me.convert(s, "x" * 300 + ".json"),
    "name-with-nul": lambda s: me.convert(s, "a\0.json"),
    "source-with-nul": lambda _: me.convert("a\0.json", "t.json"),
    "source-none": lambda _: me.convert(None, "t.json"),
    "target-none": lambda s: me.convert(s, None),
}.items():  # fmt: skip
    CASES.ours(f"convert-{_what}", lambda f=_call: f(_source()), _BAD,
               other=refused(OSError) if "300" in _what else None)  # fmt: skip
for _name in ("../a.png", "/etc/hostname", "a\0.png", "sub/../../a.png", "", None, 7):
    CASES.ours(f"panoptic-file-name-{_name!r}", lambda n=_name: _panoptic(n), _BAD)


def _panoptic(name: object) -> tuple[int, int]:
    """Read a panoptic file that names a map outside of its folder."""
    target = _samples.write("panoptic", Path())
    listed = target / "panoptic.json"
    shutil.copy(target / "panoptic" / "a.png", "a.png")
    import json  # noqa: PLC0415

    tables = json.loads(listed.read_text())
    tables["annotations"][0]["file_name"] = name
    listed.write_text(json.dumps(tables))
    taken, bad = _samples.read(target, "panoptic")
    if bad:
        raise BadFile(f"{bad} annotations are set aside", parameter="panoptic")
    return taken, bad


# --- the journal of a conversion in shards


def _journal(change: Callable[[bytes], list[bytes]]) -> list[str]:
    """Stop a conversion half-way, damage its journal, go on; give what came out otherwise."""
    source, clean = _source(), Path("clean.parquet")
    me.convert(source, clean, jobs=1, check=False)
    wanted, bad = clean.read_bytes(), []
    target = Path("target.parquet")
    place = Path(".target.parquet.maskengine")

    def stop(done: int, total: int) -> None:
        raise KeyboardInterrupt(f"{done} of {total}")

    with contextlib.suppress(KeyboardInterrupt):
        me.convert(source, target, jobs=1, check=False, progress=stop)
    if not place.is_dir():
        return ["nothing was left to resume"]
    shutil.copytree(place, "kept")
    journal = next(path for path in Path("kept").rglob("*journal*") if path.is_file())
    for i, changed in enumerate(change(journal.read_bytes())):
        shutil.rmtree(place, ignore_errors=True)
        shutil.copytree("kept", place)
        (place / journal.relative_to("kept")).write_bytes(changed)
        target.unlink(missing_ok=True)
        try:
            me.convert(source, target, jobs=1, check=False, resume=True)
        except MaskError:
            continue
        except Exception as error:  # noqa: BLE001 - any other is what is looked for
            bad.append(f"{i}: {type(error).__name__}: {error}"[:200])
            continue
        if target.read_bytes() != wanted:
            bad.append(f"{i}: other bytes")
    return bad


CASES.ours("journal-cut", lambda: _journal(
    lambda data: [data[:i] for i in _samples.spread(len(data), 12)]), [], is_large=True)  # fmt: skip
CASES.ours("journal-bits-flipped", lambda: _journal(
    lambda data: [data[:i] + bytes([data[i] ^ 1]) + data[i + 1 :] for i in _samples.spread(len(data), 12)]),
    [], is_large=True)  # fmt: skip
CASES.ours("journal-junk", lambda: _journal(
    lambda data: [b"", b"\0" * 99, b"{", data + data, data + b"x", b"\xff" * 300]), [], is_large=True)  # fmt: skip
