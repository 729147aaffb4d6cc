#!/usr/bin/env bash
# Builds with CUDA on a machine with a GPU and no network, runs the GPU tests, the compute-sanitizer
# and the throughput, and stores the JSON in bench/results/, also where a step failed. One call, under
# nine minutes.
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
note() { echo "$1=$2" >>"$out/steps"; }
rm -f "$out"/{steps,gpu_tests.xml,throughput.json}
trap 'note seconds $((SECONDS - started)); python3 bench/gpu_report.py "$out"' EXIT
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

# one architecture, that of the device here: for all of them the build would take too long
capability=$(nvidia-smi --query-gpu=compute_cap --format=csv,noheader 2>/dev/null | head -n 1 || true)
[ -n "$capability" ] ||
  capability=$(python -c 'import cupy; print(cupy.cuda.Device().compute_capability)' 2>/dev/null || true)
if [[ $capability =~ ^[0-9]+\.?[0-9]$ ]]; then export CUDAARCHS=${capability/./}; fi
export MASKENGINE_EMULATION=${MASKENGINE_EMULATION:-OFF} # the tests here are those for a device
build=0
CMAKE_BUILD_PARALLEL_LEVEL=$(nproc) MASKENGINE_CUDA=ON within 300 python -m pip install \
  --no-build-isolation --no-index --no-deps --force-reinstall . >>"$log" 2>&1 || build=$?
note build_seconds $((SECONDS - started))
note build_exit $build
[ $build = 0 ] || { tail -n 40 "$log"; exit 1; }
python -c 'import maskengine as me; print("built:", me.devices()["cuda"])' 2>&1 | tee -a "$log"

# The files that have tests for a device alone, so that no other package is needed to collect them.
tests=(python -m pytest -q -m gpu -p no:cacheprovider -W default --continue-on-collection-errors
  -o "addopts=--import-mode=importlib")
mapfile -t files < <(grep -lE "device_name|mark\.gpu" tests/test_*.py)
status=0
within 150 "${tests[@]}" --junitxml="$out/gpu_tests.xml" "${files[@]}" >>"$log" 2>&1 || status=$?
note tests_exit $status
tail -n 15 "$log" >&2

speed=0
within 120 python bench/gpu_throughput.py --seconds 100 >"$out/throughput.json" 2>>"$log" || speed=$?
note throughput_exit $speed

# A short suite under each tool: a few examples of each case. A tool that does not run here is named.
for tool in memcheck racecheck initcheck synccheck; do
  if ! command -v compute-sanitizer >/dev/null || [ "$(left)" -lt 30 ]; then
    note $tool "not run"
    continue
  fi
  result=0
  HYPOTHESIS_PROFILE=sanitizer within 90 \
    compute-sanitizer --tool $tool --error-exitcode 9 --target-processes all \
    "${tests[@]}" tests/test_device.py -k "oracle" >"$venv/$tool.log" 2>&1 || result=$?
  summary=$(grep -h 'ERROR SUMMARY\|RACECHECK SUMMARY' "$venv/$tool.log" | tail -n 1 || true)
  note $tool "exit $result: ${summary:-no summary}"
  { echo "== $tool"; head -n 200 "$venv/$tool.log"; echo ...; tail -n 20 "$venv/$tool.log"; } >>"$log"
done
[ "$status" = 0 ] && [ "$speed" = 0 ]
