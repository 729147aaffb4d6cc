"""png: class maps into the bytes of PNG files, read again by Pillow to compare.

The sizes of the files are told by `python bench/cases/png.py`.
"""

import io
from functools import cache

import numpy as np

from harness import Job, Race

SIDE = 4096


@cache
def classes():
    """Give 30 classes in 4096 x 4096, each where its smooth field is the greatest."""
    import cv2

    rng = np.random.default_rng(3)
    best = np.full((SIDE, SIDE), -np.inf, np.float32)
    out = np.zeros((SIDE, SIDE), np.uint8)
    for label in range(30):
        field = rng.standard_normal((SIDE // 16, SIDE // 16)).astype(np.float32)
        field = cv2.resize(cv2.GaussianBlur(field, (0, 0), 4), (SIDE, SIDE))
        np.putmask(out, field > best, label)
        np.maximum(best, field, out=best)
    return out


@cache
def instances():
    """Give the same with 16 bits, an object in each class."""
    return classes().astype(np.uint16) * 256 + 1


def pixels(data):
    from PIL import Image

    limit, Image.MAX_IMAGE_PIXELS = Image.MAX_IMAGE_PIXELS, None
    try:
        with Image.open(io.BytesIO(data)) as image:
            return np.asarray(image)
    finally:
        Image.MAX_IMAGE_PIXELS = limit


def ours(labels):
    from maskengine._png_bytes import encode_png

    return Job(lambda: encode_png(labels), pixels)


def pillow(level):
    def make(labels):
        from PIL import Image

        def run():
            file = io.BytesIO()
            Image.fromarray(labels).save(file, "PNG", compress_level=level)
            return file.getvalue()

        return Job(run, pixels)

    return make


def opencv(labels):
    import cv2

    def run():
        return cv2.imencode(".png", labels)[1].tobytes()

    return Job(run, pixels)


RIVALS = {"pillow": pillow(1), "pillow-6": pillow(6), "opencv": opencv}
RACES = [
    Race("png 4096^2, 30 classes", (), classes, ours, RIVALS),
    Race("png 4096^2, 16 bits", (), instances, ours, RIVALS),
]

if __name__ == "__main__":
    for race in RACES:
        for name, make in {"maskengine": race.ours, **race.rivals}.items():
            print(race.name, name, len(make(race.scene()).run()), "bytes")
