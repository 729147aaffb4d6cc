"""What an emulated device cannot show: graphs, streams, memory that ends, several devices.

Covers: maskengine._device with CuPy, PyTorch and JAX. Run: pytest -m gpu tests/test_gpu.py
"""

import importlib.util

import numpy as np
import pytest

import maskengine as me

pytestmark = pytest.mark.gpu
RNG = np.random.default_rng(0)


def stacks():
    """Draw two stacks of one shape."""
    return [(RNG.random((3, 150, 130)) < 0.4).astype(np.uint8) for _ in range(2)]


class Calls:
    """The calls that do not wait, on arrays that stay where they are."""

    def __init__(self, cupy, stack):
        self.stack = cupy.asarray(stack)
        self.masks = me.encode(self.stack)
        self.image = cupy.zeros(stack.shape, np.uint32)
        self.band = cupy.zeros(stack.shape, np.uint8)
        self.dense = cupy.zeros(stack.shape, np.uint8)

    def __call__(self):
        me.label(self.stack, out=self.image)
        me.boundary(self.stack, 2, out=self.band)
        me.decode(self.masks, out=self.dense)
        return me.area(self.masks), me.bbox(self.masks), me.iou(self.masks, self.masks)


def test_calls_that_do_not_wait_are_captured_in_a_graph():
    import cupy

    first, second = stacks()
    masks = me.encode(first)
    pool = cupy.cuda.MemoryPool()
    stream = cupy.cuda.Stream(non_blocking=True)
    with cupy.cuda.using_allocator(pool.malloc), stream:
        calls = Calls(cupy, first)
        calls()
        stream.begin_capture()
        area, bbox, iou = calls()
        graph = stream.end_capture()
        calls.stack[...] = cupy.asarray(second)
        graph.launch(stream)
        stream.synchronize()
        assert np.array_equal(calls.image.get(), me.label(second)[0])
        assert np.array_equal(calls.band.get(), me.boundary(second, 2))
        assert np.array_equal(calls.dense.get(), first)
        assert np.array_equal(area.get(), me.area(masks))
        assert np.array_equal(bbox.get(), me.bbox(masks))
        assert np.array_equal(iou.get(), me.iou(masks, masks))


def test_calls_run_on_the_current_stream():
    import cupy

    first, second = stacks()
    streams = [cupy.cuda.Stream(non_blocking=True) for _ in range(2)]
    found = []
    for stream, stack in zip(streams, (first, second), strict=True):
        with stream:
            masks = me.encode(cupy.asarray(stack))
            found.append((masks, me.decode(masks, dtype="u1")))
    for stream, stack, (masks, dense) in zip(streams, (first, second), found, strict=True):
        with stream:
            assert masks == me.encode(stack)
            assert np.array_equal(dense.get(), stack)


def test_without_memory_all_is_as_it_was():
    import cupy

    stack = stacks()[0]
    masks = me.encode(cupy.asarray(stack))
    out = cupy.full(stack.shape, 7, np.uint8)
    pool = cupy.cuda.MemoryPool()
    pool.set_limit(size=512)
    with cupy.cuda.using_allocator(pool.malloc):
        for call in (lambda: me.decode(masks, out=out), lambda: me.union(masks)):
            with pytest.raises(MemoryError):
                call()
    assert bool((out == 7).all())
    assert np.array_equal(me.decode(masks, dtype="u1").get(), stack)


def test_a_device_that_is_not_there_is_named():
    import cupy

    stack = stacks()[0]
    masks = me.encode(stack)
    n = cupy.cuda.runtime.getDeviceCount()
    with pytest.raises(me.BackendUnavailable, match=f"device: no CUDA device {n}; the last one is"):
        masks.to(f"cuda:{n}")
    assert masks.to("cuda") == masks  # the calls after it know nothing of that


def test_the_device_is_that_of_the_arrays():
    import cupy

    if cupy.cuda.runtime.getDeviceCount() < 2:
        pytest.skip("this machine has one device")
    stack = stacks()[0]
    with cupy.cuda.Device(1):
        there = cupy.asarray(stack)
    masks = me.encode(there)
    assert (masks.device, masks.counts.device.id) == ("cuda:1", 1)
    assert cupy.cuda.runtime.getDevice() == 0
    assert masks == me.encode(stack)
    assert np.array_equal(me.label(there)[0].get(), me.label(stack)[0])
    with pytest.raises(me.MaskTypeError, match="b: expected masks on cuda:1, got some on cuda:0"):
        me.union(masks, me.encode(stack).to("cuda:0"))


@pytest.mark.skipif(importlib.util.find_spec("torch") is None, reason="no PyTorch")
def test_what_pytorch_has_still_to_do_is_waited_for():
    import torch

    with torch.cuda.stream(torch.cuda.Stream()):
        values = torch.rand(2048, 2048, device="cuda")
        for _ in range(50):
            values = values.sort(dim=0).values.roll(700, dims=0)
        mask = values > 0.5
        masks = me.encode(mask)
        torch.cuda.synchronize()
        assert masks == me.encode(mask.cpu().numpy())


@pytest.mark.skipif(importlib.util.find_spec("jax") is None, reason="no JAX")
def test_what_jax_gives_is_not_written_to():
    import jax.numpy as jnp

    masks = me.encode(stacks()[0])
    out = jnp.zeros((3, 150, 130), jnp.uint8)
    if not hasattr(out, "__cuda_array_interface__"):
        pytest.skip("this JAX does not use the device")
    with pytest.raises(me.MaskError, match="out: expected an array that can be written to"):
        me.decode(masks.to("cuda"), out=out)
    assert not out.any()
