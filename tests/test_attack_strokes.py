"""A stroke drawn at once, broken off at any moment by what a signal's handler may raise.

Covers: maskengine.Canvas.stroke.
Run: pytest tests/test_attack_strokes.py
"""

import sys

import numpy as np

import maskengine as me


class Broken(Exception):  # noqa: N818 - as KeyboardInterrupt is
    """Raised at one event of the interpreter."""


def broken_off(work, moment):
    """Raise at that call or return within `work`, of Python or of C; say whether it got so far."""
    left = moment

    def profile(*_):
        nonlocal left
        left -= 1
        if left < 0:
            sys.setprofile(None)
            raise Broken

    usual = sys.getprofile()
    sys.setprofile(profile)
    try:
        work()
        sys.setprofile(usual)  # an event, too
    except Broken:
        return True
    finally:
        sys.setprofile(usual)
    return False


def test_no_stroke_is_left_open():
    for moment in range(10_000):
        labels = np.zeros((20, 30), np.uint8)
        canvas = me.Canvas(labels)
        if not broken_off(lambda: canvas.stroke([(5.5, 5.5), (9, 9)], 3, label=2), moment):  # noqa: B023
            break
        canvas.stroke([(25, 15)], 2, label=1)  # no stroke is open
        while canvas.can_undo:
            canvas.undo()
        assert not labels.any()
    assert moment > 50
