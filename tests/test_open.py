"""open: hand-drawn literals, and parity with OpenCV on thousands of masks.

Covers: me.open. Compares against: drawings, cv2. Run: pytest tests/test_open.py
"""

import numpy as np

import maskengine as me
from maskengine.testing import morphology
from maskengine.testing.oracles import art, encode

SPIKED = art(".......", ".###...", ".######", ".###...", ".......", "#......")


def test_spikes_and_specks_go():
    wanted = art(".......", ".###...", ".###...", ".###...", ".......", ".......")
    assert np.array_equal(me.open(SPIKED, 1), wanted)
    assert me.open(encode([SPIKED]), 1) == encode([wanted])


def test_borders():
    edge = art("##...", "##...", ".....")
    assert np.array_equal(me.open(edge, 1), edge)
    assert not me.open(edge, 1, border="background").any()


def test_the_builtin_is_left_alone():
    import builtins

    assert me.open is not builtins.open
    assert open is builtins.open


def test_parity_with_opencv():
    morphology.parity(me.open, "open", 2500, 5)
    morphology.parity(lambda m, *how: me.decode(me.open(me.encode(m), *how))[0], "open", 500, 6)


def test_labels_are_opened_each_by_itself():
    labels = np.array([[7, 7, 7, 3, 3, 0], [7, 7, 7, 3, 3, 0], [7, 7, 7, 7, 3, 3]])
    wanted = [[7, 7, 7, 0, 0, 0], [7, 7, 7, 0, 0, 0], [7, 7, 7, 0, 0, 0]]
    assert me.open(labels, 1, kind="labels", border="background").tolist() == wanted
    assert me.open(labels, (0, 1), kind="labels", border="background")[2].tolist() == [
        *[7, 7, 7, 7, 0, 0]
    ]
