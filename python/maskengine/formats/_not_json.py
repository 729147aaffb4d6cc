"""What decoding raises where bytes are no JSON of the form that is wanted."""

from __future__ import annotations

import msgspec

# msgspec says that it is no JSON, or not of the type; text that is no UTF-8 has an error of its own
NOT_JSON = (msgspec.MsgspecError, RecursionError, UnicodeDecodeError)
