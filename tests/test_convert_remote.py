"""Sources and targets in stores elsewhere: fetched, put whole or not at all, gone on with.

Covers: maskengine.formats (URLs), maskengine.convert (URLs), maskengine.convert._stage.
Run: pytest tests/test_convert_remote.py
"""

import functools
import http.server
import shutil
import sys
import threading
from pathlib import Path

import pytest

import maskengine as me
from maskengine import formats
from maskengine.cli import main
from maskengine.convert import _sharded, _spool, convert

fsspec = pytest.importorskip("fsspec", reason="stores elsewhere need fsspec")

DATA = Path(__file__).parent / "data"
PANOPTIC = DATA / "panopticapi" / "panoptic_coco_detection_format.json"
SCENES = DATA / "panopticapi" / "panoptic_examples.json"


@pytest.fixture
def store(tmp_path, monkeypatch):
    files = fsspec.filesystem("memory")
    files.store.clear()
    files.pseudo_dirs[:] = [""]
    files.pipe("/in/instances.json", PANOPTIC.read_bytes())
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(temporary))
    yield files
    assert list(temporary.iterdir()) == []  # no copy is left
    files.store.clear()


def content(files, folder):
    return {path.removeprefix(folder): files.cat(path) for path in files.find(folder)}


def local_content(folder):
    return {f"/{path.relative_to(folder).as_posix()}": path.read_bytes()
            for path in folder.rglob("*") if path.is_file()}  # fmt: skip


@pytest.mark.parametrize("jobs", [None, 1])
def test_files_and_folders_are_what_they_are_here(jobs, store, tmp_path):
    here = convert(PANOPTIC, tmp_path / "yolo", to="yolo", jobs=jobs)
    there = convert("memory://in/instances.json", "memory://out/yolo", to="yolo", jobs=jobs)
    assert content(store, "/out/yolo") == local_content(tmp_path / "yolo")
    assert there.ledger.losses == here.ledger.losses
    told = there.to_dict()
    assert told["source"]["path"] == "memory://in/instances.json"
    assert told["target"]["path"] == "memory://out/yolo"
    convert("memory://in/instances.json", "memory://out/a.parquet", jobs=jobs)
    convert("memory://out/a.parquet", tmp_path / "b.json", jobs=jobs)
    convert(PANOPTIC, tmp_path / "c.json", jobs=jobs)
    assert (tmp_path / "b.json").read_bytes() == (tmp_path / "c.json").read_bytes()
    assert all(".part" not in path for path in store.find("/"))


def test_a_file_is_replaced_and_a_full_folder_is_not(store):
    store.pipe("/out/a.json", b"old")
    convert("memory://in/instances.json", "memory://out/a.json")
    assert store.cat("/out/a.json").startswith(b"{")
    store.pipe("/full/precious", b"x")
    with pytest.raises(me.MaskError, match="not empty"):
        convert("memory://in/instances.json", "memory://full", to="yolo")
    assert content(store, "/full") == {"/precious": b"x"}
    with pytest.raises(me.MaskError, match="is a folder"):
        convert("memory://in/instances.json", "memory://full", to="coco")
    with pytest.raises(me.MaskError, match="the same"):
        convert("memory://in/instances.json", "memory://in/instances.json")


@pytest.mark.parametrize("call", ["put_file", "mv"])
@pytest.mark.parametrize(("target", "name"), [("a.json", "coco"), ("a", "yolo")])
def test_nothing_is_half_put(call, target, name, store, monkeypatch):
    count = [0]
    real = getattr(type(store), call)

    def fails(self, *args, **options):
        count[0] += 1
        if count[0] == (1 if name == "coco" or call == "mv" else 3):
            raise OSError(28, "No space left on device")
        return real(self, *args, **options)

    monkeypatch.setattr(type(store), call, fails)
    store.pipe("/out/a.json", b"old")
    with pytest.raises(OSError, match="No space"):
        convert("memory://in/instances.json", f"memory://out/{target}", to=name)
    assert content(store, "/out") == {"/a.json": b"old"}


