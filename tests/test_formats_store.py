"""Files appear whole or not at all; a damaged store is an error.

Covers: maskengine.formats, maskengine.formats.parquet, maskengine.convert.
Run: pytest tests/test_formats_store.py
"""

import json
import os
import shutil
from importlib import resources
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import maskengine as me
from maskengine import formats
from maskengine.convert import convert
from maskengine.formats._parquet_file import ParquetFile

LVIS = Path(str(resources.files("maskengine") / "data" / "lvis_val_20.json"))


@pytest.fixture
def store(tmp_path):
    convert(LVIS, tmp_path / "a.parquet")
    return tmp_path / "a.parquet"


@pytest.mark.parametrize("step", ["write_batch", "add_key_value_metadata"])
def test_a_failed_write_leaves_the_old_file(step, store, monkeypatch):
    old = store.read_bytes()

    def fail(*args, **options):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(ParquetFile, step, fail)
    with pytest.raises(OSError, match="No space"):
        convert(LVIS, store)
    assert store.read_bytes() == old
    assert [path.name for path in store.parent.iterdir()] == [store.name]


@pytest.mark.parametrize("call", ["fsync", "replace"])
def test_a_failed_system_call_leaves_the_old_file(call, store, monkeypatch):
    old = store.read_bytes()

    def fail(*args, **options):
        raise OSError(5, "Input/output error")

    owner = os if call == "fsync" else Path
    monkeypatch.setattr(owner, call, fail)
    with pytest.raises(OSError, match="Input/output"):
        convert(LVIS, store)
    monkeypatch.undo()
    assert store.read_bytes() == old
    assert [path.name for path in store.parent.iterdir()] == [store.name]


def test_an_interrupt_leaves_nothing(tmp_path):
    def interrupt(done, size):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        convert(LVIS, tmp_path / "a.parquet", progress=interrupt)
    assert list(tmp_path.iterdir()) == []


def test_too_many_bad_ones_leave_nothing(tmp_path):
    source = tmp_path / "in.json"
    source.write_text(json.dumps([{"image_id": 1}, {}, {}]))
    with pytest.raises(me.LimitExceeded) as caught:
        convert(source, tmp_path / "out.parquet", max_bad=1)
    assert caught.value.limit == 1
    assert [path.name for path in tmp_path.iterdir()] == ["in.json"]
    assert convert(source, tmp_path / "out.parquet", max_bad=2).refused == 2


def test_source_and_target_must_differ(tmp_path):
    source = tmp_path / "in.json"
    source.write_bytes(LVIS.read_bytes())
    (tmp_path / "link.json").symlink_to(source)
    for target in (source, tmp_path / "link.json"):
        with pytest.raises(me.MaskError, match="same file"):
            convert(source, target)
    assert source.read_bytes() == LVIS.read_bytes()


def test_a_link_at_the_target_is_replaced_not_followed(tmp_path):
    victim, link = tmp_path / "victim", tmp_path / "out.parquet"
    victim.write_text("precious")
    link.symlink_to(victim)
    convert(LVIS, link)
    assert victim.read_text() == "precious"
    assert not link.is_symlink()


def test_target_folder_must_be_there(tmp_path):
    with pytest.raises(me.MaskError, match="does not exist"):
        convert(LVIS, tmp_path / "no" / "a.parquet")


def test_unknown_formats(tmp_path):
    with pytest.raises(me.MaskError, match=r"ends in one of \.csv, \.json, \.parquet"):
        convert(LVIS, tmp_path / "a.xyz")
    with pytest.raises(me.MaskError, match=r"expected one of .*coco, .*parquet"):
        convert(LVIS, tmp_path / "a.xyz", to="xyz")


def test_damaged_stores(store):
    whole = store.read_bytes()
    damaged = store.with_name("b.parquet")
    for cut in (5, len(whole) // 2, len(whole) - 3):
        damaged.write_bytes(whole[:cut])
        with pytest.raises(me.BadFile):
            convert(damaged, store.with_name("b.json"))
    middle = len(whole) // 3
    damaged.write_bytes(whole[:middle] + bytes(200) + whole[middle + 200 :])
    with pytest.raises(me.BadFile):
        convert(damaged, store.with_name("b.json"))
    assert not store.with_name("b.json").exists()


def test_parquet_of_others_is_refused(tmp_path):
    pq.write_table(pa.table({"a": [1]}), tmp_path / "a.parquet")
    with pytest.raises(me.BadFile, match="not a store"):
        formats.read(tmp_path / "a.parquet")


def test_bad_runs_in_a_store_are_set_aside(store):
    table = pq.read_table(store)
    texts = table["counts"].to_pylist()
    texts[3], texts[200] = b"PQ", b""
    column = pa.array(texts, table["counts"].type)
    at = table.schema.get_field_index("counts")
    changed = table.set_column(at, "counts", column)
    metadata = dict(pq.read_metadata(store).metadata)
    del metadata[b"ARROW:schema"]
    pq.write_table(changed.replace_schema_metadata(metadata), store)
    report = convert(store, store.with_name("b.json"))
    assert (report.read, report.written, report.refused) == (249, 247, 2)


def test_large_tables_are_compressed(tmp_path):
    source = json.loads(LVIS.read_text())
    source["info"]["text"] = "lorem ipsum " * 200_000
    (tmp_path / "in.json").write_text(json.dumps(source))
    convert(tmp_path / "in.json", tmp_path / "a.parquet")
    assert (tmp_path / "a.parquet").stat().st_size < 400_000
    convert(tmp_path / "a.parquet", tmp_path / "back.json")
    assert json.loads((tmp_path / "back.json").read_text()) == source


def test_quarantine_of_an_earlier_run_goes_away(tmp_path):
    source = tmp_path / "in.json"
    source.write_text(json.dumps([{"image_id": 1}, {}]))
    report = convert(source, tmp_path / "out.parquet")
    assert report.quarantine.exists()
    source.write_text(json.dumps([{"image_id": 1}]))
    assert convert(source, tmp_path / "out.parquet").quarantine is None
    assert not report.quarantine.exists()


def test_one_door():
    assert me.convert.convert is convert
    assert me.formats is formats


def test_a_store_of_one_kind_of_mask_says_which(tmp_path):
    panoptic = (
        Path(__file__).parent / "data" / "panopticapi" / "panoptic_coco_detection_format.json"
    )
    for source, kinds in ((LVIS, {"polygon"}), (panoptic, {"text"})):
        convert(source, tmp_path / "a.parquet")
        for part in formats.read(tmp_path / "a.parquet"):
            column = part.records.column("kind")
            assert set(column.to_pylist()) == kinds
            assert column.dictionary.to_pylist() == list(formats.KINDS)
        there = convert(tmp_path / "a.parquet", tmp_path / "yolo", to="yolo")
        here = convert(source, tmp_path / "truth", to="yolo")
        assert there.likeness.to_dict() == here.likeness.to_dict()
        names = sorted(path.name for path in (tmp_path / "truth" / "labels").rglob("*.txt"))
        for name in names:
            (one,) = (tmp_path / "yolo" / "labels").rglob(name)
            (other,) = (tmp_path / "truth" / "labels").rglob(name)
            assert one.read_bytes() == other.read_bytes()
        shutil.rmtree(tmp_path / "yolo")
        shutil.rmtree(tmp_path / "truth")
