"""CUDA devices as calls see them: which arrays live there, and how a call runs there.

Arrays on a device are CuPy's: what callers hold (CuPy, PyTorch, JAX: `__cuda_array_interface__` or
DLPack) becomes one without a copy; results are CuPy arrays from its pool, on its current stream.
"""

from __future__ import annotations

import importlib
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import numpy.typing as npt

from maskengine._backend import cuda_module, missing_cuda
from maskengine.errors import BackendUnavailable, MaskError, MaskTypeError, shown

__all__ = ["Device", "as_target", "cuda", "device_of", "emulated", "named", "same_device"]

_DLPACK_CUDA = {2, 13}  # kDLCUDA, kDLCUDAManaged


class Device:
    """One CUDA device, reached through CuPy."""

    def __init__(self, index: int) -> None:
        self.native: Any = cuda_module()
        self.index = index
        self._cupy: Any = importlib.import_module("cupy")

    @property
    def name(self) -> str:
        """The name as `Masks.device` gives it."""
        return f"cuda:{self.index}"

    @contextmanager
    def queue(self) -> Iterator[Any]:
        """Give what a native call runs on: memory from the pool, the current stream."""
        with self._cupy.cuda.Device(self.index):
            stream = self._cupy.cuda.get_current_stream().ptr
            yield self.native.Queue.make(self._cupy.cuda.alloc, stream, self.index)

    def stream(self) -> tuple[int, int]:
        """Tell the current stream from others; one number stands for that of each thread."""
        with self._cupy.cuda.Device(self.index):
            return int(self._cupy.cuda.get_current_stream().ptr), threading.get_ident()

    def empty(self, shape: tuple[int, ...], dtype: npt.DTypeLike, order: str = "C") -> Any:
        """Make an array whose values are not set."""
        with self._cupy.cuda.Device(self.index):
            return self._cupy.empty(shape, dtype, order)

    def from_memory(self, owner: Any, n: int, dtype: npt.DTypeLike) -> Any:
        """Make an array over memory that a native call asked for."""
        return self._cupy.ndarray((n,), dtype, owner)

    def upload(self, array: npt.NDArray[Any]) -> Any:
        """Copy a NumPy array to the device."""
        with self._cupy.cuda.Device(self.index):
            return self._cupy.asarray(array)

    def download(self, array: Any) -> npt.NDArray[Any]:
        """Copy an array to the host; waits."""
        host: npt.NDArray[Any] = self._cupy.asnumpy(array)
        return host

    def view(self, value: Any) -> Any:
        """Give a CuPy array that shares the memory of what lies on this device.

        By DLPack, where there is a choice: its maker then lets CuPy's current stream wait for what
        it has still to do, of which the other interface of PyTorch says nothing.
        """
        if isinstance(value, self._cupy.ndarray):
            return value
        # it is the current stream of this device that waits, so it has to be the current device
        with self._cupy.cuda.Device(self.index):
            return self._shared(value)

    def _shared(self, value: Any) -> Any:
        has_interface = hasattr(value, "__cuda_array_interface__")
        if hasattr(value, "__dlpack__"):
            try:
                return self._cupy.from_dlpack(value)
            except (BufferError, TypeError, ValueError, RuntimeError) as error:
                if not has_interface:  # a dtype that DLPack or this CuPy does not know
                    raise MaskTypeError(f"expected an array that can be shared: {error}") from error
        try:
            return self._cupy.asarray(value)
        except (TypeError, ValueError) as error:  # a dtype that CuPy does not know, or a mask
            raise MaskTypeError(f"expected an array that can be shared: {error}") from error


_devices: dict[int, Device] = {}
_emulation: list[Any] = []  # devices of tests, the innermost last


def cuda(index: int | None = None) -> Any:
    """Give a CUDA device, by default CuPy's current one, or say what is missing."""
    if _emulation:
        return _emulation[-1]
    if index is None:
        missing = "" if _devices else missing_cuda()
        if missing:
            raise BackendUnavailable(missing, parameter="device")
        # that of CuPy, which need not be the one that our own CUDA runtime has for current
        index = int(importlib.import_module("cupy").cuda.runtime.getDevice())
    if index not in _devices:
        missing = missing_cuda(index)
        if missing:
            raise BackendUnavailable(missing, parameter="device")
        _devices[index] = Device(index)
    return _devices[index]


def named(name: Any) -> Any:
    """Give a CUDA device by its name, "cuda" or "cuda:<n>"."""
    if not isinstance(name, str) or not name.startswith("cuda"):
        raise MaskError(
            f"expected 'cpu', 'cuda' or 'cuda:<n>', got {shown(name)}", parameter="device"
        )
    number = name.removeprefix("cuda").removeprefix(":")
    if number and not (number.isdecimal() and len(number) <= 9):
        raise MaskError(f"expected 'cuda' or 'cuda:<n>', got {shown(name)}", parameter="device")
    return cuda(int(number) if number else None)


def device_of(value: Any, name: str | None = None) -> Any:
    """Give the device on which an array lives; None for the host."""
    if type(value) is np.ndarray:
        return None
    cupy = sys.modules.get("cupy")
    if cupy is not None and isinstance(value, cupy.ndarray):
        return cuda(int(value.device.id))  # the interfaces below would ask the driver each time
    try:
        interface = getattr(value, "__cuda_array_interface__", None)
    except Exception as error:  # PyTorch: what requires a gradient, or is sparse
        raise _not_shared(error, name) from error
    if interface is None:
        where = getattr(value, "__dlpack_device__", None)
        if where is None:
            return None
        try:
            kind, index = (int(part) for part in where())
        except (BufferError, TypeError, ValueError, RuntimeError) as error:
            raise _not_shared(error, name) from error
        return cuda(index) if kind in _DLPACK_CUDA else None
    if _emulation:
        return _emulation[-1]
    try:
        pointer = interface["data"][0]
    except (TypeError, KeyError, IndexError) as error:
        raise _not_shared(error, name) from error
    if getattr(value, "__dlpack_device__", None) is not None:
        return cuda(int(value.__dlpack_device__()[1]))
    device = cuda()
    if not pointer:  # no values, so on any device
        return device
    runtime = importlib.import_module("cupy").cuda.runtime
    index = int(runtime.pointerGetAttributes(pointer).device)
    if index < 0:
        raise MaskTypeError("expected memory that a CUDA device reaches", parameter=name)
    return cuda(index)


def _not_shared(error: Exception, name: str | None) -> MaskTypeError:
    text = f"expected an array that can be shared: {error!r}"
    return MaskTypeError(text, parameter=name)


def same_device(device: Any, **others: Any) -> None:
    """Check that all arrays live where the first one does."""
    for name, value in others.items():
        if value is None:
            continue
        other = device_of(value, name)
        if other is not device:
            there = "the host" if other is None else other.name
            raise MaskError(
                f"expected an array on {device.name}, got one on {there}; nothing is copied "
                "between host and device silently",
                parameter=name,
            )


def as_target(device: Any, out: Any) -> Any:
    """Give what is to be written to as an array of the device, or say why it cannot be."""
    same_device(device, out=out)
    interface = getattr(out, "__cuda_array_interface__", None)
    if interface is not None and interface["data"][1]:  # JAX; a CuPy array of it does not know
        raise MaskError("expected an array that can be written to", parameter="out")
    return device.view(out)


@contextmanager
def emulated(device: Any) -> Iterator[Any]:
    """Let a test's device stand for CUDA inside a ``with`` block."""
    _emulation.append(device)
    try:
        yield device
    finally:
        _emulation.remove(device)
