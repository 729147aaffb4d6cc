"""The values that operations take and give: data only, nothing is computed here."""

from maskengine.values.masks import Masks, runs_of, wrap

__all__ = ["Masks", "runs_of", "wrap"]
