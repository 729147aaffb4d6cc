"""Hypothesis strategies for masks and batches."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from maskengine.testing import oracles
from maskengine.values import Masks

_DTYPES = ["?", "u1", "u2", "u4", "u8", "i1", "i2", "i4", "i8"]


def sizes(max_side: int = 70, min_side: int = 0) -> st.SearchStrategy[tuple[int, int]]:
    """Draw (height, width); sides around 64 and 128 are drawn often, as words end there."""
    side = [st.integers(min_side, max(min(max_side, 9), min_side)), st.integers(min_side, max_side)]
    often = [s for s in (1, 63, 64, 65, 127, 128, 129) if min_side <= s <= max_side]
    if often:
        side.append(st.sampled_from(often))
    return st.tuples(st.one_of(side), st.one_of(side))


@st.composite
def dense(draw: st.DrawFn, size: tuple[int, int] | None = None, max_side: int = 70) -> Any:
    """Draw a dense (H, W) bool mask: noise, rectangles, stripes, a checkerboard, empty or full."""
    height, width = size if size is not None else draw(sizes(max_side))
    kind = draw(st.sampled_from(["noise", "boxes", "checker", "empty", "full", "columns", "rows"]))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    mask = np.zeros((height, width), bool)
    if kind == "noise":
        mask = rng.random((height, width)) < rng.choice([0.02, 0.2, 0.5, 0.9])
    elif kind == "boxes":
        for _ in range(draw(st.integers(1, 4))):
            top, bottom = sorted(rng.integers(0, height + 1, 2))
            left, right = sorted(rng.integers(0, width + 1, 2))
            mask[top:bottom, left:right] ^= True
    elif kind == "checker":
        mask = np.indices((height, width)).sum(0) % 2 == rng.integers(2)
    elif kind == "columns":
        mask[:, rng.random(width) < 0.5] = True
    elif kind == "rows":
        mask[rng.random(height) < 0.5, :] = True
    elif kind == "full":
        mask[:] = True
    return mask


@st.composite
def masks(
    draw: st.DrawFn,
    min_masks: int = 0,
    max_masks: int = 4,
    size: tuple[int, int] | None = None,
    *,
    same_size: bool = False,
    canonical: bool = False,
    max_side: int = 70,
) -> Masks:
    """Draw a batch; unless `canonical`, some masks carry runs of length zero."""
    is_slice = draw(st.booleans())  # whose columns do not start at zero
    n = draw(st.integers(min_masks, max_masks)) + is_slice
    if size is None and same_size:
        size = draw(sizes(max_side))
    drawn = [draw(dense(size, max_side)) for _ in range(n)]
    lists = [oracles.counts_of(mask) for mask in drawn]
    if not canonical and draw(st.booleans()):
        lists = [_with_zero_runs(counts, draw(st.integers(0, 2**32 - 1))) for counts in lists]
    batch = oracles.from_lists(lists, [mask.shape for mask in drawn])
    return batch[1:] if is_slice else batch


def _with_zero_runs(counts: list[int], seed: int) -> list[int]:
    rng = np.random.default_rng(seed)
    out: list[int] = []
    for count in counts:
        cut = int(rng.integers(0, count + 1))
        out += [cut, 0, count - cut] if rng.random() < 0.3 else [count]
    return out


@st.composite
def stacks(draw: st.DrawFn, max_masks: int = 3, max_side: int = 70) -> Any:
    """Draw an (H, W) or (N, H, W) array as users hold it: any integer dtype, order and stride."""
    size = draw(sizes(max_side))
    n = draw(st.integers(0, max_masks))
    dtype = np.dtype(draw(st.sampled_from(_DTYPES)))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    stack = np.stack([draw(dense(size)) for _ in range(n)]) if n else np.zeros((0, *size), bool)
    values = rng.integers(1, 2 if dtype.kind == "b" else 128, stack.shape)
    array = (stack * values).astype(dtype)
    if dtype.kind == "i":
        array = -array
    return draw(layouts(array if n != 1 or draw(st.booleans()) else array[0]))


@st.composite
def layouts(draw: st.DrawFn, array: Any) -> Any:
    """Draw a memory layout of `array`: C, Fortran, strided, reversed, or part of a larger one."""
    kind = draw(st.sampled_from(["C", "F", "strided", "reversed", "inner", "channels"]))
    if kind == "C":
        return np.ascontiguousarray(array)
    if kind == "F":
        return np.asfortranarray(array)
    if kind == "strided":
        wide = np.repeat(np.repeat(array, 2, axis=-1), 3, axis=-2)
        return wide[..., ::3, ::2]
    if kind == "reversed":
        return np.ascontiguousarray(array[..., ::-1, ::-1])[..., ::-1, ::-1]
    if kind == "inner":
        padded = np.pad(array, [(1, 2)] * array.ndim, constant_values=1)
        return padded[tuple(slice(1, -2) for _ in range(array.ndim))]
    return np.stack([array, np.ones_like(array)], axis=-1)[..., 0]


@st.composite
def label_maps(draw: st.DrawFn, max_side: int = 70) -> Any:
    """Draw a map of a few labels, as noise or in patches, of any integer dtype and layout."""
    height, width = draw(sizes(max_side))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    patch = draw(st.sampled_from([1, 1, 2, 5]))
    shape = (-(-height // patch), -(-width // patch))
    coarse = rng.integers(0, draw(st.integers(1, 5)) + 1, shape)
    values = np.kron(coarse, np.ones((patch, patch), int))[:height, :width]
    dtype = np.dtype(draw(st.sampled_from(["u1", "u2", "u4", "u8", "i1", "i2", "i4", "i8"])))
    if dtype.kind == "i":
        values = values * rng.choice([-1, 1])
    return draw(layouts(values.astype(dtype)))


@st.composite
def volumes(draw: st.DrawFn, max_side: int = 9) -> Any:
    """Draw a volume (D, H, W) of a few values, as noise or in blocks, of any dtype and layout.

    `max_side` bounds depth and height; widths are up to 129, as words end at 64 and 128.
    """
    depth, height = draw(st.tuples(st.integers(0, max_side), st.integers(0, max_side)))
    width = draw(st.one_of(st.integers(0, max_side), st.sampled_from([63, 64, 65, 129])))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    block = draw(st.sampled_from([1, 1, 2, 3]))
    coarse = rng.integers(0, draw(st.integers(1, 4)) + 1, [-(-n // block) for n in (depth, height)])
    lines = rng.integers(0, draw(st.integers(1, 4)) + 1, (*coarse.shape, -(-width // block)))
    values = np.where(rng.random() < 0.5, lines, lines * coarse[..., np.newaxis])
    values = np.kron(values, np.ones((block,) * 3, int))[:depth, :height, :width]
    values[rng.random(values.shape) < draw(st.sampled_from([0, 0.3, 0.7]))] = 0
    dtype = np.dtype(draw(st.sampled_from(_DTYPES)))
    if dtype.kind == "i":
        values = values * rng.choice([-1, 1])
    return draw(layouts(values.astype(dtype)))


def points(max_points: int = 8) -> st.SearchStrategy[Any]:
    """Draw (K, 2) float64 points (x, y), some outside, some on pixel edges."""
    coordinate = st.one_of(st.floats(-5, 80, allow_nan=False), st.integers(-2, 75).map(float))
    return hnp.arrays(
        np.float64, st.tuples(st.integers(0, max_points), st.just(2)), elements=coordinate
    )
