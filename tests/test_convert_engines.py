"""Shards on Dask and Ray, and the function of record batches that any engine can map.

Covers: maskengine.convert (engine, address), maskengine.convert.fill_batch.
Run: pytest tests/test_convert_engines.py
"""

import importlib.util
import json
import os
import subprocess
import sys
import time
from concurrent.futures import ALL_COMPLETED, FIRST_COMPLETED, ThreadPoolExecutor, wait
from pathlib import Path
from types import ModuleType, SimpleNamespace

import numpy as np
import pyarrow as pa
import pytest
from pycocotools import mask as pycocotools

import maskengine as me
from maskengine.convert import _sharded, _spool, convert, fill_batch

DATA = Path(__file__).parent / "data"
LVIS = DATA / "lvis-api" / "lvis_val_100.json"


def content(path):
    files = sorted(path.rglob("*"))
    return {str(f.relative_to(path)): f.read_bytes() for f in files if f.is_file()}


@pytest.fixture
def small_shards(monkeypatch):
    monkeypatch.setattr(_spool, "_IMAGES", 25)


def dies_once(spool, job, number):
    from maskengine.convert._shard import convert_shard

    marker = spool.target.with_name("died")
    if number == 1 and not marker.exists():
        marker.touch()
        os._exit(1)
    return convert_shard(spool, job, number)


@pytest.mark.parametrize(("engine", "package"), [("dask", "distributed"), ("ray", "ray")])
def test_an_engine_gives_the_same_bytes_though_a_worker_dies(
    engine, package, tmp_path, small_shards, monkeypatch
):
    pytest.importorskip(package)
    truth = convert(LVIS, tmp_path / "truth", to="yolo", jobs=1)
    # by value: workers cannot import this file
    monkeypatch.setattr(_sharded, "convert_shard", dies_once)
    monkeypatch.setattr(dies_once, "__module__", "__main__")
    found = convert(LVIS, tmp_path / "out", to="yolo", engine=engine, jobs=2)
    assert (tmp_path / "died").exists()
    assert content(found.target) == content(truth.target)
    assert found.ledger.losses == truth.ledger.losses
    assert (found.written, found.likeness.exact) == (truth.written, truth.likeness.exact)
    assert not _spool.Spool(found.target).folder.exists()


class Ray(ModuleType):
    """Does with threads what the engine asks of Ray: a process has one connection."""

    class exceptions:  # noqa: N801 - Ray's name
        WorkerCrashedError = type("WorkerCrashedError", (Exception,), {})

        class RayTaskError(Exception):
            def __init__(self, cause):
                self.cause = cause

    def __init__(self):
        super().__init__("ray")
        self.pool, self.inits, self.cancelled = None, 0, 0

    def is_initialized(self):
        return self.pool is not None

    def init(self, **_options):
        time.sleep(0.05)  # so that another could come between
        assert self.pool is None, "Perhaps you called ray.init twice by accident?"
        self.inits += 1
        self.pool = ThreadPoolExecutor(1)

    def shutdown(self):
        self.pool.shutdown(cancel_futures=True)
        self.pool = None

    def remote(self, **_options):
        return lambda call: SimpleNamespace(remote=lambda number: self.pool.submit(call, number))

    def wait(self, references, num_returns, timeout=None):
        assert num_returns in (1, len(references))
        how = FIRST_COMPLETED if num_returns == 1 else ALL_COMPLETED
        ready, rest = wait(references, timeout, how)
        return list(ready), list(rest)

    def get(self, reference):
        error = reference.exception()
        if error is not None:
            raise self.exceptions.RayTaskError(error)
        return reference.result()

    def cancel(self, reference):
        self.cancelled += reference.cancel()


@pytest.fixture
def like_ray(monkeypatch):
    ray = Ray()
    monkeypatch.setitem(sys.modules, "ray", ray)
    return ray


