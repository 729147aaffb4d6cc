"""The command line, as a user runs it.

Covers: maskengine.cli. Run: pytest tests/test_cli.py
"""

import json
import os
import re
import subprocess
import sys
from importlib import resources
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from maskengine.cli import main, verbs

LVIS = Path(str(resources.files("maskengine") / "data" / "lvis_val_20.json"))
PACKAGE = Path(str(resources.files("maskengine"))).parent


def run(*arguments, **options):
    environment = {**os.environ, "PYTHONPATH": str(PACKAGE), "COLUMNS": "80"}
    command = [sys.executable, "-m", "maskengine", *map(str, arguments)]
    return subprocess.run(
        command, capture_output=True, text=True, check=False, env=environment, **options
    )


def test_help_fits_and_names_every_verb():
    done = run("--help")
    assert done.returncode == 0
    assert all(len(line) <= 80 for line in done.stdout.splitlines())
    assert all(verb in done.stdout for verb in verbs())
    assert verbs() == [
        *("bench", "check", "compare", "completion", "convert", "demo", "diff", "inspect", "plan"),
        "show",
    ]


def test_demo_does_what_it_says(tmp_path):
    done = run("demo", "--folder", tmp_path)
    assert done.returncode == 0, done.stderr
    assert "249 annotations compared with the original: every number is the same" in done.stdout
    assert sorted(p.name for p in tmp_path.iterdir()) == [
        "back.json",
        "sample.parquet",
        "sample.png",
    ]
    assert json.loads((tmp_path / "back.json").read_text()) == json.loads(LVIS.read_text())
    assert "\x1b" not in done.stdout + done.stderr


def test_demo_leaves_what_it_made_in_a_folder_of_its_name(tmp_path):
    for _ in range(2):
        done = run("demo", cwd=tmp_path)
        assert done.returncode == 0, done.stderr
        assert "the dataset and its picture are in maskengine-demo" in done.stdout
    assert (tmp_path / "maskengine-demo" / "sample.png").read_bytes().startswith(b"\x89PNG")


def help_of(verb, capsys):
    """Give the help of a verb, asked for in this process: a start takes longer than the answer."""
    assert main([verb, "--help"]) == 0
    return capsys.readouterr().out


def test_help_is_free_of_what_python_alone_would_write(capsys):
    for verb in verbs():
        text = help_of(verb, capsys)
        assert f"maskengine {verb}" in text
        assert "default: ()" not in text
        assert "--empty-" not in text


