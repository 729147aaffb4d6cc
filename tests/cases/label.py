"""label: masks and label maps; oracle, laws, peers and hostile calls."""

import numpy as np
from hypothesis import strategies as st

import maskengine as me
from devices import to_host
from maskengine.testing import oracles, regions, strategies
from maskengine.testing.cases import Case


def narrowest(n):
    return np.uint8 if n < 2**8 else np.uint16 if n < 2**16 else np.uint32


def slow(source, connectivity, kind):
    array = np.asarray(source)
    values = array if kind == "labels" else array != 0
    items = values if values.ndim == 3 else values[np.newaxis]
    return [regions.components(item, connectivity) for item in items]


def image_oracle(source, connectivity, kind):
    found = slow(source, connectivity, kind)
    counts = np.array([n for _, n in found], np.int64)
    image = np.array([numbers for numbers, _ in found]).reshape(np.shape(source))
    image = image.astype(narrowest(max(counts, default=0)))
    return (image, counts) if np.ndim(source) == 3 else (image, int(counts[0]))


def into_uint32(source, connectivity, kind):
    """Number as on a device, where nothing waits to see which dtype would do."""
    image, n = me.label(source, connectivity, kind=kind, dtype=np.uint32)
    image, n = to_host((image, n))
    return image, int(n) if source.ndim == 2 else n


def uint32_oracle(source, connectivity, kind):
    image, n = image_oracle(source, connectivity, kind)
    return image.astype(np.uint32), n


def stats_of(source, connectivity, kind):
    stats = me.label(source, connectivity, kind=kind, stats=True, output="none")[2]
    columns = (stats.offsets, stats.area, stats.bbox, stats.first_pixel, stats.touches_border)
    columns = (*columns, stats.perimeter, stats.holes, stats.centroid, stats.label)
    columns = to_host(columns)
    return (*columns[:7], columns[7].round(6), columns[8])


def stats_oracle(source, connectivity, kind):
    found = slow(source, connectivity, kind)
    all_of = {}
    for numbers, n in found:
        for name, values in regions.measures(numbers, n, connectivity).items():
            all_of.setdefault(name, []).extend(values)
    offsets = np.cumsum([0] + [n for _, n in found])
    x, y = np.array(all_of.get("first_pixel", []), int).reshape(-1, 2).T
    array = np.asarray(source)
    items = array if array.ndim == 3 else array[np.newaxis]
    owner = np.repeat(np.arange(len(found)), np.diff(offsets))
    labels = items[owner, y, x] if kind == "labels" else np.ones(len(x), array.dtype)
    columns = {
        name: np.array(all_of.get(name, []), dtype).reshape(-1, *([k] if k else []))
        for name, dtype, k in (
            ("area", np.int64, 0),
            ("bbox", np.int64, 4),
            ("first_pixel", np.int64, 2),
            ("touches_border", bool, 0),
            ("perimeter", np.int64, 0),
            ("holes", np.int64, 0),
            ("centroid", np.float64, 2),
        )
    }
    columns["centroid"] = columns["centroid"].round(6)
    return (offsets, *columns.values(), labels)


def scipy_label(source, connectivity, kind):
    from scipy import ndimage

    structure = np.ones((3, 3)) if connectivity == 8 else None
    image, n = ndimage.label(source, structure)
    return image.astype(narrowest(n)), n


def cc3d_label(source, connectivity, kind):
    import cc3d

    wide = np.ascontiguousarray(source).astype(np.int64 if source.dtype.kind == "i" else "u8")
    if wide.size == 0:  # it refuses these
        return np.zeros(wide.shape, np.uint8), 0
    image, n = cc3d.connected_components(wide, connectivity=connectivity, return_N=True)
    return image.astype(narrowest(n)), n


def run(source, connectivity, kind):
    return me.label(source, connectivity, kind=kind)


def labelling_numbers_changes_nothing(source, connectivity, kind):
    image = me.label(source, connectivity, kind=kind)[0]
    return np.array_equal(me.label(image, connectivity, kind="labels")[0], image)


