"""The drop-in against the live pycocotools: more than 10,000 random and hostile calls.

Covers: maskengine.pycocotools. What pycocotools cannot survive is judged by plain Python instead;
every difference that is allowed here stands in docs/coming-from-pycocotools.md.
Run: pytest tests/test_pycocotools_parity.py
"""

import numpy as np
import pytest
from pycocotools import mask as peer

import maskengine as me
from maskengine import pycocotools as ours
from maskengine.testing import oracles

RNG_SEED = 20_26

# pycocotools 2.0.11 on NumPy 2
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")


@pytest.fixture
def rng():
    return np.random.default_rng(RNG_SEED)


def identical(a, b):
    """Tell whether type, dtype, shape, memory order and every value agree."""
    if isinstance(b, np.ndarray):
        return (
            isinstance(a, np.ndarray)
            and a.dtype == b.dtype
            and a.shape == b.shape
            and a.flags.f_contiguous == b.flags.f_contiguous
            and a.flags.c_contiguous == b.flags.c_contiguous
            and a.flags.writeable
            and np.array_equal(a, b, equal_nan=b.dtype.kind == "f")
        )
    if isinstance(b, (list, tuple)):
        return type(a) is type(b) and len(a) == len(b) and all(map(identical, a, b))
    if isinstance(b, dict):
        return list(a) == list(b) and all(identical(a[k], b[k]) for k in b)
    return type(a) is type(b) and a == b


def both(function, *arguments):
    got, wanted = getattr(ours, function)(*arguments), getattr(peer, function)(*arguments)
    assert identical(got, wanted), f"{function}{arguments!r}: {got!r} is not {wanted!r}"
    return got


def random_mask(rng, size):
    kind = rng.integers(4)
    if kind == 0:
        return np.asfortranarray(rng.random(size) < rng.random()).astype(np.uint8, order="F")
    mask = np.zeros(size, np.uint8, order="F")
    for _ in range(kind):
        top, bottom = np.sort(rng.integers(0, size[0] + 1, 2))
        left, right = np.sort(rng.integers(0, size[1] + 1, 2))
        mask[top:bottom, left:right] = 1
    return mask


def random_size(rng, low=1, high=40):
    return tuple(int(side) for side in rng.integers(low, high, 2))


def random_polygon(rng, size):
    k = int(rng.integers(3, 14))
    reach = rng.choice([1.0, 1.0, 1.4, 6.0])
    points = (rng.random((k, 2)) * reach - (reach - 1) / 2) * (size[1], size[0])
    style = rng.integers(5)
    if style == 1:
        points = np.round(points)
    elif style == 2:
        points = np.round(points, 1)
    elif style == 3:
        points = np.round(points * 2) / 2
    elif style == 4:
        points = points[rng.integers(0, k, k)]  # vertices come twice, edges run back
    ring = points.ravel().tolist()
    return ring if rng.random() < 0.95 else [*ring, 1.0]  # the odd number at the end is dropped


def test_polygons(rng):
    for _ in range(250):
        size = random_size(rng)
        both("frPyObjects", [random_polygon(rng, size) for _ in range(20)], *size)


def test_polygon_containers(rng):
    for _ in range(100):
        size = random_size(rng)
        ring = random_polygon(rng, size)
        both("frPyObjects", [np.array(ring)], *size)
        both("frPyObjects", [tuple(ring), [], [3], [1, 2], [1, 2, 3, 4], [1, 2, 3, 4, 5]], *size)
        both("frPyObjects", [np.round(ring).astype(int).tolist()], *map(float, size))


def test_boxes(rng):
    for _ in range(100):
        size = random_size(rng)
        boxes = rng.random((20, 4)) * 50 - (10, 10, 5, 5)
        if rng.random() < 0.5:
            boxes = np.round(boxes)
        both("frPyObjects", boxes, *size)


def test_encode_decode(rng):
    for _ in range(500):
        size = random_size(rng)
        n = int(rng.integers(0, 5))
        stack = np.empty((*size, n), np.uint8, order="F")
        for i in range(n):
            stack[:, :, i] = random_mask(rng, size)
        rles = both("encode", stack)
        if n:
            both("encode", stack[:, :, 0] != 0)
            both("decode", rles)
            both("decode", rles[0])
            both("area", rles)
            both("area", rles[0])
            both("toBbox", rles)
            both("toBbox", rles[-1])
            text = {"size": rles[0]["size"], "counts": rles[0]["counts"].decode()}
            both("decode", text)


def random_rles(rng, size, n):
    return [peer.encode(random_mask(rng, size)) for _ in range(n)]


def test_merge(rng):
    for _ in range(500):
        rles = random_rles(rng, random_size(rng), int(rng.integers(1, 7)))
        both("merge", rles)
        both("merge", rles, True)
        both("merge", tuple(rles), 1)
    both("merge", [])


def test_iou_of_masks(rng):
    for _ in range(400):
        size = random_size(rng)
        dt, gt = (random_rles(rng, size, int(rng.integers(0, 6))) for _ in range(2))
        crowd = rng.integers(0, 2, len(gt))
        both("iou", dt, gt, crowd)
        both("iou", dt, gt, crowd.tolist())


def test_iou_of_mixed_sizes(rng):
    for _ in range(200):
        sizes = [random_size(rng), random_size(rng)]
        dt, gt = (
            [rle for size in sizes for rle in random_rles(rng, size, int(rng.integers(0, 3)))]
            for _ in range(2)
        )
        both("iou", dt, gt, [int(rng.integers(0, 2)) for _ in gt])


