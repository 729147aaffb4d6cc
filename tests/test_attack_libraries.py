"""Tensors and columns of real libraries that are no arrays, and errors that travel with them.

Covers: maskengine._arrays, maskengine.errors, maskengine.adapters, maskengine.pycocotools.
Compares against: pycocotools, for what it takes of tensors; PyTorch where it is installed, and
    everywhere an object that refuses as its tensors do.
Run: pytest tests/test_attack_libraries.py
"""

import importlib.util
import warnings

import numpy as np
import pytest
from pycocotools import mask as pycoco

import maskengine as me
from maskengine import adapters
from maskengine.errors import MaskError
from maskengine.pycocotools import frPyObjects
from maskengine.pycocotools import iou as coco_iou

DENSE = np.array([[[1, 1, 0], [0, 0, 0]], [[0, 0, 0], [0, 1, 1]]], bool)
TWO = me.encode(DENSE)


class Tensor:
    """Refuses as PyTorch's tensors do that require a gradient."""

    dtype, ndim = "torch.float32", 3

    def __init__(self, *shape):
        self.shape = shape

    def refuse(self, *_args, **_named):
        raise RuntimeError("Can't call numpy() on Tensor that requires grad. Use detach()")

    __array__ = __int__ = __index__ = __float__ = __bool__ = refuse


CALLS = {
    "encode": (3, lambda t: me.encode(t, threshold=0.5)),
    "argmax": (3, me.argmax),
    "from_torchvision": (3, lambda t: adapters.from_torchvision({"masks": t})),
    "from_sam": (2, lambda t: adapters.from_sam([{"segmentation": t}])),
    "scores": (1, lambda t: me.nms(TWO, t, threshold=0.5)),
    "predicted_iou": (1, lambda t: adapters.to_sam(TWO, scores=t)),
    "labels": (1, lambda t: adapters.to_torchvision(TWO, t)),
    "boxes": (2, lambda t: me.box_iou(t, t)),
    "polygons": (2, me.Polygons.from_boxes),
    "compose": (1, lambda t: me.compose(TWO, t)),
}
SINGLE = {
    "threshold": lambda t: me.encode(np.float32([[1]]), threshold=t),
    "rot90": lambda t: me.rot90(TWO, t),
    "max_area": lambda t: me.flood(np.zeros((3, 3), np.uint8), (1, 1), max_area=t),
    "flag": lambda t: TWO.to_coco(compressed=t),
    "h": lambda t: frPyObjects([[0, 0, 2, 0, 2, 2]], t, 4),
    "pyiscrowd": lambda t: coco_iou([[0, 0, 2, 2]], [[0, 0, 2, 2]], t),
}


@pytest.mark.parametrize("name", CALLS)
def test_what_cannot_become_an_array_is_a_wrong_type(name):
    sides, call = CALLS[name]
    with pytest.raises(me.MaskTypeError, match="requires grad"):
        call(Tensor(*(2,) * sides))


@pytest.mark.parametrize("name", SINGLE)
def test_what_cannot_become_a_number_is_refused(name):
    with pytest.raises(MaskError):
        SINGLE[name](Tensor())


def test_an_index_that_cannot_become_an_array():
    with pytest.raises(IndexError, match="requires grad"):
        TWO[Tensor(1)]


def refusing_tensors(torch):
    """Give tensors of which NumPy gets no array."""
    from torch._subclasses.fake_tensor import FakeTensorMode

    pixels = torch.from_numpy(DENSE).float()
    with FakeTensorMode():
        fake = torch.zeros(2, 2, 3)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # nested tensors are a prototype
        nested = torch.nested.nested_tensor([pixels[0], pixels[1, :1]])
    return {
        "gradient": pixels.clone().requires_grad_(),
        "parameter": torch.nn.Parameter(pixels),
        "negated": torch.view_as_complex(torch.stack([pixels, pixels], -1)).conj().imag,
        "meta": pixels.to("meta"),
        "sparse": pixels.to_sparse(),
        "bfloat16": pixels.bfloat16(),
        "nested": nested,
        "fake": fake,
    }


def test_tensors_that_numpy_does_not_get():
    torch = pytest.importorskip("torch", reason="PyTorch is installed by hand")
    for tensor in refusing_tensors(torch).values():
        with pytest.raises(me.MaskTypeError):
            me.encode(tensor, threshold=0.5)
        with pytest.raises(me.MaskTypeError):
            adapters.from_torchvision({"masks": tensor})


