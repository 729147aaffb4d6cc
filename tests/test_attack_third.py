"""What a third hour of attacks from Python found (docs/reliability.md): each stays mended."""

from __future__ import annotations

import itertools
import json
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import maskengine as me
from maskengine import adapters, formats, quality
from maskengine.errors import MaskError
from maskengine.testing import morphology

MASK = me.encode(np.eye(6, 7, dtype=bool))
LABELS = (np.arange(42, dtype=np.uint8) % 4).reshape(6, 7)
WIDE = 2**31 - 1
RULES = [
    pytest.param(op, radius, shape, border, id=f"{op}-{radius}-{shape}-{border}")
    for op, (radius, shape), border in itertools.product(
        ("dilate", "erode", "open", "close"),
        ((1, "square"), ((2, 3), "disk"), (3, "cross")),
        ("foreground", "background"),
    )
    if op != "dilate" or border == "foreground"
]


class _StoppedError(Exception):
    pass


def _flat(runs: int) -> Any:
    """Draw boxes in an image 66,000 pixels wide: few runs, or many."""
    rng = np.random.default_rng(runs)
    mask = np.zeros((3, 66_000), bool)
    for _ in range(runs):
        y, x, width = rng.integers(3), rng.integers(66_000), rng.integers(1, 9)
        mask[y : y + 2, x : x + width] ^= True
    return mask


@pytest.mark.parametrize("runs", [4, 3000])
@pytest.mark.parametrize(("op", "radius", "shape", "border"), RULES)
def test_morphology_of_images_that_are_flat(
    runs: int, op: str, radius: Any, shape: str, border: str
) -> None:
    mask = _flat(runs)
    truth = {"open": "opened", "close": "closed"}.get(op, op)
    given = () if op == "dilate" else (border,)
    wanted = getattr(morphology, truth)(mask, radius, shape, *given)
    for threads in (1, 2):
        with me.use(threads=threads):
            found = getattr(me, op)(me.encode(mask), radius, shape, *given)
        assert np.array_equal(me.decode(found)[0], wanted)


def test_what_is_2_31_pixels_wide_costs_its_runs() -> None:
    dots = me.Masks([1, 1, WIDE - 4, 1, 1], [0, 5], [(1, WIDE)])
    full = me.Masks([0, WIDE], [0, 2], [(1, WIDE)])
    assert me.dilate(dots, 1000, "disk").counts.tolist() == [0, 1002, WIDE - 2004, 1002]
    assert me.erode(full, (0, 5), "square", "background").counts.tolist() == [5, WIDE - 10, 5]
    assert me.close(dots, 1e12).counts.tolist() == [0, WIDE]
    assert me.open(full, 7, "disk") == full
    line = me.stroke([(0, 0.5), (WIDE, 0.5)], 0.5, (1, WIDE))
    assert line.counts.tolist() == [0, WIDE]


def test_discs_that_nearly_touch_inside_are_no_work() -> None:
    far = 2.0**31
    drop = me.stroke(
        [(5.5, far / 2 + 0.5), (5.5, far - 1)], [0, far / 2 - 1.5 - 2**-16], (WIDE, 10)
    )
    assert me.bbox(drop)[0].tolist() == [0, 2**30, 10, 2**30 - 1]


