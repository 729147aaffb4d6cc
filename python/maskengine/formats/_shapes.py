"""Outlines of shapes that formats name rather than draw."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

_VERTICES = 720  # of an ellipse: what CVAT's exports take


def turned(points: npt.NDArray[np.float64], turn: float) -> npt.NDArray[np.float64]:
    """Turn points (V, 2) about the origin, by radians, from x to y."""
    x, y = points.T
    cosine, sine = math.cos(turn), math.sin(turn)
    return np.stack([x * cosine - y * sine, x * sine + y * cosine], axis=1)


def ellipse(
    centre: npt.NDArray[np.float64], radii: npt.NDArray[np.float64], turn: float
) -> npt.NDArray[np.float64]:
    """Give the outline of an ellipse as a ring, turned by radians."""
    angle = np.linspace(0, 2 * np.pi, _VERTICES, endpoint=False)
    ring: npt.NDArray[np.float64] = centre + turned(
        radii * np.stack([np.cos(angle), np.sin(angle)], axis=1), turn
    )
    return ring
