"""Converting up to a million masks: masks per second, memory, and what a second process brings.

A COCO or LVIS file is written over and over, each time as images of its own, to get as many masks
as wanted. Every conversion, ours or a peer's, then runs in a process of its own, which tells how
long the call took and how much memory the process, or the largest of its workers, took at most.
Peers may be given fewer masks (`--peer-masks`): their rates do not rise with the number.

Run: python bench/convert_throughput.py [--masks 10000] [--jobs 0 1 2] [--json out.json]
`--jobs 0` is one pass in one process, without shards; every process has one thread. `--peers` names
another Python for the peers. `--json` adds to what the file has.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from importlib import resources
from pathlib import Path

TARGETS = ("coco", "parquet", "yolo", "yolo-as-is", "voc", "labelmap", "rle-parquet")
_CLASSES = 80  # as COCO has; Pascal VOC holds 254


def write_dataset(sample, folder, n_masks, pictures):
    """Write `n_masks` annotations, the sample over and over; blank photographs for readers."""
    source = json.loads(sample)
    own = [{k: image[k] for k in ("id", "file_name", "height", "width")}
           for image in source["images"]]  # fmt: skip
    categories = [{"id": n, "name": f"class {n}"} for n in range(1, _CLASSES + 1)]
    times = max(n_masks // len(source["annotations"]), 1)
    (folder / "annotations").mkdir(parents=True)
    (folder / "images" / "val").mkdir(parents=True)
    images = []
    with (folder / "annotations" / "instances_val.json").open("w") as file:
        file.write(f'{{"categories":{json.dumps(categories)},"annotations":[\n')
        for i in range(times):
            for image in own:
                name = f"{image['id'] + i * 10_000_000:012d}.png"
                images.append({**image, "id": image["id"] + i * 10_000_000, "file_name": name})
            rows = [json.dumps(_moved(row, i)) for row in source["annotations"]]
            file.write(",\n" * (i > 0) + ",\n".join(rows))
        file.write(f'],"images":{json.dumps(images)}}}\n')
    if pictures:
        _write_pictures(folder / "images" / "val", images)
    return times * len(source["annotations"])


def _moved(row, i):
    shift = i * 10_000_000
    category = row["category_id"] % _CLASSES + 1
    return {**row, "id": row["id"] + shift, "image_id": row["image_id"] + shift,
            "category_id": category, "iscrowd": 0}  # fmt: skip


def _write_pictures(folder, images):
    from PIL import Image

    first = {}
    for image in images:
        size = image["width"], image["height"]
        if size not in first:
            first[size] = folder / image["file_name"]
            Image.new("L", size).save(first[size])
        else:
            os.link(first[size], folder / image["file_name"])


def write_runs(folder, n_masks):
    """Write the same masks as compressed run lengths, as models' results have them."""
    import maskengine as me
    from maskengine import convert, formats

    source = folder / "annotations" / "instances_val.json"
    with (folder / "results.json").open("w") as file:
        file.write("[")
        n = 0
        for part in convert.fill_counts(formats.read(source)):
            masks = formats.masks_of(part.records)
            columns = (part.records.column(k).to_pylist() for k in ("image_id", "category_id"))
            for image, category, mask in zip(*columns, masks.to_coco(), strict=True):
                row = {"image_id": image, "category_id": category, "segmentation": mask,
                       "score": 0.5}  # fmt: skip
                file.write(",\n" * (n > 0) + json.dumps(row))
                n += 1
        file.write("]\n")
    assert n == n_masks, (n, n_masks, me.__version__)


def ours(target, folder, jobs, check):
    """Convert with maskengine; gives the time of the call."""
    from maskengine import formats
    from maskengine.convert import convert

    source = folder / "annotations" / "instances_val.json"
    formats.detect(source)  # imports what other packages have imported, too
    options = {}
    if target == "rle-parquet":
        source, target = folder / "results.json", "parquet"
    if target == "yolo-as-is":
        target, options = "yolo", {"keep_vertices": True}
    ending = {"coco": ".json", "parquet": ".parquet"}.get(target, "")
    began = time.perf_counter()
    convert(source, folder / f"ours{ending}", to=target, check=None if check else False,
            jobs=jobs or None, **options)  # fmt: skip
    return time.perf_counter() - began


def supervision(target, folder):
    """Convert with supervision, masks and all."""
    import supervision as peer

    out = folder / "peer"
    began = time.perf_counter()
    found = peer.DetectionDataset.from_coco(
        str(folder / "images" / "val"),
        str(folder / "annotations" / "instances_val.json"),
        force_masks=True,
    )
    if target == "coco":
        found.as_coco(annotations_path=str(out / "out.json"))
    elif target == "yolo":
        found.as_yolo(annotations_directory_path=str(out))
    else:
        found.as_pascal_voc(annotations_directory_path=str(out))
    return time.perf_counter() - began


def datumaro(target, folder):
    """Convert with datumaro; masks are drawn for what stores pixels."""
    import datumaro as peer

    name = {"coco": "coco_instances", "voc": "voc_segmentation"}[target]
    began = time.perf_counter()
    found = peer.Dataset.import_from(str(folder), "coco_instances")
    if target == "voc":
        found.transform("polygons_to_masks")
    found.export(str(folder / "peer"), name, save_media=False)
    return time.perf_counter() - began


def ultralytics(target, folder):  # noqa: ARG001 - one target
    """Convert with Ultralytics' converter, which divides vertices and draws nothing."""
    from ultralytics.data.converter import convert_coco

    began = time.perf_counter()
    convert_coco(str(folder / "annotations"), save_dir=str(folder / "peer"), use_segments=True,
                 cls91to80=False)  # fmt: skip
    return time.perf_counter() - began


