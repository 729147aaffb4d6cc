"""CVAT's XML, read as a stream: what a shape says, element by element."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.parsers import expat

from maskengine.errors import BadFile, MaskError

_CHUNK = 1 << 20  # bytes
SHAPES = frozenset(
    {"polygon", "mask", "box", "ellipse", "polyline", "points", "cuboid", "skeleton", "tag"}
)


@dataclass
class Shape:
    """A shape of an image, or a frame of a track."""

    kind: str
    members: dict[str, str]
    attributes: dict[str, str] = field(default_factory=dict)

    @property
    def depth(self) -> int:
        """Where it is drawn: over those of lower numbers."""
        told = self.members.get("z_order", "")
        short = told.removeprefix("-")
        return int(told) if short.isascii() and short.isdecimal() and len(told) < 18 else 0


@dataclass
class Image:
    """An image and its shapes; of a video, a frame."""

    members: dict[str, str]
    shapes: list[Shape] = field(default_factory=list)

    @property
    def depth(self) -> int:
        """That of its shapes; in a video there is but one."""
        return max((shape.depth for shape in self.shapes), default=0)

    @property
    def is_frame(self) -> bool:
        """Whether it is one of a video, of which there are as many as shapes."""
        return "frame" in self.members and "name" not in self.members

    @property
    def key(self) -> frozenset[tuple[str, str]]:
        """What tells it from others; projects have images of one name, and of one id."""
        return frozenset(self.members.items())


@dataclass
class Meta:
    """What stands before the images."""

    labels: list[str] = field(default_factory=list)
    size: tuple[int, int] | None = None  # height and width of a video


class _Reader:
    """Collects images and tracks as their elements end."""

    def __init__(self) -> None:
        self.meta = Meta()
        self.done: list[Image] = []
        self.is_open = False  # a root element of ours was seen
        self._path: list[str] = []
        self._text: list[str] = []
        self._image: Image | None = None
        self._track: dict[str, str] | None = None
        self._shape: Shape | None = None
        self._attribute = ""
        self._height = self._width = 0

    def start(self, name: str, members: dict[str, str]) -> None:
        if not self._path and name != "annotations":
            raise BadFile(f"expected the element 'annotations', got {name!r}", parameter="file")
        self._path.append(name)
        self._text = []
        if name == "image":
            self._image = Image(members)
        elif name == "track":
            self._track = members
        elif name in SHAPES and self._shape is None:
            if self._track is not None:
                members = {**members, **{k: v for k, v in self._track.items() if k != "id"},
                           "track_id": self._track.get("id", "")}  # fmt: skip
                self._image = Image({"frame": members.get("frame", "")})
            if self._image is not None:
                self._shape = Shape(name, members)
                self._image.shapes.append(self._shape)
        elif name == "attribute":
            self._attribute = members.get("name", "")

    def text(self, data: str) -> None:
        self._text.append(data)

    def end(self, name: str) -> None:
        value = "".join(self._text).strip()
        above = self._path[-2] if len(self._path) > 1 else ""
        self._path.pop()
        self._text = []
        if name == "attribute" and self._shape is not None:
            self._shape.attributes[self._attribute] = value
        elif name == "name" and above == "label":
            self.meta.labels.append(value)
        elif (
            above == "original_size"
            and name in {"height", "width"}
            and value.isascii()
            and value.isdecimal()
            and len(value) < 11
        ):
            setattr(self, f"_{name}", int(value))
            self.meta.size = self._height, self._width
        elif name in SHAPES and self._shape is not None and self._shape.kind == name:
            self._shape = None
            if self._track is not None and self._image is not None:
                self.done.append(self._image)
                self._image = None
        elif name == "image" and self._image is not None:
            self.done.append(self._image)
            self._image = None
        elif name == "track":
            self._track = None


def images_of(path: Path, meta: Meta | None = None) -> Iterator[tuple[int, Image]]:
    """Read a file; give each image when it ends, with the bytes read so far.

    Parameters
    ----------
    path : pathlib.Path
        The file.
    meta : Meta, optional
        Filled as the file is read.

    Raises
    ------
    BadFile
        If it is no XML of CVAT, is cut, or declares a document type (entities can be bombs).
    """
    reader = _Reader()
    if meta is not None:
        reader.meta = meta
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    parser.StartDoctypeDeclHandler = _refuse
    done = 0
    with path.open("rb") as file:
        while True:
            chunk = file.read(_CHUNK)
            done += len(chunk)
            try:
                parser.Parse(chunk, not chunk)
            except MaskError:
                raise
            except (expat.ExpatError, LookupError, ValueError) as error:  # encodings, too
                raise BadFile(f"{path}: {error}", parameter="file") from error
            for image in reader.done:
                yield done, image
            reader.done.clear()
            if not chunk:
                return


def _refuse(name: str, *_: Any) -> None:
    raise BadFile(f"expected no document type, got {name!r}", parameter="file")
