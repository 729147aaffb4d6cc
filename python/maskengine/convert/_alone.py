"""One conversion in shards at a time into one target."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from maskengine.errors import MaskError

_PATIENCE = 2.0  # seconds: so long processes may outlive the one they work for
_LOOK = 0.05

try:
    import fcntl
except ImportError:  # Windows, which refuses to remove files that another process has open
    fcntl = None  # type: ignore[assignment]


@contextmanager
def alone(folder: Path, target: Path) -> Iterator[None]:
    """Hold the folder of a conversion, which is made if need be, for this call alone.

    A lock of the system, which ends with the processes that hold it, however they end. Where a file
    system knows none, nobody is kept out.

    Parameters
    ----------
    folder : pathlib.Path
        In an existing folder. It goes with the block if it is empty then.
    target : pathlib.Path
        What is made there, for errors.

    Raises
    ------
    MaskError
        If another conversion has it.
    """
    handle = _held(folder, target) if fcntl is not None else _made(folder)
    try:
        yield
    finally:
        with suppress(OSError):  # there is something to go on with, or it is gone
            if handle is None or _is_there(handle, folder):  # else it is the next one's
                folder.rmdir()
        if handle is not None:
            _unlock(handle)


def _made(folder: Path) -> None:
    folder.mkdir(exist_ok=True)


def _held(folder: Path, target: Path) -> int:
    until = time.monotonic() + _PATIENCE
    while True:
        _made(folder)
        try:
            handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        except FileNotFoundError:  # the other one has just ended
            continue
        try:
            is_held = _try_lock(handle) and _is_there(handle, folder)
        except BaseException:
            os.close(handle)
            raise
        if is_held:
            return handle
        os.close(handle)
        if time.monotonic() > until:
            raise MaskError(f"another conversion into {target} is under way", parameter="dst")
        time.sleep(_LOOK)


def _try_lock(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:  # not on this file system
        pass
    return True


def _unlock(handle: int) -> None:
    """Give up the lock, of which forks that another thread made meanwhile have a share."""
    with suppress(OSError):  # not on this file system
        fcntl.flock(handle, fcntl.LOCK_UN)
    os.close(handle)


def _is_there(handle: int, folder: Path) -> bool:
    """Say whether the folder still has its name: the one who held it may have removed it."""
    try:
        return os.path.samestat(os.fstat(handle), folder.lstat())
    except FileNotFoundError:
        return False
