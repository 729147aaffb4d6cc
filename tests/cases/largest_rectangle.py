"""largest_rectangle: brute force over all rectangles, laws and hostile calls."""

import numpy as np
from hypothesis import strategies as st

import maskengine as me
from maskengine.testing import oracles, strategies
from maskengine.testing.cases import Case


def brute(mask):
    """Try all rectangles in the order in which ties are decided."""
    height, width = mask.shape
    sums = np.zeros((height + 1, width + 1), int)
    sums[1:, 1:] = mask.cumsum(0).cumsum(1)
    best, key = (0, 0, 0, 0), (0,)
    for top in range(height):
        for left in range(width):
            for bottom in range(top + 1, height + 1):
                right = np.arange(left + 1, width + 1)
                inside = (
                    sums[bottom, right] - sums[top, right] - sums[bottom, left] + sums[top, left]
                )
                full = right[inside == (bottom - top) * (right - left)]
                if not full.size:
                    break
                area = int((full[-1] - left) * (bottom - top))
                found = (-area, top, left, int(full[-1]))
                if found < key:
                    best, key = (left, top, int(full[-1]), bottom), found
    return best


def oracle(masks, form):
    boxes = np.array([brute(mask) for mask in oracles.decode(masks)], np.int64).reshape(-1, 4)
    if form == "xywh":
        boxes[:, 2:] -= boxes[:, :2]
    return boxes


def area_of(boxes):
    return (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])


def rlemasklib(masks, _):
    from rlemasklib import RLEMask

    sizes = [
        RLEMask.from_array(mask.astype(np.uint8)).largest_interior_rectangle()[2:]
        for mask in oracles.decode(masks)
    ]
    return np.array(sizes).reshape(-1, 2).prod(1).astype(np.int64)


CASES = [
    Case(
        name="largest_rectangle",
        run=me.largest_rectangle,
        inputs=st.tuples(strategies.masks(max_side=14), st.sampled_from(["xywh", "xyxy"])),
        oracle=oracle,
        laws={
            "all_of_it_is_foreground": lambda masks, _: all(
                mask[top:bottom, left:right].all()
                for mask, (left, top, right, bottom) in zip(
                    oracles.decode(masks), me.largest_rectangle(masks, "xyxy"), strict=True
                )
            ),
            "transposed_it_is_as_large": lambda masks, _: np.array_equal(
                area_of(me.largest_rectangle(masks, "xyxy")),
                area_of(me.largest_rectangle(me.transpose(masks), "xyxy")),
            ),
        },
        hostile={
            "an array": lambda: me.largest_rectangle(np.zeros((3, 3), bool)),
            "another format": lambda: me.largest_rectangle(me.Masks([6], [0, 1], [(2, 3)]), "xxyy"),
        },
    ),
    Case(
        name="largest_rectangle of rlemasklib",
        # of equal areas it takes another one, so the areas are compared
        run=lambda masks, _: area_of(me.largest_rectangle(masks, "xyxy")),
        inputs=st.tuples(
            strategies.masks(1, max_side=14).filter(lambda m: (m.sizes > 0).all()),
            st.just("xyxy"),
        ),
        oracle=lambda masks, _: area_of(oracle(masks, "xyxy")),
        peers={"rlemasklib": rlemasklib},
    ),
]
