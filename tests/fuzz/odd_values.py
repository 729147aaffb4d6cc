"""Values for calls from Python: sound ones by the name of a parameter, and odd ones for any."""

import decimal
import fractions
import itertools
import pathlib
import types

import numpy as np

import maskengine as me


class Planted(Exception):  # noqa: N818 - what an odd value raises may come through
    """Raised by an odd value itself."""


def _raise(*_, **__):
    raise Planted


def lying(base, **methods):
    """Give an object of a subclass whose special methods lie, where the base allows it."""
    try:
        return type("Lying", (base,), {f"__{name}__": how for name, how in methods.items()})()
    except (TypeError, ValueError, Planted):
        return object()


METHODS = (
    *("len", "iter", "getitem", "index", "int", "float", "bool", "eq", "hash", "array", "contains"),
    *("array_interface", "cuda_array_interface", "array_struct", "dlpack", "dlpack_device"),
    *("array_ufunc", "array_function", "buffer", "repr", "str", "fspath", "complex", "getattr"),
    *("next", "length_hint", "reversed", "keys", "setitem", "arrow_c_array", "geo_interface"),
)
NUMBERS = (
    *(0, 1, -1, 2, 3, 7, 8, 255, 256, 2**15, 2**16, 2**31 - 1, 2**31, 2**32, 2**53, 2**63 - 1),
    *(2**63, 2**64, -(2**31), -(2**63), -(2**64), 10**30, 10**400, 10**5000, -(10**5000)),
    *(0.0, -0.0, 0.5, 1.5, -1.5, 1e-300, 5e-324, 1e9, 1e18, 1e30, 1e308, -1e308),
    *(float("nan"), float("inf"), float("-inf"), True, False, None, 1j, complex("nan")),
)
OTHERS = (
    *("", "a", "mask", "labels", "\0", "\udcff", "x" * 100_000, "cpu", "cuda", "cuda:99"),
    *(b"", b"\0\xff", b"1" * 5000, bytearray(b"abc"), (), [], {}, set(), frozenset({1})),
    *([None], [[]], [[], [1]], [1, [2, 3]], ["1", "2"], [float("nan")], [10**400], {"a": 1}),
    *({1: 2}, {(1, 2): 3}, {0: True, 1: False}, {"size": [3, 4], "counts": [12]}),
    *({"size": [3, 4], "counts": "\0"}, {"size": [2**31, 2**31], "counts": [0]}),
    *(Ellipsis, NotImplemented, object, int, np, len, print, lambda: 1, slice(None), range(5)),
    *(range(2**62), decimal.Decimal("NaN"), decimal.Decimal(2), fractions.Fraction(1, 3)),
    *(pathlib.Path("x"), np.dtype("u1"), np.datetime64(1, "s"), np.timedelta64(1), np.nan),
    *(np.float16(2), np.longdouble(2), np.str_("a"), np.bytes_(b"a"), np.void(b"abc")),
    *(np.int8(-1), np.uint64(2**64 - 1), np.bool_(True), types.SimpleNamespace(shape=(2, 2))),
)
DTYPES = "?bBhHiIlLqQefdgFDGO"


def deep(depth):
    """Give a list in a list in a list."""
    inner = []
    for _ in range(depth):
        inner = [inner]
    return inner


def _cycle():
    inner = []
    inner.append(inner)
    return inner


def _liar(rng):
    answers = (
        *(0, -1, 2**62, 2**31, None, "a", 1.5, float("nan"), (), [1], iter(()), np.ones(3)),
        *(10**400, b"x", NotImplemented, object()),
    )
    methods = {}
    for name in rng.sample(METHODS, rng.randrange(1, 5)):
        answer = rng.choice(answers)
        methods[name] = _raise if rng.random() < 0.3 else lambda *_, _a=answer, **__: _a
        if "interface" in name or "struct" in name:
            shape = rng.choice([(2, 2), (-1,), (2**40,), (), "a", (2, 2**62)])
            about = {"shape": shape, "typestr": "|u1", "version": 3, "strides": None}
            methods[name] = property(
                rng.choice([_raise, lambda _, _a=about: _a, lambda _, _a=answer: _a])
            )
    base = rng.choice([object, object, int, float, list, dict, tuple, str, set, bytes])
    return lying(base, **methods)


