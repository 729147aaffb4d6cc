"""Masks of short runs, which are also held as bits, are what NumPy says after any calls.

Covers: crop, pad, shift, flip, transpose, rot90, resize, warp, tile, hstack, vstack, set algebra,
area, bbox, perimeter, contains, decode and slices of noise, one after the other, at every CPU
level; the runs made of such results, also by many threads at a time; label maps of them. Compares
against: NumPy, pycocotools, OpenCV's rule of sizes. Run: pytest tests/test_packed_masks.py
"""

import pickle
import threading

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pycocotools import mask as peer

import maskengine as me


def noise(seed, size, density=0.5):
    return np.random.default_rng(seed).random(size) < density


def counts_of(dense):
    """Give pycocotools' runs of a mask."""
    rle = peer.encode(np.asfortranarray(dense.astype(np.uint8)))
    return me.Masks.from_coco([rle]).counts.tolist()


def resized(dense, size):
    rows, columns = (
        (2 * np.arange(new) + 1) * old // (2 * new)
        for new, old in zip(size, dense.shape, strict=True)
    )
    return dense[np.ix_(rows, columns)]


def moved(dense, dx, dy):
    h, w = dense.shape
    out = np.zeros_like(dense)
    if abs(dx) < w and abs(dy) < h:
        out[max(dy, 0) : h + min(dy, 0), max(dx, 0) : w + min(dx, 0)] = dense[
            max(-dy, 0) : h + min(-dy, 0), max(-dx, 0) : w + min(-dx, 0)
        ]
    return out


def window(dense, left, top, right, bottom):
    h, w = dense.shape
    far = np.pad(dense, ((40, 40), (40, 40)))
    assert -40 <= left <= right <= w + 40
    assert -40 <= top <= bottom <= h + 40
    return far[top + 40 : bottom + 40, left + 40 : right + 40]


def turn(k):
    return lambda m: me.rot90(m, k), lambda d: np.rot90(d, k)


@st.composite
def copies(draw, size):
    """Draw copies of a mask, or others of short runs or few beside or below it."""
    h, w = size
    name = draw(st.sampled_from(["tile", "hstack", "vstack"]))
    if name == "tile":
        rows, columns = draw(st.integers(0, 3)), draw(st.integers(0, 3))
        return lambda m: me.tile(m, rows, columns), lambda d: np.tile(d, (rows, columns))
    more = draw(st.integers(0, 130))
    other = noise(7, (h, more) if name == "hstack" else (more, w), draw(st.sampled_from([0, 0.5])))
    ours, numpys = getattr(me, name), getattr(np, name)
    return lambda m: ours([m, me.encode(other), m]), lambda d: numpys([d, other, d])


def seen_through(dense, matrix, size):
    """Give the pixel below the image of each centre, by doubles in the order of the definition."""
    y, x = np.mgrid[: size[0], : size[1]] + 0.5
    u, v, w = (row[0] * x + row[2] + row[1] * y for row in matrix)
    if matrix[2].tolist() != [0, 0, 1]:
        with np.errstate(all="ignore"):
            u, v = u / w, v / w
    inside = (u >= 0) & (v >= 0) & (u < dense.shape[1]) & (v < dense.shape[0])
    out = np.zeros(size, bool)
    out[inside] = dense[v[inside].astype(int), u[inside].astype(int)]
    return out


