"""What scores of boundaries take: pairs of masks, or label maps with the classes in them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from maskengine import _arrays
from maskengine.errors import MaskError, shown
from maskengine.ops._pairs import as_pairs
from maskengine.ops.decode import decode
from maskengine.ops.encode import encode
from maskengine.ops.joint import joint
from maskengine.ops.split import split
from maskengine.quality._labels import as_classes, as_ignored, as_pair, class_places
from maskengine.values import Masks, PackedBits


@dataclass(frozen=True, eq=False)
class Frames:
    """Pairs of label maps (H, W), whose labels are classes or ignored."""

    labels: npt.NDArray[np.int64]
    ignored: npt.NDArray[np.int64]
    reference: npt.NDArray[Any]  # (N, H, W)
    prediction: npt.NDArray[Any]

    @property
    def shape(self) -> tuple[int, int]:
        """Height and width."""
        return self.reference.shape[1], self.reference.shape[2]

    def __iter__(self) -> Iterator[tuple[npt.NDArray[Any], npt.NDArray[Any]]]:
        return iter(zip(self.reference, self.prediction, strict=True))


def as_frames(reference: Any, prediction: Any, classes: Any, void: Any) -> Frames:
    """Check label maps, or stacks of them, as :func:`confusion` does."""
    labels, _ = as_classes(classes)
    ignored = as_ignored(void, labels)
    pair = as_pair(reference, prediction)
    for name, maps in zip(("reference", "prediction"), pair, strict=True):
        class_places(joint(maps).labels[:, 0], labels, ignored, name, maps)
    first, second = (maps if maps.ndim == 3 else maps[np.newaxis] for maps in pair)
    return Frames(labels, ignored, first, second)


def masks_of(label_map: npt.NDArray[Any], labels: npt.NDArray[np.int64]) -> Masks:
    """Give one mask for each label, in their order; empty for labels that do not occur."""
    masks, ids = split(label_map)
    found = dict(zip(ids.tolist(), range(len(ids)), strict=True))
    batches = [masks, encode(np.zeros(label_map.shape, bool))]
    if 0 in labels:
        found[0] = len(ids) + 1
        batches.append(encode(label_map == 0))
    picked = [found.get(label, len(ids)) for label in labels.tolist()]
    return Masks.concatenate(batches)[np.array(picked, np.int64)]


def class_masks(frames: Frames) -> Iterator[tuple[Masks, Masks, Masks | None]]:
    """Give the masks of all classes, and the void pixels of the reference, of each frame."""
    for first, second in frames:
        none = None
        if frames.ignored.size:
            none = encode(np.isin(first, frames.ignored))
        yield masks_of(first, frames.labels), masks_of(second, frames.labels), none


def alike(reference: Any, prediction: Any, void: Any) -> tuple[Any, Any, Any]:
    """Make runs of arrays where they go with runs, and check that pairs agree in size."""
    reference, prediction, void = (
        encode(one) if isinstance(one, PackedBits) else one for one in (reference, prediction, void)
    )
    first, second, none = reference, prediction, void
    if isinstance(reference, Masks) or isinstance(prediction, Masks):
        first, second, none = (
            one if one is None or isinstance(one, Masks) else encode(one)
            for one in (reference, prediction, void)
        )
    else:
        first = _arrays.as_masks(reference, "reference")
        none = decode(void) if isinstance(void, Masks) else void
    as_pairs(first, second, none)
    return first, second, none


def number_of(masks: Any) -> int:
    """Count the masks of a batch or an array."""
    return len(masks) if isinstance(masks, Masks) or masks.ndim == 3 else 1


def by_size(masks: Any) -> Iterator[tuple[npt.NDArray[np.int64] | None, tuple[int, int]]]:
    """Give which masks have a size (None: all of them), and the size, for each that occurs."""
    if not isinstance(masks, Masks):
        yield None, (masks.shape[-2], masks.shape[-1])
        return
    if len(masks) == 0:
        yield None, (0, 0)
        return
    sizes, which = np.unique(masks.sizes, axis=0, return_inverse=True)
    for k, (height, width) in enumerate(sizes.tolist()):
        chosen = None if len(sizes) == 1 else np.flatnonzero(which.reshape(-1) == k)
        yield chosen, (height, width)


def add_up(values: list[npt.NDArray[np.int64]], shape: tuple[int, ...]) -> npt.NDArray[np.int64]:
    """Sum over frames, of which there may be none."""
    out = np.zeros(shape, np.int64)
    for value in values:
        out += value
    return out


def same_items(ours: Any, theirs: Any) -> None:
    """Refuse to add counts of other items."""
    same = (ours is None) == (theirs is None)
    if not same or (ours is not None and not np.array_equal(ours, theirs)):
        raise MaskError("expected counts of the same items", parameter="other")


def by_pairs(by: Any, classes: Any) -> bool:
    """Say whether pairs of classes are compared, rather than classes or masks."""
    if not _arrays.is_one_of(by, "class", "pair"):
        raise MaskError(f"expected 'class' or 'pair', got {shown(by)}"[:300], parameter="by")
    if by == "pair" and classes is None:
        raise MaskError("expected classes, whose pairs are to be compared", parameter="classes")
    return bool(by == "pair")


def pairs_of_both(
    ours: Any, theirs: Any
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.int64]] | None:
    """Give all pairs of labels, and the places of either side's; None if labels are no pairs."""
    if ours is None or theirs is None or ours.ndim != 2 or theirs.ndim != 2:
        return None
    pairs, place = np.unique(np.concatenate([ours, theirs]), axis=0, return_inverse=True)
    place = place.reshape(-1)
    return pairs, place[: len(ours)], place[len(ours) :]
