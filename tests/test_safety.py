"""Malformed input: a MaskError with a message, never a crash, never a silent answer.

Covers: the hostile calls of all cases. Run: pytest tests/test_safety.py
"""

import pytest

import maskengine as me


def test_clear_error(case, bad):
    with pytest.raises(me.MaskError) as caught:
        case.hostile[bad]()
    text = str(caught.value)
    assert ": " in text, f"no parameter is named in {text!r}"
    assert len(text) < 500
