"""warp: oracle by definition, laws, peers up to ties, and hostile calls."""

import numpy as np
from hypothesis import strategies as st

import maskengine as me
from maskengine.testing import oracles, strategies
from maskengine.testing.cases import Case


def inverted(matrix):
    """Give the adjugate, over the determinant for an affine matrix, in doubles."""
    (a, b, c), (d, e, f), (g, h, i) = matrix.tolist()
    adjugate = np.array(
        [
            [e * i - f * h, c * h - b * i, b * f - c * e],
            [f * g - d * i, a * i - c * g, c * d - a * f],
            [d * h - e * g, b * g - a * h, a * e - b * d],
        ]
    )
    if (g, h, i) != (0, 0, 1):
        return adjugate
    adjugate /= a * adjugate[0, 0] + b * adjugate[1, 0] + c * adjugate[2, 0]
    adjugate[2] = 0, 0, 1
    return adjugate


def sources(matrix, size, coordinates):
    """Give the place in the source, x and y, of every pixel's centre."""
    centre, half = (0.5, 0.0) if coordinates == "edges" else (0.0, 0.5)
    x, y = np.arange(size[1]) + centre, np.arange(size[0])[:, None] + centre
    px, py, pw = ((row[0] * x + row[2]) + row[1] * y for row in matrix)
    if tuple(matrix[2]) != (0, 0, 1):
        with np.errstate(all="ignore"):
            px, py = px / pw, py / pw
    return px + half, py + half


def look_up(mask, matrix, size, coordinates):
    x, y = sources(matrix, size, coordinates)
    inside = (x >= 0) & (x < mask.shape[1]) & (y >= 0) & (y < mask.shape[0])
    out = np.zeros(size, bool)
    out[inside] = mask[y[inside].astype(int), x[inside].astype(int)]
    return out


def oracle(masks, matrix, size, inverse, coordinates):
    full = np.vstack([matrix, [[0, 0, 1]]])[:3].astype(float)
    back = full if inverse else inverted(full)
    return oracles.transform(masks, lambda mask: look_up(mask, back, size, coordinates))


def run(masks, matrix, size, inverse, coordinates):
    return me.warp(masks, matrix, size, inverse=inverse, coordinates=coordinates)


@st.composite
def affine(draw):
    if draw(st.booleans()):  # whole numbers: turns, flips, ties
        part = draw(
            st.sampled_from(
                [
                    [1, 0, 0, 1],
                    [0, 1, -1, 0],
                    [-1, 0, 0, 1],
                    [2, 0, 0, 3],
                    [1, 1, 0, 1],
                    [2, 1, 1, 2],
                ]
            )
        )
        shift = [draw(st.integers(-20, 60)) for _ in range(2)]
    else:
        angle, x, y = draw(st.floats(0, 7)), draw(st.floats(0.1, 4)), draw(st.floats(0.1, 4))
        c, s = np.cos(angle), np.sin(angle)
        part, shift = [x * c, -y * s, x * s, y * c], [draw(st.floats(-40, 80)) for _ in range(2)]
    a, b, c, d = part
    return np.array([[a, b, shift[0]], [c, d, shift[1]]])


@st.composite
def matrices(draw):
    matrix = draw(affine())
    if draw(st.booleans()):
        return matrix
    tilt = st.sampled_from([0.0, 0.001, -0.002, 0.01, 0.05])
    return np.vstack([matrix.astype(float), [draw(tilt), draw(tilt), 1.0]])


@st.composite
def warps(draw):
    size = draw(st.integers(0, 90)), draw(st.integers(0, 90))
    matrix = draw(matrices())
    inverse = draw(st.booleans())
    if matrix.shape == (3, 3) and abs(np.linalg.det(matrix)) < 1e-6:
        inverse = True
    return (
        draw(strategies.masks(max_masks=3)),
        matrix,
        size,
        inverse,
        draw(st.sampled_from(["edges", "centres"])),
    )


@st.composite
def peer_warps(draw, *, perspective):
    size = draw(strategies.sizes(60, 1))
    masks = draw(strategies.masks(1, 2, size))
    matrix = draw(affine()).astype(float)
    if perspective:
        tilt = st.sampled_from([0.0, 0.0005, 0.001])
        matrix = np.vstack([matrix, [draw(tilt), draw(tilt), 1.0]])
    return masks, matrix, (draw(st.integers(1, 90)), draw(st.integers(1, 90)))


