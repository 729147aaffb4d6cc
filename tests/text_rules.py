"""The rules of the house on what is written: letters, paths and names in any text of the tree."""

import re

from house_rules import CPP, PAGE, TEXT


def ascii_sources(tree):
    """Sources are ASCII; prose in docs need not be."""
    problems = []
    for path in tree.files(suffixes=CPP | PAGE | {".py", ".pyi", ".txt", ".cmake", ".sh"}):
        for number, line in enumerate(tree.lines(path), 1):
            if not line.isascii():
                problems.append(f"{path}:{number}: a character that is not ASCII")
                break
    return problems


# Written in pieces, so that this file does not break the rule it states.
FOREIGN_PATH = re.compile(
    r"(?<![\w.])/(?:" + "|".join(["wo" + "rk/", "ho" + "me/", "ro" + "ot/", "tmp/" + "venv"]) + ")"
)


def no_machine_paths(tree):
    """No path of one particular machine; no code made for the builder's CPU."""
    problems = []
    for path in tree.files():
        if path.suffix not in TEXT | PAGE | {""}:
            continue
        for number, line in enumerate(tree.lines(path), 1):
            if FOREIGN_PATH.search(line):
                problems.append(f"{path}:{number}: names a path of one machine")
            if "-march=" + "native" in line:
                problems.append(f"{path}:{number}: compiles for the builder's CPU alone")
    return problems


# Files by their path, in any text but CONTRIBUTING.md, which names what a new operation may have.
NAMED_FILE = re.compile(
    r"(?<![\w/.<{-])((?:cpp|tests|bench|docs|python|examples|cmake)/[\w./-]+"
    r"\.(?:py|md|cpp|h|cu|cuh|sh|toml))\b"
)


def named_files_exist(tree):
    """A file that a page, a comment or a preset names is there: lists kept by hand rot."""
    top = [path.relative_to(tree.root) for path in sorted(tree.root.glob("*.*"))]
    problems = []
    for path in [*tree.files(suffixes=TEXT), *top]:
        known = path.name in {"CONTRIBUTING.md", "test_codebase.py"}
        if known or path.suffix not in TEXT | {".json"}:
            continue
        named = NAMED_FILE.findall(tree.text(path))
        problems += [f"{path}: there is no {name}" for name in named if not tree.exists(name)]
    return problems


RULES = {rule.__name__: rule for rule in (ascii_sources, no_machine_paths, named_files_exist)}
