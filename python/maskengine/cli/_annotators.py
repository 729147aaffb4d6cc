"""What `compare` asks of the work of several annotators, whatever files it is in."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy.typing as npt

from maskengine.errors import MaskError
from maskengine.values import Masks


@dataclass(frozen=True)
class Objects:
    """The objects that one annotator drew on a frame; crowds are none.

    Parameters
    ----------
    masks : Masks
        N masks of the frame's size.
    labels : list of int
        The label of each.
    """

    masks: Masks
    labels: list[int]


@dataclass(frozen=True)
class Frame:
    """What R annotators made of one frame.

    Parameters
    ----------
    maps : list of numpy.ndarray
        A label map of each, of one shape (H, W).
    objects : list of Objects or None
        Those of each, where the files tell objects apart.
    """

    maps: list[npt.NDArray[Any]]
    objects: list[Objects] | None = None


@dataclass(frozen=True)
class Annotators(ABC):
    """The work of R annotators, frame by frame.

    Parameters
    ----------
    names : list of str
        Of the annotators.
    places : list of str
        Where the work of each is, as it is shown.
    frames : list of str
        Names of the frames that all have.
    left_out : list of str
        What is not there of every annotator, or cannot be compared.
    classes : dict of int to str
        Names of labels, as far as the files tell them.
    """

    names: list[str]
    places: list[str]
    frames: list[str]
    left_out: list[str]
    classes: dict[int, str]

    @abstractmethod
    def read(self, chosen: Sequence[int] | None = None) -> Iterator[Frame]:
        """Give the frames with these numbers, or all, in order."""


def check_names(sources: list[Path], names: list[str]) -> list[str]:
    """Give a name for each of two annotators or more."""
    if len(sources) < 2:
        raise MaskError(f"expected two annotators or more, got {len(sources)}", parameter="maps")
    if names and len(names) != len(sources):
        raise MaskError(
            f"expected a name for each of {len(sources)}, got {len(names)}", parameter="names"
        )
    for source in sources:
        if not source.exists():
            raise MaskError(f"{source} does not exist", parameter="maps")
    return names or _short(sources)


def common(names: list[str], found: Sequence[dict[str, Any]]) -> tuple[list[str], list[str]]:
    """Give the frames that all annotators have, and a line for each that some do not have."""
    everything = dict.fromkeys(name for files in found for name in files)
    both = [name for name in everything if all(name in files for files in found)]
    left_out = [
        f"{name}: not of {', '.join(n for n, f in zip(names, found, strict=True) if name not in f)}"
        for name in everything
        if any(name not in files for files in found)
    ]
    return both, left_out


def _short(sources: list[Path]) -> list[str]:
    """Give short names that tell the sources apart."""
    full = [source.resolve() for source in sources]
    stems = [path.name if path.is_dir() else path.stem for path in full]
    parents = [path.parent.name for path in full]
    if len(set(stems)) == len(stems):
        return stems
    if len(set(parents)) == len(parents):
        return parents
    return [f"{number}: {stem}" for number, stem in enumerate(stems, 1)]
