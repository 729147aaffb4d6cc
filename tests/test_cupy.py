"""How calls reach a device through CuPy, with a stand-in for CuPy whose device is the host.

The real one is used by the tests marked gpu; this runs the same lines where there is none.
Covers: maskengine._device.Device. Run: pytest tests/test_cupy.py
"""

import sys
from contextlib import nullcontext
from types import SimpleNamespace

import numpy as np
import pytest

import maskengine as me
from maskengine import _device
from maskengine.testing import emulation, oracles


class Array(emulation.EmulatedArray):
    """As cupy.ndarray: made of a shape, a dtype and memory."""

    def __init__(self, shape, dtype=float, memptr=None, strides=None):
        size = int(np.prod(shape)) * np.dtype(dtype).itemsize
        self.memory = memptr or emulation._Block(size)
        super().__init__(np.ndarray(shape, dtype, self.memory.host.data, 0, strides))

    device = SimpleNamespace(id=0)

    def __dlpack_device__(self):
        return 2, 0


def asarray(value):
    if isinstance(value, np.ndarray):
        made = Array(value.shape, value.dtype)
        made.host[...] = value
        return made
    interface = value.__cuda_array_interface__
    assert interface["version"] == 3
    view = object.__new__(Array)
    view.host = value.host
    return view


@pytest.fixture
def cupy(monkeypatch):
    calls = []

    def alloc(size):
        calls.append(size)
        return emulation._Block(size)

    runtime = SimpleNamespace(
        getDevice=lambda: 0,
        getDeviceCount=lambda: 1,
        pointerGetAttributes=lambda _: SimpleNamespace(device=0),
    )
    stand_in = SimpleNamespace(
        __version__="14.2.0",
        ndarray=Array,
        empty=lambda shape, dtype, order: Array(shape, dtype),
        asarray=asarray,
        asnumpy=lambda array: array.get(),
        from_dlpack=lambda value: asarray(value.__dlpack__(stream=7)),
        cuda=SimpleNamespace(
            alloc=alloc,
            Device=lambda index: nullcontext(),
            get_current_stream=lambda: SimpleNamespace(ptr=0),
            runtime=runtime,
        ),
        calls=calls,
    )
    emulated = emulation.EmulatedDevice("sequential").native
    native = SimpleNamespace(
        **{name: getattr(emulated, name) for name in dir(emulated) if name[0] != "_"},
        status=lambda index: (
            "unavailable: no CUDA device 7" if index == 7 else "Stand-in, compute capability 9.0"
        ),
    )
    native.Queue = SimpleNamespace(
        make=lambda allocate, stream, device: emulated.Queue.make(
            allocate, "sequential", stream + device
        )
    )
    monkeypatch.setitem(sys.modules, "cupy", stand_in)
    monkeypatch.setattr(_device, "cuda_module", lambda: native)
    monkeypatch.setattr(me._backend, "cuda_module", lambda: native)
    monkeypatch.setattr(_device, "_devices", {})
    return stand_in


def test_results_are_cupy_arrays_of_its_pool(cupy):
    mask = oracles.art("#.#", ".#.")
    there = cupy.asarray(mask)
    masks = me.encode(there)
    assert masks.device == "cuda:0"
    assert isinstance(masks.counts, Array)
    assert sum(cupy.calls) > 0  # all memory was asked of CuPy
    assert masks == oracles.encode([mask])
    assert isinstance(me.area(masks), Array)
    assert me.area(masks).get().tolist() == [3]
    out = cupy.asarray(np.zeros((1, 2, 3), np.int32))
    assert me.decode(masks, out=out, value=7) is out
    assert out.get()[0].tolist() == (mask * 7).tolist()
    image, n = me.label(there, 4)
    assert image.get().tolist() == [[1, 0, 2], [0, 3, 0]]
    assert n.get() == 3
    again = oracles.encode([mask]).to("cuda:0")
    assert again.to("cpu") == oracles.encode([mask])
    assert me.union(again, masks) == again


