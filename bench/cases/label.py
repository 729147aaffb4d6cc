"""label: components of masks and maps, with and without an image, and from runs."""

from functools import cache

import numpy as np

import maskengine as me
import scenes
from harness import Job, Race


@cache
def big_noise():
    """Give an 8192 x 8192 mask of coin flips."""
    bits = np.frombuffer(np.random.default_rng(2).bytes(8192 * 8192 // 8), np.uint8)
    return np.unpackbits(bits).reshape(8192, 8192)


@cache
def checkerboard():
    return (np.indices((2048, 2048)).sum(0) % 2).astype(np.uint8)


@cache
def comb():
    mask = np.zeros((4096, 4096), np.uint8)
    mask[:, ::2] = 1
    mask[-1] = 1
    return mask


@cache
def spiral():
    """Give one line, three pixels wide, that winds from the rim to the middle of 4096 x 4096."""
    mask = np.zeros((4096, 4096), np.uint8)
    for k in range(0, 2040, 6):
        low, high = k, 4095 - k
        mask[low : low + 3, low:high] = mask[low:high, high - 2 : high + 1] = 1
        mask[high - 2 : high + 1, low : high + 1] = 1
        mask[low + 6 : high, low : low + 3] = mask[low + 6 : low + 9, low : low + 9] = 1
    return mask


@cache
def volume():
    """Give 256 x 256 x 256 voxels of smooth noise, four in ten of which are foreground."""
    from scipy import ndimage

    noise = np.random.default_rng(1).standard_normal((256, 256, 256)).astype(np.float32)
    smooth = ndimage.gaussian_filter(noise, 6)
    return (smooth > np.quantile(smooth, 0.6)).astype(np.uint8)


@cache
def volume_of_labels():
    """Give 256 x 256 x 256 voxels, each of the class, one of 30, of the nearest of 400 points."""
    from scipy.spatial import cKDTree

    rng = np.random.default_rng(3)
    points = rng.random((400, 3)) * 256
    classes = np.where(rng.random(400) < 0.2, 0, rng.integers(1, 31, 400)).astype(np.uint8)
    voxels = np.stack(np.indices((256, 256, 256), dtype=np.float32), axis=-1)
    return classes[cKDTree(points).query(voxels.reshape(-1, 3))[1]].reshape(256, 256, 256)


def count(kind="mask", connectivity=8):
    return lambda mask: Job(
        lambda: me.label(mask, connectivity, kind=kind, stats=True, output="none"),
        lambda found: found[1],
    )


def into(kind="mask", connectivity=8):
    def make(mask):
        out = np.zeros(mask.shape, np.int32)
        return Job(lambda: me.label(mask, connectivity, kind=kind, out=out), lambda f: f[1])

    return make


def opencv(algorithm="CCL_DEFAULT", connectivity=8):
    def make(mask):
        import cv2

        out = np.zeros(mask.shape, np.int32)
        chosen = getattr(cv2, algorithm)
        return Job(
            lambda: cv2.connectedComponentsWithAlgorithm(
                mask, connectivity, cv2.CV_32S, chosen, out
            ),
            lambda found: found[0] - 1,
        )

    return make


def opencv_stats(mask):
    import cv2

    return Job(lambda: cv2.connectedComponentsWithStats(mask, 8), lambda found: found[0] - 1)


def cc3d(connectivity=8, dtype=None):
    """Give cc3d with labels of a dtype, or of the narrowest of uint16, uint32 and uint64."""

    def make(mask):
        import cc3d as peer

        return Job(
            lambda: peer.connected_components(
                mask, connectivity=connectivity, return_N=True, out_dtype=dtype
            ),
            lambda found: int(found[1]),
        )

    return make


def scipy(mask):
    from scipy import ndimage

    return Job(lambda: ndimage.label(mask, np.ones((3, 3))), lambda found: found[1])


def scipy_volume(connectivity):
    def make(mask):
        from scipy import ndimage

        structure = ndimage.generate_binary_structure(3, {6: 1, 26: 3}[connectivity])
        return Job(lambda: ndimage.label(mask, structure), lambda found: found[1])

    return make


def skimage(mask):
    from skimage import measure

    return Job(lambda: measure.label(mask, return_num=True), lambda found: int(found[1]))


def runs(rle):
    masks = scenes.batch([rle])
    return Job(lambda: me.label(masks, stats=True, output="none"), lambda found: int(found[1][0]))


def rlemasklib(rle):
    from rlemasklib import RLEMask

    mask = RLEMask.from_dict(rle)
    return Job(lambda: mask.connected_component_stats(connectivity=8), lambda found: len(found[0]))


def read(mask):
    return mask.nbytes, 0


def both(mask):
    return mask.nbytes, 4 * mask.size


OPENCV = {"opencv": opencv(), "opencv bbdt": opencv("CCL_BBDT")}
NEEDS = ("label",)
VOLUME_PEERS = {c: {"cc3d": cc3d(c, np.uint32), "scipy": scipy_volume(c)} for c in (6, 26)}
RACES = [
    Race("label blobs 4096, stats alone", NEEDS, scenes.blob, count(), OPENCV, read),
    Race(
        "label blobs 4096, beside stats",
        NEEDS,
        scenes.blob,
        count(),
        {"opencv": opencv_stats, "cc3d": cc3d(), "scipy": scipy, "scikit-image": skimage},
        read,
    ),
    Race("label blobs 4096, int32 image", NEEDS, scenes.blob, into(), OPENCV, both),
    Race(
        "label noise 8192, int32 image",
        NEEDS,
        big_noise,
        into(),
        {**OPENCV, "cc3d": cc3d()},
        both,
    ),
    Race(
        "label 30 classes 4K, int32 image",
        NEEDS,
        scenes.classes,
        into("labels"),
        {"cc3d": cc3d(), "scikit-image": skimage},
        both,
    ),
    Race(
        "label 30 classes 4K, stats", NEEDS, scenes.classes, count("labels"), {"cc3d": cc3d()}, read
    ),
    Race("label blobs 4096, from runs", NEEDS, scenes.blob_rle, runs, {"rlemasklib": rlemasklib}),
]
RACES += [
    Race(f"label {name}, int32 image", NEEDS, scene, into(), OPENCV, both)
    for name, scene in (
        ("checkerboard 2048", checkerboard),
        ("comb 4096", comb),
        ("spiral", spiral),
    )
]
RACES += [
    Race(
        f"label {name} 256^3, {connectivity}, {what}",
        NEEDS,
        scene,
        make(kind, connectivity),
        {"cc3d": cc3d(connectivity, np.uint32)} if kind == "labels" else VOLUME_PEERS[connectivity],
        limit,
    )
    for name, scene, kind in (
        ("blobs", volume, "mask"),
        ("30 classes", volume_of_labels, "labels"),
    )
    for connectivity in (6, 26)
    for what, make, limit in (("int32 image", into, both), ("stats", count, read))
]
