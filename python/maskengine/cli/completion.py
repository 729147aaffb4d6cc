"""``maskengine completion``."""

from __future__ import annotations

from typing import Literal

from maskengine.cli import application


def completion(shell: Literal["bash", "zsh", "fish"], /) -> int:
    """Print what a shell needs to complete commands and options by the tabulator key.

    bash: maskengine completion bash > ~/.local/share/bash-completion/completions/maskengine

    zsh: maskengine completion zsh > ~/.zsh/completions/_maskengine, a folder of fpath

    fish: maskengine completion fish > ~/.config/fish/completions/maskengine.fish

    Parameters
    ----------
    shell
        Whose language it is.
    """
    print(application().generate_completion(shell=shell))
    return 0
