"""Try to break the command line: random verbs, options and words, in a folder of a few files.

    python tests/fuzz/odd_commands.py --seconds 60 --seed 1

Commands run in this process, each in the same folder. A finding is an exception, an exit code that
is none of the documented ones, a command that failed without a word, or took ten seconds of
processor time; `bench` and `demo`, which take as long as they are asked to, are left out.
"""

import argparse
import contextlib
import inspect
import io
import os
import random
import resource
import shutil
import sys
import tempfile
import time
import traceback
import warnings
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import numpy as np
from time_limit import TooSlow, at_most

from maskengine import cli, formats

DATA = Path(__file__).resolve().parents[1] / "data"
SECONDS = 10  # of processor time of a command
CODES = {0, 2, 3, 4, 130}
LEFT_OUT = {"bench", "demo"}
WORDS = (
    *("", " ", "-", "--", "---", "a", "0", "1", "-1", "2.5", "1e400", "nan", "inf", "9" * 5000),
    *(
        "\0",
        "\udcff",
        "\n",
        "\x1b[31m",
        "\u00e4",
        "\U0001f4a5",
        "x" * 300,
        "a" * 100_000,
        "{}",
        "[1,2]",
        "null",
    ),
    *("true", "no", "=", "a=b", "1=2", "car=3", "car=3:50%", "min-iou=0.5", "max-distance=nan"),
    *("quarantine", "skip", "auto", "dask", "ray", "local", "coco", "parquet", "yolo", "masks"),
    *(
        "s.json",
        "maps",
        "maps/a.png",
        "empty",
        "missing/x",
        "none.json",
        "broken.json",
        "t.parquet",
    ),
    *(
        "o.json",
        "o.parquet",
        "out",
        "o.png",
        "o.svg",
        "o.html",
        ".",
        "..",
        "/dev/full",
        "/dev/null",
    ),
    *(
        "http://",
        "s3://a/b",
        "file://",
        "file:///x",
        "https://127.0.0.1:1/a.json",
        "~",
        "$HOME",
        "*",
    ),
)


def folder_of_files():
    """Make the files that commands are given."""
    shutil.copy(min((DATA / "lvis-api").rglob("*.json")), "s.json")
    Path("broken.json").write_text('{"images": [{"id": 1')
    Path("empty").mkdir()
    Path("maps").mkdir()
    for name in ("a", "b"):
        noise = np.random.default_rng(ord(name)).integers(0, 4, (12, 9), np.uint8)
        formats.write_id_png(Path("maps", name + ".png"), noise)
    cli.main(["convert", "s.json", "t.parquet"])


def options(verb):
    """Give the names of a verb's options, as it spells them."""
    module = sys.modules[f"maskengine.cli.{verb}"]
    names = inspect.signature(getattr(module, verb)).parameters
    return ["--" + name.strip("_").replace("_", "-") for name in names] + ["--help", "--version"]


def command(rng, verbs):
    """Give the words of a command."""
    verb = rng.choice(verbs) if rng.random() < 0.97 else rng.choice(WORDS)
    words = [verb]
    sound = ("s.json", "maps", "t.parquet", "maps/a.png", "o.json", "o.parquet", "out")
    count = rng.choice([0, 1, 1, 2, 2, 2, 3])
    words += [rng.choice(sound if rng.random() < 0.7 else WORDS) for _ in range(count)]
    known = options(verb) if verb in verbs else ["--help"]
    for _ in range(rng.choice([0, 0, 1, 1, 2, 4])):
        name = rng.choice(known)
        if rng.random() < 0.1:
            name = name[: rng.randrange(1, len(name))]
        words.append(name if rng.random() < 0.7 else f"{name}={rng.choice(WORDS)}")
        if rng.random() < 0.6:
            words.append(rng.choice(WORDS))
    return words


def run(words):
    """Run one command; give what is wrong with how it ended, or None."""
    said = io.StringIO()
    try:
        with (
            at_most(SECONDS),
            contextlib.redirect_stdout(said),
            contextlib.redirect_stderr(said),
        ):
            code = cli.main(words)
    except TooSlow:
        return "took too long"
    except SystemExit as error:
        code = error.code or 0
    except BaseException:  # noqa: BLE001 - any is what is looked for
        return traceback.format_exc()
    if code not in CODES:
        return f"exit code {code}"
    if code != 0 and not said.getvalue().strip():
        return f"exit code {code} without a word"
    return None


def attack(rng, seconds):
    """Run commands for so long; give how many, and how many ended badly."""
    cli.application()  # so that all verbs are loaded
    verbs = [verb for verb in cli.verbs() if verb not in LEFT_OUT]
    until, commands, found = time.process_time() + seconds, 0, 0
    while time.process_time() < until:
        words = command(rng, verbs)
        commands += 1
        wrong = run(words)
        if wrong:
            found += 1
            print(*(ascii(word)[:80] for word in words), flush=True)
            print(wrong, flush=True)
    return commands, found


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=60, help="processor time in all")
    given = parser.parse_args()
    warnings.simplefilter("ignore")
    resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30))
    os.environ["COLUMNS"] = "80"
    with tempfile.TemporaryDirectory() as outer:
        folder = Path(outer) / "files"  # so that ".." holds nothing of others, which takes its time
        folder.mkdir()
        os.chdir(folder)
        folder_of_files()
        commands, found = attack(random.Random(given.seed), given.seconds)
        os.chdir("/")
    print(f"{commands} commands, {found} findings")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
