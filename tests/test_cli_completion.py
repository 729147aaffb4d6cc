"""The tabulator key completes verbs, options and their values, as bash runs the script.

Covers: maskengine.cli.completion.
Run: pytest tests/test_cli_completion.py
"""

import shutil
import subprocess

import pytest

from maskengine import formats
from maskengine.cli import main, verbs

BASH = shutil.which("bash")
ZSH = shutil.which("zsh")


@pytest.fixture
def complete(capsys, tmp_path):
    assert main(["completion", "bash"]) == 0
    script = tmp_path / "maskengine.bash"
    script.write_text(capsys.readouterr().out)

    def run(*words):
        quoted = " ".join(f"'{word}'" for word in words)
        text = (
            f"source {script}; COMP_WORDS=({quoted}); COMP_CWORD={len(words) - 1}; "
            "$(complete -p maskengine | sed 's/.*-F \\([^ ]*\\) .*/\\1/'); "
            'printf "%s\\n" "${COMPREPLY[@]}"'
        )
        arguments = [BASH, "--norc", "--noprofile", "-c", text]
        done = subprocess.run(arguments, capture_output=True, text=True, check=False, cwd=tmp_path)
        assert done.stderr == ""
        return done.stdout.split()

    return run


@pytest.mark.skipif(BASH is None, reason="needs bash")
def test_what_bash_completes(complete, tmp_path):
    assert complete("maskengine", "con") == ["convert"]
    assert set(verbs()) <= set(complete("maskengine", ""))
    assert complete("maskengine", "convert", "--simp") == ["--simplify"]
    options = complete("maskengine", "convert", "--")
    assert {"--from", "--to", "--jobs", "--resume", "--report"} <= set(options)
    assert complete("maskengine", "convert", "--engine", "da") == ["dask"]
    assert complete("maskengine", "convert", "--from", "pano") == ["panoptic"]
    assert complete("maskengine", "convert", "--from", "ade") == ["ade20k"]
    assert complete("maskengine", "convert", "--to", "ade") == []  # only read
    assert set(formats.writable_names()) <= set(complete("maskengine", "convert", "--to", ""))
    assert complete("maskengine", "completion", "f") == ["fish"]
    (tmp_path / "instances.json").touch()
    assert "instances.json" in complete("maskengine", "convert", "inst")


@pytest.mark.parametrize(
    ("shell", "mark"), [("zsh", "#compdef maskengine"), ("fish", "complete -c maskengine")]
)
def test_the_other_shells(shell, mark, capsys):
    assert main(["completion", shell]) == 0
    out = capsys.readouterr().out
    assert mark in out
    assert all(verb in out for verb in verbs())
    checker = shutil.which(shell)
    if checker is not None:
        subprocess.run([checker, "-n"], input=out, text=True, check=True)


@pytest.mark.skipif(ZSH is None, reason="needs zsh")
def test_zsh_completes_from_the_first_key_on(capsys, tmp_path):
    """What it autoloads once only defined a function, and completed nothing."""
    assert main(["completion", "zsh"]) == 0
    (tmp_path / "_maskengine").write_text(capsys.readouterr().out)
    head = "_arguments() { print asked; }; compdef() { print $2 by $1; }"
    for text, out in [
        (f"fpath=({tmp_path}); autoload -Uz _maskengine; _maskengine; _maskengine", "asked\n" * 2),
        (f"source {tmp_path}/_maskengine", "maskengine by _cyclopts_maskengine\n"),
    ]:
        done = subprocess.run(
            [ZSH, "-fc", f"{head}; {text}"], capture_output=True, text=True, check=True
        )
        assert (done.stdout, done.stderr) == (out, "")


def test_a_shell_that_is_not_known(capsys):
    assert main(["completion", "csh"]) == 2
    assert "csh" in capsys.readouterr().err
