"""Calls that name their device: what lies elsewhere is copied there, once, and the result stays.

Covers: device= of encode, label, boundary, joint and flood. Run: pytest tests/test_placed.py
"""

import numpy as np
import pytest

import maskengine as me
from devices import on_device, to_host
from maskengine.testing import emulation, oracles

MASK = oracles.art("##.#", "#..#", "..##")
IMAGE = np.array([[1, 1, 5, 7], [9, 2, 1, 1], [9, 9, 1, 2]], np.uint8)
RUNS = oracles.encode([MASK])
BATCH = oracles.encode([MASK, ~MASK])

CALLS = {
    "encode": lambda **to: me.encode(MASK, **to),
    "encode scores": lambda **to: me.encode(np.float16(IMAGE), 4.5, **to),
    "label": lambda **to: me.label(MASK, **to)[0],
    "label of masks": lambda **to: me.label(BATCH, output="masks", **to)[0],
    "boundary": lambda **to: me.boundary(IMAGE, kind="labels", **to),
    "boundary of masks": lambda **to: me.boundary(BATCH, **to),
    "joint": lambda **to: me.joint(IMAGE, MASK, **to).pixels,
    "flood": lambda **to: me.flood(IMAGE, (0, 0), 1, **to).masks,
    "flood in bounds": lambda **to: (
        me.flood(IMAGE, (0, 0), 9, barrier=IMAGE == 2, region=RUNS, **to).masks
    ),
    "flood in a box": lambda **to: me.flood(IMAGE, (0, 0), 9, region=(0, 0, 2, 2), **to).masks,
}


@pytest.mark.parametrize("name", CALLS)
def test_what_lies_on_the_host_is_copied_to_the_device(name, device_name):
    wanted = CALLS[name]()
    with on_device(device_name):
        ours = CALLS[name](device="cuda")
        if isinstance(ours, me.Masks):
            assert ours.device.startswith("cuda:")
            assert ours == wanted
        else:
            assert not isinstance(ours, np.ndarray)
            assert np.array_equal(to_host(ours), wanted)


def test_each_array_is_copied_once(monkeypatch):
    uploads = []
    upload = emulation.EmulatedDevice.upload
    with emulation.emulated_cuda() as device:
        monkeypatch.setattr(
            emulation.EmulatedDevice,
            "upload",
            lambda self, array: uploads.append(array.dtype) or upload(self, array),
        )
        there = me.encode(MASK, device="cuda")
        assert uploads == [bool]
        me.joint(IMAGE, MASK, device="cuda")
        assert uploads == [bool, np.uint8, bool]
        assert me.boundary(there, device="cuda:0").device == "cuda:0"
        assert me.encode(device.empty((2, 2), bool), device="cuda").device == "cuda:0"
        assert len(uploads) == 3  # what is there stays there


def test_what_lies_on_a_device_is_copied_to_the_host():
    with emulation.emulated_cuda() as device:
        mask, image = device.upload(MASK), device.upload(IMAGE)
        masks = me.encode(mask, device="cpu")
        assert masks.device == "cpu"
        assert masks == RUNS
        found = me.label(mask, device="cpu")[0]
        assert isinstance(found, np.ndarray)
        assert found.tolist() == [[1, 1, 0, 2], [1, 0, 0, 2], [0, 0, 2, 2]]
        there = BATCH.to("cuda")
        assert me.boundary(there, device="cpu").device == "cpu"
        filled = me.flood(image, (0, 0), 9, barrier=there[:1], device="cpu")
        assert filled == me.flood(IMAGE, (0, 0), 9, barrier=BATCH[:1])
    assert me.encode(MASK, device="cpu") == RUNS  # with no device at all


def test_other_byte_orders_become_ours():
    with emulation.emulated_cuda():
        swapped = np.array([[1, 256]], ">u2")
        assert me.label(swapped, kind="labels", device="cuda", stats=True)[
            2
        ].label.get().tolist() == [
            1,
            256,
        ]


def test_what_cannot_be_copied_is_named():
    bits = me.PackedBits(np.zeros((1, 1), np.uint8), 8)
    with emulation.emulated_cuda():
        for wrong, call in [
            (r"mask: expected an array, got PackedBits", lambda: me.encode(bits, device="cuda")),
            (r"mask: .*dtype object", lambda: me.encode(np.array([[None]]), device="cuda")),
            (r"source: .*dtype complex", lambda: me.label(np.ones((1, 1), "c8"), device="cuda")),
            (r"maps\[1\]: expected an array", lambda: me.joint(IMAGE, [[1]], device="cuda")),
            (r"out: expected an array on cuda:0", lambda: me.label(MASK, out=MASK, device="cuda")),
            (r"device: expected 'cpu'", lambda: me.encode(MASK, device="gpu")),
            (r"device: expected 'cpu'", lambda: me.boundary(RUNS, device=0)),
        ]:
            with pytest.raises(me.MaskError, match=wrong):
                call()
