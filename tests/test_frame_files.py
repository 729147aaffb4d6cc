"""Tables of statistics of frames, in memory and as files.

Covers: maskengine.quality.frame_files; rows F8, F25 of the features of quality.
Run: pytest tests/test_frame_files.py
"""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

import maskengine as me
from maskengine.quality import class_totals
from maskengine.quality.frame_files import (
    frame_stats_from_arrow,
    frame_stats_to_arrow,
    read_frame_stats,
    write_frame_stats,
)
from maskengine.testing import strategies

PACKAGE = Path(me.__file__).parent.parent


def equal(a, b):
    names = ("names", "sizes", "void_pixels", "label_offsets", "labels", "area", "components",
             "largest", "boundary", "bbox", "touches_border", "pair_offsets", "pairs",
             "edges")  # fmt: skip
    return all(np.array_equal(getattr(a, name), getattr(b, name)) for name in names)


@given(st.lists(strategies.label_maps(12), max_size=4))
def test_arrow_and_back(maps):
    stats = me.frame_stats(maps, names=[f"f{i}" for i in range(len(maps))])
    batch = frame_stats_to_arrow(stats)
    assert batch.num_rows == len(maps)
    back = frame_stats_from_arrow(batch)
    assert equal(stats, back)
    if maps:  # a part of a batch shares the memory of all
        assert equal(stats.take(range(1, len(maps))), frame_stats_from_arrow(batch.slice(1)))


def test_other_readers_see_a_row_for_each_frame(tmp_path):
    maps = [np.array([[1, 1, 2]]), np.array([[5]], np.uint8)]
    assert write_frame_stats(tmp_path / "a.parquet", [me.frame_stats(maps, names=["x", "y"])]) == 2
    rows = pq.read_table(tmp_path / "a.parquet").to_pylist()
    assert [row["frame"] for row in rows] == ["x", "y"]
    assert rows[0]["label"] == [1, 2]
    assert rows[0]["area"] == [2, 1]
    assert rows[0]["pair_a"] == [1]
    assert rows[1]["edges"] == []


def test_files_are_read_in_parts(tmp_path):
    rng = np.random.default_rng(0)
    maps = rng.integers(0, 5, (100, 4, 5), dtype=np.uint8)
    whole = me.frame_stats(maps)
    path = tmp_path / "a.parquet"
    assert write_frame_stats(path, (whole.take([i]) for i in range(100))) == 100
    parts = list(read_frame_stats(path, frames=7))
    assert max(map(len, parts)) == 7
    assert equal(me.FrameStats.concatenate(parts), whole)
    assert write_frame_stats(path, []) == 0
    assert list(read_frame_stats(path)) == []


def test_a_file_is_there_whole_or_not_at_all(tmp_path):
    def parts():
        yield me.frame_stats(np.ones((1, 2, 3), int))
        raise RuntimeError

    with pytest.raises(RuntimeError):
        write_frame_stats(tmp_path / "a.parquet", parts())
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(me.MaskError, match="folder"):
        write_frame_stats(tmp_path / "no" / "a.parquet", [])
    with pytest.raises(me.MaskTypeError, match="parts"):
        write_frame_stats(tmp_path / "a.parquet", [np.ones((2, 3), int)])


def test_damaged_files_say_so(tmp_path):
    path = tmp_path / "a.parquet"
    write_frame_stats(path, [me.frame_stats(np.ones((1, 2, 3), int))])
    whole = path.read_bytes()
    path.write_bytes(whole[:-9])
    with pytest.raises(me.BadFile):
        list(read_frame_stats(path))
    pq.write_table(pa.table({"frame": ["a"]}), path)
    with pytest.raises(me.BadFile, match="no column 'height'"):
        list(read_frame_stats(path))
    batch = frame_stats_to_arrow(me.frame_stats(np.array([[1, 1, 2]])))
    for name, value in (("area", [[1]]), ("area", [[1, None]]), ("edges", [[]])):
        at = batch.schema.get_field_index(name)
        wrong = batch.set_column(at, batch.schema.field(at), pa.array(value, pa.list_(pa.int64())))
        with pytest.raises(me.BadFile, match=name):
            frame_stats_from_arrow(wrong)
    at = batch.schema.get_field_index("height")
    with pytest.raises(me.BadFile, match="'height' of int64"):
        frame_stats_from_arrow(batch.set_column(at, "height", pa.array([1.0])))


@pytest.mark.parametrize("classes", [30, 300])
def test_f8_what_classes_cost_adds_up_over_frames(classes):
    rng = np.random.default_rng(classes)
    maps = rng.integers(0, classes, (12, 30, 40), dtype=np.uint16)
    found = class_totals(me.frame_stats(maps))
    assert found.labels.tolist() == list(range(classes))
    assert found.area.tolist() == np.bincount(maps.ravel(), minlength=classes).tolist()
    present = [(maps == label).any(axis=(1, 2)).sum() for label in range(classes)]
    assert found.frames.tolist() == present
    halves = sum(class_totals(me.frame_stats(part)) for part in (maps[:5], maps[5:]))
    assert halves.components.tolist() == found.components.tolist()
    assert halves.boundary.tolist() == found.boundary.tolist()
    with pytest.raises(me.MaskTypeError, match="stats"):
        class_totals(maps)


MEASURE = """
import resource, sys
import numpy as np
import maskengine as me
from maskengine.quality.frame_files import read_frame_stats, write_frame_stats

rng = np.random.default_rng(0)
coarse = rng.integers(0, 30, (40, 80), dtype=np.uint8)
scene = np.kron(coarse, np.ones((50, 50), np.uint8))  # 2000 x 4000
peaks = []

def parts():
    for i in range(125):
        corners = rng.integers(0, (900, 1900), (8, 2))
        maps = [scene[y : y + 1024, x : x + 2048] for y, x in corners]
        yield me.frame_stats(maps, names=[f"{8 * i + k:06}" for k in range(8)], void=255)
        peaks.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)

assert write_frame_stats(sys.argv[1], parts()) == 1000
print(peaks[24], peaks[-1])
assert sum(map(len, read_frame_stats(sys.argv[1], frames=100))) == 1000
"""


@pytest.mark.skipif(sys.platform == "win32", reason="the peak of memory is asked of POSIX")
def test_f25_memory_is_flat_over_1000_frames_of_2_megapixels(tmp_path):
    environment = {**os.environ, "PYTHONPATH": str(PACKAGE)}
    done = subprocess.run(
        [sys.executable, "-c", MEASURE, str(tmp_path / "a.parquet")],
        capture_output=True, text=True, check=False, env=environment,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    early, late = map(int, done.stdout.split())
    kilobytes = 1024 if sys.platform == "darwin" else 1
    assert (late - early) / kilobytes < 12_000  # their statistics take 1 MB, the frames 2 GB
