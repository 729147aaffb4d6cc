"""box_iou: oracle, laws, pycocotools and hostile calls."""

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import maskengine as me
from maskengine.testing.cases import Case


def one(p, q, flag):
    width = min(p[2], q[2]) - max(p[0], q[0])
    height = min(p[3], q[3]) - max(p[1], q[1])
    if width <= 0 or height <= 0:
        return 0.0
    shared = width * height
    return shared / (p[4] if flag else p[4] + q[4] - shared)


def with_corners(boxes, format):  # noqa: A002
    out = []
    for a, b, c, d in boxes.tolist():
        right, bottom = (c, d) if format == "xyxy" else (c + a, d + b)
        area = (c - a) * (d - b) if format == "xyxy" else c * d
        out.append((a, b, right, bottom, area))
    return out


def oracle(a, b, format, crowd):  # noqa: A002
    flags = [False] * len(b) if crowd is None else crowd
    columns = list(zip(with_corners(b, format), flags, strict=True))
    rows = [[one(p, q, flag) for q, flag in columns] for p in with_corners(a, format)]
    return np.array(rows, np.float64).reshape(len(a), len(b))


def pycocotools(a, b, _, crowd):
    from pycocotools import mask as peer

    flags = np.zeros(len(b), np.uint8) if crowd is None else np.array(crowd, np.uint8)
    found = peer.iou(a, b, flags)
    return np.asarray(found, np.float64).reshape(len(a), len(b))


@st.composite
def boxes_and_crowd(draw, formats=("xywh", "xyxy")):
    coordinate = st.one_of(st.integers(-3, 12).map(float), st.floats(-5, 30))
    side = st.one_of(st.integers(0, 9).map(float), st.floats(0.001, 20))
    format = draw(st.sampled_from(formats))  # noqa: A001
    pair = []
    for _ in range(2):
        n = draw(st.integers(0, 5))
        boxes = np.concatenate(
            [draw(hnp.arrays(np.float64, (n, 2), elements=e)) for e in (coordinate, side)], 1
        )
        if format == "xyxy":
            boxes[:, 2:] += boxes[:, :2]
        pair.append(boxes)
    n = len(pair[1])
    crowd = draw(st.none() | st.lists(st.booleans(), min_size=n, max_size=n))
    return *pair, format, crowd


BOX = [[0.0, 0.0, 2.0, 2.0]]

CASES = [
    Case(
        name="box_iou",
        run=me.box_iou,
        inputs=boxes_and_crowd(),
        oracle=oracle,
        laws={
            "symmetric": lambda a, b, form, _: np.array_equal(
                me.box_iou(a, b, form), me.box_iou(b, a, form).T
            ),
        },
        hostile={
            "three numbers": lambda: me.box_iou([[0, 0, 1]], BOX),
            "ragged": lambda: me.box_iou([[0, 0, 1, 1], [0]], BOX),
            "words": lambda: me.box_iou([["a", "b", "c", "d"]], BOX),
            "another format": lambda: me.box_iou(BOX, BOX, "cxcywh"),
            "crowd of another length": lambda: me.box_iou(BOX, BOX, crowd=[True, False]),
            "crowd of floats": lambda: me.box_iou(BOX, BOX, crowd=[0.5]),
            "none": lambda: me.box_iou(None, BOX),
        },
    ),
    Case(
        name="box_iou of pycocotools",
        run=me.box_iou,
        inputs=boxes_and_crowd(formats=("xywh",)),
        oracle=oracle,
        peers={"pycocotools": pycocotools},
    ),
]
