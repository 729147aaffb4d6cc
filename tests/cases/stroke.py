"""stroke: oracle in whole numbers, laws and hostile calls."""

import numpy as np
from hypothesis import strategies as st

import maskengine as me
from devices import here
from maskengine.testing import editing, oracles
from maskengine.testing.cases import Case

NAN = float("nan")
SIZE = (8, 9)
PAIR = [(1, 1), (5, 4)]


@st.composite
def strokes(draw, shape):
    size = draw(st.tuples(st.integers(0, 20), st.integers(0, 20)))
    n = draw(st.integers(0, 3))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    points = (rng.random((n, 2)) * 1.4 - 0.2) * (size[1], size[0])
    kind = draw(st.sampled_from(["free", "half pixels", "centres", "near", "far"]))
    if kind == "half pixels":
        points = np.round(points * 2) / 2
    elif kind == "centres":
        points = np.round(points) + 0.5
    elif n > 1:
        way = {"near": [0, 2**-16, 1e-4, 1], "far": [0, 1e-3, 100, 2e9]}.get(kind)
        if way is not None:
            points[1] = points[0] + rng.choice(way, 2) * rng.choice([-1, 1], 2)
    radii = rng.random(n) * draw(st.sampled_from([1, 4, 10]))
    radii = np.round(radii * 2) / 2 if draw(st.booleans()) else radii
    if draw(st.booleans()):
        radii = np.full(n, radii[0] if n else 1.0)
    brush = rng.random(rng.integers(1, 5, 2)) < 0.6 if shape == "bitmap" else None
    return points, radii, size, shape, brush


def run(points, radii, size, shape, brush):
    if brush is not None:
        return me.stroke(points, size=size, brush=brush, device=here())
    return me.stroke(points, radii if len(radii) else 1, size, shape, device=here())


def oracle(points, radii, size, shape, brush):
    return oracles.encode([editing.stroke(points, radii, size, shape, brush)])


def cut_in_two(points, radii, size, shape, brush):
    if len(points) < 2:
        return True
    parts = [
        run(points[part], radii[part], size, shape, brush) for part in (slice(2), slice(1, None))
    ]
    return me.union(*parts) == run(points, radii, size, shape, brush)


def backwards(points, radii, size, shape, brush):
    back = run(points[::-1], radii[::-1], size, shape, brush)
    return back == run(points, radii, size, shape, brush)


def turned(points, radii, size, shape, brush):
    """Rows for columns: what a canvas that works row by row sees."""
    other_brush = None if brush is None else brush.T
    other = run(points[:, ::-1], radii, size[::-1], shape, other_brush)
    return me.transpose(other) == run(points, radii, size, shape, brush)


HOSTILE = {
    "no radius": lambda: me.stroke(PAIR, size=SIZE),
    "no size": lambda: me.stroke(PAIR, 1),
    "NaN point": lambda: me.stroke([(0, 0), (NAN, 1)], 1, SIZE),
    "infinite point": lambda: me.stroke([(0, 0), (1, float("inf"))], 1, SIZE),
    "far point": lambda: me.stroke([(1e300, 0)], 1, SIZE),
    "negative radius": lambda: me.stroke(PAIR, -1, SIZE),
    "one negative radius": lambda: me.stroke(PAIR, [1, -1e-9], SIZE),
    "NaN radius": lambda: me.stroke(PAIR, NAN, SIZE),
    "infinite radius": lambda: me.stroke(PAIR, [1, float("inf")], SIZE),
    "far radius": lambda: me.stroke(PAIR, 1e300, SIZE),
    "huge radius": lambda: me.stroke(PAIR, 10**400, SIZE),
    "three radii": lambda: me.stroke(PAIR, [1, 2, 3], SIZE),
    "text radius": lambda: me.stroke(PAIR, "1", SIZE),
    "points of three": lambda: me.stroke([(1, 2, 3)], 1, SIZE),
    "text points": lambda: me.stroke("ab", 1, SIZE),
    "ragged points": lambda: me.stroke([(1, 2), (3,)], 1, SIZE),
    "negative size": lambda: me.stroke(PAIR, 1, (-1, 4)),
    "no shape": lambda: me.stroke(PAIR, 1, SIZE, "star"),
    "shape list": lambda: me.stroke(PAIR, 1, SIZE, []),
    "angle of a disk": lambda: me.stroke(PAIR, 1, SIZE, angle=30),
    "ellipse of one radius": lambda: me.stroke(PAIR, 1, SIZE, "ellipse"),
    "flat ellipse": lambda: me.stroke(PAIR, (1, 0), SIZE, "ellipse"),
    "NaN ellipse": lambda: me.stroke(PAIR, (1, NAN), SIZE, "ellipse"),
    "NaN angle": lambda: me.stroke(PAIR, (1, 2), SIZE, "ellipse", angle=NAN),
    "brush and radius": lambda: me.stroke(PAIR, 1, SIZE, brush=np.ones((2, 2), bool)),
    "brush stack": lambda: me.stroke(PAIR, size=SIZE, brush=np.ones((1, 2, 2), bool)),
    "brush of floats": lambda: me.stroke(PAIR, size=SIZE, brush=np.ones((2, 2))),
    "NaN with brush": lambda: me.stroke([(NAN, 1)], size=SIZE, brush=np.ones((2, 2), bool)),
}


def case(shape):
    return Case(
        name=f"stroke-{shape}",
        cuda=(),
        run=run,
        inputs=strokes(shape),
        oracle=oracle,
        laws={"cut in two": cut_in_two, "backwards": backwards, "turned": turned},
        hostile=HOSTILE if shape == "disk" else {},
    )


CASES = [case("disk"), case("square"), case("bitmap")]
