"""What a fourth attack found: methods of results, copies of them, odd values of their parameters.

Covers: native classes, FrameStats, PolygonChecks, Rules, nms, label, frPyObjects, panoptic rules.
Compares against: the documented errors.
Run: pytest tests/test_attack_fourth.py
"""

import copy
import enum
import pickle

import numpy as np
import pytest

import maskengine as me
from maskengine import _core, quality
from maskengine.pycocotools import frPyObjects
from maskengine.values import runs_of

SPEECHLESS = 10**5000  # an integer that has no text
NATIVE = [
    kind
    for kind in vars(_core).values()
    if isinstance(kind, type) and not issubclass(kind, enum.Enum)
]


@pytest.mark.parametrize("kind", NATIVE, ids=lambda kind: kind.__name__)
def test_native_objects_refuse_to_be_pickled(kind):
    # object's own __reduce__ made an instance of pybind11's base, which ended the process
    for name in ("__reduce__", "__reduce_ex__"):
        assert getattr(kind, name) is not getattr(object, name)


COPIES = {
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
    "reduce": lambda value: value.__reduce__(),
    **{f"protocol {k}": lambda value, k=k: pickle.dumps(value, k) for k in range(6)},
}


@pytest.mark.parametrize("how", COPIES.values(), ids=COPIES)
def test_runs_say_that_they_are_not_copied(how):
    runs = runs_of(me.encode(np.eye(3, dtype=bool)))
    with pytest.raises(TypeError, match="cannot pickle or copy a Runs"):
        how(runs)


@pytest.mark.parametrize("protocol", range(6))
def test_masks_survive_each_protocol(protocol):
    masks = me.encode(np.eye(3, dtype=bool))
    assert pickle.loads(pickle.dumps(masks, protocol)) == masks
    assert copy.deepcopy(masks) == masks


CHECKS = me.check_polygons(me.Polygons.from_coco([[[0, 0, 4, 0, 2, 0]]]))
MAP = np.array([[0, 1], [1, 0]], np.uint8)


def released():
    view = memoryview(bytes(4))
    view.release()
    return view


class Endless:
    def __len__(self):
        return 2**70


class NoIterator(tuple):
    __slots__ = ()

    def __iter__(self):
        return 3


class NoLength(NoIterator):
    __slots__ = ()
    __len__ = None


class Longer(tuple):
    __slots__ = ()

    def __len__(self):
        return 2


class Long:
    def __len__(self):
        return 2**40

    def __getitem__(self, place):
        return 1


class NoItems(dict):
    def items(self):
        return NoIterator()


PLANE = memoryview(np.zeros((2, 2), np.uint8))
REFUSED = {
    "reference": lambda: quality.boundary_offsets([MAP, MAP], reference=SPEECHLESS),
    "only": lambda: me.Rules(Long()),
    "points": lambda: me.contains(me.encode(MAP), Long()),
    "radius": lambda: quality.needed_density(Long()),
    "matrix": lambda: me.warp(me.encode(MAP), Long()),
    "table": lambda: me.remap(MAP, Long()),
    "seed": lambda: me.flood(MAP, Long()),
    "z": lambda: me.rasterize(
        me.Polygons.from_boxes([[0, 0, 1, 1]]), (2, 2), out="labels", z=Long()
    ),
    "polygon": lambda: me.Canvas(MAP.copy()).erase(Longer()),
    "classes": lambda: quality.confusion(MAP, MAP, range(-(2**63), 2**63 - 1)),
    "categories": lambda: quality.match_instances(MAP, MAP, categories=PLANE),
    "box": lambda: quality.PanopticChecker(MAP, {1: 1}, [1]).update(PLANE),
    "average_sizes": lambda: quality.instance_iou(MAP, MAP, MAP, [1], NoItems({1: 2.0})),
    "parts": lambda: me.FrameStats.concatenate(3),
    "parts of others": lambda: me.FrameStats.concatenate([me.encode(MAP)]),
    "collinear": lambda: CHECKS.problems(collinear=np.zeros(3)),
    "stats": lambda: me.label(MAP, stats=Endless()),
    "scores": lambda: me.nms(me.encode(MAP[None]), np.array(["a"]), 0.5),
    "metric": lambda: me.distance_transform(MAP, metric=SPEECHLESS),
    "pyobj": lambda: frPyObjects([np.array(3)], 2, 2),
    "weight": lambda: quality.staple([MAP, MAP], weight=SPEECHLESS),
    "region": lambda: me.flood(MAP, (0, 0), region=released()),
    "barrier": lambda: me.flood(MAP, (0, 0), barrier=released()),
    "min_fragment": lambda: quality.validate_panoptic(MAP, [], {1: True}, min_fragment=-SPEECHLESS),
}


