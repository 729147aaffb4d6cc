"""Try to break the library in order: each parameter of each function with each odd value of a list.

    python tests/fuzz/each_parameter.py --seed 1 --times 2

The other parameters are sound, or left out. Arrays of every type and of eleven shapes are in the
list, empty ones above all. Findings are those of odd_calls.py, which draws both places and values.
"""

import argparse
import random
import sys
import warnings
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import numpy as np
import odd_calls
from odd_values import FACTORIES, sound
from time_limit import TooSlow, at_most

import maskengine as me

TABLE = np.dtype([("a", "<f8"), ("b", "<i4")])
DTYPES = (TABLE, "M8[s]", "m8[s]", "U3", "S3", "V4", "O", "c16", "f2", "g", "?", "M8", "T")
SHAPES = ((0,), (0, 2), (0, 4), (0, 0), (2, 0), (3,), (2, 2), (3, 4), (2, 3, 4), (0, 3, 4), ())
OTHERS = (
    *([], [[]], (), b"", "", None, set(), {}, memoryview(b""), range(0), iter(()), ..., int, 1j),
    *([[], [1]], [None], [float("nan")], [[None, None]], [2**70], [-1], ["a"], slice(None)),
    *(np.ma.masked_array(np.zeros((3, 4), "i4"), mask=True), np.matrix([[1, 2], [3, 4]])),
    *(np.rec.array(np.zeros(3, TABLE)), np.zeros((), TABLE)[()], np.datetime64("NaT")),
)
PLAIN = (
    *(np.arange(n).astype(t).reshape(-1, 3, 4) for n in (12, 24) for t in ("u1", "i4", "f4", "?")),
    *(np.arange(12).astype(t).reshape(3, 4) for t in ("u1", "u2", "i8", "f2", "f8", "?")),
    *(me.encode(np.eye(4, dtype=np.uint8)), me.polygonize(me.encode(np.eye(4, dtype=np.uint8)))),
)


def values():
    """Give the odd values."""
    for dtype in DTYPES:
        try:
            np.dtype(dtype)
        except TypeError:  # texts of any length came with NumPy 2
            continue
        yield from (np.zeros(shape, dtype) for shape in SHAPES)
    yield from OTHERS


def arguments(rng, parameters, name, value):
    """Give sound arguments, and this one."""
    given, named = [], {}
    for parameter in parameters:
        if parameter.name == name:
            chosen = value
        elif parameter.default is not parameter.empty and rng.random() < 0.8:
            continue
        elif rng.random() < 0.3 and parameter.name not in FACTORIES:
            chosen = rng.choice(PLAIN)  # another form, and with it another way through the function
        else:
            chosen = sound(rng, parameter.name)
        if parameter.kind is parameter.POSITIONAL_ONLY:
            given.append(chosen)
        else:
            named[parameter.name] = chosen
    return given, named


def call(what, name, given, named):
    """Make one call; give what it is to be told of, or None."""
    try:
        with at_most(odd_calls.SECONDS, odd_calls.WAIT):
            what(*given, **named)
    except TooSlow as error:
        return error
    except Exception as error:  # noqa: BLE001 - any other is what is looked for
        return None if odd_calls.is_allowed(error, name) else error
    return None


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--times", type=int, default=1)
    parser.add_argument("--every", type=int, default=1, help="one call in so many")
    given = parser.parse_args()
    warnings.simplefilter("ignore")
    np.seterr(all="ignore")
    rng = random.Random(given.seed)
    calls, found = 0, Counter()
    for name, what in sorted((odd_calls.functions() | odd_calls.methods(rng)).items()):
        parameters = odd_calls.parameters_of(what)
        for parameter in parameters:
            if parameter.name in FACTORIES:
                continue
            chosen = [*values()] * given.times
            for value in chosen[rng.randrange(given.every) :: given.every]:
                error = call(what, name, *arguments(rng, parameters, parameter.name, value))
                calls += 1
                kind = (name, parameter.name, type(error).__name__)
                found[kind] += error is not None
                if error is not None and found[kind] <= 2:
                    odd_calls.report(given.seed, calls, name, f"RAW {parameter.name}", error)
    kinds = sum(count > 0 for count in found.values())
    print(f"{calls} calls, {kinds} findings")
    return 1 if kinds else 0


if __name__ == "__main__":
    sys.exit(main())
