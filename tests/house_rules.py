"""The rules of the house, each a function from a tree to the list of its violations.

`test_codebase.py` runs every rule on this tree, and on a small tree with a planted violation: a
rule that cannot fail is no rule.
"""

import ast
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

MAX_FILE_LINES = 400
MAX_FUNCTION_LINES = 60
SKIPPED_FOLDERS = {"build", "data", "results", "corpus", "__pycache__"}
CPP = {".h", ".cpp", ".cuh", ".cu"}
TEXT = CPP | {".py", ".pyi", ".md", ".txt", ".cmake", ".in", ".sh", ".toml", ".yaml", ".yml"}
PAGE = {".js", ".css", ".html"}
HEADERS = {".h", ".cuh"}
TOP = ("cpp", "python", "tests", "bench", "cmake", "docs", "examples", ".ci")

# Operations that share one native folder or one Python file, by the word of the native folder;
# the value is the word used in all other trees.
GROUPS: dict[str, str] = {}

# Native folders whose Python side is a package of that name beside ops: objects with a state.
PACKAGES = {"canvas"}


@dataclass(frozen=True)
class Tree:
    root: Path

    def files(self, *folders, suffixes=None):
        """Give the relative paths of all source files below `folders`, sorted."""
        found = []
        for folder in folders or TOP:
            for path in (self.root / folder).rglob("*"):
                relative = path.relative_to(self.root)
                hidden = any(part.startswith(".") and part != ".ci" for part in relative.parts)
                if hidden or SKIPPED_FOLDERS & set(relative.parts) or not path.is_file():
                    continue
                if suffixes is None or path.suffix in suffixes:
                    found.append(relative)
        return sorted(found)

    def text(self, relative):
        return (self.root / relative).read_text(encoding="utf-8")

    def lines(self, relative):
        return self.text(relative).splitlines()

    def exists(self, *parts):
        return (self.root / Path(*parts)).exists()

    def words(self, folder):
        """Give the names of the folders in `folder` that hold an operation."""
        path = self.root / folder
        return sorted(p.name for p in path.iterdir() if p.is_dir()) if path.is_dir() else []

    def stems(self, folder, suffix):
        path = self.root / folder
        stems = sorted(p.stem for p in path.glob(f"*{suffix}")) if path.is_dir() else []
        return [stem for stem in stems if not stem.startswith("_")]


INCLUDE = re.compile(r'^\s*#\s*include\s+[<"]([^>"]+)[>"]', re.MULTILINE)
LAYERS = {
    "base": {"base"},
    "runs": {"base", "runs"},
    "geometry": {"base", "geometry"},
    "ops": {"base", "runs", "geometry"},
    "bind": {"base", "runs", "geometry", "ops", "bind"},
}


def cpp_layers(tree):
    """base <- runs, geometry <- ops/<op> <- bind; an operation includes no other operation."""
    problems = []
    for path in tree.files("cpp", suffixes=CPP):
        layer = path.parts[1]
        for included in INCLUDE.findall(tree.text(path)):
            parts = Path(included).parts
            own_op = layer == "ops" and parts[:2] == path.parts[1:3]
            if parts[0] in LAYERS and parts[0] not in LAYERS.get(layer, set()) and not own_op:
                problems.append(f"{path}: {layer} includes {included}")
    return problems


def python_only_in_bind(tree):
    """pybind11 and Python's own headers are included in cpp/bind and nowhere else."""
    return [
        f"{path}: includes {included}"
        for path in tree.files("cpp", suffixes=CPP)
        if path.parts[1] != "bind"
        for included in INCLUDE.findall(tree.text(path))
        if included.startswith(("pybind11", "numpy/")) or included == "Python.h"
    ]


def simd_includes(tree):
    """SIMD files include intrinsics, fixed-width types and *_kernels.h alone.

    A template of the standard library instantiated under -mavx2 becomes a weak symbol that the
    linker may choose for the whole program, which then crashes on an older CPU.
    """
    plain = {"cstdint", "cstddef"}
    problems = []
    for path in tree.files("cpp", suffixes=CPP):
        if re.search(r"_(avx2|avx512|neon)$", path.stem):
            allowed = plain | {"immintrin.h", "arm_neon.h"}
        elif path.name.endswith("_kernels.h"):
            allowed = plain
        else:
            continue
        problems += [
            f"{path}: includes {included}"
            for included in INCLUDE.findall(tree.text(path))
            if included not in allowed and not included.endswith("_kernels.h")
        ]
    return problems


def cuda_includes(tree):
    """CUDA headers only in .cu, .cuh and bind/cuda; .cuh only from there and from tests."""
    cuda = re.compile(r"^(cuda|cub/|thrust/|nv/|cooperative_groups)|\.cuh$")
    return [
        f"{path}: includes {included}"
        for path in tree.files("cpp", suffixes={".h", ".cpp"})
        if path.parts[1:3] != ("bind", "cuda")
        for included in INCLUDE.findall(tree.text(path))
        if cuda.search(included)
    ]


