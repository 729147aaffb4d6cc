"""Names of formats as types of parameters, so that help lists them and shells complete them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from maskengine import formats

if TYPE_CHECKING:
    Readable = str
    Writable = str
else:
    Readable = Literal[formats.names()]
    Writable = Literal[formats.writable_names()]
