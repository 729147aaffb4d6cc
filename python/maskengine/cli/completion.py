"""``maskengine completion``."""

from __future__ import annotations

from typing import Literal

from maskengine.cli import application

# The script only defines the function. What zsh autoloads by its name must call it; what is sourced
# must say whose it is.
_CALL = """
if [[ $funcstack[1] == _maskengine ]]; then
  _cyclopts_maskengine "$@"
else
  compdef _cyclopts_maskengine maskengine
fi
"""


def completion(shell: Literal["bash", "zsh", "fish"], /) -> int:
    """Print what a shell needs to complete commands and options by the tabulator key.

    bash reads it from ~/.local/share/bash-completion/completions/maskengine

    zsh from a folder of fpath, as ~/.zsh/completions/_maskengine

    fish from ~/.config/fish/completions/maskengine.fish

    Parameters
    ----------
    shell
        Whose language it is.
    """
    script = application().generate_completion(shell=shell)
    print(script + _CALL if shell == "zsh" else script)
    return 0
