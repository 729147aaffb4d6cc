"""Turns the marks of reStructuredText in docstrings, which help() readers know, into Markdown."""

import re

from griffe import Extension

ROLE = re.compile(r":\w+:`~?([^`]+)`")
LITERAL = re.compile(r"::(?=\n\n? +\S)")


class Plain(Extension):
    """Rewrites each docstring as it is loaded."""

    def on_object(self, *, obj, **_):
        if obj.docstring is not None:
            text = ROLE.sub(r"`\1`", obj.docstring.value)
            obj.docstring.value = LITERAL.sub(":", text)
