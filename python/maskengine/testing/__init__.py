"""Public test kit: hypothesis strategies, slow oracles, hostile inputs, and the case bundle.

An embedder can draw masks from :mod:`maskengine.testing.strategies`, compare with the slow truth in
:mod:`maskengine.testing.oracles`, and feed :mod:`maskengine.testing.hostile` to its own code.
``strategies`` needs hypothesis; the rest needs NumPy alone.
"""
