"""Conversions that others disturb: two at once, files that change, full disks, signals that end.

Covers: maskengine.convert, maskengine.formats.read, maskengine.cli: what is told, and what is left.
Run: pytest tests/test_attack_outside.py
"""

import errno
import json
import multiprocessing
import os
import signal
import subprocess
import sys
import threading

import pytest

import maskengine as me
from maskengine import formats
from maskengine.cli import main
from maskengine.convert import _alone, _quarantine, _spool
from maskengine.formats._guess import has_bytes

SQUARE = [[1, 1, 4, 1, 4, 3, 1, 3]]


def coco(path, n=3, segmentation=SQUARE, side=8):
    rows = [
        {"id": k, "image_id": 1, "category_id": 1, "segmentation": segmentation, "iscrowd": 0}
        for k in range(1, n + 1)
    ]
    image = {"id": 1, "height": side, "width": side, "file_name": "a.jpg"}
    tables = {"images": [image], "annotations": rows, "categories": [{"id": 1, "name": "a"}]}
    path.write_text(json.dumps(tables))
    return path


@pytest.fixture
def source(tmp_path):
    return coco(tmp_path / "source.json")


# two at once


@pytest.mark.skipif(_alone.fcntl is None, reason="no locks of files here")
@pytest.mark.parametrize("resume", [False, True])
def test_two_conversions_in_shards_do_not_share_a_folder(tmp_path, source, monkeypatch, resume):
    monkeypatch.setattr(_alone, "_PATIENCE", 0.0)
    other, target = coco(tmp_path / "other.json", side=9), tmp_path / "out.json"
    refused = []

    def meanwhile(done, shards):
        before = sorted((tmp_path / ".out.json.maskengine").rglob("*"))
        with pytest.raises(me.MaskError) as caught:
            me.convert(other, target, jobs=1, resume=resume)
        refused.append(caught.value)
        assert sorted((tmp_path / ".out.json.maskengine").rglob("*")) == before

    assert me.convert(source, target, jobs=1, progress=meanwhile).written == 3
    assert refused[0].parameter == "dst"
    assert "another conversion" in str(refused[0])
    assert json.loads(target.read_text())["images"][0]["height"] == 8
    assert me.convert(other, target, jobs=1).written == 3  # the lock is gone with the first
    assert sorted(path.name for path in tmp_path.iterdir() if path.name[0] == ".") == []


@pytest.mark.skipif(_alone.fcntl is None, reason="no locks of files here")
def test_a_conversion_waits_for_one_that_is_about_to_end(tmp_path):
    folder, target = tmp_path / ".t.maskengine", tmp_path / "t"
    entered, order = threading.Event(), []

    def second():
        entered.wait()
        with _alone.alone(folder, target):
            order.append("second")
            assert folder.is_dir()

    thread = threading.Thread(target=second)
    thread.start()
    with _alone.alone(folder, target):
        entered.set()
        thread.join(0.1)  # it looks at the folder, which then goes
        order.append("first")
    thread.join()
    assert order == ["first", "second"]
    assert not folder.exists()


@pytest.mark.skipif(_alone.fcntl is None, reason="no locks of files here")
def test_a_link_is_no_folder_to_work_in(tmp_path, source):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "kept").write_text("kept")
    (tmp_path / ".out.json.maskengine").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(OSError, match=r"out\.json"):
        me.convert(source, tmp_path / "out.json", jobs=1)
    assert (tmp_path / "elsewhere" / "kept").read_text() == "kept"


def in_a_pool(source, jobs):
    """Run in a process of `multiprocessing.Pool`."""
    try:
        return me.convert(source, source.with_name(f"{jobs}.json"), jobs=jobs).written
    except me.MaskError as error:
        return error.parameter


def test_a_process_that_may_start_no_other(source):
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        found = pool.starmap(in_a_pool, [(source, jobs) for jobs in (1, 2, "auto")])
    assert found == [3, "jobs", 3]


SCRIPT = """
import sys, threading
import maskengine as me
print("run", flush=True)
ended = threading.Event()
threading.Thread(target=ended.wait).start()  # a process with threads is not forked
print(me.convert(*sys.argv[1:], jobs=2).written, __file__, __spec__)
ended.set()
"""


