"""Conversions where Python, or the system, lets no thread or process start.

What they write is compared with what the same conversions write in an ordinary process.

Covers: maskengine._workers, maskengine.convert._processes. Run: pytest
"""

import subprocess
import sys
from importlib import resources

import pytest

from maskengine._workers import Workers

pytest.importorskip("pyarrow")
pytest.importorskip("msgspec")

LVIS = str(resources.files("maskengine") / "data/lvis_val_20.json")

PLAIN = """
import sys
import maskengine as me

def convert(folder):
    for name, given in (("a.json", {}), ("a", {"to": "yolo"}), ("b.json", {"jobs": 2}),
                        ("b", {"to": "labelmap", "jobs": 2}), ("c.parquet", {"jobs": 1})):
        me.convert(sys.argv[1], f"{folder}/{name}", **given)
"""

# Arrow looks for pandas at its first array, and pandas cannot be imported at the end.
PANDAS = """
from contextlib import suppress
with suppress(ImportError):
    import pandas
"""

# The main thread ends at once; the other one goes on.
AFTER_MAIN = (
    PLAIN
    + PANDAS
    + """
import threading
import maskengine.convert

def late():
    threading.main_thread().join()
    convert(sys.argv[2])

threading.Thread(target=late).start()
"""
)

AT_EXIT = (
    PLAIN + PANDAS + "\nimport atexit, maskengine.convert\natexit.register(convert, sys.argv[2])\n"
)

# As a system that has reached its limit of threads: processes start, but not what sees to them.
NO_THREADS = (
    PLAIN
    + """
import threading

def start(self):
    raise RuntimeError("can't start new thread")

threading.Thread.start = start
convert(sys.argv[2])
"""
)

# As a system that has reached its limit of processes, when a few have started.
FEW_PROCESSES = (
    PLAIN
    + """
import errno, os

left, fork = [LEFT], os.fork

def limited():
    if not left[0]:
        raise BlockingIOError(errno.EAGAIN, "Resource temporarily unavailable")
    left[0] -= 1
    return fork()

os.fork = limited
convert(sys.argv[2])
"""
)


def _run(script, folder):
    folder.mkdir()
    done = subprocess.run(
        [sys.executable, "-c", script, LVIS, str(folder)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "Error" not in done.stderr, done.stderr
    return _files(folder)


def _files(folder):
    return {
        path.relative_to(folder): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.fixture(scope="module")
def ordinary(tmp_path_factory):
    return _run(PLAIN + "\nconvert(sys.argv[2])\n", tmp_path_factory.mktemp("ordinary") / "out")


@pytest.mark.parametrize(
    "script", [AFTER_MAIN, AT_EXIT, NO_THREADS], ids=["main has ended", "at exit", "no threads"]
)
def test_a_conversion_goes_on_where_no_thread_starts(script, ordinary, tmp_path):
    assert _run(script, tmp_path / "out") == ordinary


@pytest.mark.skipif(not hasattr(sys.modules["os"], "fork"), reason="processes are not forked")
@pytest.mark.parametrize("left", [0, 1, 2, 3])
def test_a_conversion_whose_processes_do_not_all_start_ends(left, ordinary, tmp_path):
    """Those that had started waited for tasks without end, and the command for them."""
    assert _run(FEW_PROCESSES.replace("LEFT", str(left)), tmp_path / "out") == ordinary


def test_workers_give_what_the_calls_give_in_their_order():
    with Workers(3) as workers:
        assert list(workers.map(divmod, range(50), [7] * 50)) == [divmod(i, 7) for i in range(50)]


def test_workers_raise_what_a_call_raised():
    with Workers(2) as workers:
        assert workers.submit(int, "12").result() == 12
        with pytest.raises(ValueError, match="twelve"):
            list(workers.map(int, ["1", "twelve", "3"]))


def test_workers_that_cannot_start_make_the_calls_at_once(monkeypatch):
    def start(thread):
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr("threading.Thread.start", start)
    with Workers(4) as workers:
        assert not workers.starts()
        assert workers.submit(sorted, "cab").done()
        assert list(workers.map(abs, [-1, -2])) == [1, 2]