@pytest.mark.parametrize(("height", "width"), [(40, 70_000), (70_000, 40), (900, 1_100_000)])
@pytest.mark.parametrize("shape", ["disk", "square"])
def test_strokes_of_flat_images_are_those_of_their_parts(
    height: int, width: int, shape: Any
) -> None:
    rng = np.random.default_rng(width)
    points = np.c_[rng.uniform(-9, width + 9, 5), rng.uniform(-9, height + 9, 5)]
    radii = rng.uniform(0, 20, 5)
    found = me.stroke(points, radii, (height, width), shape)
    for x in (0, width // 3, max(width - 300, 0)):
        box = (x, 0, min(x + 300, width), min(height, 900))
        part = me.stroke(points - [x, 0], radii, (box[3], box[2] - x), shape)  # upright
        assert me.crop(found, box) == part


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="the system has no timers")
def test_a_dilation_that_fills_a_wide_image_can_be_ended() -> None:
    dots = me.Masks([WIDE, 1, 2 * WIDE - 1], [0, 3], [(3, WIDE)])

    def handler(*_: Any) -> None:
        raise _StoppedError

    before = signal.signal(signal.SIGALRM, handler)
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.05)
        with pytest.raises(_StoppedError):
            me.dilate(dots, 1e12, "cross")
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def test_what_a_handler_raises_while_an_error_is_made_is_kept(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def exceeded(*_: Any, **__: Any) -> Any:
        raise _StoppedError

    monkeypatch.setattr("maskengine._limits.exceeded", exceeded)
    with me.use(limits={"mask_runs": 10}), pytest.raises(_StoppedError):
        me.stroke([(0, 0), (50, 50)], 3, (60, 60))


class _Unreadable:
    shape, dtype = (2, 2, 2), np.dtype("u1")

    @property
    def __cuda_array_interface__(self) -> Any:
        raise _StoppedError("not now")

    def __getitem__(self, key: Any) -> Any:
        return np.zeros(self.shape, self.dtype)[key]


class _Iterator:
    def __iter__(self) -> Any:
        return 3


class _Text(str):
    __slots__ = ()

    def __eq__(self, other: object) -> Any:
        return np.ones(2)

    __hash__ = str.__hash__


TWO = memoryview(bytes(16)).cast("B", (4, 4))
GONE = memoryview(b"abc")
GONE.release()


@pytest.mark.parametrize("value", [TWO, GONE, _Iterator()], ids=["two", "gone", "iterator"])
@pytest.mark.parametrize(
    "call",
    [
        me.Masks.from_coco,
        me.Masks.concatenate,
        me.union,
        lambda v: me.combine(v, [0, 1]),
        lambda v: me.assign(v, [[0]], [1]),
        me.frame_stats,
        lambda v: me.pad(MASK, v, 0, 0, 0),
        lambda v: me.move_vertex(MASK, me.polygonize(MASK), 0, 0, v),
        lambda v: me.Canvas(LABELS.copy()).read(v),
        lambda v: me.label(source=v),
        quality.agreement,
        lambda v: quality.confusion(LABELS, LABELS, v),
        lambda v: quality.trimap_iou(LABELS, LABELS, v, classes=[1]),
        lambda v: quality.tier_counts(None, v),
        lambda v: quality.panoptic_matches(LABELS, LABELS, v, [], {1: True}),
        quality.novelty,
    ],
)
def test_what_cannot_be_iterated_is_refused(call: Any, value: Any) -> None:
    with pytest.raises(MaskError) as error:
        call(value)
    assert error.value.parameter is not None


@pytest.mark.parametrize(
    ("call", "parameter"),
    [
        (lambda: me.label(source=_Unreadable()), "source"),
        (lambda: me.encode(_Unreadable()), "mask"),
        (lambda: me.Masks.concatenate(np.broadcast_to(0.0, (2**40,))), "batches"),
        (lambda: me.Masks.concatenate(itertools.repeat(MASK)), "batches"),
        (lambda: me.Masks([0], [0, 1], [[1], [2, 3]]), "sizes"),
        (lambda: me.LabelRuns([1], [[1], [2, 3]], [0, 1], [(1, 1)]), "labels"),
        (lambda: me.Rules(only=[1, [2, 3]]), "only"),
        (lambda: MASK.to_coco(compressed=np.ones(2)), "compressed"),  # type: ignore[arg-type]
        (lambda: me.dilate(MASK, -(10**400)), "radius"),
        (lambda: me.dilate(MASK, 1, _Text("round")), "shape"),  # type: ignore[arg-type]
        (lambda: me.nms(MASK, [[1], [2, 3]], threshold=0.5), "scores"),
        (lambda: me.rasterize(me.polygonize(MASK), (6, 7), GONE), "rule"),  # type: ignore[arg-type]
        (lambda: me.Canvas(LABELS.copy()).begin(1, angle=np.ones(0)), "angle"),  # type: ignore[arg-type]
        (lambda: quality.confusion(LABELS, LABELS, range(2**62)), "classes"),
        (
            lambda: quality.review_queue(
                LABELS,
                np.ones((2, 6, 7), np.float32),
                kind="probabilities",
                labels=np.broadcast_to(0, (2**40,)),
            ),
            "labels",
        ),
        (lambda: adapters.to_sam(LABELS), "masks"),  # type: ignore[arg-type]
        (lambda: adapters.to_torchvision(MASK, [[1], [2, 3]]), "labels"),
    ],
)
def test_what_is_none_is_refused_by_name(call: Any, parameter: str) -> None:
    with pytest.raises(MaskError) as error:
        call()
    assert error.value.parameter == parameter


def _gone(*_: Any) -> Any:
    raise KeyError


def _lying(base: dict[Any, Any], **methods: Any) -> Any:
    return type("Lying", (dict,), methods)(base)


@pytest.mark.parametrize(
    "lie",
    [
        {"items": lambda _: 3},
        {"items": lambda _: [(1,)]},
        {"items": lambda _: [([], 2)]},
        {"items": _gone},
    ],
    ids=["number", "short", "list", "raises"],
)
@pytest.mark.parametrize(
    ("call", "base", "parameter"),
    [
        (lambda v: me.remap(LABELS, v), {1: 2}, "table"),
        (lambda v: quality.confusion(LABELS, LABELS, v), {0: "a", 1: "b"}, "classes"),
        (lambda v: quality.panoptic_matches(LABELS, LABELS, [], [], v), {1: True}, "categories"),
        (
            lambda v: quality.fix_panoptic(LABELS, [v], {1: True}),
            {"id": 1, "category_id": 1},
            "segments",
        ),
        (
            lambda v: adapters.from_sam([v]),
            {"segmentation": {"size": [1, 1], "counts": [1]}},
            "annotations",
        ),
        (adapters.from_torchvision, {"masks": np.ones((1, 2, 2))}, "target"),
        (lambda v: me.use(limits=v).__enter__(), {"mask_runs": 5}, "limits"),
    ],
)
def test_mappings_that_lie_are_refused(call: Any, base: Any, parameter: str, lie: Any) -> None:
    del parameter
    with pytest.raises(MaskError) as error:
        call(_lying(base, **lie))
    assert error.value.parameter is not None


def test_limits_are_those_that_were_checked() -> None:
    lying = _lying({"mask_runs": "many"}, items=lambda _: {"mask_runs": 100}.items())
    with me.use(limits=lying), pytest.raises(me.LimitExceeded):
        me.stroke([(0, 0), (900, 900)], 3, (1000, 1000))


def test_a_number_is_no_brush(tmp_path: Path) -> None:
    result = {
        "type": "brushlabels",
        "original_width": 30,
        "original_height": 24,
        "value": {"format": "rle", "rle": 2**31, "brushlabels": ["a"]},
    }
    file = tmp_path / "tasks.json"
    task = {"data": {"image": "a.png"}, "annotations": [{"result": [result]}]}
    file.write_text(json.dumps([task]), "utf-8")
    code = (
        "import resource, sys, maskengine as me\n"
        "resource.setrlimit(resource.RLIMIT_AS, (2**31, 2**31))\n"
        "report = me.convert(sys.argv[1], sys.argv[2], from_='label_studio')\n"
        "print(report.refused)\n"
    )
    command = [sys.executable, "-c", code, str(file), str(tmp_path / "out.json")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=50, check=False)
    assert (done.stdout, done.stderr) == ("1\n", "")


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="the system has no such device")
def test_a_device_is_no_map() -> None:
    with pytest.raises(me.BadFile, match="no file"):
        formats.read_id_png(Path("/dev/zero"))


