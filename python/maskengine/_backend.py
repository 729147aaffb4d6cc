"""Which native module runs a call, at which CPU level, on how many threads."""

from __future__ import annotations

import importlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from maskengine.errors import BackendUnavailable, MaskError

try:
    from maskengine import _core as core
except ImportError as error:  # pragma: no cover - a broken install
    error.add_note("maskengine's native module is missing: was the package built (pip install .)?")
    raise

__all__ = ["core", "cpu_levels", "devices", "use"]

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


def missing_cuda() -> str:
    """Say what a call on a CUDA device would lack; empty where it lacks nothing."""
    status = _cuda_status()
    return status.removeprefix("unavailable: ") if status.startswith("unavailable: ") else ""


def _cuda_status() -> str:
    try:
        status = str(cuda_module().status())
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
def use(*, level: str | None = None, threads: int | None = None) -> Iterator[None]:
    """Set the CPU level and the number of threads for the calls inside a ``with`` block.

    The setting is one per process, not one per thread. The environment variables
    ``MASKENGINE_LEVEL`` and ``MASKENGINE_THREADS`` set it for the whole process.

    Parameters
    ----------
    level : str, optional
        One of :func:`cpu_levels`, or ``"auto"`` for the best.
    threads : int, optional
        Threads that one call may use, at least 1.

    Raises
    ------
    MaskError
        If the level cannot run here or ``threads`` is not a positive integer.

    Examples
    --------
    >>> import maskengine as me
    >>> with me.use(level="scalar", threads=1):
    ...     me.devices()["cpu"]
    'scalar, 1 threads'
    """
    old_level, old_threads = core.level(), core.threads()
    if threads is not None and (isinstance(threads, bool) or not 1 <= threads <= 1024):
        raise MaskError(f"expected an integer in [1, 1024], got {threads!r}", parameter="threads")
    if level is not None:
        core.set_level(level)
    if threads is not None:
        core.set_threads(threads)
    try:
        yield
    finally:
        core.set_level(old_level)
        core.set_threads(old_threads)


def _from_environment() -> None:
    level = os.environ.get("MASKENGINE_LEVEL", "")
    if level:
        core.set_level(level)  # raises a clear error for a level that cannot run here
    threads = os.environ.get("MASKENGINE_THREADS", "")
    if threads:
        if not threads.isdecimal() or not 1 <= int(threads) <= 1024:
            raise MaskError(
                f"expected an integer in [1, 1024], got {threads!r}",
                parameter="MASKENGINE_THREADS",
            )
        core.set_threads(int(threads))


_from_environment()
