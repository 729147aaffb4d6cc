"""What label maps consist of: areas, components, boundaries and neighbours of their labels."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from maskengine import _arrays
from maskengine._backend import core
from maskengine._listing import each, has
from maskengine.errors import MaskError, MaskTypeError, ShapeMismatch, shown


@dataclass(frozen=True, eq=False)
class FrameStats:
    """What :func:`frame_stats` counted in N label maps, in columns.

    The labels of frame i are rows ``label_offsets[i]`` to ``label_offsets[i + 1]`` of the columns
    of labels, ascending; its pairs of neighbours likewise.

    Parameters
    ----------
    names : tuple of str
        (N,): of the frames.
    sizes : numpy.ndarray
        int64 (N, 2): height and width.
    void_pixels : numpy.ndarray
        int64 (N,): pixels whose label is void.
    label_offsets : numpy.ndarray
        int64 (N + 1,).
    labels : numpy.ndarray
        int64 (K,): the labels that are present.
    area : numpy.ndarray
        int64 (K,): pixels.
    components : numpy.ndarray
        int64 (K,): connected components.
    largest : numpy.ndarray
        int64 (K,): pixels of the largest of them.
    boundary : numpy.ndarray
        int64 (K,): pixels of which one of the four neighbours has another value.
    bbox : numpy.ndarray
        int64 (K, 4): left, top, width, height, in pixels.
    touches_border : numpy.ndarray
        bool (K,): whether a pixel lies in the first or last row or column.
    pair_offsets : numpy.ndarray
        int64 (N + 1,).
    pairs : numpy.ndarray
        int64 (P, 2): labels a < b that share pixel edges.
    edges : numpy.ndarray
        int64 (P,): how many.

    Examples
    --------
    >>> import numpy as np
    >>> import maskengine as me
    >>> found = me.frame_stats([np.array([[1, 1, 2]]), np.array([[2]])], names=["a", "b"])
    >>> found.take([1]).labels, len(found)
    (array([2]), 2)
    """

    names: tuple[str, ...]
    sizes: npt.NDArray[np.int64]
    void_pixels: npt.NDArray[np.int64]
    label_offsets: npt.NDArray[np.int64]
    labels: npt.NDArray[np.int64]
    area: npt.NDArray[np.int64]
    components: npt.NDArray[np.int64]
    largest: npt.NDArray[np.int64]
    boundary: npt.NDArray[np.int64]
    bbox: npt.NDArray[np.int64]
    touches_border: npt.NDArray[np.bool_]
    pair_offsets: npt.NDArray[np.int64]
    pairs: npt.NDArray[np.int64]
    edges: npt.NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.names)

    @property
    def frame_of_label(self) -> npt.NDArray[np.int64]:
        """int64 (K,): the frame of each row of labels."""
        return np.repeat(np.arange(len(self)), np.diff(self.label_offsets))

    @property
    def frame_of_pair(self) -> npt.NDArray[np.int64]:
        """int64 (P,): the frame of each pair."""
        return np.repeat(np.arange(len(self)), np.diff(self.pair_offsets))

    def take(self, frames: Any) -> FrameStats:
        """Give some frames, in the order of `frames`.

        Parameters
        ----------
        frames : array_like of int
            Their numbers, from 0.

        Returns
        -------
        FrameStats

        Examples
        --------
        >>> import numpy as np
        >>> import maskengine as me
        >>> me.frame_stats(np.array([[[1]], [[2]], [[3]]])).take([2, 0]).labels
        array([3, 1])
        """
        chosen = _arrays.as_int64(frames, "frames", (None,))
        if chosen.size and not (chosen.min() >= 0 and chosen.max() < len(self)):
            raise MaskError(f"expected numbers in [0, {len(self)})", parameter="frames")
        label_rows, label_offsets = _rows(self.label_offsets, chosen)
        pair_rows, pair_offsets = _rows(self.pair_offsets, chosen)
        return FrameStats(
            tuple(self.names[i] for i in chosen.tolist()),
            self.sizes[chosen],
            self.void_pixels[chosen],
            label_offsets,
            self.labels[label_rows],
            self.area[label_rows],
            self.components[label_rows],
            self.largest[label_rows],
            self.boundary[label_rows],
            self.bbox[label_rows],
            self.touches_border[label_rows],
            pair_offsets,
            self.pairs[pair_rows],
            self.edges[pair_rows],
        )

    @classmethod
    def concatenate(cls, parts: Iterable[FrameStats]) -> FrameStats:
        """Put the frames of several tables one after the other.

        Parameters
        ----------
        parts : iterable of FrameStats

        Returns
        -------
        FrameStats

        Examples
        --------
        >>> import numpy as np
        >>> import maskengine as me
        >>> one = me.frame_stats(np.array([[1, 2]]))
        >>> len(me.FrameStats.concatenate([one, one, one]))
        3
        """
        given = each(parts, "parts", "tables")
        listed = [one for one in tables_of(given, "parts") if len(one)]
        if not listed:
            return frame_stats(())
        labels = np.concatenate([[0], *(np.diff(one.label_offsets) for one in listed)])
        pairs = np.concatenate([[0], *(np.diff(one.pair_offsets) for one in listed)])
        joined = {
            name: np.concatenate([getattr(one, name) for one in listed])
            for name in ("sizes", "void_pixels", "labels", "area", "components", "largest",
                         "boundary", "bbox", "touches_border", "pairs", "edges")
        }  # fmt: skip
        return cls(
            names=tuple(name for one in listed for name in one.names),
            label_offsets=np.cumsum(labels),
            pair_offsets=np.cumsum(pairs),
            **joined,
        )


def tables_of(values: Iterable[Any], name: str) -> Iterator[FrameStats]:
    """Give tables one after the other, and blame the parameter `name` for what is none."""
    for i, one in enumerate(values):
        if not isinstance(one, FrameStats):
            raise MaskTypeError(
                f"expected FrameStats, got {type(one).__name__}", parameter=name, index=i
            )
        yield one


def _rows(
    offsets: npt.NDArray[np.int64], chosen: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Give the rows of some items, one after the other, and where each item's end."""
    lengths = np.diff(offsets)[chosen]
    ends = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    rows = np.arange(ends[-1]) + np.repeat(offsets[chosen] - ends[:-1], lengths)
    return rows, ends