def test_tensors_of_every_layout_that_numpy_gets():
    torch = pytest.importorskip("torch", reason="PyTorch is installed by hand")
    pixels = torch.from_numpy(DENSE)
    with torch.inference_mode():
        inferred = pixels.clone()
    turned = pixels.permute(2, 1, 0).contiguous().permute(2, 1, 0)
    last = pixels[:, None].float().contiguous(memory_format=torch.channels_last)
    for given in (inferred, turned, pixels.half(), pixels.to(torch.uint16), last):
        assert adapters.from_torchvision({"masks": given}) == TWO
    assert me.encode(pixels[:, :, ::2]) == me.encode(DENSE[:, :, ::2].copy())
    assert me.encode(pixels[:1].expand(3, 2, 3)) == TWO[[0, 0, 0]]


# --- errors that another library puts into a text of its own


@pytest.mark.parametrize("long", [480, 481, 100_000])
def test_the_end_of_a_long_text_is_kept(long):
    """As what was said stands behind a traceback, where PyTorch tells of a worker's error."""
    said = "masks[3]: counts sum to 1, expected 6"
    text = "Caught MalformedRLE".ljust(long - len(said)) + said
    told = str(me.MalformedRLE(text))
    assert told.startswith("Caught MalformedRLE")
    assert told.endswith(said)
    assert len(told) <= 500
    assert (told == text) == (long == 480)


class Broken:
    """A data set whose items are malformed."""

    def __len__(self):
        return 2

    def __getitem__(self, index):
        return me.Masks.from_coco([{"size": [2, 3], "counts": [1]}])


def test_an_error_in_a_worker_of_a_data_loader():
    data = pytest.importorskip("torch", reason="PyTorch is installed by hand").utils.data
    loader = data.DataLoader(Broken(), num_workers=1, collate_fn=list)
    with pytest.raises(me.MalformedRLE, match=r"(?s)Caught MalformedRLE.*masks\[0\]: .*6"):
        next(iter(loader))


def test_masks_and_tensors_in_workers_of_a_data_loader():
    data = pytest.importorskip("torch", reason="PyTorch is installed by hand").utils.data
    me.area(me.dilate(TWO, 1))  # our threads are there before the fork
    loader = data.DataLoader(range(4), num_workers=2, batch_size=None, collate_fn=Widened())
    assert list(loader) == [me.dilate(TWO, 1)] * 4


class Widened:
    """Grows masks with settings of its own."""

    def __call__(self, _):
        with me.use(threads=2):
            return me.dilate(TWO, 1)


# --- what pycocotools makes arrays of


class Numbers:
    """An array of a library that NumPy knows by its interface alone."""

    def __init__(self, *numbers):
        self.numbers = numbers

    def __len__(self):
        return len(self.numbers)

    def __array__(self, dtype=None, copy=None):
        return np.array(self.numbers, dtype)


def number_types():
    """Give what makes an array of numbers, PyTorch's among them where it is installed."""
    found = [Numbers]
    if importlib.util.find_spec("torch") is not None:
        torch = importlib.import_module("torch")
        found += [lambda *numbers: torch.tensor(numbers),
                  lambda *numbers: torch.tensor(numbers, dtype=torch.float64)]  # fmt: skip
    return found


def test_polygons_and_counts_that_are_tensors():
    """As np.array(polygon, dtype=np.double) takes them there."""
    for numbers in number_types():
        ring, other = numbers(1, 1, 7, 2, 5, 8, 2, 6), [0.5, 0, 4, 0, 4, 3]
        for polygons in ([ring], [ring, other], [other, ring]):
            assert frPyObjects(polygons, 9, 8) == pycoco.frPyObjects(polygons, 9, 8)
        rle = {"size": [2, 3], "counts": numbers(2, 3, 1)}
        for given in (rle, [rle], [{"size": [1, 4], "counts": [1, 3]}, rle]):
            assert frPyObjects(given, 2, 3) == pycoco.frPyObjects(given, 2, 3)
        assert type(rle["counts"]) is type(numbers(1, 2))
    with pytest.raises(me.MaskTypeError, match="requires grad"):
        frPyObjects([Tensor(8)], 9, 8)


# --- columns


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.longdouble])
def test_whole_floats_are_classes_without_a_warning(dtype):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = adapters.to_torchvision(TWO, np.array([3, 7], dtype))
        with pytest.raises(MaskError, match=r"labels\[1\]"):
            adapters.to_torchvision(TWO, np.array([3, np.inf], dtype))
    assert found["labels"].tolist() == [3, 7]
