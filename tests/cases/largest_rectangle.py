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


def rooms(mask):
    """Give all rectangles of foreground as (left, top, right, bottom)."""
    height, width = mask.shape
    return {
        (left, top, right, bottom)
        for top in range(height)
        for bottom in range(top + 1, height + 1)
        for left in range(width)
        for right in range(left + 1, width + 1)
        if mask[top:bottom, left:right].all()
    }


def of_aspect(masks, aspect):
    """Fit the largest rectangle of an aspect into each room."""
    out = []
    for mask in oracles.decode(masks):
        best = (0.0, 0, 0, 0, 0)
        spaces = rooms(mask)
        for left, top, right, bottom in spaces:
            wider = ((left - 1, top, right, bottom), (left, top, right + 1, bottom))
            higher = ((left, top - 1, right, bottom), (left, top, right, bottom + 1))
            if not spaces & {*wider, *higher}:
                height = min(float(bottom - top), (right - left) / aspect)
                best = min(best, (-height, top, left, right, bottom))
        height, (top, left, right, bottom) = -best[0], best[1:]
        width = height * aspect
        x, y = (left + right - width) / 2, (top + bottom - height) / 2
        out.append((x, y, width, height) if height else (0, 0, 0, 0))
    return np.array(out, float).reshape(-1, 4)


def sides_of_aspect(masks, aspect):
    return me.largest_rectangle(masks, aspect=aspect)[:, 2:].round(9)


def around_oracle(masks, aspect, point):
    """Try every edge that a side could lie on."""
    x, y = point
    out = []
    for mask in oracles.decode(masks):
        best = (0.0, 0.0, 0.0)
        for left, top, right, bottom in rooms(mask):
            if not (left < x < right and top < y < bottom):
                continue
            width, height = 2 * min(x - left, right - x), 2 * min(y - top, bottom - y)
            if aspect is not None:
                width, height = min(width, height * aspect), min(height, width / aspect)
            best = max(best, (round(width * height, 9), width, height))
        _, width, height = best
        out.append((x - width / 2, y - height / 2, width, height) if width else (0, 0, 0, 0))
    return np.array(out, float).reshape(-1, 4).round(9)


def around(masks, aspect, point):
    return me.largest_rectangle(masks, aspect=aspect, around=point).round(9)


def rlemasklib_of_aspect(masks, aspect):
    from rlemasklib import RLEMask

    sizes = [
        RLEMask.from_array(mask.astype(np.uint8)).largest_interior_rectangle(aspect)[2:]
        for mask in oracles.decode(masks)
    ]
    return np.array(sizes, float).reshape(-1, 2)


def rlemasklib_around(masks, aspect, point):
    from rlemasklib import RLEMask

    pixel = [side - 0.5 for side in point]
    boxes = [
        RLEMask.from_array(mask.astype(np.uint8)).largest_interior_rectangle_around(pixel, aspect)
        for mask in oracles.decode(masks)
    ]
    return np.array(boxes, float).reshape(-1, 4)


def nearly(ours, wanted):
    return ours.shape == wanted.shape and np.allclose(ours, wanted, rtol=1e-5, atol=1e-5)


def areas_nearly(ours, wanted):
    """Compare areas; rlemasklib 0.8.1 finds nothing around some pixels of the foreground."""
    areas, theirs = ours[:, 2] * ours[:, 3], wanted[:, 2] * wanted[:, 3]
    return bool((areas >= 1).all()) and nearly(areas[theirs > 0], theirs[theirs > 0])


aspects = st.sampled_from([1, 2, 0.5, 3.3, 0.21, 1.5])
full = strategies.masks(1, max_side=9).filter(lambda m: (m.sizes > 0).all())


@st.composite
def masks_and_pixels(draw):
    masks = draw(full.filter(lambda m: me.area(m)[0] > 0))
    y, x = draw(st.sampled_from(np.argwhere(oracles.decode(masks)[0]).tolist()))
    return masks[:1], None, (x + 0.5, y + 0.5)


ONE = me.Masks([0, 6], [0, 2], [(2, 3)])

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
    Case(
        name="largest_rectangle of an aspect",
        run=lambda masks, aspect: me.largest_rectangle(masks, aspect=aspect),
        inputs=st.tuples(strategies.masks(max_side=9), aspects),
        oracle=of_aspect,
        same=nearly,
        hostile={
            "an aspect of zero": lambda: me.largest_rectangle(ONE, aspect=0),
            "a negative aspect": lambda: me.largest_rectangle(ONE, aspect=-1.0),
            "an infinite aspect": lambda: me.largest_rectangle(ONE, aspect=float("inf")),
            "an aspect that is none": lambda: me.largest_rectangle(ONE, aspect=float("nan")),
            "an aspect in words": lambda: me.largest_rectangle(ONE, aspect="wide"),
            "an aspect of True": lambda: me.largest_rectangle(ONE, aspect=True),
        },
    ),
    Case(
        name="sides of largest_rectangle of an aspect",
        run=sides_of_aspect,
        inputs=st.tuples(full.filter(lambda m: me.area(m).all()), aspects),
        oracle=lambda masks, aspect: of_aspect(masks, aspect)[:, 2:],
        same=nearly,
        peers={"rlemasklib": rlemasklib_of_aspect},
    ),
    Case(
        name="largest_rectangle around",
        run=around,
        inputs=st.tuples(
            strategies.masks(max_side=9),
            st.none() | aspects,
            st.tuples(*[st.sampled_from([-1, 0, 0.5, 1, 2.25, 3.5, 4, 4.75, 7, 20])] * 2),
        ),
        oracle=around_oracle,
        same=nearly,
        hostile={
            "three coordinates": lambda: me.largest_rectangle(ONE, around=(1, 2, 3)),
            "a point too many": lambda: me.largest_rectangle(ONE, around=[(1, 2), (1, 2)]),
            "no number": lambda: me.largest_rectangle(ONE, around=(float("nan"), 1)),
            "words": lambda: me.largest_rectangle(ONE, around="middle"),
        },
    ),
    Case(
        name="largest_rectangle around a pixel",
        run=around,
        inputs=masks_and_pixels(),
        oracle=around_oracle,
        same=areas_nearly,
        peers={"rlemasklib": rlemasklib_around},
    ),
]
