"""What an hour of attacks from Python found (docs/reliability.md): each stays mended."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import maskengine as me
from maskengine import quality
from maskengine.errors import MaskError, MaskTypeError

HUGE = 10**5000  # more digits than Python writes out
MASK = me.encode(np.eye(6, 7, dtype=bool))
LABELS = np.arange(42, dtype=np.uint8).reshape(6, 7) % 4


def _deep() -> list[Any]:
    inner: list[Any] = []
    for _ in range(5000):
        inner = [inner]
    return inner


def _python(code: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        timeout=50,
        check=False,
        env={**os.environ, **environment},
    )


def test_counts_of_thousands_of_digits_are_malformed() -> None:
    with pytest.raises(me.MalformedRLE, match="got one of thousands of digits") as error:
        me.Masks.from_coco([{"size": [2, 2], "counts": [4]}, {"size": [2, 2], "counts": [HUGE]}])
    assert (error.value.parameter, error.value.index) == ("masks", 1)


@pytest.mark.parametrize("value", [HUGE, _deep()], ids=["huge", "deep"])
@pytest.mark.parametrize(
    ("call", "parameter"),
    [
        (lambda v: me.label(MASK, connectivity=v), "connectivity"),
        (lambda v: me.dilate(MASK, 1, v), "shape"),
        (lambda v: me.vote(MASK, [1], v), "threshold"),
        (lambda v: me.rasterize(me.polygonize(MASK), (v, v)), "size"),
        (lambda v: me.Canvas(LABELS.copy()).stroke([(1, 1)], 1, v), "label"),
        (lambda v: quality.confusion(LABELS, LABELS, [0, 1], void=v), "void"),
        (lambda v: quality.boundary_iou(LABELS, LABELS, [v]), "width"),
    ],
)
def test_what_has_no_text_is_refused_by_name(call: Any, parameter: str, value: Any) -> None:
    with pytest.raises(MaskError) as error:
        call(value)
    assert error.value.parameter == parameter


@pytest.mark.parametrize(
    ("call", "parameter"),
    [
        (lambda v: me.box_iou([[0, 0, 1, 1]], [[0, 0, 1, 1]], crowd=v), "crowd"),
        (lambda v: me.at_least(MASK, 1, groups=v), "groups"),
        (lambda v: me.vote(MASK, v, 1), "weights"),
        (lambda v: me.combine(MASK, v), "table"),
        (lambda v: quality.consensus([LABELS, LABELS], weights=v), "weights"),
    ],
)
def test_ragged_lists_are_refused_by_name(call: Any, parameter: str) -> None:
    with pytest.raises(MaskTypeError) as error:
        call([1, [2, 3]])
    assert error.value.parameter == parameter


@pytest.mark.parametrize(
    ("call", "parameter"),
    [
        (lambda v: quality.band_confusion(LABELS, LABELS, 2, [0, 1], border=v), "border"),
        (lambda v: quality.trimap_iou(LABELS, LABELS, [1], [0, 1], border=v), "border"),
        (lambda v: quality.instances(LABELS, void=v), "void"),
        (lambda v: quality.instances(LABELS, by=v), "by"),
        (lambda v: quality.disagreement_regions([LABELS, LABELS], background=v), "background"),
        (lambda v: quality.prelabel(np.zeros((2, 3, 4), np.float32), min_area=v), "min_area"),
    ],
)
@pytest.mark.parametrize("value", ["Background", np.ones(2)], ids=["typo", "array"])
def test_choices_and_labels_that_are_none_are_not_taken(
    call: Any, parameter: str, value: Any
) -> None:
    with pytest.raises(MaskError) as error:
        call(value)
    assert error.value.parameter == parameter


def test_radii_beyond_floats_cover_everything() -> None:
    assert me.area(me.dilate(MASK, 10**400))[0] == 6 * 7


@pytest.mark.parametrize(
    "call",
    [
        lambda out: me.label(LABELS, kind="labels", out=out),
        lambda out: me.remap(LABELS, {1: 2}, "keep", out=out),
        lambda out: me.fill_holes(LABELS, kind="labels", out=out),
        lambda out: me.decode(MASK, out=out),
        lambda out: me.distance_transform(LABELS, out=out.view(np.float32)),
        lambda out: me.Canvas(out).stroke([(1, 1)], 1, 1),
    ],
)
def test_arrays_that_overlap_themselves_are_not_written_to(call: Any) -> None:
    row = np.zeros(7, np.uint32)
    with pytest.raises(MaskError, match="overlap") as error:
        call(np.lib.stride_tricks.as_strided(row, (6, 7), (0, 4)))
    assert error.value.parameter in {"out", "labels"}
    assert not row.any()


@pytest.mark.parametrize("step", [1, 2, -3])
def test_arrays_with_gaps_are_written_to(step: int) -> None:
    for out in (np.zeros((18, 14), np.uint8)[::step, ::-2][:6], np.zeros((7, 6), np.uint8).T):
        assert (me.remap(LABELS, {1: 9}, "keep", out=out) == np.where(LABELS == 1, 9, LABELS)).all()


def test_a_flag_that_is_an_array_changes_nothing() -> None:
    labels, several = LABELS.copy(), np.ones(2)
    canvas = me.Canvas(labels)
    with pytest.raises(MaskTypeError) as error:
        canvas.stroke([(3, 3)], 2, 9, fill_inside=several)
    assert error.value.parameter == "fill_inside"
    with pytest.raises(MaskTypeError) as error:
        me.absorb_small(labels, 50, out=labels, report=several)
    assert error.value.parameter == "report"
    assert (labels == LABELS).all()
    assert not canvas.can_undo
    canvas.begin(9)  # none was left open


@pytest.mark.filterwarnings("ignore::PendingDeprecationWarning")
def test_matrices_are_arrays() -> None:
    matrix = np.asmatrix(LABELS)
    found = quality.rater_counts([matrix, matrix], width=1).table
    wanted = quality.rater_counts([LABELS, LABELS], width=1).table
    assert found.labels.tolist() == wanted.labels.tolist()
    assert found.pixels.sum() == LABELS.size


def test_a_stroke_that_a_signal_broke_off_can_be_cancelled() -> None:
    canvas = me.Canvas(LABELS.copy())
    canvas.begin(9)
    canvas.extend([(3, 3)], 2)
    canvas._engine.cancel()  # where a handler raised after it, before Python took note
    with pytest.raises(MaskError, match="no stroke is open"):
        canvas.extend([(3, 3)], 2)
    with pytest.raises(MaskError, match="no stroke is open"):
        canvas.cancel()
    assert canvas.stroke([(3, 3)], 1, 9).area == (canvas.labels == 9).sum()


def test_threads_at_work_when_the_interpreter_ends() -> None:
    done = _python(
        "import threading, time, numpy as np, maskengine as me\n"
        "a = np.random.default_rng(0).integers(0, 5, (600, 600)).astype('u1')\n"
        "def work():\n"
        "    while True: me.label(a, kind='labels'); me.encode(a)\n"
        "for _ in range(4): threading.Thread(target=work, daemon=True).start()\n"
        "time.sleep(0.3)"
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_blocks_of_settings_may_end_in_any_order() -> None:
    before, limit = me.devices(), me.Masks([0, 2**20], [0, 2], [(2**10, 2**10)])
    first, second = me.use(threads=1, limits={"decode_pixels": 5}), me.use(threads=3)
    first.__enter__()
    second.__enter__()
    first.__exit__(None, None, None)
    assert "3 threads" in me.devices()["cpu"]
    assert me.decode(limit).all()
    second.__exit__(None, None, None)
    assert me.devices() == before


@pytest.mark.parametrize(
    ("name", "value"),
    [("THREADS", "9" * 5000), ("THREADS", "\u0663"), ("LEVEL", "\udcff")],
    ids=["digits", "arabic", "no-utf-8"],
)
def test_variables_with_nonsense_are_named(name: str, value: str) -> None:
    told = _python("import maskengine", **{f"MASKENGINE_{name}": value, "PYTHONUTF8": "1"})
    assert f"MaskError: MASKENGINE_{name}: expected" in told.stderr


def test_help_for_a_terminal_of_one_column_ends() -> None:
    pytest.importorskip("cyclopts")
    code = "from maskengine.cli import main; main(['completion', '--help'])"
    assert "completion" in _python(code, COLUMNS="1", PYTHONIOENCODING="ascii").stdout


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no named pipes")
@pytest.mark.parametrize("verb", ["check", "plan"])
def test_commands_do_not_wait_for_a_pipe(tmp_path: Any, verb: str) -> None:
    pytest.importorskip("cyclopts")
    os.mkfifo(tmp_path / "pipe.json")
    code = "import sys; from maskengine.cli import main; sys.exit(main(sys.argv[1:]))"
    told = subprocess.run(
        [sys.executable, "-c", code, verb, str(tmp_path / "pipe.json")],
        capture_output=True,
        text=True,
        timeout=50,
        check=False,
    )
    assert told.returncode == 2
    assert "neither a file nor a folder" in told.stderr


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no named pipes")
def test_what_is_no_file_is_not_replaced_by_one(tmp_path: Any) -> None:
    pytest.importorskip("pyarrow")
    os.mkfifo(tmp_path / "pipe.json")
    source = Path(me.__file__).parent / "data/lvis_val_20.json"
    with pytest.raises(MaskError, match="neither a file nor a folder"):
        me.convert(source, tmp_path / "pipe.json")
    assert (tmp_path / "pipe.json").is_fifo()
    assert len(list(tmp_path.iterdir())) == 1


def test_as_many_processes_as_somebody_types_are_refused(tmp_path: Any) -> None:
    pytest.importorskip("pyarrow")
    source = Path(me.__file__).parent / "data/lvis_val_20.json"
    for jobs in (0, -1, 99_999, 10**30):
        with pytest.raises(MaskError, match="jobs"):
            me.convert(source, tmp_path / "out.json", jobs=jobs)
    assert not list(tmp_path.iterdir())


@pytest.mark.skipif(sys.platform != "linux", reason="the system has no names of other bytes")
def test_checking_a_file_whose_name_is_no_text(tmp_path: Any) -> None:
    pytest.importorskip("cyclopts")
    name = os.fsdecode(bytes(tmp_path) + b"/bad\xff.json")
    Path(name).write_text('{"images": [], "annotations": [], "categories": []}', "utf-8")
    code = "import sys; from maskengine.cli import main; sys.exit(main(['check', sys.argv[1]]))"
    told = subprocess.run(
        [sys.executable, "-c", code, name], capture_output=True, timeout=50, check=False
    )
    assert b"Traceback" not in told.stderr
    assert told.returncode in {0, 2, 3}


def test_bands_of_labels_that_are_background_or_absent() -> None:
    pairs = [(0, 1), (1, 2), (2, 77)]
    found = me.decode(quality.transition_band(LABELS, pairs, 2).masks)

    def near(label: int) -> Any:
        padded = np.pad(label == LABELS, 1)
        return (
            padded[1:-1, 1:-1]
            | padded[:-2, 1:-1]
            | padded[2:, 1:-1]
            | padded[1:-1, :-2]
            | (padded[1:-1, 2:])
        )

    for mask, (a, b) in zip(found, pairs, strict=True):
        assert (mask == ((a == LABELS) & near(b)) | ((b == LABELS) & near(a))).all()