def header_openings(tree):
    """The first line of a header says what it is for; `#pragma once` guards it."""
    problems = []
    for path in tree.files("cpp", suffixes=HEADERS):
        lines = tree.lines(path)
        if not lines or not re.match(r"// \S", lines[0]):
            problems.append(f"{path}: line 1 is no comment that says what the header is for")
        if "#pragma once" not in lines:
            problems.append(f"{path}: no #pragma once")
    return problems


def devices_are_told(tree):
    """The header of an operation says in its opening where it runs: on the CPU, and on CUDA."""
    problems = []
    for word in tree.words("cpp/ops"):
        header = f"cpp/ops/{word}/{word}.h"
        if not tree.exists(header):
            continue
        opening = re.match(r"(?://[^\n]*\n)*", tree.text(header))[0].replace("\n//", "")
        wanted = ["Runs on the CPU"]
        if tree.exists(f"cpp/ops/{word}/{word}.cu"):
            wanted.append("CUDA")
        problems += [f"{header}: its opening lacks {w!r}" for w in wanted if w not in opening]
    return problems


LOW = {"errors", "_limits", "_memory", "_arrays", "_arrow_files", "_backend", "_booleans", "_core",
       "_device", "_listing", "_paths", "_png_bytes", "_thumbnail", "_workers",
       "values"}  # fmt: skip
# What each part of the package may import from it; a part not listed may not exist.
ARROWS = {
    "errors": set(),
    "_limits": {"errors", "_listing"},
    "_memory": {"errors"},
    "_arrays": {"errors", "_limits", "_listing"},
    "_booleans": {"_arrays"},
    "_columns": {"errors", "_arrays"},
    "_listing": {"errors"},
    "_paths": {"errors"},
    "_arrow_files": set(),
    "_workers": set(),
    "_backend": {"errors", "_limits", "_core", "_cuda"},
    "_device": {"errors", "_backend"},
    "_png_bytes": {"_backend"},
    "_thumbnail": {"_backend", "_png_bytes"},
    "values": LOW,
    "ops": LOW,
    "canvas": LOW | {"ops"},
    "quality": LOW | {"ops"},
    "formats": LOW | {"_columns"},
    "adapters": LOW | {"_columns", "ops"},
    "pycocotools": LOW | {"", "ops"},
    "testing": LOW | {"", "ops", "canvas", "quality", "formats", "convert"},
    "convert": LOW | {"", "ops", "canvas", "quality", "formats"},
    "cli": LOW | {"", "ops", "canvas", "quality", "formats", "convert", "testing"},
    "": LOW | {"ops", "canvas", "quality"},  # the package itself: the flat names
    "__main__": {"", "cli"},
}


def _imports(module_parts, node):
    """Give the parts, below the package, of every module that an import statement names."""
    if isinstance(node, ast.Import):
        names = [alias.name for alias in node.names]
    elif isinstance(node, ast.ImportFrom):
        base = node.module or ""
        if node.level:
            start = module_parts[: len(module_parts) - node.level + 1]
            base = ".".join(["maskengine", *start[:-1], *([base] if base else [])])
        names = [f"{base}.{alias.name}" for alias in node.names]
    else:
        return []
    return [name.split(".")[1:] for name in names if name.split(".")[0] == "maskengine"]


def python_layers(tree):
    """errors <- _arrays, _backend, values <- ops <- canvas, quality; values <- formats <- cli."""
    problems = []
    package = Path("python/maskengine")
    for path in tree.files(package, suffixes={".py"}):
        parts = path.relative_to(package).with_suffix("").parts
        own = "" if parts == ("__init__",) else parts[0]
        if own not in ARROWS:
            problems.append(f"{path}: no layer is defined for {own!r}")
            continue
        for node in ast.walk(ast.parse(tree.text(path))):
            for target in _imports((*parts, "x") if parts[-1] == "__init__" else parts, node):
                part = target[0] if target and target[0] in {*ARROWS, "_core", "_cuda"} else ""
                if part == own != "ops":
                    continue
                if part == own == "ops":
                    shared = len(target) > 1 and target[1].startswith("_")
                    if shared or target[1:2] == list(parts[1:2]):
                        continue
                    problems.append(f"{path}: an operation imports {'.'.join(target)}")
                elif part not in ARROWS[own]:
                    problems.append(f"{path}: {own or 'the package'} imports {'.'.join(target)}")
    return problems


def without_memory(tree):
    """Use pybind11 so that a lack of Python's memory is a MemoryError, where it would crash."""
    problems = [
        f"{path}: a class made otherwise than by native_class"
        for path in tree.files("cpp/bind", suffixes={".cpp", ".h"})
        if path.name != "native_class.h" and "py::class_<" in tree.text(path)
    ]
    for path in tree.files("python/maskengine", suffixes={".py"}):
        problems += [
            f"{path}:{node.lineno}: a native function called by keyword, whose name pybind11 copies"
            for node in ast.walk(ast.parse(tree.text(path)))
            if isinstance(node, ast.Call)
            and node.keywords
            and ast.unparse(node.func).startswith("core.")
        ]
    return problems


