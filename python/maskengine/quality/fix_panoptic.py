"""Repairs of panoptic annotations, each listed."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from maskengine import _arrays
from maskengine.errors import ShapeMismatch
from maskengine.ops.joint import joint
from maskengine.ops.remap import remap
from maskengine.ops.split import split
from maskengine.quality._panoptic_rules import PanopticProblem, Rules, as_rows, known
from maskengine.quality.segment_ids import SegmentIds
from maskengine.quality.validate_panoptic import as_ids, validate_panoptic
from maskengine.values.id_colours import ID_LIMIT


class PanopticChange(NamedTuple):
    """One repair.

    Parameters
    ----------
    rule : str
        The rule that was broken.
    segment : int
        The id of the segment, as it was.
    text : str
        What was changed to what.

    Examples
    --------
    >>> from maskengine.quality import PanopticChange
    >>> PanopticChange("P6", 7, "area 10 -> 12").segment
    7
    """

    rule: str
    segment: int
    text: str


@dataclass(frozen=True, eq=False)
class PanopticFix:
    """What :func:`fix_panoptic` made of an annotation.

    Parameters
    ----------
    label_map : numpy.ndarray
        (H, W), a new array like the map, or uint32 where its dtype does not hold a new id.
    segments : list of dict
        The new list; what else its entries said is still there.
    changes : list of PanopticChange
        In the order in which they were made.
    problems : list of PanopticProblem
        What is still wrong.

    Examples
    --------
    >>> import numpy as np
    >>> from maskengine.quality import fix_panoptic
    >>> fix_panoptic(np.array([[4, 4]]), {4: 1}, [1]).changes
    []
    """

    label_map: npt.NDArray[Any]
    segments: list[dict[str, Any]]
    changes: list[PanopticChange]
    problems: list[PanopticProblem]


def fix_panoptic(
    label_map: Any,
    segments: Any,
    categories: Any,
    *,
    mode: Literal["full", "partial"] = "full",
    void_limit: float = 0.0,
    min_fragment: int = 0,
    class_map: Any | None = None,
) -> PanopticFix:
    """Repair what can be repaired of a panoptic annotation without guessing.

    Parameters
    ----------
    label_map : array_like
        Shape (H, W): segment ids; 0 is void. It is not changed.
    segments, categories, mode, void_limit, min_fragment
        As :func:`validate_panoptic` takes them.
    class_map : array_like, optional
        Shape (H, W): the category of each pixel. With it, an id on pixels of several categories is
        divided, and one that is not listed gets an entry.

    Returns
    -------
    PanopticFix

    Raises
    ------
    MaskTypeError, ShapeMismatch, MaskError
        As there.

    Notes
    -----
    In this order: entries that repeat another one, or have no pixel, leave the list (P4, P3); with
    a class map ids are divided by category and listed (P9, P3); ids out of range get the lowest
    that is free (P1); segments of one category of stuff become the first of them (P7); crowds of
    stuff are none (P10); areas and boxes are counted (P6, P8). Void pixels and small fragments stay
    for :func:`fill_gaps` and :func:`maskengine.absorb_small`.

    Examples
    --------
    >>> import numpy as np
    >>> from maskengine.quality import fix_panoptic
    >>> two_skies = np.array([[4, 4, 6]])
    >>> listed = [{"id": 4, "category_id": 7, "area": 9}, {"id": 6, "category_id": 7}]
    >>> found = fix_panoptic(two_skies, listed, {7: False})
    >>> found.label_map, found.segments
    (array([[4, 4, 4]]), [{'id': 4, 'category_id': 7, 'area': 3}])
    >>> for change in found.changes:
    ...     print(change.rule, change.text)
    P7 segment 6 joins 4, 1 pixels
    P6 area 9 -> 3
    """
    array = _arrays.as_label_map(label_map, "label_map")
    work = _Work(array, as_rows(segments), Rules.of(categories, mode, void_limit, min_fragment))
    work.drop_repeated()
    if class_map is not None:
        classes = _arrays.as_label_map(class_map, "class_map")
        if classes.shape != array.shape:
            raise ShapeMismatch(
                f"expected the shape of the map, {array.shape}, got {classes.shape}",
                parameter="class_map",
            )
        work.divide(classes)
    work.drop_without_pixels()
    work.renumber()
    work.join_stuff()
    work.measure()
    problems = validate_panoptic(
        work.map, work.rows, categories,
        mode=mode, void_limit=void_limit, min_fragment=min_fragment, class_map=class_map,
    )  # fmt: skip
    return PanopticFix(work.map, work.rows, work.changes, problems)


class _Work:
    """The annotation in hand."""

    def __init__(self, array: npt.NDArray[Any], rows: list[dict[str, Any]], rules: Rules) -> None:
        self.map = array.copy()
        self.rows = [dict(row) for row in rows]
        self.rules = rules
        self.changes: list[PanopticChange] = []
        self._counted: dict[int, tuple[int, list[int]]] | None = None
        on_map = list(self.counted())
        listed = [row["id"] for row in rows]
        in_range = {one for one in [*on_map, *listed] if 0 < one < ID_LIMIT}
        self.ids = SegmentIds(sorted(in_range))

    def change(self, rule: str, segment: int, text: str) -> None:
        self.changes.append(PanopticChange(rule, segment, text))

    def counted(self) -> dict[int, tuple[int, list[int]]]:
        """Count the pixels of each id, and find its box; once for each state of the map."""
        if self._counted is None:
            _, ids, stats = split(self.map, stats=True)
            columns = zip(stats.area.tolist(), stats.bbox.tolist(), strict=True)
            self._counted = dict(zip(as_ids(ids).tolist(), columns, strict=True))
        return self._counted

    def rewrite(self, table: dict[int, int]) -> None:
        """Write other ids to the map."""
        if not table:
            return
        low, high = _arrays.value_range(self.map.dtype)
        fits = all(low <= one <= high for one in table.values())
        wanted = self.map.dtype if fits else np.dtype(np.uint32)
        every = {one: table.get(one, one) for one in self.counted()}
        self.map = remap(self.map, {0: 0, **every}, dtype=wanted)
        self._counted = None

    def drop_repeated(self) -> None:
        seen: dict[int, Any] = {}
        kept = []
        for row in self.rows:
            one = row["id"]
            if one in seen and seen[one] == row["category_id"]:
                self.change("P4", one, f"an entry that repeats id {one} is dropped")
                continue
            seen.setdefault(one, row["category_id"])
            kept.append(row)
        self.rows = kept

    def drop_without_pixels(self) -> None:
        pixels = self.counted()
        for row in self.rows:
            if row["id"] not in pixels:
                self.change(
                    "P3", row["id"], f"the entry of id {row['id']}, on no pixel, is dropped"
                )
        self.rows = [row for row in self.rows if row["id"] in pixels]

    def divide(self, classes: npt.NDArray[Any]) -> None:
        """Give each category that an id lies on an id of its own, and an entry."""
        counted = joint(self.map, classes)
        listed = {row["id"] for row in self.rows}
        left = list(enumerate(self.rows))  # entries that no pixel of their category was found for
        rows: list[tuple[int, dict[str, Any]]] = []  # and their place in the list
        named: set[int] = set()
        for (one, c), pixels in zip(counted.labels.tolist(), counted.pixels.tolist(), strict=True):
            if one == 0 or not known(c, self.rules):
                continue
            wanted = (e for e in left if e[1]["id"] == one and e[1]["category_id"] == c)
            own = next(wanted, None)
            if own is not None:
                left.remove(own)
            row = {"id": one, "category_id": c} if own is None else dict(own[1])
            if one in named or (own is None and one in listed):
                row["id"] = int(self.ids.new()[0])
                self._write((self.map == one) & (classes == c), row["id"])
                rule = "P9" if one in listed else "P3"
                text = f"{pixels} pixels of category {c} become segment {row['id']}"
                self.change(rule, one, text)
            else:
                named.add(one)
                if own is None:
                    self.change("P3", one, f"id {one} is listed with category {c}")
            rows.append((len(self.rows) if own is None else own[0], row))
        for place, row in left:
            if row["id"] in named:
                text = f"the entry with category {row['category_id']}, on no pixel, is dropped"
                self.change("P9", row["id"], text)
            else:
                rows.append((place, row))
        self.rows = [row for _, row in sorted(rows, key=lambda entry: entry[0])]

    def _write(self, where: npt.NDArray[np.bool_], one: int) -> None:
        if one > _arrays.value_range(self.map.dtype)[1]:
            self.map = self.map.astype(np.uint32)
        self.map[where] = one
        self._counted = None

    def renumber(self) -> None:
        bad = sorted(one for one in self.counted() if not 0 < one < ID_LIMIT)
        table = dict(zip(bad, self.ids.new(len(bad)).tolist(), strict=True))
        self.rewrite(table)
        for row in self.rows:
            row["id"] = table.get(row["id"], row["id"])
        for old, new in table.items():
            self.change("P1", old, f"id {old} -> {new}")

    def join_stuff(self) -> None:
        pixels = self.counted()
        first: dict[int, int] = {}
        table: dict[int, int] = {}
        kept = []
        ids = Counter(row["id"] for row in self.rows)  # twice: with two categories
        for row in self.rows:
            c = row["category_id"]
            stuff = known(c, self.rules) and not self.rules.categories[c]
            if stuff and ids[row["id"]] == 1:
                target = first.setdefault(c, row["id"])
                if target != row["id"]:
                    table[row["id"]] = target
                    n = pixels[row["id"]][0]
                    self.change("P7", row["id"], f"segment {row['id']} joins {target}, {n} pixels")
                    continue
            if stuff and row.get("iscrowd", 0):
                row["iscrowd"] = 0
                self.change("P10", row["id"], "iscrowd 1 -> 0")
            kept.append(row)
        self.rows = kept
        self.rewrite(table)

    def measure(self) -> None:
        counted = self.counted()
        for row in self.rows:
            if row["id"] not in counted:
                continue
            for rule, key, value in zip(
                ("P6", "P8"), ("area", "bbox"), counted[row["id"]], strict=True
            ):
                if key in row and row[key] != value:
                    self.change(rule, row["id"], f"{key} {row[key]} -> {value}")
                    row[key] = value
