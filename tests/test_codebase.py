"""The rules of the house hold, and every rule can fail.

Covers: tests/house_rules.py and text_rules.py on this tree and on planted violations.
Run: pytest tests/test_codebase.py
"""

import platform
import re
import shutil
import subprocess
from pathlib import Path

import pytest

import house_rules
import maskengine as me
import text_rules
from house_rules import Tree
from simd_objects import CACHED, weak_symbols

RULES = house_rules.RULES | text_rules.RULES
ROOT = Path(__file__).resolve().parents[1]
LONG_CPP = "int f(int x) {\n" + "  x++;\n" * 60 + "  return x;\n}\n"
LONG_PYTHON = "def f(x):\n" + "    x += 1\n" * 60

AREA_WITHOUT_DOCS = [
    "cpp/ops/area/area.h",
    "cpp/bind/bind_area.cpp",
    "python/maskengine/ops/area.py",
    "tests/cases/area.py",
    "tests/test_area.py",
]

CANVAS_WITHOUT_TESTS = [
    "cpp/ops/canvas/canvas.h",
    "cpp/bind/bind_canvas.cpp",
    "python/maskengine/canvas/__init__.py",
    "docs/canvas.md",
]

# rule -> planted trees: each one breaks the rule exactly once
PLANTED = {
    "cpp_layers": [
        {"cpp/base/a.h": '#include "runs/runs.h"\n'},
        {"cpp/runs/a.h": '#include "ops/area/area.h"\n'},
        {"cpp/geometry/a.h": '#include "bind/batch.h"\n'},
        {"cpp/ops/label/label.h": '#include "ops/area/area.h"\n'},
        {"cpp/ops/label/label.cpp": '#include "bind/batch.h"\n'},
    ],
    "python_only_in_bind": [
        {"cpp/ops/area/area.cpp": "#include <pybind11/numpy.h>\n"},
        {"cpp/base/view.h": "#  include <Python.h>\n"},
    ],
    "simd_includes": [
        {"cpp/runs/bits_avx2.cpp": "#include <immintrin.h>\n#include <vector>\n"},
        {"cpp/runs/bits_neon.cpp": '#include "base/view.h"\n'},
        {"cpp/runs/bits_kernels.h": "#include <string>\n"},
    ],
    "cuda_includes": [
        {"cpp/ops/area/area.cpp": "#include <cuda_runtime.h>\n"},
        {"cpp/ops/area/area.h": "#include <cub/cub.cuh>\n"},
        {"cpp/bind/bind_area.cpp": '#include "base/execution.cuh"\n'},
    ],
    "header_openings": [
        {"cpp/base/a.h": "#pragma once\n"},
        {"cpp/base/a.h": "// What it is for.\n"},
    ],
    "devices_are_told": [
        {"cpp/ops/area/area.h": "// area: pixels of masks.\n#pragma once\n"},
        {"cpp/ops/area/area.h": "// area: pixels of masks. Runs on the CPU.\n",
         "cpp/ops/area/area.cu": ""},
    ],
    "python_layers": [
        {"python/maskengine/errors.py": "from maskengine import values\n"},
        {"python/maskengine/values/masks.py": "from maskengine.ops.area import area\n"},
        {"python/maskengine/ops/area.py": "import maskengine.ops.label\n"},
        {"python/maskengine/ops/area.py": "from .label import label\n"},
        {"python/maskengine/ops/area.py": "import maskengine as me\n"},
        {"python/maskengine/ops/area.py": "from maskengine.testing import oracles\n"},
        {"python/maskengine/formats/coco.py": "from maskengine.ops.area import area\n"},
        {"python/maskengine/convert.py": "def f():\n    from maskengine import cli\n"},
        {"python/maskengine/helper.py": "x = 1\n"},
    ],
    "without_memory": [
        {"cpp/bind/bind_a.cpp": 'py::class_<A>(module, "A");\n'},
        {"python/maskengine/ops/a.py": "core.split(a, measured=True)\n"},
    ],
    "file_lengths": [{"cpp/base/a.h": "//\n" * 401}, {"tests/a.py": "\n" * 401}],
    "python_function_lengths": [
        {"python/maskengine/ops/a.py": LONG_PYTHON},
        {"tests/a.py": "class A:\n    " + LONG_PYTHON.replace("\n", "\n    ")},
    ],
    "cpp_function_lengths": [
        {"cpp/base/a.cpp": LONG_CPP},
        {"cpp/base/a.cpp": "namespace me {\nint g() { return 1; }\n" + LONG_CPP + "}\n"},
        {"cpp/base/a.h": 'struct A {\n const char* s = "}"; // {\n' + LONG_CPP + "};\n"},
        {"cpp/bind/bind_a.cpp": "ME_BIND(a) {\n" + "  f(1);\n" * 60 + "}\n"},
    ],
    "file_names": [
        {"cpp/base/utils.h": ""},
        {"python/maskengine/array_helpers.py": ""},
        {"bench/common/a.py": ""},
    ],
    "one_word_per_operation": [
        dict.fromkeys(AREA_WITHOUT_DOCS, ""),
        {"docs/ops/label.md": ""},
        dict.fromkeys(CANVAS_WITHOUT_TESTS, ""),
    ],
    "one_version": [
        {"pyproject.toml": '[project]\nversion = "1.0.0"\n',
         "python/maskengine/__init__.py": '__version__ = "1.0.1"\n'},
    ],
    "ascii_sources": [{"cpp/base/a.h": "// \u00b5s\n"}, {"tests/a.py": "x = '\u2264'\n"}],
    "named_files_exist": [
        {"docs/a.md": "see `tests/coverage.py`\n"},
        {"CMakePresets.json": '{"displayName": "see tests/coverage.py"}\n'},
    ],
    "no_machine_paths": [
        {"docs/a.md": "see /ho" + "me/someone/x\n"},
        {"cpp/CMakeLists.txt": "set(x -march=" + "native)\n"},
    ],
}  # fmt: skip


