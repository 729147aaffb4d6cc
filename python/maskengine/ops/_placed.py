"""Where a call runs that names its device: what it is given is copied there first."""

from __future__ import annotations

from typing import Any

import numpy as np

from maskengine import _arrays
from maskengine._device import device_of, named
from maskengine._listing import dimensions
from maskengine.errors import MaskError, MaskTypeError
from maskengine.values import Masks


def placed(device: str | None, value: Any, name: str) -> Any:
    """Give an array or masks on the named device, by one copy at most; None leaves them be."""
    if device is None or value is None:
        return value
    if isinstance(value, Masks):
        return value.to(device)
    here = device_of(value, name)
    if _arrays.is_one_of(device, "cpu"):
        return value if here is None else here.download(here.view(value))
    there = named(device)
    if here is there:
        return value
    if here is not None:
        raise MaskError(
            f"expected an array on the host or on {there.name}, got one on {here.name}",
            parameter=name,
        )
    array = _arrays.as_array(value, name)
    kind = array.dtype
    if kind.kind not in "buif" or kind.itemsize > 8:
        raise MaskTypeError(f"expected bool, integers or floats, got dtype {kind}", parameter=name)
    native = kind.newbyteorder("=")
    return there.upload(np.asarray(array, native))


def placed_masks(device: str, **values: Any) -> list[Any]:
    """Do so with what may be masks or arrays of them; a box or values stay on the host."""
    return [
        placed(device, value, name)
        if isinstance(value, Masks) or dimensions(value, name) >= 2
        else value
        for name, value in values.items()
    ]