def with_distance_to_ties(matrix, size):
    """Say which pixels lie clear of a line between source pixels (and of the horizon)."""
    full = np.vstack([matrix, [[0, 0, 1]]])[:3]
    x, y = sources(inverted(full), size, "centres")
    with np.errstate(invalid="ignore"):
        return (
            (abs(x - np.round(x)) > 0.01)
            & (abs(y - np.round(y)) > 0.01)
            & (abs(x) < 1e4)
            & (abs(y) < 1e4)
        )


def opencv(masks, matrix, size):
    import cv2

    call = cv2.warpAffine if matrix.shape == (2, 3) else cv2.warpPerspective
    return [
        call(mask.astype(np.uint8), matrix, size[::-1], flags=cv2.INTER_NEAREST) > 0
        for mask in oracles.decode(masks)
    ], with_distance_to_ties(matrix, size)


def same_clear_of_ties(ours, wanted):
    if not isinstance(wanted, tuple):
        return ours == wanted
    dense, clear = wanted
    pairs = zip(oracles.decode(ours), dense, strict=True)
    return all(np.array_equal(o[clear], w[clear]) for o, w in pairs)


def peer_case(kind, name, call):
    return Case(
        name=f"warp {kind} of {name}",
        run=lambda masks, matrix, size: me.warp(masks, matrix, size, coordinates="centres"),
        inputs=peer_warps(perspective=kind == "perspective"),
        oracle=lambda masks, matrix, size: oracle(masks, matrix, size, False, "centres"),
        same=same_clear_of_ties,
        peers={name: call},
    )


def turned(masks, *_):
    """A quarter turn counter-clockwise about the origin, moved back into sight."""
    return all(
        me.warp(one, [[0, 1, 0], [-1, 0, int(one.sizes[0, 1])]], one.sizes[:, ::-1])
        == me.rot90(one, 1)
        for one in masks
    )


def small(height=2, width=3, n=1):
    return oracles.encode(np.ones((n, height, width), bool))


EYE = np.eye(2, 3)

CASES = [
    Case(
        name="warp",
        run=run,
        inputs=warps(),
        oracle=oracle,
        laws={
            "identity": lambda masks, *_: me.warp(masks, EYE) == me.rot90(masks, 0),
            "whole_shift": lambda masks, *_: (
                me.warp(masks, [[1, 0, 7], [0, 1, -5]]) == me.shift(masks, 7, -5)
            ),
            "quarter_turn": turned,
            "whole_factor": lambda masks, *_: (
                me.warp(masks, np.diag([2, 3, 1]), masks.sizes * [3, 2])
                == me.resize(masks, masks.sizes * [3, 2])
            ),
        },
        hostile={
            "an array": lambda: me.warp(np.ones((2, 2), bool), EYE),
            "a square of two": lambda: me.warp(small(), np.eye(2)),
            "two matrices for one mask": lambda: me.warp(small(), [EYE, EYE]),
            "words": lambda: me.warp(small(), [["a"] * 3] * 2),
            "ragged": lambda: me.warp(small(), [[1, 0, 0], [1]]),
            "NaN": lambda: me.warp(small(), [[float("nan"), 0, 0], [0, 1, 0]]),
            "singular": lambda: me.warp(small(), [[1, 1, 0], [1, 1, 0]]),
            "products that overflow": lambda: me.warp(small(), np.diag([1e300, 1e300, 1e300])),
            "a negative side": lambda: me.warp(small(), EYE, (-1, 2)),
            "a side past the largest": lambda: me.warp(small(), EYE, (2**31, 2)),
            "half a pixel": lambda: me.warp(small(), EYE, (2.5, 2)),
            "other coordinates": lambda: me.warp(small(), EYE, coordinates="corners"),
            "runs without end": lambda: me.warp(small(), EYE, (2**31 - 1, 2**31 - 1)),
            "pixels without end": lambda: me.warp(
                small(), np.zeros((2, 3)), (2**20, 2**20), inverse=True
            ),
        },
    ),
    peer_case("affine", "opencv", opencv),
    peer_case("perspective", "opencv", opencv),
]
