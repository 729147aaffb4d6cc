"""``maskengine bench``."""

from __future__ import annotations

import importlib
import json as json_format
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from maskengine import _backend, formats
from maskengine.cli import _bench_text, _race
from maskengine.errors import MaskError

_SECONDS, _ROUNDS = 0.08, 2  # on each library of a row
_POOLS = ("RAYON_NUM_THREADS", "OMP_NUM_THREADS")  # read when a peer is loaded


def bench(
    *,
    size: int = 2048,
    threads: int | None = None,
    json: Path | None = None,
    plot: Path | None = None,
) -> int:
    """Measure how fast maskengine is on this machine, in some ten seconds.

    Other libraries that are installed here do the same jobs in the same run, each on one core; what
    gives another answer is not timed. Install pycocotools, opencv-python-headless, scipy or
    scikit-image to see them.

    Parameters
    ----------
    size
        Side of the square frames, in pixels.
    threads
        Of the second column; by default all that this process may use.
    json
        Write the numbers there.
    plot
        Draw them there: a file that ends in .svg or .png.
    """
    if not 64 <= size <= 32_768:
        raise MaskError(f"expected 64 to 32768 pixels, got {size}", parameter="size")
    if plot is not None and plot.suffix.lower() not in {".svg", ".png"}:
        raise MaskError(f"expected a name that ends in .svg or .png, got {plot}", parameter="plot")
    cores = _backend.core.threads() if threads is None else threads
    if not 1 <= cores <= 1024:
        raise MaskError(f"expected 1 to 1024, got {cores}", parameter="threads")
    formats.check_target(json, "json")
    formats.check_target(plot, "plot", (json,))
    with _one_core():
        peers = tuple(name for name, module in _race.MODULES.items() if _race.importable(module))
        found = _measured(size, cores, peers)
    print("\n".join(_bench_text.ending(found)))
    if json is not None:
        with formats.replacing(json, "json") as temporary:
            temporary.write_text(json_format.dumps(found, indent=1) + "\n", encoding="utf-8")
        print(f"written: {json}")
    if plot is not None:
        from maskengine.cli._bench_plot import ratio_chart  # noqa: PLC0415 - seldom wanted

        ratio_chart(found).save(plot)
        print(f"written: {plot}")
    return 0


def _measured(size: int, cores: int, peers: tuple[str, ...]) -> dict[str, Any]:
    """Race row after row, printing each when it is done."""
    from maskengine.cli._bench_jobs import races  # noqa: PLC0415 - loads all of the package
    from maskengine.cli._machine import environment  # noqa: PLC0415

    with _backend.use(threads=1):
        settings = _race.Settings(_SECONDS, _ROUNDS, beside=cores)
        found = {**environment(peers, 1), "size": size, "rows": []}
        print("\n".join(_bench_text.heading(found, cores)))
        for entry in races(size):
            row = _race.race(entry, peers, settings)
            found["rows"].append(row)
            print("\n".join(_bench_text.lines(row, colours=_colours())), flush=True)
    return found


@contextmanager
def _one_core() -> Iterator[None]:
    """Keep peers to one core, and give the environment back as it was."""
    before = {name: os.environ.get(name) for name in _POOLS}
    os.environ.update(dict.fromkeys(_POOLS, "1"))
    cv2 = importlib.import_module("cv2") if _race.importable("cv2") else None
    threads = 0 if cv2 is None else cv2.getNumThreads()
    if cv2 is not None:
        cv2.setNumThreads(1)
    try:
        yield
    finally:
        if cv2 is not None:
            cv2.setNumThreads(threads)
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _colours() -> bool:
    return (
        sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    )
