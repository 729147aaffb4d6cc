"""The segments and categories that callers list, checked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from maskengine import _arrays
from maskengine._backend import core
from maskengine._listing import each, told
from maskengine.errors import MaskError, MaskTypeError, shown
from maskengine.ops._label_maps import LabelMap
from maskengine.quality._labels import as_labels, position


@dataclass(frozen=True, eq=False)
class Segments:
    """Columns of a list of segments."""

    ids: npt.NDArray[np.int64]
    category: npt.NDArray[np.int64]  # place in the list of categories
    crowd: npt.NDArray[np.bool_]


def _rows(value: Any, name: str, keys: tuple[str, ...]) -> list[Any]:
    """Give the entries of a list of COCO dicts, each of which has the keys."""
    rows = []
    for i, given in enumerate(each(value, name, "a list")):
        row = told(given, name, i) if isinstance(given, Mapping) else given
        rows.append(row)
        if not isinstance(row, Mapping) or any(key not in row for key in keys):
            raise MaskTypeError(
                f"expected an entry with {', '.join(keys)}, got {shown(row)}"[:300],
                parameter=name,
                index=i,
            )
    return rows


def as_categories(value: Any) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.bool_]]:
    """Give category ids, and whether each is of things."""
    name = "categories"
    if isinstance(value, range):
        ids = as_labels(value, name)
        return ids, np.ones(ids.size, np.bool_)
    if isinstance(value, Mapping):
        value = told(value, name)
        ids = as_labels(list(value), name)
        return ids, np.array([bool(thing) for thing in value.values()], np.bool_)
    listed = list(each(value, name, "labels"))
    if listed and isinstance(listed[0], Mapping):
        rows = _rows(listed, name, ("id", "isthing"))
        ids = as_labels([row["id"] for row in rows], name)
        return ids, np.array([bool(row["isthing"]) for row in rows], np.bool_)
    ids = as_labels(listed, name)
    return ids, np.ones(ids.size, np.bool_)


def check_void_class(value: Any, categories: Iterable[int]) -> None:
    """Check the class of what is nothing."""
    if not _arrays.is_whole(value):
        raise MaskTypeError(f"expected an integer, got {shown(value)}", parameter="void_class")
    if value in categories:
        raise MaskError(f"expected no category, got {value}", parameter="void_class")


def as_segments(value: Any, name: str, categories: npt.NDArray[np.int64], void: int) -> Segments:
    """Check segments whose categories are of a list."""
    plain = core.plain_segments(value, categories, void)
    if plain is not None:
        return Segments(*plain)
    if isinstance(value, Mapping):
        ids, wanted = list(value.keys()), list(value.values())
        crowd = np.zeros(len(ids), np.bool_)
    else:
        rows = _rows(value, name, ("id", "category_id"))
        ids = [row["id"] for row in rows]
        wanted = [row["category_id"] for row in rows]
        crowd = np.array([bool(row.get("iscrowd", 0)) for row in rows], np.bool_)
    labels = as_labels(ids, name)
    known = {category: i for i, category in enumerate(categories.tolist())}
    if set(map(type, wanted)) - {int} or not known.keys() >= set(wanted):
        for i, category in enumerate(wanted):
            if not _arrays.is_integer(category) or int(category) not in known:
                raise MaskError(
                    f"expected a category of the list, got {shown(category)}"[:300],
                    parameter=name,
                    index=i,
                )
        wanted = [int(category) for category in wanted]
    if void in ids:
        raise MaskError(
            f"expected ids other than void, got {void}",
            parameter=name,
            index=ids.index(void),
        )
    return Segments(labels, np.array([known[c] for c in wanted], np.int64), crowd)


def strange_label(label: int, name: str, label_map: LabelMap) -> MaskError:
    """Give the error for a label that no segment has."""
    return MaskError(
        f"expected ids of its segments, got {shown(label)} at {position(label_map, label)}",
        parameter=name,
    )