def test_a_store_whose_folders_cannot_be_moved(store, tmp_path, monkeypatch):
    """As s3fs has it, which copies a folder like an object that should be there."""
    real = type(store).mv

    def missing(self, source, target, recursive=False, **options):
        if recursive:
            raise FileNotFoundError("The specified key does not exist.")
        return real(self, source, target, **options)

    monkeypatch.setattr(type(store), "mv", missing)
    convert("memory://in/instances.json", "memory://out/a", to="yolo")
    convert(PANOPTIC, tmp_path / "a", to="yolo")
    files = {f"/{f.relative_to(tmp_path / 'a').as_posix()}": f.read_bytes()
             for f in (tmp_path / "a").rglob("*") if f.is_file()}  # fmt: skip
    assert content(store, "/out/a") == files
    assert all(".part" not in path for path in store.find("/"))


def test_bytes_that_do_not_arrive_are_missed(store, monkeypatch):
    real = type(store).put_file

    def cuts(self, local, there, **options):
        real(self, local, there, **options)
        self.pipe(there, self.cat(there)[:-1])

    monkeypatch.setattr(type(store), "put_file", cuts)
    with pytest.raises(OSError, match=r"bytes of a\.json arrived"):
        convert("memory://in/instances.json", "memory://out/a.json")
    assert store.find("/out") == []


def test_an_interrupted_conversion_goes_on(store, monkeypatch, tmp_path):
    monkeypatch.setattr(_spool, "_IMAGES", 1)
    convert(PANOPTIC, tmp_path / "truth", to="yolo", jobs=1)
    made = []
    real = _sharded.convert_shard

    def stops(*args):
        if len(made) == 1:
            raise KeyboardInterrupt
        made.append(args[2])
        return real(*args)

    ends = "memory://in/instances.json", "memory://out/yolo"
    monkeypatch.setattr(_sharded, "convert_shard", stops)
    with pytest.raises(KeyboardInterrupt):
        convert(*ends, to="yolo", jobs=1)
    assert store.find("/out") == []
    monkeypatch.setattr(_sharded, "convert_shard", lambda *a: made.append(a[2]) or real(*a))
    convert(*ends, to="yolo", jobs=1, resume=True)
    assert made == [0, 1]
    assert content(store, "/out/yolo") == local_content(tmp_path / "truth")


def test_a_source_that_changed_is_not_gone_on_with(store, monkeypatch):
    monkeypatch.setattr(_sharded, "_gather", lambda *_: (_ for _ in ()).throw(OSError("stop")))
    ends = "memory://in/instances.json", "memory://out/yolo"
    with pytest.raises(OSError, match="stop"):
        convert(*ends, to="yolo", jobs=1)
    store.pipe("/in/instances.json", PANOPTIC.read_bytes() + b" ")
    with pytest.raises(me.MaskError, match="changed since"):
        convert(*ends, to="yolo", jobs=1, resume=True)
    assert store.find("/out") == []


def test_frames_are_read_and_written_by_url(store):
    frames = formats.read("memory://in/instances.json")
    assert sum(part.records.num_rows for part in frames) == 50
    formats.write("memory://out/b.parquet", frames)
    assert formats.detect("memory://out/b.parquet") == "parquet"
    again = formats.read(Path("memory://out/b.parquet"))  # one slash is lost on the way
    assert sum(part.records.num_rows for part in again) == 50
    del frames, again


def test_pictures_beside_a_json_file_come_along(store, tmp_path):
    store.put(str(SCENES), "/scenes/panoptic_examples.json")
    store.put(str(SCENES.with_suffix("")), "/scenes/panoptic_examples", recursive=True)
    there = convert("memory://scenes/panoptic_examples.json", tmp_path / "a.json")
    here = convert(SCENES, tmp_path / "b.json")
    assert there.written == here.written > 0
    assert (tmp_path / "a.json").read_bytes() == (tmp_path / "b.json").read_bytes()


