"""One shard of a conversion, in a process of its own: a plain function of files."""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa

from maskengine import formats
from maskengine._arrow_files import to_write
from maskengine.convert._complete import complete
from maskengine.convert._fit import fit
from maskengine.convert._job import Job
from maskengine.convert._losses import count_losses
from maskengine.convert._pieces import PART, convert_piece, has_pieces
from maskengine.convert._sorting import is_sorted, read_images
from maskengine.convert._spool import Spool
from maskengine.convert._verify import verify
from maskengine.formats import SCHEMA, Ledger, Part

_PIECE = 1 << 20  # bytes of a file in memory at a time


def convert_shard(spool: Spool, job: Job, number: int) -> dict[str, Any]:
    """Convert the images of a shard; may be done again.

    Parameters
    ----------
    spool : Spool
        Has the shard, and gets what becomes of it.
    job : Job
        What is asked for.
    number : int
        The shard.

    Returns
    -------
    dict
        What the journal says of it, as JSON can hold it.
    """
    out = spool.path("out", number)
    formats.remake(out)
    if has_pieces(spool):
        entry, names = convert_piece(spool, job, number, out), formats.names_below(out)
    else:
        entry, names = _convert_images(spool, job, number, out)
    files, folders = names
    told = [_told(out, name) for name in files]
    return {"shard": number, "files": told, "folders": folders, **entry}


def _convert_images(
    spool: Spool, job: Job, number: int, out: Path
) -> tuple[dict[str, Any], tuple[list[str], list[str]]]:
    """Convert images; give what the journal says, and the files and folders to keep."""
    source, target = formats.by_name(job.source), formats.by_name(job.target)
    ledger = Ledger()
    read = partial(read_images, spool) if is_sorted(spool) else spool.read_shard
    frames = read(number, ledger)
    fitted = fit(frames, target, keep_vertices=job.keep_vertices, bound=job.bound)
    fitted = complete(fitted, source, target)
    count = {"written": 0}

    def counted() -> Iterator[Part]:
        for part in fitted:
            count["written"] += part.records.num_rows
            count_losses(ledger, part.records, target.HOLDS)
            yield part

    likeness = None
    whole = replace(fitted, parts=counted)
    if target.FOLDER:
        target.write_images(out, whole)
    else:
        with to_write(out / PART) as sink, pa.ipc.new_file(sink, SCHEMA) as file:
            for part in whole:
                file.write_batch(part.records)
    files, folders = formats.names_below(out)
    if target.FOLDER and job.checks:
        target.finish(out, whole)
        found = verify(frames, formats.read(out, job.target), ledger, job.bound)
        likeness = found.to_dict()
        for name in set(formats.names_below(out)[0]).difference(files):
            (out / name).unlink()
    entry = {"written": count["written"], "ledger": ledger.to_dict(), "likeness": likeness}
    return entry, (files, folders)


def _told(folder: Path, name: str) -> tuple[str, int, int]:
    """Give name, size and checksum of a file."""
    handle = os.open(f"{folder}/{name}", os.O_RDONLY | getattr(os, "O_BINARY", 0))
    size = checksum = 0
    try:
        while piece := os.read(handle, _PIECE):
            size, checksum = size + len(piece), zlib.crc32(piece, checksum)
    finally:
        os.close(handle)
    return name, size, checksum
