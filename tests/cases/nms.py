"""nms: a quadratic oracle on masks and on boxes, laws, OpenCV and hostile calls."""

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import maskengine as me
from maskengine.testing import oracles, strategies
from maskengine.testing.cases import Case


def greedy(overlaps, scores, threshold, categories):
    """Try every item in order against every kept one."""
    kept = []
    for i in sorted(range(len(scores)), key=lambda i: (-scores[i], i)):
        rivals = [k for k in kept if categories is None or categories[k] == categories[i]]
        if all(overlaps[k][i] <= threshold for k in rivals):
            kept.append(i)
    return np.array(kept, np.int64)


def mask_overlap(a, b, metric):
    shared = int((a & b).sum())
    whole = (a | b).sum() if metric == "iou" else min(a.sum(), b.sum())
    return shared / int(whole) if shared else 0.0


def mask_oracle(masks, scores, threshold, categories, metric):
    dense = oracles.decode(masks)
    overlaps = [[mask_overlap(a, b, metric) for b in dense] for a in dense]
    return greedy(overlaps, scores, threshold, categories)


def box_overlap(p, q, metric):
    width = min(p[2], q[2]) - max(p[0], q[0])
    height = min(p[3], q[3]) - max(p[1], q[1])
    if width <= 0 or height <= 0:
        return 0.0
    areas = [(r - left) * (b - top) for left, top, r, b in (p, q)]
    shared = width * height
    return shared / (sum(areas) - shared if metric == "iou" else min(areas))


def box_oracle(boxes, scores, threshold, categories, metric):
    rows = boxes.tolist()
    overlaps = [[box_overlap(a, b, metric) for b in rows] for a in rows]
    return greedy(overlaps, scores, threshold, categories)


def opencv(boxes, scores, threshold, _, __):
    import cv2

    wide = boxes.copy()
    wide[:, 2:] -= wide[:, :2]
    found = cv2.dnn.NMSBoxes(wide.tolist(), scores, 0.0, threshold)
    return np.asarray(found, np.int64).reshape(-1)


THRESHOLDS = st.sampled_from([0.0, 0.25, 1 / 3, 0.5, 0.6, 0.75, 1.0])


@st.composite
def contest(draw, n):
    scores = draw(
        st.lists(
            st.sampled_from([0.1, 0.5, 0.9]) | st.floats(0, 1, allow_subnormal=False),
            min_size=n,
            max_size=n,
        )
    )
    categories = draw(st.none() | st.lists(st.integers(-2, 2), min_size=n, max_size=n))
    return scores, draw(THRESHOLDS), categories, draw(st.sampled_from(["iou", "ios"]))


@st.composite
def of_masks(draw):
    size = draw(strategies.sizes(40))
    masks = draw(strategies.masks(0, 8, size))
    return masks, *draw(contest(len(masks)))


@st.composite
def of_boxes(draw, *, plain=False):
    n = draw(st.integers(1 if plain else 0, 12))
    corner = hnp.arrays(np.float64, (n, 2), elements=st.integers(0, 9).map(float))
    boxes = np.concatenate([draw(corner), draw(corner)], 1)
    boxes[:, 2:] += boxes[:, :2] + (1 if plain else 0)
    scores, threshold, categories, metric = draw(contest(n))
    if plain:  # OpenCV adds up in float32, and drops what has no score
        scores = [(i * 7 % 13 + 1) / 16 for i in range(n)]
        return boxes, scores, draw(st.sampled_from([0.3, 0.55])), None, "iou"
    return boxes, scores, threshold, categories, metric


def run_boxes(boxes, scores, threshold, categories, metric):
    return me.nms(boxes, scores, threshold, categories, metric, format="xyxy")


def kept_do_not_overlap(masks, scores, threshold, categories, metric):
    kept = me.nms(masks, scores, threshold, categories, metric)
    return np.array_equal(
        me.nms(
            masks[kept],
            np.array(scores)[kept],
            threshold,
            None if categories is None else np.array(categories, int)[kept],
            metric,
        ),
        np.arange(len(kept)),
    )


def small(height=2, width=3, n=1):
    return oracles.encode(np.ones((n, height, width), bool))


HOSTILE = {
    "an array of pixels": lambda: me.nms(np.ones((2, 2), bool), [1], 0.5),
    "none": lambda: me.nms(None, [1], 0.5),
    "dicts": lambda: me.nms(small().to_coco()[0], [1], 0.5),
    "sizes that differ": lambda: me.nms(
        me.Masks.concatenate([small(2, 3), small(3, 2)]), [1, 2], 0.5
    ),
    "too few scores": lambda: me.nms(small(n=2), [1], 0.5),
    "scores of words": lambda: me.nms(small(), ["a"], 0.5),
    "a score of NaN": lambda: me.nms(small(), [float("nan")], 0.5),
    "a threshold above 1": lambda: me.nms(small(), [1], 1.5),
    "a threshold of NaN": lambda: me.nms(small(), [1], float("nan")),
    "no threshold": lambda: me.nms(small(), [1], None),
    "categories of floats": lambda: me.nms(small(), [1], 0.5, [0.5]),
    "too many categories": lambda: me.nms(small(), [1], 0.5, [1, 2]),
    "another metric": lambda: me.nms(small(), [1], 0.5, metric="giou"),
    "another format": lambda: me.nms([[0, 0, 1, 1]], [1], 0.5, format="cxcywh"),
    "an infinite box": lambda: me.nms([[0, 0, float("inf"), 1]], [1], 0.5),
}

CASES = [
    Case(
        name="nms of masks",
        run=me.nms,
        inputs=of_masks(),
        oracle=mask_oracle,
        laws={
            "twice_is_once": kept_do_not_overlap,
            "halved_scores_change_nothing": lambda masks, scores, *rest: np.array_equal(
                me.nms(masks, np.array(scores, np.float64) / 2, *rest),
                me.nms(masks, scores, *rest),
            ),
        },
        hostile=HOSTILE,
    ),
    Case(name="nms of boxes", run=run_boxes, inputs=of_boxes(), oracle=box_oracle),
    Case(
        name="nms of opencv",
        run=run_boxes,
        inputs=of_boxes(plain=True),
        oracle=box_oracle,
        peers={"opencv": opencv},
    ),
]
