"""Fuzz the readers of annotation files: whatever a file holds, they answer or raise `MaskError`.

    python tests/fuzz/read_formats.py --seconds 1200 --found build/fuzz-python

A dataset of every format is made from a few annotations; then one file of it is changed and read,
inspected or converted. With atheris (`pip install atheris`) coverage of the package's Python guides
the changes; without it they are random. A finding is an exception that is no `MaskError`, 256 MB
more memory, or 10 seconds of processor time; each kind is kept once, with its input, and the exit
code is then 1.
"""

import argparse
import contextlib
import io
import os
import random
import resource
import shutil
import sys
import time
import traceback
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from file_changes import changed
from seed_datasets import seed_datasets
from time_limit import TooSlow, at_most

try:
    import atheris
except ImportError:
    atheris = None
if "--random" in sys.argv:
    atheris = None

with atheris.instrument_imports(include=["maskengine"]) if atheris else contextlib.nullcontext():
    import maskengine as me
    from maskengine import cli, formats
    from maskengine.convert import fill_counts

    for format_name in formats.names():
        formats.by_name(format_name)

MOST_MEMORY = 256 << 20
MOST_SECONDS = 10  # of processor time
MOST_WAIT = 120  # seconds of an input that does not compute
HEAD = 3  # bytes of an input before the content of its file: dataset, file, what is done


def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


class Harness:
    """The datasets, a folder to work in, and what was found."""

    def __init__(self, work, found):
        self.work = work
        self.found = found
        self.datasets = seed_datasets(work / "seeds")
        self.kinds = set()
        self.runs = 0
        self.refused = 0

    def seeds(self):
        """Give an input for every file of every dataset."""
        for k, (_, root) in enumerate(self.datasets):
            for f, file in enumerate(files_of(root)[:256]):
                for way in range(3):
                    yield bytes([k, f, way]) + file.read_bytes()

    def run(self, data):
        """Read one changed dataset; record what must not be."""
        if len(data) < HEAD:
            return
        name, root = self.datasets[data[0] % len(self.datasets)]
        files = files_of(root)
        file = files[data[1] % len(files)]
        copy = self.work / f"now_{root.name}"
        lay_out(root, copy, file, data[HEAD:])
        before = peak()
        self.runs += 1
        try:
            with at_most(MOST_SECONDS, MOST_WAIT):
                WAYS[data[2] % len(WAYS)](copy, name, self.work)
        except me.MaskError:
            self.refused += 1
        except (Exception, TooSlow) as error:  # noqa: BLE001 - any other is what is looked for
            self.note(error, data)
        if peak() - before > MOST_MEMORY:
            self.note(MemoryError(f"{(peak() - before) >> 20} MB more"), data)

    def note(self, error, data):
        """Keep the first input of each kind of finding."""
        frames = [
            f for f in traceback.extract_tb(error.__traceback__) if "maskengine" in f.filename
        ]
        last = frames[-1] if frames else None
        place = (
            f"{Path(last.filename).name}:{last.lineno}"
            if last
            else self.datasets[data[0] % len(self.datasets)][0]
        )
        kind = f"{type(error).__name__} at {place}"
        if kind in self.kinds:
            return
        self.kinds.add(kind)
        self.found.mkdir(parents=True, exist_ok=True)
        file = self.found / kind.replace(" ", "-").replace(":", "-").replace("/", "-")
        file.write_bytes(data)
        text = "".join(traceback.format_exception(error))
        file.with_suffix(".txt").write_text(text, encoding="utf-8")
        print(f"FOUND {kind}: {str(error)[:120]}", flush=True)


def files_of(root):
    if root.is_file():
        return [root]
    return sorted(path for path in root.rglob("*") if path.is_file())


def lay_out(root, copy, file, content):
    """Copy a dataset, by links but for the file that changes."""
    if root.is_file():
        copy.write_bytes(content)
        return
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(root, copy, copy_function=os.link)
    target = copy / file.relative_to(root)
    target.unlink()
    target.write_bytes(content)


def read(path, name, _):
    frames = formats.read(path, name)
    for part in fill_counts(frames):
        formats.masks_of(part.records)
    list(frames.images())


def inspect(path, name, _):
    if formats.detect(path) != name:
        return
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        cli.main(["inspect", str(path)])


def convert(path, name, work):
    out = work / "out.json"
    out.unlink(missing_ok=True)
    me.convert(path, out, from_=name)


WAYS = (read, inspect, convert)


def with_atheris(harness, given):
    """Let coverage choose what is changed."""
    corpus = harness.work / "corpus"
    corpus.mkdir(exist_ok=True)
    for k, data in enumerate(harness.seeds()):
        (corpus / f"seed{k}").write_bytes(data)
    chooser = random.Random(given.seed)

    def mutate(data, most, seed):
        chooser.seed(seed)
        if len(data) < HEAD or chooser.random() < 0.3:
            return atheris.Mutate(data, most)
        return (data[:HEAD] + changed(data[HEAD:], chooser))[:most]

    end = time.monotonic() + given.seconds

    def one(data):
        if time.monotonic() > end:
            summary(harness)
            os._exit(1 if harness.kinds else 0)
        harness.run(data)

    arguments = [sys.argv[0], "-max_len=65536", "-rss_limit_mb=4096", "-verbosity=0", str(corpus)]
    atheris.Setup(arguments, one, custom_mutator=mutate)
    atheris.Fuzz()


def without(harness, given):
    """Change seeds at random, and at times what a change gave."""
    chooser = random.Random(given.seed)
    inputs = list(harness.seeds())
    end = time.monotonic() + given.seconds
    while time.monotonic() < end:
        data = chooser.choice(inputs)
        head = bytes([*data[:2], chooser.randrange(len(WAYS))])
        data = head + changed(data[HEAD:], chooser)
        harness.run(data)
        if chooser.random() < 0.05:
            inputs.append(data)
    summary(harness)
    return 1 if harness.kinds else 0


def summary(harness):
    guided = "coverage" if atheris else "chance"
    print(
        f"{harness.runs} inputs guided by {guided}, {harness.refused} refused by a MaskError,"
        f" {len(harness.kinds)} kinds of findings",
        flush=True,
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--work", type=Path, default=Path("build/fuzz-python/work"))
    parser.add_argument("--found", type=Path, default=Path("build/fuzz-python/found"))
    parser.add_argument("--random", action="store_true", help="do without atheris, if it is there")
    parser.add_argument("--replay", type=Path, default=None, help="run one input that was found")
    given = parser.parse_args()
    given.work.mkdir(parents=True, exist_ok=True)
    harness = Harness(given.work, given.found)
    if given.replay:
        harness.run(given.replay.read_bytes())
        return 1 if harness.kinds else 0
    if atheris:
        return with_atheris(harness, given)
    return without(harness, given)


if __name__ == "__main__":
    sys.exit(main())
