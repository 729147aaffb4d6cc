"""label of volumes: drawn ones, many random ones beside peers, large ones, and slab by slab.

Covers: label with connectivity 6, 18, 26. Run: pytest tests/test_label_volume.py
"""

import tracemalloc

import cc3d
import numpy as np
import pytest
from scipy import ndimage

import maskengine as me
from maskengine.testing.oracles import art

RANKS = {6: 1, 18: 2, 26: 3}

# Two planes: a bar over a bar that it touches with faces, and dots that touch at an edge and at a
# corner.
FRONT = art("##..#", ".....", "....#", "#....")
BACK = art("##...", "...#.", ".....", ".#...")


def test_faces_edges_and_corners():
    volume = np.stack([FRONT, BACK])
    # The bar; right of it a dot with the dot behind it; a dot, and the one in the lowest row with
    # what is behind it.
    image, n = me.label(volume, 6)
    assert n == 6
    assert image.tolist() == [
        [[1, 1, 0, 0, 2], [0] * 5, [0, 0, 0, 0, 3], [4, 0, 0, 0, 0]],
        [[1, 1, 0, 0, 0], [0, 0, 0, 5, 0], [0] * 5, [0, 6, 0, 0, 0]],
    ]
    assert me.label(volume, 18)[1] == 5
    assert me.label(volume, 26)[1] == 3
    assert me.label(volume, 26)[0][1, 1, 3] == me.label(volume, 26)[0][0, 2, 4] == 2
    assert me.label(volume, 8)[1].tolist() == [4, 3]  # a stack of two masks


def test_statistics():
    volume = np.zeros((3, 4, 5), np.int16)
    volume[1, 1:3, 2:4] = 7
    volume[2, 2, 3] = 7
    volume[0, 0, 4] = -3
    image, n, stats = me.label(volume, 26, kind="labels", stats=True)
    assert n == len(stats) == 2
    assert image.dtype == np.uint8
    assert stats.voxels.tolist() == [1, 5]
    assert stats.bbox.tolist() == [[4, 0, 0, 1, 1, 1], [2, 1, 1, 2, 2, 2]]
    assert stats.centroid.tolist() == [[4.5, 0.5, 0.5], [3.1, 2.1, 1.7]]
    assert stats.first_voxel.tolist() == [[4, 0, 0], [2, 1, 1]]
    assert stats.label.tolist() == [-3, 7]
    assert stats.label.dtype == np.int16
    assert stats.touches_border.tolist() == [True, True]
    inside = me.label(np.pad(volume, 1), 26, kind="labels", stats=True)[2]
    assert inside.touches_border.tolist() == [False, False]


def volumes(rng, count):
    for k in range(count):
        shape = rng.integers(1, [7, 9, 40])
        if k % 10 == 0:
            shape[2] = rng.choice([63, 64, 65, 128, 200])
        values = rng.integers(1, rng.integers(2, 6), shape)
        values[rng.random(shape) < rng.choice([0.05, 0.3, 0.5, 0.8])] = 0
        if k % 3 == 0:
            values = np.kron(values, np.ones((2, 2, 3), int))
        yield values.astype(rng.choice(["u1", "u2", "u4", "i4"]))


@pytest.mark.parametrize("connectivity", [6, 18, 26])
def test_three_thousand_volumes_beside_peers(connectivity):
    structure = ndimage.generate_binary_structure(3, RANKS[connectivity])
    for values in volumes(np.random.default_rng(connectivity), 3_000):
        wanted, n = cc3d.connected_components(values, connectivity=connectivity, return_N=True)
        ours, count = me.label(values, connectivity, kind="labels")
        assert count == n
        assert np.array_equal(ours, wanted)
        wanted, n = ndimage.label(values, structure)
        ours, count = me.label(values, connectivity)
        assert count == n
        assert np.array_equal(ours, wanted)


