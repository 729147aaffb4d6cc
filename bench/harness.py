"""What a case needs: its words, the peers, and a race that no wrong answer survives."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from maskengine.cli import _race
from maskengine.cli._race import MODULES, OURS, Job, Race, Settings, equal, interleave

__all__ = [
    "MODULES",
    "OURS",
    "PEERS",
    "Job",
    "Race",
    "Settings",
    "WrongAnswer",
    "equal",
    "importable",
    "interleave",
    "race",
]

PEERS = {  # name in the table -> module that has what is raced
    **MODULES,
    "supervision": "supervision",
    "rasterio": "rasterio",
    "shapely": "shapely",
    "simpleitk": "SimpleITK",
    "surface-distance": "surface_distance",
    "medpy": "medpy.metric",
    "datumaro": "datumaro",
    "ultralytics": "ultralytics.data.converter",
    "statsmodels": "statsmodels.stats.inter_rater",
    "krippendorff": "krippendorff",
    "napari": "napari",
    "opencv bbdt": "cv2",  # another algorithm of it
    "opencv per label": "cv2",  # label after label
    "opencv, pycocotools": "cv2",  # one after the other
    "pillow-6": "PIL",  # at the level it takes by default
    "full rasterize": "maskengine",  # our own, in races of edits
}


class WrongAnswer(Exception):  # noqa: N818
    """A peer gives another answer, or none, so its time means nothing."""


def importable(peer: str) -> bool:
    return _race.importable(PEERS[peer])


def race(entry: Race, settings: Settings, peers: tuple[str, ...]) -> dict[str, Any]:
    """Run one row and give its numbers; on several threads without the limit, which is of one."""
    if settings.beside is not None:
        entry = replace(entry, traffic=None)
    here = tuple(peer for peer in entry.rivals if peer in peers and importable(peer))
    row = _race.race(entry, here, settings)
    if "left_out" in row:
        why = ", ".join(f"{peer} {text}" for peer, text in row["left_out"].items())
        raise WrongAnswer(f"{entry.name}: {why}")
    return row
