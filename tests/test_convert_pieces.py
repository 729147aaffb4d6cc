"""Shards that are stretches of a JSON file: what one pass gives, for any number of processes.

Covers: maskengine.convert (jobs), maskengine.formats (pieces, write_piece, join).
Run: pytest tests/test_convert_pieces.py
"""

import itertools
import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import maskengine as me
from maskengine import formats
from maskengine.convert import _pieces, _processes, _sharded, _spool, convert
from maskengine.formats import _json_file, coco

LVIS = Path(__file__).parent / "data" / "lvis-api" / "lvis_val_100.json"
IMAGE = {"id": 1, "height": 40, "width": 50, "file_name": "a.jpg"}


@pytest.fixture(autouse=True)
def small_pieces(monkeypatch):
    monkeypatch.setattr(_json_file, "_PIECE", 1 << 12)
    monkeypatch.setattr(_json_file, "_SHARE_LEAST", 1 << 14)
    monkeypatch.setattr(_json_file, "_SHARE_MOST", 1 << 14)


def annotation(number, **more):
    return {"id": number, "image_id": 1, "category_id": 1,
            "segmentation": [[0, 0, 9, 0, 9, 9, number % 7, 9]], **more}  # fmt: skip


def write(path, annotations):
    tables = {"images": [IMAGE], "annotations": annotations, "categories": [{"id": 1, "name": "x"}]}
    path.write_text(json.dumps(tables))
    return path


