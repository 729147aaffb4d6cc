"""Morphology for tests: strategies, kernels for peers, and slow truths offset by offset."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from hypothesis import strategies as st

from maskengine.testing import oracles, strategies
from maskengine.values import Masks

Dense = npt.NDArray[np.bool_]
Radius = float | tuple[float, float]

SHAPES = ("square", "disk", "cross")
BORDERS = ("foreground", "background")


def pair(radius: Radius) -> tuple[float, float]:
    """Give (ry, rx)."""
    return radius if isinstance(radius, tuple) else (radius, radius)


def kernel(radius: Radius, shape: str) -> Any:
    """Give the offsets that a pixel reaches as an array with sides 2 * int(r) + 1."""
    ry, rx = pair(radius)
    dy, dx = np.mgrid[-int(ry) : int(ry) + 1, -int(rx) : int(rx) + 1].astype(float)
    if shape == "square":
        return np.ones(dy.shape, np.uint8)
    if shape == "cross":
        return ((dy == 0) | (dx == 0)).astype(np.uint8)
    if ry == rx:
        return (dy**2 + dx**2 <= ry * ry).astype(np.uint8)
    return (dy**2 * (rx * rx) + dx**2 * (ry * ry) <= (rx * rx) * (ry * ry)).astype(np.uint8)


def dilate(mask: Dense, radius: Radius, shape: str, *, beyond: bool = False) -> Dense:
    """Say which pixels reach foreground; `beyond` is the value of the pixels outside."""
    offsets = kernel(radius, shape)
    height, width = mask.shape
    spare_y = max(0, offsets.shape[0] // 2 - height)  # farther out is no different
    spare_x = max(0, offsets.shape[1] // 2 - width)
    offsets = offsets[spare_y : len(offsets) - spare_y, spare_x : offsets.shape[1] - spare_x]
    my, mx = offsets.shape[0] // 2, offsets.shape[1] // 2
    framed = np.pad(mask, ((my, my), (mx, mx)), constant_values=beyond)
    out = np.zeros(mask.shape, bool)
    for dy, dx in np.argwhere(offsets):
        out |= framed[dy : dy + height, dx : dx + width]
    return out


def erode(mask: Dense, radius: Radius, shape: str, border: str = "foreground") -> Dense:
    """Say which pixels reach foreground alone."""
    return ~dilate(~mask, radius, shape, beyond=border == "background")


def opened(mask: Dense, radius: Radius, shape: str, border: str = "foreground") -> Dense:
    """Erode, then dilate."""
    return dilate(erode(mask, radius, shape, border), radius, shape)


def closed(mask: Dense, radius: Radius, shape: str, border: str = "foreground") -> Dense:
    """Dilate, then erode."""
    return erode(dilate(mask, radius, shape), radius, shape, border)


def boundary(mask: Dense, radius: Radius, side: str, shape: str, border: str) -> Dense:
    """Give what erosion removes, what dilation adds, or both."""
    inner = mask & ~erode(mask, radius, shape, border)
    outer = dilate(mask, radius, shape) & ~mask
    return {"inner": inner, "outer": outer, "both": inner | outer}[side]


def dilated_labels(labels: Any, radius: Radius, shape: str) -> Any:
    """Give background the nearest label that it reaches, of several as near the lowest."""
    offsets = kernel(radius, shape)
    middle = np.array(offsets.shape) // 2
    places = np.argwhere(labels != 0)
    out = labels.copy()
    for y, x in np.argwhere(labels == 0):
        steps = places - (y, x)
        steps = steps[(np.abs(steps) <= middle).all(axis=1)]
        steps = steps[offsets[tuple((steps + middle).T)] != 0]
        if len(steps):
            far = (steps**2).sum(axis=1)
            nearest = steps[far == far.min()] + (y, x)
            out[y, x] = labels[tuple(nearest.T)].min()
    return out


def opened_labels(labels: Any, radius: Radius, shape: str, border: str) -> Any:
    """Open each label by itself."""
    out = np.zeros_like(labels)
    for label in np.unique(labels[labels != 0]):
        out[opened(labels == label, radius, shape, border)] = label
    return out


def closed_labels(labels: Any, radius: Radius, shape: str, border: str) -> Any:
    """Close each label by itself; others keep their pixels, and the lowest label takes most."""
    out = np.zeros_like(labels)
    for label in sorted(np.unique(labels[labels != 0]), reverse=True):
        grown = closed(labels == label, radius, shape, border)
        out[grown & (labels == 0)] = label
        out[grown & (labels == label)] = label
    return out


def distances(mask: Dense, spacing: tuple[float, float], metric: str) -> Any:
    """Compare every pixel with every background pixel."""
    pixels = np.argwhere(np.ones(mask.shape, bool))
    background = np.argwhere(~mask)
    steps = np.abs(pixels[:, None] - background[None]).astype(float) * spacing
    if metric == "euclidean":
        each = (steps**2).sum(axis=2)
    else:
        each = steps.sum(axis=2) if metric == "cityblock" else steps.max(axis=2, initial=0)
    nearest = each.min(axis=1, initial=np.inf).reshape(mask.shape)
    return np.sqrt(nearest) if metric == "euclidean" else nearest


def each(source: Any, function: Any, *values: Any) -> Any:
    """Give function(mask, *values) for Masks as Masks, for arrays as an array of 0 and 1."""
    if isinstance(source, Masks):
        return oracles.transform(source, lambda mask: function(mask, *values))
    stack = (source if source.ndim == 3 else source[None]) != 0
    found = np.zeros(stack.shape, source.dtype if source.dtype == np.uint8 else bool)
    for out, mask in zip(found, stack, strict=True):
        out[...] = function(mask, *values)
    return found.reshape(source.shape)


def radii(*, whole: bool = False) -> st.SearchStrategy[Any]:
    """Draw a radius or a pair of them; unless `whole`, some are larger than sources() are."""
    one: st.SearchStrategy[float] = st.sampled_from([0, 1, 2, 3, 5, 9])
    if not whole:
        one = st.one_of(one, st.floats(0, 8), st.just(30))
    return st.one_of(one, st.tuples(one, one))


def sources(max_side: int = 24) -> st.SearchStrategy[Any]:
    """Draw Masks, or arrays of any dtype and layout."""
    return st.one_of(strategies.masks(max_side=max_side), strategies.stacks(max_side=max_side))


@st.composite
def label_maps(draw: st.DrawFn) -> Any:
    """Draw a map of a few labels in patches that hold a small footprint, or as noise."""
    height, width = draw(strategies.sizes(24))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    values = rng.integers(0, draw(st.integers(1, 5)), (height, width))
    side = draw(st.sampled_from([1, 3, 8]))
    patches = np.repeat(np.repeat(values, side, 0), side, 1)[:height, :width]
    dtype = draw(st.sampled_from(["u1", "u2", "u4", "u8", "i4"]))
    if dtype == "i4":
        patches = np.where(patches == 2, -7, patches)
    return draw(strategies.layouts(patches.astype(dtype)))


def opencv(name: str) -> Any:
    """Give the peer ``cv2.morphologyEx`` of that name, on a mask of uint8."""

    def peer(mask: Any, radius: Radius, shape: str, *_: Any) -> Any:
        import cv2  # noqa: PLC0415 - a peer

        return cv2.morphologyEx(mask, getattr(cv2, f"MORPH_{name.upper()}"), kernel(radius, shape))

    return peer


def hostile(operation: Any) -> dict[str, Any]:
    """Give the calls that each operation of morphology refuses on masks."""
    one, array = Masks([6], [0, 1], [(2, 3)]), np.zeros((3, 4), np.uint8)
    return {
        "a list": lambda: operation([[0, 1]], 1),
        "floats": lambda: operation(np.zeros((2, 2)), 1),
        "negative": lambda: operation(one, -1),
        "infinite": lambda: operation(one, float("inf")),
        "another shape": lambda: operation(one, 1, "circle"),
        "out for Masks": lambda: operation(one, 1, out=array),
        "out of another shape": lambda: operation(array, 1, out=array.T),
    }


def hostile_borders(operation: Any) -> dict[str, Any]:
    """Give the calls refused by those that ask what lies beyond the border."""
    one = Masks([6], [0, 1], [(2, 3)])
    return {
        "another border": lambda: operation(one, 1, border="reflect"),
        "no border": lambda: operation(one, 1, border=None),
    }


def hostile_labels(operation: Any) -> dict[str, Any]:
    """Give the calls that each operation of morphology refuses on label maps."""
    one, array = Masks([6], [0, 1], [(2, 3)]), np.zeros((3, 4), np.uint8)
    return {
        "Masks": lambda: operation(one, 1, kind="labels"),
        "a stack": lambda: operation(np.zeros((2, 3, 3), int), 1, kind="labels"),
        "bools": lambda: operation(np.zeros((3, 3), bool), 1, kind="labels"),
        "another kind": lambda: operation(array, 1, kind="map"),
        "out of another dtype": lambda: operation(array, 1, kind="labels", out=array != 0),
    }


def scikit_image(name: str, outside: int) -> Any:
    """Give the peer of that name in ``skimage.morphology``; pixels outside have a value.

    It is handed a frame of them: where the kernel is larger than the mask, it returns memory that
    it left unset.
    """

    def peer(mask: Any, radius: Radius, shape: str, *_: Any) -> Any:
        from skimage import morphology  # noqa: PLC0415 - a peer

        footprint = kernel(radius, shape)
        ry, rx = footprint.shape[0] // 2, footprint.shape[1] // 2
        framed = np.pad(mask, ((ry, ry), (rx, rx)), constant_values=outside)
        height, width = mask.shape
        return getattr(morphology, name)(framed, footprint)[ry : ry + height, rx : rx + width]

    return peer


def some_mask(rng: np.random.Generator) -> Any:
    """Give noise, boxes, a line, or a mask that is empty or full."""
    height, width = (int(side) for side in rng.integers(1, 150 if rng.random() < 0.2 else 24, 2))
    line = rng.integers(8)
    height, width = (1 if line == 0 else height), (1 if line == 1 else width)
    kind = rng.integers(6)
    if kind <= 1:
        return np.full((height, width), kind, np.uint8)
    if kind == 2:
        mask = np.zeros((height, width), np.uint8)
        for _ in range(int(rng.integers(1, 6))):
            top, bottom = np.sort(rng.integers(0, height + 1, 2))
            left, right = np.sort(rng.integers(0, width + 1, 2))
            mask[top:bottom, left:right] ^= 1
        return mask
    share = rng.choice([0.01, 0.05, 0.3, 0.7, 0.97, 0.995])
    return (rng.random((height, width)) < share).astype(np.uint8)


def parity(ours: Any, name: str, count: int, seed: int) -> None:
    """Compare `count` random masks with ``cv2.morphologyEx`` of that name, bit for bit."""
    peer = opencv(name)
    rng = np.random.default_rng(seed)
    for _ in range(count):
        mask = some_mask(rng)
        shape = SHAPES[rng.integers(3)]
        ry, rx = (int(r) for r in rng.choice([0, 1, 1, 2, 3, 4, 7, 11, 30], 2))
        radius = ry if rng.random() < 0.5 else (ry, rx)
        wanted = peer(mask, radius, shape)
        found = ours(mask, radius, shape)
        assert np.array_equal(found, wanted), (mask, radius, shape, found, wanted)  # noqa: S101
