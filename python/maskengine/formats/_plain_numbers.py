"""Texts of numbers as files have them: Python's ``int`` and ``float`` take more than any format."""

from __future__ import annotations


def plain(text: str) -> str:
    """Give a text that holds numbers back.

    Raises
    ------
    ValueError
        If it has underscores between digits, or digits of other scripts.
    """
    if "_" in text or not text.isascii():
        raise ValueError(f"expected numbers in plain digits, got {text[:40]!r}")
    return text
