"""Masks to polygons."""

from __future__ import annotations

from typing import Any, Literal, overload

import numpy as np
import numpy.typing as npt

from maskengine import _arrays
from maskengine._backend import core
from maskengine.errors import MaskError, shown
from maskengine.values import Masks, Polygons, runs_of, wrap_polygons

_CONNECTIVITIES = {4: core.Connectivity.four, 8: core.Connectivity.eight}
_HOLES = {"rings": core.Holes.rings, "bridge": core.Holes.bridge}
_VERTICES = {"corners": core.Vertices.corners, "centres": core.Vertices.centres}


@overload
def polygonize(
    masks: Any,
    connectivity: Literal[4, 8] = 8,
    holes: Literal["rings", "bridge"] = "rings",
    *,
    kind: Literal["mask"] = "mask",
    vertices: Literal["corners", "centres"] = "corners",
) -> Polygons: ...


@overload
def polygonize(
    masks: Any,
    connectivity: Literal[4, 8] = 8,
    holes: Literal["rings", "bridge"] = "rings",
    *,
    kind: Literal["labels"],
    vertices: Literal["corners"] = "corners",
) -> tuple[Polygons, npt.NDArray[np.uint32]]: ...


def polygonize(
    masks: Any,
    connectivity: Literal[4, 8] = 8,
    holes: Literal["rings", "bridge"] = "rings",
    *,
    kind: Literal["mask", "labels"] = "mask",
    vertices: Literal["corners", "centres"] = "corners",
) -> Polygons | tuple[Polygons, npt.NDArray[np.uint32]]:
    """Trace the outlines of masks, or of the labels of a map, along the pixel edges.

    Parameters
    ----------
    masks : Masks or array_like
        A batch of N masks; or a dense mask (H, W) or stack (N, H, W) of bool or any integer dtype,
        where nonzero is foreground. With ``kind="labels"``: a label map (H, W) of any integer
        dtype, with values in [0, 2^32); 0 is background and is not traced.
    connectivity : {8, 4}, default 8
        Whether foreground pixels that touch at a corner belong to one component (8) or not (4).
        The background is connected the other way.
    holes : {"rings", "bridge"}, default "rings"
        ``"rings"``: each hole is a ring of its own, after the exterior of its polygon.
        ``"bridge"``: each component is a single ring, which reaches every hole over a bridge of no
        width, walked there and back; for formats without holes, such as COCO.
    kind : {"mask", "labels"}, default "mask"
        What an array of integers means: one mask, or a map of labels, each traced by itself.
    vertices : {"corners", "centres"}, default "corners"
        ``"corners"``: rings run along the pixel edges. ``"centres"``: they run through the centres
        of the foreground pixels beside these edges, in OpenCV's coordinates, where pixel (x, y) has
        its centre at (x, y); ``cv2.fillPoly`` of all rings of an item in one call gives the mask.
        Holes run on foreground, too, and a ring may have one or two vertices. Only for masks, with
        ``connectivity=8`` and ``holes="rings"``; :func:`rasterize` does not give the mask again.

    Returns
    -------
    polygons : Polygons
        N items, each with one polygon per component; a mask without foreground gives an item
        without polygons. Vertices are whole numbers, in pixels: pixel (x, y) covers
        ``[x, x + 1) x [y, y + 1)``. Each is a corner: no vertex lies on a straight stretch.
        A ring does not repeat its first vertex. With y pointing down, the foreground is on the
        right: exteriors run clockwise and holes counterclockwise, which in the shoelace formula is
        positive and negative.

        Polygons come in the raster order of their first pixels, and so do the holes of each.
        A ring starts at the upper left corner of that pixel.

        With ``kind="labels"``, one item per label, and more vertices: see the notes.
    ids : numpy.ndarray of uint32, shape (N,)
        With ``kind="labels"`` alone: the label of each item, ascending.

    Raises
    ------
    MaskTypeError
        If `masks` is neither a :class:`Masks` nor an array of bool or integers; or no array of
        integers, for ``kind="labels"``.
    ShapeMismatch
        If an array is not of two or three dimensions, or a label map not of two.
    MaskError
        If `connectivity`, `holes`, `kind` or `vertices` is no such value, or `vertices` does not go
        with the others; or if a label is out of range.
    LimitExceeded
        If the outline of one mask has 2^32 vertices or more.

    Notes
    -----
    Nothing is lost: ``rasterize(polygonize(masks), size)`` gives `masks` again, noise included,
    under ``rule="exact"`` and ``rule="coco"``; and with ``holes="bridge"`` so does
    ``pycocotools.mask.frPyObjects`` and ``merge`` of what :meth:`Polygons.to_coco` gives, since an
    edge walked both ways cancels under even-odd. Rings touch themselves and each other at corners
    where pixels do, so some are not simple in the sense of OGC Simple Features.

    A corner of a label map at which three or more values meet among the four pixels around it
    (with 0, and the outside, which counts as 0) is a vertex of every ring that passes it, on a
    straight stretch as well. So, with ``holes="rings"``, an edge between two labels is the same
    pair of vertices in the rings of both, reversed: what moves shared vertices alike leaves neither
    gaps nor overlaps. The cost of reading a map does not grow with the number of labels.

    The rings are those of a crack following boundary tracer (Rosenfeld and Kak, *Digital Picture
    Processing*, 1982, chapter 11); they are linked from the runs of neighbouring columns, without
    a dense image, in time proportional to runs and vertices (plus the sorting of the rings).

    Examples
    --------
    >>> import numpy as np
    >>> import maskengine as me
    >>> frame = np.ones((3, 3), int)
    >>> frame[1, 1] = 0
    >>> me.polygonize(frame).coords.astype(int).tolist()
    [[0, 0], [3, 0], [3, 3], [0, 3], [1, 1], [1, 2], [2, 2], [2, 1]]
    >>> me.polygonize(frame, holes="bridge")
    Polygons(1 item, 1 ring, 10 vertices)
    >>> me.polygonize(np.array([[5, 5, 0, 9]]), kind="labels")
    (Polygons(2 items, 2 rings, 8 vertices), array([5, 9], dtype=uint32))
    """
    neighbours = _CONNECTIVITIES[8 if _arrays.is_eight(connectivity) else 4]
    if not _arrays.is_one_of(holes, *_HOLES):
        raise MaskError(f"expected 'rings' or 'bridge', got {shown(holes)}", parameter="holes")
    told = _HOLES[holes]
    if not _arrays.is_one_of(vertices, *_VERTICES):
        raise MaskError(
            f"expected 'corners' or 'centres', got {shown(vertices)}", parameter="vertices"
        )
    if vertices == "centres" and (connectivity, holes, kind) != (8, "rings", "mask"):
        raise MaskError(
            "'centres' needs connectivity=8, holes='rings' and kind='mask'", parameter="vertices"
        )
    if isinstance(kind, str) and kind == "labels":
        labels = _arrays.as_labels(masks, "masks")
        columns, ids = core.polygonize_labels(labels, neighbours, told)
        return wrap_polygons(columns), ids.astype(np.uint32)
    if not isinstance(kind, str) or kind != "mask":
        raise MaskError(f"expected 'mask' or 'labels', got {shown(kind)}", parameter="kind")
    if isinstance(masks, Masks):
        runs = runs_of(masks)
    else:
        runs = core.encode(_arrays.as_masks(masks, "masks"))
    return wrap_polygons(core.polygonize(runs, neighbours, told, _VERTICES[vertices]))
