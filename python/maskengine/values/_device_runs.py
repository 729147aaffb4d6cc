"""The columns of a batch in the memory of a CUDA device."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from maskengine._backend import core
from maskengine.errors import MaskError, MaskTypeError, ShapeMismatch


class DeviceRuns:
    """A native batch on a device, with the members of the one on the host.

    `counts` and `offsets` are arrays of the device, `sizes` is one of the host: like the shape of
    an array it is known without waiting. The offsets of a slice do not start at zero.
    """

    __slots__ = ("_sizes_there", "counts", "device", "offsets", "sizes")

    def __init__(
        self, device: Any, counts: Any, offsets: Any, sizes: npt.NDArray[np.int64]
    ) -> None:
        self.device = device
        self.counts = counts
        self.offsets = offsets
        self.sizes = sizes
        self._sizes_there: Any = None

    @classmethod
    def from_host(cls, device: Any, runs: Any) -> DeviceRuns:
        """Copy a batch of the host."""
        sizes = np.array(runs.sizes)
        return cls(device, device.upload(runs.counts), device.upload(runs.offsets), sizes)

    @classmethod
    def from_native(cls, device: Any, given: tuple[Any, ...], sizes: Any) -> DeviceRuns:
        """Take what a native call gave: owner and number of the counts, then of the offsets."""
        counts = device.from_memory(given[0], given[1], np.uint32)
        offsets = device.from_memory(given[2], given[3], np.int64)
        return cls(device, counts, offsets, np.array(sizes, np.int64, order="C").reshape(-1, 2))

    def to_host(self) -> Any:
        """Copy the batch to the host; waits."""
        offsets = self.device.download(self.offsets)
        counts = self.device.download(self.counts)[offsets[0] : offsets[-1]]
        return core.from_columns(counts, offsets - offsets[0], np.array(self.sizes))

    def sizes_there(self) -> Any:
        """Give the sizes as an array of the device, copied once for calls on one stream.

        On another stream the copy may not have been made yet, and nobody but us knows of it.
        """
        stream = self.device.stream()
        if self._sizes_there is None or self._sizes_there[0] != stream:
            self._sizes_there = (stream, self.device.upload(np.ascontiguousarray(self.sizes)))
        return self._sizes_there[1]

    def __len__(self) -> int:
        return len(self.sizes)

    def slice(self, begin: int, end: int) -> DeviceRuns:
        """Give masks [begin, end), over the same memory."""
        return DeviceRuns(
            self.device, self.counts, self.offsets[begin : end + 1], self.sizes[begin:end]
        )

    def take(self, indices: npt.NDArray[np.int64]) -> DeviceRuns:
        """Refuse: what is picked has to be copied, which no kernel does yet."""
        raise MaskError(
            f"expected a slice of step 1, got {len(indices)} positions: the masks are on "
            f"{self.device.name}; copy them with .to('cpu')",
            parameter="index",
        )


def common_device(**batches: Any) -> Any:
    """Give the device of all of these native batches, where at least one is on a device."""
    device = next(b.device for b in batches.values() if isinstance(b, DeviceRuns))
    for name, batch in batches.items():
        other = batch.device if isinstance(batch, DeviceRuns) else None
        if other is not device:
            where = "the host" if other is None else other.name
            raise MaskTypeError(
                f"expected masks on {device.name}, got some on {where}; copy them with .to()",
                parameter=name,
            )
    return device


def common_size(runs: DeviceRuns, name: str) -> tuple[int, int]:
    """Give the one size of all masks of a batch on a device; (0, 0) where there are none."""
    if len(runs) == 0:
        return 0, 0
    differing = np.flatnonzero((runs.sizes != runs.sizes[0]).any(axis=1))
    if differing.size:
        i = int(differing[0])
        raise ShapeMismatch(
            f"expected the size {tuple(runs.sizes[0].tolist())} of {name}[0], "
            f"got {tuple(runs.sizes[i].tolist())}",
            parameter=name,
            index=i,
        )
    height, width = runs.sizes[0].tolist()
    return height, width
