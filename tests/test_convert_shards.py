"""Conversions in shards: the same bytes for any number of processes, and after any kill.

Covers: maskengine.convert (jobs, resume, limit, strict, dry_run, on_error).
Run: pytest tests/test_convert_shards.py
"""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import maskengine as me
from maskengine import formats
from maskengine.convert import _sharded, _spool, convert
from maskengine.formats import _json_file

DATA = Path(__file__).parent / "data"
LVIS = DATA / "lvis-api" / "lvis_val_100.json"
PANOPTIC = DATA / "panopticapi" / "panoptic_coco_detection_format.json"
SCRIPT = """
import os, signal, sys
from maskengine import formats
from maskengine.convert import _sorting, _spool, convert
from maskengine.formats import _json_file

def dies(owner, name, after):
    # the process is killed when the call is made for the last time
    real = getattr(owner, name)
    left = [after]

    def call(*args, **options):
        left[0] -= 1
        if left[0] == 0:
            os.killpg(0, signal.SIGKILL)
        return real(*args, **options)

    setattr(owner, name, call)

if __name__ == "__main__":
    source, target, name, jobs, point, after = sys.argv[1:]
    _spool._IMAGES = 12
    _json_file._PIECE, _json_file._SHARE_LEAST, _json_file._SHARE_MOST = 1 << 12, 1 << 16, 1 << 16
    owner, call = {"scan": (_sorting, "sort_stretch"), "plan": (_spool.Spool, "write_plan"),
                   "note": (_spool.Spool, "note"), "gather": (os, "replace"),
                   "fsync": (os, "fsync"), "end": (_spool.Spool, "end")}[point]
    dies(owner, call, int(after))
    convert(source, target, to=name, jobs=int(jobs), resume=True)
"""


def content(path):
    files = sorted(path.rglob("*")) if path.is_dir() else [path]
    return {str(f.relative_to(path)): f.read_bytes() for f in files if f.is_file()}


@pytest.fixture
def small_shards(monkeypatch):
    monkeypatch.setattr(_spool, "_IMAGES", 4)
    monkeypatch.setattr(_json_file, "_PIECE", 1 << 12)
    monkeypatch.setattr(_json_file, "_SHARE_LEAST", 1 << 16)


def target_of(folder, name, stem="a"):
    return folder / (stem + (formats.by_name(name).EXTENSIONS or ("",))[0])


@pytest.mark.parametrize("name", formats.writable_names())
def test_shards_give_what_one_pass_gives(name, tmp_path, monkeypatch):
    source = (
        PANOPTIC if name in {"bdd", "davis", "kitti", "masks", "panoptic", "two_channel"} else LVIS
    )  # those are slow
    count = 50 if source is PANOPTIC else 977
    monkeypatch.setattr(_spool, "_IMAGES", 1 if source is PANOPTIC else 12)
    whole = convert(source, target_of(tmp_path, name, "whole"), to=name)
    shards = convert(source, target_of(tmp_path, name, "shards"), to=name, jobs=1)
    assert shards.ledger.losses == whole.ledger.losses
    assert (shards.read, shards.written) == (whole.read, whole.written)
    assert count == whole.read == whole.written + whole.dropped
    if whole.likeness is not None:
        assert shards.likeness.to_dict() == whole.likeness.to_dict()
    if name != "parquet":  # whose row groups are those of parts and shards
        assert content(whole.target) == content(shards.target)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(
        [whole.target.name, shards.target.name]
    )


@pytest.mark.parametrize("name", ["labelmap", "coco"])  # and Parquet in test_convert_pieces.py
def test_processes_give_the_same_bytes(name, tmp_path, small_shards):
    one = convert(LVIS, target_of(tmp_path, name, "one"), to=name, jobs=1)
    two = convert(LVIS, target_of(tmp_path, name, "two"), to=name, jobs=2)
    assert content(one.target) == content(two.target)
    assert two.ledger.losses == one.ledger.losses


