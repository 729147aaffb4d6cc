"""The ids of a table of categories, read without an object each."""

import json

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from maskengine._backend import core
from maskengine.errors import BadFile
from maskengine.formats import Frames
from maskengine.formats._frames import CategoryRow

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
KEYS = st.sampled_from(["id", "name", "synset"]) | st.text(max_size=4)
TABLES = st.lists(st.dictionaries(KEYS, VALUES | st.integers(0, 5), max_size=4), max_size=4)


def frames(table):
    return Frames({"categories": table}, lambda: iter(()))


@given(TABLES, st.booleans())
def test_ids_are_those_that_msgspec_reads(table, ascii_only):
    text = json.dumps(table, ensure_ascii=ascii_only, allow_nan=False).encode(errors="replace")
    ids = core.category_ids(text)
    try:
        wanted = [row.id for row in msgspec.json.decode(text, type=list[CategoryRow])]
    except msgspec.ValidationError:
        assert ids is None
        return
    if ids is not None:  # else it is left to msgspec: a key with an escape
        assert ids.tolist() == wanted


@pytest.mark.parametrize(
    ("table", "wanted"),
    [
        (b"[]", []),
        (b' [ {"id" : -3 , "name" : null , "x" : [{"id": 4}]} , {"name":"b","id":1}] ', [-3, 1]),
        (b'[{"id": 1, "id": 2}]', [2]),
    ],
)
def test_usual_tables_are_read(table, wanted):
    assert core.category_ids(table).tolist() == wanted
    assert frames(table).category_ids().tolist() == wanted


@pytest.mark.parametrize(
    "table",
    [
        b"",
        b"{}",
        b"[1]",
        b"[{}]",
        b'[{"id": 1.0}]',
        b'[{"id": "1"}]',
        b'[{"id": 9223372036854775808}]',
        b'[{"id": 1, "name": 5}]',
        b'[{"id": 1}',
        b'[{"id": 1},]',
        b'[{"id": 1}] x',
        b'[{"id": 1}]\x00',
        b'[{"id": 1, "name": "\xff"}]',
        b'[{"\\u0069d": 1}]',
    ],
)
def test_others_are_left_to_a_reader_with_reasons(table):
    assert core.category_ids(table) is None


def test_a_repeated_id_is_refused():
    with pytest.raises(BadFile, match="two categories have one id"):
        frames(b'[{"id": 2}, {"id": 1}, {"id": 2}]').category_ids()


def test_ids_are_of_the_table_that_is_there():
    old, new = b'[{"id": 7}]', b'[{"id": 8}]'
    stale = Frames({"categories": new}, lambda: iter(()), known_ids=(old, np.array([7])))
    assert stale.category_ids().tolist() == [8]