PEERS = {
    "coco": {"datumaro": datumaro, "supervision": supervision},
    "yolo": {"supervision": supervision},
    "yolo-as-is": {"ultralytics": ultralytics},
    "voc": {"datumaro": datumaro},
}


def in_process(python, arguments):
    """Run this file in another process; gives seconds of the call and its peak memory in MB."""
    command = [python, __file__, "--child", *map(str, arguments)]
    jobs = int(arguments[3])
    child = subprocess.Popen(
        command,
        env={**os.environ, "MASKENGINE_THREADS": str(max(jobs, 1))},  # one for each process
        stdout=subprocess.PIPE,
        stderr=None if os.environ.get("BENCH_TALK") else subprocess.DEVNULL,
        text=True,
    )
    text = child.stdout.read()
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = status
    if status or not text.strip():
        return None, None, None
    kb = usage.ru_maxrss
    return float(text.splitlines()[-1]), kb / 1024, usage.ru_utime + usage.ru_stime


def child(who, target, folder, jobs, check):
    """Do one conversion, and print how long it took."""
    import contextlib

    folder = Path(folder)
    with contextlib.redirect_stdout(sys.stderr):
        if who == "ours":
            seconds = ours(target, folder, int(jobs), check == "True")
        else:
            seconds = PEERS[target][who](target, folder)
    print(seconds)


def measured(python, who, target, data, *, jobs=0, check=False):
    """Measure one conversion, and remove what it made."""
    folder, n_masks = data
    seconds, mb, cpu = in_process(python, (who, target, folder, jobs, check))
    for name in ("ours", "ours.json", "ours.parquet", "peer"):
        path = folder / name
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    name = who if who != "ours" else f"ours, {jobs or 'no'} jobs" + ", checked" * check
    row = {"target": target, "who": name, "masks": n_masks, "seconds": seconds, "mb": mb,
           "cpu": cpu, "rate": n_masks / seconds if seconds else None}  # fmt: skip
    if seconds is None:
        print(f"{target:12} {name:22} failed", flush=True)
    else:
        print(f"{target:12} {name:22} {n_masks:>9,} {seconds:9.2f} s {row['rate']:>11,.0f}/s "
              f"{mb:8.0f} MB {cpu:8.2f} s processor", flush=True)  # fmt: skip
    return row


def ratios(rows):
    """Print what a bar names: rate and memory beside each peer, and two processes beside one."""
    ours_by = {(row["target"], row["who"]): row for row in rows}
    for row in rows:
        mine = ours_by.get((row["target"], "ours, no jobs"))
        if row["who"].startswith("ours") or mine is None or not row["rate"]:
            continue
        text = f"{row['target']}: {mine['rate'] / row['rate']:.1f}x {row['who']}"
        if row["masks"] == mine["masks"]:
            text += f", {row['mb'] / mine['mb']:.1f}x less memory"
        print(text)
    for target in TARGETS:
        one, two = (ours_by.get((target, f"ours, {n} jobs")) for n in (1, 2))
        if one and two:
            print(f"{target}: two processes {one['seconds'] / two['seconds']:.2f}x one")


def arguments():
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sample", type=Path, help="a COCO or LVIS file of polygons")
    parser.add_argument("--masks", type=int, default=10_000)
    parser.add_argument("--peer-masks", type=int, help="for the peers, by default the same")
    parser.add_argument("--targets", nargs="*", default=TARGETS, choices=TARGETS)
    parser.add_argument("--jobs", nargs="*", type=int, default=[0])
    parser.add_argument("--check", action="store_true", help="measure ours also with its check")
    parser.add_argument("--no-peers", action="store_true")
    parser.add_argument("--peers", default=sys.executable)
    parser.add_argument("--folder", type=Path, help="where datasets go; kept when it is given")
    parser.add_argument("--json", type=Path)
    return parser.parse_args()


def dataset(options, base, n_masks, runs):
    """Give the folder of a dataset, and how many masks it has."""
    folder = base / str(n_masks)
    noted = folder / "masks.txt"
    if not noted.exists():
        if options.sample:
            text = options.sample.read_text()
        else:
            sample = resources.files("maskengine").joinpath("data/lvis_val_20.json")
            text = sample.read_text()
        count = write_dataset(text, folder, n_masks, pictures=not options.no_peers)
        noted.write_text(str(count))
    count = int(noted.read_text())
    if runs and not (folder / "results.json").exists():
        write_runs(folder, count)
    return folder, count


def main():
    """Measure, print, and store as JSON where that is asked for."""
    options = arguments()
    base = options.folder or Path(tempfile.mkdtemp(prefix="maskengine-bench-"))
    rows = []
    try:
        data = dataset(options, base, options.masks, "rle-parquet" in options.targets)
        for target in options.targets:
            for jobs in options.jobs:
                rows.append(measured(sys.executable, "ours", target, data, jobs=jobs))
                if options.check:
                    rows.append(
                        measured(sys.executable, "ours", target, data, jobs=jobs, check=True)
                    )
            if not options.no_peers and target in PEERS:
                theirs = dataset(options, base, options.peer_masks or options.masks, False)
                rows += [measured(options.peers, who, target, theirs) for who in PEERS[target]]
    finally:
        if not options.folder:
            shutil.rmtree(base, ignore_errors=True)
    ratios(rows)
    if options.json:
        before = json.loads(options.json.read_text()) if options.json.exists() else []
        text = ",\n".join(json.dumps(row) for row in [*before, *rows])
        options.json.write_text(f"[{text}]\n")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--child"]:
        child(*sys.argv[2:])
    else:
        main()