def into_any_array(source, connectivity, kind):
    wanted = me.label(source, connectivity, kind=kind)[0]
    for dtype in ("i8", "u4", "i2"):
        wide = np.full((*wanted.shape, 2), 77, dtype)
        given = me.label(source, connectivity, kind=kind, out=wide[..., 1])[0]
        if not np.array_equal(given, wanted) or (wide[..., 0] != 77).any():
            return False
    return True


def masks_of(masks, connectivity):
    parts, counts, stats = me.label(masks, connectivity, stats=True)
    columns = (stats.area, stats.bbox, stats.first_pixel, stats.perimeter, stats.holes)
    return to_host((parts, counts, stats.offsets, *columns, stats.touches_border))


def parts_of(source, connectivity, kind):
    parts, n = me.label(source, connectivity, kind=kind, output="masks")
    parts, n = to_host((parts, n))
    return parts, int(n) if source.ndim == 2 else n


def parts_oracle(source, connectivity, kind):
    found = slow(source, connectivity, kind)
    parts = [oracles.encode([numbers == k for k in range(1, n + 1)]) for numbers, n in found]
    counts = np.array([n for _, n in found], np.int64)
    masks = me.Masks.concatenate(parts or [oracles.encode([])])
    return masks, int(counts[0]) if np.ndim(source) == 2 else counts


def masks_oracle(masks, connectivity):
    found = [regions.components(mask, connectivity) for mask in oracles.decode(masks)]
    parts = [oracles.encode([numbers == k for k in range(1, n + 1)]) for numbers, n in found]
    counts = np.array([n for _, n in found], np.int64)
    measured = [regions.measures(numbers, n, connectivity) for numbers, n in found]
    columns = []
    for name, k in (("area", 0), ("bbox", 4), ("first_pixel", 2), ("perimeter", 0), ("holes", 0)):
        values = np.array([v for one in measured for v in one[name]], np.int64)
        columns.append(values.reshape(-1, k) if k else values)
    border = np.array([v for one in measured for v in one["touches_border"]], bool)
    offsets = np.cumsum([0, *counts])
    return me.Masks.concatenate(parts), counts, offsets, *columns, border


def counted_alone(masks, connectivity):
    counts = me.label(masks, connectivity)[1]
    return np.array_equal(me.label(masks, connectivity, output="none")[1], counts)


def volume_oracle(volume, connectivity, kind):
    values = volume if kind == "labels" else volume != 0
    numbers, n = regions.voxel_components(values, connectivity)
    return numbers.astype(narrowest(n)), n


def volume_stats(volume, connectivity, kind):
    stats = me.label(volume, connectivity, kind=kind, stats=True, output="none")[2]
    columns = (stats.voxels, stats.bbox, stats.centroid.round(6), stats.first_voxel)
    return (*columns, stats.touches_border, stats.label)


def volume_stats_oracle(volume, connectivity, kind):
    numbers, n = volume_oracle(volume, connectivity, kind)
    of = regions.voxel_measures(numbers, n)
    first = np.array(of["first_voxel"], np.int64).reshape(-1, 3)
    labels = volume[tuple(first.T[::-1])] if kind == "labels" else np.ones(n, volume.dtype)
    return (
        np.array(of["voxels"], np.int64),
        np.array(of["bbox"], np.int64).reshape(-1, 6),
        np.array(of["centroid"], np.float64).reshape(-1, 3).round(6),
        first,
        np.array(of["touches_border"], bool),
        labels,
    )


def scipy_volume(volume, connectivity, kind):
    from scipy import ndimage

    structure = ndimage.generate_binary_structure(3, {6: 1, 18: 2, 26: 3}[connectivity])
    image, n = ndimage.label(volume, structure)
    return image.astype(narrowest(n)), n


class Stored:
    """A volume as a file gives it: a shape, a dtype, and parts of its first axis when asked."""

    def __init__(self, array):
        self.array, self.shape, self.dtype = array, array.shape, array.dtype

    def __getitem__(self, part):
        assert isinstance(part, slice)
        return self.array[part]


