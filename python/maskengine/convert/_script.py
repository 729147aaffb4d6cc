"""The script of this process, which processes that start anew would run again."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

_OF_SCRIPT = ("__file__", "__spec__")


class _Script:
    """What is hidden of it, and by how many."""

    lock = threading.Lock()
    hiding = 0
    told: dict[str, Any] = {}  # noqa: RUF012 - there is one script


@contextmanager
def hiding_script() -> Iterator[None]:
    """Keep processes that start anew from running the script of this one.

    They would, all of it, to know what it defines; they need nothing of it. Whether processes start
    anew hangs on which threads there are, so a script cannot know that it must guard against it.
    Several may hide it at once: it is back when the last of them ends.
    """
    main: Any = sys.modules["__main__"]
    with _Script.lock:
        if not _Script.hiding:
            has = [name for name in _OF_SCRIPT if hasattr(main, name)]
            _Script.told = {name: getattr(main, name) for name in has}
            vars(main).update(dict.fromkeys(has))
        _Script.hiding += 1
    try:
        yield
    finally:
        with _Script.lock:
            _Script.hiding -= 1
            if not _Script.hiding:
                vars(main).update(_Script.told)
