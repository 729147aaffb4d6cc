"""frame_stats: oracle, laws, a peer and hostile calls."""

import numpy as np
from hypothesis import strategies as st

import maskengine as me
from maskengine.testing import strategies
from maskengine.testing.cases import Case

COLUMNS = ("void_pixels", "label_offsets", "labels", "area", "components", "largest", "boundary",
           "bbox", "touches_border", "pair_offsets", "pairs", "edges")  # fmt: skip


@st.composite
def frames(draw):
    """Draw maps of several sizes, dtypes and layouts, and options."""
    maps = draw(st.lists(strategies.label_maps(40), max_size=3))
    void = draw(st.sampled_from([(), 0, (0, 2), -1]))
    return maps, void, draw(st.sampled_from([4, 8]))


def parts_of(mask, connectivity):
    """Give the sizes of the components, one flood after another."""
    left = {(int(y), int(x)) for y, x in np.argwhere(mask)}
    steps = [(0, 1), (1, 0), (0, -1), (-1, 0)]
    if connectivity == 8:
        steps += [(1, 1), (1, -1), (-1, 1), (-1, -1)]
    sizes = []
    while left:
        todo, size = [left.pop()], 0
        while todo:
            y, x = todo.pop()
            size += 1
            for dy, dx in steps:
                if (y + dy, x + dx) in left:
                    left.discard((y + dy, x + dx))
                    todo.append((y + dy, x + dx))
        sizes.append(size)
    return sizes


def borders_of(label_map):
    """Give the pixels with another value beside, above or below; and the edges between values."""
    height, width = label_map.shape
    near = np.zeros(label_map.shape, bool)
    edges = {}
    for dy, dx in ((0, 1), (1, 0)):
        for y in range(height - dy):
            for x in range(width - dx):
                a, b = int(label_map[y, x]), int(label_map[y + dy, x + dx])
                if a != b:
                    near[y, x] = near[y + dy, x + dx] = True
                    pair = (min(a, b), max(a, b))
                    edges[pair] = edges.get(pair, 0) + 1
    return near, edges


def oracle(maps, void, connectivity):
    voids = {void} if isinstance(void, int) else set(void)
    rows, pairs, void_pixels, label_ends, pair_ends = [], [], [], [0], [0]
    for label_map in maps:
        near, edges = borders_of(label_map)
        values = sorted(int(v) for v in np.unique(label_map))
        void_pixels.append(sum(int((label_map == v).sum()) for v in values if v in voids))
        for value in values:
            if value in voids:
                continue
            mask = label_map == value
            sizes = parts_of(mask, connectivity)
            y, x = np.nonzero(mask)
            box = (x.min(), y.min(), x.max() - x.min() + 1, y.max() - y.min() + 1)
            inside = np.pad(mask[1:-1, 1:-1], 1) if min(mask.shape) > 1 else np.zeros_like(mask)
            rows.append((value, mask.sum(), len(sizes), max(sizes), (mask & near).sum(), box,
                         bool((mask & ~inside).any())))  # fmt: skip
        found = {pair: n for pair, n in edges.items() if not voids & set(pair)}
        pairs += sorted((*pair, n) for pair, n in found.items())
        label_ends.append(len(rows))
        pair_ends.append(len(pairs))
    columns = list(zip(*rows, strict=True)) if rows else [()] * 7
    labels, area, components, largest, boundary = (np.array(c, np.int64) for c in columns[:5])
    wide = np.array(pairs, np.int64).reshape(-1, 3)
    return (
        np.array(void_pixels, np.int64), np.array(label_ends), labels, area, components, largest,
        boundary, np.array(columns[5], np.int64).reshape(-1, 4), np.array(columns[6], bool),
        np.array(pair_ends), wide[:, :2], wide[:, 2],
    )  # fmt: skip


def run(maps, void, connectivity):
    found = me.frame_stats(maps, void=void, connectivity=connectivity)
    return tuple(getattr(found, name) for name in COLUMNS)


def pixels_add_up(maps, void, connectivity):
    found = me.frame_stats(maps, void=void, connectivity=connectivity)
    sums = np.bincount(found.frame_of_label, found.area, minlength=len(maps)) + found.void_pixels
    return sums.tolist() == [one.size for one in maps]


def frames_stand_for_themselves(maps, void, connectivity):
    options = {"void": void, "connectivity": connectivity}
    whole = me.frame_stats(maps, **options)
    joined = me.FrameStats.concatenate([me.frame_stats([one], **options) for one in maps])
    order = list(range(len(maps)))[::-1]
    turned = me.frame_stats(maps[::-1], **options)
    return all(
        np.array_equal(getattr(whole, name), getattr(joined, name))
        and np.array_equal(getattr(whole.take(order), name), getattr(turned, name))
        for name in COLUMNS
    )


def scipy_and_skimage(maps, void, connectivity):
    """Ask scipy for components and boxes, and scikit-image for the boundary."""
    from scipy import ndimage
    from skimage.segmentation import find_boundaries

    wanted = list(oracle(maps, void, connectivity))
    components, boundary = [], []
    voids = {void} if isinstance(void, int) else set(void)
    structure = ndimage.generate_binary_structure(2, 2 if connectivity == 8 else 1)
    for label_map in maps:
        near = find_boundaries(label_map.astype(np.int64), 1, "thick") if label_map.size else None
        for value in np.unique(label_map):
            if int(value) not in voids:
                components.append(ndimage.label(label_map == value, structure)[1])
                boundary.append(int((near & (label_map == value)).sum()))
    wanted[4] = np.array(components, np.int64)
    wanted[6] = np.array(boundary, np.int64)
    return tuple(wanted)


ONE = np.ones((2, 3), np.uint8)

CASES = [
    Case(
        name="frame_stats",
        run=run,
        inputs=frames(),
        oracle=oracle,
        laws={
            "pixels_add_up": pixels_add_up,
            "frames_stand_for_themselves": frames_stand_for_themselves,
        },
        peers={"scipy and scikit-image": scipy_and_skimage},
        hostile={
            "floats": lambda: me.frame_stats(ONE.astype(float)),
            "bool": lambda: me.frame_stats(ONE.astype(bool)),
            "floats in a list": lambda: me.frame_stats([ONE, ONE.astype(float)]),
            "a stack in a list": lambda: me.frame_stats([ONE[np.newaxis]]),
            "numbers": lambda: me.frame_stats([1, 2]),
            "a number": lambda: me.frame_stats(1),
            "text": lambda: me.frame_stats("ab"),
            "another connectivity": lambda: me.frame_stats(ONE, connectivity=6),
            "void of text": lambda: me.frame_stats(ONE, void="0"),
            "void of floats": lambda: me.frame_stats(ONE, void=[0.5]),
            "void None": lambda: me.frame_stats(ONE, void=None),
            "void of 2^63": lambda: me.frame_stats(ONE, void=2**63),
            "names of numbers": lambda: me.frame_stats(ONE, names=[1]),
            "too few names": lambda: me.frame_stats([ONE, ONE], names=["a"]),
            "a label of 2^63": lambda: me.frame_stats([np.full((2, 3), 2**63, np.uint64)]),
            "frames that are not there": lambda: me.frame_stats(ONE).take([1]),
        },
    ),
]
