"""Which lines and branches of the C++ core the tests run.

    cmake --preset coverage -DME_CUDA=OFF && cmake --build --preset coverage
    python tests/core_coverage.py                              # C++ tests and fuzz corpora
    python tests/core_coverage.py -- tests -n 2                # and Python tests
    python tests/core_coverage.py --no-run --show cpp/runs/builder.cpp   # what was missed

Counted are cpp/base, cpp/runs, cpp/geometry and cpp/ops, .h and .cpp; not the bindings, not what is
compiled for a GPU, and not the files of a CPU level that this machine does not have. A line counts
once, and is covered when anything on it ran. A branch is one of the two ways out of a condition in
the source, also of each side of && and ||; it counts once, however many instantiations of its
template there are, and is covered when one of them took it. Conditions that the compiler knows
(if constexpr) are left out.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FOLDERS = ("base", "runs", "geometry", "ops")
LEVELS = ("scalar", "avx2", "avx512", "neon")  # a file of one alone ends with its name
# ... but for what calls the kernels of one level, and has no other way
CALLERS = {"avx512": ("runs/value_joins.cpp", "runs/voxel_joins.cpp")}


@dataclass
class Source:
    """What ran of one file: lines to their counts, branches to how often each way was taken."""

    lines: dict = field(default_factory=dict)
    branches: dict = field(default_factory=dict)

    def totals(self):
        """Give (lines, covered lines, branches, covered branches)."""
        ways = [way for pair in self.branches.values() for way in pair]
        ran = sum(n > 0 for n in self.lines.values())
        return len(self.lines), ran, len(ways), sum(n > 0 for n in ways)

    def missed(self):
        """Give the numbers of the lines that never ran, and of conditions with a way not taken."""
        branches = [(*at, *ways) for at, ways in sorted(self.branches.items()) if 0 in ways]
        return [line for line, n in sorted(self.lines.items()) if n == 0], branches


def options():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--build", type=Path, default=ROOT / "build/coverage")
    parser.add_argument("--profiles", type=Path, help="folder of counts")
    parser.add_argument("--no-run", action="store_true", help="report what was counted before")
    parser.add_argument("--add", action="store_true", help="to what was counted before")
    parser.add_argument("pytest", nargs="*", help="after --: pytest's arguments, to run that, too")
    parser.add_argument("--worst", type=int, default=12, help="how many files to name")
    parser.add_argument("--show", nargs="*", default=[], help="files to print what was missed of")
    parser.add_argument("--record", type=Path, help="JSON file for the numbers")
    parser.add_argument("--at-least", nargs=2, type=float, metavar=("LINES", "BRANCHES"))
    return parser.parse_args()


def tool(name):
    """Give the path of an LLVM program, whose name may end with a version."""
    versions = (f"{name}-{v}" for v in range(30, 11, -1))
    found = next(filter(None, map(shutil.which, (name, *versions))), None)
    if found is None:
        sys.exit(f"no {name}: install llvm")
    return found


def programs(build):
    """Give the fuzz targets that were built."""
    found = (build / "tests/fuzz").glob("fuzz_*")
    return sorted(p for p in found if p.is_file() and os.access(p, os.X_OK))


def modules(build):
    return sorted(build.glob("cpp/bind/*.so"))


def execute(command, counts, **environment):
    wanted = {**os.environ, "LLVM_PROFILE_FILE": str(counts), **environment}
    done = subprocess.run(command, env=wanted, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{command[0]} failed:\n{done.stdout[-4000:]}{done.stderr[-4000:]}")


def levels_here(build):
    """Ask the C++ tests which CPU levels run on this machine."""
    command = [build / "tests/cpp/me_tests", "--levels"]
    quiet = {**os.environ, "LLVM_PROFILE_FILE": os.devnull}
    done = subprocess.run(command, env=quiet, check=True, capture_output=True, text=True)
    return done.stdout.split()


def run_cpp(build, profiles):
    """Run the C++ tests at every level, and every fuzz target on its stored corpus."""
    for level in levels_here(build):
        execute(
            [build / "tests/cpp/me_tests"],
            profiles / f"tests-{level}.profraw",
            MASKENGINE_LEVEL=level,
        )
    for program in programs(build):
        corpus = ROOT / "tests/fuzz/corpus" / program.name.removeprefix("fuzz_")
        execute([program, "-runs=0", corpus], profiles / f"{program.name}.profraw")


def run_python(build, profiles, tests):
    """Run Python tests on a copy of the package with the modules that count."""
    package = build / "package/maskengine"
    shutil.rmtree(package, ignore_errors=True)
    shutil.copytree(ROOT / "python/maskengine", package, ignore=shutil.ignore_patterns("*.so"))
    for module in modules(build):
        emulated = module.name.startswith("_emulated")
        shutil.copy(module, package / "testing" if emulated else package)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *tests]
    environment = {
        **os.environ,
        "LLVM_PROFILE_FILE": str(profiles / "python-%4m.profraw"),
        "PYTHONPATH": str(package.parent),
    }
    done = subprocess.run(command, env=environment, cwd=ROOT, check=False)
    if done.returncode:
        print(f"pytest ended with {done.returncode}; what it ran counts all the same")


def exported(build, profiles):
    """Give what LLVM counted, merged over all programs and runs."""
    merged = profiles / "all.profdata"
    raw = sorted(profiles.glob("*.profraw"))
    if not raw:
        sys.exit(f"no counts in {profiles}")
    subprocess.run([tool("llvm-profdata"), "merge", "-sparse", *raw, "-o", merged], check=True)
    objects = [build / "tests/cpp/me_tests", *programs(build), *modules(build)]
    command = [tool("llvm-cov"), "export", "-format=text", "-skip-functions", "-skip-expansions"]
    command += [f"-instr-profile={merged}", "-ignore-filename-regex=(/tests/|/bind/|\\.cuh?$)"]
    command += [str(objects[0]), *(f"-object={o}" for o in objects[1:])]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return json.loads(done.stdout)["data"][0]["files"]


def line_counts(segments):
    """Give the count of each line, from segments [line, column, count, has count, entry, gap].

    The rule is LLVM's: the largest count of what begins on the line or reaches into it.
    """
    by_line = defaultdict(list)
    for segment in segments:
        by_line[segment[0]].append(segment)
    counts = {}
    before = None
    for line in range(segments[0][0], segments[-1][0] + 1):
        here = by_line.get(line, [])
        starts = [s for s in here if s[3] and s[4] and not s[5]]
        skipped = bool(here) and not here[0][3] and here[0][4]
        reaches = before is not None and before[3]
        if not skipped and (reaches or starts):
            ran = [s[2] for s in starts] + ([before[2]] if before is not None else [])
            counts[line] = max(ran)
        before = here[-1] if here else before
    return counts


def count_at(segments, place):
    """Give how often the code at (line, column) ran."""
    inside = [s for s in segments if (s[0], s[1]) <= place]
    return inside[-1][2] if inside else 0


def read_source(entry):
    source = Source()
    segments = entry["segments"]
    if segments:
        source.lines = line_counts(segments)
    taken = defaultdict(lambda: [0, 0])
    for line, column, _, _, true, false, *_ in entry["branches"]:
        ways = taken[line, column]
        ways[0] += true
        ways[1] += false
    for place, ways in taken.items():
        known = not any(ways) and count_at(segments, place) > 0
        if not known:
            source.branches[place] = tuple(ways)
    return source


def per_cent(covered, of):
    return f"{100 * covered / of:5.1f} %" if of else "      -"


def row(name, totals):
    lines, ran, branches, taken = totals
    return f"{name:44} {lines:6} {per_cent(ran, lines)} {branches:7} {per_cent(taken, branches)}"


def summed(sources):
    return tuple(map(sum, zip(*(s.totals() for s in sources), strict=True)))


def report(sources, worst):
    """Print the table by folder and the files that miss most; give the numbers."""
    numbers = {}
    print(f"{'':44} {'lines':>6} {'run':>7} {'branches':>7} {'taken':>6}")
    for folder in FOLDERS:
        inside = [s for name, s in sources.items() if name.startswith(f"cpp/{folder}/")]
        if inside:
            numbers[f"cpp/{folder}"] = summed(inside)
            print(row(f"cpp/{folder} ({len(inside)} files)", numbers[f"cpp/{folder}"]))
    numbers["all"] = summed(sources.values())
    print(row("all", numbers["all"]))

    def missing(name):
        lines, ran, branches, taken = sources[name].totals()
        return lines - ran + branches - taken

    print("most missed:")
    for name in sorted(sources, key=missing, reverse=True)[:worst]:
        print(row(name, sources[name].totals()))
    return numbers


def show(name, source):
    text = (ROOT / name).read_text(encoding="utf-8").splitlines()
    lines, branches = source.missed()
    for line in lines:
        print(f"{name}:{line}: never ran: {text[line - 1].strip()}")
    for line, column, true, false in branches:
        if line not in lines:
            way = (
                "never runs"
                if not true and not false
                else "never true"
                if not true
                else "never false"
            )
            print(f"{name}:{line}:{column}: {way}: {text[line - 1][column - 1 :].strip()}")


def main():
    chosen = options()
    profiles = chosen.profiles or chosen.build / "profiles"
    if not (chosen.no_run or chosen.add):
        shutil.rmtree(profiles, ignore_errors=True)
    profiles.mkdir(parents=True, exist_ok=True)
    if not chosen.no_run:
        run_cpp(chosen.build, profiles)
    if chosen.pytest:
        run_python(chosen.build, profiles, chosen.pytest)
    here = levels_here(chosen.build)
    absent = tuple(
        end
        for level in LEVELS
        if level not in here
        for end in (f"_{level}.cpp", *CALLERS.get(level, ()))
    )
    sources = {}
    left_out = 0
    for entry in exported(chosen.build, profiles):
        name = os.path.relpath(entry["filename"], ROOT)
        if name.endswith(absent):
            left_out += 1
        elif name.startswith(tuple(f"cpp/{folder}/" for folder in FOLDERS)):
            sources[name] = read_source(entry)
    print(f"CPU levels here: {' '.join(here)}; files of others, left out: {left_out}")
    numbers = report(sources, chosen.worst)
    for name, source in sources.items():
        if any(name.startswith(wanted) for wanted in chosen.show):
            show(name, source)
    if chosen.record:
        keys = ("lines", "lines_run", "branches", "branches_taken")
        table = {name: dict(zip(keys, n, strict=True)) for name, n in numbers.items()}
        chosen.record.write_text(json.dumps(table, indent=2) + "\n", encoding="utf-8")
    lines, ran, branches, taken = numbers["all"]
    if chosen.at_least:
        wanted_lines, wanted_branches = chosen.at_least
        if 100 * ran < wanted_lines * lines or 100 * taken < wanted_branches * branches:
            sys.exit(f"wanted {wanted_lines:g} % of lines and {wanted_branches:g} % of branches")


if __name__ == "__main__":
    main()