def plane_by_plane(volume, connectivity, kind):
    wanted, n, stats = me.label(volume, connectivity, kind=kind, stats=True)
    into = np.full(volume.shape, 77, np.int64)
    sources = [Stored(volume)]
    if len(volume):
        sources += [list(volume), iter(volume)]
    for source in sources:
        image, count, again = me.label(source, connectivity, kind=kind, stats=True, out=into)
        if image is not into or count != n or not np.array_equal(image, wanted):
            return False
        for name in ("voxels", "bbox", "centroid", "first_voxel", "touches_border", "label"):
            if not np.array_equal(getattr(stats, name), getattr(again, name)):
                return False
    return True


def one_plane_is_a_mask(volume, connectivity, kind):
    flat = {6: 4, 18: 8, 26: 8}[connectivity]
    return all(
        np.array_equal(
            me.label(plane[np.newaxis], connectivity, kind=kind)[0][0],
            me.label(plane, flat, kind=kind)[0],
        )
        for plane in volume
    )


connectivities = st.sampled_from([4, 8])
masks = st.tuples(strategies.stacks(), connectivities, st.just("mask"))
maps = st.tuples(strategies.label_maps(), connectivities, st.just("labels"))
small_masks = st.tuples(strategies.stacks(max_side=12), connectivities, st.just("mask"))
small_maps = st.tuples(strategies.label_maps(12), connectivities, st.just("labels"))
one = st.tuples(strategies.label_maps(), connectivities, st.just("mask"))
volume_connectivities = st.sampled_from([6, 18, 26])
SQUARE = np.ones((2, 2), np.uint8)
CUBE = np.ones((2, 2, 2), np.uint8)

