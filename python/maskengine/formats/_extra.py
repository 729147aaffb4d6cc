"""Says what to install, before any other module of formats asks for what is not there."""

import importlib

for _name in ("msgspec", "pyarrow"):
    try:
        importlib.import_module(_name)
    except ImportError as error:
        error.add_note("reading and writing files needs: pip install 'maskengine[io]'")
        raise