def test_arrays_of_others_are_taken_through_either_interface(cupy):
    mask = oracles.art("##", ".#")

    class Tensor:  # with the interface of CUDA arrays alone
        def __init__(self):
            self.host = mask

        @property
        def __cuda_array_interface__(self):
            return emulation.EmulatedArray(self.host).__cuda_array_interface__

    class Packed:  # with DLPack alone
        array = cupy.asarray(mask)

        def __dlpack__(self, stream=None):
            return self.array

        def __dlpack_device__(self):
            return 2, 0

    class OnHost:
        def __dlpack_device__(self):
            return 1, 0

    class WithGradient:
        @property
        def __cuda_array_interface__(self):
            raise RuntimeError("Can't get it on a Variable that requires grad")

    assert me.encode(Tensor()) == oracles.encode([mask])
    assert me.encode(Packed()) == oracles.encode([mask])
    assert _device.device_of(OnHost()) is None
    assert _device.device_of(mask) is None
    with pytest.raises(me.MaskTypeError, match="grad"):
        me.encode(WithGradient())


def test_streams_are_joined_where_the_maker_can(cupy):
    """PyTorch gives both interfaces, and only DLPack tells it on which stream we read."""
    mask = oracles.art("##", ".#")
    waited = []

    class Tensor(Array):
        refuses = False

        def __init__(self):
            super().__init__(mask.shape, bool)
            self.host[...] = mask

        def __dlpack__(self, stream=None):
            if self.refuses:
                raise BufferError("no such dtype")
            waited.append(stream)
            return emulation.EmulatedArray(self.host)

    cupy.ndarray = type("ndarray", (Array,), {})  # a tensor is none
    assert me.encode(Tensor()) == oracles.encode([mask])
    assert waited == [7]
    Tensor.refuses = True
    assert me.encode(Tensor()) == oracles.encode([mask])
    with pytest.raises(me.MaskTypeError, match="can be shared: no such dtype"):
        _device.cuda().view(SimpleNamespace(__dlpack__=Tensor().__dlpack__))


def test_what_is_read_only_stays_as_it_is(cupy):
    """As JAX gives its arrays; CuPy does not know that of an array."""
    mask = oracles.art("##", ".#")
    masks = oracles.encode([mask]).to("cuda")
    image = cupy.asarray(np.zeros((2, 2), np.uint8))
    out = emulation.EmulatedArray(np.zeros((2, 2), np.uint8))
    out.host.flags.writeable = False
    calls = [
        lambda: me.decode(masks, out=out),
        lambda: me.compose(masks, out=out),
        lambda: me.boundary(image, out=out),
        lambda: me.label(image, out=out),
        lambda: me.flood(image, (0, 0), out=out),
        lambda: me.rasterize(me.Polygons.from_coco([[]]), (2, 2), out=out, device="cuda"),
    ]
    for call in calls:
        with pytest.raises(me.MaskError, match="out: expected an array that can be written to"):
            call()
    assert not out.host.any()


def test_what_is_kept_for_later_calls_is_kept_for_one_stream(cupy):
    masks = oracles.encode([oracles.art("##", ".#")]).to("cuda")
    uploads = []
    upload = cupy.asarray
    cupy.asarray = lambda value: uploads.append(value) or upload(value)
    for stream, n in [(0, 1), (0, 1), (5, 2), (5, 2), (0, 3)]:
        cupy.cuda.get_current_stream = lambda ptr=stream: SimpleNamespace(ptr=ptr)
        assert me.bbox(masks).get().tolist() == [[0, 0, 2, 2]]
        assert len(uploads) == n


def test_a_call_runs_on_the_device_of_its_arrays(cupy, monkeypatch):
    entered = []

    class Device:
        def __init__(self, index):
            self.index = index

        def __enter__(self):
            entered.append(self.index)

        def __exit__(self, *_):
            entered.append("left")

    monkeypatch.setattr(cupy.cuda, "Device", Device)
    monkeypatch.setattr(Array, "device", SimpleNamespace(id=1))
    masks = me.encode(cupy.asarray(oracles.art("##", ".#")))
    assert masks.device == "cuda:1"
    assert set(entered) == {1, "left"}
    with pytest.raises(me.MaskTypeError, match="b: expected masks on cuda:1, got some on cuda:0"):
        me.union(masks, oracles.encode([oracles.art("##", ".#")]).to("cuda:0"))