def file_lengths(tree):
    """No source file is longer than MAX_FILE_LINES."""
    return [
        f"{path}: {len(tree.lines(path))} lines, at most {MAX_FILE_LINES}"
        for path in tree.files(suffixes=CPP | PAGE | {".py", ".cmake", ".sh"})
        if len(tree.lines(path)) > MAX_FILE_LINES
    ]


def python_function_lengths(tree):
    """No Python function is longer than MAX_FUNCTION_LINES, its docstring not counted."""
    problems = []
    for path in tree.files(suffixes={".py"}):
        for node in ast.walk(ast.parse(tree.text(path))):
            if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                continue
            length = node.end_lineno - node.lineno + 1
            if ast.get_docstring(node, clean=False) is not None:
                length -= node.body[0].end_lineno - node.body[0].lineno + 1
            if length > MAX_FUNCTION_LINES:
                problems.append(f"{path}:{node.lineno}: {node.name} has {length} lines")
    return problems


BLANKED = re.compile(
    r'//[^\n]*|/\*.*?\*/|R"\(.*?\)"|"(?:\\.|[^"\\\n])*"|(?<!\w)\'(?:\\.|[^\'\\\n])+\'', re.DOTALL
)


def cpp_function_lengths(tree):
    """No C++ function is longer than MAX_FUNCTION_LINES (found by its braces)."""
    problems = []
    for path in tree.files("cpp", "tests", suffixes=CPP):
        # comments and literals become blanks of the same number of lines
        text = BLANKED.sub(lambda found: "\n" * found.group().count("\n") + '""', tree.text(path))
        text = re.sub(
            r"^[ \t]*#(?:[^\n]*\\\n)*[^\n]*",
            lambda f: "\n" * f[0].count("\n"),
            text,
            flags=re.MULTILINE,
        )
        problems += [
            f"{path}:{first}: the function has {last - first + 1} lines"
            for first, last in _function_bodies(text)
            if last - first + 1 > MAX_FUNCTION_LINES
        ]
    return problems


def _function_bodies(text):
    """Give (first line, last line) of each outermost brace that follows a parameter list."""
    found = []
    head_start, depth, function_depth, first = 0, 0, None, 0
    for position, character in enumerate(text):
        if character == "{":
            head = text[head_start:position]
            opens_function = ")" in head and not re.match(r"\s*(namespace|extern|enum)\b", head)
            if function_depth is None and opens_function:
                function_depth = depth
                first = text.count("\n", 0, position - len(head.lstrip())) + 1
            depth += 1
        elif character == "}":
            depth -= 1
            if depth == function_depth:
                found.append((first, text.count("\n", 0, position) + 1))
                function_depth = None
        if character in "{};":
            head_start = position + 1
    return found


def file_names(tree):
    """No file or folder is named utils, misc, common or helpers."""
    bad = re.compile(r"(^|_)(utils?|misc|common|helpers?)(_|$)", re.IGNORECASE)
    return [
        f"{path}: says nothing of what is inside"
        for path in tree.files()
        if any(bad.search(part.split(".")[0]) for part in path.parts)
    ]


def one_word_per_operation(tree):
    """The word of an operation is the same in every tree."""
    native = {GROUPS.get(word, word) for word in tree.words("cpp/ops")}
    python = set(tree.stems("python/maskengine/ops", ".py"))
    problems = [
        f"cpp/ops/{word}: no {word}.h in it"
        for word in tree.words("cpp/ops")
        if not tree.exists("cpp/ops", word, f"{word}.h")
    ]
    for word in sorted(native & PACKAGES):
        wanted = [
            f"cpp/bind/bind_{word}.cpp",
            f"python/maskengine/{word}/__init__.py",
            f"tests/test_{word}.py",
            f"docs/{word}.md",
        ]
        problems += [f"{word}: no {path}" for path in wanted if not tree.exists(path)]
    for word in sorted((native | python) - PACKAGES):
        wanted = [
            f"cpp/bind/bind_{word}.cpp",
            f"python/maskengine/ops/{word}.py",
            f"tests/cases/{word}.py",
            f"tests/test_{word}.py",
            f"docs/ops/{word}.md",
        ]
        problems += [f"{word}: no {path}" for path in wanted if not tree.exists(path)]
    problems += [
        f"{folder}/{word}: no such operation"
        for folder, suffix in (("tests/cases", ".py"), ("docs/ops", ".md"))
        for word in tree.stems(folder, suffix)
        if word not in native | python
    ]
    return problems


def one_version(tree):
    """The version of pyproject.toml is that of the package."""
    version = tomllib.loads(tree.text("pyproject.toml"))["project"]["version"]
    package = re.search(
        r'^__version__ = "(.*)"$', tree.text("python/maskengine/__init__.py"), re.MULTILINE
    )
    if package is None or package[1] != version:
        return [f"__init__.py says {package and package[1]!r}, pyproject.toml says {version!r}"]
    return []


RULES = {
    rule.__name__: rule
    for rule in (
        cpp_layers,
        python_only_in_bind,
        simd_includes,
        cuda_includes,
        header_openings,
        devices_are_told,
        python_layers,
        without_memory,
        file_lengths,
        python_function_lengths,
        cpp_function_lengths,
        file_names,
        one_word_per_operation,
        one_version,
    )
}
