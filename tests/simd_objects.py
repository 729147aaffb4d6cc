"""What the linker may take from an object that only some CPUs can run."""

import os
import re
import shutil
import subprocess
from collections import defaultdict

# Where a compiler cache is set, it has what a release build makes of every file. The consumer's
# test builds that then, and looks into it; without the programs for that it does neither.
CACHED = bool(os.environ.get("CMAKE_CXX_COMPILER_LAUNCHER")) and all(
    map(shutil.which, ("cmake", "c++", "ar", "nm"))
)


def weak_symbols(built):
    """List the weak symbols of an object, or of an archive, by the names of the objects."""
    command = ["nm", "--defined-only", "-A", built]
    listed = subprocess.run(command, check=True, capture_output=True, text=True)
    found = defaultdict(list)
    for line in listed.stdout.splitlines():
        place, _, symbol = line.rpartition(":")
        if re.search(r" [WVu] ", symbol):
            found[place.rpartition(":")[2]].append(symbol.split()[-1])
    return dict(found)