def test_a_kernel_that_changes_meanwhile_is_read_once() -> None:
    kernel, stop = np.ones((9, 9), np.uint8), threading.Event()

    def scribble() -> None:
        rng = np.random.default_rng(0)
        while not stop.is_set():
            kernel[...] = rng.integers(0, 2, kernel.shape)

    thread = threading.Thread(target=scribble)
    thread.start()
    try:
        for _ in range(300):
            assert len(me.convolve(MASK, kernel, 1)) == 1
    finally:
        stop.set()
        thread.join()


def test_small_stacks_of_threads_are_enough() -> None:
    code = (
        "import threading, numpy as np, maskengine as me\n"
        "noise = np.random.default_rng(0).random((3, 120, 130))\n"
        "mask = me.encode(noise[0] < 0.5)\n"
        "def work():\n"
        "    me.argmax(noise, kind='probabilities', uncertainty='entropy', threshold=0.1, void=9)\n"
        "    me.argmax(noise.astype('f2'), kind='probabilities')\n"
        "    me.rasterize(me.polygonize(mask), (120, 130)); me.label(mask); me.dilate(mask, 2)\n"
        "work()\n"
        "threading.stack_size(65536)\n"
        "t = threading.Thread(target=work); t.start(); t.join()\n"
    )
    assert subprocess.run([sys.executable, "-c", code], timeout=50, check=False).returncode == 0


def test_a_second_interpreter_is_refused() -> None:
    pytest.importorskip("_xxsubinterpreters", reason="another name from Python 3.13 on")
    code = (
        "import sys, _xxsubinterpreters as several\n"
        "inner = 'import sys; sys.path[:] = ' + repr(sys.path) + '; import maskengine'\n"
        "several.run_string(several.create(), inner)\n"
    )
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code],
        capture_output=True,
        text=True,
        timeout=50,
        check=False,
    )
    assert "ImportError" in done.stderr
    assert "main interpreter" in done.stderr


def test_a_store_without_its_form_is_read(tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    source = Path(me.__file__).parent / "data/lvis_val_20.json"
    me.convert(source, tmp_path / "a.parquet")
    with parquet.ParquetFile(tmp_path / "a.parquet") as file:
        kept, table = dict(file.metadata.metadata), file.read()
    del kept[b"maskengine.root"]
    kept[b"\xff"] = b""
    parquet.write_table(table.replace_schema_metadata(kept), tmp_path / "b.parquet")
    me.convert(tmp_path / "b.parquet", tmp_path / "b.json")
    assert (tmp_path / "b.json").stat().st_size > 0


def test_random_calls_of_a_few_seconds_find_nothing() -> None:
    driver = Path(__file__).parent / "fuzz/odd_calls.py"
    command = [sys.executable, str(driver), "--only", "424242", "--calls", "1500"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=100, check=False)
    assert (done.returncode, done.stdout) == (0, ""), done.stderr


def test_what_names_no_file_is_not_found() -> None:
    with pytest.raises(OSError, match=r"No such file|Is a directory"):
        quality.novelty("")
    with pytest.raises(me.MaskError, match="a path that the system can encode"):
        quality.novelty("\ud800")
