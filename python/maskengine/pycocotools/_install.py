"""Takes the place of ``pycocotools.mask``, and gives it back."""

from __future__ import annotations

import importlib
import importlib.util
import sys
from types import ModuleType

_NAMES = ("pycocotools.mask", "pycocotools._mask")
_USERS = ("pycocotools.coco", "pycocotools.cocoeval")  # each holds the module as maskUtils
_replaced: dict[str, ModuleType | None] = {}


def install() -> None:
    """Put this module under the name ``pycocotools.mask``, for code that imports it from there.

    ``pycocotools.coco`` and ``pycocotools.cocoeval`` use it from then on, also when they are
    loaded already. Without pycocotools installed, an empty package of that name is made, so that
    ``from pycocotools import mask`` works. :func:`uninstall` undoes it.

    Examples
    --------
    >>> from maskengine import pycocotools as mask_utils
    >>> mask_utils.install()
    >>> from pycocotools import mask
    >>> mask is mask_utils
    True
    >>> mask_utils.uninstall()
    """
    if "pycocotools" not in sys.modules and importlib.util.find_spec("pycocotools") is None:
        package = ModuleType("pycocotools")
        package.__path__ = []
        _put("pycocotools", package)
    ours = sys.modules["maskengine.pycocotools"]
    for name in _NAMES:
        _put(name, ours)
    _bind(ours)


def uninstall() -> None:
    """Undo :func:`install`."""
    for name, module in _replaced.items():
        if module is None:
            sys.modules.pop(name, None)
        else:
            sys.modules[name] = module
    _bind(_replaced.get("pycocotools.mask"))
    _replaced.clear()


def _put(name: str, module: ModuleType) -> None:
    _replaced.setdefault(name, sys.modules.get(name))
    sys.modules[name] = module


def _bind(module: ModuleType | None) -> None:
    """Give `module` to those that hold the module themselves; None: let them import it anew."""
    package = sys.modules.get("pycocotools")
    if package is not None:
        if module is None:
            package.__dict__.pop("mask", None)
        else:
            package.mask = module  # type: ignore[attr-defined]
    for name in _USERS:
        if name in sys.modules:
            sys.modules[name].maskUtils = (  # type: ignore[attr-defined]
                module or importlib.import_module("pycocotools.mask")
            )
