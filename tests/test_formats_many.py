"""Writers of folders that take many images at a time, and the names of their files.

Covers: formats._maps.map_streams, formats._folder.
Run: pytest tests/test_formats_many.py
"""

import os
import shutil
import sys
from pathlib import Path, PurePosixPath

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

import maskengine as me
from maskengine import _png_bytes, formats
from maskengine._backend import core
from maskengine.convert import convert
from maskengine.formats import _folder, _maps, _sync
from maskengine.values import runs_of

LVIS = Path(__file__).parent / "data" / "lvis-api" / "lvis_val_100.json"
NAMES = st.text("ab.-_/ \\\u00e9", min_size=1, max_size=12)


def content(path):
    files = [file for file in path.rglob("*") if file.is_file()]
    return {str(file.relative_to(path)): file.read_bytes() for file in files}


@pytest.mark.parametrize("name", ["voc", "labelmap"])
def test_images_one_by_one_give_what_many_do(name, tmp_path, monkeypatch):
    convert(LVIS, tmp_path / "many", to=name, check=False, limit=12)
    monkeypatch.setattr(_maps, "_AT_ONCE", 1)
    convert(LVIS, tmp_path / "each", to=name, check=False, limit=12)
    assert content(tmp_path / "many") == content(tmp_path / "each")


def test_the_later_mask_covers_the_earlier(tmp_path):
    pixels = np.zeros((3, 4, 5), bool)
    pixels[0, 1:3, 1:4] = pixels[1, 2, 2:5] = pixels[2, 2, 2] = True
    masks = me.encode(pixels)
    labels = [np.array([1, 2, 700], np.uint64)]
    ends, sizes = np.array([0, 3, 3]), np.array([[4, 5], [2, 2]])
    text, stops, places, covered = core.map_streams(
        runs_of(masks), ends, sizes, np.array([2, 1]), labels
    )
    found = []
    for at, (size, depth) in enumerate([((4, 5), 16), ((2, 2), 8)]):
        stream = text[[0, *stops][at] : stops[at]].data
        path = tmp_path / f"{at}.png"
        path.write_bytes(_png_bytes.map_png(stream, size, depth, None))
        found.append(np.asarray(Image.open(path)).tolist())
    assert found[0] == [[0, 0, 0, 0, 0], [0, 1, 1, 1, 0], [0, 1, 700, 2, 2], [0, 0, 0, 0, 0]]
    assert found[1] == [[0, 0], [0, 0]]
    assert places.tolist() == [0, 1, 2]
    assert covered.tolist() == [3, 0]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"ends": np.array([0, 2])}, "ends"),
        ({"sizes": np.array([[4, 6]])}, "masks"),
        ({"pixel_bytes": np.array([3])}, "pixel_bytes"),
        ({"labels": [np.array([256], np.uint64)]}, "labels"),
        ({"labels": [np.array([0], np.uint64)]}, "labels"),
        ({"labels": []}, "labels"),
    ],
)
def test_what_does_not_fit_is_refused(change, reason):
    asked = {"ends": np.array([0, 1]), "sizes": np.array([[4, 5]]), "pixel_bytes": np.array([1]),
             "labels": [np.array([255], np.uint64)]}  # fmt: skip
    masks = runs_of(me.encode(np.ones((1, 4, 5), bool)))
    with pytest.raises(me.MaskError, match=reason):
        core.map_streams(masks, **{**asked, **change})


@given(NAMES)
def test_endings_are_dropped_as_pathlib_does(name):
    try:
        name = _folder.checked_name(name)
    except me.MaskError:
        return
    assert name == "/".join(PurePosixPath(name).parts)
    if PurePosixPath(name).name:
        assert _folder.without_suffix(name) == str(PurePosixPath(name).with_suffix(""))


def test_a_file_system_is_synced(tmp_path):
    (tmp_path / "file").write_bytes(b"content")
    handle = os.open(tmp_path, os.O_RDONLY)
    try:
        assert core.sync_file_system(handle) == sys.platform.startswith("linux")
    finally:
        os.close(handle)
    assert not core.sync_file_system(-1)


@pytest.mark.parametrize("tells", [False, True])
def test_folders_are_synced(tells, tmp_path, monkeypatch):
    """File by file where the system tells of errors, as of a file that is gone, no other way."""
    if tells and not _sync._tells_of_all():
        pytest.skip("an old kernel")
    monkeypatch.setattr(_sync, "_tells_of_all", lambda: tells)
    with formats.syncing(tmp_path) as sync_it:
        for number in range(_sync._MANY):
            (tmp_path / str(number)).write_bytes(b"")
        sync_it()
        (tmp_path / "gone").symlink_to(tmp_path / "none")
        if tells:
            sync_it()
        else:
            with pytest.raises(FileNotFoundError):
                sync_it()


def test_a_folder_of_no_format_names_a_file_inside(tmp_path):
    inside = tmp_path / "data" / "annotations"
    (tmp_path / "data").mkdir()
    with pytest.raises(me.BadFile, match="data is empty"):
        formats.detect(tmp_path / "data")
    inside.mkdir()
    (tmp_path / "data" / "package.json").write_text('{"name": "x"}')
    with pytest.raises(me.BadFile, match=r"name it .*, as one of"):
        formats.detect(tmp_path / "data")
    (inside / "instances_val.json").write_text('{"images": [], "annotations": []}')
    with pytest.raises(me.BadFile, match=r"give a file, as .*instances_val\.json"):
        formats.detect(tmp_path / "data")


def test_a_folder_with_datasets_of_two_formats_is_read_as_neither(tmp_path):
    for name in ("voc", "yolo"):
        convert(LVIS, tmp_path / name, to=name, check=False, limit=4)
        assert formats.detect(tmp_path / name) == name
        shutil.copytree(tmp_path / name, tmp_path / "both", dirs_exist_ok=True)
    with pytest.raises(
        me.BadFile, match=r"both holds datasets of voc, yolo; give the folder of one"
    ):
        formats.detect(tmp_path / "both")
    assert len(formats.read(tmp_path / "both", "yolo").images()) == 4
