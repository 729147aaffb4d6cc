"""The tables of "Coming from ..." are true: both sides of every row run, and are compared.

Covers: docs/coming-from-opencv.md, -scikit-image.md, -datumaro.md. Compares against: OpenCV,
scikit-image, SciPy; recorded answers of datumaro, and datumaro itself where it is installed. A row
is: their call, our call, what differs; where the last cell begins with code, that is what must
hold, else both are equal. Run: pytest tests/test_coming_from.py. With datumaro installed,
`python tests/test_coming_from.py` records its answers.
"""

import importlib
import importlib.util
import json
import re
from functools import cache
from pathlib import Path

import numpy as np
import pytest

DOCS = Path(__file__).resolve().parents[1] / "docs"
PAGES = ("coming-from-opencv.md", "coming-from-scikit-image.md")
DATUMARO = "coming-from-datumaro.md"
ANSWERS = Path(__file__).parent / "data" / "datumaro_answers.json"
SHORT = {
    "mt": "datumaro.util.mask_tools",
    "au": "datumaro.util.annotation_util",
    "an": "datumaro.components.annotation",
    "tr": "datumaro.plugins.transforms",
}
SEEDS = (1, 2, 3)


def rows(text):
    """Give (theirs, ours, relation or None) of each row of each table of calls."""
    found = []
    for line in text.splitlines():
        if not line.startswith("| `"):
            continue
        cells = [cell.strip() for cell in line.strip().strip("|").split(" | ")]
        assert len(cells) in (2, 3), f"a cell holds a bar: {line}"
        theirs, ours = (re.fullmatch(r"`(.+)`", cell.rstrip(" |")) for cell in cells[:2])
        assert None not in (theirs, ours), f"a cell is no single call: {line}"
        relation = re.match(r"`([^`]*\b(?:ours|theirs)\b[^`]*)`", cells[2]) if cells[2:] else None
        found.append((theirs[1], ours[1], relation and relation[1]))
    return found


@cache
def page(name):
    return (DOCS / name).read_text(encoding="utf-8")


@cache
def names(name, seed):
    """Give what the block of the page defines, with random numbers of another seed."""
    block = re.search(r"^```python\n(.*?)^```", page(name), re.MULTILINE | re.DOTALL)[1]
    assert block.count("default_rng(1)") == 1
    space = {}
    exec(block.replace("default_rng(1)", f"default_rng({seed})"), space)  # noqa: S102 - our own page
    assert 0.1 < space["m"].mean() < 0.9
    return space


def equal(theirs, ours):
    theirs, ours = np.asarray(theirs), np.asarray(ours)
    return theirs.shape == ours.shape and bool((theirs == ours).all())


def holds(theirs, ours, relation, space):
    """Say whether a row is true; `theirs` is their call, or what it gave."""
    space = dict(space)
    space["theirs"] = eval(theirs, space) if isinstance(theirs, str) else theirs  # noqa: S307
    space["ours"] = eval(ours, space)  # noqa: S307
    verdict = eval(relation, space) if relation else equal(space["theirs"], space["ours"])  # noqa: S307
    return bool(verdict), space


ROWS = [(name, *row) for name in PAGES for row in rows(page(name))]


@pytest.mark.parametrize(("name", "theirs", "ours", "relation"), ROWS, ids=[r[1] for r in ROWS])
def test_row(name, theirs, ours, relation):
    for seed in SEEDS:
        fine, space = holds(theirs, ours, relation, names(name, seed))
        assert fine, f"seed {seed}: theirs {space['theirs']!r}, ours {space['ours']!r}"


@pytest.mark.parametrize("name", PAGES)
def test_a_wrong_row_is_noticed(name):
    given = names(name, 1)
    assert not holds("m", "n", None, given)[0]
    assert not holds("m", "m[1:]", None, given)[0]
    assert not holds("m", "n", "(ours == theirs).all()", given)[0]
    assert sum(row[0] == name for row in ROWS) > 25
    assert not rows("| OpenCV | maskengine |\n|---|---|\n")


def datumaro_rows():
    """Give the rows whose two sides are calls; those of the command line are told apart."""
    calls, rest = page(DATUMARO).split("## Datasets")
    assert "maskengine convert" in rest
    return rows(calls)


def as_json(value):
    """Give an array as stretches of equal numbers: [number, how many, number, how many, ...]."""
    value = np.asarray(value)
    flat = value.ravel()
    starts = np.flatnonzero(np.r_[True, flat[1:] != flat[:-1]])
    lengths = np.diff(np.r_[starts, flat.size])
    pairs = zip(flat[starts].tolist(), lengths.tolist(), strict=True)
    return {"shape": value.shape, "stretches": [number for pair in pairs for number in pair]}


def from_json(answer):
    numbers, lengths = answer["stretches"][::2], answer["stretches"][1::2]
    return np.repeat(numbers, lengths).reshape(answer["shape"])


def datumaro_names(seed):
    space = dict(names(DATUMARO, seed))
    return space | {name: importlib.import_module(module) for name, module in SHORT.items()}


@pytest.mark.parametrize(("theirs", "ours", "relation"), datumaro_rows())
def test_datumaro_row(theirs, ours, relation):
    recorded = json.loads(ANSWERS.read_text())
    for seed in SEEDS:
        answer = from_json(recorded[theirs][str(seed)])
        assert holds(answer, ours, relation, names(DATUMARO, seed))[0], f"seed {seed}: {answer}"


def test_datumaro_answers_are_complete():
    recorded = json.loads(ANSWERS.read_text())
    assert set(recorded) == {theirs for theirs, *_ in datumaro_rows()}
    assert not holds(np.zeros(3), "m", None, names(DATUMARO, 1))[0]


def test_datumaro_still_says_so():
    if importlib.util.find_spec("datumaro") is None:
        pytest.skip("datumaro is not installed; its recorded answers were compared")
    assert json.loads(json.dumps(answers_of_datumaro())) == json.loads(ANSWERS.read_text())


def answers_of_datumaro():
    """Ask datumaro each row."""
    return {
        theirs: {str(s): as_json(eval(theirs, datumaro_names(s))) for s in SEEDS}  # noqa: S307
        for theirs, *_ in datumaro_rows()
    }


if __name__ == "__main__":
    ANSWERS.write_text(json.dumps(answers_of_datumaro(), separators=(",", ":")) + "\n")
