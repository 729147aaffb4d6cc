"""Calls give back the memory they take, whether they end well or with an error.

Covers: every operation with a case, and the hostile calls of all cases.
Run: pytest tests/test_leaks.py
"""

import ctypes
import gc
import sys

import pytest
from hypothesis import HealthCheck, Phase, given, settings

import maskengine as me
from conftest import CASES

CALLS = 60
FIELDS = "arena ordblks smblks hblks hblkhd usmblks fsmblks uordblks fordblks keepcost"


class Mallinfo(ctypes.Structure):
    """What glibc says of its memory."""

    _fields_ = tuple((name, ctypes.c_size_t) for name in FIELDS.split())


def used():
    """Bytes that C code holds, and blocks that Python holds."""
    gc.collect()
    found = MALLINFO()
    return found.uordblks + found.hblkhd, sys.getallocatedblocks()


try:
    MALLINFO = ctypes.CDLL(None).mallinfo2
    MALLINFO.restype = Mallinfo
except (AttributeError, OSError):
    pytest.skip("needs mallinfo2 of glibc 2.33", allow_module_level=True)


def growth(call):
    """Bytes and blocks that `CALLS` calls added, the least of three times; the first warm up."""
    for _ in range(CALLS // 4):
        call()
    grown = []
    for _ in range(3):
        before = used()
        for _ in range(CALLS):
            call()
        after = used()
        grown.append(tuple(b - a for a, b in zip(before, after, strict=True)))
        if grown[-1][0] <= 0 and grown[-1][1] <= 0:
            break
    return min(grown)


def check(call):
    nbytes, blocks = growth(call)
    assert nbytes < CALLS * 8, f"{nbytes / CALLS:.1f} bytes a call"
    assert blocks < CALLS // 2, f"{blocks / CALLS:.2f} objects a call"


@pytest.mark.parametrize("one", CASES, ids=[one.name for one in CASES])
def test_calls_give_memory_back(one):
    @settings(
        max_examples=1,
        database=None,
        deadline=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(one.inputs)
    def run(arguments):
        check(lambda: one.run(*arguments))

    with me.use(threads=1):  # memory of other threads is not in what glibc says
        run()


@pytest.mark.parametrize("one", [one for one in CASES if one.hostile], ids=lambda one: one.name)
def test_errors_give_memory_back(one):
    def refused(call):
        try:
            call()
        except me.MaskError:
            return
        raise AssertionError("it was not refused")

    for call in one.hostile.values():
        check(lambda call=call: refused(call))
