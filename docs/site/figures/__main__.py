"""Draw the figures of the pages into docs/figures: python docs/site/figures [NAME ...].

Every function of the modules beside this one that is in its `FIGURES` gives one file of its name.
"""

import importlib
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
OUT = HERE.parents[1] / "figures"
NOT_FIGURES = {"__main__", "sheet", "scenes"}


def all_figures():
    """Give the functions that draw, by name."""
    sys.path.insert(0, str(HERE))
    try:
        modules = [
            importlib.import_module(path.stem)
            for path in sorted(HERE.glob("*.py"))
            if path.stem not in NOT_FIGURES
        ]
    finally:
        sys.path.remove(str(HERE))
    return {draw.__name__: draw for module in modules for draw in module.FIGURES}


if __name__ == "__main__":
    figures = all_figures()
    for name in sys.argv[1:] or figures:
        text = figures[name]()
        (OUT / f"{name}.svg").write_text(text, encoding="utf-8")
        print(f"{name}.svg  {len(text) / 1024:.1f} kB")
