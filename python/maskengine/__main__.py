"""``python -m maskengine``: the command line."""

import sys

from maskengine_command import main

if __name__ == "__main__":
    sys.exit(main())