def wide_volumes(rng):
    """Give volumes of labels with few and with many runs in a row, in planes more or less alike."""
    for width, stretch in ((24, 1), (26, 1), (60, 1), (500, 7), (500, 40), (300, 2)):
        for share in (0.0, 0.02, 0.5):
            values = rng.integers(0, 4, (4, 6, -(-width // stretch))).repeat(stretch, 2)
            values[1:] = np.where(rng.random(values[1:].shape) < share, 3, values[:1])
            yield values[..., :width].astype(rng.choice(["u1", "u2", "i4", "i8"]))


@pytest.mark.parametrize("connectivity", [6, 18, 26])
@pytest.mark.parametrize("cpu", me.cpu_levels())
def test_few_and_many_runs_in_a_row(cpu, connectivity):
    for values in wide_volumes(np.random.default_rng(4)):
        wanted, n = cc3d.connected_components(values, connectivity=connectivity, return_N=True)
        with me.use(level=cpu):
            ours, count, stats = me.label(values, connectivity, kind="labels", stats=True)
        assert count == n
        assert np.array_equal(ours, wanted)
        assert np.array_equal(stats.voxels, np.bincount(wanted.ravel(), minlength=n + 1)[1:])
        first = np.unique(wanted.ravel(), return_index=True)[1][int((wanted == 0).any()) :]
        planes = np.array([1, values.shape[2], values[0].size])
        assert np.array_equal(stats.first_voxel @ planes, first)
        assert np.array_equal(stats.label, values.ravel()[first])


def large():
    rng = np.random.default_rng(8)
    yield "noise", rng.random((60, 130, 190)) < 0.4
    z, y, x = np.indices((40, 120, 130))
    yield "checkerboard", (x + y + z) % 2 == 0
    comb = (x % 2 == 0) & (z % 2 == 0)
    comb[:, -1] = True
    yield "comb", comb
    yield "planes", (z // 2 + y // 40) % 2 == 0
    smooth = ndimage.gaussian_filter(rng.standard_normal((64, 128, 128)), 2)
    yield "smooth", smooth > 0
    yield "wide", rng.random((3, 3, 70_001)) < 0.5
    yield "deep", rng.random((70_001, 3, 3)) < 0.5
    coil = np.zeros((65, 65, 65), bool)
    for k in range(0, 64, 2):
        coil[k, k % 4 : 65 - k % 4, ::2] = coil[k, :: 64 - k % 8, :] = True
        coil[k + 1, 32, (k * 7) % 65] = True
    yield "coil", coil


@pytest.mark.parametrize(("name", "volume"), list(large()), ids=lambda value: str(value)[:12])
def test_large_volumes_on_all_threads_and_levels(name, volume):
    for connectivity, rank in RANKS.items():
        wanted, n = ndimage.label(volume, ndimage.generate_binary_structure(3, rank))
        voxels = np.bincount(wanted.ravel())[1:]
        for level in me.cpu_levels():
            for threads in (1, 2, 5):
                with me.use(level=level, threads=threads):
                    ours, count, stats = me.label(volume, connectivity, stats=True)
                assert count == n
                assert np.array_equal(ours, wanted)
                assert np.array_equal(stats.voxels, voxels)


def test_strips_join_the_same_stats():
    volume = np.random.default_rng(6).integers(0, 3, (50, 150, 150)).astype(np.uint8)
    with me.use(threads=1):
        one = me.label(volume, 18, kind="labels", stats=True)
    with me.use(threads=4):
        more = me.label(volume, 18, kind="labels", stats=True)
    assert np.array_equal(one[0], more[0])
    for name in ("voxels", "bbox", "centroid", "first_voxel", "label", "touches_border"):
        assert np.array_equal(getattr(one[2], name), getattr(more[2], name)), name


class Scan:
    """A volume that is made as it is read, and much larger than what may be held of it."""

    shape, dtype = (400, 1024, 1024), np.dtype(np.uint8)  # 400 MB

    def __init__(self):
        self.reads = []

    def __getitem__(self, part):
        start, stop, _ = part.indices(self.shape[0])
        self.reads.append(stop - start)
        planes = np.zeros((stop - start, *self.shape[1:]), np.uint8)
        for z in range(start, stop):
            planes[z - start, 100:200, 50 + z : 60 + z] = 1  # a slanted bar
            planes[z - start, z % 64 == 0, 0] = 1  # and a wall now and then
            planes[z - start, 500:510, 500:510] = z % 2
        return planes


def test_a_volume_larger_than_what_is_held():
    scan = Scan()
    tracemalloc.start()
    image, n, stats = me.label(scan, 6, stats=True, output="none")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert image is None
    assert sum(scan.reads) == 400
    assert max(scan.reads) < 64
    assert peak < 100e6
    # A wall in planes 0, 64, ..., 384; the bar; a block in every second plane.
    assert n == 7 + 1 + 200
    assert stats.voxels.max() == 400 * 100 * 10
    assert sorted(stats.voxels)[:200] == [100] * 200
    bar = stats.voxels.argmax()
    assert stats.bbox[bar].tolist() == [50, 100, 0, 409, 100, 400]
    assert stats.centroid[bar].tolist() == [50 + 399 / 2 + 5, 150, 200]


@pytest.mark.parametrize("kind", ["mask", "labels"])
def test_from_file_to_file(tmp_path, kind):
    """Slabs of a mapped file with strided rows are copied; what is written is the same."""
    values = np.random.default_rng(3).integers(0, 3, (90, 101, 53)).astype(np.uint8)
    values.tofile(tmp_path / "volume")
    volume = np.memmap(tmp_path / "volume", np.uint8, "r", shape=values.shape)
    out = np.memmap(tmp_path / "numbers", np.uint32, "w+", shape=values.shape)
    image, n = me.label(volume, 26, kind=kind, out=out)
    out.flush()
    wanted, count = cc3d.connected_components(
        values if kind == "labels" else (values > 0).astype(np.uint8), return_N=True
    )
    assert image is out
    assert n == count
    assert np.array_equal(np.fromfile(tmp_path / "numbers", np.uint32), wanted.ravel())
    turned = me.label(volume.transpose(2, 1, 0), 26, kind=kind, output="none")
    assert turned == (None, n)


def test_numbers_replace_the_volume():
    for make in (np.array, np.asfortranarray):
        volume = make(np.random.default_rng(9).integers(0, 2, (20, 30, 40)).astype(np.int32))
        wanted, n = ndimage.label(volume)
        image, count = me.label(volume, 6, out=volume)
        assert image is volume
        assert count == n
        assert np.array_equal(volume, wanted)


def test_what_does_not_fit_leaves_out_as_it_was():
    volume = np.zeros((40, 40, 40), bool)
    volume[::2, ::2, ::2] = True
    out = np.full(volume.shape, 5, np.uint8)
    with pytest.raises(me.MaskError, match="8000 components") as raised:
        me.label(volume, 26, out=out)
    assert raised.value.parameter == "out"
    assert (out == 5).all()


def test_a_file_that_changes_is_noticed():
    class Changing:
        shape, dtype, reads = (4, 5, 6), np.dtype(bool), 0

        def __getitem__(self, part):
            self.reads += 1
            planes = np.zeros((4, 5, 6), bool)
            planes[:, ::2, :: 2 * self.reads] = True
            return planes[part]

    with pytest.raises(me.MaskError, match="the same values when read again"):
        me.label(Changing(), 6)
