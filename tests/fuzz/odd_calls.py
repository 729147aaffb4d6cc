"""Try to break the library from Python: random calls, sound and odd arguments, one process each.

    python tests/fuzz/odd_calls.py --seconds 3600 --seed 1000 --jobs 2

A process makes --calls calls with one seed, with 4 GiB of address space; seeds follow each other
until --seconds of processor time are spent. A finding is a process that a signal ended, a call
that took 10 seconds of processor time or a minute, or that raised what is no `MaskError`,
`MemoryError`, error of a signature or error of the odd value itself. `--only SEED` repeats one
process and shows findings.
"""

import argparse
import collections
import copy
import faulthandler
import inspect
import os
import pickle
import random
import resource
import signal
import subprocess
import sys
import tempfile
import threading
import time
import traceback
import warnings
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import numpy as np
from odd_values import FACTORIES, Planted, masks, odd, sound
from time_limit import TooSlow

import maskengine as me
from maskengine import adapters, pycocotools, quality

SECONDS = 10  # of processor time of a call
WAIT = 60  # seconds of a call that does not compute
VALUES = ("Masks", "Polygons", "LabelRuns", "PackedBits", "Rules", "Canvas")
SIGNATURE = ("argument", "positional", "keyword", "unhashable type")
OPERATORS = (
    *("__add__", "__radd__", "__getitem__", "__contains__", "__eq__", "__len__", "__iter__"),
    *("__repr__", "__hash__", "__copy__", "__deepcopy__", "__or__", "__and__"),
)
# of an object's own hash, length, truth, text or iteration
LIES = (
    "__ method should ",
    "__bool__ should return ",
    "__ returned non-",
    "iter() returned non-iterator",
)


def functions():
    """Give all that can be called: functions, constructors, class methods."""
    found = {}
    for module in (me, quality, pycocotools, adapters):
        for name in module.__all__:
            what = getattr(module, name)
            if inspect.isclass(what) and name not in VALUES:
                continue
            if callable(what) and name not in {"use", "install", "uninstall"}:
                found[f"{module.__name__}.{name}"] = what
    for value in (me.Masks, me.Polygons):
        for name in dir(value):
            if name.startswith(("from_", "concatenate")):
                found[f"{value.__name__}.{name}"] = getattr(value, name)
    return found


def methods(rng):
    """Give the methods of a few values."""
    canvas = me.Canvas(np.zeros((6, 7), np.uint8), np.ones((6, 7), np.uint8))
    found = {}
    for value in (canvas, masks(rng), me.polygonize(masks(rng))):
        for name in dir(value):
            special = name in {"__getitem__", "__eq__", "__contains__", "__len__", "__repr__"}
            if (special or not name.startswith("_")) and callable(getattr(value, name)):
                found[f"{type(value).__name__}().{name}"] = getattr(value, name)
    return found


def pickled(protocol, value):
    """Give a value that went through its bytes."""
    return pickle.loads(pickle.dumps(value, protocol))


def method_of(rng, value):
    """Give a method of a result, and its name; the result itself where it has none."""
    given = dir(tuple) if isinstance(value, tuple) else ()  # of a named tuple: Python's own
    public = (name for name in dir(value) if not name.startswith("_") or name in OPERATORS)
    name = rng.choice([name for name in public if name not in given] or ["__class__"])
    if name == "__copy__" or rng.random() < 0.05:
        how = rng.choice([copy.copy, copy.deepcopy, *(partial(pickled, k) for k in range(6))])
        return f"copy of {type(value).__name__}", lambda: how(value)
    try:
        found = getattr(value, name)
    except me.MaskError:
        return None
    return (f"{type(value).__name__}.{name}", found) if callable(found) else None


def parameters_of(what):
    """Give the parameters that take one value each."""
    try:
        listed = inspect.signature(what).parameters.values()
    except (TypeError, ValueError):
        return []
    return [one for one in listed if one.kind not in {one.VAR_POSITIONAL, one.VAR_KEYWORD}]


def arguments(rng, what, past):
    """Give arguments by their names: most sound, a few odd."""
    given, named = [], {}
    oddness = rng.choice([0, 0.15, 0.4, 1])
    for parameter in parameters_of(what):
        if parameter.default is not parameter.empty and rng.random() < 0.7:
            continue
        is_odd = rng.random() < oddness and parameter.name not in FACTORIES
        value = odd(rng) if is_odd else sound(rng, parameter.name)
        if past and rng.random() < 0.1 and parameter.name not in FACTORIES:
            value = rng.choice(past)
        if parameter.kind is parameter.KEYWORD_ONLY or named or rng.random() < 0.1:
            named[parameter.name] = value
        else:
            given.append(value)
    return given, named


def arrays_in(value, depth=0):
    """Give the arrays that can be written to."""
    if isinstance(value, np.ndarray) and value.flags.writeable and value.dtype.kind in "biuf":
        yield value
    if type(value) in {list, tuple} and depth < 3:
        for one in value:
            yield from arrays_in(one, depth + 1)


def scribble(targets, stop):
    """Change arguments while a call reads them."""
    rng = np.random.default_rng(0)
    while not stop.is_set():
        for array in list(targets):
            array[...] = rng.integers(0, 2, array.shape).astype(array.dtype)
        time.sleep(0)


