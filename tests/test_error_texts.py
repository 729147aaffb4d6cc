"""An error says what came, not only what was expected, and which argument and item it was.

Covers: maskengine.errors. Run: pytest tests/test_error_texts.py
"""

import numpy as np
import pytest

import maskengine as me
from maskengine import adapters, quality

ONE = me.encode(np.eye(4, dtype=np.uint8))
TWO_SIZES = me.Masks.concatenate([ONE, me.encode(np.eye(5, dtype=np.uint8))])
IMAGE = np.zeros((4, 4), np.uint8)


def _canvas(**flags):
    labels = np.zeros((4, 4), np.uint8)
    labels.setflags(**flags)
    return me.Canvas(labels, IMAGE)


CASES = {
    "out of another size": (lambda: me.decode(ONE, out=np.zeros((1, 5, 5), np.uint8)), "(5, 5)"),
    "seeds between pixels": (lambda: me.flood(IMAGE, (0.5, 1.5)), "float64"),
    "seeds in a heap": (lambda: me.flood(IMAGE, [(0, 1), (2,)]), "(2,)"),
    "a barrier of words": (lambda: me.flood(IMAGE, (0, 0), barrier=["a", [2]]), "'a'"),
    "ragged points": (lambda: me.contains(ONE, [(0, 1), (2,)]), "(2,)"),
    "labels that nobody gave": (lambda: me.encode_labels(ONE), "None"),
    "layers of two sizes": (lambda: me.occlusion(ONE, visible=TWO_SIZES[1:]), "(5, 5)"),
    "too many layers": (lambda: me.occlusion(ONE, visible=TWO_SIZES), "2"),
    "read-only labels": (lambda: _canvas(write=False), "read-only"),
    "a stroke from outside": (lambda: _canvas().smart_brush([(9, 1)], 2, 1, tolerance=3), "(9, 1)"),
    "no tolerance": (lambda: _canvas().smart_brush([(1, 1)], 2, 1, tolerance=None), "None"),
    "a radius without bounds": (lambda: _canvas().stroke([(1, 1)], 10**400, 1), "1000"),
    "masks beside maps": (lambda: quality.match_instances(ONE, IMAGE), "ndarray"),
    "raters of two sizes": (lambda: quality.disagreement_map(TWO_SIZES), "(5, 5)"),
    "no width of a lesion": (lambda: quality.needed_density([3.0, -1.0], 0.5), "-1.0"),
    "a record without masks": (lambda: adapters.from_detectron2({"height": 4}), "'height': 4"),
    "a name for a number": (lambda: adapters.to_torchvision(ONE, [1], image_id="x"), "'x'"),
    "a label of 64 bits": (
        lambda: me.Masks(np.array([2**64 - 1]), [0, 1], [(4, 4)]),
        str(2**64 - 1),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_what_came_is_told(name):
    call, came = CASES[name]
    with pytest.raises(me.MaskError) as caught:
        call()
    text = str(caught.value)
    assert "expected" in text
    assert "got" in text
    assert came in text.partition("got")[2]
    assert caught.value.parameter is not None
