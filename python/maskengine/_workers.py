"""Threads that share work, where new ones may start.

`concurrent.futures` gives up where they may not: once the main thread has ended, though others go
on, and where the system allows no more of them. Then whoever asks does the work.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from queue import SimpleQueue
from types import TracebackType
from typing import Any, Generic, ParamSpec, Self, TypeVar

_Taken = ParamSpec("_Taken")
_Given = TypeVar("_Given")


class Workers:
    """At most so many threads, which start when they are needed and end with the block.

    Parameters
    ----------
    most : int

    Examples
    --------
    >>> with Workers(2) as workers:
    ...     list(workers.map(abs, [-1, 2, -3]))
    [1, 2, 3]
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._tasks: SimpleQueue[_Task[Any] | None] = SimpleQueue()
        self._threads: list[threading.Thread] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.end()

    def starts(self) -> bool:
        """Say whether there is a thread, or one more could be started."""
        if len(self._threads) < self._most:
            thread = threading.Thread(target=_work, args=(self._tasks,))
            try:
                thread.start()
            except RuntimeError:
                self._most = len(self._threads)
            else:
                self._threads.append(thread)
        return bool(self._threads)

    def submit(
        self, call: Callable[_Taken, _Given], *arguments: _Taken.args, **named: _Taken.kwargs
    ) -> Future[_Given]:
        """Have a call made by a thread, or make it where there can be none."""
        task = _Task(lambda: call(*arguments, **named))
        if self.starts():
            self._tasks.put(task)
        else:
            task.run()
        return task.future

    def map(self, call: Callable[..., _Given], *iterables: Iterable[Any]) -> Iterator[_Given]:
        """Make a call for each of some values, and give what they give in order."""
        # lists of values of one length: there is one for each thread, or piece of work
        futures = [self.submit(call, *values) for values in zip(*iterables, strict=False)]
        try:
            for future in futures:
                yield future.result()
        finally:
            for future in futures:
                future.cancel()

    def end(self) -> None:
        """Wait for what was submitted, and end the threads."""
        for _ in self._threads:
            self._tasks.put(None)
        for thread in self._threads:
            thread.join()
        self._threads.clear()


class _Task(Generic[_Given]):
    def __init__(self, call: Callable[[], _Given]) -> None:
        self.future: Future[_Given] = Future()
        self._call = call

    def run(self) -> None:
        if not self.future.set_running_or_notify_cancel():
            return
        try:
            self.future.set_result(self._call())
        except BaseException as error:  # noqa: BLE001 - it is raised where the result is asked for
            self.future.set_exception(error)


def _work(tasks: SimpleQueue[_Task[Any] | None]) -> None:
    while (task := tasks.get()) is not None:
        task.run()
        del task  # what it holds need not wait for the next one
