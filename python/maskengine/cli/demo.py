"""``maskengine demo``."""

from __future__ import annotations

import json
import time
from importlib import resources
from pathlib import Path
from typing import Any

from maskengine.cli.convert import summary
from maskengine.cli.inspect import inspect
from maskengine.cli.show import show
from maskengine.convert import convert
from maskengine.errors import MaskError

_SAMPLE = "lvis_val_20.json"


def demo(folder: Path = Path("maskengine-demo")) -> int:
    """Run the commands on a bundled sample: 20 images of the LVIS validation set.

    Parameters
    ----------
    folder
        Where the files go, and stay.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with resources.as_file(resources.files("maskengine") / "data" / _SAMPLE) as source:
        return _run(source, folder)


def _run(source: Path, folder: Path) -> int:
    started = time.perf_counter()
    store, back, picture = folder / "sample.parquet", folder / "back.json", folder / "sample.png"
    print(f"1. maskengine convert {source.name} {store}")
    print("   polygons are rasterized to runs, and kept as they are beside them")
    print(_indent(summary(convert(source, store))))
    print(f"\n2. maskengine inspect {store}")
    inspect(store, top=5)
    print(f"\n3. maskengine convert {store} {back}")
    print(_indent(summary(convert(store, back))))
    checked = _compare(source, back)
    print(f"   {checked} annotations compared with the original: every number is the same")
    print(f"\n4. maskengine show {store} -o {picture}")
    show(store, output=picture)
    seconds = time.perf_counter() - started
    print(f"\ndone in {seconds:.2f} s; the dataset and its picture are in {folder}")
    print("next: maskengine bench, for the speed of this machine")
    return 0


def _compare(first: Path, second: Path) -> int:
    before, after = (_load(path) for path in (first, second))
    if before != after:
        raise MaskError("the annotations came back changed", parameter="demo")
    return len(before["annotations"])


def _load(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def _indent(text: str) -> str:
    return "\n".join("   " + line for line in text.splitlines())