def test_a_script_that_guards_nothing_runs_once(source, tmp_path):
    script = tmp_path / "script.py"
    script.write_text(SCRIPT)
    command = [sys.executable, str(script), str(source), str(tmp_path / "out.json")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (done.stdout, done.stderr) == (f"run\n3 {script} None\n", "")


# sources that change


@pytest.mark.parametrize("jobs", [None, 1])
@pytest.mark.parametrize("how", ["grows", "replaced", "cut", "gone"])
def test_a_source_that_changes_is_no_source(tmp_path, source, jobs, how):
    target = tmp_path / "out.json"
    target.write_text("old")

    def meanwhile(done, size):
        if how == "grows":
            source.write_text(source.read_text() + " ")
        elif how == "replaced":
            coco(tmp_path / "new.json", n=2).replace(source)
        elif how == "cut":
            os.truncate(source, 20)
        else:
            source.unlink()

    with pytest.raises((me.BadFile, FileNotFoundError), match=r"source\.json"):
        me.convert(source, target, jobs=jobs, progress=meanwhile)
    assert target.read_text() == "old"
    assert not list(tmp_path.glob(".*.part"))


def test_frames_of_a_file_that_was_replaced_are_refused(source, tmp_path):
    frames = formats.read(source)
    assert sum(len(part.records) for part in frames) == 3
    coco(tmp_path / "new.json", n=9).replace(source)
    with pytest.raises(me.BadFile, match=r"source\.json changed"):
        list(frames)


def test_a_plan_is_of_the_source_as_it_was_before_it_was_read(tmp_path, source):
    """What is read while it changes must not be gone on with, as if it were the changed one."""
    before = _spool.fingerprint(source)
    spool = _spool.Spool(tmp_path / "out", before)
    spool.folder.mkdir()
    spool.begin()
    coco(source, n=5)
    job = me.convert._job.Job("coco", "yolo", False, None, None, None)
    spool.write_plan(job, {"shards": 1, "read": 0, "reasons": {}, "refused": []})
    again = _spool.Spool(tmp_path / "out", _spool.fingerprint(source))
    with pytest.raises(me.MaskError, match="changed since"):
        again.plan(job, source)


def test_go_on_with_a_target_inside_of_the_source(tmp_path, source, monkeypatch):
    folder = tmp_path / "yolo"
    me.convert(source, folder, to="yolo")
    target = folder / "out.json"

    def interrupted(*_):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        me.convert(folder, target, jobs=1, progress=interrupted)
    assert (folder / ".out.json.maskengine").is_dir()
    assert me.convert(folder, target, jobs=1, resume=True).written == 3
    assert not (folder / ".out.json.maskengine").exists()


@pytest.mark.parametrize("at", [0, 3, 9, 10, 11, 30])
def test_what_tells_panoptic_is_found_across_windows(tmp_path, monkeypatch, at):
    monkeypatch.setitem(has_bytes.__globals__, "_WINDOW", 10)
    path = tmp_path / "a.json"
    path.write_bytes(b" " * at + b'"segments_info" ')
    assert has_bytes(path, b'"segments_info"')
    assert not has_bytes(path, b'"segments_info":')


# what is written where


@pytest.mark.parametrize("name", ["source.json", "out.json", "out.json.quarantine.jsonl", "link"])
def test_a_report_takes_no_ones_place(tmp_path, source, capsys, name):
    (tmp_path / "link").symlink_to(source)
    text = source.read_text()
    target = tmp_path / "out.json"
    assert main(["convert", str(source), str(target), "--report", str(tmp_path / name)]) == 2
    assert "report: " in capsys.readouterr().err
    assert source.read_text() == text
    assert not target.exists()


def test_pictures_take_no_ones_place(tmp_path, source):
    png = source.rename(tmp_path / "source.png")
    assert main(["show", str(png), "--from", "coco", "-o", str(png)]) == 2
    assert json.loads(png.read_text())["images"]


def test_the_source_is_not_where_the_refused_are_put(tmp_path, source):
    source = source.rename(tmp_path / "out.json.quarantine.jsonl")
    with pytest.raises(me.MaskError, match="set aside"):
        me.convert(source, tmp_path / "out.json", from_="coco")
    assert source.exists()
    assert not (tmp_path / "out.json").exists()


@pytest.mark.parametrize("kind", ["file", "dangling", "link"])
def test_shards_begin_only_where_the_folder_can_be_made(tmp_path, source, kind):
    target = tmp_path / "out"
    if kind == "file":
        target.write_text("kept")
    else:
        (tmp_path / "empty").mkdir()
        target.symlink_to(tmp_path / ("empty" if kind == "link" else "nothing"))
    with pytest.raises(me.MaskError, match="no folder") as caught:
        me.convert(source, target, to="yolo", jobs=1)
    assert caught.value.parameter == "dst"
    assert not (tmp_path / ".out.maskengine").exists()


@pytest.mark.parametrize("jobs", [None, 1])
def test_no_target_where_the_refused_cannot_be_kept(tmp_path, source, monkeypatch, jobs):
    """The last bytes of the quarantine meet a full disk when the target is already written."""
    coco(source, segmentation=[[1, 1]])
    target = tmp_path / "out.json"

    def full(handle):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(_quarantine.os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        me.convert(source, target, jobs=jobs)
    assert not target.exists()
    assert not list(tmp_path.glob("*quarantine*"))


# signals


@pytest.mark.skipif(sys.platform == "win32", reason="no such signals")
@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP"])
@pytest.mark.parametrize("jobs", [[], ["--jobs", "1"]])
def test_a_command_that_is_ended_leaves_what_ctrl_c_leaves(source, monkeypatch, capsys, name, jobs):
    tmp_path = source.parent
    number = getattr(signal, name)

    def ended(*_):
        signal.raise_signal(number)
        pytest.fail("the signal was not heard")

    write = formats.by_name("coco").write
    monkeypatch.setattr(formats.by_name("coco"), "write", ended if not jobs else write)
    monkeypatch.setattr(formats.by_name("coco"), "write_piece", ended)
    target = tmp_path / "out.json"
    usual = signal.signal(number, signal.SIG_DFL)  # it is ignored where nohup runs the tests
    try:
        code = main(["convert", str(source), str(target), *jobs])
        assert signal.getsignal(number) is signal.SIG_DFL
    finally:
        signal.signal(number, usual)
    assert code == 128 + number
    told = "go on with --resume" if jobs else "nothing was written"
    assert capsys.readouterr().err == f"maskengine: ended, {told}\n"
    left = sorted(path.name for path in tmp_path.iterdir())
    assert left == ([".out.json.maskengine"] if jobs else []) + ["source.json"]


@pytest.mark.skipif(sys.platform == "win32", reason="no such signals")
def test_a_signal_that_is_ignored_stays_ignored(source, tmp_path, monkeypatch):
    usual = signal.signal(signal.SIGHUP, signal.SIG_IGN)  # as nohup has it
    try:
        assert main(["convert", str(source), str(tmp_path / "out.json")]) == 0
        assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, usual)


def test_an_interruption_after_the_end_says_that_it_is_done(source, tmp_path, monkeypatch, capsys):
    def late(_):
        raise KeyboardInterrupt

    monkeypatch.setattr(_spool.Spool, "end", late)
    assert main(["convert", str(source), str(tmp_path / "out.json"), "--jobs", "1"]) == 130
    assert f"interrupted, {tmp_path / 'out.json'} is complete" in capsys.readouterr().err


@pytest.mark.skipif(sys.platform == "win32", reason="links need a right there")
@pytest.mark.parametrize(
    "words", ["check source.json --output loop", "convert source.json new.json --report loop"]
)
def test_a_link_to_itself_is_no_more_than_another_name(
    tmp_path, source, monkeypatch, capsys, words
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "loop").symlink_to("loop")
    assert main(words.split()) in (0, 2)  # as good as a link to nothing, or refused in words
    assert "Traceback" not in capsys.readouterr().err
