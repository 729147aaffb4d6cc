"""Numbers of YOLO's lines: nine digits, and readers come back to the same pixels.

Covers: maskengine._core.yolo_lines.
Run: pytest tests/test_yolo_text.py
"""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from maskengine._backend import core

SIDES = st.integers(1, 70_000)
VALUES = st.one_of(
    st.floats(-100, 70_000),
    st.integers(0, 70_000).map(float),
    st.integers(0, 10**6).map(lambda n: n / 64),
)


def lines(coords, size, class_=7):
    n = np.array([len(coords)])
    text, ends = core.yolo_lines(
        np.array(coords, float).reshape(-1), np.array([0]), n, np.array([class_]), np.array([size])
    )
    assert ends.tolist() == [0, len(text)]
    return text.tobytes().decode()


def slow(coords, size):
    words = ["7"]
    for x, y in [coords[0]] * max(3 - len(coords), 0) + coords:
        for value, side in ((x, size[1]), (y, size[0])):
            word = f"{value / side:.9g}"
            narrow = np.float32(float(word)) * np.float32(side)
            if int(float(word) * side) != int(value) or int(narrow) != int(value):
                word = f"{(int(value) + 0.25) / side:.9g}"
            words.append(word)
    return " ".join(words) + "\n"


@given(st.lists(st.tuples(VALUES, VALUES), min_size=1, max_size=8), SIDES, SIDES)
def test_equals_python_number_by_number(coords, height, width):
    assert lines(coords, (height, width)) == slow(coords, (height, width))


@given(st.floats(1e-4, 1))
def test_equals_python_in_the_unit_interval(value):
    # sides of 1: quotients are the values themselves
    assert lines([(value, value)] * 3, (1, 1)) == slow([(value, value)] * 3, (1, 1))


def test_halves_and_the_ends_of_decades():
    edges = [10.0**-k for k in range(6)] + [n + 0.5 for n in range(40)]
    edges += [0.1 - 2**-57, 0.99999999949]
    edges += [np.nextafter(edge, way) for edge in edges[:6] for way in (0, 1)]
    halves = [(2 * n + 1) / 2**k for n in range(200) for k in range(8, 33, 4)]
    for value in edges + halves:
        assert lines([(value, value)] * 3, (1, 1)) == slow([(value, value)] * 3, (1, 1))
        assert lines([(value, value)] * 3, (3, 97)) == slow([(value, value)] * 3, (3, 97))


def test_rows_without_a_class_have_no_line():
    text, ends = core.yolo_lines(
        np.arange(12.0), np.array([0, 0, 3]), np.array([3, 0, 3]), np.array([1, -1, 0]),
        np.full((3, 2), 20),
    )  # fmt: skip
    assert ends[1] == ends[2]
    assert text.tobytes().decode().splitlines()[1].startswith("0 ")
