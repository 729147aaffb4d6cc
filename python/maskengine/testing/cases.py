"""What one operation brings to the test runners."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any


def same(ours: Any, wanted: Any) -> bool:
    """Compare exactly: dtype, shape and every value; tuples and lists item by item."""
    import numpy as np  # noqa: PLC0415 - keeps this module importable in a docs build

    if isinstance(wanted, (tuple, list)):
        return (
            isinstance(ours, (tuple, list))
            and len(ours) == len(wanted)
            and all(same(o, w) for o, w in zip(ours, wanted, strict=True))
        )
    if isinstance(wanted, np.ndarray):
        return (
            isinstance(ours, np.ndarray)
            and ours.dtype == wanted.dtype
            and ours.shape == wanted.shape
            and bool(np.array_equal(ours, wanted, equal_nan=ours.dtype.kind == "f"))
        )
    return bool(ours == wanted)


@dataclass(frozen=True)
class Case:
    """One operation under test, used by every runner.

    Parameters
    ----------
    name : str
        Name shown by pytest, unique.
    run : callable
        Our operation on one drawn tuple of arguments.
    inputs : hypothesis strategy
        Draws the tuple of arguments.
    oracle : callable
        Slow truth on the same arguments; never our own kernels.
    same : callable
        Comparison of our result with the oracle's or a peer's; exact unless stated.
    laws : dict of str to callable
        Properties: each takes the drawn arguments and returns True when it holds.
    peers : dict of str to callable
        Third-party answers on the same arguments; each imports its library itself.
    cuda : tuple of int, optional
        Positions of the arguments that move to a CUDA device for the call there: it gives the same.
        None: the operation has no CUDA form.
    hostile : dict of str to callable
        Calls without arguments that must raise a MaskError.
    """

    name: str
    run: Callable[..., Any]
    inputs: Any
    oracle: Callable[..., Any]
    same: Callable[[Any, Any], bool] = same
    laws: dict[str, Callable[..., bool]] = field(default_factory=dict)
    peers: dict[str, Callable[..., Any]] = field(default_factory=dict)
    cuda: tuple[int, ...] | None = None
    hostile: dict[str, Callable[[], Any]] = field(default_factory=dict)