def test_the_stream_of_the_device_of_an_array_waits_for_it(cupy, monkeypatch):
    current = [0]

    class Device:
        def __init__(self, index):
            self.index = index

        def __enter__(self):
            current.append(self.index)

        def __exit__(self, *_):
            current.pop()

    class Foreign:  # its interface is all that there is, and has a stream
        host = oracles.art("##", ".#")

        @property
        def __cuda_array_interface__(self):
            return emulation.EmulatedArray(self.host).__cuda_array_interface__ | {"stream": 1}

    taken = []
    monkeypatch.setattr(cupy.cuda, "Device", Device)
    monkeypatch.setattr(cupy, "asarray", lambda value: taken.append(current[-1]) or asarray(value))
    cupy.cuda.runtime.pointerGetAttributes = lambda _: SimpleNamespace(device=1)
    assert me.encode(Foreign()).device == "cuda:1"
    assert (taken, current) == ([1], [0])


def test_no_name_means_the_device_that_cupy_has_for_current(cupy, monkeypatch):
    asked = []
    native = _device.cuda_module()
    monkeypatch.setattr(
        native,
        "status",
        lambda index: asked.append(index) or ("unavailable: no kernels" if index == 1 else "Some"),
    )
    cupy.cuda.runtime.getDevice = lambda: 1
    with pytest.raises(me.BackendUnavailable, match="device: no kernels"):
        oracles.encode([oracles.art("#")]).to("cuda")
    assert asked == [-1, 1]


def test_what_its_maker_does_not_share_is_refused(cupy):
    class Scattered:  # as a JAX array over several devices
        __dlpack__ = None

        def __dlpack_device__(self):
            raise BufferError("not on one device")

    with pytest.raises(me.MaskTypeError, match=r"mask: .*can be shared: .*not on one device"):
        me.encode(Scattered())


def test_a_device_that_is_not_there_is_named(cupy):
    masks = oracles.encode([oracles.art("##", ".#")])
    for known in (False, True):  # before and after another one was used
        with pytest.raises(me.BackendUnavailable, match="device: no CUDA device 7"):
            masks.to("cuda:7")
        assert known or masks.to("cuda:0") == masks
    with pytest.raises(me.MaskError, match="device: expected 'cuda' or 'cuda:<n>'"):
        masks.to("cuda:" + 5000 * "7")


def test_what_cupy_does_not_share_is_refused(cupy):
    class Masked:
        host = oracles.art("##", ".#")

        @property
        def __cuda_array_interface__(self):
            return emulation.EmulatedArray(self.host).__cuda_array_interface__

    def refuse(value):
        raise ValueError("masked arrays are not supported")

    cupy.asarray = refuse
    with pytest.raises(me.MaskTypeError, match="can be shared: masked arrays are not"):
        me.encode(Masked())


def test_memory_that_no_device_reaches_is_refused(cupy):
    class OfHost:
        __cuda_array_interface__ = emulation.EmulatedArray(np.ones(2)).__cuda_array_interface__

    cupy.cuda.runtime.pointerGetAttributes = lambda _: SimpleNamespace(device=-2)
    with pytest.raises(me.MaskTypeError, match="mask: expected memory that a CUDA device reaches"):
        me.encode(OfHost())


def test_what_is_missing_is_named(cupy, monkeypatch):
    assert me.devices()["cuda"] == "Stand-in, compute capability 9.0, CuPy 14.2.0"

    def broken():
        raise RuntimeError("cudaErrorUnknown: unknown error")

    monkeypatch.setattr(cupy.cuda.runtime, "getDeviceCount", broken)
    assert "CuPy does not run here (cudaErrorUnknown" in me.devices()["cuda"]
    monkeypatch.setitem(sys.modules, "cupy", None)
    status = me.devices()["cuda"]
    assert status.startswith("unavailable: CuPy is not installed (pip install cupy-cuda13x)")
    with pytest.raises(me.BackendUnavailable, match="device: CuPy is not installed"):
        oracles.encode([oracles.art("#")]).to("cuda")
