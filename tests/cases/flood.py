"""flood: oracle (breadth-first search), laws, peers and hostile calls."""

import numpy as np
from hypothesis import strategies as st

import maskengine as me
from maskengine.testing import editing, oracles, strategies
from maskengine.testing.cases import Case

DTYPES = ["?", "u1", "u2", "u4", "u8", "i1", "i2", "i4", "i8", "f2", "f4", "f8"]
IMAGE = np.zeros((4, 5), np.uint8)


@st.composite
def images(draw, channels, dtypes=DTYPES):
    """Draw an image of few different values, now and then at the ends of its dtype."""
    size = draw(strategies.sizes(20, 1))
    if draw(st.booleans()):
        size = (size[0], draw(st.sampled_from([63, 64, 65, 130])))
    dtype = np.dtype(draw(st.sampled_from(dtypes)))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    k = draw(st.sampled_from([2, 4, 8]))
    values = rng.integers(0, k, (*size, channels) if channels else size)
    if dtype.kind == "f":
        image = (values / 4).astype(dtype)
        if draw(st.booleans()):
            bad = rng.random(image.shape) < 0.1
            image[bad] = draw(st.sampled_from([np.nan, np.inf, -np.inf]))
    elif dtype.kind in "ui" and draw(st.booleans()):
        ends = np.iinfo(dtype)
        low = [
            int(ends.min) + v if v < k / 2 else int(ends.max) - v for v in values.ravel().tolist()
        ]
        image = np.array(low, dtype).reshape(values.shape)
    else:
        image = values.astype(dtype)
    if channels:
        return image[::-1, ::-1] if draw(st.booleans()) else np.asfortranarray(image)
    return draw(strategies.layouts(image))


@st.composite
def calls(draw, modes=("fixed", "floating")):
    channels = draw(st.sampled_from([0, 0, 1, 2, 3, 4]))
    image = draw(images(channels))
    height, width = image.shape[:2]
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    seeds = rng.integers(0, (width, height), (draw(st.integers(1, 3)), 2))
    scale = 4 if image.dtype.kind == "f" else 1
    low, high = (rng.integers(0, 5, (2, max(channels, 1))) / scale).tolist()
    if draw(st.booleans()):
        low = high
    mode = draw(st.sampled_from(modes))
    connectivity = draw(st.sampled_from([4, 8]))
    barrier = rng.random((height, width)) < draw(st.sampled_from([0, 0.2, 0.6]))
    return image, seeds, (low, high), mode, connectivity, barrier


def run(image, seeds, tolerance, mode, connectivity, barrier):  # noqa: PLR0917
    found = me.flood(image, seeds, tolerance, mode, connectivity, barrier=barrier)
    return found.masks, found.box, found.area


def oracle(image, seeds, tolerance, mode, connectivity, barrier):  # noqa: PLR0917
    filled = editing.flood(image, seeds, tolerance, mode, connectivity, ~barrier)
    masks = oracles.encode([filled])
    return masks, tuple(oracles.bbox(masks)[0].tolist()), int(filled.sum())


def painted(image, seeds, tolerance, mode, connectivity, barrier):  # noqa: PLR0917
    out = np.full(image.shape[:2], 3, np.int16, order="F")
    found = me.flood(image, seeds, tolerance, mode, connectivity, barrier=barrier, out=out, value=9)
    return np.array_equal(out, np.where(oracles.decode(found.masks)[0], 9, 3))


def as_region(image, seeds, tolerance, mode, connectivity, barrier):  # noqa: PLR0917
    region = oracles.encode([~barrier])
    found = me.flood(image, seeds, tolerance, mode, connectivity, region=region)
    return found.masks == run(image, seeds, tolerance, mode, connectivity, barrier)[0]


def grows(image, seeds, tolerance, mode, connectivity, barrier):  # noqa: PLR0917
    less = run(image, seeds, tolerance, mode, connectivity, barrier)[0]
    more = run(image, seeds, [[t + 1 for t in side] for side in tolerance], mode, 8, barrier)[0]
    return me.difference(less, more) == me.difference(less, less)


def stops(image, seeds, tolerance, mode, connectivity, barrier):  # noqa: PLR0917
    call = (image, seeds, tolerance, mode, connectivity)
    area = me.flood(*call, barrier=barrier).area
    out = np.zeros(image.shape[:2], np.uint8)
    enough = me.flood(*call, barrier=barrier, max_area=area)
    short = me.flood(*call, barrier=barrier, max_area=area - 1, out=out) if area else None
    return enough.complete and (
        short is None
        or (not short.complete and short.area == 0 and short.box == (0, 0, 0, 0) and not out.any())
    )


@st.composite
def plain(draw, dtypes):
    image = np.ascontiguousarray(draw(images(0, dtypes)))
    height, width = image.shape
    seed = draw(st.integers(0, width - 1)), draw(st.integers(0, height - 1))
    return image, seed, draw(st.integers(0, 4)), draw(st.sampled_from([4, 8]))


def run_plain(image, seed, tolerance, connectivity):
    return me.flood(image, seed, tolerance, connectivity=connectivity).masks


def plain_oracle(image, seed, tolerance, connectivity):
    sides = ([tolerance], [tolerance])
    return oracles.encode([editing.flood(image, [seed], sides, "fixed", connectivity)])