@pytest.fixture(scope="module")
def yolo_of_lvis(tmp_path_factory):
    old, _spool._IMAGES = _spool._IMAGES, 12
    target = tmp_path_factory.mktemp("truth") / "out"
    try:
        return content(convert(LVIS, target, to="yolo", jobs=1).target)
    finally:
        _spool._IMAGES = old


@pytest.mark.parametrize(
    "death",
    [
        ("scan", 4, 1), ("plan", 1, 1), ("note", 1, 1), ("note", 5, 2), ("fsync", 60, 1),
        ("gather", 6, 1), ("gather", 40, 1), ("end", 1, 1),
    ],
)  # fmt: skip
def test_a_killed_conversion_goes_on(death, tmp_path, yolo_of_lvis, monkeypatch):
    point, after, jobs = death
    script = tmp_path / "run.py"
    script.write_text(SCRIPT)
    target = tmp_path / "out"
    command = [script, LVIS, target, "yolo", jobs, point, after]
    arguments = [sys.executable, *map(str, command)]
    killed = subprocess.run(arguments, start_new_session=True, check=False)
    assert killed.returncode == -signal.SIGKILL
    spool = _spool.Spool(target)
    assert spool.folder.exists()
    if point == "end":
        assert content(target) == yolo_of_lvis
        return
    assert not target.exists()
    made = []
    real = _sharded.convert_shard
    monkeypatch.setattr(_sharded, "convert_shard", lambda *a: made.append(a[2]) or real(*a))
    monkeypatch.setattr(_spool, "_IMAGES", 12)
    convert(LVIS, target, to="yolo", jobs=1, resume=True)
    assert content(target) == yolo_of_lvis
    assert not spool.folder.exists()
    # four files of the spool take their names, and then the dozen of each shard that is done
    moved = -(-(after - 4) // 12)
    done = {"scan": 0, "plan": 0, "note": after - 1, "gather": moved}.get(point)
    assert done is None or len(made) == 9 - done


def test_a_worker_that_dies_is_replaced(tmp_path, small_shards, monkeypatch):
    truth = content(convert(PANOPTIC, tmp_path / "truth", to="yolo", jobs=1).target)
    marker = tmp_path / "died"
    monkeypatch.setenv("MASKENGINE_TEST_DIES", str(marker))
    monkeypatch.setattr(_sharded, "convert_shard", dies_once)
    convert(PANOPTIC, tmp_path / "out", to="yolo", jobs=2)
    assert marker.exists()
    assert content(tmp_path / "out") == truth


def dies_once(spool, job, number):
    from maskengine.convert._shard import convert_shard

    marker = Path(os.environ["MASKENGINE_TEST_DIES"])
    if not marker.exists():
        marker.touch()
        os._exit(1)
    return convert_shard(spool, job, number)


def test_a_journal_that_is_cut_and_an_output_that_is_damaged(tmp_path, small_shards, monkeypatch):
    monkeypatch.setattr(_spool, "_IMAGES", 12)
    truth = content(convert(LVIS, tmp_path / "truth", to="voc", jobs=1).target)

    def stop(*args):
        raise KeyboardInterrupt

    monkeypatch.setattr(_sharded, "_gather", stop)
    with pytest.raises(KeyboardInterrupt):
        convert(LVIS, tmp_path / "out", to="voc", jobs=1)
    monkeypatch.undo()
    monkeypatch.setattr(_spool, "_IMAGES", 12)
    spool = _spool.Spool(tmp_path / "out")
    journal = spool.path("journal").read_bytes()
    lines = journal.splitlines(keepends=True)
    assert len(lines) > 5
    spool.path("journal").write_bytes(b"".join(lines[:-1]) + lines[-1][: len(lines[-1]) // 2])
    third = json.loads(lines[2].partition(b" ")[2])
    victim = spool.path("final", next(name for name, *_ in third["files"] if ".png" in name))
    assert third["shard"] == 2
    victim.write_bytes(victim.read_bytes()[:-1])
    made = []
    real = _sharded.convert_shard
    monkeypatch.setattr(_sharded, "convert_shard", lambda *a: made.append(a[2]) or real(*a))
    convert(LVIS, tmp_path / "out", to="voc", jobs=1, resume=True)
    assert made == [2, len(lines) - 1]
    assert content(tmp_path / "out") == truth


def test_a_source_that_changed_is_not_gone_on_with(tmp_path, small_shards, monkeypatch):
    source = tmp_path / "in.json"
    source.write_bytes(PANOPTIC.read_bytes())

    def stop(*args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(_sharded, "_gather", stop)
    with pytest.raises(OSError, match="No space"):
        convert(source, tmp_path / "out", to="voc", jobs=1)
    with pytest.raises(me.MaskError, match="other options"):
        convert(source, tmp_path / "out", to="voc", jobs=1, resume=True, limit=1)
    source.write_bytes(PANOPTIC.read_bytes() + b" ")
    with pytest.raises(me.MaskError, match="changed since"):
        convert(source, tmp_path / "out", to="voc", jobs=1, resume=True)


@pytest.mark.parametrize("jobs", [None, 1])
def test_only_the_first_images(jobs, tmp_path):
    report = convert(LVIS, tmp_path / "out.json", limit=3, jobs=jobs)
    found = json.loads((tmp_path / "out.json").read_text())
    source = json.loads(LVIS.read_text())
    ids = [image["id"] for image in source["images"][:3]]
    assert [image["id"] for image in found["images"]] == ids
    wanted = sum(row["image_id"] in ids for row in source["annotations"])
    assert report.written == len(found["annotations"]) == wanted > 0


@pytest.mark.parametrize("jobs", [None, 1])
def test_a_dry_run_writes_nothing(jobs, tmp_path):
    report = convert(PANOPTIC, tmp_path / "out", to="yolo", dry_run=True, jobs=jobs)
    assert report.written == report.likeness.compared == 50
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("jobs", [None, 1])
def test_strict_writes_all_or_nothing(jobs, tmp_path):
    with pytest.raises(me.MaskError, match="iscrowd"):
        convert(PANOPTIC, tmp_path / "out", to="masks", strict=True, jobs=jobs)
    assert [path for path in tmp_path.iterdir() if not path.name.startswith(".")] == []
    convert(PANOPTIC, tmp_path / "out.json", strict=True, jobs=jobs)
    assert (tmp_path / "out.json").exists()


@pytest.mark.parametrize("jobs", [None, 1])
def test_what_becomes_of_unsound_annotations(jobs, tmp_path):
    source = tmp_path / "in.json"
    source.write_text(json.dumps({
        "images": [{"id": 1, "height": 4, "width": 4, "file_name": "a.jpg"}],
        "categories": [{"id": 1, "name": "x"}],
        "annotations": [{"id": 1, "image_id": 1, "category_id": 1,
                         "segmentation": [[0, 0, 3, 0, 3, 3]]},
                        {"id": 2, "image_id": 9, "category_id": 1, "segmentation": []},
                        {"id": 3, "image_id": 1, "segmentation": [[0]]}],
    }))  # fmt: skip
    skipped = convert(source, tmp_path / "a", to="yolo", on_error="skip", jobs=jobs)
    assert (skipped.read, skipped.written, skipped.refused) == (3, 1, 2)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "in.json"]
    kept = convert(source, tmp_path / "b", to="yolo", jobs=jobs)
    lines = (tmp_path / "b.quarantine.jsonl").read_text().splitlines()
    assert kept.refused == len(lines) == 2
    with pytest.raises(me.LimitExceeded):
        convert(source, tmp_path / "c", to="yolo", on_error="fail", jobs=jobs)
    assert not (tmp_path / "c").exists()
    with pytest.raises(me.MaskError, match="on_error"):
        convert(source, tmp_path / "d", to="yolo", on_error="ignore", jobs=jobs)


def test_too_little_room(tmp_path, monkeypatch):
    usage = type("Usage", (), {"free": 1000})
    monkeypatch.setattr(_spool.shutil, "disk_usage", lambda path: usage)
    with pytest.raises(me.MaskError, match="1000 bytes free"):
        convert(LVIS, tmp_path / "out", to="yolo", jobs=1)
    assert list(tmp_path.iterdir()) == []
