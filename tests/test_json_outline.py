"""Where the tables of a file lie: the places that Python's own JSON reader finds."""

import json
import re

from hypothesis import given
from hypothesis import strategies as st

import maskengine as me
from maskengine._backend import core

TEXT = st.text(alphabet='a"\\{}[],: \u00e9', max_size=40)
VALUE = st.recursive(
    TEXT | st.integers() | st.booleans() | st.none(),
    lambda inner: st.lists(inner, max_size=6) | st.dictionaries(TEXT, inner, max_size=6),
    max_leaves=40,
)


def places(text):
    """Key and value of each member of the outermost object, with the value's place."""
    found, at = [], 1
    decoder = json.JSONDecoder()
    while text[at] != "}":
        key, at = decoder.raw_decode(text, at)
        begin = at + 1  # after the colon
        at = re.compile(r"\s*").match(text, begin).end()
        _, at = decoder.raw_decode(text, at)
        found.append((key, begin, at))
        if text[at] == ",":
            at = re.compile(r"\s*").match(text, at + 1).end()
    return found


@given(
    members=st.lists(VALUE, min_size=1, max_size=5),
    piece=st.integers(1, 300),
    separators=st.sampled_from([(",", ":"), (", ", ": ")]),
)
def test_members_lie_where_python_finds_them(level, members, piece, separators):
    document = {f"key{i}": value for i, value in enumerate(members)}
    text = json.dumps(document, separators=separators)
    with me.use(level=level):
        outline = core.JsonOutline.make()
        for begin in range(0, len(text), piece):
            outline.feed(text[begin : begin + piece].encode())
        outline.finish()
    found = [(key.decode(), begin, end) for key, begin, end in outline.members]
    assert found == places(text)


@given(value=st.lists(VALUE, max_size=8), piece=st.integers(1, 300))
def test_a_list_ends_at_its_bracket(level, value, piece):
    text = " " + json.dumps(value) + "\n"
    with me.use(level=level):
        outline = core.JsonOutline.make()
        for begin in range(0, len(text), piece):
            outline.feed(text[begin : begin + piece].encode())
        outline.finish()
    assert outline.is_array
    assert outline.members == [(b"", 1, len(text) - 1)]
