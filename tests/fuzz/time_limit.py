"""A limit on the processor time of a call, for the drivers of this folder."""

import contextlib
import signal


class TooSlow(BaseException):
    """Raised by the timer: no handler of the library takes it for an error of its own."""


@contextlib.contextmanager
def at_most(seconds):
    """Raise `TooSlow` in what takes longer; that a machine is busy is no fault of it."""
    before = signal.signal(signal.SIGPROF, _end)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def _end(*_):
    raise TooSlow