def test_iou_of_boxes(rng):
    for _ in range(400):
        dt, gt = (rng.random((int(rng.integers(0, 8)), 4)) * 20 - (5, 5, 2, 2) for _ in range(2))
        if rng.random() < 0.4:
            dt, gt = np.round(dt), np.round(gt)
        crowd = rng.integers(0, 2, len(gt)).tolist()
        both("iou", dt, gt, crowd)
        both("iou", dt.tolist(), gt, crowd)
        both("iou", list(dt), gt.tolist(), crowd)


@pytest.mark.parametrize("odd", [np.nan, np.inf, -np.inf, 1e200, 1e308])
def test_iou_of_odd_boxes(rng, odd):
    with np.errstate(all="ignore"):
        for _ in range(40):
            dt, gt = (rng.random((3, 4)) * 20 for _ in range(2))
            dt.flat[rng.integers(12)] = odd
            both("iou", dt, gt, [0, 1, 0])
            both("iou", gt, dt, [0, 1, 0])


def test_uncompressed(rng):
    for _ in range(300):
        size = random_size(rng)
        counts = oracles.counts_of(random_mask(rng, size))
        if rng.random() < 0.3:  # runs of length zero stay as they are
            counts = [*counts[:1], 0, 0, *counts[1:]]
        one = {"size": list(size), "counts": counts}
        rle = both("frPyObjects", one, 7, 7)
        both("frPyObjects", [one, one], 7, 7)
        both("merge", [rle])
        both("decode", rle)
        both("area", rle)


@pytest.mark.parametrize("kind", [float, np.float16, np.float32, np.float64, np.longdouble])
def test_whole_floats(rng, kind):
    for _ in range(40):
        size = random_size(rng)
        masks = [random_mask(rng, size) for _ in range(2)]
        first, second = ([kind(count) for count in oracles.counts_of(mask)] for mask in masks)
        sides = [kind(side) for side in size]
        array = np.array(second, kind)
        rles = both("frPyObjects", [rle_of(sides, first), rle_of(tuple(sides), array)], 7, 7)
        both("frPyObjects", rle_of(np.array(sides), tuple(first)), 7, 7)
        both("frPyObjects", rle_of([sides[0], size[1]], [first[0], *map(int, first[1:])]), 7, 7)
        floats = [rle | {"size": sides} for rle in rles]
        for function in ("decode", "area", "toBbox"):
            both(function, floats)
            both(function, floats[0])
        for intersect in (0, 1):
            both("merge", floats, intersect)
        both("iou", floats, rles, [0, 1])
        both("iou", rles, floats, [1, 0])
        other = peer.encode(np.ones((size[0] + 1, size[1]), np.uint8, order="F"))
        both("iou", [*rles, other], [*floats, other], [0, 1, 0])  # of several sizes


def rle_of(size, counts):
    return {"size": size, "counts": counts}


@pytest.mark.parametrize("kind", [float, np.float32])
@pytest.mark.parametrize(
    "odd", [2.5, 0.5, -0.5, np.nan, np.inf, -np.inf, -1.0, 2.0**31, 2.0**32, 1e300]
)
def test_other_floats_are_refused(odd, kind):
    with np.errstate(over="ignore"):
        number = kind(odd)
    bad = [rle_of([number, 2], b"04"), rle_of([2, number], b"04")]
    for counts in ([number, 4], np.array([number, 4])):
        with pytest.raises(me.MaskError, match=r"expected .*got (a sum of )?(-?[0-9]|nan|-?inf)"):
            ours.frPyObjects(rle_of([2, 2], counts), 2, 2)
    for rle in bad:
        for call in (ours.decode, ours.area, ours.toBbox, lambda r: ours.merge([r])):
            with pytest.raises(me.MaskError, match=r"expected a .*got (-?[0-9]|nan|-?inf)"):
                call(rle)


# --- hostile text: what is sound is the same, all else is an error


def counts_of_text(text):
    """Read COCO's text as its definition says; None when it is none."""
    counts, position = [], 0
    while position < len(text):
        value, shift = 0, 0
        while True:
            if position == len(text) or not 48 <= text[position] < 112:
                return None
            group = text[position] - 48
            position += 1
            value |= (group & 31) << shift
            shift += 5
            if not group & 32:
                break
        if group & 16:
            value -= 1 << shift
        if len(counts) > 2:
            value += counts[-2]
        if not 0 <= value < 2**32 or shift > 35:
            return None
        counts.append(value)
    return counts


def mutated(rng, text):
    text = bytearray(text)
    for _ in range(int(rng.integers(1, 4))):
        kind = rng.integers(4)
        position = int(rng.integers(0, len(text) + 1))
        if kind == 0:
            text[position : position + 1] = b""
        elif kind == 1:
            text.insert(position, int(rng.integers(48, 112)))
        elif kind == 2 and position < len(text):
            text[position] = int(rng.integers(0, 256))
        else:
            del text[position:]
    return bytes(text)


def test_mutated_text(rng):
    sound = 0
    for _ in range(3000):
        size = random_size(rng, 1, 12)
        text = peer.encode(random_mask(rng, size))["counts"]
        text = mutated(rng, text) if rng.random() < 0.9 else text
        rle = {"size": list(size), "counts": text}
        counts = counts_of_text(text)
        if counts and sum(counts) == size[0] * size[1]:
            sound += 1
            both("decode", rle)
            both("area", rle)
            dense = oracles.decode(me.Masks(counts, [0, len(counts)], [size]))[0]
            assert np.array_equal(ours.decode(ours.merge([rle, rle])), dense)
            assert ours.iou([rle], [rle], [0])[0, 0] == (1.0 if dense.any() else 0.0)
            continue
        for call in (ours.decode, ours.area, ours.toBbox, lambda r: ours.merge([r, r])):
            with pytest.raises(me.MaskError):
                call(rle)
        with pytest.raises(me.MaskError):
            ours.iou([rle], [rle], [0])
    assert sound > 200
