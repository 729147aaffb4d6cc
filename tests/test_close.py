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


def test_labels_are_closed_each_by_itself():
    labels = np.array([[0, 5, 0, 5, 0, 2, 0, 2, 0]])
    # The gap between 5 and 2 is in neither; with the second, in both.
    assert me.close(labels, (0, 1), kind="labels").tolist() == [[5, 5, 5, 5, 0, 2, 2, 2, 2]]
    crossing = np.array([[5, 2, 0, 0, 5, 2]])
    assert me.close(crossing, (0, 3), kind="labels").tolist() == [[5, 2, 2, 2, 5, 2]]
    labels[0, 2] = 9
    assert me.close(labels, (0, 1), kind="labels")[0, 1:4].tolist() == [5, 9, 5]


def test_labels_at_the_edge():
    labels = np.array([[3, 0, 0], [0, 0, 0], [0, 0, 8]], np.int16)
    assert not me.close(labels, 1, kind="labels", border="background").any()
    assert me.close(labels, 1, kind="labels").tolist() == labels.tolist()
    labels = np.array([[0, 3, 0, 0, 8, 0]])
    assert me.close(labels, 1, kind="labels").tolist() == [[3, 3, 0, 0, 8, 8]]
    assert not me.close(labels, 2, kind="labels", border="background").any()
