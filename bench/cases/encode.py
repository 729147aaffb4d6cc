"""encode: dense masks as users hold them -> runs, or COCO dicts."""

import numpy as np

import maskengine as me
import scenes
from harness import Job, Race


def ours(mask):
    return Job(lambda: me.encode(mask), scenes.counts)


def ours_to_coco(mask):
    return Job(lambda: me.encode(mask).to_coco(), scenes.texts)


def pycocotools(mask):
    from pycocotools import mask as peer

    if mask.flags.f_contiguous:
        return Job(lambda: peer.encode(mask), scenes.texts)
    return Job(lambda: peer.encode(np.asfortranarray(mask)), scenes.texts)


def faster_coco_eval(mask):
    from faster_coco_eval.core import mask as peer

    return Job(lambda: peer.encode(mask), scenes.texts)


def rlemasklib(mask):
    from rlemasklib import RLEMask

    return Job(lambda: RLEMask.from_array(mask), lambda rle: [rle.to_dict()["counts"]])


def rlemasklib_to_coco(mask):
    from rlemasklib import RLEMask

    return Job(lambda: RLEMask.from_array(mask).to_dict(), scenes.texts)


def hotcoco(mask):
    from hotcoco import mask as peer

    return Job(lambda: peer.encode(mask), scenes.texts)


def ultrafast(mask):
    from ultrafast_pycocotools import mask as peer

    return Job(lambda: peer.encode(mask), scenes.texts)


def ours_of_bits(packed):
    return Job(lambda: me.encode(packed), scenes.counts)


def unpacked(contestant):
    """Let a contestant unpack bits to a byte per pixel first, as it has to."""

    def make(packed):
        def mask():
            return np.unpackbits(packed.bits[0], axis=-1)[:, : packed.width]

        return Job(lambda: contestant(mask()).run(), contestant(mask()).answer)

    return make


def blob_bits():
    return me.PackedBits(np.packbits(scenes.blob(), axis=-1), scenes.SIDE)


def each(contestant):
    """Let a contestant for one mask encode a stack, mask by mask."""

    def make(stack):
        jobs = [contestant(mask) for mask in stack]
        return Job(
            lambda: [job.run() for job in jobs],
            lambda results: [
                text for job, r in zip(jobs, results, strict=True) for text in job.answer(r)
            ],
        )

    return make


def ours_columns_first(stack):
    masks = stack.transpose(2, 0, 1)
    return Job(lambda: me.encode(masks), scenes.counts)


def traffic(mask):
    return mask.nbytes, 0


COCO_PEERS = {
    "pycocotools": pycocotools,
    "faster-coco-eval": faster_coco_eval,
    "hotcoco": hotcoco,
    "ultrafast-pycocotools": ultrafast,
}
ONE = {**COCO_PEERS, "rlemasklib": rlemasklib}
ONE_COCO = {**COCO_PEERS, "rlemasklib": rlemasklib_to_coco}
MANY = {name: each(contestant) for name, contestant in ONE.items()}
MANY_COCO = {name: each(contestant) for name, contestant in ONE_COCO.items()}


def fortran_stack():
    return np.asfortranarray(scenes.instance_stack()[:200].transpose(1, 2, 0))


RACES = [
    Race("encode blob 4096, C order", ("encode",), scenes.blob, ours, ONE, traffic),
    Race("encode blob 4096 to COCO", ("encode",), scenes.blob, ours_to_coco, ONE_COCO, traffic),
    Race(
        "encode blob 4096, Fortran order",
        ("encode",),
        lambda: np.asfortranarray(scenes.blob()),
        ours,
        ONE,
        traffic,
    ),
    Race("encode noise 4096, C order", ("encode",), scenes.noise, ours, ONE, traffic),
    Race(
        "encode blob 4096 of bits",
        ("encode", "PackedBits"),
        blob_bits,
        ours_of_bits,
        {name: unpacked(contestant) for name, contestant in ONE.items()},
        lambda packed: (packed.bits.nbytes, 0),
    ),
    Race("encode 1000 instances", ("encode",), scenes.instance_stack, ours, MANY, traffic),
    Race(
        "encode 1000 instances to COCO",
        ("encode",),
        scenes.instance_stack,
        ours_to_coco,
        MANY_COCO,
        traffic,
    ),
    Race(
        "encode 1000 instances, one by one",
        ("encode",),
        scenes.instance_stack,
        each(ours),
        MANY,
        traffic,
    ),
    Race(
        "encode (480, 640, 200) Fortran",
        ("encode",),
        fortran_stack,
        ours_columns_first,
        COCO_PEERS,
        traffic,
    ),
]
