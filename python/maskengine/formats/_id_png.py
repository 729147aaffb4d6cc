"""PNG files of which each pixel is an id: what the header says, and the ids."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from maskengine import _arrays
from maskengine.errors import BadFile, MaskError
from maskengine.values.segment_ids import rgb_to_ids

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_COLOURS = {0: "grey", 2: "RGB", 3: "palette", 4: "grey and alpha", 6: "RGB and alpha"}
_MODES = {0: "L", 2: "RGB", 3: "RGB", 4: "LA", 6: "RGBA"}  # of Pillow, for 8 bits


def read_id_png(path: Path, *, indices: bool = False) -> tuple[npt.NDArray[Any], str]:
    """Read the ids of a PNG.

    Parameters
    ----------
    path : pathlib.Path
        A file of at most 2^28 pixels.
    indices : bool, default False
        Whether the ids of a palette are its indices, as in Pascal VOC, not its colours.

    Returns
    -------
    ids : numpy.ndarray
        (H, W): grey values, uint8 or uint16; or red + 256 green + 65536 blue, uint32. An alpha
        channel is passed over, and a palette looked up.
    pixel_format : str
        What the file holds: ``"RGB"`` for three channels of 8 bits, else such as ``"palette"`` or
        ``"grey, 16 bits"``.

    Raises
    ------
    BadFile
        If it is no PNG, or cut.
    LimitExceeded
        If it has more pixels; the header tells.
    """
    from PIL import Image, UnidentifiedImageError  # noqa: PLC0415 - an extra, and slow to import

    data = path.read_bytes()
    if not data.startswith(_SIGNATURE) or data[12:16] != b"IHDR" or len(data) < 33:
        raise BadFile(f"{path} is no PNG", parameter="file")
    width, height, depth, colour = struct.unpack(">IIBB", data[16:26])
    _arrays.check_dense(1, height, width, str(path))
    if colour not in _COLOURS:
        raise BadFile(f"{path} has a colour type that PNG has not, {colour}", parameter="file")
    pixel_format = _COLOURS[colour] + ("" if depth == 8 else f", {depth} bits")
    limit = Image.MAX_IMAGE_PIXELS
    try:
        Image.MAX_IMAGE_PIXELS = None  # checked above
        with Image.open(BytesIO(data), formats=("PNG",)) as image:
            plain = (colour == 0 and depth == 16) or (colour == 3 and indices)
            array = np.asarray(image if plain else image.convert(_MODES[colour]))
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, zlib.error) as error:
        raise BadFile(f"{path} is damaged: {error}", parameter="file") from error
    finally:
        Image.MAX_IMAGE_PIXELS = limit
    if colour == 0 and depth == 16:
        return array.astype(np.uint16), pixel_format
    if colour == 0 and depth < 8:
        return array // (255 // (2**depth - 1)), pixel_format  # Pillow spreads them over 8 bits
    if array.ndim == 2:
        return array, pixel_format
    if colour == 4:
        return array[..., 0], pixel_format
    return rgb_to_ids(np.ascontiguousarray(array[..., :3])), pixel_format


def write_id_png(path: Path, array: npt.NDArray[Any]) -> None:
    """Write uint8 or uint16 grey values (H, W), or uint8 colours (H, W, 3)."""
    from PIL import Image  # noqa: PLC0415

    Image.fromarray(np.ascontiguousarray(array)).save(path, format="PNG", compress_level=6)


def inside(folder: Path, name: Any) -> Path:
    """Give the path of a file that is named relative to a folder, and stays in it."""
    if not isinstance(name, str) or not name or "\0" in name:
        raise BadFile(f"expected a file name, got {name!r}"[:300], parameter="file_name")
    path = folder / name
    if Path(name).is_absolute() or not path.resolve().is_relative_to(folder.resolve()):
        raise MaskError(f"{name} is not in {folder}", parameter="file_name")
    return path