def _views(rng):
    data = bytearray(rng.randbytes(64))
    view = memoryview(data)
    shaped = view.cast(rng.choice("BbHIQ")) if rng.random() < 0.5 else view
    if rng.random() < 0.6:
        return memoryview(bytes(64)).cast("B", (8, 8)) if rng.random() < 0.5 else shaped[::-1]
    view.release()
    return view


def array(rng, shape=None):
    """Give an array of any dtype, shape and strides."""
    ndim = rng.choice([0, 1, 1, 2, 2, 2, 2, 3, 3, 4])
    shape = shape or tuple(rng.choice([0, 1, 2, 3, 4, 5, 7, 8, 16, 33]) for _ in range(ndim))
    dtype = rng.choice(DTYPES)
    noise = np.random.default_rng(rng.randrange(2**32))
    values = noise.integers(0, rng.choice([2, 4, 256, 70000]), shape)
    with np.errstate(all="ignore"):
        values = np.asarray(values).astype(dtype)
    if dtype in "efdg" and values.size and rng.random() < 0.4:
        values.flat[rng.randrange(values.size)] = rng.choice([np.nan, np.inf, -np.inf, 1e300, -0.0])
    return laid_out(rng, values)


def laid_out(rng, values):
    """Give the same values in another layout, read-only, of another byte order or class."""
    way = rng.randrange(9)
    if way == 0:
        return np.asfortranarray(values)
    if way == 1 and values.dtype.kind != "O":
        return values.astype(values.dtype.newbyteorder())
    if way == 2:
        values.setflags(write=False)
    if way == 3:
        return values[..., ::-1] if values.ndim else values
    if way == 4 and values.ndim:
        return np.repeat(values, 2, axis=-1)[..., ::2]
    if way == 5 and values.dtype.kind != "O":
        raw = np.frombuffer(b"x" + values.tobytes(), np.uint8)[1:]
        return raw.view(values.dtype).reshape(values.shape)
    if way == 6:
        return values.tolist()
    if way == 7:
        return np.broadcast_to(values[..., :1], values.shape) if values.ndim else values
    return values


def odd(rng, depth=0):
    """Give a value that a parameter may not expect."""
    way = rng.randrange(14)
    if way < 3:
        return rng.choice(NUMBERS)
    if way < 5:
        return rng.choice(OTHERS)
    if way < 8:
        return array(rng)
    if way == 8:
        return _liar(rng)
    if way == 9:
        return _views(rng)
    if way == 10:
        return rng.choice(
            [
                lambda: deep(5000),
                _cycle,
                itertools.count,
                lambda: (_raise() for _ in range(2)),
                lambda: iter([1, 2]),
                lambda: np.broadcast_to(np.uint8(1), (2**14, 2**13)),
                lambda: np.broadcast_to(np.float64(1), (2**40,)),
                lambda: np.zeros(3, [("a", "u1"), ("b", "f8")]),
                lambda: np.ma.masked_array([[1, 2], [3, 4]], mask=[[0, 1], [0, 0]]),
                lambda: np.asarray([[1, 2], [3, 4]]).view(np.recarray),
            ]
        )()
    if way == 11:
        return sound(rng, rng.choice(list(SOUND)))
    if depth < 3:
        inner = [odd(rng, depth + 1) for _ in range(rng.randrange(4))]
        return rng.choice([list, tuple])(inner)
    return None


def masks(rng):
    """Give masks of one or several sizes."""
    sizes = [(rng.randrange(9), rng.randrange(12)) for _ in range(2)] + [(6, 7)] * 6
    size = rng.choice(sizes)
    n = rng.choice([0, 1, 1, 2, 3])
    batch = []
    for _ in range(n):
        height, width = size if rng.random() < 0.9 else rng.choice(sizes)
        area, counts = height * width, []
        while area:
            counts.append(rng.randrange(area + 1))
            area -= counts[-1]
        batch.append({"size": [height, width], "counts": counts or [0]})
    return me.Masks.from_coco(batch)


