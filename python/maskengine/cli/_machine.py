"""What was measured on: processor, Python, level, versions of the libraries."""

from __future__ import annotations

import contextlib
import datetime as dt
import importlib.metadata
import platform
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from maskengine import __version__, _backend

_PACKAGES = {"opencv": "opencv-python-headless", "cc3d": "connected-components-3d"}


def environment(peers: Iterable[str], threads: int) -> dict[str, Any]:
    """Give the head of a file of numbers.

    Parameters
    ----------
    peers : iterable of str
        Whose versions to tell. One that is no package by itself, or is not here, has none.
    threads : int
        Of one call.
    """
    versions = {"maskengine": __version__}
    for name in ("numpy", *peers):
        with contextlib.suppress(importlib.metadata.PackageNotFoundError):
            versions[name] = importlib.metadata.version(_PACKAGES.get(name, name))
    return {
        "date": dt.datetime.now(dt.UTC).date().isoformat(),
        "machine": {"cpu": _cpu(), "system": platform.system(), "arch": platform.machine()},
        "python": platform.python_version(),
        "level": _backend.core.level(),
        "threads": threads,
        "versions": versions,
    }


def _cpu() -> str:
    info = Path("/proc/cpuinfo")
    if not info.exists():
        return platform.processor() or "unknown"
    fields = dict.fromkeys(
        line.split(":", 1)[1].strip()
        for line in info.read_text(encoding="utf-8").splitlines()
        if line.startswith(("model name", "cpu family"))
    )
    return ", family ".join(reversed(fields))
