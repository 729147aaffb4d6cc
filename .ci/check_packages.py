"""Checks what is in the wheel and the source archive: all that is needed, nothing else, and small.

Run: python .ci/check_packages.py dist/*.whl dist/*.tar.gz
"""

import re
import sys
import tarfile
import zipfile
from pathlib import Path

WANTED_IN_WHEEL = [
    r"maskengine/__init__\.py",
    r"maskengine/py\.typed",
    r"maskengine/_core\.pyi",
    r"maskengine/_core\..*(so|pyd)",
    r"maskengine/ops/area\.py",
    r"maskengine/adapters/sam\.py",
    r"maskengine_command/__init__\.py",
    r"maskengine/testing/__main__\.py",
    r"maskengine/testing/selftest\.py",
    r"maskengine/testing/strategies\.py",
    r"maskengine-[^/]*\.dist-info/licenses/LICENSE",
    r"maskengine-[^/]*\.dist-info/entry_points\.txt",
]
ALLOWED_IN_WHEEL = (
    r"maskengine/.*\.(py|pyi|typed|so|pyd|json|gz|png|parquet|txt|md)"
    r"|maskengine_command/__init__\.py|.*\.dist-info/.*"
)
WANTED_IN_SDIST = [
    r"CMakeLists\.txt",
    r"cpp/CMakeLists\.txt",
    r"cmake/cuda\.cmake",
    r"cpp/base/execution\.cuh",
    r"cpp/ops/area/area\.cu",
    r"python/maskengine/_core\.pyi",
    r"tests/test_area\.py",
    r"tests/consumer/main\.cpp",
    r"LICENSE",
    r"README\.md",
]
MAX_WHEEL = 3_000_000  # bytes, of a wheel without the CUDA module and the emulated one
JUNK = r"__pycache__|\.so$|\.venv|\.hypothesis|\.pytest_cache|(^|/)build/|\.o$|(^|/)\.git/"


def problems(names: list[str], wanted: list[str], allowed: str, junk: str) -> list[str]:
    found = [f"missing: {w}" for w in wanted if not any(re.fullmatch(w, n) for n in names)]
    found += [f"not wanted: {n}" for n in names if not re.fullmatch(allowed, n)]
    return found + [f"junk: {n}" for n in names if junk and re.search(junk, n)]


def size_problems(wheel: zipfile.ZipFile) -> list[str]:
    """Count what is published: the emulated GPU is in local builds alone."""
    sizes = {info.filename: info.compress_size for info in wheel.infolist()}
    native = [name for name in sizes if name.endswith((".so", ".pyd"))]
    if any("/_cuda." in name for name in native):
        return []
    size = sum(n for name, n in sizes.items() if name not in native or "/_emulated." not in name)
    return [] if size < MAX_WHEEL else [f"{size} bytes, at most {MAX_WHEEL}"]


def dependency_problems(metadata: str) -> list[str]:
    """A plain install needs NumPy and nothing else; all other needs are in extras."""
    needs = re.findall(r"^Requires-Dist: ([\w.-]+)(.*)$", metadata, re.MULTILINE)
    plain = sorted(name.lower() for name, rest in needs if "extra ==" not in rest)
    return [] if plain == ["numpy"] else [f"a plain install needs {plain}, not NumPy alone"]


def main(paths: list[str]) -> int:
    count = 0
    for path in paths:
        if path.endswith(".whl"):
            with zipfile.ZipFile(path) as wheel:
                names = [name for name in wheel.namelist() if not name.endswith("/")]
                (metadata,) = (name for name in names if name.endswith(".dist-info/METADATA"))
                bad = size_problems(wheel)
                bad += dependency_problems(wheel.read(metadata).decode())
            size = Path(path).stat().st_size
            bad += problems(names, WANTED_IN_WHEEL, ALLOWED_IN_WHEEL, r"__pycache__|tests/")
        else:
            with tarfile.open(path) as archive:
                files = [member for member in archive.getmembers() if member.isfile()]
                names = [member.name.split("/", 1)[1] for member in files]
                size = sum(member.size for member in files)
            bad = problems(names, WANTED_IN_SDIST, ".*", JUNK)
        print(f"{path.rsplit('/', 1)[1]}: {len(names)} files, {size / 1e6:.2f} MB")
        print(*(f"  {line}" for line in bad), sep="\n", end="\n" if bad else "")
        count += len(bad)
    return 1 if count or len(paths) < 2 else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
