"""Whose definitions of surface distances: what outlines are made of, and how scores follow."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from maskengine.ops.border_distances import Elements

ProfileName = Literal[
    "engine", "strict:surface-distance", "strict:medpy", "strict:monai", "strict:panoptica"
]


@dataclass(frozen=True)
class Profile:
    """How scores are made, and what they are where outlines are missing.

    Percentiles: ``"weighted"``, the greater of both directions, each the first distance at which
    the share of length is reached; ``"linear"``, the greater of both, each interpolated between
    elements; ``"pooled"``, interpolated between the elements of both. `pooled`: whether ASSD is the
    mean over the elements of both sides, and surface Dice their share; else means of two numbers.
    """

    elements: Elements
    percentile: Literal["weighted", "linear", "pooled"]
    pooled: bool
    both_empty: tuple[float, float, float]  # Hausdorff, average distances, surface Dice
    one_empty: float  # all distances of two sides at once
    one_empty_percentile: float  # but the robust Hausdorff distance
    empty_side: float  # the average distance from a side without outline
    surface_dice: float  # where one side is empty


_NAN, _INF = float("nan"), float("inf")
_NOTHING = (_NAN, _NAN, _NAN)

PROFILES: dict[str, Profile] = {
    "engine": Profile("corners", "weighted", True, (0.0, 0.0, 1.0), _INF, _INF, _INF, 0.0),
    "strict:surface-distance": Profile(
        "corners", "weighted", True, (_INF, _NAN, _NAN), _INF, _INF, _NAN, 0.0
    ),
    "strict:medpy": Profile("pixels", "pooled", True, _NOTHING, _NAN, _NAN, _NAN, _NAN),
    # it interpolates between infinite distances
    "strict:monai": Profile("pixels", "linear", True, _NOTHING, _INF, _NAN, _INF, 0.0),
    "strict:panoptica": Profile("pixels", "pooled", False, _NOTHING, _INF, _INF, _INF, 0.0),
}
