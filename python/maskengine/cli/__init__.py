"""The command `maskengine`: one file of this package per verb.

A verb module has a function of its own name, whose signature and docstring are the command line and
its help, and which returns the exit code: 0 done, 2 bad usage or bad input, 3 done but some
annotations were left out, 4 done but the target cannot hold all of it, 130 interrupted, 143 or 129
ended by SIGTERM or SIGHUP. A new verb is a new file.
"""

from __future__ import annotations

import importlib
import io
import os
import pkgutil
import shutil
import sys
import textwrap
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import PurePath
from typing import Any, TextIO

from maskengine import __version__
from maskengine._paths import path_text
from maskengine.cli._signals import Ended, ending_in_order
from maskengine.errors import MaskError

BAD_INPUT, QUARANTINED, LOSSY, INTERRUPTED = 2, 3, 4, 130
_NARROWEST = 20  # columns: help for a terminal of 1 or 2 would never end


def main(
    arguments: Sequence[str] | None = None, *, loaded: Callable[[], object] = lambda: None
) -> int:
    """Run one command and give its exit code.

    Parameters
    ----------
    arguments : sequence of str, optional
        Those of the process by default.
    loaded : callable, optional
        Called when all modules are loaded, before the work begins.

    Returns
    -------
    int
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # names may have letters that it cannot write
            stream.reconfigure(errors="backslashreplace")
    try:
        with ending_in_order():
            return _run(sys.argv[1:] if arguments is None else list(arguments), loaded)
    except ImportError as error:
        return _fail(f"{error}; install what the commands need: pip install 'maskengine[cli]'")
    except (MaskError, OSError) as error:
        if isinstance(error, BrokenPipeError):
            _discard(sys.stdout)
            return 0
        return _fail(_said(error))
    except KeyboardInterrupt as error:
        what = "; ".join(getattr(error, "__notes__", ())) or "nothing was written"
        said = "ended" if isinstance(error, Ended) else "interrupted"
        _say(f"maskengine: {said}, {what}")
        return error.code if isinstance(error, Ended) else INTERRUPTED


def application(wanted: Sequence[str] | None = None) -> Any:
    """Give the command as cyclopts has it, with these verbs, or with every one."""
    import cyclopts  # noqa: PLC0415 - an extra, and slow to import
    from rich.console import Console  # noqa: PLC0415

    console = Console()
    if console.width < _NARROWEST:
        console = Console(width=_NARROWEST)
    app: Any = cyclopts.App(
        console=console,
        name="maskengine",
        help="Convert, inspect and show segmentation annotations.",
        version=__version__,
        result_action="return_value",
        suppress_keyboard_interrupt=False,
        # a flag that is off needs no --no-; those of which a "no" means something name it
        default_parameter=cyclopts.Parameter(negative_bool=(), converter=_converted),
    )
    for verb in verbs() if wanted is None else wanted:
        module = importlib.import_module(f"{__name__}.{verb}")
        app.command(getattr(module, verb), name=verb)
    return app


def _converted(kind: Any, tokens: Sequence[Any]) -> Any:
    """Convert what was typed as cyclopts does, which would make 6 of 5.5, but round nothing."""
    import cyclopts  # noqa: PLC0415 - slow to import

    made = cyclopts.convert(kind, tokens)
    for path in made if isinstance(made, (list, tuple)) else [made]:
        if isinstance(path, PurePath):
            _check_path(path)
    if type(made) is int and "." in (typed := tokens[0].value) and float(typed) != made:
        raise ValueError(f"expected a whole number, got {typed}")
    return made


def _check_path(path: PurePath) -> None:
    try:
        path_text(path, "path")
    except MaskError as error:
        raise ValueError(error.text) from None  # the command adds which argument it was


def _run(arguments: list[str], loaded: Callable[[], object]) -> int:
    from cyclopts import CycloptsError, MissingArgumentError  # noqa: PLC0415 - slow to import

    first = arguments[0] if arguments else ""
    wanted = [first] if first in verbs() else [] if first == "--version" else None
    try:
        app = application(wanted)
        loaded()
        code = app(arguments, exit_on_error=False, print_error=False)
    except CycloptsError as error:
        verb = f"{first} " if first in verbs() else ""
        said = " ".join(str(error).split())
        if isinstance(error, MissingArgumentError) and error.argument is not None:
            name = error.argument.names[0]
            placed = error.argument.index is not None  # known by its place, as help shows it
            said = f"{name.lstrip('-').upper() if placed else name} is missing"
        return _fail(f"{said} (see maskengine {verb}--help)")
    return int(code or 0)


def verbs() -> list[str]:
    """List the commands."""
    found = (module.name for module in pkgutil.iter_modules(__path__))
    return sorted(name for name in found if not name.startswith("_"))


def _said(error: Exception) -> str:
    """Say what went wrong with a file without the number of the error."""
    if isinstance(error, OSError) and error.strerror:
        named = isinstance(error.filename, str)
        return f"{error.filename}: {error.strerror}" if named else error.strerror
    return str(error)


def _fail(text: str) -> int:
    said = f"maskengine: {text}"
    # between words; elsewhere an error stays one line
    if sys.stderr is not None and sys.stderr.isatty():
        width = max(shutil.get_terminal_size().columns, _NARROWEST)
        said = textwrap.fill(
            said, width, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False
        )
    _say(said)
    return BAD_INPUT


def _say(text: str) -> None:
    """Write to the stream of errors; whoever closed it, or filled its disk, has the exit code."""
    if sys.stderr is not None:  # for which print would take the other stream
        try:
            print(text, file=sys.stderr, flush=True)
        except OSError:
            with suppress(OSError):
                _discard(sys.stderr)


def _discard(stream: TextIO) -> None:
    """Drop what a stream still holds: Python writes it at its end, and fails with 120 then."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
