"""Objects of supervision and FiftyOne, and annotations; neither package is imported for it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NamedTuple

import msgspec
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from maskengine import _arrays
from maskengine._backend import core
from maskengine._columns import column
from maskengine._listing import NOT_READ, each, has, told
from maskengine.errors import MaskError, MaskTypeError, ShapeMismatch, shown
from maskengine.formats._by_image import by_image
from maskengine.formats._folder import frames_of
from maskengine.formats._frames import Frames, ImageRow, Refused, masks_of
from maskengine.formats._pixels import crops_of, mask_from, pasted
from maskengine.formats._rows import Row
from maskengine.values import runs_of


class _Columns(NamedTuple):
    """What detections of supervision hold of each."""

    boxes: npt.NDArray[np.float64]
    mask: Any
    class_id: npt.NDArray[Any] | None
    confidence: npt.NDArray[Any] | None
    tracker_id: npt.NDArray[Any] | None


_DETECTIONS = ("xyxy", "mask", "class_id", "confidence", "tracker_id", "data")


def from_supervision(
    items: Mapping[str, Any], *, sizes: Mapping[str, tuple[int, int]] | None = None
) -> Frames:
    """Take ``supervision.Detections`` by the name of their image.

    Parameters
    ----------
    items : mapping of str to Detections
        With ``xyxy`` and, where they are not None, ``mask`` (N, H, W), ``confidence``,
        ``class_id``, ``tracker_id`` and ``data["class_name"]``.
    sizes : mapping of str to (int, int), optional
        Height and width of images, for those whose detections have no masks.

    Returns
    -------
    Frames
        As `read` gives them. A class is named as its first detection names it, or by its number.

    Raises
    ------
    MaskError
        If neither masks nor `sizes` tell the size of an image.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> import numpy as np
    >>> from maskengine import formats
    >>> found = SimpleNamespace(xyxy=np.array([[0, 0, 2, 1]]), mask=np.array([[[True, True]]]),
    ...                         confidence=None, class_id=np.array([3]), tracker_id=None, data={})
    >>> frames = formats.from_supervision({"a.jpg": found})
    >>> frames.categories()
    {3: '3'}
    """
    images: list[dict[str, Any]] = []
    names: dict[int, str] = {}
    given, known = told(items, "items"), {} if sizes is None else told(sizes, "sizes")
    columns: list[_Columns] = []
    for index, (name, found) in enumerate(given.items()):
        if not all(has(found, one, "items") for one in _DETECTIONS):
            text = f"expected detections, got {type(found).__name__}"
            raise MaskTypeError(text, parameter="items", index=index)
        if found.mask is None and name not in known:
            raise MaskError(f"no size is told of {name!r}", parameter="sizes")
        size = known[name] if found.mask is None else np.shape(found.mask)[1:]
        height, width = _arrays.as_size(size, "sizes" if found.mask is None else "items")
        images.append({"id": index + 1, "file_name": name, "height": height, "width": width})
        with _of_item(index):
            columns.append(_columns_of(found))
            names = dict(_names_of(found, columns[-1])) | names

    def rows_of(number: int) -> list[Row | Refused]:
        return _supervision_rows(columns[number], number + 1)

    return frames_of(
        images, [{"id": id_, "name": name} for id_, name in sorted(names.items())], rows_of,
        rule="coco",
    )  # fmt: skip


@contextmanager
def _of_item(index: int) -> Iterator[None]:
    """Name the detections in an error of one of their columns."""
    try:
        yield
    except MaskError as error:
        raise type(error)(str(error), parameter="items", index=index) from error


def _columns_of(found: Any) -> _Columns:
    """Check what detections hold beside each other."""
    boxes = _arrays.as_rows(found.xyxy, "xyxy", 4)
    n = len(boxes)
    if found.mask is not None and len(found.mask) != n:
        raise ShapeMismatch(f"expected {n} masks, got {len(found.mask)}", parameter="mask")
    beside = {"class_id": int, "confidence": float, "tracker_id": int}
    values = {
        name: None if (given := getattr(found, name)) is None else column(given, n, name, dtype)
        for name, dtype in beside.items()
    }
    return _Columns(boxes, found.mask, **values)


def _names_of(found: Any, columns: _Columns) -> Iterator[tuple[int, str]]:
    """Give the name of each class, as the first detection of it has it."""
    if columns.class_id is None:
        return
    ids = columns.class_id.tolist()
    called = told({} if found.data is None else found.data, "data").get("class_name")
    called = ids if called is None else list(each(called, "class_name"))
    if len(called) != len(ids):
        text = f"expected {len(ids)} names, got {len(called)}"
        raise ShapeMismatch(text, parameter="class_name")
    for id_, name in reversed(list(zip(ids, called, strict=True))):
        yield id_, str(name)


def _supervision_rows(found: _Columns, image: int) -> list[Row | Refused]:
    rows: list[Row | Refused] = []
    for n, (x0, y0, x1, y1) in enumerate(found.boxes.tolist()):
        row = Row(image, bbox=(x0, y0, x1 - x0, y1 - y0))
        if found.mask is not None:
            row.mask = mask_from(np.asarray(found.mask[n]) != 0)
        if found.class_id is not None:
            row.category_id = int(found.class_id[n])
        if found.confidence is not None:
            row.score = float(found.confidence[n])
        if found.tracker_id is not None:
            row.extra = {"track_id": int(found.tracker_id[n])}
        rows.append(row)
    return rows


def to_supervision(
    frames: Frames, detections: Callable[..., Any]
) -> Iterator[tuple[ImageRow, Any]]:
    """Give the annotations of each image as ``supervision.Detections``.

    Parameters
    ----------
    frames : Frames
        With run lengths: of polygons, `maskengine.convert.fill_counts` makes them. Annotations
        without pixels are left out.
    detections : callable
        ``supervision.Detections``.

    Yields
    ------
    image : ImageRow
        The image.
    detections : Detections
        Its annotations; boxes are those of the pixels.

    Examples
    --------
    >>> import numpy as np
    >>> from types import SimpleNamespace
    >>> from maskengine import formats
    >>> found = SimpleNamespace(xyxy=np.array([[0, 0, 2, 1]]), mask=np.array([[[True, True]]]),
    ...                         confidence=None, class_id=np.array([3]), tracker_id=None, data={})
    >>> frames = formats.from_supervision({"a.jpg": found})
    >>> ((image, again),) = formats.to_supervision(frames, SimpleNamespace)
    >>> again.xyxy.tolist(), again.class_id.tolist(), again.mask.tolist()
    ([[0.0, 0.0, 2.0, 1.0]], [3], [[[True, True]]])
    """
    names = frames.categories()
    for image, records in by_image(frames):
        kept = records.filter(records.column("counts").is_valid())
        masks = masks_of(kept)
        size = image.height or 0, image.width or 0
        if (masks.sizes != size).any():
            raise ShapeMismatch(
                f"a mask of image {image.id} is not of its size", parameter="frames"
            )
        _arrays.check_dense(max(len(masks), 1), *size, "frames")
        dense = np.zeros((len(masks), *size), bool)
        if len(masks):
            core.decode(runs_of(masks), dense, 1)
        ids = kept.column("category_id").fill_null(-1).to_numpy(zero_copy_only=False)
        scores = kept.column("score")
        confidence = None if scores.null_count else scores.to_numpy(zero_copy_only=False)
        yield (
            image,
            detections(
                xyxy=core.bbox(runs_of(masks), False).astype(np.float64).reshape(-1, 4),
                mask=dense,
                confidence=confidence,
                class_id=ids.astype(int),
                tracker_id=_tracks(kept),
                data={"class_name": np.array([names.get(id_, str(id_)) for id_ in ids.tolist()])},
            ),
        )


def _tracks(records: pa.RecordBatch) -> npt.NDArray[np.int64] | None:
    texts = records.column("extra").to_pylist()
    tracks = [None if text is None else msgspec.json.decode(text).get("track_id") for text in texts]
    return np.array(tracks, np.int64) if all(isinstance(t, int) for t in tracks) else None


def from_fiftyone(samples: Iterable[Any], field: str = "ground_truth") -> Frames:
    """Take samples of FiftyOne, of which a field has detections with masks.

    Parameters
    ----------
    samples : iterable of Sample
        With ``filepath`` and ``metadata`` that has ``width`` and ``height``
        (``dataset.compute_metadata()``); each of ``sample[field].detections`` has ``label``,
        ``bounding_box`` in parts of the image and perhaps ``mask`` (of the box), ``confidence``.
    field : str
        The name of the field.

    Returns
    -------
    Frames
        As `read` gives them. A mask lies with its corner at the pixel nearest to that of its box,
        as many pixels large as its array: it is not scaled.

    Raises
    ------
    MaskError
        If a sample has no metadata.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> import numpy as np
    >>> from maskengine import formats
    >>> cat = SimpleNamespace(label="cat", bounding_box=[0.5, 0, 0.25, 1], mask=np.ones((2, 1)),
    ...                       confidence=None)
    >>> class Sample(dict):
    ...     filepath, metadata = "a.jpg", SimpleNamespace(width=4, height=2)
    >>> frames = formats.from_fiftyone([Sample(ground_truth=SimpleNamespace(detections=[cat]))])
    >>> [formats.masks_of(part.records).to_coco()[0]["size"] for part in frames]
    [[2, 4]]
    """
    images: list[dict[str, Any]] = []
    found: list[list[Any]] = []
    for index, sample in enumerate(each(samples, "samples", "samples")):
        metadata = sample.metadata if has(sample, "metadata", "samples") else None
        sides = [getattr(metadata, side, None) for side in ("height", "width")]
        if not all(sides):
            text = "a sample has no metadata of its size"
            raise MaskError(text, parameter="samples", index=index)
        height, width = _arrays.as_size(sides, "samples")
        images.append({"id": index + 1, "file_name": str(sample.filepath).lstrip("/"),
                       "height": height, "width": width})  # fmt: skip
        found.append(_detections_of(sample, field, index))
    labels = sorted({str(one.label) for lot in found for one in lot})
    ids = {label: number for number, label in enumerate(labels, 1)}

    def rows_of(number: int) -> list[Row | Refused]:
        image = images[number]
        size = int(image["height"]), int(image["width"])
        return [_fiftyone_row(one, number + 1, size, ids) for one in found[number]]

    categories = [{"id": id_, "name": label} for label, id_ in ids.items()]
    return frames_of(images, categories, rows_of, rule="coco")


def _detections_of(sample: Any, field: str, index: int) -> list[Any]:
    """Give what a field of a sample detected."""
    try:
        value = sample[field]
    except (LookupError, TypeError) as error:
        text = f"a sample has no field {shown(field)}"
        raise MaskError(text, parameter="field", index=index) from error
    if value is None:
        return []
    if not has(value, "detections", "field"):
        text = f"expected detections, got {type(value).__name__}"
        raise MaskTypeError(text, parameter="field", index=index)
    return list(each(value.detections, "field", "detections"))


def _fiftyone_row(
    one: Any, image: int, size: tuple[int, int], ids: dict[str, int]
) -> Row | Refused:
    height, width = size
    try:
        x, y, w, h = (float(side) for side in one.bounding_box)
    except NOT_READ:  # FiftyOne has detections without a box
        return Refused(0, None, None, f"a box of no four numbers: {shown(one.bounding_box)}", b"")
    if not np.isfinite([x, y, w, h]).all() or max(map(abs, (x, y, w, h))) > 1e6:
        return Refused(0, None, None, f"a box that is not finite: {[x, y, w, h]}", b"")
    row = Row(image, category_id=ids[str(one.label)], score=one.confidence,
              bbox=(x * width, y * height, w * width, h * height))  # fmt: skip
    if one.mask is not None:
        crop = np.asarray(one.mask)
        if crop.ndim != 2:
            return Refused(0, None, None, f"a mask of shape {crop.shape}", b"")
        row.mask = pasted(crop != 0, (round(y * height), round(x * width)), size)
    return row


def to_fiftyone(
    frames: Frames, detection: Callable[..., Any]
) -> Iterator[tuple[ImageRow, list[Any]]]:
    """Give the annotations of each image as detections of FiftyOne.

    Parameters
    ----------
    frames : Frames
        With run lengths; see `to_supervision`.
    detection : callable
        ``fiftyone.Detection``.

    Yields
    ------
    image : ImageRow
        The image.
    detections : list of Detection
        For ``fiftyone.Detections(detections=...)``: ``label``, ``bounding_box``, ``mask`` and
        ``confidence``. Boxes are those of the pixels, so masks come back as they were.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> import numpy as np
    >>> from maskengine import formats
    >>> cat = SimpleNamespace(label="cat", bounding_box=[0.5, 0, 0.25, 1], mask=np.ones((2, 1)),
    ...                       confidence=None)
    >>> class Sample(dict):
    ...     filepath, metadata = "a.jpg", SimpleNamespace(width=4, height=2)
    >>> frames = formats.from_fiftyone([Sample(ground_truth=SimpleNamespace(detections=[cat]))])
    >>> ((image, (again,)),) = formats.to_fiftyone(frames, dict)
    >>> again["label"], again["bounding_box"], again["mask"].tolist()
    ('cat', [0.5, 0.0, 0.25, 1.0], [[True], [True]])
    """
    names = frames.categories()
    for image, records in by_image(frames):
        height, width = image.height or 1, image.width or 1
        columns = (records.column(name).to_pylist() for name in ("category_id", "score"))
        out = []
        for category, score, crop in zip(*columns, crops_of(records), strict=True):
            if crop is None:
                continue
            pixels, top, left = crop
            h, w = pixels.shape
            box = [left / width, top / height, w / width, h / height]
            label = names.get(category, str(category))
            out.append(detection(label=label, bounding_box=box, mask=pixels, confidence=score))
        yield image, out
