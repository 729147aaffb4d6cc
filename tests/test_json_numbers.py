"""Numbers of a COCO file, as Python's own json reads them, at every CPU level.

Covers: maskengine.formats (the reader of JSON below it).
Run: pytest tests/test_json_numbers.py
"""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import maskengine as me
from maskengine._backend import core

DIGITS = st.text("0123456789", min_size=1, max_size=6)
WHOLE = st.integers(0, 10**9).map(str)
NUMBER = st.one_of(
    st.builds("{}.{:02d}".format, st.integers(0, 999), st.integers(0, 99)),  # of most files
    st.builds("{}.{}".format, st.integers(0, 99999), DIGITS),
    st.builds("-{}.{}".format, st.integers(0, 999), DIGITS),
    st.builds("{}.{}e{}".format, st.integers(0, 9), DIGITS, st.integers(-9, 8)),
    WHOLE,
)
COMMA = st.sampled_from([", ", ",", ", ", ",\n", " , ", ",  "])
BAD = st.sampled_from(
    [
        "01.5",
        "00",
        "1.",
        ".5",
        "1..2",
        "1.2.3",
        "1e",
        "-",
        "--1",
        "1;2",
        "+1",
        "1a",
        "1.5:",
        "1/2",
        "1.5.",
        "12345678a",
        "NaN",
        "0x10",
    ]
) | st.sampled_from(["1 2", "1.2 3"])


def read(ring):
    text = b'{"image_id": 1, "segmentation": [[' + ring.encode() + b"]]}"
    return core.read_annotations(text, 10, True, True, core.IdSet.make())


@given(st.lists(st.tuples(NUMBER, COMMA), min_size=3, max_size=60))
def test_coordinates_are_what_json_reads(level, pairs):
    ring = "".join(number + comma for number, comma in pairs * 2)[: -len(pairs[-1][1])]
    wanted = np.array(json.loads(f"[{ring}]"), np.float64)
    with me.use(level=level):
        columns = read(ring)
    assert not columns["refused"]
    assert columns["coords"].tobytes() == wanted.tobytes()


@given(BAD, st.lists(NUMBER, min_size=41, max_size=41), st.integers(0, 41), COMMA)
def test_a_number_that_is_none_is_refused(level, bad, numbers, at, comma):
    numbers.insert(at, bad)
    with me.use(level=level):
        columns = read(comma.join(numbers))
    assert len(columns["refused"]) == 1
    assert not len(columns["present"])


@pytest.mark.parametrize(
    ("numbers", "style"), [("1.5, 2.25", 0), ("1.5, 2", 0), ("1.5, 2.0", 1), ("1.5, 12.00", 1)]
)
def test_whole_numbers_with_a_point_are_told(level, numbers, style):
    with me.use(level=level):
        columns = read(", ".join([numbers] * 20))
    assert (columns["style"][0] != 0) == (style != 0)
