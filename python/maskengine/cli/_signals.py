"""The signals that end a command from outside: it puts away what it had begun, as after Ctrl-C."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_NAMES = ("SIGTERM", "SIGHUP")  # of a service that is stopped, and a terminal that is closed


class Ended(KeyboardInterrupt):
    """A signal came; `code` is the exit code that shells give for it."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.code = 128 + number


@contextmanager
def ending_in_order() -> Iterator[None]:
    """Have such a signal raise `Ended` in the block, where nobody handles or ignores it."""
    ours = []
    if threading.current_thread() is threading.main_thread():
        numbers = (getattr(signal, name, None) for name in _NAMES)
        ours = [n for n in numbers if n is not None and signal.getsignal(n) is signal.SIG_DFL]
    for number in ours:
        signal.signal(number, _end)
    try:
        yield
    finally:
        for number in ours:
            signal.signal(number, signal.SIG_DFL)


def _end(number: int, _: FrameType | None) -> None:
    signal.signal(number, signal.SIG_IGN)  # once is enough: what is put away is put away whole
    raise Ended(number)
