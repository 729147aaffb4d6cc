"""What a conversion is asked to do."""

from __future__ import annotations

from dataclasses import dataclass

from maskengine import formats
from maskengine.convert._complete import limited, with_tables
from maskengine.convert._simplify import Bound
from maskengine.formats import Frames


class Discarded(Exception):  # noqa: N818 - no error
    """Ends a dry run before anything is there."""


@dataclass(frozen=True)
class Job:
    """The formats at both ends and what is asked of them.

    Parameters
    ----------
    source, target : str
        Formats.
    keep_vertices, check, limit, simplify
        See `maskengine.convert`.
    """

    source: str
    target: str
    keep_vertices: bool = False
    check: bool | None = None
    limit: int | None = None
    simplify: str | None = None

    @property
    def bound(self) -> Bound | None:
        """By how much polygons may differ from their masks."""
        return None if self.simplify is None else Bound.parse(self.simplify)

    @property
    def checks(self) -> bool:
        """Whether the target is read again."""
        if self.check is None:
            return "runs" not in formats.by_name(self.target).HOLDS or self.simplify is not None
        return self.check


def prepared(frames: Frames, job: Job) -> Frames:
    """Give the tables that the target needs, and only the images that are wanted."""
    target = formats.by_name(job.target)
    if target.FOLDER or "images" in target.NEEDS or job.limit is not None:
        frames = with_tables(frames, only_used="few" in target.NEEDS)
    return frames if job.limit is None else limited(frames, job.limit)
