"""What fails from outside: memory, the disk, the process; nothing is lost or half-written.

Covers: every operation with a case, conversions, signals, forks.
Run: pytest tests/test_faults.py
"""

import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest

import maskengine as me
from maskengine import formats
from maskengine.convert import convert

HERE = Path(__file__).parent
LVIS = HERE / "data" / "lvis-api" / "lvis_val_100.json"
WRITERS = ("coco", "parquet", "yolo", "voc", "cvat", "labelme", "labelmap")


def content(path):
    files = sorted(path.rglob("*")) if path.is_dir() else [path]
    return {str(f.relative_to(path)): f.read_bytes() for f in files if f.is_file()}


def target_of(folder, name):
    return folder / ("a" + (formats.by_name(name).EXTENSIONS or ("",))[0])


@pytest.fixture(scope="module")
def allocator(tmp_path_factory):
    compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("g++")
    if compiler is None or not sys.platform.startswith("linux"):
        pytest.skip("allocations are made to fail by a library compiled for Linux with cc")
    library = tmp_path_factory.mktemp("allocator") / "allocator.so"
    command = [compiler, "-x", "c", "-shared", "-fPIC", "-O1", "-o", library, HERE / "allocator.c"]
    subprocess.run(list(map(str, command)), check=True)
    return library


# Operations in which NumPy has no part: it crashes itself where it has no memory for an object.
FAILING_OBJECTS = """
import _testcapi
import numpy as np
import maskengine as me

dense = np.random.default_rng(0).random((3, 70, 67)) < 0.5
masks = me.encode(dense)
outlines = me.polygonize(masks)
calls = [
    lambda: me.area(masks),
    lambda: me.complement(masks),
    lambda: me.union(masks),
    lambda: me.flip(masks),
    lambda: me.dilate(masks, 2, "disk"),
    lambda: me.polygonize(masks),
    lambda: me.rasterize(outlines, (70, 67)),
    lambda: me.simplify(outlines, max_distance=1.0),
    lambda: me.stroke([(3, 4), (50, 60)], 5, (70, 67)),
    lambda: me.decode(masks),
    lambda: me.encode(dense),
    lambda: me.Masks.from_coco(masks.to_coco()),
    lambda: masks[1:],
]
failed = 0
for call in calls:
    expected = call()
    call()
    for k in range(150):
        _testcapi.set_nomemory(k, k + 1)
        try:
            found = call()
        except MemoryError:
            failed += 1
            continue
        finally:
            _testcapi.remove_mem_hooks()
        assert np.all(found == expected)
print(failed)
"""


def test_python_may_have_no_memory_for_any_object():
    pytest.importorskip("_testcapi", reason="CPython's own test module makes allocations fail")
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(
        [sys.executable, "-c", FAILING_OBJECTS],
        env=environment, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    assert int(done.stdout) > 100


@pytest.mark.parametrize("part", range(4))
def test_each_allocation_may_fail(part, allocator):
    """MemoryError or the right answer; inputs as they were; the next call as if nothing was."""
    environment = {
        **os.environ,
        "LD_PRELOAD": str(allocator),
        "PYTHONPATH": os.pathsep.join(sys.path),
    }
    command = [sys.executable, str(HERE / "allocation_faults.py"), str(part), "4"]
    done = subprocess.run(
        command, env=environment, cwd=HERE, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-300:] + done.stderr[-3000:]
    assert int(done.stdout.split()[-3]) > 100


@pytest.mark.parametrize("name", WRITERS)
@pytest.mark.parametrize("share", [0, 0.1, 0.5, 0.9])
def test_a_full_disk_leaves_what_was_there(share, name, tmp_path):
    """Files may not grow beyond a share of the largest one: as when the disk is full."""
    target = target_of(tmp_path, name)
    largest = max(len(data) for data in content(convert(LVIS, target, to=name).target).values())
    before = content(tmp_path)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(share * largest), limits[1]))
    try:
        with pytest.raises((OSError, me.MaskError)):
            convert(LVIS, target, to=name)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert {k: v for k, v in content(tmp_path).items() if "/" not in k or k in before} == before


