"""What the script `maskengine` calls: Ctrl-C is quiet from the first moment.

A package of its own: whatever lies in `maskengine` imports NumPy before its own first line runs.
"""

import os
import signal
from types import FrameType

_INTERRUPTED = 130  # as in maskengine.cli


def main() -> int:
    """Run the command of this process and give its exit code.

    While modules are loaded Ctrl-C ends the process without a traceback, as it does later on.

    Returns
    -------
    int
    """
    usual = signal.getsignal(signal.SIGINT)
    if usual is not signal.default_int_handler:  # ignored in the background, or somebody else's
        from maskengine.cli import main as run  # noqa: PLC0415 - see the first lines

        return run()
    signal.signal(signal.SIGINT, _leave)
    from maskengine.cli import main as run  # noqa: PLC0415

    code = run(loaded=lambda: signal.signal(signal.SIGINT, usual))
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # all is written; the interpreter ends
    return code


def _leave(_number: int, _frame: FrameType | None) -> None:
    os.write(2, b"maskengine: interrupted, nothing was written\n")
    os._exit(_INTERRUPTED)
