#!/usr/bin/env bash
# Builds with CUDA on a machine with a GPU and no network, runs the GPU tests, prints JSON.
#
#   bench/gpu_check.sh [folder with wheels]
#
# Needs python3 (3.11+), nvcc, and in that Python or as wheels in the folder: numpy, pybind11,
# scikit-build-core, pytest, hypothesis (and cmake, ninja where the system has none).
# UNTESTED as a whole: it was written on a machine without a GPU. The build, and the tests up to the
# point where a device is needed, were run there.
set -euo pipefail
cd "$(dirname "$0")/.."
wheels=${1:-}
out=${OUT:-$(mktemp -d)}
venv=$(mktemp -d)/venv
log=$out/gpu_check.log

python3 -m venv --system-site-packages "$venv" 2>>"$log" || python3 -m virtualenv \
  --system-site-packages "$venv" >>"$log" 2>&1
export PATH=$venv/bin:$PATH
for package in numpy pybind11 scikit-build-core pytest hypothesis; do
  python -c "import importlib.metadata as m; m.version('$package')" 2>/dev/null && continue
  pip install --quiet --no-index ${wheels:+--find-links "$wheels"} "$package" >>"$log" 2>&1
done

# one architecture, that of the device here
if capability=$(nvidia-smi --query-gpu=compute_cap --format=csv,noheader 2>/dev/null | head -n 1); then
  export CUDAARCHS=${capability//./}
fi
started=$(date +%s)
MASKENGINE_CUDA=ON pip install --no-build-isolation --no-index --no-deps --force-reinstall . \
  >>"$log" 2>&1 || { tail -n 40 "$log"; exit 1; }
built=$(($(date +%s) - started))

status=0
python -m pytest -m gpu --junitxml="$out/gpu_tests.xml" -o addopts="--import-mode=importlib" \
  >>"$log" 2>&1 || status=$?
tail -n 15 "$log" >&2

BUILD_SECONDS=$built TEST_STATUS=$status python - "$out/gpu_tests.xml" <<'PYTHON'
import json
import os
import sys
import time
import xml.etree.ElementTree as ElementTree

import numpy as np

import maskengine as me
from maskengine import _cuda

suite = ElementTree.parse(sys.argv[1]).getroot().find("testsuite")
report = {key: int(suite.get(key)) for key in ("tests", "failures", "errors", "skipped")}
report["device"] = me.devices()["cuda"]
report["version"] = me.__version__
report["build_seconds"] = int(os.environ["BUILD_SECONDS"])
if not report["device"].startswith("unavailable"):
    n = 1_000_000
    counts = np.ones(5 * n, np.uint32)
    masks = me.Masks(counts, np.arange(n + 1) * 5, np.tile([5, 1], (n, 1)))
    times = []
    for _ in range(20):
        start = time.perf_counter()
        _cuda.area_of_host(masks.counts, masks.offsets, masks.sizes)
        times.append(time.perf_counter() - start)
    report["area_of_1e6_host_masks_ms"] = round(1e3 * min(times), 3)
print(json.dumps(report, indent=2))
PYTHON
exit "$status"