def frame_stats(
    maps: Any,
    *,
    names: Sequence[str] | None = None,
    void: int | Iterable[int] = (),
    connectivity: Literal[4, 8] = 8,
) -> FrameStats:
    """Count what label maps consist of, all frames in one call.

    Parameters
    ----------
    maps : array_like or iterable of array_like
        A label map (H, W), a stack (N, H, W), or maps that may differ in size and dtype: any
        integers, memory order and stride, without a copy.
    names : sequence of str, optional
        Of the frames; by default ``"0"``, ``"1"``, ...
    void : int or iterable of int, optional
        Labels that are none: they are counted in `void_pixels` alone. By default every value is a
        label, 0 too.
    connectivity : {8, 4}, default 8
        Whether pixels that touch at a corner are of one component (8) or not (4).

    Returns
    -------
    FrameStats

    Raises
    ------
    MaskTypeError
        If a map is no array of integers (names its number), or `names` is not of text.
    ShapeMismatch
        If a map is not of two dimensions, or there are not as many names as maps.
    MaskError
        If a label is 2^63 or more, or another argument none of its values.

    Notes
    -----
    Components are those of ``scipy.ndimage.label`` for each label; `edges` those of
    :func:`adjacency`; the boundary is that of ``skimage.segmentation.find_boundaries`` with mode
    ``"thick"``, in which the edge of the frame is no boundary. Each map is read once, row by row;
    maps are shared out to threads.

    Examples
    --------
    >>> import numpy as np
    >>> import maskengine as me
    >>> found = me.frame_stats(np.array([[1, 1, 2, 1], [1, 1, 2, 9]]), void=9)
    >>> found.labels, found.area, found.components, found.boundary
    (array([1, 2]), array([5, 2]), array([2, 1]), array([3, 2]))
    >>> found.pairs.tolist(), found.edges, found.void_pixels
    ([[1, 2]], array([3]), array([1]))
    """
    corners = _arrays.is_eight(connectivity)
    listed = _as_maps(maps)
    found = core.frame_stats(tuple(listed), _as_voids(void), corners)
    label_offsets, pair_offsets, void_pixels, labels = found[:4]
    area, components, largest, boundary, bbox, touches, pairs, edges = found[4:]
    values = labels.view(np.int64)
    if values.size and any(one.dtype == np.uint64 for one in listed):
        _check_range(values, label_offsets, listed)
    sizes = np.array([one.shape for one in listed], np.int64).reshape(-1, 2)
    return FrameStats(
        _as_names(names, len(listed)), sizes, void_pixels, label_offsets, values, area, components,
        largest, boundary, bbox, touches.view(np.bool_), pair_offsets, pairs.view(np.int64), edges,
    )  # fmt: skip


def _as_maps(maps: Any) -> list[npt.NDArray[Any]]:
    if (
        has(maps, "ndim", "maps")
        or not isinstance(maps, Iterable)
        or isinstance(maps, (str, bytes))
    ):
        array = _arrays.as_masks(maps, "maps")
        if array.dtype.kind == "b":
            raise MaskTypeError("expected integer labels, got bool", parameter="maps")
        return [array] if array.ndim == 2 else list(array)
    return [_arrays.as_label_map(one, f"maps[{i}]") for i, one in enumerate(each(maps, "maps"))]


def _as_voids(void: Any) -> npt.NDArray[np.int64]:
    values = list(each([void] if _arrays.is_integer(void) else void, "void", "labels"))
    for value in values:
        if not _arrays.is_whole(value):
            raise MaskTypeError(f"expected integers, got {shown(value)}"[:200], parameter="void")
        if not -(2**63) <= value < 2**63:
            raise MaskError(f"expected a label in int64, got {shown(value)}", parameter="void")
    return np.array(values, np.int64)


def _as_names(names: Any, n: int) -> tuple[str, ...]:
    if names is None:
        return tuple(str(i) for i in range(n))
    listed = tuple(each(names, "names", "a name of each map"))
    for i, name in enumerate(listed):
        if not isinstance(name, str):
            raise MaskTypeError(
                f"expected text, got {shown(name)}"[:200], parameter="names", index=i
            )
    if len(listed) != n:
        raise ShapeMismatch(f"expected a name of each of {n} maps, got {len(listed)}",
                            parameter="names")  # fmt: skip
    return listed


def _check_range(
    values: npt.NDArray[np.int64], offsets: npt.NDArray[np.int64], maps: list[npt.NDArray[Any]]
) -> None:
    for i, one in enumerate(maps):
        if one.dtype == np.uint64 and (values[offsets[i] : offsets[i + 1]] < 0).any():
            raise MaskError("expected labels below 2^63", parameter="maps", index=i)
