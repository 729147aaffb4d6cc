"""occlusion: what is seen of 100 layers, and which pairs of them overlap by how much."""

import numpy as np

import maskengine as me
import scenes
from harness import Job, Race


def answer(found):
    visible, pairs = found
    return np.asarray(visible).tolist(), sorted((i, j, int(n)) for i, j, n in pairs if n)


def ours(rles):
    masks = scenes.batch(rles)
    return Job(
        lambda: me.occlusion(masks),
        lambda f: answer(
            (f.visible_area, [(*p, n) for p, n in zip(f.pairs.tolist(), f.shared, strict=True)])
        ),
    )


def pycocotools(rles):
    peer = scenes.peer

    def run():
        covered, area, visible = [], 0, []
        for rle in reversed(rles):
            covered = peer.merge([covered, rle]) if covered else rle
            total = int(peer.area(covered))
            visible.append(total - area)
            area = total
        overlap = peer.iou(rles, rles, [0] * len(rles)) > 0
        pairs = [
            (i, j, int(peer.area(peer.merge([rles[i], rles[j]], intersect=True))))
            for i, j in np.argwhere(np.triu(overlap, 1)).tolist()
        ]
        return visible[::-1], pairs

    return Job(run, answer)


def numpy_pixels(rles):
    stack = np.ascontiguousarray(scenes.peer.decode(rles).transpose(2, 0, 1)).astype(bool)

    def run():
        front = np.zeros(stack.shape[1:], bool)
        visible, pairs = [], []
        for i in range(len(stack) - 1, -1, -1):
            visible.append(int((stack[i] & ~front).sum()))
            front |= stack[i]
            pairs += [(i, j, (stack[i] & stack[j]).sum()) for j in range(i + 1, len(stack))]
        return visible[::-1], pairs

    return Job(run, answer)


RACES = [
    Race(
        "occlusion of 100 instances",
        ("occlusion",),
        lambda: scenes.instances()[:100],
        ours,
        {"pycocotools": pycocotools, "numpy": numpy_pixels},
    ),
]