def test_conversions_at_once_share_a_connection_to_ray(like_ray, tmp_path, small_shards):
    truth = convert(LVIS, tmp_path / "truth", to="yolo", jobs=1)
    with ThreadPoolExecutor(3) as pool:
        found = list(
            pool.map(
                lambda name: convert(LVIS, tmp_path / name, to="yolo", engine="ray", jobs=2), "abc"
            )
        )
    assert [content(one.target) for one in found] == [content(truth.target)] * 3
    assert not like_ray.is_initialized()
    like_ray.init()
    convert(LVIS, tmp_path / "d", to="yolo", engine="ray", jobs=2)
    assert like_ray.is_initialized()  # that of the caller is left alone


def test_ray_does_not_go_on_with_a_conversion_that_failed(
    like_ray, tmp_path, small_shards, monkeypatch
):
    begun = []

    def fails(spool, job, number):
        begun.append(number)
        if len(begun) > 1:
            time.sleep(0.3)  # while the conversion ends
        raise me.BadFile("early")

    monkeypatch.setattr(_sharded, "convert_shard", fails)
    like_ray.init()
    with pytest.raises(me.BadFile, match="early"):
        convert(LVIS, tmp_path / "out", to="yolo", engine="ray", jobs=2)
    so_far = len(begun)
    assert like_ray.cancelled > 0
    like_ray.pool.submit(len, "").result()  # behind what was left
    assert len(begun) == so_far
    like_ray.shutdown()


def test_a_script_without_a_guard_can_use_dask(tmp_path):
    pytest.importorskip("distributed", reason="Dask is installed by hand")
    script = tmp_path / "script.py"
    script.write_text(
        "from maskengine.convert import convert\n"
        f"print('written', convert({str(LVIS)!r}, {str(tmp_path / 'out')!r}, to='yolo',"
        " engine='dask', jobs=1).written)\n"
    )
    done = subprocess.run(
        [sys.executable, str(script)], capture_output=True, text=True, timeout=300, check=False
    )
    assert (done.returncode, done.stdout) == (0, "written 977\n"), done.stderr


