"""Where the shards of a conversion run: processes of this machine, Dask or Ray."""

from __future__ import annotations

import importlib
import multiprocessing
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal, get_args

from maskengine._arrays import is_one_of
from maskengine.convert._script import hiding_script
from maskengine.errors import MaskError, shown

Engine = Literal["local", "dask", "ray"]
Task = Callable[[int], dict[str, Any]]


#: Runs a task for many numbers, and gives its results as they are ready. It raises
#: BrokenExecutor when a process that ran a task died as often as the engine tries it.
MAX_JOBS = 1024  # each is a process that starts at once
_PATIENCE = 10.0  # seconds: so long cancelled tasks may take to end

Runner = Callable[[Task, list[int]], Iterator[dict[str, Any]]]


@dataclass(frozen=True)
class Place:
    """Where shards are converted.

    Parameters
    ----------
    jobs : int
        Processes.
    engine : {"local", "dask", "ray"}
        What runs them.
    address : str, optional
        Of the engine's scheduler; by default one is started on this machine.
    """

    jobs: int
    engine: str = "local"
    address: str | None = None

    def check(self) -> None:
        """Refuse what cannot be."""
        if not 1 <= self.jobs <= MAX_JOBS:
            raise MaskError(f"expected [1, {MAX_JOBS}], got {shown(self.jobs)}", parameter="jobs")
        if not is_one_of(self.engine, *get_args(Engine)):
            raise MaskError(
                f"expected 'local', 'dask' or 'ray', got {shown(self.engine)}", parameter="engine"
            )
        if self.engine == "local" and self.address is not None:
            raise MaskError("expected an engine, 'dask' or 'ray'", parameter="address")
        if self.engine == "local" and self.jobs > 1 and is_daemonic():
            raise MaskError(
                "expected 1: this process is daemonic, as those of multiprocessing.Pool are, and "
                "may not start others",
                parameter="jobs",
            )


def is_daemonic() -> bool:
    """Say whether this process may start no other."""
    return multiprocessing.current_process().daemon


@contextmanager
def cluster(place: Place) -> Iterator[Runner]:
    """Give what runs tasks on a cluster: that at the address, or one of this machine.

    Every worker must see the folder of the target under the same name.

    Raises
    ------
    MaskError
        If the engine is not installed.
    """
    with (_dask if place.engine == "dask" else _ray)(place.address, place.jobs) as run:
        yield run


def _missing(error: ImportError, extra: str) -> MaskError:
    return MaskError(
        f"this engine needs another package: pip install 'maskengine[{extra}]' ({error})",
        parameter="engine",
    )


@contextmanager
def _dask(address: str | None, jobs: int) -> Iterator[Runner]:
    try:
        distributed: Any = importlib.import_module("distributed")
    except ImportError as error:
        raise _missing(error, "dask") from error

    def run(task: Task, numbers: list[int]) -> Iterator[dict[str, Any]]:
        # pure=False: a number may come again after a failure; a worker that dies is replaced
        futures = {client.submit(task, n, pure=False, retries=0): n for n in numbers}
        for future in distributed.as_completed(list(futures), loop=client.loop):
            try:
                result = future.result()
            except distributed.KilledWorker as error:
                raise BrokenExecutor(f"shard {futures[future]}: {error}") from error
            yield result

    if address is not None:
        with distributed.Client(address, set_as_default=False) as client:
            yield run
        return
    with (
        hiding_script(),  # to the end: a worker that died starts anew
        distributed.LocalCluster(
            n_workers=jobs, threads_per_worker=1, processes=True, dashboard_address=None
        ) as here,
        distributed.Client(here, set_as_default=False) as client,
    ):
        yield run


class _Ray:
    """The one connection to Ray that a process can have, where a conversion made it."""

    lock = threading.Lock()
    users = 0


@contextmanager
def _connected(ray: Any, address: str | None, jobs: int) -> Iterator[None]:
    """Connect to Ray if nobody has; conversions at once share what the last of them closes."""
    with _Ray.lock:
        is_ours = _Ray.users > 0 or not ray.is_initialized()
        if is_ours and not _Ray.users:
            options = {"num_cpus": jobs} if address is None else {}
            ray.init(address=address, include_dashboard=False, log_to_driver=False, **options)
        _Ray.users += is_ours
    try:
        yield
    finally:
        with _Ray.lock:
            _Ray.users -= is_ours
            if is_ours and not _Ray.users:
                ray.shutdown()


@contextmanager
def _ray(address: str | None, jobs: int) -> Iterator[Runner]:
    try:
        ray: Any = importlib.import_module("ray")
    except ImportError as error:
        raise _missing(error, "ray") from error
    running: dict[Any, int] = {}

    def run(task: Task, numbers: list[int]) -> Iterator[dict[str, Any]]:
        def call(number: int) -> dict[str, Any]:
            return task(number)

        remote = ray.remote(num_cpus=1, max_retries=3)(call)
        running.update({remote.remote(number): number for number in numbers})
        while running:
            ready, _ = ray.wait(list(running), num_returns=1)
            for reference in ready:
                number = running.pop(reference)
                try:
                    result = ray.get(reference)
                except ray.exceptions.WorkerCrashedError as error:
                    raise BrokenExecutor(f"shard {number}: {error}") from error
                except ray.exceptions.RayTaskError as error:
                    raise error.cause from None
                yield result

    with _connected(ray, address, jobs):
        try:
            yield run
        finally:  # of a conversion that failed: Ray would go on with its tasks
            for reference in running:
                ray.cancel(reference)
            if running:
                ray.wait(list(running), num_returns=len(running), timeout=_PATIENCE)
