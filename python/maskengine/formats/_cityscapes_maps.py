"""Cityscapes: for each frame a PNG of classes and one of instances."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from maskengine import _arrays
from maskengine._backend import core
from maskengine._paths import path_text
from maskengine.errors import BadFile, LimitExceeded, MaskError, ShapeMismatch, shown
from maskengine.formats._atomic import replacing
from maskengine.formats._png import read_id_png, write_id_png
from maskengine.formats._remote import local_path

_CLASSES = "_labelIds.png"
_INSTANCES = "_instanceIds.png"
_STEP = 1000  # ids of the instances of one class


class CityscapesClass(NamedTuple):
    """A class of Cityscapes.

    Parameters
    ----------
    id : int
        The value in ``labelIds``.
    name : str
        Its name.
    train_id : int
        The value in ``labelTrainIds``; 255 is left out of training.
    isthing : bool
        Whether it has instances.
    ignored : bool
        Whether it is left out of evaluation.

    Examples
    --------
    >>> from maskengine.formats import CITYSCAPES
    >>> CITYSCAPES[26].name, CITYSCAPES[26].train_id
    ('car', 13)
    """

    id: int
    name: str
    train_id: int
    isthing: bool
    ignored: bool


_TRAINED = (7, 8, 11, 12, 13, 17, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 31, 32, 33)
_NAMES = (
    "unlabeled", "ego vehicle", "rectification border", "out of roi", "static", "dynamic", "ground",
    "road", "sidewalk", "parking", "rail track", "building", "wall", "fence", "guard rail",
    "bridge", "tunnel", "pole", "polegroup", "traffic light", "traffic sign", "vegetation",
    "terrain", "sky", "person", "rider", "car", "truck", "bus", "caravan", "trailer", "train",
    "motorcycle", "bicycle",
)  # fmt: skip

#: The classes of Cityscapes by id; 0 to 3 are void. (License plates, -1, are in no PNG.)
CITYSCAPES = {
    i: CityscapesClass(
        i, name, _TRAINED.index(i) if i in _TRAINED else 255, i >= 24, i not in _TRAINED
    )
    for i, name in enumerate(_NAMES)
}


@dataclass(frozen=True, eq=False)
class CityscapesImage:
    """The annotation of one frame.

    Parameters
    ----------
    name : str
        ``<city>_<sequence>_<frame>_gtFine``, with folders before it where there are some.
    class_map : numpy.ndarray
        (H, W): ids of classes.
    instance_ids : numpy.ndarray
        (H, W): the class, or 1000 times the class and the number of the instance.

    Examples
    --------
    >>> import numpy as np
    >>> from maskengine.formats import CityscapesImage
    >>> frame = CityscapesImage("a", np.array([[26, 7]]), np.array([[26001, 7]]))
    >>> frame.instance_map.tolist()
    [[26001, 0]]
    """

    name: str
    class_map: npt.NDArray[Any]
    instance_ids: npt.NDArray[Any]

    @property
    def instance_map(self) -> npt.NDArray[Any]:
        """(H, W): the id of each instance, 0 where there is none."""
        zero = self.instance_ids.dtype.type(0)
        return np.where(self.instance_ids >= _STEP, self.instance_ids, zero)

    @property
    def disagreeing(self) -> int:
        """Pixels of which the two maps say another class."""
        ids = self.instance_ids
        return int((np.where(ids >= _STEP, ids // _STEP, ids) != self.class_map).sum())

    def segments(self) -> list[dict[str, Any]]:
        """List the segments of the map of instances.

        Returns
        -------
        list of dict
            ``id`` as in `instance_ids`, ``category_id``, ``area``, ``bbox`` and ``iscrowd``: a
            thing without a number is a crowd. Classes left out of evaluation are there, too; 0 is
            void.

        Examples
        --------
        >>> import numpy as np
        >>> from maskengine.formats import CityscapesImage
        >>> frame = CityscapesImage("a", np.array([[26, 26]]), np.array([[26001, 26]]))
        >>> [(row["id"], row["category_id"], row["iscrowd"]) for row in frame.segments()]
        [(26, 26, 1), (26001, 26, 0)]
        """
        array = _arrays.as_label_map(self.instance_ids, "instance_ids")
        _, values, columns = core.split(array, True)
        rows = []
        for one, area, box in zip(values.tolist(), *(c.tolist() for c in columns[:2]), strict=True):
            category = one // _STEP if one >= _STEP else one
            thing = category in CITYSCAPES and CITYSCAPES[category].isthing
            crowd = int(thing and one < _STEP)
            rows.append(
                {"id": one, "category_id": category, "area": area, "bbox": box, "iscrowd": crowd}
            )
        return rows


def read_cityscapes(folder: str | os.PathLike[str]) -> Iterator[CityscapesImage]:
    """Read the annotations of Cityscapes below a folder, one at a time.

    Parameters
    ----------
    folder : path-like
        Such as ``gtFine/val``, or one that has it; frames are taken by name.

    Yields
    ------
    CityscapesImage
        One for each ``*_instanceIds.png``; classes are those of ``*_labelIds.png``, or of the
        instances where there is no such file.

    Raises
    ------
    MaskError
        If there is no such file below the folder.
    BadFile
        If a file is no PNG of grey values, or the two of a frame differ in size.

    Examples
    --------
    >>> import numpy as np
    >>> from maskengine import formats
    >>> formats.write_cityscapes(".", "town_000000_000001_gtFine", np.array([[26, 7]]))
    >>> [frame.name for frame in formats.read_cityscapes(".")]
    ['town_000000_000001_gtFine']
    """
    root = local_path(folder, "folder")
    paths = sorted(root.rglob("*" + _INSTANCES))
    if not paths:
        raise MaskError(f"no *{_INSTANCES} below {root}", parameter="folder")
    for path in paths:
        name = path.name.removesuffix(_INSTANCES)
        ids = _grey(path).astype(np.uint16)
        classes = path.with_name(name + _CLASSES)
        if classes.exists():
            class_map = _grey(classes)
        else:
            class_map = np.where(ids >= _STEP, ids // _STEP, ids).astype(np.uint8)
        if class_map.shape != ids.shape:
            raise BadFile(
                f"{classes} is {class_map.shape}, {path.name} {ids.shape}", parameter="file"
            )
        where = path.parent.relative_to(root)
        yield CityscapesImage((where / name).as_posix(), class_map, ids)


def _grey(path: Path) -> npt.NDArray[Any]:
    array, pixel_format = read_id_png(path)
    if not pixel_format.startswith("grey"):
        raise BadFile(f"{path}: expected grey values, got {pixel_format}", parameter="file")
    return array


def cityscapes_ids(class_map: Any, instance_map: Any | None = None) -> npt.NDArray[np.uint16]:
    """Give instances the numbers that Cityscapes gives them.

    Parameters
    ----------
    class_map : array_like
        Shape (H, W): ids of classes in [0, 64].
    instance_map : array_like, optional
        Shape (H, W): which instance of its class a pixel belongs to, 0 to none. Ids on classes
        without instances mean nothing.

    Returns
    -------
    numpy.ndarray
        uint16 (H, W): the class where there is no instance, else 1000 times the class and the
        number of the instance, from 0 on, by ascending id within its class.

    Raises
    ------
    ShapeMismatch
        If the maps differ in shape, or are not of two dimensions.
    MaskTypeError
        If a map is no array of integers.
    MaskError
        If a class is out of range.
    LimitExceeded
        If a class has more than 1000 instances.

    Examples
    --------
    >>> import numpy as np
    >>> from maskengine.formats import cityscapes_ids
    >>> cityscapes_ids(np.array([[26, 26, 7]]), np.array([[41, 12, 3]]))
    array([[26001, 26000,     7]], dtype=uint16)
    """
    classes = _arrays.as_label_map(class_map, "class_map")
    if classes.size and (int(classes.min()) < 0 or int(classes.max()) > 64):
        raise MaskError("expected classes in [0, 64]", parameter="class_map")
    out = classes.astype(np.uint16)
    if instance_map is None:
        return out
    ids = _arrays.as_labels(instance_map, "instance_map")
    if ids.shape != classes.shape:
        raise ShapeMismatch(
            f"expected the shape of the class map, {classes.shape}, got {ids.shape}",
            parameter="instance_map",
        )
    for one in np.unique(out).tolist():
        if one not in CITYSCAPES or not CITYSCAPES[one].isthing:
            continue
        here = (out == one) & (ids != 0)
        found, numbers = np.unique(ids[here], return_inverse=True)
        if found.size > _STEP:
            raise LimitExceeded(
                f"expected at most {_STEP} instances of class {one}, got {found.size}",
                parameter="instance_map",
                name="instances",
                value=int(found.size),
                limit=_STEP,
            )
        out[here] = one * _STEP + numbers.reshape(-1)
    return out


def write_cityscapes(
    folder: str | os.PathLike[str],
    name: str,
    class_map: Any,
    instance_map: Any | None = None,
) -> None:
    """Write the two PNG files of a frame, each whole or not at all.

    Parameters
    ----------
    folder : path-like
        A folder that is there.
    name : str
        ``<city>_<sequence>_<frame>_gtFine``: ``_labelIds.png`` and ``_instanceIds.png`` follow.
    class_map, instance_map
        As :func:`cityscapes_ids` takes them.

    Raises
    ------
    MaskError
        As there, or if `name` has a folder in it, or `folder` does not exist.

    Examples
    --------
    >>> from pathlib import Path
    >>> import numpy as np
    >>> from maskengine import formats
    >>> Path("val").mkdir()
    >>> formats.write_cityscapes("val", "town_0_2_gtFine", np.array([[26]]), np.array([[9]]))
    >>> next(formats.read_cityscapes("val")).instance_ids
    array([[26000]], dtype=uint16)
    """
    if PurePath(path_text(name, "name")).name != name or not name:
        raise MaskError(f"expected a name without folders, got {shown(name)}", parameter="name")
    place = local_path(folder, "folder")
    ids = cityscapes_ids(class_map, instance_map)
    classes = np.where(ids >= _STEP, ids // _STEP, ids).astype(np.uint8)
    for array, ending in ((classes, _CLASSES), (ids, _INSTANCES)):
        with replacing(place / (name + ending)) as temporary:
            write_id_png(temporary, array)
