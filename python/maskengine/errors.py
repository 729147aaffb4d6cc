"""The exceptions of maskengine: every one says which parameter, which item, what was expected."""

from __future__ import annotations

import numbers
import reprlib

_LONGEST = 480  # letters of a text
_FIRST = 120  # of a longer one, whose end is kept: PyTorch puts a traceback before what was said
_QUOTING = reprlib.Repr()  # of a list of millions, what such a text has room for
_QUOTING.maxlist = _QUOTING.maxtuple = _QUOTING.maxdict = _QUOTING.maxset = _LONGEST // 2
_QUOTING.maxfrozenset = _QUOTING.maxdeque = _QUOTING.maxarray = _LONGEST // 2
_QUOTING.maxstring = _QUOTING.maxother = 2 * _LONGEST


def shown(value: object) -> str:
    """Quote what came, or its beginning; an integer of 5000 digits has no text."""
    try:
        return str(value) if isinstance(value, numbers.Number) else _QUOTING.repr(value)
    except Exception:  # noqa: BLE001 - its own methods may raise anything
        return f"{type(value).__name__} without a text"


class MaskError(ValueError):
    """Bad input to an operation.

    Parameters
    ----------
    text : str
        What was expected and what came.
    parameter : str, optional
        Name of the argument at fault.
    index : int, optional
        Item of the batch at fault.

    Attributes
    ----------
    parameter, index
        As above; None when the error is not about one argument or one item.
    """

    def __init__(
        self, text: str, *, parameter: str | None = None, index: int | None = None
    ) -> None:
        if len(text) > _LONGEST:  # it may quote what came
            text = f"{text[:_FIRST]} ... {text[_FIRST - _LONGEST :]}"
        self.text = text
        self.parameter = parameter
        self.index = index
        place = "" if parameter is None else parameter
        if index is not None:
            place = f"{place or 'item'}[{index}]"
        super().__init__(f"{place}: {text}" if place else text)

    def __reduce__(self) -> tuple[object, ...]:
        return (_rebuild, (type(self), self.text, dict(self.__dict__)))


class MaskTypeError(MaskError, TypeError):
    """A dtype, layout or Python type that the operation does not take."""


class MalformedRLE(MaskError):  # noqa: N818 - the name says what is wrong, as the design asks
    """Counts that do not describe a mask of the stated size."""


class ShapeMismatch(MaskError):  # noqa: N818
    """Sizes or lengths that must agree do not."""


class BadPolygon(MaskError):  # noqa: N818
    """A ring without meaning: a coordinate that is not finite, or too few of them."""


class BadFile(MaskError):  # noqa: N818
    """Bytes that are not the format they claim to be."""


class LimitExceeded(MaskError):  # noqa: N818
    """A limit that guards memory or time would be passed.

    Attributes
    ----------
    name, value, limit
        The limit's name, what the call needs, and what is allowed (None when unknown).
    """

    def __init__(
        self,
        text: str,
        *,
        parameter: str | None = None,
        index: int | None = None,
        name: str | None = None,
        value: int | None = None,
        limit: int | None = None,
    ) -> None:
        super().__init__(text, parameter=parameter, index=index)
        self.name = name
        self.value = value
        self.limit = limit


class BackendUnavailable(MaskError, RuntimeError):  # noqa: N818
    """A device or CPU level that this machine or build does not have."""


def _rebuild(kind: type[MaskError], text: str, state: dict[str, object]) -> MaskError:
    error = kind(text)
    error.__init__(text, **{k: v for k, v in state.items() if k != "text"})  # type: ignore[misc]
    return error
