"""Our answers against other libraries', where they define the answer.

Covers: the peers of all cases. Known disagreements are handled in the case, each with its reason.
Run: pytest tests/test_peers.py
"""

from hypothesis import given, settings


def test_equals_peer(case, peer):
    @settings(max_examples=300)
    @given(case.inputs)
    def check(drawn):
        wanted = case.peers[peer](*drawn)
        ours = case.run(*drawn)
        assert case.same(ours, wanted), f"{ours!r} is not {wanted!r}"

    check()