def results(path, count):
    mask = {"size": [40, 50], "counts": [5, 10, 1985]}
    rows = [{"image_id": n // 3, "category_id": 1, "segmentation": mask, "score": n / count}
            for n in range(count)]  # fmt: skip
    path.write_text(json.dumps(rows))
    return path


def test_pieces_are_the_file_and_begin_between_annotations():
    text = LVIS.read_bytes()
    frames = formats.read(LVIS)
    pieces = frames.pieces()
    assert len(pieces) > 20
    assert [end for _, end in pieces[:-1]] == [begin for begin, _ in pieces[1:]]
    begin, end = pieces[0][0], pieces[-1][1]
    assert json.loads(b"[" + text[begin:end] + b"]") == json.loads(text)["annotations"]
    for begin, _ in pieces[1:]:
        assert text[:begin].endswith(b"}")
        assert text[begin:].lstrip().startswith(b",")
    found = [row for n in range(len(pieces)) for part in coco.read_piece(LVIS, pieces, n)
             for row in part.records.column("id").to_pylist()]  # fmt: skip
    assert found == [row["id"] for row in json.loads(text)["annotations"]]


def test_a_file_in_pieces_is_that_of_one_pass(tmp_path):
    whole = convert(LVIS, tmp_path / "whole.json")
    shards = convert(LVIS, tmp_path / "shards.json", jobs=1)
    assert (shards.read, shards.written) == (whole.read, whole.written) == (977, 977)
    assert shards.target.read_bytes() == whole.target.read_bytes()
    store = convert(LVIS, tmp_path / "store.parquet", jobs=1)
    back = convert(store.target, tmp_path / "back.json")
    assert back.target.read_bytes() == whole.target.read_bytes()


@pytest.mark.parametrize("name", ["out.json", "out.parquet"])
def test_results_in_pieces(name, tmp_path):
    source = results(tmp_path / "in.json", 900)
    whole = convert(source, tmp_path / f"whole-{name}")
    shards = convert(source, tmp_path / f"shards-{name}", jobs=1)
    assert len(formats.read(source).pieces()) > 3
    assert shards.read == shards.written == whole.written == 900
    rows = [json.loads(convert(path, tmp_path / f"{path.stem}-back.json").target.read_bytes())
            for path in (whole.target, shards.target)]  # fmt: skip
    assert rows[0] == rows[1]
    assert len(rows[0]) == 900


def test_what_is_refused_stands_where_it_stood(tmp_path):
    rows = [annotation(n) for n in range(1, 800)]
    rows[3]["segmentation"] = [[0]]
    rows[500]["image_id"] = 7
    rows[798]["category_id"] = 5
    source = write(tmp_path / "in.json", rows)
    reports = [convert(source, tmp_path / f"{jobs}.json", jobs=jobs) for jobs in (None, 1)]
    lines = [[json.loads(line) for line in report.quarantine.read_text().splitlines()]
             for report in reports]  # fmt: skip
    assert [line["position"] for line in lines[0]] == [3, 500, 798]
    assert lines[0] == lines[1]
    assert reports[0].reasons == reports[1].reasons
    assert reports[0].target.read_bytes() == reports[1].target.read_bytes()
    with pytest.raises(me.LimitExceeded, match="more than 1 "):
        convert(source, tmp_path / "few.json", jobs=1, max_bad=1)
    assert not (tmp_path / "few.json").exists()


@pytest.mark.parametrize("again", [400, 798])
def test_an_id_used_in_two_pieces_is_refused_as_in_one_pass(again, tmp_path):
    rows = [annotation(n) for n in range(1, 800)]
    rows[again]["id"] = 2
    source = write(tmp_path / "in.json", rows)
    whole = convert(source, tmp_path / "whole.json")
    shards = convert(source, tmp_path / "shards.json", jobs=1)
    assert whole.reasons == shards.reasons == {"its id was used before": 1}
    assert json.loads(shards.target.read_bytes()) == json.loads(whole.target.read_bytes())


@pytest.mark.parametrize("more", [{}, {"note": "}, {" * 40}, {"list": [{"a": []}] * 9}])
def test_threads_find_the_same_pieces(more, tmp_path, monkeypatch):
    """Also where text looks as if an element of the list began in it."""
    rows = [annotation(n, many=[[n]] * 9, **more) for n in range(1, 900)]
    source = write(tmp_path / "in.json", rows)
    with me.use(threads=1):
        one = formats.read(source)
    monkeypatch.setattr(_json_file, "WINDOW", 1 << 14)
    joined = []
    real = _json_file._outlined_by_threads
    monkeypatch.setattr(
        _json_file, "_outlined_by_threads", lambda *a: joined.append(real(*a)) or joined[-1]
    )
    with me.use(threads=4):
        four = formats.read(source)
    assert (four.pieces(), four.tables) == (one.pieces(), one.tables)
    assert len(one.pieces()) > 5
    assert [row for part in four for row in part.records.column("id").to_pylist()] == list(
        range(1, 900)
    )
    assert (joined[0] is None) == bool(more)
    source.write_bytes(source.read_bytes()[:-9])
    with me.use(threads=4), pytest.raises(me.BadFile, match="it is cut"):
        formats.read(source)


@given(st.data())
def test_text_in_strings_moves_no_cut(data):
    odd = st.text('{}[]",\\ a', max_size=40)
    notes = data.draw(st.lists(odd, min_size=3, max_size=30))
    rows = [annotation(n, note=note, more={note: [note]}) for n, note in enumerate(notes)]
    text = json.dumps({"annotations": rows, "images": [IMAGE]}).encode()
    outline = me._core.JsonOutline.make(1)
    step = data.draw(st.integers(16, 300))
    for begin in range(0, len(text), step):
        outline.feed(text[begin : begin + step])
    outline.finish()
    _, begin, end = outline.members[0]
    cuts = [cut for cut in outline.cuts if begin < cut < end]
    bounds = [begin + text[begin:].index(b"[") + 1, *cuts, text[:end].rindex(b"]")]
    found = [json.loads(b"[" + text[a:b].strip(b" ,") + b"]")
             for a, b in itertools.pairwise(bounds)]  # fmt: skip
    assert [row for some in found for row in some] == rows


def test_an_interrupted_conversion_in_pieces_goes_on(tmp_path, monkeypatch):
    right = convert(LVIS, tmp_path / "right.json", jobs=1).target.read_bytes()
    real, made = _sharded.convert_shard, []

    def stops(spool, job, number):
        if number == 9:
            raise OSError(28, "No space left on device")
        made.append(number)
        return real(spool, job, number)

    monkeypatch.setattr(_sharded, "convert_shard", stops)
    with pytest.raises(OSError, match="No space"):
        convert(LVIS, tmp_path / "out.json", jobs=1)
    assert made == list(range(9))
    assert not (tmp_path / "out.json").exists()
    victim = _spool.Spool(tmp_path / "out.json").path("out", 4, _pieces.PART)
    victim.write_bytes(victim.read_bytes()[:-1])
    made.clear()
    monkeypatch.setattr(_sharded, "convert_shard", lambda *a: made.append(a[2]) or real(*a))
    convert(LVIS, tmp_path / "out.json", jobs=1, resume=True)
    assert made[:2] == [4, 9]
    assert (tmp_path / "out.json").read_bytes() == right
    assert not _spool.Spool(tmp_path / "out.json").folder.exists()


FORKED = """
import os, sys
from maskengine.convert import _processes, convert
from maskengine.formats import _json_file
_json_file._PIECE, _json_file._SHARE_LEAST, _json_file._SHARE_MOST = 1 << 12, 1 << 14, 1 << 14
here = os.getpid()
assert _processes._may_fork() == (sys.platform == "linux")
for target in sys.argv[2:]:
    report = convert(sys.argv[1], target, jobs=2)
    assert report.written == 977 and os.getpid() == here
"""


def test_processes_that_are_forked_give_the_same_bytes(tmp_path):
    """In a process of its own, where no other thread runs."""
    targets = [tmp_path / name for name in ("forked.json", "forked.parquet")]
    one = [convert(LVIS, tmp_path / f"one{target.suffix}", jobs=1) for target in targets]
    command = [sys.executable, "-W", "error", "-c", FORKED, str(LVIS), *map(str, targets)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    for target, report in zip(targets, one, strict=True):
        assert target.read_bytes() == report.target.read_bytes()


def test_a_process_with_threads_is_not_forked():
    end = threading.Event()
    other = threading.Thread(target=end.wait)
    other.start()
    try:
        assert not _processes._may_fork()
    finally:
        end.set()
        other.join()


def test_auto_takes_as_many_processes_as_the_source_is_worth(tmp_path):
    sparse = tmp_path / "large.json"
    with sparse.open("wb") as file:
        file.truncate(1 << 30)
    with me.use(threads=4):
        assert _processes.processes_for(LVIS) == 1
        assert _processes.processes_for(sparse) == 4
    report = convert(LVIS, tmp_path / "out.json", jobs="auto")
    assert report.written == 977
