"""A columnar batch of label maps as runs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from maskengine import _arrays, _memory
from maskengine._backend import core
from maskengine.errors import MaskTypeError, ShapeMismatch
from maskengine.values._index import selection
from maskengine.values._pictured import Pictured

if TYPE_CHECKING:
    from maskengine._core import Runs
    from maskengine._thumbnail import Thumbnail


class LabelRuns(Pictured):
    """A batch of label maps as runs of labels.

    Item ``i`` has the runs ``offsets[i]:offsets[i + 1]`` of `lengths` and `labels`, over pixels
    numbered column by column, as in :class:`Masks`.

    A batch is immutable. One label map is a batch of one.

    Parameters
    ----------
    lengths : array_like of int
        Lengths of the runs of all maps, in pixels, flat. A uint32 array is used without a copy; do
        not change it afterwards.
    labels : array_like of int
        The label of each run, of any integer dtype, which is kept. Neighbours may be equal.
    offsets : array_like of int
        Shape (N + 1,): where each map's runs start and end.
    sizes : array_like of int
        Shape (N, 2): height and width of each map, in pixels.

    Raises
    ------
    MalformedRLE
        If a map's runs do not sum to its height times its width; names the map.
    ShapeMismatch
        If there is not one label per run.
    MaskError
        If an array has another dtype, shape or range.

    Notes
    -----
    Run-end encoding as in Apache Arrow, with lengths instead of ends.

    Examples
    --------
    >>> import maskengine as me
    >>> me.LabelRuns([2, 3, 1], [0, 7, 9], [0, 3], [(2, 3)])
    LabelRuns(1 map, 3 runs of int64)
    """

    __slots__ = ("_labels", "_runs")

    def __init__(self, lengths: Any, labels: Any, offsets: Any, sizes: Any) -> None:
        values = _arrays.listed(labels, "labels")
        if values.size == 0 and values.dtype.kind == "f":
            values = np.zeros(values.shape, np.int64)
        if values.dtype.kind not in "iu":
            raise MaskTypeError(f"expected integers, got {values.dtype}", parameter="labels")
        counts = _memory.settled(_arrays.as_uint32(lengths, "lengths"), lengths)
        if values.shape != counts.shape:
            raise ShapeMismatch(
                f"expected one label for each of {counts.size} runs, got shape {values.shape}",
                parameter="labels",
            )
        pairs = _arrays.listed(sizes, "sizes")
        if pairs.size == 0:
            pairs = np.zeros((0, 2), np.int64)
        self._runs: Runs = core.from_columns(
            counts,
            _memory.settled(_arrays.as_int64(offsets, "offsets", (None,)), offsets),
            _memory.settled(_arrays.as_int64(pairs, "sizes", (None, 2)), sizes),
        )
        # from_columns takes what lies before the first offset and after the last one, too
        first, last = int(np.asarray(offsets)[0]), int(np.asarray(offsets)[-1])
        native = values.astype(values.dtype.newbyteorder("="), copy=False)[first:last]
        self._labels = _frozen(_memory.settled(np.ascontiguousarray(native), labels))

    # --- columns

    @property
    def lengths(self) -> npt.NDArray[np.uint32]:
        """Lengths of the runs of all maps, uint32, read-only, shape (total runs,)."""
        return self._runs.counts

    @property
    def labels(self) -> npt.NDArray[Any]:
        """The label of each run, read-only, shape (total runs,)."""
        return self._labels

    @property
    def offsets(self) -> npt.NDArray[np.int64]:
        """Start and end of each map's runs, int64, shape (N + 1,); ``offsets[0] == 0``."""
        return self._runs.offsets

    @property
    def sizes(self) -> npt.NDArray[np.int64]:
        """Height and width of each map, int64, read-only, shape (N, 2)."""
        return self._runs.sizes

    # --- the batch as a sequence

    def __len__(self) -> int:
        return len(self._runs)

    def __getitem__(self, key: Any) -> LabelRuns:
        """Pick maps by integer, slice, boolean mask or integer array; always a batch."""
        chosen = selection(key, len(self), "map")
        ends = self.offsets
        if isinstance(chosen, tuple):
            begin, end = chosen
            part = self._labels[ends[begin] : ends[end]]
            return wrap_labels(self._runs.slice(begin, end), part)
        parts = [self._labels[ends[i] : ends[i + 1]] for i in chosen]
        return wrap_labels(self._runs.take(chosen), np.concatenate([self._labels[:0], *parts]))

    def __iter__(self) -> Iterator[LabelRuns]:
        return (self[i] for i in range(len(self)))

    # --- comparison, storage

    def __eq__(self, other: object) -> bool:
        """Tell whether both hold the same columns, whatever the dtypes of the labels."""
        if not isinstance(other, LabelRuns):
            return NotImplemented
        return (
            np.array_equal(self.sizes, other.sizes)
            and np.array_equal(self.offsets, other.offsets)
            and np.array_equal(self.lengths, other.lengths)
            and np.array_equal(self.labels, other.labels)
        )

    __hash__ = None  # type: ignore[assignment]

    def __reduce__(self) -> tuple[Any, ...]:
        columns = (self.lengths, self.labels, self.offsets, self.sizes)
        return LabelRuns, tuple(np.array(column) for column in columns)

    def __repr__(self) -> str:
        n = len(self)
        maps = f"{n} map{'' if n == 1 else 's'}"
        return f"LabelRuns({maps}, {self.labels.size} runs of {self.labels.dtype})"

    def _thumbnail(self) -> Thumbnail | None:
        from maskengine._thumbnail import of_label_runs  # noqa: PLC0415 - seldom needed

        return of_label_runs(self._runs, self._labels)


def _frozen(array: npt.NDArray[Any]) -> npt.NDArray[Any]:
    base: Any = array
    while isinstance(base, np.ndarray):  # a view may be written to again where its owner may
        base.flags.writeable = False
        base = base.base
    return array.view()


def wrap_labels(runs: Runs, labels: npt.NDArray[Any]) -> LabelRuns:
    """Give the `LabelRuns` over a native batch and its labels."""
    out = object.__new__(LabelRuns)
    out._runs = runs
    out._labels = _frozen(labels)
    return out


def label_columns_of(maps: LabelRuns) -> tuple[Runs, npt.NDArray[Any]]:
    """Give the native batch of `LabelRuns` and its labels."""
    return maps._runs, maps._labels  # noqa: SLF001 - this is the one door to them
