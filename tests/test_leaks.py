"""Calls give back the memory they take, whether they end well or with an error.

Covers: every operation with a case, and the hostile calls of all cases.
Run: pytest tests/test_leaks.py
"""

import ctypes
import gc
import sys
import time

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings

import maskengine as me
from conftest import CASES

SECONDS = 0.02  # that calls take together
SLOW = 0.05  # seconds of a call that is not made so often
LARGE = np.indices((512, 512)).sum(0) % 7 < 3  # enough for two threads
FIELDS = "arena ordblks smblks hblks hblkhd usmblks fsmblks uordblks fordblks keepcost"


class Mallinfo(ctypes.Structure):
    """What glibc says of its memory."""

    _fields_ = tuple((name, ctypes.c_size_t) for name in FIELDS.split())


def used():
    """Bytes that C code holds, and blocks that Python holds."""
    found = MALLINFO()
    return found.uordblks + found.hblkhd, sys.getallocatedblocks()


try:
    MALLINFO = ctypes.CDLL(None).mallinfo2
    MALLINFO.restype = Mallinfo
except (AttributeError, OSError):
    pytest.skip("needs mallinfo2 of glibc 2.33", allow_module_level=True)


def growth(call, calls):
    """Bytes and blocks that calls added, the least of five times; the first warm up."""
    for _ in range(calls // 4):
        call()
    grown = []
    for _ in range(5):
        gc.collect()
        before = used()
        for _ in range(calls):
            call()
        if used()[1] > before[1]:
            gc.collect()
        after = used()
        grown.append(tuple(b - a for a, b in zip(before, after, strict=True)))
        if grown[-1][0] <= 0 and grown[-1][1] <= 0:
            break
    return tuple(min(column) for column in zip(*grown, strict=True))


def check(call):
    call()
    started = time.perf_counter()
    call()
    took = time.perf_counter() - started
    if took > SLOW:
        return  # would take minutes; a loss of large arrays is felt elsewhere
    calls = min(max(int(SECONDS / max(took, 1e-6)), 100), 1000)  # Python keeps some hundred bytes
    nbytes, blocks = growth(call, calls)
    assert nbytes < calls * 8, f"{nbytes / calls:.1f} bytes a call, of {calls}"
    assert blocks < max(calls // 2, 100), f"{blocks / calls:.2f} objects a call, of {calls}"


def drawn(strategy):
    """Give arguments that hypothesis draws; it keeps things itself, so calls are made after."""
    found = []

    @settings(
        max_examples=1,
        database=None,
        deadline=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def keep(arguments):
        found.append(arguments)

    keep()
    return found[0]


@pytest.mark.parametrize("one", CASES, ids=[one.name for one in CASES])
def test_calls_give_memory_back(one):
    arguments = drawn(one.inputs)
    gc.freeze()
    try:
        with me.use(threads=1):  # memory of other threads is not in what glibc says
            check(lambda: one.run(*arguments))
    finally:
        gc.unfreeze()


@pytest.mark.parametrize("one", [one for one in CASES if one.hostile], ids=lambda one: one.name)
def test_errors_give_memory_back(one):
    quick = []
    for call in one.hostile.values():
        started = time.perf_counter()
        refused(call)
        if time.perf_counter() - started < SLOW:
            quick.append(call)
    gc.freeze()  # what the other tests hold need not be looked through
    try:
        with me.use(threads=1):  # blocks that another thread freed count as held
            check(lambda: [refused(call) for call in quick])
    finally:
        gc.unfreeze()


def refused(call):
    try:
        call()
    except me.MaskError:
        return
    raise AssertionError("it was not refused")


def test_threads_give_memory_back():
    texts = me.encode(np.tile(np.eye(16, dtype=bool), (64, 4, 4))).to_coco()
    texts[-1] = texts[-1] | {"counts": b"\x01"}
    with me.use(threads=2):  # each keeps a few freed blocks, so bytes a call would mislead
        nbytes, blocks = growth(lambda: refused(lambda: me.Masks.from_coco(texts)), 2000)
        held, objects = growth(lambda: me.label(LARGE), 20)
    assert nbytes < 2000 * 8
    assert held < LARGE.nbytes
    assert blocks < 1000
    assert objects < 100
