"""A limit on the time of a call, for the drivers of this folder."""

import contextlib
import signal


class TooSlow(BaseException):
    """Raised by the timer: no handler of the library takes it for an error of its own."""


@contextlib.contextmanager
def at_most(seconds, wait=0):
    """Raise `TooSlow` in what takes longer; that a machine is busy is no fault of it.

    `wait`: seconds by the clock, of a call that does not compute; 0 is no limit.
    """
    before = [signal.signal(number, _end) for number in (signal.SIGPROF, signal.SIGALRM)]
    signal.setitimer(signal.ITIMER_PROF, seconds)
    signal.setitimer(signal.ITIMER_REAL, wait)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.setitimer(signal.ITIMER_REAL, 0)
        for number, handler in zip((signal.SIGPROF, signal.SIGALRM), before, strict=True):
            signal.signal(number, handler)


def _end(*_):
    raise TooSlow
