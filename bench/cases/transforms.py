"""Geometry on runs and bits: flip, rot90, transpose, crop, pad, shift, resize, copies."""

import numpy as np

import maskengine as me
import scenes
from harness import Job, Race

HALF = scenes.SIDE // 2
BOX = (500, 700, 500 + HALF, 700 + HALF)  # left, top, right, bottom


def ours(call):
    def make(rle):
        masks = scenes.batch([rle])
        return Job(lambda: call(masks), scenes.counts)

    return make


def ours_runs(call):
    """From runs to runs: masks that no call has packed yet, and the counts of the result."""

    def make(rle):
        masks = scenes.batch([rle])
        return Job(lambda: scenes.with_counts(call(masks[:])), scenes.counts)

    return make


def rlemasklib(call):
    def make(rle):
        from rlemasklib import RLEMask

        mask = RLEMask.from_dict(rle)
        return Job(lambda: call(mask), lambda result: [result.to_dict()["counts"]])

    return make


def dense(call):
    """Let a library for dense masks start from a dense mask, and end with one."""

    def make(rle):
        mask = np.ascontiguousarray(scenes.peer.decode(rle))
        return Job(lambda: call(mask), lambda result: [scenes.as_rle(result)["counts"]])

    return make


def pycocotools(call):
    """Decode, work on the dense mask, encode again."""

    def make(rle):
        from pycocotools import mask as peer

        return Job(
            lambda: peer.encode(np.asfortranarray(call(peer.decode(rle)))),
            scenes.texts,
        )

    return make


def crop(mask):
    return mask[BOX[1] : BOX[3], BOX[0] : BOX[2]]


def padded(mask):
    return np.pad(mask, ((5, 7), (9, 11)))


def halved(mask):
    import cv2

    return cv2.resize(mask, (HALF, HALF), interpolation=cv2.INTER_NEAREST)


def moved(mask):
    out = np.zeros_like(mask)
    out[37:, 23:] = mask[:-37, :-23]
    return out


# name -> needs, ours, rlemasklib's or None, on a dense mask
OPS = {
    "flip": (lambda m: me.flip(m, "horizontal"), lambda m: m.fliplr(), lambda d: d[:, ::-1].copy()),
    "rot90": (lambda m: me.rot90(m, 1), lambda m: m.rot90(), lambda d: np.rot90(d).copy()),
    "transpose": (
        lambda m: me.transpose(m),  # noqa: PLW0108 - it may not exist yet
        lambda m: m.transpose(),
        lambda d: d.T.copy(),
    ),
    "crop": (
        lambda m: me.crop(m, BOX),
        lambda m: m.crop(np.array([BOX[0], BOX[1], HALF, HALF])),
        lambda d: crop(d).copy(),
    ),
    "pad": (
        lambda m: me.pad(m, top=5, bottom=7, left=9, right=11),
        lambda m: m.pad(5, 7, 9, 11),
        padded,
    ),
    "shift": (lambda m: me.shift(m, dx=23, dy=37), lambda m: m.shift((37, 23)), moved),
}


def transposed_by_opencv(mask):
    import cv2

    return cv2.transpose(mask)


def turned_by_opencv(mask):
    import cv2

    return cv2.rotate(mask, cv2.ROTATE_90_COUNTERCLOCKWISE)


BY_OPENCV = {"transpose": transposed_by_opencv, "rot90": turned_by_opencv}


def repeated_by_opencv(mask):
    import cv2

    return cv2.repeat(mask, 2, 2)


def beside_by_opencv(mask):
    import cv2

    return cv2.hconcat([mask, mask])


def below_by_opencv(mask):
    import cv2

    return cv2.vconcat([mask, mask])


# name -> needs, ours, NumPy's, OpenCV's
COPIES = {
    "tile 2 x 2": (
        "tile",
        lambda m: me.tile(m, 2, 2),
        lambda d: np.tile(d, (2, 2)),
        repeated_by_opencv,
    ),
    "hstack of two": (
        "hstack",
        lambda m: me.hstack([m, m]),
        lambda d: np.hstack([d, d]),
        beside_by_opencv,
    ),
    "vstack of two": (
        "vstack",
        lambda m: me.vstack([m, m]),
        lambda d: np.vstack([d, d]),
        below_by_opencv,
    ),
}


def shrink(masks):
    return me.resize(masks, (HALF, HALF), method="opencv")


def races(scene_name, scene):
    for name, (call, rival, plain) in OPS.items():
        yield Race(
            name=f"{name} {scene_name} 4096",
            needs=(name,),
            scene=scene,
            ours=ours_runs(call),
            rivals={
                "pycocotools": pycocotools(plain),
                "rlemasklib": rlemasklib(rival),
                **({"numpy": dense(plain)} if scene_name == "blob" else {}),
            },
        )
    yield Race(
        name=f"resize {scene_name} 4096 to 2048",
        needs=("resize",),
        scene=scene,
        ours=ours_runs(shrink),
        rivals={
            "pycocotools": pycocotools(halved),
            **({"opencv": dense(halved)} if scene_name == "blob" else {}),
        },
    )


def races_of_bits():
    """Noise beside dense libraries: masks that earlier calls have packed, results not yet runs."""
    for name, (call, _, plain) in OPS.items():
        yield Race(
            name=f"{name} noise 4096, held as bits",
            needs=(name,),
            scene=scenes.noise_rle,
            ours=ours(call),
            rivals={
                "numpy": dense(plain),
                **({"opencv": dense(BY_OPENCV[name])} if name in BY_OPENCV else {}),
            },
        )
    for name, (needs, call, plain, other) in COPIES.items():
        yield Race(
            name=f"{name} of noise 4096, held as bits",
            needs=(needs,),
            scene=scenes.noise_rle,
            ours=ours(call),
            rivals={"numpy": dense(plain), "opencv": dense(other)},
        )
    yield Race(
        name="resize noise 4096 to 2048, held as bits",
        needs=("resize",),
        scene=scenes.noise_rle,
        ours=ours(shrink),
        rivals={"opencv": dense(halved)},
    )


RACES = [
    *races("blob", scenes.blob_rle),
    *races("noise", scenes.noise_rle),
    *races_of_bits(),
]
