"""CUDA forms of operations: equal to the oracle on the device, and honest about where things are.

Covers: all cases with a CUDA form, on the emulated device in three orders, and on a GPU where there
is one; maskengine._device; Masks.to. Run: pytest tests/test_device.py (with a GPU: pytest -m gpu)
"""

import importlib.util
import threading

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import maskengine as me
from devices import on_device, to_device, to_host
from maskengine.testing import emulation, oracles, strategies

# Orders, and the C++ tests under the thread sanitizer, share the examples of one test.
FEWER = settings(max_examples=-(-settings.default.max_examples // 8))


def test_equals_oracle(case, device_name):
    @FEWER
    @given(case.inputs, st.integers(0, 2**32 - 1))
    def check(drawn, seed):
        wanted = case.oracle(*drawn)
        with on_device(device_name, seed) as device:
            there = [to_device(device, v) if k in case.cuda else v for k, v in enumerate(drawn)]
            ours = to_host(case.run(*there))
        assert case.same(ours, wanted), f"{ours!r} is not {wanted!r}"

    check()


def test_masks_go_there_and_back(device_name):
    @given(strategies.masks())
    def check(masks):
        with on_device(device_name):
            there = masks.to("cuda")
            assert there.device.startswith("cuda:")
            assert there.to("cuda") is there
            assert there.to("cpu") == masks == there
            assert len(there) == len(masks)
            assert there.digest() == masks.digest()
            for k in range(len(masks)):
                assert there[k].to("cpu") == masks[k]
                assert there[k:].to("cpu") == masks[k:]
            assert there[1:2].counts is there.counts  # a slice copies nothing

    check()


def test_what_has_no_cuda_form_says_so():
    masks = oracles.encode([oracles.art("#.", ".#")])
    with emulation.emulated_cuda() as device:
        there = masks.to("cuda")
        for call in (
            me.moments,
            me.perimeter,
            me.Masks.to_coco,
            me.Masks.to_arrow,
            me.Masks.validate,
        ):
            with pytest.raises(me.MaskTypeError, match=r"cuda:0.*no CUDA form.*\.to\('cpu'\)"):
                call(there)
        with pytest.raises(me.MaskTypeError, match="no CUDA form"):
            me.distance_transform(device.upload(np.ones((2, 2), bool)))
        with pytest.raises(me.MaskError, match=r"index: .*cuda:0"):
            there[[0, 0]]


def test_nothing_is_copied_silently():
    masks = oracles.encode([oracles.art("#.", ".#")])
    with emulation.emulated_cuda() as device:
        there = masks.to("cuda")
        with pytest.raises(me.MaskTypeError, match=r"b: expected masks on cuda:0.*host"):
            me.iou(there, masks)
        with pytest.raises(me.MaskTypeError, match=r"a: expected masks on cuda:0.*host"):
            me.union(masks, there)
        with pytest.raises(me.MaskError, match=r"out: expected an array on cuda:0.*host"):
            me.decode(there, out=np.zeros((1, 2, 2), bool))
        with pytest.raises(me.MaskTypeError, match=r"out: expected an array, got EmulatedArray"):
            me.decode(masks, out=device.upload(np.zeros((1, 2, 2), bool)))


def test_sizes_and_lengths_are_checked():
    two = oracles.encode([oracles.art("#.", ".#"), oracles.art("#.", ".#")])
    wide = oracles.encode([oracles.art("#.#"), oracles.art("#.#"), oracles.art("#.#")])
    mixed = me.Masks.concatenate([two, wide])
    with emulation.emulated_cuda():
        two, wide, mixed = (masks.to("cuda") for masks in (two, wide, mixed))
        for wrong, call in [
            (r"b\[0\]: .*\(2, 2\).*\(1, 3\)", lambda: me.iou(two, wide)),
            (r"b: expected 2 masks", lambda: me.iou(two, wide, mode="pairs")),
            (r"b: expected 2 masks, ", lambda: me.union(two, wide)),
            (r"b\[0\]: .*\(2, 2\).*\(1, 3\)", lambda: me.union(two, wide[:2])),
            (r"masks\[2\]: .*\(2, 2\).*\(1, 3\)", lambda: me.union(mixed)),
            (r"masks\[2\]: .*\(2, 2\).*\(1, 3\)", lambda: me.decode(mixed)),
            (r"masks\[0\]: .*\(1, 3\).*\(2, 2\)", lambda: me.union(two, size=(1, 3))),
            (r"size: .*group 1", lambda: me.union(two, groups=[0, 2])),
            (r"groups\[1\]: .*-1", lambda: me.union(two, groups=[0, -1])),
            (r"out: expected shape \(2, 2, 2\)", lambda: me.decode(two, out=wide.offsets)),
            (r"mode: expected", lambda: me.iou(two, two, mode="row")),
        ]:
            with pytest.raises(me.MaskError, match=wrong):
                call()


def test_no_device_is_an_error_that_says_why():
    status = me.devices()["cuda"]
    if not status.startswith("unavailable: "):
        pytest.skip("this machine has a device")
    masks = oracles.encode([oracles.art("#")])
    with pytest.raises(me.BackendUnavailable) as caught:
        masks.to("cuda")
    assert status.removeprefix("unavailable: ") in str(caught.value)
    with emulation.emulated_cuda() as device:
        array = device.upload(np.ones((2, 2), bool))
    with pytest.raises(me.BackendUnavailable, match="device: "):
        me.encode(array)


@pytest.mark.parametrize("name", ["gpu", "cuda:x", "cuda0:", None, 0])
def test_devices_that_are_none(name):
    with pytest.raises(me.MaskError, match="device: expected"):
        oracles.encode([oracles.art("#")]).to(name)


def test_no_memory_leaves_all_as_it_was():
    masks = oracles.encode([oracles.art("#.#", ".#."), oracles.art("###", "...")])
    with emulation.emulated_cuda(memory=64) as device:
        there = masks.to("cuda")
        out = device.upload(np.full((2, 2, 3), 7, np.uint8))
        with pytest.raises(MemoryError, match="out of memory"):
            me.decode(there, out=out)
        assert (out.get() == 7).all()
        with pytest.raises(MemoryError, match="out of memory"):
            me.encode(out)
        assert there.to("cpu") == masks


def test_what_overlaps_itself_is_no_out():
    masks = oracles.encode([oracles.art("#.#", ".#.")])
    with emulation.emulated_cuda():
        there = masks.to("cuda")
        for dtype in (np.uint8, np.int64):
            whole = np.zeros(4, dtype)
            step = whole.itemsize
            rows = np.lib.stride_tricks.as_strided(whole, (1, 2, 3), (0, step, step))
            with pytest.raises(me.MaskError, match="out: expected an array whose values do not"):
                me.decode(there, out=emulation.EmulatedArray(rows))
            assert not whole.any()


def test_new_dense_masks_have_the_limit_of_the_host():
    masks = oracles.encode([oracles.art("#.#", ".#.")])
    shapes = me.Polygons.from_coco([[[0, 0, 3, 0, 3, 3, 0, 3]]])
    with emulation.emulated_cuda(), me.use(limits={"decode_pixels": 5}):
        there = masks.to("cuda")
        for call in (
            lambda: me.decode(there),
            lambda: me.compose(there),
            lambda: me.rasterize(shapes, (2, 3), out="dense", device="cuda"),
            lambda: me.rasterize(shapes, (2, 3), out="labels", device="cuda"),
        ):
            with pytest.raises(me.LimitExceeded) as caught:
                call()
            assert (caught.value.name, caught.value.limit) == ("decode_pixels", 5)


class Endless(emulation.EmulatedArray):
    """One pixel in a shape with 2^72 of them, as CuPy's broadcast_to gives it."""

    shape = (2**10, 2**31 - 1, 2**31 - 1)
    strides = (0, 0, 0)

    @property
    def __cuda_array_interface__(self):
        return {**super().__cuda_array_interface__, "shape": self.shape, "strides": self.strides}


def test_more_pixels_than_int64_counts_are_refused():
    with emulation.emulated_cuda():
        array = Endless(np.ones((1, 1, 1), bool))
        for call in (me.encode, me.joint, me.boundary):
            with pytest.raises(me.LimitExceeded, match=r"fewer than 2\^63 pixels"):
                call(array)


def test_misaligned_arrays_are_refused():
    with emulation.emulated_cuda():
        shifted = np.zeros(2 * 8 + 1, np.uint8)[1:].view(np.uint16).reshape(2, 4)
        with pytest.raises(me.MaskTypeError, match="mask: expected aligned values"):
            me.encode(emulation.EmulatedArray(shifted))


def test_arrays_of_another_byte_order_are_refused():
    swapped = emulation.EmulatedArray(np.ones((2, 4), ">u2"))
    with emulation.emulated_cuda():
        masks = oracles.encode([oracles.art("#.#.", ".#.#")]).to("cuda")
        for call in (
            lambda: me.label(swapped, kind="labels"),
            lambda: me.flood(swapped, (0, 0)),
            lambda: me.decode(masks, out=swapped),
        ):
            with pytest.raises(me.MaskTypeError, match="of native byte order: >u2"):
                call()


@pytest.mark.parametrize("order", emulation.ORDERS)
def test_calls_from_several_threads(order):
    masks = np.random.default_rng(0).random((3, 70, 50)) < 0.3
    wanted = me.encode(masks)
    found = []
    with emulation.emulated_cuda(order) as device:
        there = device.upload(masks)
        threads = [
            threading.Thread(target=lambda: found.append(me.encode(there))) for _ in range(4)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(found) == 4
        assert all(one == wanted for one in found)


@pytest.mark.gpu
@pytest.mark.skipif(importlib.util.find_spec("torch") is None, reason="no PyTorch")
def test_pytorch_tensors_are_taken_without_a_copy():
    import torch

    logits = torch.randn(3, 65, 70, device="cuda", dtype=torch.float16)
    wanted = me.encode((logits > 0.25).cpu().numpy())
    assert me.encode(logits, threshold=0.25) == wanted
    out = torch.zeros(3, 65, 70, device="cuda", dtype=torch.uint8)
    assert me.decode(me.encode(logits, threshold=0.25), out=out) is out
    assert bool((out.bool() == (logits > 0.25)).all())
    with pytest.raises(me.MaskTypeError, match="grad"):
        me.encode(logits.requires_grad_(), threshold=0.25)


@pytest.mark.gpu
@pytest.mark.skipif(importlib.util.find_spec("jax") is None, reason="no JAX")
def test_jax_arrays_are_taken_without_a_copy():
    import jax.numpy as jnp

    mask = jnp.arange(6).reshape(2, 3) % 2
    assert me.encode(mask) == me.encode(np.asarray(mask))


@pytest.mark.gpu
def test_more_than_2_31_pixels():
    import cupy

    stack = cupy.zeros((3, 2**15, 2**15), cupy.uint8)
    stack[2, 5, 2**15 - 1] = 1
    masks = me.encode(stack)
    assert masks.to("cpu")[2].counts.tolist() == [2**30 - 2**15 + 5, 1, 2**15 - 6]
    with me.use(limits={"decode_pixels": 2**30}):
        assert bool((me.decode(masks, dtype="u1") == stack).all())


@pytest.mark.gpu
@pytest.mark.parametrize("dtype", ["f2", "f4"])
def test_more_than_2_31_scores(dtype):
    import cupy

    if cupy.cuda.runtime.memGetInfo()[0] < 2**34:
        pytest.skip("less than 16 GiB of device memory are free")
    scores = cupy.full((3, 2**15, 2**15), -1, dtype)
    scores[0, 0, 0] = cupy.nan
    scores[2, 5, 2**15 - 1] = 0.5
    masks = me.encode(scores, threshold=0.25).to("cpu")
    del scores
    cupy.get_default_memory_pool().free_all_blocks()
    assert masks[0].counts.tolist() == [2**30]
    assert masks[2].counts.tolist() == [2**30 - 2**15 + 5, 1, 2**15 - 6]


def test_more_sizes_than_go_with_a_launch(device_name):
    rng = np.random.default_rng(0)
    sizes = [(1 + k // 40, 1 + k % 40) for k in range(1600)]
    masks = me.Masks.concatenate([me.encode(rng.random(size) < 0.5) for size in sizes])
    with on_device(device_name):
        there = masks.to("cuda")
        assert me.complement(there) == me.complement(masks)
        assert np.array_equal(to_host(me.bbox(there)), me.bbox(masks))
