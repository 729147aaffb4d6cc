"""polygonize: dense masks -> outlines with holes, and runs -> outlines of a batch."""

from functools import cache

import numpy as np

import maskengine as me
import scenes
from harness import Job, Race


def ours(mask):
    return Job(
        lambda: me.polygonize(mask),
        lambda polygons: me.rasterize(polygons, mask.shape, out="dense")[0],
    )


def opencv(method):
    """Contours run through pixel centres, so they are compared by what cv2 fills from them."""

    def make(mask):
        import cv2

        def filled(found):
            image = np.zeros(mask.shape, np.uint8)
            cv2.drawContours(image, found[0], -1, 1, cv2.FILLED, hierarchy=found[1])
            return image.astype(bool)

        return Job(
            lambda: cv2.findContours(mask, cv2.RETR_CCOMP, getattr(cv2, method)),
            filled,
        )

    return make


@cache
def small_blobs():
    """Give a 4096 x 4096 mask of blobs some tens of pixels wide: ~470,000 runs."""
    import cv2

    field = np.random.default_rng(8).standard_normal((scenes.SIDE, scenes.SIDE))
    return (cv2.GaussianBlur(field.astype(np.float32), (0, 0), 8) > 0).astype(np.uint8)


@cache
def noise():
    return np.ascontiguousarray(scenes.noise()[:1024, :1024])


def ours_of_stars(stack):
    masks = me.encode(stack)
    return Job(
        lambda: me.polygonize(masks),
        lambda polygons: me.rasterize(polygons, scenes.SIZE, out="dense"),
    )


def opencv_of_stars(stack):
    jobs = [opencv("CHAIN_APPROX_SIMPLE")(mask) for mask in stack]
    return Job(
        lambda: [job.run() for job in jobs],
        lambda found: np.stack([job.answer(one) for job, one in zip(jobs, found, strict=True)]),
    )


@cache
def cells():
    """Give a 2048 x 2048 map of 1024 touching cells with ragged borders."""
    rng = np.random.default_rng(6)
    y, x = np.indices((2048, 2048)) + rng.integers(-3, 4, (2, 2048, 2048))
    return (1 + y.clip(0, 2047) // 64 * 32 + x.clip(0, 2047) // 64).astype(np.int32)


@cache
def classes():
    """Give a 2160 x 3840 map of 30 classes, smooth but fine: 3.0 million vertices."""
    import cv2

    field = np.random.default_rng(3).random((36, 64)).astype(np.float32)
    field = cv2.resize(field, (3840, 2160), interpolation=cv2.INTER_CUBIC)
    return (field * 30).clip(0, 30).astype(np.int32)


def ours_of_labels(labels):
    return Job(
        lambda: me.polygonize(labels, 4, kind="labels"),
        lambda found: sum(len(item.polygon_offsets) - 1 for item in found[0]),
    )


def rasterio_of_labels(labels):
    """GDAL gives its shapes as lists of coordinates; they are counted."""
    from rasterio import features

    return Job(
        lambda: list(features.shapes(labels, labels > 0, 4)),
        len,
    )


def traffic(mask):
    return mask.nbytes, 0


RACES = [
    Race(
        f"outlines of {name}, {method[13:].lower()}",
        ("polygonize",),
        scene,
        ours,
        {"opencv": opencv(method)},
        traffic,
    )
    for name, scene in (("blobs 4096", scenes.blob), ("small blobs 4096", small_blobs))
    for method in ("CHAIN_APPROX_NONE", "CHAIN_APPROX_SIMPLE")
]
RACES += [
    Race(
        "outlines of noise 1024, simple",
        ("polygonize",),
        noise,
        ours,
        {"opencv": opencv("CHAIN_APPROX_SIMPLE")},
        traffic,
    ),
    Race(
        "outlines of 1000 stars, from runs",
        ("polygonize",),
        scenes.instance_stack,
        ours_of_stars,
        {"opencv": opencv_of_stars},
    ),
    *(
        Race(
            f"outlines of {name}",
            ("polygonize",),
            scene,
            ours_of_labels,
            {"rasterio": rasterio_of_labels},
            traffic,
        )
        for name, scene in (("1024 labels, 2048", cells), ("30 classes, 4K", classes))
    ),
]
