"""The rules that a panoptic annotation keeps, judged on what was counted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from maskengine import _arrays
from maskengine._arrays import as_number, is_one_of
from maskengine._listing import NOT_READ, each, told
from maskengine.errors import MaskError, MaskTypeError, shown
from maskengine.quality._segments import as_categories
from maskengine.values.id_colours import ID_LIMIT

#: What each rule asks for.
RULES = {
    "P1": "every pixel belongs to one segment, with an id in [1, 2^24)",
    "P2": "no more pixels are void than the limit",
    "P3": "the ids of the map are those of the list",
    "P4": "no id is listed twice",
    "P5": "every category is known",
    "P6": "the area is the number of pixels",
    "P7": "a category of stuff has one segment",
    "P8": "the box is tight",
    "P9": "an id has one category",
    "P10": "only things are crowds",
    "P11": "the map has the size of its image, and three channels of 8 bits",
    "P12": "no fragment is smaller than the limit (a warning)",
}
_TEXTS = 3  # ids that a text names at most


class PanopticProblem(NamedTuple):
    """One rule that a panoptic annotation breaks.

    Parameters
    ----------
    rule : str
        ``"P1"`` to ``"P12"``, see :func:`validate_panoptic`.
    segments : tuple of int
        Ids of the segments it is about; empty for the map as a whole.
    pixels : int
        How many pixels it is about; 0 where it is about none.
    text : str
        What was expected and what came.

    Examples
    --------
    >>> from maskengine.quality import PanopticProblem
    >>> PanopticProblem("P6", (7,), 12, "segment 7: area 10, counted 12").severity
    'error'
    """

    rule: str
    segments: tuple[int, ...]
    pixels: int
    text: str

    @property
    def severity(self) -> Literal["error", "warning"]:
        """``"warning"`` for P12, else ``"error"``."""
        return "warning" if self.rule == "P12" else "error"


@dataclass(frozen=True)
class Rules:
    """What is allowed."""

    categories: dict[int, bool]  # and whether each is of things
    void_limit: float
    min_fragment: int
    full: bool

    @classmethod
    def of(cls, categories: Any, mode: str, void_limit: float, min_fragment: int) -> Rules:
        """Check the parameters that all validations share."""
        ids, things = as_categories(categories)
        if not is_one_of(mode, "full", "partial"):
            raise MaskError(f"expected 'full' or 'partial', got {shown(mode)}", parameter="mode")
        if isinstance(void_limit, bool) or not 0 <= as_number(void_limit, "void_limit") <= 1:
            raise MaskError(
                f"expected a share in [0, 1], got {shown(void_limit)}", parameter="void_limit"
            )
        if not _arrays.is_whole(min_fragment):
            raise MaskTypeError(
                f"expected an integer, got {shown(min_fragment)}", parameter="min_fragment"
            )
        if min_fragment < 0:
            raise MaskError(
                f"expected an integer >= 0, got {shown(min_fragment)}", parameter="min_fragment"
            )
        known = dict(zip(ids.tolist(), things.tolist(), strict=True))
        return cls(known, float(void_limit), int(min_fragment), mode == "full")


@dataclass(frozen=True)
class Counted:
    """What is on the map: of each id its pixels and box, and fragments below the limit."""

    pixels: int
    void: int
    ids: npt.NDArray[np.int64]
    area: npt.NDArray[np.int64]
    bbox: npt.NDArray[np.int64]  # left, top, width, height
    fragments: list[tuple[int, int, int, int]]  # y and x of the first pixel, id, pixels; sorted
    shared: list[tuple[int, int, int]]  # two ids and how many pixels both claim

    def area_of(self) -> dict[int, int]:
        """Give the pixels of each id."""
        return dict(zip(self.ids.tolist(), self.area.tolist(), strict=True))


def as_rows(segments: Any) -> list[dict[str, Any]]:
    """Give the list of segments as dicts; what is in them is not judged here."""
    name = "segments"
    if isinstance(segments, Mapping):
        return [{"id": _as_id(one, 0), "category_id": c} for one, c in told(segments, name).items()]
    rows = []
    for i, given in enumerate(each(segments, name, "a list")):
        row = told(given, name, i) if isinstance(given, Mapping) else given
        if not isinstance(row, Mapping) or "id" not in row or "category_id" not in row:
            raise MaskTypeError(
                f"expected an entry with id and category_id, got {shown(row)}"[:300],
                parameter=name,
                index=i,
            )
        rows.append({**row, "id": _as_id(row["id"], i)})
    return rows


def _as_id(value: Any, i: int) -> int:
    if not _arrays.is_whole(value):
        raise MaskTypeError(
            f"expected an integer, got {shown(value)}"[:300], parameter="segments", index=i
        )
    return int(value)


def judge(rows: list[dict[str, Any]], counted: Counted, rules: Rules) -> list[PanopticProblem]:
    """List what is wrong, by rule and then by id."""
    return [
        *_pixels(counted, rules),
        *_lists(rows, counted),
        *_categories(rows, rules),
        *_measures(rows, counted),
        *_stuff(rows, counted, rules),
        *_fragments(counted, rules),
    ]


def in_order(problems: Iterable[PanopticProblem]) -> list[PanopticProblem]:
    """Sort by the number of the rule; what is of one rule keeps its order."""
    return sorted(problems, key=lambda problem: int(problem.rule[1:]))


def _pixels(counted: Counted, rules: Rules) -> Iterator[PanopticProblem]:
    strange = (counted.ids < 1) | (counted.ids >= ID_LIMIT)
    for one, pixels in zip(
        counted.ids[strange].tolist(), counted.area[strange].tolist(), strict=True
    ):
        yield PanopticProblem("P1", (one,), pixels, f"id {one} is not in [1, {ID_LIMIT})")
    for a, b, pixels in counted.shared:
        yield PanopticProblem("P1", (a, b), pixels, f"segments {a} and {b} share {pixels} pixels")
    if rules.full and counted.void > rules.void_limit * counted.pixels:
        share = counted.void / counted.pixels
        text = f"{counted.void} pixels are void, {share:.4%} of the map"
        yield PanopticProblem("P2", (), counted.void, text)


def _lists(rows: list[dict[str, Any]], counted: Counted) -> Iterator[PanopticProblem]:
    area = counted.area_of()
    first: dict[int, int] = {}  # row
    places: dict[int, list[int]] = {}  # of what is listed more than once
    for i, row in enumerate(rows):
        one = row["id"]
        if first.setdefault(one, i) != i:
            places.setdefault(one, [first[one]]).append(i)
    for one in sorted([one for one in area if one not in first]):
        text = f"id {one} is on the map, and not in the list"
        yield PanopticProblem("P3", (one,), area[one], text)
    for one in sorted([one for one in first if one not in area]):
        yield PanopticProblem("P3", (one,), 0, f"id {one} is in the list, and not on the map")
    for one, at in sorted(places.items()):
        categories = list(dict.fromkeys(shown(rows[i]["category_id"]) for i in at))
        if len(categories) == 1:
            text = f"id {one} is listed {len(at)} times"
            yield PanopticProblem("P4", (one,), area.get(one, 0), text)
        else:
            text = f"id {one} is listed with the categories {', '.join(categories)}"
            yield PanopticProblem("P9", (one,), area.get(one, 0), text)


def _categories(rows: list[dict[str, Any]], rules: Rules) -> Iterator[PanopticProblem]:
    for row in rows:
        category = row["category_id"]
        if not known(category, rules):
            text = f"segment {row['id']}: category {shown(category)} is not known"
            yield PanopticProblem("P5", (row["id"],), 0, text)
        elif row.get("iscrowd", 0) and not rules.categories[category]:
            text = f"segment {row['id']}: a crowd of category {category}, which is stuff"
            yield PanopticProblem("P10", (row["id"],), 0, text)


def known(category: Any, rules: Rules) -> bool:
    """Say whether a category is of the list."""
    return _arrays.is_integer(category) and category in rules.categories


def _measures(rows: list[dict[str, Any]], counted: Counted) -> Iterator[PanopticProblem]:
    place = {one: k for k, one in enumerate(counted.ids.tolist())}
    for row in rows:
        if row["id"] not in place:
            continue
        k = place[row["id"]]
        area, box = int(counted.area[k]), counted.bbox[k].tolist()
        if "area" in row and row["area"] != area:
            text = f"segment {row['id']}: area {shown(row['area'])}, counted {area}"
            yield PanopticProblem("P6", (row["id"],), area, text)
        if "bbox" in row and not _same_box(row["bbox"], box):
            text = f"segment {row['id']}: bbox {shown(row['bbox'])}, counted {box}"
            yield PanopticProblem("P8", (row["id"],), area, text)


def _same_box(given: Any, box: list[int]) -> bool:
    try:
        return list(given) == box
    except NOT_READ:
        return False


def _stuff(rows: list[dict[str, Any]], counted: Counted, rules: Rules) -> Iterator[PanopticProblem]:
    area = counted.area_of()
    members: dict[int, dict[int, None]] = {}  # in the order of the list
    for row in rows:
        c = row["category_id"]
        if known(c, rules) and not rules.categories[c]:
            members.setdefault(int(c), {})[row["id"]] = None
    for c in sorted(members):
        ids = list(members[c])
        if len(ids) > 1:
            pixels = sum(area.get(one, 0) for one in ids)
            text = f"category {c}, which is stuff, has {len(ids)} segments: {_few(ids)}"
            yield PanopticProblem("P7", tuple(ids), pixels, text)


def _few(ids: list[int]) -> str:
    more = "" if len(ids) <= _TEXTS else ", ..."
    return ", ".join(str(one) for one in ids[:_TEXTS]) + more


def _fragments(counted: Counted, rules: Rules) -> Iterator[PanopticProblem]:
    for y, x, one, pixels in counted.fragments:
        text = (
            f"segment {one}: a fragment of {pixels} of at least {shown(rules.min_fragment)} pixels "
            f"at (x, y) = ({x}, {y})"
        )
        yield PanopticProblem("P12", (one,), pixels, text)
