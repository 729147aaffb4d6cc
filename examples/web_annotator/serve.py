"""Annotate an image in the browser: python serve.py [IMAGE]; see README.md beside this file."""

from __future__ import annotations

import argparse
import contextlib
import socket
import sys
from pathlib import Path

import numpy as np
import numpy.typing as npt
import uvicorn
from application import Application
from drawing import Drawing, categories
from PIL import Image

MOST_SIDE = 16_384  # of a canvas in a browser
MOST_MESSAGE = 1 << 20  # bytes


def sample() -> tuple[npt.NDArray[np.uint8], str, str]:
    """Give a picture, its name and names of classes: a photograph where scikit-image is there."""
    try:
        from skimage.data import coffee  # noqa: PLC0415 - no need of the example
    except ImportError:
        y, x = np.mgrid[:400, :600]
        rings = 128 + 90 * np.sin(np.hypot(x - 200, y - 180) / 18) * np.cos(x / 60)
        image = np.stack([rings, rings[:, ::-1], 255 - rings], -1)
        return image.astype(np.uint8), "rings.png", "light,dark,left,right"
    image = coffee()  # type: ignore[no-untyped-call]
    return image, "coffee.png", "cup,coffee,saucer,spoon,table,sugar"


def read(path: Path, modes: tuple[str, ...] = ()) -> npt.NDArray[np.uint8]:
    """Read a picture: as RGB, or as it is where it has to be of certain modes."""
    Image.MAX_IMAGE_PIXELS = None  # the sides are checked instead
    with Image.open(path) as picture:
        if max(picture.size) > MOST_SIDE:
            raise ValueError(f"{path}: expected sides up to {MOST_SIDE}, got {picture.size}")
        if modes and picture.mode not in modes:
            raise ValueError(f"{path}: expected a grey or palette picture, got {picture.mode}")
        return np.array(picture if modes else picture.convert("RGB"))


def options() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description="Annotate an image in the browser.")
    parser.add_argument("image", nargs="?", type=Path, help="picture; by default a sample")
    parser.add_argument("--labels", type=Path, help="label map to start from: a grey PNG")
    parser.add_argument("--classes", help="names, with commas between; numbered from 1")
    parser.add_argument("--port", type=int, default=8000, help="0 for any that is free")
    return parser.parse_args()


def application(chosen: argparse.Namespace) -> Application:
    """Make the application of the options.

    Raises
    ------
    ValueError, OSError
        If a file cannot be read or does not fit.
    """
    if chosen.image is None:
        image, name, names = sample()
    else:
        image, name = read(chosen.image), chosen.image.name
        names = "object,part,surface,background,other"
    labels = np.zeros(image.shape[:2], np.uint8)
    if chosen.labels is not None:
        labels = read(chosen.labels, ("L", "P"))
    if labels.shape != image.shape[:2]:
        raise ValueError(f"{chosen.labels}: {labels.shape}, but the image is {image.shape[:2]}")
    known = [each.strip() for each in (chosen.classes or names).split(",")][:255]
    known += [f"label {label}" for label in range(len(known) + 1, int(labels.max()) + 1)]
    return Application(Drawing(image, labels, categories(known)), name)


def main() -> int:
    """Serve until Ctrl-C."""
    chosen = options()
    try:
        app = application(chosen)
        listener = socket.create_server(("127.0.0.1", chosen.port))
        # pixels and their answer are two messages: the second must not wait for the first's receipt
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    except (ValueError, OSError, OverflowError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    address = f"http://127.0.0.1:{listener.getsockname()[1]}/"
    sys.stdout.write(f"Annotate at {address} (Ctrl-C ends it)\n")
    sys.stdout.flush()
    config = uvicorn.Config(
        app, log_level="warning", ws_max_size=MOST_MESSAGE, timeout_graceful_shutdown=2
    )
    with contextlib.suppress(KeyboardInterrupt):
        uvicorn.Server(config).run(sockets=[listener])
    return 0


if __name__ == "__main__":
    sys.exit(main())
