"""quality: confusion of classes, panoptic quality."""

import cv2
import numpy as np

import maskengine as me
import scenes
from harness import Job, Race

CLASSES = 30


def classes():
    """Give a map of 30 classes and the same moved by a few pixels, as another annotator draws."""
    first = scenes.classes()
    return first, np.ascontiguousarray(np.roll(first, (1, 3), (0, 1)))


def confusion(maps):
    from maskengine.quality import confusion as run

    return Job(lambda: run(*maps, CLASSES), lambda found: found.counts[:, :CLASSES])


def class_runs():
    return tuple(me.encode_labels(one) for one in classes())


def dense(make):
    """Hand a rival the maps that ours has as runs."""
    return lambda runs: make(tuple(np.ascontiguousarray(me.decode_labels(one)[0]) for one in runs))


def hotcoco(maps):
    from hotcoco.semantic import SemanticEval

    def run():
        evaluator = SemanticEval(CLASSES)
        evaluator.update(*maps)
        return evaluator

    return Job(run, lambda evaluator: np.asarray(evaluator.confusion()))


def scikit_learn(maps):
    from sklearn.metrics import confusion_matrix

    first, second = (one.ravel() for one in maps)
    return Job(lambda: confusion_matrix(first, second, labels=range(CLASSES)))


def bincount(maps):
    first, second = maps

    def run():
        cells = first.ravel().astype(np.int64) * CLASSES + second.ravel()
        return np.bincount(cells, minlength=CLASSES * CLASSES)

    return Job(run, lambda counts: counts.reshape(CLASSES, CLASSES))


def panoptic():
    """Give two panoptic maps of 2048 x 1024 with smooth segments, and their categories."""
    coarse = scenes.classes()[:128, :256]
    label_map = cv2.resize(coarse, (2048, 1024), interpolation=cv2.INTER_NEAREST)
    reference = np.zeros(label_map.shape, np.uint32)
    categories = {}
    for label in np.unique(label_map).tolist():
        parts, _ = me.label(label_map == label)
        for number in range(1, min(int(parts.max()), 8) + 1):
            reference[parts == number] = 1000 * (label + 1) + number
            categories[1000 * (label + 1) + number] = label
    prediction = np.ascontiguousarray(np.roll(reference, (1, 3), (0, 1)))
    return reference, prediction, categories


def segments():
    """Give two panoptic maps of 2048 x 1024 with 70 segments of 19 categories, one drawn anew."""
    rng = np.random.default_rng(7)
    centres = rng.random((70, 2)) * (1024, 2048)
    y, x = np.mgrid[:1024:8, :2048:8]
    far = (y[..., None] - centres[:, 0]) ** 2 + (x[..., None] - centres[:, 1]) ** 2
    coarse = (1000 + far.argmin(-1)).astype(np.uint32)
    reference = cv2.resize(
        coarse.astype(np.float32), (2048, 1024), interpolation=cv2.INTER_NEAREST
    ).astype(np.uint32)
    rows, columns = np.mgrid[:1024, :2048]
    shift = 3 + np.round(3 * np.sin(rows / 40)).astype(int)
    prediction = reference[np.minimum(rows + 1, 1023), np.minimum(columns + shift, 2047)]
    categories = {1000 + i: i % 19 for i in range(70)}
    return reference, np.ascontiguousarray(prediction), categories


def segment_runs():
    reference, prediction, categories = segments()
    return me.encode_labels(reference), me.encode_labels(prediction), categories


def dense_segments(make):
    return lambda scene: make(
        (*(np.ascontiguousarray(me.decode_labels(one)[0]) for one in scene[:2]), scene[2])
    )


def panoptic_quality(scene):
    from maskengine.quality import panoptic_matches

    reference, prediction, categories = scene
    return Job(
        lambda: panoptic_matches(reference, prediction, categories, categories, range(CLASSES)),
        lambda found: [found.tp.tolist(), found.fp.tolist(), found.fn.tolist()],
    )


def by_unique(scene):
    """Match as the reference implementation does: two calls of np.unique, and dicts."""
    reference, prediction, categories = scene

    def run():
        out = np.zeros((3, CLASSES), int)
        p_area = dict(zip(*np.unique(prediction, return_counts=True), strict=True))
        keys, counts = np.unique(
            reference.astype(np.uint64) << np.uint64(32) | prediction, return_counts=True
        )
        pairs = {
            (int(k) >> 32, int(k) & 0xFFFFFFFF): int(n) for k, n in zip(keys, counts, strict=True)
        }
        g_area = {}
        for (g, _), n in pairs.items():
            g_area[g] = g_area.get(g, 0) + n
        hit = set()
        for (g, p), n in pairs.items():
            if 0 in {g, p} or categories[g] != categories[p]:
                continue
            if n / (int(p_area[p]) + g_area[g] - n - pairs.get((0, p), 0)) > 0.5:
                out[0, categories[g]] += 1
                hit |= {("g", g), ("p", p)}
        for p in categories:
            if ("p", p) not in hit and not pairs.get((0, p), 0) / int(p_area[p]) > 0.5:
                out[1, categories[p]] += 1
            out[2, categories[p]] += ("g", p) not in hit
        return out

    return Job(run, lambda out: out.tolist())


def traffic(maps):
    return maps[0].nbytes + maps[1].nbytes, 0


RACES = [
    Race(
        "confusion of 30 classes 4K",
        ("quality.confusion",),
        classes,
        confusion,
        {"hotcoco": hotcoco, "scikit-learn": scikit_learn, "numpy": bincount},
        traffic,
    ),
    Race(
        "confusion of 30 classes 4K from runs",
        ("quality.confusion", "encode_labels"),
        class_runs,
        confusion,
        {
            "hotcoco": dense(hotcoco),
            "scikit-learn": dense(scikit_learn),
            "numpy": dense(bincount),
        },
    ),
    Race(
        "panoptic quality 2048, 70 segments",
        ("quality.panoptic_matches",),
        segments,
        panoptic_quality,
        {"numpy": by_unique},
        traffic,
    ),
    Race(
        "panoptic quality 2048, 70 segments from runs",
        ("quality.panoptic_matches", "encode_labels"),
        segment_runs,
        panoptic_quality,
        {"numpy": dense_segments(by_unique)},
    ),
    Race(
        "panoptic quality 2048",
        ("quality.panoptic_matches",),
        panoptic,
        panoptic_quality,
        {"numpy": by_unique},
        traffic,
    ),
]
