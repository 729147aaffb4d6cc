"""Every allocation of a call fails once: run by test_faults.py, under allocator.c.

Prints a line for each case before it is tried, so that the last one names the culprit of a crash.
"""

import ctypes
import sys
from pathlib import Path

import numpy as np
from hypothesis import HealthCheck, Phase, given, settings

import maskengine as me
from conftest import CASES

ALLOCATOR = ctypes.CDLL(None)
ALLOCATOR.allocator_arm.argtypes = (ctypes.c_long, ctypes.c_int)
ALLOCATOR.allocator_disarm.restype = ctypes.c_long
ALLOCATOR.allocator_watch.argtypes = (ctypes.c_size_t, ctypes.c_size_t)
MOST = 400  # allocations that fail in turn, in one call


def watch(*libraries):
    """Let allocations fail that the code of these libraries asks for."""
    for line in Path("/proc/self/maps").read_text().splitlines():
        place, flags, *_, name = line.split()
        if "x" in flags and any(library in name for library in libraries):
            ALLOCATOR.allocator_watch(*(int(end, 16) for end in place.split("-")))


def with_failure(call, after, goes_on):
    """Return what the call gives, or None when it raised, and whether an allocation failed."""
    answer = None
    ALLOCATOR.allocator_arm(after, goes_on)
    try:
        answer = call()
    except MemoryError:
        pass
    finally:
        failed = ALLOCATOR.allocator_disarm()
    return answer, failed > 0


def inputs_are(before, arguments):
    return all(
        np.array_equal(b, a, equal_nan=a.dtype.kind == "f")
        for b, a in zip(before, arrays(arguments), strict=True)
    )


def arrays(arguments):
    return [a for a in arguments if isinstance(a, np.ndarray)]


def check(case, arguments):
    """Fail each allocation in turn; return how many failed."""

    def call():
        return case.run(*arguments)

    try:
        right = call()
    except me.MaskError:
        return 0
    before = [a.copy() for a in arrays(arguments)]
    failures = 0
    for goes_on in (0, 1):
        for after in range(MOST):
            answer, failed = with_failure(call, after, goes_on)
            assert inputs_are(before, arguments), "an input was changed"
            assert answer is None or case.same(answer, right), "a wrong answer, and no error"
            if not failed:
                break
            failures += 1
        assert case.same(call(), right), "the next call gave another answer"
    return failures


def tried(case):
    """Try a case on a few drawn inputs; return how many allocations failed."""
    failures = []

    @settings(
        max_examples=2,
        database=None,
        deadline=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case.inputs)
    def run(arguments):
        failures.append(check(case, arguments))

    run()
    return sum(failures)


def main(part, parts):
    watch("maskengine/_core", "libstdc++")  # which has operator new
    total = 0
    for case in CASES[part::parts]:
        print(case.name, flush=True)
        total += tried(case)
    print(f"{total} allocations failed")


main(*map(int, sys.argv[1:]))
