"""What the strategies for hypothesis promise: bounds, for any that make sense.

Covers: maskengine.testing.strategies.
Run: pytest tests/test_attack_testing.py
"""

import pytest
from hypothesis import HealthCheck, given, settings

from maskengine.testing import strategies

few = settings(
    max_examples=60,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)


def all_of(strategy, holds):
    @few
    @given(strategy)
    def check(value):
        assert holds(value), value

    check()


@pytest.mark.parametrize(
    ("most", "least"), [(0, 0), (1, 0), (9, 9), (70, 10), (70, 64), (200, 130), (129, 129)]
)
def test_sides_are_within_their_bounds(most, least):
    all_of(strategies.sizes(most, least), lambda size: all(least <= s <= most for s in size))


def test_no_pixels_at_all():
    all_of(strategies.dense(max_side=0), lambda mask: mask.shape == (0, 0))
    all_of(strategies.stacks(max_side=0), lambda stack: stack.shape[-2:] == (0, 0))


@pytest.mark.parametrize(("least", "most"), [(0, 0), (0, 3), (1, 1), (2, 2), (2, 4)])
def test_batches_have_as_many_masks_as_asked_for(least, most):
    all_of(strategies.masks(least, most, max_side=9), lambda batch: least <= len(batch) <= most)