def is_allowed(error, name):
    """Say whether an error is one that the documentation names, or none of ours."""
    if name.endswith("__getitem__") and isinstance(error, IndexError):
        return True
    if name.startswith("copy of") and any(word in str(error) for word in ("pickle", "digits")):
        return True  # Python's own words for a canvas, or for what a value holds
    if isinstance(error, (me.MaskError, OSError, MemoryError, Planted)):
        return True
    return type(error) is TypeError and any(word in str(error) for word in (*SIGNATURE, *LIES))


def child(seed, calls, progress, armed):
    """Make the calls of one seed; write what was found."""
    rng = random.Random(seed)
    everything = sorted((functions() | methods(rng)).items())
    past, results, slow = [], [], False
    targets, stop = [], threading.Event()
    if seed % 4 == 3:  # one in four changes what is read
        threading.Thread(target=scribble, args=(targets, stop), daemon=True).start()
    for k in range(calls):
        name, what = rng.choice(everything)
        if results and rng.random() < 0.2:
            name, what = method_of(rng, rng.choice(results)) or (name, what)
        given, named = arguments(rng, what, past)
        os.pwrite(progress, f"{k:9d} {name:60.60s}\n".encode(), 0)
        targets[:] = arrays_in([*given, *named.values()])
        try:
            armed[0] = True
            signal.setitimer(signal.ITIMER_PROF, SECONDS)  # a busy machine is no fault of the call
            signal.alarm(WAIT)
            result = what(*given, **named)
        except TooSlow as error:
            report(seed, k, name, "SLOW", error)
            slow = True
        except Exception as error:  # noqa: BLE001 - any other is what is looked for
            armed[0] = False
            if not is_allowed(error, name):
                report(seed, k, name, "RAW", error)
        else:
            if type(result).__module__.startswith("maskengine"):
                results[min(len(results), rng.randrange(12)) :] = [result]
            if type(result).__name__ in {"Masks", "Polygons", "ndarray"}:
                past[min(len(past), rng.randrange(8)) :] = [result]
        finally:
            armed[0] = False
            signal.alarm(0)
            signal.setitimer(signal.ITIMER_PROF, 0)
        targets.clear()
    stop.set()
    return slow


def report(seed, k, name, kind, error):
    """Write one finding as a line."""
    frames = [f for f in traceback.extract_tb(error.__traceback__) if "fuzz" not in f.filename]
    place = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "-"
    ours = [f for f in frames if "maskengine" in f.filename]
    at = f"{Path(ours[-1].filename).name}:{ours[-1].lineno}" if ours else "-"
    try:
        text = str(error)[:100]
    except Exception:  # noqa: BLE001 - an odd value may be in it
        text = "?"
    line = f"{kind} seed={seed} call={k} {name} {type(error).__name__} at {at} ({place}): {text!a}"
    print(line, flush=True)


def one(seed, given):
    """Run a process; give its findings and the processor time that it took."""
    progress = given.work / f"progress-{seed}"
    command = [sys.executable, __file__, "--only", str(seed), "--calls", str(given.calls)]
    limit = 240 + given.calls // 5
    with subprocess.Popen(
        [*command, "--progress", str(progress)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    ) as process:
        timer = threading.Timer(limit, process.kill)
        timer.start()
        text = process.stdout.read().decode("utf-8", "replace")
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        timer.cancel()
    lines = [line for line in text.splitlines() if line.startswith(("RAW", "SLOW"))]
    if process.returncode != 0:
        last = progress.read_text("utf-8") if progress.exists() else "?"
        lines.append(f"DIED {process.returncode} seed={seed} {' '.join(last.split())}")
        lines += text.splitlines()[-12:]
    progress.unlink(missing_ok=True)
    return lines, usage.ru_utime + usage.ru_stime


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seconds", type=float, default=60.0, help="processor time in all")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--calls", type=int, default=3000, help="calls of a process")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--work", type=Path, default=Path(tempfile.gettempdir()))
    parser.add_argument("--only", type=int, default=None)
    parser.add_argument("--progress", type=Path, default=Path(os.devnull))
    given = parser.parse_args()
    if given.only is not None:
        return alone(given)
    kinds, spent, seeds = collections.Counter(), [0.0], iter(range(given.seed, 2**31))
    done, lock = [], threading.Lock()

    def work():
        while spent[0] < given.seconds:
            with lock:
                seed = next(seeds)
            lines, took = one(seed, given)
            with lock:
                spent[0] += took
                done.append(seed)
                for line in lines:
                    kind = line.partition(" seed=")[0] + " " + line.partition(" call=")[2][6:70]
                    kinds[kind] += 1
                    if kinds[kind] <= 2:
                        print(line, flush=True)

    threads = [threading.Thread(target=work) for _ in range(given.jobs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(
        f"{len(done)} processes of {given.calls} calls, seeds {given.seed} to {max(done)},"
        f" {spent[0]:.0f} s of processor time: {sum(kinds.values())} findings",
        flush=True,
    )
    return 1 if kinds else 0


def alone(given):
    """Be a child."""
    faulthandler.enable()
    resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    warnings.simplefilter("ignore")
    np.seterr(all="ignore")

    armed = [False]

    def too_slow(*_):
        if armed[0]:
            raise TooSlow

    for number in (signal.SIGALRM, signal.SIGPROF):
        signal.signal(number, too_slow)
    progress = os.open(given.progress, os.O_WRONLY | os.O_CREAT, 0o600)
    child(given.only, given.calls, progress, armed)
    return 0


if __name__ == "__main__":
    sys.exit(main())
