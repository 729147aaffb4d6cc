"""Undo, redo and patches of a canvas."""

from __future__ import annotations

from typing import Any

from maskengine import _arrays
from maskengine._backend import core
from maskengine.canvas._base import CanvasBase
from maskengine.canvas.edit import Edit, patch_of
from maskengine.errors import MaskError, MaskTypeError, shown
from maskengine.values import Patch


class Steps(CanvasBase):
    """The part of a canvas that knows what was done."""

    @property
    def history(self) -> tuple[Edit, ...]:
        """The steps that can be undone, oldest first."""
        with self._lock:
            return tuple(Edit(native) for native in core.canvas_history(self._engine))

    @property
    def history_bytes(self) -> int:
        """The most bytes that all steps may take; the oldest are dropped."""
        return self._history_bytes

    @property
    def can_undo(self) -> bool:
        """Whether there is a step to undo."""
        return core.canvas_steps(self._engine) > 0

    @property
    def can_redo(self) -> bool:
        """Whether there is a step to make again."""
        return core.canvas_can_redo(self._engine)

    def undo(self) -> Edit | None:
        """Take the last step back.

        Returns
        -------
        Edit or None
            What changed by taking it back; None when there is no step.

        Raises
        ------
        MaskError
            If a stroke is open, or the labels were changed from outside: then nothing is changed.

        Examples
        --------
        >>> import numpy as np
        >>> import maskengine as me
        >>> canvas = me.Canvas(np.zeros((5, 9), np.uint8))
        >>> _ = canvas.stroke([(2.5, 2.5)], 1, label=3)
        >>> canvas.undo().gained
        {0: 5}
        >>> canvas.undo() is None
        True
        """
        with self._lock:
            self._require_closed()
            native = core.canvas_step(self._engine, True)
            return None if native is None else self._note(native)

    def redo(self) -> Edit | None:
        """Make the step again that was undone last.

        Returns
        -------
        Edit or None
            What changed; None when there is no such step, as after a new edit.

        Raises
        ------
        MaskError
            As :meth:`undo`.

        Examples
        --------
        >>> import numpy as np
        >>> import maskengine as me
        >>> canvas = me.Canvas(np.zeros((5, 9), np.uint8))
        >>> _ = canvas.stroke([(2.5, 2.5)], 1, label=3)
        >>> _ = canvas.undo()
        >>> canvas.redo().gained
        {3: 5}
        """
        with self._lock:
            self._require_closed()
            native = core.canvas_step(self._engine, False)
            return None if native is None else self._note(native)

    def coalesce(self, n: int) -> Edit:
        """Join the last n steps into one.

        Parameters
        ----------
        n : int
            At least 1, at most as many as there are.

        Returns
        -------
        Edit
            The joint step. One that changes nothing is left out of the history.

        Raises
        ------
        MaskError
            If a stroke is open, or there are fewer steps.

        Examples
        --------
        >>> import numpy as np
        >>> import maskengine as me
        >>> canvas = me.Canvas(np.zeros((5, 9), np.uint8))
        >>> for label in (2, 1):
        ...     _ = canvas.stroke([(2.5, 2.5)], label, label)
        >>> canvas.coalesce(2).gained
        {1: 5, 2: 8}
        >>> len(canvas.history)
        1
        """
        with self._lock:
            self._require_closed()
            if not _arrays.is_whole(n):
                raise MaskTypeError(f"expected an integer, got {shown(n)}"[:200], parameter="n")
            steps = core.canvas_steps(self._engine)
            if not 1 <= n <= steps:
                raise MaskError(f"expected 1 to {steps} steps, got {shown(n)}", parameter="n")
            return Edit(core.canvas_coalesce(self._engine, int(n)))

    def apply(self, patch: Any) -> Edit:
        """Make the change of a patch, of another process perhaps. It is a step of the history.

        Parameters
        ----------
        patch : Patch or bytes-like
            Of a label map of the same size and dtype.

        Returns
        -------
        Edit

        Raises
        ------
        MaskError
            If the labels are not those from which the patch was made, or it is of another size or
            dtype, or a stroke is open. Nothing is changed then.
        BadFile
            If the bytes are no patch.

        Examples
        --------
        See :class:`Patch`.
        """
        if not isinstance(patch, Patch):
            patch = Patch.from_bytes(patch)
        with self._lock:
            self._require_closed()
            return self._note(core.canvas_apply(self._engine, patch_of(patch)))