@st.composite
def warps(draw, size):
    """Draw a map near the identity, or any turn of it, affine or of perspective."""
    h, w = size
    new = draw(st.integers(1, h + 70)), draw(st.integers(1, w + 70))
    angle = np.deg2rad(draw(st.one_of(st.sampled_from([0, 45, 90, 180]), st.floats(0, 360))))
    scale = draw(st.sampled_from([1, 0.8, 1.1]))
    matrix = np.eye(3)
    matrix[:2, :2] = [[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]
    matrix[:2, :2] *= scale
    matrix[:2, 2] = [w / 2, h / 2] - matrix[:2, :2] @ [new[1] / 2, new[0] / 2]
    if draw(st.booleans()):
        matrix[2, :2] = [draw(st.integers(-9, 9)) / 4096 for _ in range(2)]
    return lambda m: me.warp(m, matrix, new, inverse=True), lambda d: seen_through(d, matrix, new)


# in order of neither axis, some outside and on the edges of pixels
POINTS = np.random.default_rng(8).integers(-8, 900, (50, 2)) / 4


def seen_at(dense, points):
    x, y = np.floor(points).astype(int).T
    h, w = dense.shape
    return [bool(0 <= v < h and 0 <= u < w and dense[v, u]) for u, v in zip(x, y, strict=True)]


def box_of(dense):
    """Give left, top, right, bottom."""
    ys, xs = np.nonzero(dense)
    return [xs.min(), ys.min(), xs.max() + 1, ys.max() + 1] if len(xs) else [0] * 4


def outline_of(dense):
    """Count the pixel edges between foreground and what is none, or the outside."""
    far = np.pad(dense, 1)
    return int((far[1:] != far[:-1]).sum() + (far[:, 1:] != far[:, :-1]).sum())


@st.composite
def steps(draw, size):
    """Draw a call and the same for NumPy."""
    h, w = size
    near = st.integers(-40, 40)
    names = ["crop", "pad", "shift", "flip", "turn", "copies", "resize", "warp"]
    names += ["set", "complement"]
    name = draw(st.sampled_from(names))
    if name == "crop":
        left, right = sorted((draw(st.integers(-40, w + 40)), draw(st.integers(-40, w + 40))))
        top, bottom = sorted((draw(st.integers(-40, h + 40)), draw(st.integers(-40, h + 40))))
        box = (left, top, right, bottom)
        return lambda m: me.crop(m, box), lambda d: window(d, *box)
    if name == "pad":
        top, bottom, left, right = (draw(st.integers(0, 40)) for _ in range(4))
        return (
            lambda m: me.pad(m, top=top, bottom=bottom, left=left, right=right),
            lambda d: np.pad(d, ((top, bottom), (left, right))),
        )
    if name == "shift":
        dx, dy = draw(near), draw(near)
        return lambda m: me.shift(m, dx, dy), lambda d: moved(d, dx, dy)
    if name == "flip":
        way = draw(st.sampled_from(["horizontal", "vertical"]))
        return lambda m: me.flip(m, way), lambda d: np.flip(d, 1 if way == "horizontal" else 0)
    if name == "turn":
        k = draw(st.integers(0, 4))
        return (me.transpose, np.transpose) if k == 4 else turn(k)
    if name == "warp":
        return draw(warps(size))
    if name == "copies" and h * w < 500**2:
        return draw(copies(size))
    if name == "resize" and h * w > 0:
        new = draw(st.integers(1, h + 9)), draw(st.integers(1, w + 9))
        return lambda m: me.resize(m, new), lambda d: resized(d, new)
    if name == "set":
        other = noise(draw(st.integers(0, 99)), size, draw(st.sampled_from([0.01, 0.5])))
        ours, numpys = draw(
            st.sampled_from(
                [
                    (me.union, np.logical_or),
                    (me.intersection, np.logical_and),
                    (me.symmetric_difference, np.logical_xor),
                    (me.difference, lambda a, b: a & ~b),
                ]
            )
        )
        return lambda m: ours(m, me.encode(other)), lambda d: numpys(d, other)
    return me.complement, np.logical_not


@given(st.data(), st.integers(0, 999), st.integers(70, 200), st.integers(70, 200))
def test_any_calls_one_after_the_other(level, data, seed, h, w):
    dense = noise(seed, (h, w), data.draw(st.sampled_from([0.1, 0.5, 0.9])))
    with me.use(level=level):
        masks = me.encode(dense)
        for _ in range(data.draw(st.integers(1, 5))):
            ours, numpys = data.draw(steps(dense.shape))
            masks, dense = ours(masks), numpys(dense)
            assert masks.sizes.tolist() == [list(dense.shape)]
            assert me.area(masks).tolist() == [dense.sum()]
            assert me.bbox(masks, format="xyxy").tolist() == [box_of(dense)]
            assert me.perimeter(masks).tolist() == [outline_of(dense)]
            assert me.contains(masks, POINTS).tolist() == [seen_at(dense, POINTS)]
            order = data.draw(st.sampled_from("CF"))
            value = data.draw(st.sampled_from([1, 200]))
            out = np.full(dense.shape, 7, np.uint8, order=order)
            me.decode(masks, out=out[None], value=value)
            assert np.array_equal(out, dense * np.uint8(value))
            if data.draw(st.booleans()):
                masks = masks[:1]
        assert masks.counts.tolist() == counts_of(dense)
        assert masks == me.encode(dense)


def stack():
    return np.stack([noise(k, (130, 90)) for k in range(4)])


def test_batches_of_them():
    dense = stack()
    masks = me.flip(me.encode(dense), "vertical")  # no runs yet
    turned = dense[:, ::-1]
    assert len(masks) == 4
    assert "4" in repr(masks)
    assert [me.area(one).tolist() for one in masks] == [[d.sum()] for d in turned]
    assert masks[2].counts.tolist() == counts_of(turned[2])
    assert np.array_equal(me.decode(masks[[3, 0]]), turned[[3, 0]])
    assert np.array_equal(
        me.decode(me.Masks.concatenate([masks[1:], masks[:1]])), turned[[1, 2, 3, 0]]
    )
    assert pickle.loads(pickle.dumps(masks)) == masks
    assert me.encode(turned) == masks
    assert masks.to_coco() == me.encode(turned).to_coco()


def test_turns_of_batches_of_any_sizes_on_any_number_of_threads():
    sizes = [(130, 90), (64, 640), (1, 4096), (0, 7), (4096, 1), (3, 3), (63, 1000)]
    sizes += [(128, 64), (5, 0)]
    dense = [noise(k, size) for k, size in enumerate(sizes)]
    batch = me.flip(me.Masks.concatenate([me.encode(d) for d in dense]), "vertical")
    for threads in (1, 4):
        with me.use(threads=threads):
            results = [me.transpose(batch), *(me.rot90(batch, k) for k in range(4))]
        for result, call in zip(
            results, [np.transpose, *(turn(k)[1] for k in range(4))], strict=True
        ):
            wanted = [call(d[::-1]) for d in dense]
            assert result.sizes.tolist() == [list(w.shape) for w in wanted]
            assert me.area(result).tolist() == [w.sum() for w in wanted]
            assert [one.counts.tolist() for one in result] == [counts_of(w) for w in wanted]


def test_boxes_of_few_pixels():
    full = me.flip(me.encode(noise(1, (600, 700))))
    seeds = np.random.default_rng(3)
    for k in range(30):
        dense = np.zeros((600, 700), bool)
        top, left = seeds.integers(0, 600), seeds.integers(0, 700)
        dense[top : top + seeds.integers(0, 70), left : left + seeds.integers(0, 200)] = True
        dense &= noise(k, dense.shape, seeds.choice([0.02, 0.5, 1]))
        kept = me.difference(full, me.difference(full, me.encode(dense)))
        box = me.bbox(kept, format="xyxy")
        dense &= noise(1, (600, 700))[:, ::-1]
        assert box.tolist() == [box_of(dense)]
    left, top, right, bottom = box_of(dense)
    apart = me.bbox(me.intersection(full, me.encode(dense)), format="xywh")
    assert apart.tolist() == [[left, top, right - left, bottom - top]]


def test_copies_of_batches():
    dense = stack()
    masks = me.flip(me.encode(dense))
    dense = dense[:, :, ::-1]
    assert np.array_equal(me.decode(me.tile(masks, 2, 3)), np.tile(dense, (1, 2, 3)))
    assert np.array_equal(me.decode(me.hstack(masks))[0], np.hstack(list(dense)))
    assert np.array_equal(me.decode(me.vstack(masks))[0], np.vstack(list(dense)))
    box = np.zeros((130, 90), bool)
    box[20:90, 30:80] = True  # few runs, and no bits of its own
    boxes = np.broadcast_to(box, dense.shape)
    for ours, axis in ((me.hstack, 2), (me.vstack, 1)):
        both = ours([masks, me.encode(box), masks])
        assert np.array_equal(me.decode(both), np.concatenate([dense, boxes, dense], axis))
    far = me.hstack(
        [masks[:1], me.encode(np.zeros((130, 1), bool)), me.pad(me.encode(box), right=10**8)]
    )
    assert far.sizes.tolist() == [[130, 90 + 1 + 90 + 10**8]]
    assert me.area(far).tolist() == [dense[0].sum() + box.sum()]
    with pytest.raises(me.ShapeMismatch, match=r"expected the height of masks\[0\], 130, got 90"):
        me.hstack([masks[:1], me.transpose(masks[:1])])
    with pytest.raises(me.LimitExceeded):
        me.tile(masks, 10**4, 10**4)
    assert me.tile(me.flip(masks), 0, 5).sizes.tolist() == [[0, 450]] * 4


@pytest.mark.parametrize("dtype", ["u1", "i2", "u4", "i8"])
def test_label_maps(level, dtype):
    dense = np.stack([noise(k, (130, 1100), 0.2 + 0.1 * k) for k in range(4)])
    labels, z = [3, 100, 7, 9], [2, 0, 3, 1]
    wanted = np.zeros(dense.shape[1:], dtype)
    for k in np.argsort(z):
        wanted[dense[k, :, ::-1]] = labels[k]
    room = np.full((140, 1300), 55, dtype)
    with me.use(level=level):
        masks = me.flip(me.encode(dense))
        for threads in (1, 3):
            with me.use(threads=threads):
                assert np.array_equal(me.compose(masks, labels, z, dtype=dtype), wanted)
        for out in (
            np.full(wanted.shape, 55, dtype, order="F"),
            room[3:133, 5:1105],
            room[::-1][3:133, 5:1105],
            np.full((1300, 140), 55, dtype)[7:1107, 5:135].T,
            np.full((130, 2200), 55, dtype)[:, ::2],  # neither rows nor columns in one piece
        ):
            me.compose(masks, labels, z, out=out)
            assert np.array_equal(out, wanted)
    room[3:133, 5:1105] = room[7:137, 5:1105] = 55
    assert (room == 55).all()


def test_reductions_and_pairs_with_one():
    dense = stack()
    masks = me.flip(me.encode(dense), "horizontal")
    dense = dense[:, :, ::-1]
    groups = [1, 0, 1, 1]
    members = [dense[[1]], dense[[0, 2, 3]]]
    for ours, numpys in (
        (me.union, np.logical_or.reduce),
        (me.intersection, np.logical_and.reduce),
        (me.symmetric_difference, np.logical_xor.reduce),
    ):
        grouped = ours(masks, groups=groups)
        assert np.array_equal(me.decode(grouped), [numpys(part) for part in members])
        assert np.array_equal(me.decode(ours(masks))[0], numpys(dense))
    box = np.zeros((130, 90), bool)
    box[20:90, 30:80] = True  # few runs, and no bits of its own
    cut = me.intersection(masks, me.encode(box))
    assert np.array_equal(me.decode(cut), dense & box)
    assert np.array_equal(me.decode(me.difference(me.encode(box), masks)), box & ~dense)
    nothing = me.symmetric_difference(masks, masks)
    assert nothing.counts.tolist() == [130 * 90] * 4
    assert me.area(nothing).tolist() == [0] * 4
    with pytest.raises(me.ShapeMismatch, match=r"b\[0\]: expected the size \(130, 90\) of a\[0\]"):
        me.union(masks, me.crop(masks, (0, 0, 80, 90)))


def test_a_result_too_wide_for_bits_is_runs():
    dense = noise(1, (100, 100))
    masks = me.encode(dense)
    wide = me.pad(masks, left=10**6, right=2 * 10**9)
    assert wide.sizes.tolist() == [[100, 2 * 10**9 + 10**6 + 100]]
    assert me.area(wide).tolist() == [dense.sum()]
    assert me.crop(wide, (10**6, 0, 10**6 + 100, 100)) == masks
    tall = me.resize(masks, (1000, 500))
    assert np.array_equal(me.decode(tall)[0], resized(dense, (1000, 500)))


def test_threads_that_ask_at_one_time_get_one_answer():
    dense = noise(2, (900, 1100))
    wanted = me.encode(dense[:, ::-1])
    for _ in range(5):
        masks = me.flip(me.encode(dense))
        runs = me.Masks(wanted.counts, wanted.offsets, wanted.sizes)  # no bits yet
        answers, begin = [], threading.Barrier(8)

        def ask(k, begin=begin, masks=masks, runs=runs, answers=answers):
            begin.wait()
            if k % 2 == 0:
                answers.append(masks.counts)
            answers.append(me.complement(runs if k % 3 == 0 else masks).counts)

        threads = [threading.Thread(target=ask, args=(k,)) for k in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        inverse = me.encode(~dense[:, ::-1]).counts
        assert len(answers) == 12
        assert all(np.array_equal(a, wanted.counts) or np.array_equal(a, inverse) for a in answers)


def test_views_live_longer_than_their_masks():
    dense = noise(3, (200, 100))
    masks = me.flip(me.encode(dense))
    sizes, counts, part = masks.sizes, masks.counts, masks[0:1]
    wanted = counts.copy()
    del masks
    me.encode(noise(4, (400, 400)))
    assert sizes.tolist() == [[200, 100]]
    assert np.array_equal(counts, wanted)
    assert part.counts.tolist() == wanted.tolist()


def test_iou_is_that_of_pycocotools():
    dense = stack()
    box = np.zeros((130, 90), bool)
    box[20:90, 30:80] = True
    left = np.concatenate([dense, box[None]])
    right = np.concatenate([dense[::-1], np.zeros((1, 130, 90), bool), box[None]])
    crowd = [0, 1, 0, 1, 1, 0]
    rles = [
        [peer.encode(np.asfortranarray(d.astype(np.uint8))) for d in side] for side in (left, right)
    ]
    wanted, plain = peer.iou(*rles, crowd), peer.iou(*rles, [0] * 6)
    a, b = me.encode(left), me.encode(right)
    assert np.array_equal(me.iou(a, b, crowd=crowd), wanted)
    assert np.array_equal(me.iou(me.flip(a), me.flip(b), crowd=crowd), wanted)
    assert me.iou(a[:4], b[:4], mode="pairs").tolist() == np.diag(plain)[:4].tolist()
    with pytest.raises(me.ShapeMismatch, match=r"b\[0\]: expected the size"):
        me.iou(a, me.crop(b, (0, 0, 80, 90)))