def test_what_is_refused_is_put_beside_the_target(store):
    store.pipe("/in/bad.json", b'{"images": [], "annotations": [{"id": 1, "image_id": 9}]}')
    report = convert("memory://in/bad.json", "memory://out/a.json")
    assert report.refused == 1
    assert b"not in 'images'" in store.cat("/out/a.json.quarantine.jsonl")


def test_the_commands_take_urls(store, tmp_path, capsys):
    assert main(["inspect", "memory://in/instances.json"]) == 0
    assert "memory://in/instances.json: coco" in capsys.readouterr().out
    main(["check", "memory://in/instances.json"])
    assert "memory://in/instances.json: coco" in capsys.readouterr().out
    assert main(["show", "memory://in/instances.json", "-o", str(tmp_path / "a.png")]) == 0
    assert main(["convert", "memory://in/instances.json", "memory://out/a.parquet"]) == 0
    assert "-> memory://out/a.parquet (parquet)" in capsys.readouterr().out
    assert main(["convert", "memory://in/none.json", "memory://out/b.parquet"]) == 2
    assert main(["inspect", "nowhere://in/none.json"]) == 2
    assert "nowhere" in capsys.readouterr().err


def test_names_that_lead_out_of_the_folder(store, tmp_path):
    store.store["/evil/../../x.txt"] = store.store["/in/instances.json"]
    store.pipe("/evil/labels/a.txt", b"")
    with pytest.raises(me.BadFile, match="inside the folder"):
        convert("memory://evil", tmp_path / "out.json", from_="yolo")
    assert not (tmp_path / "x.txt").exists()


def test_urls_of_this_machine(store, tmp_path):
    shutil.copy(PANOPTIC, tmp_path / "in.json")
    report = convert(f"file://{tmp_path}/in.json", f"file://{tmp_path}/out.parquet")
    assert report.written == 50
    assert report.target == tmp_path / "out.parquet"
    assert formats.detect(f"file://{tmp_path}/out.parquet") == "parquet"


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def refuse(self):
        """Read what is sent before the answer: a client still sending would see a broken pipe."""
        if "chunked" in self.headers.get("Transfer-Encoding", ""):
            while size := int(self.rfile.readline(), 16):
                self.rfile.read(size + 2)
            self.rfile.readline()
        else:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.send_error(501)

    do_POST = do_PUT = refuse  # noqa: N815 - the names that http.server looks for


def test_reading_over_http(store, tmp_path):
    pytest.importorskip("aiohttp", reason="fsspec reads http by aiohttp")
    handler = functools.partial(Quiet, directory=str(PANOPTIC.parent))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}/{PANOPTIC.name}"
        assert convert(url, tmp_path / "a.json").written == 50
        with pytest.raises(FileNotFoundError, match="is not there, or cannot be reached"):
            convert(url + "x", tmp_path / "b.json", from_="coco")
        with pytest.raises(OSError, match="501"):
            convert(PANOPTIC, url.replace(PANOPTIC.name, "c.json"))
        server.shutdown()
    with pytest.raises(FileNotFoundError, match="cannot be reached: Cannot connect"):  # offline
        convert(url, tmp_path / "b.json", from_="coco")


def test_without_fsspec_the_extra_is_named(store, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "fsspec", None)
    for call in (
        lambda: convert("s3://bucket/in.json", tmp_path / "out.json"),
        lambda: convert(PANOPTIC, "s3://bucket/out.json"),
        lambda: formats.read("s3://bucket/in.json"),
    ):
        with pytest.raises(me.MaskError, match=r"pip install 'maskengine\[remote\]'"):
            call()
    assert list(tmp_path.glob("*.json")) == []
