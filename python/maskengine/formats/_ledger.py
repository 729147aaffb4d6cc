"""What a format could not hold, and which annotation became which."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

_NONE = np.zeros(0, np.int64)
_DROPPED = "annotations dropped"


@dataclass
class Ledger:
    """Notes of a writer.

    Attributes
    ----------
    losses : collections.Counter
        How often, by (what, how): ``("holes", "filled")``.
    written : dict of int to numpy.ndarray
        By image id, for each row handed to the writer the number, within the image, of the
        annotation of the target that holds it; -1 where none does. Images whose rows became
        annotations one by one are not listed.
    notes : dict
        What a writer of folders learns of images and needs at the end: JSON, dicts within dicts.

    Examples
    --------
    >>> from maskengine.formats import Ledger
    >>> ledger = Ledger()
    >>> ledger.lose("holes", "filled", 3)
    >>> ledger.lines("yolo")
    ['yolo cannot hold holes: 3 filled']
    """

    losses: Counter[tuple[str, str]] = field(default_factory=Counter)
    written: dict[int, npt.NDArray[np.int64]] = field(default_factory=dict, repr=False)
    notes: dict[str, Any] = field(default_factory=dict, repr=False)

    def lose(self, what: str, how: str, count: int = 1) -> None:
        """Note that `count` annotations (or images, or pixels) lost something.

        Parameters
        ----------
        what : str
            What the format has no place for, in the plural: ``"holes"``.
        how : str
            What was done instead: ``"filled"``, ``"pixels overwritten"``.
        count : int
            How often; 0 is not noted.
        """
        if count:
            self.losses[what, how] += count

    def drop(self, what: str, count: int = 1) -> None:
        """Note that `count` annotations are not in the target; each is noted once."""
        self.lose(what, _DROPPED, count)

    @property
    def dropped(self) -> int:
        """How many annotations are not in the target."""
        return sum(count for (_, how), count in self.losses.items() if how == _DROPPED)

    def became(self, image: int, numbers: Sequence[int] | npt.NDArray[np.int64]) -> None:
        """Note, for each row of an image, the number of the annotation it is in; -1 for none."""
        self.written[image] = np.asarray(numbers, np.int64)

    def add(self, other: Ledger) -> None:
        """Take over the notes of another one, of other images."""
        self.losses.update(other.losses)
        self.written.update(other.written)
        _merge(self.notes, other.notes)

    def to_dict(self) -> dict[str, Any]:
        """Give it as JSON can hold it."""
        losses = [[what, how, count] for (what, how), count in self.losses.items()]
        written = {
            "images": list(self.written),
            "lengths": [len(numbers) for numbers in self.written.values()],
            "numbers": np.concatenate([_NONE, *self.written.values()]).tolist(),
        }
        return {"losses": losses, "written": written, "notes": self.notes}

    @classmethod
    def from_dict(cls, told: dict[str, Any]) -> Ledger:
        """Read what `to_dict` gives."""
        losses = Counter({(what, how): count for what, how, count in told["losses"]})
        table = told["written"]
        numbers = np.array(table["numbers"], np.int64)
        ends = np.cumsum(table["lengths"], dtype=np.int64)
        each = np.split(numbers, ends[:-1]) if len(ends) else []
        written = dict(zip(table["images"], each, strict=True))
        return cls(losses, written, told["notes"])

    def lines(self, name: str) -> list[str]:
        """Say what was lost, the most frequent first, for the format of that name."""
        found: dict[str, list[str]] = {}
        for (what, how), count in self.losses.most_common():
            found.setdefault(what, []).append(f"{count} {how}")
        return [f"{name} cannot hold {what}: {', '.join(how)}" for what, how in found.items()]


def _merge(into: dict[str, Any], other: dict[str, Any]) -> None:
    for key, value in other.items():
        if isinstance(value, dict):
            _merge(into.setdefault(key, {}), value)
        else:
            into.setdefault(key, value)
