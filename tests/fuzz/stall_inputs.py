"""The large inputs of stall_cases.py: each is made when it is first asked for."""

import functools

import numpy as np

import maskengine as me

SIDE = 4096
once = functools.lru_cache(maxsize=None)


def rng():
    return np.random.default_rng(5)


# label maps
@once
def labels():
    """Give 60,000 labels as noise."""
    return rng().integers(0, 60_000, (SIDE, SIDE), dtype=np.uint16)


@once
def others():
    return np.ascontiguousarray(labels()[::-1, ::-1])


@once
def millions():
    """Give millions of labels."""
    return rng().integers(0, 2**23, (SIDE // 2, SIDE), dtype=np.uint32)


@once
def other_millions():
    return np.ascontiguousarray(millions()[::-1])


@once
def classes():
    """Give twenty classes as noise."""
    return rng().integers(0, 20, (SIDE // 2, SIDE), dtype=np.uint8)


@once
def other_classes():
    return rng().integers(0, 20, (SIDE // 2, SIDE), dtype=np.uint8)


@once
def blocks():
    """Give a million regions of 4 x 4 pixels, all labels different."""
    numbers = np.arange(SIDE * SIDE // 16, dtype=np.uint32).reshape(SIDE // 4, SIDE // 4)
    return np.repeat(np.repeat(numbers, 4, 0), 4, 1)


@once
def shifted_blocks():
    return np.roll(blocks(), 2, 1)


@once
def scores():
    return rng().standard_normal((8, SIDE // 2, SIDE // 2)).astype(np.float32)


@once
def image():
    return rng().integers(0, 256, (SIDE, SIDE), dtype=np.uint8)


@once
def volume():
    return rng().random((192, 256, 256)) < 0.4


# masks
@once
def bits():
    return rng().random((2, SIDE // 2, SIDE)) < 0.5


@once
def noise():
    return me.encode(bits())


@once
def huge():
    """Give one mask of 150 MP."""
    return me.tile(noise()[:1], 6, 3)


@once
def other_noise():
    return me.encode(bits()[:, ::-1])


@once
def checker():
    y, x = np.indices((SIDE // 2, SIDE))
    return me.encode((x + y) % 2 == 0)


@once
def comb():
    return me.encode(np.tile(np.arange(SIDE) % 2 == 0, (SIDE, 1)).T)


@once
def many():
    """Give a million small masks."""
    return me.rasterize(triangles(), (12, 12))


@once
def overlapping():
    """Give 20,000 masks that overlap."""
    corners = rng().uniform(0, 900, (20_000, 2))
    sides = rng().uniform(20, 100, (20_000, 2))
    return me.rasterize(me.Polygons.from_boxes(np.hstack([corners, sides])), (1000, 1000))


# polygons
@once
def triangles():
    points = rng().uniform(0, 12, (3_000_000, 2))
    return me.Polygons(points, np.arange(0, 3_000_001, 3))


def round_trip(n, side, rough):
    angle = np.linspace(0, 2 * np.pi, n, endpoint=False)
    radius = side * (0.45 - rough * rng().random(n))
    middle = side / 2
    points = np.stack([middle + radius * np.cos(angle), middle + radius * np.sin(angle)], 1)
    return me.Polygons(points, np.array([0, n]))


@once
def vertices():
    """Give one polygon of a million vertices."""
    return round_trip(1_000_000, SIDE, 0.2)


@once
def smooth():
    return round_trip(1_000_000, SIDE, 0)


@once
def outlines():
    """Give the borders of many regions."""
    return me.polygonize(blocks() % 997, kind="labels")[0]


# numbers and dictionaries
@once
def boxes():
    return np.hstack([rng().uniform(0, 900, (6000, 2)), rng().uniform(20, 90, (6000, 2))])


@once
def dicts():
    return many().to_coco()


@once
def long_dicts():
    return [{"size": [SIDE, SIDE], "counts": [1] * SIDE * SIDE}]


@once
def rings():
    return triangles().to_coco()


@once
def lookup():
    return {int(k): int(k) % 65_000 for k in range(2_000_000)}


@once
def frames():
    return me.frame_stats(millions().reshape(-1, 64, 64)[:2000])


# panoptic maps
@once
def panoptic():
    """Give a map of a million segments, and what is said of each."""
    ids, areas = np.unique(blocks(), return_counts=True)
    told = [
        {
            "id": int(i),
            "category_id": 1,
            "iscrowd": 0,
            "area": int(a),
            "bbox": [int(i) % 1024 * 4, int(i) // 1024 * 4, 4, 4],
        }
        for i, a in zip(ids, areas, strict=True)
        if i
    ]
    return blocks(), told, [{"id": 1, "name": "a", "isthing": 1}]