@pytest.mark.parametrize("engine", ["dask", "ray"])
def test_an_engine_that_is_not_installed_says_what_to_install(engine, tmp_path, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, engine, None)
    monkeypatch.setitem(__import__("sys").modules, "distributed", None)
    with pytest.raises(me.MaskError, match=rf"pip install 'maskengine\[{engine}\]'"):
        convert(LVIS, tmp_path / "out", to="yolo", engine=engine, jobs=2)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("options", "parameter"),
    [({"engine": "spark"}, "engine"), ({"address": "tcp://host:1"}, "address"),
     ({"jobs": 0, "engine": "dask"}, "jobs")],
)  # fmt: skip
def test_places_that_cannot_be(options, parameter, tmp_path):
    with pytest.raises(me.MaskError) as caught:
        convert(LVIS, tmp_path / "out", to="yolo", **options)
    assert caught.value.parameter == parameter
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("ends", [("memory://in.json", "out"), (LVIS, "memory://out")])
def test_workers_elsewhere_get_no_urls(ends, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(me.MaskError, match="URL") as caught:
        convert(*ends, to="yolo", engine="dask", address="tcp://host:1")
    assert caught.value.parameter == "address"
    assert list(tmp_path.iterdir()) == []


@pytest.fixture(scope="module")
def lvis_table():
    source = json.loads(LVIS.read_text())
    sizes = {image["id"]: (image["height"], image["width"]) for image in source["images"]}
    rows = source["annotations"][:200]
    columns = {
        "id": [row["id"] for row in rows],
        "segmentation": [row["segmentation"] for row in rows],
        "height": [sizes[row["image_id"]][0] for row in rows],
        "width": [sizes[row["image_id"]][1] for row in rows],
    }
    truth = [
        pycocotools.merge(pycocotools.frPyObjects(row["segmentation"], *sizes[row["image_id"]]))
        for row in rows
    ]
    return pa.table(columns), truth


def agrees(found, truth):
    assert found.column("counts").to_pylist() == [one["counts"] for one in truth]
    assert found.column("pixel_area").to_pylist() == pycocotools.area(truth).tolist()
    boxes = [found.column(f"pixel_{side}").to_pylist() for side in "xywh"]
    assert np.array_equal(np.transpose(boxes), pycocotools.toBbox(truth))


def test_batches_and_tables_and_pieces_of_them(lvis_table):
    table, truth = lvis_table
    agrees(fill_batch(table), truth)
    batch = table.to_batches()[0]
    agrees(fill_batch(batch.slice(40, 50)), truth[40:90])
    assert fill_batch(batch).column("id").equals(batch.column("id"))
    assert fill_batch(batch.slice(0, 0)).num_rows == 0


def test_what_is_null_stays_null(lvis_table):
    table, truth = lvis_table
    rows = table.to_pylist()[:4]
    rows[1]["segmentation"] = None
    rows[2]["height"] = None
    found = fill_batch(pa.Table.from_pylist(rows, schema=table.schema))
    texts = [truth[0]["counts"], None, None, truth[3]["counts"]]
    assert found.column("counts").to_pylist() == texts
    assert found.column("pixel_w").is_valid().to_pylist() == [True, False, False, True]


def test_batches_that_cannot_be_filled(lvis_table):
    table, _ = lvis_table
    with pytest.raises(me.MaskError, match="height"):
        fill_batch(table.drop_columns("height"))
    with pytest.raises(me.MaskError, match="lists of lists"):
        fill_batch(table.set_column(1, "segmentation", table.column("id")))
    rows = table.to_pylist()[:3]
    rows[2]["segmentation"] = [[1.0, 2.0, 3.0, 4.0, 5.0, 6.0], [1.0, 2.0, 3.0]]
    with pytest.raises(me.MaskError, match=r"segmentation\[2\]"):
        fill_batch(pa.Table.from_pylist(rows, schema=table.schema))


def test_dask_maps_it(lvis_table):
    dask = pytest.importorskip("dask")
    table, truth = lvis_table
    tasks = [dask.delayed(fill_batch)(batch) for batch in table.to_batches(max_chunksize=60)]
    parts = dask.compute(*tasks, scheduler="threads")
    assert len(parts) == 4
    agrees(pa.Table.from_batches(parts), truth)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # Ray's own
def test_ray_data_maps_it(lvis_table):
    pytest.importorskip("ray")
    import ray.data

    table, truth = lvis_table
    ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False, ignore_reinit_error=True)
    try:
        found = ray.data.from_arrow(table).map_batches(
            fill_batch, batch_format="pyarrow", batch_size=60
        )
        parts = pa.concat_tables(list(found.iter_batches(batch_format="pyarrow", batch_size=None)))
        agrees(parts.sort_by("id"), [one for _, one in sorted(zip(table["id"].to_pylist(), truth,
                                     strict=True), key=lambda pair: pair[0])])  # fmt: skip
    finally:
        ray.shutdown()


@pytest.mark.filterwarnings("ignore::FutureWarning:pyspark")  # about pandas 3, its own business
def test_spark_maps_it(lvis_table):
    pytest.importorskip("pyspark")
    if importlib.util.find_spec("pandas") is None:
        pytest.skip("Spark's Arrow functions need pandas")
    from pyspark.sql import SparkSession

    table, truth = lvis_table
    schema = "id long, segmentation array<array<double>>, height long, width long, counts binary,"
    schema += " pixel_area long, pixel_x long, pixel_y long, pixel_w long, pixel_h long"
    spark = SparkSession.builder.master("local[2]").getOrCreate()
    try:
        rows = spark.createDataFrame(table.to_pandas())
        found = rows.mapInArrow(lambda batches: map(fill_batch, batches), schema).collect()
    finally:
        spark.stop()
    by_id = dict(zip(table["id"].to_pylist(), truth, strict=True))
    assert {row["id"]: bytes(row["counts"]) for row in found} == {
        id_: one["counts"] for id_, one in by_id.items()
    }
