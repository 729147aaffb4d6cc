"""Which native module runs a call, at which CPU level, on how many threads."""

from __future__ import annotations

import importlib
import os
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np

from maskengine import _limits
from maskengine.errors import BackendUnavailable, MaskError, MaskTypeError, shown


def _refuse_other_interpreters() -> None:
    """Refuse a second interpreter of the process: the native module would wait for itself."""
    for name in ("_interpreters", "_xxsubinterpreters"):  # from Python 3.13 on, before
        try:
            known = importlib.import_module(name)
        except ImportError:
            continue
        if known.get_current() != known.get_main():
            raise ImportError("maskengine works in the main interpreter of a process alone")
        return


_refuse_other_interpreters()
try:
    from maskengine import _core as core
except ImportError as error:  # pragma: no cover - a broken install
    error.add_note("maskengine's native module is missing: was the package built (pip install .)?")
    raise

__all__ = ["core", "cpu_levels", "devices", "use"]

_NATIVE_LIMITS: tuple[str, ...] = tuple(core.limits())
_NO_MODULE = "this build has no CUDA module (build with MASKENGINE_CUDA=ON)"


def cpu_levels() -> tuple[str, ...]:
    """List the instruction-set levels that this build has and this CPU runs, slowest first.

    Returns
    -------
    tuple of str
        Some of ``"scalar"``, ``"avx2"``, ``"avx512"``, ``"neon"``; the last one is the default.

    Examples
    --------
    >>> import maskengine as me
    >>> me.cpu_levels()[0]
    'scalar'
    """
    return tuple(core.levels())


def devices() -> dict[str, str]:
    """Say which devices can run operations, and why the others cannot.

    Returns
    -------
    dict of str to str
        ``"cpu"`` with its level and threads; ``"cuda"`` with the device's name, or with
        ``"unavailable: ..."`` and the reason.

    Examples
    --------
    >>> import maskengine as me
    >>> sorted(me.devices())
    ['cpu', 'cuda']
    """
    return {"cpu": f"{core.level()}, {core.threads()} threads", "cuda": _cuda_status()}


def cuda_module() -> Any:
    """Give the native module with the GPU kernels; BackendUnavailable where there is none."""
    try:
        from maskengine import _cuda  # noqa: PLC0415 - optional, and only when asked
    except ImportError as error:
        raise BackendUnavailable(_NO_MODULE) from error
    return _cuda


def missing_cuda(index: int | None = None) -> str:
    """Say what a call on a CUDA device, or on this thread's, would lack; empty where nothing is."""
    status = _cuda_status(-1 if index is None else index)
    return status.removeprefix("unavailable: ") if status.startswith("unavailable: ") else ""


def _cuda_status(index: int = -1) -> str:
    try:
        status = str(cuda_module().status(index))
    except BackendUnavailable:
        return f"unavailable: {_NO_MODULE}"
    if status.startswith("unavailable: "):
        return status
    try:
        cupy = importlib.import_module("cupy")
        cupy.cuda.runtime.getDeviceCount()
    except ImportError:
        return f"unavailable: CuPy is not installed (pip install cupy-cuda13x); there is {status}"
    except RuntimeError as error:  # its libraries or its driver
        return f"unavailable: CuPy does not run here ({error}); there is {status}"
    return f"{status}, CuPy {cupy.__version__}"


@contextmanager
def use(
    *,
    level: str | None = None,
    threads: int | None = None,
    limits: Mapping[str, int] | None = None,
) -> Iterator[None]:
    """Set the CPU level, the number of threads and limits for the calls inside a ``with`` block.

    The setting is one per process, not one per thread. The environment variables
    ``MASKENGINE_LEVEL``, ``MASKENGINE_THREADS`` and, for each limit,
    ``MASKENGINE_MAX_<its name in capitals>`` set it for the whole process when it is imported.

    Parameters
    ----------
    level : str, optional
        One of :func:`cpu_levels`, or ``"auto"`` for the best.
    threads : int, optional
        Threads that one call may use, at least 1.
    limits : mapping of str to int, optional
        Limits that guard memory and time, by name, such as ``{"decode_pixels": 2**30}``;
        ``docs/errors.md`` lists them. Others stay.

    Raises
    ------
    MaskError
        If the level cannot run here, ``threads`` is not a positive integer, or there is no such
        limit.

    Examples
    --------
    >>> import maskengine as me
    >>> with me.use(level="scalar", threads=1):
    ...     me.devices()["cpu"]
    'scalar, 1 threads'
    """
    known = isinstance(threads, (int, np.integer)) and not isinstance(threads, bool)
    if threads is not None and not (known and 1 <= threads <= 1024):
        raise MaskError(
            f"expected an integer in [1, 1024], got {shown(threads)}", parameter="threads"
        )
    if level is not None and (not isinstance(level, str) or not level):
        raise MaskTypeError(f"expected a name, got {shown(level)}", parameter="level")
    with _lock:
        old_limits = _limits.replaced({} if limits is None else limits)
        if not _blocks:
            _outside[0] = _Settings(core.level(), core.threads(), old_limits)
        mine = _Settings(level, None if threads is None else int(threads), dict(limits or {}))
        _blocks.append(mine)
    try:
        with _lock:
            _tell_limits()
            if level is not None:
                core.set_level(level)
            if threads is not None:
                core.set_threads(int(threads))
        yield
    finally:
        with _lock:
            _blocks[:] = [block for block in _blocks if block is not mine]
            for settings in (_outside[0], *_blocks):
                settings.apply()


@dataclass(frozen=True, eq=False)
class _Settings:
    """What a block sets; blocks of other threads may end before those that they began in."""

    level: str | None
    threads: int | None
    limits: Mapping[str, int]

    def apply(self) -> None:
        _limits.replaced(self.limits)
        _tell_limits()
        if self.level is not None:
            core.set_level(self.level)
        if self.threads is not None:
            core.set_threads(self.threads)


_lock = threading.RLock()  # a signal's handler may use it
if hasattr(os, "register_at_fork"):  # else the child waits for a thread that it does not have
    os.register_at_fork(
        before=_lock.acquire, after_in_parent=_lock.release, after_in_child=_lock.release
    )
_blocks: list[_Settings] = []  # in the order in which they began
_outside = [_Settings(None, None, {})]


def _tell_limits() -> None:
    for name in _NATIVE_LIMITS:
        core.set_limit(name, _limits.value(name))


def _from_environment() -> None:
    level = os.environ.get("MASKENGINE_LEVEL", "")
    if level:
        if not level.isprintable():  # letters that are no UTF-8
            raise MaskError(f"expected a name, got {shown(level)}", parameter="MASKENGINE_LEVEL")
        core.set_level(level)  # raises a clear error for a level that cannot run here
    threads = os.environ.get("MASKENGINE_THREADS", "")
    if threads:
        known = threads.isascii() and threads.isdecimal() and len(threads) <= 9
        if not known or not 1 <= int(threads) <= 1024:
            raise MaskError(
                f"expected an integer in [1, 1024], got {shown(threads)}",
                parameter="MASKENGINE_THREADS",
            )
        core.set_threads(int(threads))


_from_environment()
_tell_limits()
