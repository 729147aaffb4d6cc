"""Locks and processes of a conversion next to what else a program does: forks, threads, the next.

Covers: maskengine.convert._alone, maskengine.convert._processes. Run: pytest
tests/test_attack_alone.py
"""

import os
import sys
import threading
from concurrent.futures import ProcessPoolExecutor

import pytest

from maskengine.convert import _alone, _processes, _script

locks = pytest.mark.skipif(_alone.fcntl is None, reason="no locks of files here")


@locks
def test_the_folder_of_the_next_conversion_is_left_to_it(tmp_path, monkeypatch):
    monkeypatch.setattr(_alone, "_PATIENCE", 0.0)
    folder = tmp_path / "work"
    with _alone.alone(folder, tmp_path):
        folder.rmdir()  # as a conversion that is complete does
        following = _alone.alone(folder, tmp_path)
        following.__enter__()
    assert folder.is_dir()
    following.__exit__(None, None, None)
    assert not folder.exists()


@locks
@pytest.mark.skipif(not hasattr(os, "fork"), reason="no forks here")
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_fork_of_another_thread_does_not_keep_a_lock(tmp_path, monkeypatch):
    monkeypatch.setattr(_alone, "_PATIENCE", 0.0)
    folder = tmp_path / "work"
    reading, writing = os.pipe()
    with _alone.alone(folder, tmp_path):
        (folder / "plan").touch()  # there is something to go on with
        child = os.fork()
        if child == 0:
            os.close(writing)
            os.read(reading, 1)  # until the test has ended
            os._exit(0)
    try:
        with _alone.alone(folder, tmp_path):
            assert folder.is_dir()
    finally:
        os.close(writing)
        os.waitpid(child, 0)
        os.close(reading)


def test_a_process_that_starts_late_does_not_run_the_script_either(monkeypatch):
    """With many processes, the first is idle before the last is asked for, which starts later."""
    monkeypatch.setattr(sys.modules["__main__"], "__file__", "script.py", raising=False)
    seen = []

    def submit(pool, task, *given):
        seen.append(sys.modules["__main__"].__file__)

    monkeypatch.setattr(ProcessPoolExecutor, "submit", submit)
    monkeypatch.setattr(_processes, "_may_fork", lambda: False)
    pool, _ = _processes._new_pool(1, None)
    _processes._submit(pool, len)
    pool.shutdown()
    assert seen == [None, None]  # formats, then len
    assert sys.modules["__main__"].__file__ == "script.py"


def test_two_threads_that_start_processes_leave_the_script_its_name(monkeypatch):
    main = sys.modules["__main__"]
    monkeypatch.setattr(main, "__file__", "script.py", raising=False)
    is_in, first_is_out = threading.Event(), threading.Event()

    def second():
        with _script.hiding_script():
            is_in.set()
            first_is_out.wait(10)

    thread = threading.Thread(target=second)
    with _script.hiding_script():
        thread.start()
        assert is_in.wait(10)  # both hide it at once
    assert main.__file__ is None  # the second still does
    first_is_out.set()
    thread.join()
    assert main.__file__ == "script.py"
