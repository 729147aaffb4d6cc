"""Runs operations on CUDA devices: the emulated one in its orders, and a GPU where there is one.

Used by test_device.py and the tests of single operations.
"""

import ctypes
import os
from contextlib import contextmanager

import numpy as np
import pytest

import maskengine as me
from maskengine import _device
from maskengine.testing import emulation

DEVICES = [*emulation.ORDERS, pytest.param("cuda", marks=pytest.mark.gpu)]


_current = []


@contextmanager
def on_device(name, seed=0):
    """Give a device by its name in DEVICES."""
    _current.append("cuda")
    try:
        if name == "cuda":
            with own_memory():
                yield _device.cuda()
        else:
            with emulation.emulated_cuda(name, seed) as device:
                yield device
    finally:
        _current.pop()


@contextmanager
def own_memory():
    """Take memory past CuPy's pool under the sanitizer, which sees no bounds within a pool."""
    if os.environ.get("HYPOTHESIS_PROFILE") != "sanitizer":
        yield
        return
    import cupy

    with cupy.cuda.using_allocator(None):
        yield


def here():
    """Give the `device` for calls without arrays: "cuda" inside of on_device, else "cpu"."""
    return _current[-1] if _current else "cpu"


def to_device(device, value):
    """Copy masks and arrays to a device, with the strides that they have; other values stay."""
    if isinstance(value, me.Masks):
        return value.to("cuda")
    if not isinstance(value, np.ndarray) or value.dtype.kind not in "buif":
        return value
    if value.size == 0 or not value.dtype.isnative:
        return device.upload(value)
    low, high = np.lib.array_utils.byte_bounds(value)
    begin = value.__array_interface__["data"][0]
    span = np.frombuffer((ctypes.c_uint8 * (high - low)).from_address(low), np.uint8)
    return strided(device, device.upload(span), begin - low, value)


def strided(device, memory, offset, like):
    """Give an array over memory of a device, with the shape and strides of `like`."""
    if isinstance(device, emulation.EmulatedDevice):
        view = np.ndarray(like.shape, like.dtype, memory.host.data, offset, like.strides)
        return emulation.EmulatedArray(view)
    import cupy

    return cupy.ndarray(like.shape, like.dtype, memory.data + offset, like.strides)


def to_host(value):
    """Copy what an operation gave to the host."""
    if isinstance(value, me.Masks):
        return value.to("cpu")
    if isinstance(value, (tuple, list)):
        return type(value)(to_host(one) for one in value)
    if hasattr(value, "__cuda_array_interface__"):
        return value.get()
    return value