def label_map(rng):
    """Give a label map."""
    noise = np.random.default_rng(rng.randrange(2**32))
    size = rng.choice([(6, 7), (6, 7), (6, 7), (1, 1), (0, 5), (9, 3), (70, 65)])
    values = noise.integers(0, rng.choice([2, 3, 5, 300]), size)
    return laid_out(rng, values.astype(rng.choice(["u1", "u2", "i4", "u4", "i8"])))


def ring(rng):
    """Give a ring of a few points."""
    scale = rng.choice([1, 7, 7, 7, 1000, 2**31])
    n = rng.choice([1, 3, 4, 5, 9])
    return [rng.choice([rng.uniform(-1, 8), rng.randrange(8)]) * scale / 7 for _ in range(2 * n)]


def polygons(rng):
    """Give polygons, as values or as lists."""
    items = [[ring(rng) for _ in range(rng.choice([1, 1, 2]))] for _ in range(rng.randrange(1, 4))]
    try:
        return me.Polygons.from_coco(items)
    except me.MaskError:
        return items


def number(rng):
    """Give a small number."""
    return rng.choice([0, 1, 1, 2, 3, 4, 8, 0.5, 2.5, 255, 7, 100])


FACTORIES = ("detections", "detection", "compact", "tensor", "progress")  # of other libraries
MASKS = {"masks", "a", "b", "rleObjs", "dt", "gt", "rles", "R", "other", "Rs", "region", "source"}
MAPS = {
    *(
        "labels",
        "label_map",
        "reference",
        "prediction",
        "class_map",
        "instance_map",
        "image",
        "seg",
    ),
    *("pre", "post", "before", "after", "previous", "control", "mask", "barrier", "visible"),
}
SOUND = {
    "connectivity": lambda r: r.choice([4, 8, 6, 26]),
    "kind": lambda r: r.choice(["mask", "labels"]),
    "shape": lambda r: r.choice(["square", "disk", "cross", "ellipse"]),
    "border": lambda r: r.choice(["foreground", "background"]),
    "mode": lambda r: r.choice(["fixed", "floating", "matrix", "pairs", "paint", "erase"]),
    "rule": lambda r: r.choice(
        ["exact", "coco", "opencv", "pillow", "skimage", "gdal", "all_touched", "coverage"]
    ),
    "size": lambda r: r.choice([(6, 7), (6, 7), (0, 3), (70, 65)]),
    "seed": lambda r: (r.randrange(7), r.randrange(6)),
    "points": lambda r: [(r.uniform(-3, 9), r.uniform(-3, 9)) for _ in range(r.randrange(5))],
    "box": lambda r: [0, r.randrange(4), r.randrange(8), 6],
    "classes": lambda r: r.choice([5, [0, 1, 2, 3], [1, 2], {1: "a"}]),
    "categories": lambda r: r.choice([{1: True, 2: False}, {0: True, 1: False, 2: True}]),
    "pairs": lambda r: r.choice([[(0, 1)], [(1, 2), (0, 2)], "matrix", None]),
    "maps": lambda r: [label_map(r) for _ in range(r.randrange(1, 4))],
    "matrix": lambda r: [[r.uniform(-2, 2) for _ in range(3)] for _ in range(r.choice([2, 3]))],
    "order": lambda r: r.choice("CF"),
    "holes": lambda r: r.choice(["rings", "bridge"]),
    "format": lambda r: r.choice(["xywh", "xyxy"]),
    "device": lambda _: "cpu",
    **dict.fromkeys(FACTORIES, lambda _: types.SimpleNamespace),
    "compact": lambda _: None,
    "table": lambda r: r.choice([{1: 2}, [0, 2, 1, 3], {"keep": 1}]),
    "segments": lambda r: [
        {"id": k, "category_id": 1, "iscrowd": 0, "area": 3, "bbox": [0, 0, 1, 1]}
        for k in range(r.randrange(4))
    ],
    "scores": lambda r: [r.random() for _ in range(r.randrange(4))],
}


def sound(rng, name):
    """Give a value that a parameter of this name is likely to take."""
    if name in SOUND:
        return SOUND[name](rng)
    if name in MASKS:
        return rng.choice([masks, masks, label_map])(rng)
    if name in MAPS:
        return rng.choice([label_map, label_map, label_map, masks])(rng)
    if name in {"polygons", "poly"}:
        return polygons(rng)
    return rng.choice([number, number, number, label_map, masks, lambda _: None])(rng)
