#!/usr/bin/env bash
# Builds with CUDA on a machine with a GPU and no network, runs the GPU tests, the compute-sanitizer
# and the throughput, and stores the JSON in bench/results/. One call, under nine minutes.
#
#   bench/gpu_check.sh [folder with wheels]
#
# Needs python3 (3.11+), nvcc, and in that Python or as wheels in the folder: numpy, cupy, pybind11,
# scikit-build-core, pytest, hypothesis (and cmake, ninja where the system has none).
# UNTESTED as a whole: it was written on a machine without a GPU. There it was run with stand-ins for
# nvidia-smi and compute-sanitizer, over the emulated device.
set -euo pipefail
cd "$(dirname "$0")/.."
wheels=${1:-}
out=${OUT:-$(mktemp -d)}
venv=$(mktemp -d)/venv
log=$out/gpu_check.log
started=$SECONDS
left() { echo $((520 - SECONDS + started)); } # seconds
# Runs a command for at most so many seconds, and less where less are left: 0 would be no limit.
within() {
  local most=$1 rest
  shift
  rest=$(left)
  timeout --kill-after=10 "$((rest < 1 ? 1 : rest < most ? rest : most))" "$@"
}

# Without pip, which need not be there to be put in: that of the Python outside does. And a virtual
# environment over another one does not see the packages of that by itself.
python3 -m venv --without-pip --system-site-packages "$venv"
python3 -c 'import site, sys; print(*site.getsitepackages(), sep="\n")' \
  >"$("$venv/bin/python" -c 'import site; print(site.getsitepackages()[0])')/outer.pth"
export PATH=$venv/bin:$PATH:/usr/local/cuda/bin:/usr/local/cuda/compute-sanitizer
export XLA_PYTHON_CLIENT_PREALLOCATE=false # or JAX takes most of the memory from the other tests
for package in numpy cupy pybind11 scikit_build_core pytest hypothesis; do
  python -c "import $package" 2>/dev/null && continue
  name=${package/%cupy/cupy-cuda13x}
  python -m pip install --quiet --no-index ${wheels:+--find-links "$wheels"} "${name//_/-}" \
    >>"$log" 2>&1 || { tail -n 5 "$log"; exit 1; }
done

# one architecture, that of the device here
capability=$(nvidia-smi --query-gpu=compute_cap --format=csv,noheader 2>/dev/null | head -n 1 || true)
if [[ $capability =~ ^[0-9]+\.[0-9]$ ]]; then export CUDAARCHS=${capability/./}; fi
export MASKENGINE_EMULATION=${MASKENGINE_EMULATION:-OFF} # the tests here are those for a device
CMAKE_BUILD_PARALLEL_LEVEL=$(nproc) MASKENGINE_CUDA=ON within 300 python -m pip install \
  --no-build-isolation --no-index --no-deps --force-reinstall . >>"$log" 2>&1 ||
  { tail -n 40 "$log"; exit 1; }
built=$((SECONDS - started))
python -c 'import maskengine as me; print("built:", me.devices()["cuda"])' | tee -a "$log"

# The files that have tests for a device alone, so that no other package is needed to collect them.
tests=(python -m pytest -q -m gpu -p no:cacheprovider -W default -o "addopts=--import-mode=importlib")
mapfile -t files < <(grep -lE "device_name|mark\.gpu" tests/test_*.py)
status=0
within 150 "${tests[@]}" --junitxml="$out/gpu_tests.xml" "${files[@]}" >>"$log" 2>&1 || status=$?
tail -n 15 "$log" >&2

speed=0
within 120 python bench/gpu_throughput.py >"$out/throughput.json" 2>>"$log" || speed=$?

# A short suite under each tool: a few examples of each case. A tool that does not run here is named.
declare -A checked
for tool in memcheck racecheck initcheck synccheck; do
  if ! command -v compute-sanitizer >/dev/null || [ "$(left)" -lt 30 ]; then
    checked[$tool]="not run"
    continue
  fi
  result=0
  HYPOTHESIS_PROFILE=sanitizer within 90 \
    compute-sanitizer --tool $tool --error-exitcode 9 --target-processes all \
    "${tests[@]}" tests/test_device.py -k "oracle" >"$out/$tool.log" 2>&1 || result=$?
  summary=$(grep -h 'ERROR SUMMARY\|RACECHECK SUMMARY' "$out/$tool.log" | tail -n 1 || true)
  checked[$tool]="exit $result: ${summary:-no summary}"
  tail -n 3 "$out/$tool.log" >>"$log"
done

SECONDS_BUILT=$built STATUS=$status SPEED=$speed CHECKED=$(for tool in "${!checked[@]}"; do
  echo "$tool=${checked[$tool]}"
done) python - "$out" <<'PYTHON'
import datetime
import json
import os
import re
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import maskengine as me

out = Path(sys.argv[1])
report = {"device": me.devices()["cuda"], "version": me.__version__}
report["build_seconds"] = int(os.environ["SECONDS_BUILT"])
report["tests_exit"] = int(os.environ["STATUS"])
if (out / "gpu_tests.xml").exists():
    suite = ElementTree.parse(out / "gpu_tests.xml").getroot().find("testsuite")
    report["tests"] = {
        key: int(suite.get(key)) for key in ("tests", "failures", "errors", "skipped")
    }
report["compute_sanitizer"] = dict(
    line.split("=", 1) for line in os.environ["CHECKED"].splitlines() if line
)
report["throughput_exit"] = int(os.environ["SPEED"])
text = (out / "throughput.json").read_text()
report["throughput"] = json.loads(text) if text.strip() else None
device = report["device"].split(",")[0].lower().removeprefix("nvidia ")
name = re.sub(r"[^a-z0-9]+", "-", device).strip("-")[:40]
text = json.dumps(report, indent=2) + "\n"
for folder in (out, Path("bench/results")):
    (folder / f"{datetime.date.today().isoformat()}-{name}.json").write_text(text)
print(text)
PYTHON
[ "$status" = 0 ] && [ "$speed" = 0 ]
