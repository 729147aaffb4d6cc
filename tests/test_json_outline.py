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


def feed(outline, text, piece, begin, end):
    """In pieces that begin at their multiples."""
    while begin < end:
        stop = min(begin - begin % piece + piece, end)
        outline.feed(text[begin:stop])
        begin = stop
    return outline


ODD = st.text('{}[]",\\ a', max_size=30)


@given(
    notes=st.lists(ODD | st.lists(ODD, max_size=3), min_size=2, max_size=20),
    is_array=st.booleans(),
    sizes=st.tuples(st.integers(1, 50), st.integers(0, 4)),
    data=st.data(),
)
def test_outlines_that_begin_ahead(level, notes, is_array, sizes, data):
    """They join where an element begins as Python writes them; what is joined is never wrong."""
    piece, stride = sizes
    words = [json.dumps({"note": note, "more": {str(note): [note]}}) for note in notes]
    lead = "[" if is_array else '{"a": [1], "rows": ['
    starts = [len(lead) + sum(len(word) + 1 for word in words[:n]) for n in range(1, len(words))]
    text = (lead + ",".join(words) + ("]" if is_array else '], "b": {}}')).encode()
    begin = data.draw(st.sampled_from(starts) | st.integers(1, len(text) - 1))
    with me.use(level=level):
        right = feed(core.JsonOutline.make(stride * piece), text, piece, 0, len(text))
        first = feed(core.JsonOutline.make(stride * piece), text, piece, 0, begin)
        ahead = first.ahead(begin)
        try:
            joined = first.join(feed(ahead, text, piece, begin, len(text)))
        except me.BadFile:
            joined = False
    assert joined or stride > 0 or begin not in starts
    if joined:
        first.finish()
        assert (first.members, first.cuts) == (right.members, right.cuts)
        assert first.position == right.position == len(text)


def test_a_key_that_comes_twice_is_not_joined():
    text = b'{"a": [{}, {}], "a": 1}'
    first = feed(core.JsonOutline.make(), text, 64, 0, 11)
    ahead = first.ahead(11)
    assert not first.join(feed(ahead, text, 64, 11, len(text)))