def test_a_file_that_is_not_there(tmp_path):
    done = run("inspect", "nothing.json", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (
        2, "maskengine: nothing.json: No such file or directory\n",
    )  # fmt: skip


def test_convert_and_inspect(tmp_path):
    store = tmp_path / "a.parquet"
    done = run("convert", LVIS, store)
    assert done.returncode == 0, done.stderr
    assert "249 annotations read, 249 written, 0 refused" in done.stdout
    assert done.stderr == ""
    for file in (LVIS, store):
        done = run("inspect", file)
        assert done.returncode == 0, done.stderr
        assert "annotations  249" in done.stdout
        assert "plate (831)" in done.stdout
        assert "no problems found" in done.stdout


def test_inspect_looks_at_boxes_of_results(tmp_path):
    rows = [{"image_id": 1, "category_id": 1, "bbox": box, "score": 0.5}
            for box in ([1, 1, -4, 4], [1, 1, 4, 4], [1, 1, 4, -1])]  # fmt: skip
    (tmp_path / "results.json").write_text(json.dumps(rows))
    done = run("inspect", tmp_path / "results.json")
    assert done.returncode == 3
    assert "2  bbox of negative width or height" in done.stdout


def test_inspect_finds_problems(tmp_path):
    source = tmp_path / "bad.json"
    image = {"id": 1, "width": 20, "height": 10}
    far = [[-30, 1, 5, 1, 5, 5]]
    runs = {"size": [20, 10], "counts": [200]}
    document = {
        "images": [image, image],
        "categories": [{"id": 1, "name": "cat"}],
        "annotations": [
            {"id": 1, "image_id": 1, "category_id": 1, "segmentation": far},
            {"id": 1, "image_id": 1, "category_id": 1},
            {"id": 2, "image_id": 5, "category_id": 1, "segmentation": far},
            {"id": 3, "image_id": 1, "category_id": 9, "bbox": [15, 0, 10, 5]},
            {"id": 4, "image_id": 1, "category_id": 1, "segmentation": runs},
        ],
    }
    source.write_text(json.dumps(document))
    done = run("inspect", source)
    assert done.returncode == 3
    for line in (
        "1  image id used more than once (image 1)",
        "1  its id was used before (id 1)",
        "1  image is not in 'images' (id 2)",
        "1  category is not in 'categories' (id 3)",
        "1  bbox leaves its image (id 3)",
        "1  polygon leaves its image (id 1)",
        "1  size of the mask is not that of its image (id 4)",
        "1  mask without a pixel (id 4)",
    ):
        assert line in done.stdout


def test_convert_says_what_it_left_out(tmp_path):
    source = tmp_path / "in.json"
    source.write_text(json.dumps([{"image_id": 1}, {"image_id": "x", "id": 4}]))
    done = run("convert", source, tmp_path / "out.parquet")
    assert done.returncode == 3
    assert "2 annotations read, 1 written, 1 refused" in done.stdout
    assert "1 refused: 'image_id': expected an integer" in done.stdout
    assert (tmp_path / "out.parquet.quarantine.jsonl").exists()


@pytest.mark.parametrize(
    "arguments",
    [
        ["convert", "missing.json", "out.parquet"],
        ["convert", str(LVIS), "out.xyz"],
        ["convert", str(LVIS)],
        ["convert", str(LVIS), "out.parquet", "--max-bad", "few"],
        ["inspect", str(PACKAGE / "maskengine" / "py.typed")],
        ["inspect", "--nope"],
        ["nope"],
        ["show", str(LVIS), "-o", "a.png", "--image", "12"],
        ["show", str(LVIS), "-o", "a.jpg"],
        ["show", str(LVIS), "-o", "a.png", "--images", "."],
        ["show", str(LVIS), "-o", "a.png", "--image", "189475", "--sheet", "2"],
        ["show", str(LVIS), "-o", "a.png", "--images", "nowhere"],
        ["compare", str(LVIS), str(LVIS), "--images", "nowhere", "--html", "a.html"],
        ["inspect", str(LVIS), "--top", "-1"],
        ["diff", str(LVIS), str(LVIS), "--top", "-1"],
    ],
    ids=lambda arguments: " ".join(Path(a).name for a in arguments),
)
def test_bad_usage_is_one_line_and_code_2(arguments, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(arguments) == 2
    out, error = capsys.readouterr()
    assert error.startswith("maskengine: ")
    assert error.count("\n") == 1
    assert out == ""
    assert list(tmp_path.iterdir()) == []


def test_what_is_missing_is_named_as_in_the_help(capsys):
    for arguments, name in ((["convert", str(LVIS)], "DST"), (["show", str(LVIS)], "--output")):
        assert main(arguments) == 2
        verb = arguments[0]
        wanted = f"maskengine: {name} is missing (see maskengine {verb} --help)\n"
        assert capsys.readouterr().err == wanted


@pytest.mark.parametrize("typed", ["5.5", "0.5", "-0.25", "1e3.5"])
def test_a_fraction_is_no_whole_number(typed, capsys):
    asked = (["show", "a.json", "-o", "a.png", "--image"], ["convert", "a.json", "b", "--jobs"])
    for arguments in asked:
        assert main([*arguments, typed]) == 2
        said = capsys.readouterr().err
        assert typed in said
        assert arguments[-1] in said
        assert "No such file" not in said


def test_a_whole_number_may_have_a_point(tmp_path, capsys):
    assert main(["show", str(LVIS), "--image", "246308.0", "-o", str(tmp_path / "a.png")]) == 0
    assert capsys.readouterr().out.startswith("image 246308 ")


def test_only_flags_of_which_no_means_something_have_one(capsys):
    said = "".join(help_of(verb, capsys) for verb in ("convert", "show", "check"))
    assert sorted(set(re.findall(r"--no-[\w-]+", said))) == ["--no-check", "--no-labels"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is full")
def test_a_full_disk_is_named_without_a_number():
    with Path("/dev/full").open("w") as full:
        command = [sys.executable, "-m", "maskengine", "inspect", str(LVIS)]
        environment = {**os.environ, "PYTHONPATH": str(PACKAGE), "PYTHONUNBUFFERED": "1"}
        done = subprocess.run(
            command, stdout=full, stderr=subprocess.PIPE, text=True, check=False, env=environment
        )
    assert (done.returncode, done.stderr) == (2, "maskengine: No space left on device\n")


@pytest.mark.skipif(sys.platform == "win32", reason="needs a limit on the size of files")
@pytest.mark.parametrize("target", ["a.json", "a.parquet", "folder"])
def test_a_target_without_room_is_named(target, tmp_path):
    import resource

    def limit():
        resource.setrlimit(resource.RLIMIT_FSIZE, (400, 400))

    done = run("convert", LVIS, target, "--to", {"a.json": "coco", "a.parquet": "parquet"}.get(
        target, "masks"), cwd=tmp_path, preexec_fn=limit)  # fmt: skip
    assert (done.returncode, done.stderr) == (2, f"maskengine: {target}: File too large\n")
    assert list(tmp_path.iterdir()) == []


def test_a_damaged_file_is_named_with_the_format_it_was_read_as(tmp_path):
    (tmp_path / "cut.json").write_text('{"images": [')
    for verb in ("inspect", "check"):
        error = run(verb, "cut.json", cwd=tmp_path).stderr
        assert error.startswith("maskengine: file: cut.json: the file ends too early")
        assert error.endswith("(read as coco)\n")


def test_a_folder_around_a_dataset_leads_to_it(tmp_path):
    (tmp_path / "wrapped" / "set").mkdir(parents=True)
    assert run("convert", LVIS, tmp_path / "wrapped" / "set", "--to", "voc").returncode == 4
    error = run("inspect", "wrapped", cwd=tmp_path).stderr
    assert error.endswith("give a folder, as wrapped/set\n")


def test_show_tells_an_image_that_is_not_there_from_one_without_masks(tmp_path):
    image = {"id": 5, "height": 4, "width": 4, "file_name": "a.jpg"}
    (tmp_path / "a.json").write_text(
        json.dumps({"images": [image, {**image, "id": 6}], "categories": [{"id": 1, "name": "c"}],
                    "annotations": [{"id": 1, "image_id": 5, "category_id": 1,
                                     "segmentation": [[0, 0, 4, 0, 4, 4]]}]})
    )  # fmt: skip
    for wanted, said in ((6, "no masks of image 6"), (7, "no image 7, but 2 others, such as 5")):
        error = run("show", "a.json", "-o", "a.png", "--image", wanted, cwd=tmp_path).stderr
        assert error == f"maskengine: image: the file has {said}\n"


def test_interrupt_is_code_130(tmp_path, monkeypatch, capsys):
    import maskengine.cli.convert as verb

    def interrupt(*args, **options):
        raise KeyboardInterrupt

    monkeypatch.setattr(verb, "convert_file", interrupt)
    assert main(["convert", str(LVIS), str(tmp_path / "a.parquet")]) == 130
    assert capsys.readouterr().err == "maskengine: interrupted, nothing was written\n"


def test_show_draws_masks_on_the_photograph(tmp_path):
    image = {"id": 1, "width": 40, "height": 20, "file_name": "a.png"}
    square = [[10, 5, 30, 5, 30, 15, 10, 15]]
    source = tmp_path / "in.json"
    source.write_text(
        json.dumps(
            {
                "images": [image],
                "annotations": [{"id": 1, "image_id": 1, "segmentation": square}],
            }
        )
    )
    Image.new("RGB", (40, 20), (200, 200, 200)).save(tmp_path / "a.png")
    out = tmp_path / "out.png"
    done = run("show", source, "-o", out, "--images", tmp_path, "--no-labels")
    assert done.returncode == 0, done.stderr
    picture = np.asarray(Image.open(out).convert("RGB")).astype(int)
    assert picture.shape == (80, 160, 3)  # enlarged four times
    changed = (picture != 200).any(axis=2)
    rows, columns = np.flatnonzero(changed.any(1)), np.flatnonzero(changed.any(0))
    assert [rows[0], rows[-1], columns[0], columns[-1]] == [20, 59, 40, 119]
    assert picture[20, 80].max() > picture[40, 80].max()  # the outline is brighter


@pytest.mark.parametrize("name", ["../a.png", "/etc/passwd", "sub/../../a.png"])
def test_names_of_photographs_stay_in_their_folder(name, tmp_path):
    folder = tmp_path / "photos"
    folder.mkdir()
    Image.new("RGB", (20, 10)).save(tmp_path / "a.png")
    image = {"id": 1, "width": 20, "height": 10, "file_name": name}
    runs = {"size": [10, 20], "counts": [0, 200]}
    source = tmp_path / "in.json"
    document = {"images": [image], "annotations": [{"id": 1, "image_id": 1, "segmentation": runs}]}
    source.write_text(json.dumps(document))
    done = run("show", source, "-o", tmp_path / "o.png", "--images", folder)
    assert done.returncode == 2
    assert "is not in" in done.stderr
    assert not (tmp_path / "o.png").exists()


def test_import_is_light():
    extras = ("pyarrow", "msgspec", "rich", "cyclopts", "PIL")
    code = f"import sys, maskengine; print([m for m in {extras} if m in sys.modules])"
    environment = {**os.environ, "PYTHONPATH": str(PACKAGE)}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment
    )
    assert done.stdout == "[]\n"


def test_a_sheet_of_images_has_one_colour_for_a_category(tmp_path):
    from maskengine.cli._picture import colours

    square = [[10, 5, 30, 5, 30, 15, 10, 15]]
    document = {
        "images": [{"id": i, "width": 40, "height": 20, "file_name": f"{i}.jpg"} for i in range(6)],
        "annotations": [
            {"id": i + 1, "image_id": i, "category_id": 1 + i % 2, "segmentation": square}
            for i in range(5)
        ],
        "categories": [{"id": 1, "name": "cat"}, {"id": 2, "name": "dog"}],
    }
    source, out = tmp_path / "in.json", tmp_path / "out.png"
    source.write_text(json.dumps(document))
    done = run("show", source, "-o", out, "--sheet", 9)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("5 images drawn")
    picture = np.asarray(Image.open(out))
    places = [(12 + k % 4 * 332, 12 + k // 4 * (160 + 34)) for k in range(5)]
    middles = [picture[y + 80, x + 160].tolist() for x, y in places]
    assert middles[0] == middles[2] == middles[4] != middles[1] == middles[3]
    legend = {tuple(pixel) for pixel in picture[-40:].reshape(-1, 3).tolist()}
    assert colours(0)[0] in legend
    assert colours(1)[0] in legend
    assert run("show", source, "-o", out, "--sheet", 0).returncode == 2


@pytest.mark.parametrize(
    ("verb", "options"),
    [
        ("convert", [LVIS, "out.json", "--report", "none/r.json"]),
        ("show", [LVIS, "--output", "none/x.png"]),
        ("check", [LVIS, "--output", "none/x.json"]),
        ("bench", ["--plot", "none/x.svg"]),
        ("bench", ["--json", "none/x.json"]),
    ],
)
def test_a_folder_that_is_missing_is_found_before_the_work(
    verb, options, tmp_path, monkeypatch, capsys
):
    monkeypatch.chdir(tmp_path)
    assert main([verb, *map(str, options)]) == 2
    asked = options[-2].removeprefix("--")
    assert capsys.readouterr().err == f"maskengine: {asked}: the folder none does not exist\n"
    assert not list(tmp_path.iterdir())


def test_pandas_is_not_read():
    """PyArrow asks for it, which takes longer than all the rest of a short command."""
    pytest.importorskip("pandas")
    environment = {**os.environ, "PYTHONPATH": str(PACKAGE)}
    command = [sys.executable, "-X", "importtime", "-m", "maskengine", "inspect", str(LVIS)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    assert re.search(r"\| +pyarrow\.lib$", done.stderr, re.MULTILINE)
    assert "pandas." not in done.stderr