@pytest.mark.parametrize("name", RULES)
def test_rule_holds(name):
    problems = RULES[name](Tree(ROOT))
    assert not problems, f"{RULES[name].__doc__}\n" + "\n".join(problems)


@pytest.mark.parametrize("name", RULES)
def test_rule_can_fail(name, tmp_path):
    for number, files in enumerate(PLANTED[name]):
        root = tmp_path / str(number)
        for path, text in files.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(text, encoding="utf-8")
        problems = RULES[name](Tree(root))
        assert len(problems) == 1, f"planted {files}, found {problems}"


def test_native_version():
    assert me._backend.core.__version__ == me.__version__


@pytest.mark.skipif(platform.machine() not in {"x86_64", "AMD64"}, reason="x86 flags")
@pytest.mark.skipif(
    shutil.which("nm") is None or shutil.which("g++") is None, reason="needs g++ and nm"
)
def test_no_weak_symbols_in_simd_objects(tmp_path):
    """Compile each; test_consumer.py looks at all of a release build, where a cache has that."""
    build = (ROOT / "cpp/CMakeLists.txt").read_text()
    flags = {
        level: re.search(rf"/arch:{level.upper()},([^>]+)>", build)[1].split(";")
        for level in ("avx2", "avx512")
    }
    planted = tmp_path / "planted_avx2.cpp"
    planted.write_text("#include <vector>\nvoid f(std::vector<int>& v) { v.push_back(1); }\n")
    assert _weak_symbols(planted, flags["avx2"], tmp_path)
    for level, options in () if CACHED else flags.items():
        for source in sorted((ROOT / "cpp").rglob(f"*_{level}.cpp")):
            weak = _weak_symbols(source, options, tmp_path)
            assert not weak, f"{source}: the linker may spread {weak} to CPUs without {level}"


def _weak_symbols(source, flags, tmp_path):
    command = ["g++", "-std=c++17", "-O2", "-fPIC", f"-I{ROOT / 'cpp'}", *flags, "-c"]
    subprocess.run([*command, source, "-o", tmp_path / "one.o"], check=True)
    return weak_symbols(tmp_path / "one.o")
