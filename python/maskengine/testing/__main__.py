"""Check the installed package: ``python -m maskengine.testing``."""

import sys

from maskengine.testing.selftest import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
