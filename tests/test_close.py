"""close: hand-drawn literals, and parity with OpenCV on thousands of masks.

Covers: me.close. Compares against: drawings, cv2. Run: pytest tests/test_close.py
"""

import numpy as np

import maskengine as me
from maskengine.testing import morphology
from maskengine.testing.oracles import art, encode

EMPTY = "." * 12
GAPS = art(EMPTY, EMPTY, "...##.###...", "...#####....", "...##.###...", EMPTY, EMPTY)


def test_gaps_are_filled():
    filled = "...######..."
    wanted = art(EMPTY, EMPTY, filled, filled, filled, EMPTY, EMPTY)
    assert np.array_equal(me.close(GAPS, 1), wanted)
    assert me.close(encode([GAPS]), 1) == encode([wanted])


def test_borders():
    edge = art("#.", "..", "..")  # grown to two rows; the first reaches no other
    assert np.array_equal(me.close(edge, 1), art("##", "..", ".."))
    assert not me.close(edge, 1, border="background").any()


def test_parity_with_opencv():
    morphology.parity(me.close, "close", 2500, 7)
    morphology.parity(lambda m, *how: me.decode(me.close(me.encode(m), *how))[0], "close", 500, 8)
