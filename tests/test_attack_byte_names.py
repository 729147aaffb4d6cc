"""Names of files that are no UTF-8, or begin with a tilde, and streams that are closed or full.

Covers: maskengine._arrow_files, maskengine.convert, maskengine.cli.
Run: pytest tests/test_attack_byte_names.py
"""

import json
import os
import subprocess
import sys
from importlib import resources

import pyarrow as pa
import pytest

import maskengine as me
from maskengine import _arrow_files, formats
from maskengine.cli import main

OTHER = os.fsdecode(b"b\xff")
COLUMN = pa.array([1, 2, 3])


@pytest.fixture
def folder(tmp_path):
    """Give a folder whose name is no UTF-8, with a COCO file of such a name in it."""
    folder = tmp_path / OTHER
    try:
        folder.mkdir()
    except OSError:
        pytest.skip("the file system wants UTF-8")
    sample = (resources.files("maskengine") / "data/lvis_val_20.json").read_bytes()
    document = json.loads(sample)
    document["images"] = document["images"][:2]
    wanted = {image["id"] for image in document["images"]}
    rows = [row for row in document["annotations"] if row["image_id"] in wanted]
    (folder / f"{OTHER}.json").write_text(json.dumps({**document, "annotations": rows}))
    return folder


@pytest.mark.parametrize("to", ["voc", "kaggle", "parquet", "coco", "labelme"])
@pytest.mark.parametrize("jobs", [None, 1])
def test_conversions_of_files_of_any_name(folder, to, jobs):
    source, target = folder / f"{OTHER}.json", folder / f"{OTHER}-{to}"
    report = me.convert(source, target, to=to, jobs=jobs, check=False)
    rows = json.loads(source.read_text())["annotations"]
    assert report.written + report.dropped == report.read == len(rows) > 0
    back = formats.read(target, to)
    assert sum(len(part.records) for part in back) == report.written
    again = me.convert(target, folder / f"{OTHER}-back.json", from_=to, to="coco", jobs=jobs)
    assert again.read == report.written


@pytest.mark.parametrize("name", ["~", OTHER])
def test_arrow_writes_and_reads_where_it_is_told(tmp_path, monkeypatch, name):
    """Arrow takes "~" for the home folder, and no name whose bytes are no UTF-8."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    try:
        (tmp_path / name).mkdir()
    except OSError:
        pytest.skip("the file system wants UTF-8")
    path = (tmp_path / name / "a").relative_to(tmp_path)
    batch = pa.record_batch({"a": COLUMN})
    with _arrow_files.to_write(path) as sink, pa.ipc.new_file(sink, batch.schema) as file:
        file.write_batch(batch)
    assert os.listdir(tmp_path / name) == ["a"]  # noqa: PTH208 - a name of any bytes
    with _arrow_files.to_read(path) as opened, pa.ipc.open_file(opened) as file:
        assert file.get_batch(0) == batch
    assert pa.ipc.open_file(_arrow_files.mapped(path)).get_batch(0) == batch


def test_statistics_and_pages_of_files_of_any_name(folder, capsys):
    source, page = str(folder / f"{OTHER}.json"), folder / f"{OTHER}.html"
    kept = folder / f"{OTHER}.parquet"
    assert main(["plan", source, "--statistics", str(kept)]) == 0
    assert main(["plan", str(kept), "-o", str(folder / f"{OTHER}-plan.parquet")]) == 0
    assert main(["compare", source, source, "--html", str(page), "--json", f"{page}.json"]) == 0
    assert page.read_text().startswith("<!")
    assert json.loads((folder / f"{OTHER}.html.json").read_text())
    capsys.readouterr()


@pytest.mark.skipif(sys.platform == "win32", reason="no such streams")
@pytest.mark.parametrize("stderr", ["&-", "/dev/full"])
def test_nobody_hears_the_error_but_the_exit_code_tells(tmp_path, stderr):
    command = f'"{sys.executable}" -m maskengine inspect nothing 2>{stderr}'
    done = subprocess.run(
        ["/bin/sh", "-c", command], cwd=tmp_path, stdout=subprocess.PIPE, timeout=60, check=False
    )
    assert (done.returncode, done.stdout) == (2, b"")
