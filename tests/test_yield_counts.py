"""Row F21 of the features of quality, yield counting: objects by class, from runs, beside scipy.

Covers: maskengine.split, maskengine.label of Masks with statistics.
Run: pytest tests/test_yield_counts.py
"""

import numpy as np
import pytest
from scipy import ndimage

import maskengine as me


def drawn(seed):
    """Draw a map of up to five classes: blocks of odd sides and specks, of any size."""
    random = np.random.default_rng(seed)
    height, width = random.integers(1, 40, 2)
    coarse = random.integers(0, 6, (height // 4 + 1, width // 4 + 1))
    label_map = np.kron(coarse, np.ones((4, 4), int))[:height, :width].astype(np.uint8)
    specks = random.random(label_map.shape) < random.choice([0, 0.05, 0.4])
    label_map[specks] = random.integers(0, 6, int(specks.sum()))
    return label_map


def expected(label_map, structure):
    """Give class, area, box and touching of each object, as scipy finds them."""
    height, width = label_map.shape
    rows = []
    for name in np.unique(label_map[label_map != 0]).tolist():
        labels, count = ndimage.label(label_map == name, structure)
        areas = np.bincount(labels.ravel(), minlength=count + 1)[1:].tolist()
        for area, (ys, xs) in zip(areas, ndimage.find_objects(labels), strict=True):
            touches = 0 in (ys.start, xs.start) or ys.stop == height or xs.stop == width
            box = xs.start, ys.start, xs.stop - xs.start, ys.stop - ys.start
            rows.append((name, area, *box, touches))
    return rows


@pytest.mark.parametrize("connectivity", [4, 8])
def test_f21_yield_counts_equal_scipy_on_1000_random_maps(connectivity):
    structure = ndimage.generate_binary_structure(2, 1 if connectivity == 4 else 2)
    for seed in range(500):
        label_map = drawn(1000 * connectivity + seed)
        masks, ids = me.split(label_map)[:2]
        _, n, stats = me.label(masks, output="none", stats=True, connectivity=connectivity)
        classes = np.repeat(ids, n).tolist()
        found = zip(
            classes, stats.area.tolist(), *stats.bbox.T.tolist(),
            (np.asarray(stats.touches_border) != 0).tolist(), strict=True,
        )  # fmt: skip
        assert sorted(found) == sorted(expected(label_map, structure)), seed
