"""A CUDA device played by the host: it runs the GPU kernels' logic where there is no GPU.

The kernels of the CUDA module are compiled a second time, for the host. With `emulated_cuda` they
stand for a device: in order, in a shuffled order, or on threads. It is slow, and a test double.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import numpy.typing as npt

from maskengine import _device
from maskengine.errors import BackendUnavailable

ORDERS = ("sequential", "shuffled", "threads")


class EmulatedArray:
    """An array as a device library gives it: of NumPy's memory, but NumPy does not take it."""

    __array__ = None  # as CuPy: nothing is copied to the host unless asked

    def __init__(self, host: npt.NDArray[Any]) -> None:
        self.host = host

    @property
    def __cuda_array_interface__(self) -> dict[str, Any]:
        return {
            "data": (self.host.ctypes.data if self.host.size else 0, not self.host.flags.writeable),
            "shape": self.host.shape,
            "strides": None if self.host.flags.c_contiguous else self.host.strides,
            "typestr": self.host.dtype.str,
            "version": 3,
        }

    def get(self) -> npt.NDArray[Any]:
        """Copy to the host."""
        return self.host.copy(order="K")

    def __getattr__(self, name: str) -> Any:
        if name not in {"dtype", "flags", "itemsize", "ndim", "shape", "size", "strides"}:
            raise AttributeError(name)
        return getattr(self.host, name)

    def __getitem__(self, key: Any) -> EmulatedArray:
        return EmulatedArray(self.host[key])

    def transpose(self, *axes: int) -> EmulatedArray:
        """Reorder the axes, over the same memory."""
        return EmulatedArray(self.host.transpose(*axes))

    def reshape(self, *shape: int) -> EmulatedArray:
        """Give another shape."""
        return EmulatedArray(self.host.reshape(*shape))


class _Block:
    """Memory as an allocator gives it; filled, as memory from a pool holds what was there."""

    def __init__(self, size: int) -> None:
        self.host = np.full(size, 0xA5, np.uint8)
        self.ptr = self.host.ctypes.data


class EmulatedDevice:
    """What `maskengine._device.Device` is for CuPy, for the host.

    Parameters
    ----------
    order : {"sequential", "shuffled", "threads"}
        How the elements of a kernel run.
    seed : int, default 0
        Of the shuffled order.
    memory : int, optional
        Bytes that may be asked for in all; then the device has none left.
    """

    name = "cuda:0"
    index = 0

    def __init__(self, order: str, seed: int = 0, memory: int | None = None) -> None:
        try:
            native = importlib.import_module("maskengine.testing._emulated")
        except ImportError as error:
            raise BackendUnavailable(
                "this build has no emulated CUDA device: build it with MASKENGINE_EMULATION=ON"
            ) from error
        self.native: Any = native
        self.order = order
        self.seed = seed
        self.memory = memory

    def _allocate(self, size: int) -> _Block:
        if self.memory is not None:
            self.memory -= size
            if self.memory < 0:
                raise MemoryError(f"out of memory allocating {size} bytes")
        return _Block(size)

    @contextmanager
    def queue(self) -> Iterator[Any]:
        """Give what a native call runs on."""
        yield self.native.Queue.make(self._allocate, self.order, self.seed)

    def stream(self) -> int:
        """Tell the current stream from others; there is one."""
        return 0

    def empty(self, shape: tuple[int, ...], dtype: npt.DTypeLike, order: Any = "C") -> Any:
        """Make an array whose values are not set."""
        array = np.empty(shape, dtype, order)
        array.reshape(-1, order="A").view(np.uint8)[:] = 0xA5
        return EmulatedArray(array)

    def from_memory(self, owner: _Block, n: int, dtype: npt.DTypeLike) -> EmulatedArray:
        """Make an array over memory that a native call asked for."""
        kind = np.dtype(dtype)
        return EmulatedArray(owner.host[: n * kind.itemsize].view(kind))

    def upload(self, array: npt.NDArray[Any]) -> EmulatedArray:
        """Copy a NumPy array to the device."""
        return EmulatedArray(array.copy())

    def download(self, array: EmulatedArray) -> npt.NDArray[Any]:
        """Copy an array to the host."""
        return array.get()

    def view(self, value: Any) -> EmulatedArray:
        """Give the array itself; only arrays of the emulated device come here."""
        return value if isinstance(value, EmulatedArray) else EmulatedArray(value.host)


@contextmanager
def emulated_cuda(
    order: str = "shuffled", seed: int = 0, memory: int | None = None
) -> Iterator[EmulatedDevice]:
    """Let the host stand for a CUDA device inside a ``with`` block.

    Parameters
    ----------
    order, seed, memory
        As for :class:`EmulatedDevice`.

    Yields
    ------
    EmulatedDevice
        `Masks.to("cuda")` goes there, and so does what is done with its arrays.

    Examples
    --------
    >>> import numpy as np
    >>> import maskengine as me
    >>> from maskengine.testing import emulation
    >>> with emulation.emulated_cuda() as device:
    ...     masks = me.encode(device.upload(np.eye(2, dtype=bool)))
    ...     masks.device, masks.counts.get().tolist()
    ('cuda:0', [0, 1, 2, 1])
    """
    with _device.emulated(EmulatedDevice(order, seed, memory)) as device:
        yield device
