"""Panoptic rules on a map that is being edited: after each edit, what changed is counted anew."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from maskengine import _arrays
from maskengine._listing import NOT_READ
from maskengine.errors import MaskError, shown
from maskengine.ops.split import split
from maskengine.quality._panoptic_rules import (
    Counted,
    PanopticProblem,
    Rules,
    as_rows,
    in_order,
    judge,
)
from maskengine.quality.validate_panoptic import as_ids, fragments_in

_ROWS, _COLUMNS = 128, 512  # of a tile
_Box = tuple[int, int, int, int]
_Table = tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.int64]]


class PanopticChecker:
    """Holds a label map that is edited elsewhere, and validates it again where it changed.

    Parameters
    ----------
    label_map : numpy.ndarray
        Shape (H, W), any integer dtype: the array itself, as a :class:`maskengine.Canvas` edits it.
    segments, categories, mode, void_limit, min_fragment, connectivity
        As :func:`validate_panoptic` takes them.

    Attributes
    ----------
    segments : list of dict
        The list, to be edited with the map.

    Raises
    ------
    MaskTypeError, ShapeMismatch, MaskError
        As there.

    Notes
    -----
    Pixels and box of each id are kept for each tile of 128 x 512 pixels. An edit costs its tiles,
    and for fragments its box and `min_fragment` pixels around it: a component of so few pixels
    reaches no farther.

    Examples
    --------
    >>> import numpy as np
    >>> import maskengine as me
    >>> from maskengine.quality import PanopticChecker
    >>> scene = np.full((40, 60), 9, np.uint32)
    >>> checker = PanopticChecker(scene, {9: 7}, {1: True, 7: False})
    >>> edit = me.Canvas(scene).stroke([(20.5, 20.5)], 3, label=5)
    >>> checker.update(edit.box)
    >>> [problem.text for problem in checker.problems()]
    ['id 5 is on the map, and not in the list']
    >>> checker.segments.append({"id": 5, "category_id": 1})
    >>> checker.problems()
    []
    """

    def __init__(
        self,
        label_map: npt.NDArray[Any],
        segments: Any,
        categories: Any,
        *,
        mode: Literal["full", "partial"] = "full",
        void_limit: float = 0.0,
        min_fragment: int = 0,
        connectivity: Literal[4, 8] = 8,
    ) -> None:
        self._map = _arrays.as_label_map(label_map, "label_map")
        self._rules = Rules.of(categories, mode, void_limit, min_fragment)
        self._connectivity: Literal[4, 8] = 8 if _arrays.is_eight(connectivity) else 4
        self.segments = as_rows(segments)
        self._tiles: dict[tuple[int, int], _Table] = {}
        self._fragments: dict[tuple[int, int], tuple[int, int, _Box]] = {}
        height, width = self._map.shape
        self._count((0, 0, width, height))
        self._find_fragments((0, 0, width, height), (0, 0))

    def update(self, box: Any) -> None:
        """Count again what an edit may have changed.

        Parameters
        ----------
        box : (int, int, int, int)
            Left, top, right, bottom, half-open: pixels outside of it are as they were.
            ``Edit.box`` of a canvas. It may reach out of the map.

        Raises
        ------
        MaskError
            If it is not four integers.

        Examples
        --------
        >>> import numpy as np
        >>> from maskengine.quality import PanopticChecker
        >>> scene = np.array([[5, 5]])
        >>> checker = PanopticChecker(scene, {5: 1}, [1])
        >>> scene[0, 1] = 0
        >>> checker.update((1, 0, 2, 1))
        >>> checker.problems()[0].text
        '1 pixels are void, 50.0000% of the map'
        """
        try:
            left, top, right, bottom = (int(side) for side in box)
        except NOT_READ as error:
            raise MaskError(f"expected four integers, got {shown(box)}", parameter="box") from error
        height, width = self._map.shape
        left, top = max(left, 0), max(top, 0)
        right, bottom = min(right, width), min(bottom, height)
        if left >= right or top >= bottom:
            return
        self._count((left, top, right, bottom))
        self._update_fragments((left, top, right, bottom))

    def problems(self) -> list[PanopticProblem]:
        """List the rules that are broken now, as :func:`validate_panoptic` does.

        Returns
        -------
        list of PanopticProblem

        Examples
        --------
        >>> import numpy as np
        >>> from maskengine.quality import PanopticChecker
        >>> PanopticChecker(np.array([[5]]), {5: 1}, [1]).problems()
        []
        """
        rows = as_rows(self.segments)
        return in_order(judge(rows, self._counted(), self._rules))

    def _count(self, box: _Box) -> None:
        left, top, right, bottom = box
        for j in range(top // _ROWS, -(-bottom // _ROWS)):
            for i in range(left // _COLUMNS, -(-right // _COLUMNS)):
                y, x = j * _ROWS, i * _COLUMNS
                tile = self._map[y : y + _ROWS, x : x + _COLUMNS]
                _, ids, stats = split(tile, stats=True)
                corners = stats.bbox + np.array([x, y, 0, 0])
                corners[:, 2:] += corners[:, :2]
                self._tiles[j, i] = (as_ids(ids), stats.area, corners)

    def _counted(self) -> Counted:
        every = list(self._tiles.values())
        empty = np.zeros(0, np.int64)
        ids = np.concatenate([tile[0] for tile in every] or [empty])
        area = np.concatenate([tile[1] for tile in every] or [empty])
        box = np.concatenate([tile[2] for tile in every] or [empty.reshape(0, 4)])
        order = np.argsort(ids, kind="stable")
        ids, area, box = ids[order], area[order], box[order]
        first = np.flatnonzero(np.diff(ids, prepend=ids[:1] - 1)) if ids.size else empty
        totals = np.add.reduceat(area, first) if first.size else empty
        if first.size:
            low = np.minimum.reduceat(box[:, :2], first)
            high = np.maximum.reduceat(box[:, 2:], first)
            box = np.concatenate([low, high - low], axis=1)
        fragments = sorted((y, x, one, n) for (y, x), (one, n, _) in self._fragments.items())
        pixels = int(self._map.size)
        return Counted(pixels, pixels - int(totals.sum()), ids[first], totals, box, fragments, [])

    def _find_fragments(
        self, window: _Box, offset: tuple[int, int], near: _Box | None = None
    ) -> None:
        """Add the fragments of a window, of those whose box meets `near` where it is given."""
        left, top, right, bottom = window
        dx, dy = offset
        found = fragments_in(
            self._map[top:bottom, left:right], self._rules.min_fragment, self._connectivity
        )
        for y, x, one, pixels, (x0, y0, x1, y1) in found:
            box = (x0 + dx, y0 + dy, x1 + dx, y1 + dy)
            if near is None or _meet(box, near):
                self._fragments[y + dy, x + dx] = (one, pixels, box)

    def _update_fragments(self, box: _Box) -> None:
        least = self._rules.min_fragment
        if least <= 1:
            return
        height, width = self._map.shape
        left, top, right, bottom = box
        # Whatever grew, shrank, joined or fell apart touches the box or a pixel beside it. A
        # fragment that does has no side of `least` pixels, so it ends inside of the window.
        near = (left - 1, top - 1, right + 1, bottom + 1)
        far = least + 1
        window = (
            max(left - far, 0),
            max(top - far, 0),
            min(right + far, width),
            min(bottom + far, height),
        )
        self._fragments = {
            place: row for place, row in self._fragments.items() if not _meet(row[2], near)
        }
        self._find_fragments(window, window[:2], near)


def _meet(a: _Box, b: _Box) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
