"""What the script `maskengine` calls: Ctrl-C is quiet from the first moment.

A package of its own: whatever lies in `maskengine` imports NumPy before its own first line runs.
"""

import os
import signal
import sys
from types import FrameType

_INTERRUPTED = 130  # as in maskengine.cli


def main() -> int:
    """Run the command of this process and give its exit code.

    While modules are loaded Ctrl-C ends the process without a traceback, as it does later on.

    Returns
    -------
    int
    """
    if sys.argv[1:2] != ["bench"]:  # whose peers may need it
        sys.meta_path.insert(0, _WithoutPandas)
    usual = signal.getsignal(signal.SIGINT)
    if usual is not signal.default_int_handler:  # ignored in the background, or somebody else's
        from maskengine.cli import main as run  # noqa: PLC0415 - see the first lines

        return run()
    signal.signal(signal.SIGINT, _leave)
    from maskengine.cli import main as run  # noqa: PLC0415

    code = run(loaded=lambda: signal.signal(signal.SIGINT, usual))
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # all is written; the interpreter ends
    return code


class _WithoutPandas:
    """Says that there is no pandas.

    PyArrow asks for it with the first array that it makes, to know its own from those of pandas.
    Where it is installed, reading it took half the time of a short command; no command uses it.
    """

    @staticmethod
    def find_spec(name: str, *_: object) -> None:
        """Refuse pandas, and know nothing of other modules."""
        if name == "pandas":
            raise ModuleNotFoundError("no command uses pandas", name=name)


def _leave(_number: int, _frame: FrameType | None) -> None:
    os.write(2, b"maskengine: interrupted, nothing was written\n")
    os._exit(_INTERRUPTED)
