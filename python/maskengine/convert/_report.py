"""What a conversion did."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from maskengine.convert._spool import fingerprint
from maskengine.convert._verify import Likeness
from maskengine.formats import Ledger


@dataclass
class Report:
    """What a conversion did.

    Attributes
    ----------
    source, target : pathlib.Path
        The files; of a store elsewhere, the copy that was.
    source_url, target_url : str or None
        Of what is in a store elsewhere.
    source_format, target_format : str
        Their formats.
    read, written, dropped, refused : int
        Annotations; ``read == written + dropped + refused``. Refused are those that are not sound,
        dropped those that the target has no place for.
    converted : int
        Annotations handed to the writer: written or dropped.
    reasons : collections.Counter
        How many were refused for which reason.
    quarantine : pathlib.Path, str or None
        Where the refused ones are, when there are any.
    ledger : Ledger
        What the target has no place for, and which annotation became which.
    likeness : Likeness or None
        How the masks of the target compare with those of the source, where that was asked for or
        the target cannot hold every mask.
    simplify : str or None
        By how much polygons were allowed to differ from their masks.
    seconds : float
        Wall-clock time.
    bytes_read, bytes_written : int
        Of the files; 0 where nothing was written.
    """

    source: Path
    target: Path
    source_format: str
    target_format: str
    read: int = 0
    converted: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    quarantine: Path | str | None = None
    ledger: Ledger = field(default_factory=Ledger)
    likeness: Likeness | None = None
    simplify: str | None = None
    seconds: float = 0.0
    bytes_read: int = 0
    bytes_written: int = 0
    source_url: str | None = None
    target_url: str | None = None

    def measure(self) -> None:
        """Count the bytes of both ends, which must be on this machine."""
        self.bytes_read, self.bytes_written = map(_bytes_of, (self.source, self.target))

    @property
    def dropped(self) -> int:
        """Annotations that the target has no place for."""
        return self.ledger.dropped

    @property
    def written(self) -> int:
        """Annotations that are in the target."""
        return self.converted - self.dropped

    @property
    def refused(self) -> int:
        """Annotations that are not sound."""
        return self.reasons.total()

    @property
    def is_lossless(self) -> bool:
        """Whether the target holds all that the source did, but for what was refused."""
        same = self.likeness is None or (
            self.likeness.exact == self.likeness.compared and not self.likeness.absent
        )
        return same and not self.ledger.losses

    def to_dict(self) -> dict[str, Any]:
        """Give the report as JSON can hold it."""
        out: dict[str, Any] = {
            "source": {
                "path": self.source_url or str(self.source),
                "format": self.source_format,
                "bytes": self.bytes_read,
            },
            "target": {
                "path": self.target_url or str(self.target),
                "format": self.target_format,
                "bytes": self.bytes_written,
            },
            "read": self.read,
            "written": self.written,
            "dropped": self.dropped,
            "refused": dict(self.reasons.most_common()),
            "simplify": self.simplify,
            "seconds": round(self.seconds, 3),
            "losses": [
                {"what": what, "how": how, "count": count}
                for (what, how), count in self.ledger.losses.most_common()
            ],
        }
        if self.likeness is not None:
            out["masks"] = {
                "compared": self.likeness.compared,
                "exact": self.likeness.exact,
                "absent": self.likeness.absent,
                "beyond": self.likeness.beyond if self.simplify else None,
                "iou_min": self.likeness.iou_min if self.likeness.compared else None,
                "iou_p5": self.likeness.iou_p5 if self.likeness.compared else None,
                "worst": [
                    {"iou": iou, "image_id": image, "number": number}
                    for iou, image, number in self.likeness.worst
                ],
            }
        return out


def _bytes_of(path: Path) -> int:
    return fingerprint(path)[1] if path.exists() else 0