CASES = [
    Case(
        name="label into a dtype",
        cuda=(0,),
        run=into_uint32,
        inputs=masks,
        oracle=uint32_oracle,
    ),
    Case(
        name="label of a map into a dtype",
        cuda=(0,),
        run=into_uint32,
        inputs=maps,
        oracle=uint32_oracle,
    ),
    Case(
        name="label",
        run=run,
        inputs=masks,
        oracle=image_oracle,
        laws={
            "labelling_numbers_changes_nothing": labelling_numbers_changes_nothing,
            "into_any_array": into_any_array,
        },
        hostile={
            "another connectivity": lambda: me.label(SQUARE, 5),
            "connectivity in words": lambda: me.label(SQUARE, "8"),
            "another kind": lambda: me.label(SQUARE, kind="map"),
            "another output": lambda: me.label(SQUARE, output="runs"),
            "floats": lambda: me.label(SQUARE.astype(float)),
            "a line": lambda: me.label(np.ones(3, bool)),
            "a list": lambda: me.label([[1]]),
            "out of another shape": lambda: me.label(SQUARE, out=np.zeros((2, 3), int)),
            "out of floats": lambda: me.label(SQUARE, out=np.zeros((2, 2))),
            "out of bool": lambda: me.label(SQUARE, out=np.zeros((2, 2), bool)),
            "out that is no array": lambda: me.label(SQUARE, out=[0]),
            "out and dtype": lambda: me.label(SQUARE, out=SQUARE.copy(), dtype="u1"),
            "dtype of floats": lambda: me.label(SQUARE, dtype=float),
            "dtype without an image": lambda: me.label(SQUARE, dtype="u1", output="none"),
            "a small dtype": lambda: me.label(np.tile([1, 0], (1, 200)), dtype="i1"),
            "a huge view": lambda: me.label(np.broadcast_to(np.uint8(1), (2**20, 2**20))),
        },
    ),
    Case(
        name="label of a map",
        run=run,
        inputs=maps,
        oracle=image_oracle,
        laws={
            "labelling_numbers_changes_nothing": labelling_numbers_changes_nothing,
            "into_any_array": into_any_array,
        },
        peers={"cc3d": cc3d_label},
    ),
    Case(
        name="label of one mask",
        run=run,
        inputs=one,
        oracle=image_oracle,
        peers={"scipy": scipy_label},
    ),
    Case(
        name="label as masks",
        cuda=(0,),
        run=parts_of,
        inputs=small_masks,
        oracle=parts_oracle,
    ),
    Case(
        name="label of a map as masks",
        cuda=(0,),
        run=parts_of,
        inputs=small_maps.filter(lambda drawn: drawn[0].ndim == 2),
        oracle=parts_oracle,
    ),
    Case(
        name="label of a batch",
        cuda=(0,),
        run=masks_of,
        inputs=st.tuples(strategies.masks(max_side=12), connectivities),
        oracle=masks_oracle,
        laws={"counted_alone": counted_alone},
        hostile={
            "an image of a batch": lambda: me.label(me.encode(SQUARE), output="image"),
            "labels of a batch": lambda: me.label(me.encode(SQUARE), kind="labels"),
            "out for a batch": lambda: me.label(me.encode(SQUARE), out=SQUARE.copy()),
            "masks of a stack of maps": lambda: me.label(
                SQUARE[np.newaxis], kind="labels", output="masks"
            ),
        },
    ),
    Case(
        name="label of a volume",
        run=run,
        inputs=st.tuples(strategies.volumes(), volume_connectivities, st.just("mask")),
        oracle=volume_oracle,
        laws={"plane_by_plane": plane_by_plane, "one_plane_is_a_mask": one_plane_is_a_mask},
        peers={"scipy": scipy_volume},
        hostile={
            "a flat mask": lambda: me.label(SQUARE, 26),
            "planes that are no planes": lambda: me.label([SQUARE, SQUARE[0]], 6),
            "planes of two sizes": lambda: me.label([SQUARE, SQUARE[:1]], 6),
            "planes of two dtypes": lambda: me.label([SQUARE, SQUARE.astype("u2")], 6),
            "no planes": lambda: me.label([], 6),
            "planes of floats": lambda: me.label([SQUARE.astype(float)], 6),
            "a volume of floats": lambda: me.label(CUBE.astype(float), 6),
            "a file of floats": lambda: me.label(Stored(CUBE.astype(float)), 6),
            "a flat file": lambda: me.label(Stored(SQUARE), 6),
            "a name": lambda: me.label("scan.nii", 6),
            "a number": lambda: me.label(3, 6),
            "masks of a volume": lambda: me.label(CUBE, 6, output="masks"),
            "a batch as a volume": lambda: me.label(me.encode(CUBE), 6),
            "out of another shape": lambda: me.label(CUBE, 6, out=np.zeros((2, 2, 3), int)),
            "planes and another out": lambda: me.label(list(CUBE), 6, out=np.zeros((2, 2, 3), int)),
            "out of bool": lambda: me.label(CUBE, 6, out=np.zeros((2, 2, 2), bool)),
            "a dtype without an image": lambda: me.label(CUBE, 6, dtype="u1", output="none"),
            "a small dtype": lambda: me.label(np.tile([1, 0], (1, 1, 200)), 6, dtype="i1"),
            "a broad view": lambda: me.label(np.broadcast_to(np.uint8(1), (2, 2, 2**31)), 6),
        },
    ),
    Case(
        name="label of a volume of labels",
        run=run,
        inputs=st.tuples(strategies.volumes(), volume_connectivities, st.just("labels")),
        oracle=volume_oracle,
        laws={"plane_by_plane": plane_by_plane, "one_plane_is_a_mask": one_plane_is_a_mask},
        peers={"cc3d": cc3d_label},
    ),
    Case(
        name="label: stats of a volume",
        run=volume_stats,
        inputs=st.tuples(
            strategies.volumes(), volume_connectivities, st.sampled_from(["mask", "labels"])
        ),
        oracle=volume_stats_oracle,
    ),
    Case(name="label: stats", cuda=(0,), run=stats_of, inputs=small_masks, oracle=stats_oracle),
    Case(
        name="label: stats of a map",
        cuda=(0,),
        run=stats_of,
        inputs=small_maps,
        oracle=stats_oracle,
    ),
]