def skimage(image, seed, tolerance, connectivity):
    from skimage.segmentation import flood

    wide = image.astype(np.int64)  # it overflows in narrow dtypes
    filled = flood(wide, seed[::-1], tolerance=tolerance, connectivity=connectivity // 4)
    return oracles.encode([filled])


def opencv(image, seed, tolerance, connectivity, mode="fixed"):
    import cv2

    mask = np.zeros((image.shape[0] + 2, image.shape[1] + 2), np.uint8)
    flags = connectivity | cv2.FLOODFILL_MASK_ONLY | 1 << 8
    if mode == "fixed":
        flags |= cv2.FLOODFILL_FIXED_RANGE
    cv2.floodFill(image.astype(np.uint8), mask, seed, 0, tolerance, tolerance, flags)
    return oracles.encode([mask[1:-1, 1:-1]])


def read_only():
    array = np.zeros((4, 5), np.uint8)
    array.flags.writeable = False
    return array


HOSTILE = {
    "none": lambda: me.flood(None, (0, 0)),
    "list": lambda: me.flood([[1, 2]], (0, 0)),
    "one dimension": lambda: me.flood(np.zeros(4), (0, 0)),
    "no channels": lambda: me.flood(np.zeros((4, 5, 0)), (0, 0)),
    "five channels": lambda: me.flood(np.zeros((4, 5, 5)), (0, 0)),
    "complex": lambda: me.flood(np.zeros((4, 5), complex), (0, 0)),
    "objects": lambda: me.flood(np.zeros((4, 5), object), (0, 0)),
    "no pixels": lambda: me.flood(np.zeros((0, 5)), (0, 0)),
    "seed right of it": lambda: me.flood(IMAGE, (5, 0)),
    "seed below": lambda: me.flood(IMAGE, [(0, 0), (0, 4)]),
    "negative seed": lambda: me.flood(IMAGE, (-1, 0)),
    "huge seed": lambda: me.flood(IMAGE, (2**70, 0)),
    "float seed": lambda: me.flood(IMAGE, (0.5, 0)),
    "NaN seed": lambda: me.flood(IMAGE, (float("nan"), 0)),
    "three numbers": lambda: me.flood(IMAGE, (0, 0, 0)),
    "text seed": lambda: me.flood(IMAGE, "00"),
    "ragged seeds": lambda: me.flood(IMAGE, [(0, 0), (1,)]),
    "negative tolerance": lambda: me.flood(IMAGE, (0, 0), -1),
    "NaN tolerance": lambda: me.flood(IMAGE, (0, 0), float("nan")),
    "text tolerance": lambda: me.flood(IMAGE, (0, 0), "5"),
    "three tolerances": lambda: me.flood(IMAGE, (0, 0), (1, 2, 3)),
    "no mode": lambda: me.flood(IMAGE, (0, 0), 0, "drifting"),
    "connectivity": lambda: me.flood(IMAGE, (0, 0), connectivity=6),
    "connectivity is a list": lambda: me.flood(IMAGE, (0, 0), connectivity=[4]),
    "connectivity is a float": lambda: me.flood(IMAGE, (0, 0), connectivity=4.0),
    "barrier of another size": lambda: me.flood(IMAGE, (0, 0), barrier=np.zeros((4, 4), bool)),
    "two barriers": lambda: me.flood(IMAGE, (0, 0), barrier=me.encode(np.zeros((2, 4, 5), bool))),
    "float barrier": lambda: me.flood(IMAGE, (0, 0), barrier=np.zeros((4, 5))),
    "barrier values of floats": lambda: me.flood(np.zeros((4, 5)), (0, 0), barrier=[1]),
    "barrier of half values": lambda: me.flood(IMAGE, (0, 0), barrier=[0.5]),
    "region of another size": lambda: me.flood(IMAGE, (0, 0), region=np.zeros((5, 4), bool)),
    "region of three": lambda: me.flood(IMAGE, (0, 0), region=(0, 0, 3)),
    "region inside out": lambda: me.flood(IMAGE, (0, 0), region=(3, 0, 1, 4)),
    "region NaN": lambda: me.flood(IMAGE, (0, 0), region=(0, 0, float("nan"), 4)),
    "negative max_area": lambda: me.flood(IMAGE, (0, 0), max_area=-1),
    "float max_area": lambda: me.flood(IMAGE, (0, 0), max_area=1.5),
    "out of another size": lambda: me.flood(IMAGE, (0, 0), out=np.zeros((5, 4), np.uint8)),
    "out of floats": lambda: me.flood(IMAGE, (0, 0), out=np.zeros((4, 5))),
    "out of a foreign byte order": lambda: me.flood(IMAGE, (0, 0), out=np.zeros((4, 5), ">u2")),
    "out read-only": lambda: me.flood(IMAGE, (0, 0), out=read_only()),
    "out list": lambda: me.flood(IMAGE, (0, 0), out=[[0]]),
    "value too large": lambda: me.flood(IMAGE, (0, 0), out=IMAGE.copy(), value=256),
}

CASES = [
    Case(
        name="flood, fixed",
        cuda=(0, 5),
        run=run,
        inputs=calls(("fixed",)),
        oracle=oracle,
    ),
    Case(
        name="flood, floating",
        cuda=(0, 5),
        run=run,
        inputs=calls(("floating",)),
        oracle=oracle,
    ),
    Case(
        name="flood",
        run=run,
        inputs=calls(),
        oracle=oracle,
        laws={
            "painted in place": painted,
            "a region is what no barrier is": as_region,
            "grows with the tolerance": grows,
            "stops at max_area": stops,
        },
        hostile=HOSTILE,
    ),
    Case(
        name="flood-plain",
        run=run_plain,
        inputs=plain(["?", "u1", "u2", "i2", "i4"]),
        oracle=plain_oracle,
        peers={"skimage": skimage},
    ),
    Case(
        name="flood-bytes",
        run=run_plain,
        inputs=plain(["?", "u1"]),
        oracle=plain_oracle,
        peers={"opencv": opencv},
    ),
]
