"""New ids for segments: never one that is in use, and small enough for three bytes."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt

from maskengine import _arrays
from maskengine.errors import LimitExceeded, MaskError, MaskTypeError, shown
from maskengine.quality._labels import as_labels
from maskengine.values.id_colours import ID_LIMIT, ids_to_rgb, rgb_to_ids

__all__ = ["SegmentIds", "ids_to_rgb", "rgb_to_ids"]


class SegmentIds:
    """Hands out segment ids in [1, 2^24), each once.

    Parameters
    ----------
    taken : iterable of int, optional
        Ids in use, as those of a panoptic map; 0, void, may be among them.

    Raises
    ------
    MaskError
        If an id is out of range or listed twice.
    MaskTypeError
        If one is no integer.

    Notes
    -----
    An id that was handed out stays taken, so that ids are stable when segments come and go. Those
    of :meth:`of` depend on the key alone, unless two keys meet in one id of 2^24: the later one
    then takes the next that is free.

    Examples
    --------
    >>> from maskengine.quality import SegmentIds
    >>> ids = SegmentIds([1, 2, 5])
    >>> ids.new(3).tolist()
    [3, 4, 6]
    >>> ids.of("camera 3, track 17") == SegmentIds().of("camera 3, track 17")
    True
    """

    def __init__(self, taken: Iterable[int] = ()) -> None:
        self._taken = np.zeros(ID_LIMIT, np.bool_)
        self._taken[0] = True
        self._keys: dict[str, int] = {}
        self._next = 1
        self._count = 0
        listed = [one for one in taken if one != 0]
        self.take(listed)

    def __len__(self) -> int:
        return self._count

    def __contains__(self, one: Any) -> bool:
        known = _arrays.is_integer(one) and 0 < one < ID_LIMIT
        return bool(known and self._taken[one])

    def take(self, ids: Iterable[int]) -> None:
        """Mark ids as in use.

        Parameters
        ----------
        ids : iterable of int
            Different ids in [1, 2^24), none of them taken.

        Raises
        ------
        MaskError
            If an id is out of range, taken, or listed twice; nothing is then marked.
        MaskTypeError
            If one is no integer.

        Examples
        --------
        >>> from maskengine.quality import SegmentIds
        >>> ids = SegmentIds()
        >>> ids.take([7])
        >>> 7 in ids
        True
        """
        listed = as_labels(ids, "ids")
        out = np.flatnonzero((listed < 1) | (listed >= ID_LIMIT))
        if out.size:
            raise MaskError(
                f"expected ids in [1, {ID_LIMIT}), got {listed[out[0]]}",
                parameter="ids",
                index=int(out[0]),
            )
        again = np.flatnonzero(self._taken[listed])
        if again.size:
            raise MaskError(
                f"expected ids that are free, got {listed[again[0]]}, which is taken",
                parameter="ids",
                index=int(again[0]),
            )
        self._mark(listed)

    def new(self, n: int = 1) -> npt.NDArray[np.int64]:
        """Hand out the n lowest ids that come after those handed out before.

        Parameters
        ----------
        n : int, default 1
            How many.

        Returns
        -------
        numpy.ndarray
            int64 (n,), ascending.

        Raises
        ------
        LimitExceeded
            If less than n are left below 2^24; nothing is then handed out.
        MaskError
            If `n` is negative.

        Examples
        --------
        >>> from maskengine.quality import SegmentIds
        >>> SegmentIds([2]).new(2)
        array([1, 3])
        """
        if not _arrays.is_whole(n):
            raise MaskTypeError(f"expected an integer, got {shown(n)}", parameter="n")
        if n < 0:
            raise MaskError(f"expected a number >= 0, got {shown(n)}", parameter="n")
        free = np.zeros(0, np.int64)
        end = self._next
        while free.size < n and end < ID_LIMIT:
            begin, end = end, min(end + 2 * int(n) + 64, ID_LIMIT)
            more = np.flatnonzero(~self._taken[begin:end]) + begin
            free = np.concatenate([free, more])
        if free.size < n:
            raise LimitExceeded(
                f"expected at most {free.size} more ids below {ID_LIMIT}, got {shown(n)}",
                parameter="n",
                name="segment ids",
                value=int(n),
                limit=int(free.size),
            )
        found = free[:n].astype(np.int64)
        self._mark(found)
        if n:
            self._next = int(found[-1]) + 1
        return found

    def of(self, key: str) -> int:
        """Give the id of a key: the same for the same key, in another process, too.

        Parameters
        ----------
        key : str
            A name of the object, such as that of its track.

        Returns
        -------
        int

        Raises
        ------
        MaskTypeError
            If `key` is no text.
        LimitExceeded
            If no id below 2^24 is left.

        Examples
        --------
        >>> from maskengine.quality import SegmentIds
        >>> ids = SegmentIds()
        >>> ids.of("car 1") == ids.of("car 1") != ids.of("car 2")
        True
        """
        if not isinstance(key, str):
            raise MaskTypeError(f"expected a text, got {shown(key)}"[:300], parameter="key")
        if key in self._keys:
            return self._keys[key]
        digest = hashlib.blake2b(key.encode("utf-8", "surrogatepass"), digest_size=8).digest()
        start = int.from_bytes(digest, "little") % (ID_LIMIT - 1) + 1
        after = int(np.argmin(self._taken[start:]))
        one = start + after
        if self._taken[one]:  # none is free from there on
            one = int(np.argmin(self._taken))
        if self._taken[one]:
            raise LimitExceeded(
                f"expected an id below {ID_LIMIT} to be left",
                parameter="key",
                name="segment ids",
                value=ID_LIMIT,
                limit=ID_LIMIT - 1,
            )
        self._mark(np.array([one]))
        self._keys[key] = one
        return one

    def _mark(self, ids: npt.NDArray[np.int64]) -> None:
        self._taken[ids] = True
        self._count += len(ids)
