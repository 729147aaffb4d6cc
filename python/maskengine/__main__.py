"""``python -m maskengine``: the command line."""

import sys

from maskengine.cli import main

if __name__ == "__main__":
    sys.exit(main())