@pytest.mark.parametrize("name", ["coco", "parquet", "yolo"])
@pytest.mark.parametrize("call", ["fsync", "replace", "open"])
def test_any_call_of_the_system_may_fail(call, name, tmp_path, monkeypatch):
    target = target_of(tmp_path, name)
    is_folder = formats.by_name(name).FOLDER  # which is not written over
    right = content(convert(LVIS, target, to=name).target)
    fails = Failing(getattr(os, call))

    def again(at):
        if is_folder:
            shutil.rmtree(target, ignore_errors=True)
        fails.made, fails.at = 0, at
        with suppress(OSError, me.MaskError):  # a folder may stay unsynced
            convert(LVIS, target, to=name)

    monkeypatch.setattr(os, call, fails)
    again(0)
    total = fails.made
    for at in sorted({1, 2, total // 2, total - 1, total} & set(range(1, total + 1))):
        again(at)
        assert (is_folder and not target.exists()) or content(target) == right
        assert [path.name for path in tmp_path.iterdir()] in ([target.name], [])
    monkeypatch.undo()
    again(0)
    assert content(target) == right


class Failing:
    """A call of the system of which one, counted from 1, fails."""

    def __init__(self, real):
        self.real = real
        self.made = self.at = 0

    def __call__(self, *args, **options):
        self.made += 1
        if self.made == self.at:
            raise OSError(5, "Input/output error")
        return self.real(*args, **options)


KILLED = """
import sys
from maskengine.convert import _spool, convert
_spool._IMAGES = 10
print("now", flush=True)
convert(sys.argv[1], sys.argv[2], to="yolo", jobs=1, resume=True)
"""


def test_kills_at_random_moments(tmp_path, monkeypatch):
    """A conversion that is killed again and again ends as one that was not."""
    from maskengine.convert import _spool

    monkeypatch.setattr(_spool, "_IMAGES", 10)
    right = content(convert(LVIS, tmp_path / "right", to="yolo", jobs=1).target)
    command = [sys.executable, "-c", KILLED, str(LVIS), str(tmp_path / "out")]
    rng = random.Random(9)
    for turn in range(8):
        process = subprocess.Popen(command, stdout=subprocess.PIPE)
        with process.stdout as words:
            assert words.readline() == b"now\n"
        with suppress(subprocess.TimeoutExpired):
            process.wait(min(turn, 1) * 0.3 * rng.random())  # the first one gets no time at all
        process.kill()
        if process.wait() == 0:
            assert turn > 0
            break
        if (tmp_path / "out").exists():  # killed when all was done
            assert content(tmp_path / "out") == right
    if not (tmp_path / "out").exists():
        convert(LVIS, tmp_path / "out", to="yolo", jobs=1, resume=True)
    assert content(tmp_path / "out") == right


def test_little_memory():
    """An address space that is too small: MemoryError; given more, the same process works."""
    script = """
import resource, sys
import numpy as np
import maskengine as me

me.use(threads=1)
noise = np.random.default_rng(0).integers(0, 2, (3000, 3000), np.uint8)
calls = {
    "encode": lambda: me.encode(noise),
    "label": lambda: me.label(noise),
    "polygonize": lambda: me.polygonize(masks),
    "transform": lambda: me.distance_transform(noise),
    "decode": lambda: me.decode(masks[[0] * 20]),
}
masks = me.encode(noise)
used = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()
seen = 0
for name, call in calls.items():
    for more in (1, 4, 16, 64):
        resource.setrlimit(resource.RLIMIT_AS, (used + more * 2**20, -1))
        try:
            call()
        except MemoryError:
            seen += 1
        finally:
            resource.setrlimit(resource.RLIMIT_AS, (-1, -1))
    call()
print(seen)
"""
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert int(done.stdout) >= 5


LONG = {
    "one mask": lambda noise, masks: me.perimeter(masks),
    "outlines": lambda noise, masks: me.polygonize(masks),
    "label": lambda noise, masks: me.label(noise),
    "many": lambda noise, masks: me.iou(masks[[0] * 8], masks[[0] * 8]),
    "dilate": lambda noise, masks: me.dilate(masks, 40),
    "distances": lambda noise, masks: me.distance_transform(noise),
    "resize": lambda noise, masks: me.resize(masks, (9000, 9000)),
}


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="no timers that send signals here")
@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("name", LONG)
def test_ctrl_c_ends_a_long_call(name, threads):
    """Within 200 ms of processor time of this thread; the call made again gives what it gave."""
    noise = np.random.default_rng(0).integers(0, 2, (2500, 2500), np.uint8)
    masks = me.encode(noise)

    def call():
        return LONG[name](noise, masks)

    with me.use(threads=threads):
        right = call()
        for _ in range(5):  # one time may be long as others took the processors
            started = time.monotonic()
            call()
            took = time.monotonic() - started
            ends = [interrupted(call, share * took) for share in (0.1, 0.4, 0.7)]
            late = [seconds for seconds in ends if seconds is not None]
            if late or took <= 0.3:
                break
        else:
            raise AssertionError("no call was interrupted")
        assert all(seconds < 0.2 for seconds in late), late
        assert str(call()) == str(right)


def interrupted(call, after):
    """Seconds between a signal and the end of the call, or None when the call came first."""
    sent = []
    calling = [True]
    main = threading.get_native_id()

    def handler(number, frame):
        if calling:  # a signal may come as the call has just ended
            calling.clear()
            raise KeyboardInterrupt

    def send():
        sent.append(cpu_of(main))
        signal.pthread_kill(threading.main_thread().ident, signal.SIGALRM)

    before = signal.signal(signal.SIGALRM, handler)
    timer = threading.Timer(after, send)
    try:
        timer.start()  # it may fire before this returns
        call()
        calling.clear()
    except KeyboardInterrupt:
        return cpu_of(main) - sent[0]
    finally:
        timer.cancel()
        timer.join()
        signal.signal(signal.SIGALRM, before)
    return None


def cpu_of(thread):
    fields = Path(f"/proc/self/task/{thread}/schedstat").read_text().split()
    return int(fields[0]) / 1e9


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this system")
def test_a_child_of_a_fork_computes():
    """Threads do not survive a fork; calls in the child start their own."""
    noise = np.random.default_rng(0).integers(0, 2, (40, 200, 200), np.uint8)
    with me.use(threads=2):
        right = me.encode(noise)
        child = os.fork()
        if child == 0:
            os._exit(0 if me.encode(noise) == right else 1)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
