"""What a hostile case is, what is right for it, and how an outcome is judged."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

from maskengine.errors import MaskError

#: Outcomes, from good to bad.
OUTCOMES = ("OK", "ERR", "ODD", "LAX", "WRONG", "OOM", "HANG", "CRASH")

_CLEAR = (ValueError, TypeError, OverflowError)  # of another library, with words
_UNCLEAR = (UnicodeError,)


@dataclass(frozen=True)
class Refused:
    """The right outcome is an error.

    Parameters
    ----------
    error : type
        What class it must have.
    words : tuple of str
        What its text must say.
    """

    error: type[Exception] = MaskError
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class Holds:
    """The right outcome is an answer of which something holds.

    Parameters
    ----------
    test : callable
        Takes the answer; True when it is right.
    says : str
        What must hold, in words.
    """

    test: Callable[[Any], bool]
    says: str


@dataclass(frozen=True)
class Hostile:
    """One hostile call and what is right for it.

    Parameters
    ----------
    name : str
        ``"family/what"``, unique.
    operation : str
        The word by which other engines know the operation.
    arguments : callable
        Makes the arguments, in the process of the case.
    right : object
        A `Refused`, a `Holds`, or the answer itself: a value that is compared exactly.
    other : object, optional
        What is right as well, where the policy is free.
    call : callable, optional
        Ours, where it is none of `CALLS`; such a case is for no other engine.
    is_large : bool
        Declared large: may take more than a second and 256 MB.
    """

    name: str
    operation: str
    arguments: Callable[[], tuple[Any, ...]]
    right: Any
    other: Any = None
    call: Callable[..., Any] | None = None
    is_large: bool = False


class Verdict(NamedTuple):
    """How a call came out.

    Parameters
    ----------
    outcome : str
        One of `OUTCOMES`.
    detail : str
        What came, in words.
    """

    outcome: str
    detail: str


@dataclass
class Family:
    """Collects the cases of one kind.

    Parameters
    ----------
    name : str
        First part of their names.
    """

    name: str
    cases: list[Hostile] = field(default_factory=list)

    def add(
        self, what: str, operation: str, arguments: Callable[[], tuple[Any, ...]], right: Any,
        **more: Any,
    ) -> None:  # fmt: skip
        """Add a case of an operation that other engines may have, too."""
        self.cases.append(Hostile(f"{self.name}/{what}", operation, arguments, right, **more))

    def ours(self, what: str, call: Callable[[], Any], right: Any, **more: Any) -> None:
        """Add a case of ours alone: a call without arguments."""
        self.cases.append(
            Hostile(f"{self.name}/{what}", self.name, tuple, right, call=call, **more)
        )

    def __iter__(self) -> Iterator[Hostile]:
        return iter(self.cases)


def refused(error: type[Exception], *words: str) -> Refused:
    """Say that an error of this class, with these words, is right."""
    return Refused(error, words)


def anything_sound() -> Holds:
    """Say that any answer is right: the case is about staying alive."""
    return Holds(lambda _: True, "any answer")


def judge(case: Hostile, call: Callable[..., Any], *, is_ours: bool) -> Verdict:
    """Make a call and say how it came out.

    Parameters
    ----------
    case : Hostile
        What is called, and what is right.
    call : callable
        The engine's form of the operation.
    is_ours : bool
        Whether an error must be the one that the case names. Of another engine any that has words
        will do, also where it could have answered.
    """
    arguments = case.arguments()
    rights = [right for right in (case.right, case.other) if right is not None]
    try:
        answer = call(*arguments)
        fits = [_fits(answer, right) for right in rights if not isinstance(right, Refused)]
    except MemoryError as error:
        return Verdict("OOM", f"MemoryError: {error}"[:200])
    except Exception as error:  # noqa: BLE001 - any kind is judged
        return _judge_error(error, rights, is_ours=is_ours)
    if any(fits):
        return Verdict("OK", "")
    detail = f"answered {_brief(answer)}"
    if fits:
        says = [right.says for right in rights if isinstance(right, Holds)]
        return Verdict("WRONG", f"{detail}; right is {says or _brief(case.right)}"[:400])
    return Verdict("LAX", detail)


def _judge_error(error: Exception, rights: list[Any], *, is_ours: bool) -> Verdict:
    text = f"{type(error).__name__}: {error}"[:300]
    if not is_ours:
        named = isinstance(error, _CLEAR) or type(error).__module__ == "cv2"
        clear = named and not isinstance(error, _UNCLEAR) and len(str(error)) > 5
        return Verdict("ERR" if clear else "ODD", text)
    allowed = [right for right in rights if isinstance(right, Refused)]
    if not allowed:
        return Verdict("WRONG", f"refused what is right: {text}")
    for right in allowed:
        if isinstance(error, right.error) and all(word in str(error) for word in right.words):
            return Verdict("ERR", text)
    wanted = ", ".join(f"{right.error.__name__} {right.words}" for right in allowed)
    return Verdict("ODD", f"{text}; right is {wanted}"[:500])


def _fits(answer: Any, right: Any) -> bool:
    if isinstance(right, Holds):
        return bool(right.test(answer))
    if isinstance(right, Mapping):
        return bool(answer == right)
    if isinstance(right, (np.ndarray, list, tuple)):
        got, wanted = np.asarray(answer), np.asarray(right)
        return got.shape == wanted.shape and bool(
            np.array_equal(got, wanted, equal_nan=wanted.dtype.kind == "f")
        )
    return bool(answer == right)


def _brief(value: Any) -> str:
    text = repr(value).replace("\n", " ")
    return text if len(text) < 120 else f"{text[:100]}... ({type(value).__name__})"
