"""rasterize on a CUDA device: the masks, stacks and label maps of the host.

Run: pytest tests/test_rasterize_device.py (with a GPU: pytest -m gpu)
"""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import maskengine as me
from devices import on_device, to_host
from maskengine.testing import emulation
from maskengine.testing import polygons as shapes
from test_device import FEWER

RULES = {"exact": shapes.exact, "coco": shapes.coco}
MIXED = [(4, 4), (4, 5)]
SQUARES = me.Polygons.from_coco([[[0, 0, 3, 0, 3, 3, 0, 3]], [[1, 1, 4, 1, 4, 4, 1, 4]]])


@pytest.mark.parametrize("rule", RULES)
def test_masks_are_those_of_the_oracle(device_name, rule):
    @FEWER
    @given(shapes.polygons(), st.integers(0, 2**32 - 1))
    def check(drawn, seed):
        wanted = shapes.rasterize(*drawn, RULES[rule])
        with on_device(device_name, seed):
            masks = me.rasterize(*drawn, rule=rule, device="cuda")
            assert masks.device == "cuda:0"
            assert masks == wanted
            if len(drawn[0]) > 1:
                assert me.rasterize(drawn[0][1:], drawn[1], rule=rule, device="cuda") == wanted[1:]

    check()


def test_the_winding_number_is_that_of_the_oracle(device_name):
    @FEWER
    @given(shapes.polygons(), st.integers(0, 2**32 - 1))
    def check(drawn, seed):
        wanted = shapes.rasterize(*drawn, shapes.exact, "nonzero")
        with on_device(device_name, seed):
            assert me.rasterize(*drawn, fill="nonzero", device="cuda") == wanted

    check()


@pytest.mark.parametrize("rule", RULES)
def test_items_of_several_sizes(device_name, rule):
    @FEWER
    @given(shapes.polygons(), st.integers(0, 2**32 - 1))
    def check(drawn, seed):
        polygons, (height, width) = drawn
        rng = np.random.default_rng(seed)
        sizes = rng.integers(0, (height + 2, width + 2), (len(polygons), 2))
        each = [
            shapes.rasterize(polygons[i], tuple(size), RULES[rule])
            for i, size in enumerate(sizes.tolist())
        ]
        wanted = me.Masks.concatenate(each or [me.Masks([], [0], [])])
        with on_device(device_name, seed):
            assert me.rasterize(polygons, sizes, rule, device="cuda") == wanted
            fill = "nonzero" if rule == "exact" else "even-odd"
            ours = me.rasterize(polygons, sizes, rule, fill, device="cuda")
            assert ours == me.rasterize(polygons, sizes, rule, fill)
            alike = [(height, width)] * len(polygons) or np.zeros((0, 2), int)
            assert np.array_equal(
                to_host(me.rasterize(polygons, alike, rule, out="dense", device="cuda")),
                me.rasterize(polygons, alike, rule, out="dense"),
            )

    check()


@pytest.mark.parametrize("rule", RULES)
def test_every_form_is_that_of_the_host(device_name, rule):
    @FEWER
    @given(shapes.polygons(), st.integers(0, 2**32 - 1))
    def check(drawn, seed):
        polygons, size = drawn
        rng = np.random.default_rng(seed)
        n = len(polygons)
        options = [
            {"out": "dense"},
            {"out": "labels"},
            {"out": "labels", "labels": rng.integers(0, 300, n), "z": rng.integers(0, 3, n)},
        ]
        with on_device(device_name, seed) as device:
            for option in options:
                wanted = me.rasterize(*drawn, rule=rule, **option)
                ours = to_host(me.rasterize(*drawn, rule=rule, device="cuda", **option))
                assert ours.dtype == wanted.dtype
                assert np.array_equal(ours, wanted)
            painted = np.full(size, 7, np.int16)
            there = device.upload(painted)
            labels = -rng.permutation(n)
            me.rasterize(*drawn, rule=rule, out=painted, labels=labels)
            ours = me.rasterize(*drawn, rule=rule, out=there, labels=labels, device="cuda")
            assert ours is there
            assert np.array_equal(there.get(), painted)

    check()


@pytest.mark.parametrize("far", [2e8, 5e8, 1e12, 1e200])
def test_far_vertices_by_the_coco_rule(far):
    rng = np.random.default_rng(3)
    rings = [[(rng.random(8) * 60 * rng.choice([1, far], 8)).tolist()] for _ in range(40)]
    polygons = me.Polygons.from_coco(rings)
    with emulation.emulated_cuda():
        ours = me.rasterize(polygons, (50, 60), "coco", device="cuda")
        assert ours == me.rasterize(polygons, (50, 60), "coco")


@pytest.mark.parametrize("far", [1, 1e3, 1e6, 3e7])
@pytest.mark.parametrize("rule", RULES)
def test_many_random_polygons(rule, far):
    rng = np.random.default_rng(5)
    rings = [[((rng.random(14) - 0.3) * 90 * far).round(2).tolist()] for _ in range(200)]
    rings += [[(rng.integers(-40, 300, 40) / 4).tolist()] for _ in range(200)]
    polygons = me.Polygons.from_coco(rings)
    with emulation.emulated_cuda():
        ours = me.rasterize(polygons, (64, 70), rule, device="cuda")
        assert ours == me.rasterize(polygons, (64, 70), rule)
        if rule == "exact":
            ours = me.rasterize(polygons, (64, 70), fill="nonzero", device="cuda")
            assert ours == me.rasterize(polygons, (64, 70), fill="nonzero")


def test_what_a_device_does_not_take():
    with emulation.emulated_cuda() as device:
        for wrong, call in [
            ("rule: expected 'exact' or 'coco'", {"rule": "opencv"}),
            ("fill: expected 'even-odd'", {"rule": "coco", "fill": "nonzero"}),
            (r"size: expected shape \(2, 2\)", {"size": [(4, 4)] * 3}),
            (r"size\[1\]: expected", {"size": [(4, 4), (4, -4)]}),
            (
                r"size\[1\]: .*one size for all items with out='dense'",
                {"size": MIXED, "out": "dense"},
            ),
            (
                r"size\[1\]: .*one size for all items with out='labels'",
                {"size": MIXED, "out": "labels"},
            ),
            ("out: expected", {"out": "map"}),
            ("out: expected .* on cuda:0", {"out": np.zeros((2, 4, 4), bool)}),
            (r"out: expected shape \(2, 4, 4\)", {"out": device.upload(np.zeros((4, 4), bool))}),
            ("z: expected none", {"z": [1, 2]}),
            (
                r"labels\[1\]: expected a label in \[0, 255\]",
                {"out": device.upload(np.zeros((4, 4), np.uint8)), "labels": [1, 256]},
            ),
            ("device: expected", {"device": "gpu"}),
        ]:
            options = {"size": (4, 4), "device": "cuda"} | call
            with pytest.raises(me.MaskError, match=wrong):
                me.rasterize(SQUARES, **options)
        far = me.Polygons.from_coco([[[0, 0, 1, 1, 0, 1]], [[0, 0, 4e9, 1, 0, 1]]])
        with pytest.raises(me.LimitExceeded, match=r"polygons\[1\]: ring 0: .*4000000000"):
            me.rasterize(far, (4, 4), device="cuda")
