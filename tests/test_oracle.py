"""Every operation, at every CPU level, equals its slow oracle.

Covers: all cases. Compares against: maskengine.testing.oracles and the oracles in the cases.
Run: pytest tests/test_oracle.py
"""

from hypothesis import given
from hypothesis import strategies as st

import maskengine as me


def test_equals_oracle(case, level):
    @given(case.inputs)
    def check(drawn):
        wanted = case.oracle(*drawn)
        with me.use(level=level, threads=1):
            assert me._backend.core.level() == level  # the forced level really runs
            ours = case.run(*drawn)
        assert case.same(ours, wanted), f"{ours!r} is not {wanted!r}"

    check()


def test_threads_do_not_matter(case):
    @given(case.inputs, st.integers(2, 5))
    def check(drawn, threads):
        with me.use(threads=1):
            wanted = case.run(*drawn)
        with me.use(threads=threads):
            assert case.same(case.run(*drawn), wanted)

    check()