@pytest.mark.parametrize("name", REFUSED)
def test_odd_arguments_are_refused(name):
    with pytest.raises(me.MaskError, match=f"^{name.split()[0]}"):
        REFUSED[name]()


def test_no_scores_of_no_masks():
    assert me.nms(me.encode(MAP[None])[:0], np.array([], str), 0.5).tolist() == []


def test_masks_and_labels_in_a_tuple_with_an_iterator_of_its_own():
    masks = me.encode(MAP[None])
    for kind in (NoIterator, NoLength):
        own = quality.confusion(kind((masks, [1])), MAP, 2)
        assert own.counts[:, :2].tolist() == [[2, 0], [0, 2]]


def test_rules_with_long_numbers_have_a_text():
    assert "max_area=int without a text" in repr(me.Rules(max_area=SPEECHLESS))
    told = repr(me.Rules(protect=[2]))
    assert told == "Rules(only=None, protect=[2], region=None, max_area=None)"


def test_labels_in_a_range_without_a_length():
    canvas = me.Canvas(np.zeros((2, 2), np.uint8))
    with pytest.raises(me.ShapeMismatch, match=r"^labels: expected 1 labels"):
        canvas.paste(MAP[None], range(2**70))
    assert canvas.paste(MAP[None], range(3, 4)).gained == {3: 2}


def test_no_layers_of_no_dtype():
    assert quality.check_amodal(*[me.encode(MAP[None])[:0]] * 2, hidden_by_unlabeled=[]) == []


@pytest.mark.parametrize("dtype", ["M8[s]", "U3", "O", "S2", [("a", "f8"), ("b", "i4")]])
def test_no_values_of_any_type_are_no_values(dtype: object) -> None:
    none, empty = me.Masks.from_coco([]), np.zeros(0, dtype)
    assert len(me.vote(none, empty, 1.0, size=(2, 3))) == 1
    assert me.nms(none, empty, 0.5).tolist() == []
    assert me.iou(none, none, crowd=empty).shape == (0, 0)


@pytest.mark.parametrize("stride", [np.zeros((0, 2)), np.zeros((0, 2), np.int64), [], [[1, 1]]])
def test_steps_of_a_window_are_two(stride: object) -> None:
    masks = me.encode(np.ones((4, 5), np.uint8))
    with pytest.raises(me.MaskError, match="stride"):
        me.convolve(masks, np.ones((2, 2)), 1.0, stride=stride)  # type: ignore[arg-type]


def test_a_kind_that_is_a_table_is_refused() -> None:
    scores, table = np.zeros((1, 2, 3), np.uint8), np.zeros(2, [("a", "f8")])
    with pytest.raises(me.MaskError, match="kind"):
        quality.prelabel_masks(scores, kind=table)  # type: ignore[call-overload]


def test_an_error_quotes_no_more_than_it_shows() -> None:
    class Counted(float):
        quoted = read = 0

        def __repr__(self) -> str:
            Counted.quoted += 1
            return "0.1"

        def __float__(self) -> float:
            Counted.read += 1
            return 0.1

    many = [Counted()] * 100_000
    masks = me.encode(np.eye(3, dtype=bool))
    for call in (lambda: me.flip(masks, many), lambda: me.dilate(masks, many)):  # type: ignore[arg-type]
        with pytest.raises(me.MaskError, match=r"got \[0.1, 0.1"):
            call()
    assert Counted.quoted < 1000
    assert Counted.read < 1000
