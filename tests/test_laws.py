"""Algebra that must hold for every drawn input.

Covers: the laws of all cases. Run: pytest tests/test_laws.py
"""

from hypothesis import given


def test_law(case, law):
    @given(case.inputs)
    def check(drawn):
        assert case.laws[law](*drawn)

    check()
