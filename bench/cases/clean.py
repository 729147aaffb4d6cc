"""remove_small, fill_holes and largest: components of a mask chosen and written."""

from functools import cache

import numpy as np

import maskengine as me
import scenes
from harness import Job, Race

LEAST = 2000  # pixels


@cache
def speckled():
    """Give the blob with a few thousand specks of one to four pixels added and taken away."""
    mask = scenes.blob().copy()
    rng = np.random.default_rng(7)
    for y, x in rng.integers(0, scenes.SIDE - 2, (4000, 2)):
        mask[y : y + rng.integers(1, 3), x : x + rng.integers(1, 3)] ^= 1
    return mask


def remove_small(mask):
    out = np.empty_like(mask)
    return Job(lambda: me.remove_small(mask, LEAST, out=out))


def skimage_small(mask):
    from skimage.morphology import remove_small_objects

    flags = mask.astype(bool)
    return Job(lambda: remove_small_objects(flags, max_size=LEAST - 1, connectivity=2))


def cc3d_small(mask):
    import cc3d

    return Job(lambda: cc3d.dust(mask, threshold=LEAST, connectivity=8))


def fill_holes(mask):
    out = np.empty_like(mask)
    return Job(lambda: me.fill_holes(mask, out=out))


def scipy_holes(mask):
    from scipy import ndimage

    return Job(lambda: ndimage.binary_fill_holes(mask))


def fill_small_holes(mask):
    out = np.empty_like(mask)
    return Job(lambda: me.fill_holes(mask, LEAST - 1, out=out))


def skimage_holes(mask):
    """Give those of scikit-image; holes at the rim are filled as well, so small ones are apart."""
    from skimage.morphology import remove_small_holes

    flags = np.pad(mask.astype(bool), 1)
    flags[[0, -1]] = flags[:, [0, -1]] = False
    return Job(
        lambda: remove_small_holes(flags, max_size=LEAST - 1, connectivity=1),
        lambda found: found[1:-1, 1:-1],
    )


def largest(mask):
    out = np.empty_like(mask)
    return Job(lambda: me.largest(mask, out=out))


def scipy_largest(mask):
    from scipy import ndimage

    def run():
        labels, _ = ndimage.label(mask, np.ones((3, 3)))
        areas = np.bincount(labels.ravel())
        areas[0] = 0
        return labels == areas.argmax()

    return Job(run)


def cc3d_largest(mask):
    import cc3d

    return Job(
        lambda: cc3d.largest_k(mask, k=1, connectivity=8, binary_image=True),
        lambda found: found != 0,
    )


def traffic(mask):
    return mask.nbytes, mask.nbytes


RACES = [
    Race(
        "remove_small blobs 4096",
        ("remove_small",),
        speckled,
        remove_small,
        {"scikit-image": skimage_small, "cc3d": cc3d_small},
        traffic,
    ),
    Race(
        "fill_holes blobs 4096",
        ("fill_holes",),
        speckled,
        fill_holes,
        {"scipy": scipy_holes},
        traffic,
    ),
    Race(
        "fill_holes blobs 4096, small ones",
        ("fill_holes",),
        speckled,
        fill_small_holes,
        {"scikit-image": skimage_holes},
        traffic,
    ),
    Race(
        "largest of blobs 4096",
        ("largest",),
        speckled,
        largest,
        {"scipy": scipy_largest, "cc3d": cc3d_largest},
        traffic,
    ),
]
