"""A columnar batch of run-length masks."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from maskengine import _arrays, _memory
from maskengine._backend import core
from maskengine._device import named
from maskengine._listing import each
from maskengine.errors import MaskTypeError
from maskengine.values._device_runs import DeviceRuns
from maskengine.values._index import listed_batches, selection
from maskengine.values._no_array import NoArray
from maskengine.values._pictured import Pictured

if TYPE_CHECKING:
    import pyarrow as pa

    from maskengine._core import Runs
    from maskengine._thumbnail import Thumbnail

_TEXT, _LIST = 0, 2  # the forms of core.to_coco; 1 is bytes


class Masks(Pictured, NoArray):
    """A batch of run-length masks in three columns: the native currency of every operation.

    Item ``i`` has the counts ``counts[offsets[i]:offsets[i + 1]]``: lengths of runs that alternate
    between background and foreground, background first, over pixels numbered column by column
    (the COCO convention). A run above 2^32-1 pixels is split by a run of length zero.

    A batch is immutable. One mask is a batch of one.

    Parameters
    ----------
    counts : array_like of int
        Run lengths of all masks, flat. A uint32 array that cannot be written to
        (``array.flags.writeable = False``, or one of Arrow) is used without a copy.
    offsets : array_like of int
        Shape (N + 1,): where each mask's counts start and end.
    sizes : array_like of int
        Shape (N, 2): height and width of each mask, in pixels.

    Raises
    ------
    MalformedRLE
        If a mask's counts do not sum to its height times its width; names the mask.
    MaskError
        If an array has another dtype, shape or range.

    Notes
    -----
    Counts are those of the COCO API's uncompressed RLE.

    Examples
    --------
    >>> import maskengine as me
    >>> me.Masks([2, 3, 1], [0, 3], [(2, 3)])
    Masks(1 mask, 3 runs, size (2, 3))
    """

    __slots__ = ("__weakref__", "_runs")
    _instead = "me.decode makes one"
    _runs: Runs | DeviceRuns

    def __init__(self, counts: Any, offsets: Any, sizes: Any) -> None:
        given = _arrays.listed(sizes, "sizes")
        if given.size == 0:
            given = np.zeros((0, 2), np.int64)
        self._runs = core.from_columns(
            _memory.settled(_arrays.as_uint32(counts, "counts"), counts),
            _memory.settled(_arrays.as_int64(offsets, "offsets", (None,)), offsets),
            _memory.settled(_arrays.as_int64(given, "sizes", (None, 2)), sizes),
        )

    # --- columns

    @property
    def counts(self) -> npt.NDArray[np.uint32]:
        """Run lengths of all masks, uint32, read-only, shape (total runs,).

        On a CUDA device a CuPy array; a slice of a batch there keeps the counts of all.
        """
        return self._runs.counts

    @property
    def offsets(self) -> npt.NDArray[np.int64]:
        """Start and end of each mask's counts, int64, shape (N + 1,); ``offsets[0] == 0``.

        On a CUDA device a CuPy array; that of a slice need not start at zero.
        """
        return self._runs.offsets

    @property
    def sizes(self) -> npt.NDArray[np.int64]:
        """Height and width of each mask, int64, read-only, shape (N, 2); always on the host."""
        return self._runs.sizes

    @property
    def device(self) -> str:
        """Where the columns live: ``"cpu"``, or ``"cuda:0"`` for the CUDA device of that number."""
        return self._runs.device.name if isinstance(self._runs, DeviceRuns) else "cpu"

    def to(self, device: str) -> Masks:
        """Give the batch on another device: one copy there, or the batch itself where it is there.

        Parameters
        ----------
        device : str
            ``"cpu"``, ``"cuda"`` (CuPy's current device) or ``"cuda:1"`` (that device).

        Returns
        -------
        Masks

        Raises
        ------
        BackendUnavailable
            If there is no such device, or its driver, CuPy or our CUDA module is missing.

        Examples
        --------
        >>> import maskengine as me
        >>> me.Masks([6], [0, 1], [(2, 3)]).to("cpu").device
        'cpu'
        """
        runs = self._runs
        if _arrays.is_one_of(device, "cpu"):
            return wrap(runs.to_host()) if isinstance(runs, DeviceRuns) else self
        target = named(device)
        if isinstance(runs, DeviceRuns):
            return self if runs.device is target else wrap(runs.to_host()).to(device)
        return wrap(DeviceRuns.from_host(target, self._runs))

    # --- from and to COCO

    @classmethod
    def from_coco(cls, masks: Iterable[Any] | dict[str, Any]) -> Masks:
        """Read COCO dictionaries ``{"size": [h, w], "counts": ...}``.

        Parameters
        ----------
        masks : iterable of dict, or one dict
            ``counts`` is the compressed text (str or bytes) or a list of integers.

        Returns
        -------
        Masks
            The counts as they came, runs of length zero included.

        Raises
        ------
        MalformedRLE
            If a text is cut or has other characters, a count is negative, above 2^32-1 or not an
            integer, or the counts do not fill the size; names the mask.

        Notes
        -----
        The text form is that of the COCO API (``rleFrString``).

        Examples
        --------
        >>> import maskengine as me
        >>> me.Masks.from_coco([{"size": [2, 3], "counts": "231"}]).counts
        array([2, 3, 1], dtype=uint32)
        """
        if not isinstance(masks, (dict, list)):
            masks = list(each(masks, "masks", "dicts with 'size' and 'counts'"))
        return core.masks_from_coco(masks)  # type: ignore[no-any-return]

    def to_coco(self, *, compressed: bool = True) -> list[dict[str, Any]]:
        """Write COCO dictionaries ``{"size": [h, w], "counts": ...}``, ready for JSON.

        Parameters
        ----------
        compressed : bool, default True
            True: ``counts`` is the text form, a str. False: a list of integers.

        Returns
        -------
        list of dict

        Examples
        --------
        >>> import maskengine as me
        >>> me.Masks([2, 3, 1], [0, 3], [(2, 3)]).to_coco()
        [{'size': [2, 3], 'counts': '231'}]
        """
        form = _TEXT if _arrays.as_flag(compressed, "compressed") else _LIST
        return core.to_coco(runs_of(self), form)

    # --- from and to Arrow

    @classmethod
    def from_arrow(cls, table: Any) -> Masks:
        """Read Arrow columns as `to_arrow` writes them, or as the Parquet store has them.

        Parameters
        ----------
        table : pyarrow.Table, pyarrow.RecordBatch, pyarrow.StructArray or ``__arrow_c_stream__``
            ``counts`` (lists of uint32, or the compressed text of COCO), ``height`` and ``width``
            (integers); other columns are left alone. Lists are used without a copy where they lie
            in one chunk. A Polars frame or the result of a DuckDB query is such an object, too.

        Returns
        -------
        Masks

        Raises
        ------
        MalformedRLE
            If the counts of a mask do not fill its size.
        MaskTypeError
            If a column is missing, of another type, or holds nulls.

        Examples
        --------
        >>> import maskengine as me
        >>> masks = me.Masks([2, 3, 1], [0, 3], [(2, 3)])
        >>> me.Masks.from_arrow(masks.to_arrow()) == masks
        True
        """
        from maskengine.values import _arrow  # noqa: PLC0415 - pyarrow is optional

        return cls(*_arrow.columns(table))

    def to_arrow(self) -> pa.RecordBatch:
        """Give the batch as an Arrow record batch that shares the memory of the counts.

        Returns
        -------
        pyarrow.RecordBatch
            Columns ``counts`` (large_list of uint32), ``height`` and ``width`` (int64).

        Examples
        --------
        >>> import maskengine as me
        >>> me.Masks([2, 3, 1], [0, 3], [(2, 3)]).to_arrow().schema.names
        ['counts', 'height', 'width']
        """
        from maskengine.values import _arrow  # noqa: PLC0415 - pyarrow is optional

        runs = runs_of(self)
        return _arrow.record_batch(runs.counts, runs.offsets, runs.sizes)

    # --- the batch as a sequence

    def __len__(self) -> int:
        return len(self._runs)

    def __getitem__(self, key: Any) -> Masks:
        """Pick masks by integer, slice, boolean mask or integer array; always a batch."""
        chosen = selection(key, len(self._runs), "mask")
        if isinstance(chosen, tuple):
            return wrap(self._runs.slice(*chosen))
        return wrap(self._runs.take(chosen))

    def __iter__(self) -> Iterator[Masks]:
        for i in range(len(self._runs)):
            yield wrap(self._runs.slice(i, i + 1))

    @staticmethod
    def concatenate(batches: Sequence[Masks]) -> Masks:
        """Join batches into one, in order.

        Parameters
        ----------
        batches : sequence of Masks
            May be empty.

        Returns
        -------
        Masks

        Examples
        --------
        >>> import maskengine as me
        >>> one = me.Masks([6], [0, 1], [(2, 3)])
        >>> len(me.Masks.concatenate([one, one]))
        2
        """
        return wrap(core.concatenate([runs_of(batch) for batch in listed_batches(batches)]))

    # --- checks, comparison, storage

    def validate(self) -> list[tuple[int, str]]:
        """Check every mask again and give the reason for each that is not sound.

        A batch is checked when it is built; this finds what changed since then in memory that it
        shares with an array or an Arrow buffer.

        Returns
        -------
        list of (int, str)
            Index and reason; empty when all is well.

        Examples
        --------
        >>> import maskengine as me
        >>> me.Masks([6], [0, 1], [(2, 3)]).validate()
        []
        """
        problems = []
        runs = runs_of(self)
        index, reason = runs.problem(0)
        while index >= 0:
            problems.append((index, reason))
            index, reason = runs.problem(index + 1)
        return problems

    def digest(self) -> str:
        """Give a SHA-256 of sizes and counts, equal for equal columns on every machine.

        Returns
        -------
        str
            64 hexadecimal characters.

        Examples
        --------
        >>> import maskengine as me
        >>> me.Masks([6], [0, 1], [(2, 3)]).digest()[:8]
        'e2ca9ced'
        """
        content = hashlib.sha256()
        runs = self.to("cpu")
        for column, dtype in ((runs.sizes, "<i8"), (runs.offsets, "<i8"), (runs.counts, "<u4")):
            content.update(np.ascontiguousarray(column, dtype=dtype).data)
        return content.hexdigest()

    def __eq__(self, other: object) -> bool:
        """Tell whether both hold the same columns: sizes and counts, mask by mask."""
        if not isinstance(other, Masks):
            return NotImplemented
        ours, theirs = self.to("cpu"), other.to("cpu")
        return (
            np.array_equal(ours.sizes, theirs.sizes)
            and np.array_equal(ours.offsets, theirs.offsets)
            and np.array_equal(ours.counts, theirs.counts)
        )

    def __hash__(self) -> int:
        return hash(self.digest())

    def __reduce__(self) -> tuple[Any, ...]:
        runs = runs_of(self)
        return Masks, (np.array(runs.counts), np.array(runs.offsets), np.array(runs.sizes))

    def __repr__(self) -> str:
        n = len(self)
        text = f"{n} mask{'' if n == 1 else 's'}"
        text += f", {self.counts.size} runs" if self.device == "cpu" else f" on {self.device}"
        if n and (self.sizes == self.sizes[0]).all():
            text += f", size {tuple(self.sizes[0].tolist())}"
        elif n:
            text += ", mixed sizes"
        return f"Masks({text})"

    def _thumbnail(self) -> Thumbnail | None:
        from maskengine._thumbnail import of_masks  # noqa: PLC0415 - most programs never need it

        # what is on a device stays there
        return None if isinstance(self._runs, DeviceRuns) else of_masks(self._runs)


def runs_of(masks: Any, name: str = "masks", *, cuda: bool = False) -> Any:
    """Give the native batch of a `Masks`; one on a CUDA device (a DeviceRuns) only where asked."""
    if isinstance(masks, Masks):
        runs = masks._runs  # noqa: SLF001 - this is the one door to it
        if type(runs) is DeviceRuns and not cuda:
            raise MaskTypeError(
                f"expected masks on the host, these are on {runs.device.name} and this has no CUDA "
                "form; copy them with .to('cpu')",
                parameter=name,
            )
        return runs
    hint = ""
    if isinstance(masks, np.ndarray):
        hint = "; encode an array with me.encode"
    elif isinstance(masks, (dict, list)):
        hint = "; read COCO dictionaries with me.Masks.from_coco"
    raise MaskTypeError(f"expected Masks, got {type(masks).__name__}{hint}", parameter=name)


def wrap(runs: Runs | DeviceRuns) -> Masks:
    """Give the `Masks` over a native batch."""
    masks = _new(Masks)
    masks._runs = runs  # noqa: SLF001
    return masks


_new = object.__new__
core.know_masks(Masks)
