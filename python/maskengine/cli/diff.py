"""``maskengine diff``."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from maskengine import formats
from maskengine.cli._progress import progress_bar
from maskengine.errors import MaskError
from maskengine.ops.joint import Joint
from maskengine.quality.corrections import Difference
from maskengine.quality.corrections import diff as diff_maps


def diff(
    pre: Path,
    post: Path,
    *,
    output: Annotated[Path | None, Parameter(name=["--output", "-o"])] = None,
    width: int = 2,
    top: int = 10,
) -> int:
    """Say what a correction changed in label maps: how much, from what to what, and where.

    Parameters
    ----------
    pre
        A label map, a PNG file of one channel or with a palette; or a folder of them.
    post
        The same corrected; a folder with files of the same names.
    output
        The patch of one map to write: applied, it makes the change again.
    width
        Pixels from a border between labels within which a change is on the boundary.
    top
        How many transitions, and frames, to list.
    """
    if top < 0:
        raise MaskError(f"expected 0 or more, got {top}", parameter="top")
    pairs = _pairs(pre, post)
    if output is not None and pre.is_dir():
        raise MaskError("expected two files, not folders, for a patch", parameter="output")
    formats.check_target(output, "output", (pre, post))
    found: list[tuple[str, int, int]] = []  # name, changed pixels, pixels
    transitions: Joint | None = None
    boundary = regions = inner = 0
    patch = b""
    size = sum(before.stat().st_size for _, before, _ in pairs)
    with progress_bar(f"comparing {len(pairs)} label maps", size) as progress:
        done = 0
        for name, before, one in _compared(pairs, width):
            found.append((name, one.changed, one.pixels))
            transitions = one.transitions if transitions is None else transitions + one.transitions
            boundary += one.boundary
            regions += len(one.regions)
            inner += one.regions.kind.count("interior")
            patch = one.patch.to_bytes() if output is not None else b""
            done += before.stat().st_size
            if progress is not None:
                progress(done, size)
    if output is not None:
        with formats.replacing(output, "output") as temporary:
            temporary.write_bytes(patch)
    changed = sum(n for _, n, _ in found)
    pixels = sum(n for _, _, n in found)
    touched = sum(n > 0 for _, n, _ in found)
    print(f"  label maps  {len(found)}, changed {touched}")
    print(f"  pixels      {pixels}, changed {changed} ({changed / max(pixels, 1):.3%}): "
          f"along boundaries {boundary}, inside {changed - boundary}")  # fmt: skip
    print(f"  regions     {regions}: along boundaries {regions - inner}, inside {inner}")
    if transitions is not None and changed:
        print("\n".join(_listed(transitions, found, top)))
    if output is not None:
        print(f"patch of {len(patch)} bytes written to {output}")
    return 0


def _pairs(pre: Path, post: Path) -> list[tuple[str, Path, Path]]:
    from maskengine.cli import _label_maps  # noqa: PLC0415 - Pillow is an extra

    if not pre.is_dir():
        return [(pre.name, pre, post)]
    files = _label_maps.files_below(pre)
    missing = next((name for name, _ in files if not (post / name).is_file()), None)
    if missing is not None:
        raise MaskError(f"{post} has no file {missing}", parameter="post")
    return [(name, path, post / name) for name, path in files]


def _compared(
    pairs: list[tuple[str, Path, Path]], width: int
) -> Iterator[tuple[str, Path, Difference]]:
    from maskengine.cli import _label_maps  # noqa: PLC0415 - Pillow is an extra

    for name, before, after in pairs:
        maps = [_label_maps.read_label_map(path) for path in (before, after)]
        if maps[0].dtype != maps[1].dtype:  # 8 and 16 bits
            maps = [one.astype("int64") for one in maps]
        try:
            yield name, before, diff_maps(*maps, width=width)
        except MaskError as error:
            raise type(error)(f"{name}: {error.text}", parameter=error.parameter) from None


def _listed(transitions: Joint, found: list[tuple[str, int, int]], top: int) -> list[str]:
    moved = transitions.labels[:, 0] != transitions.labels[:, 1]
    labels, pixels = transitions.labels[moved], transitions.pixels[moved]
    order = (-pixels).argsort(kind="stable")[:top]
    lines = ["  most frequent transitions:"]
    lines += [f"    {pixels[i]:>12}  {labels[i, 0]} -> {labels[i, 1]}" for i in order]
    if len(found) > 1:
        most = sorted(found, key=lambda row: (-row[1] / max(row[2], 1), row[0]))[:top]
        lines.append("  most changed:")
        lines += [f"    {n / max(of, 1):>12.3%}  {name}" for name, n, of in most if n]
    return lines
