"""argmax: drawn scores.

Run: pytest tests/test_argmax.py
"""

import numpy as np
import pytest

import maskengine as me

SCORES = np.array(
    [
        [[0.7, 0.4, 0.2]],
        [[0.2, 0.4, 0.3]],
        [[0.1, 0.2, 0.5]],
    ]
)


def test_labels_and_ties():
    assert me.argmax(SCORES).tolist() == [[0, 0, 2]]
    assert me.argmax(SCORES).dtype == np.uint8
    assert me.argmax(SCORES, ties="last").tolist() == [[0, 1, 2]]
    assert me.argmax(SCORES, ties="void", void=255).tolist() == [[0, 255, 2]]
    found = me.argmax(SCORES, labels=[7, 11, 70000])
    assert found.tolist() == [[7, 7, 70000]]
    assert found.dtype == np.uint32
    assert me.argmax(np.stack([SCORES, SCORES[::-1]])).tolist() == [[[0, 0, 2]], [[2, 1, 0]]]


def test_measures_of_probabilities():
    def measured(name, scores=SCORES):
        return me.argmax(scores, kind="probabilities", uncertainty=name)[1][0].tolist()

    assert measured("confidence") == pytest.approx([0.3, 0.6, 0.5], abs=1e-6)
    assert measured("margin") == pytest.approx([0.5, 1, 0.8], abs=1e-6)
    # (0.7 ln 0.7 + 0.2 ln 0.2 + 0.1 ln 0.1) / -ln 3, and so on
    assert measured("entropy") == pytest.approx([0.729847, 0.960230, 0.937231], abs=1e-6)
    tenths = np.round(SCORES * 10).astype(np.uint8)  # divided by their sum
    assert measured("margin", tenths) == pytest.approx([0.5, 1, 0.8], abs=1e-6)
    assert measured("entropy", np.zeros((3, 1, 1))) == [1]


def test_measures_of_logits():
    logits = np.log(SCORES) + 5  # their softmax is SCORES again
    for name, wanted in (("confidence", [0.3, 0.6, 0.5]), ("margin", [0.5, 1, 0.8])):
        found = me.argmax(logits, uncertainty=name)[1][0].tolist()
        assert found == pytest.approx(wanted, abs=1e-6)
    far = np.array([[[1e6]], [[-1e6]], [[-np.inf]]])
    assert me.argmax(far, uncertainty="entropy")[1][0].tolist() == pytest.approx([0], abs=1e-30)


def test_a_threshold():
    found = me.argmax(SCORES, kind="probabilities", threshold=0.45, void=9)
    assert found.tolist() == [[0, 9, 2]]


def test_float64_is_not_rounded():
    close = np.array([[[1.0]], [[1.0 + 2**-40]]])
    assert me.argmax(close).tolist() == [[1]]


@pytest.mark.parametrize(("value", "name"), [(np.nan, "nan"), (np.inf, "inf")])
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_what_is_no_number_is_refused_with_its_index(value, name, dtype):
    scores = np.zeros((4, 20, 700), dtype)
    scores[2, 13, 650] = scores[1, 19, 3] = value
    with pytest.raises(me.MaskError, match=rf"scores: .*got {name} at \[2, 13, 650\]"):
        me.argmax(scores)
    with pytest.raises(me.MaskError, match=rf"got {name} at \[1, 2, 13, 650\]"):
        me.argmax(np.stack([np.zeros_like(scores), scores]))
    with pytest.raises(me.MaskError, match=rf"got {name} at \[1, 3, 19\]"):
        me.argmax(scores.transpose(0, 2, 1))  # that pixel is now the first in raster order


def test_a_negative_probability_is_refused():
    scores = np.full((2, 3, 4), 0.5)
    scores[1, 2, 0] = -0.25
    with pytest.raises(me.MaskError, match=r"probabilities, got -0.25.* at \[1, 2, 0\]"):
        me.argmax(scores, kind="probabilities")
    with pytest.raises(me.MaskError, match=r"got -inf at \[0, 0, 0\]"):
        me.argmax(np.full((2, 1, 1), -np.inf))


def test_every_half_is_widened_exactly():
    halves = np.arange(2**16, dtype=np.uint16).view(np.float16)
    finite = halves[np.isfinite(halves)]
    scores = np.stack([finite, np.zeros_like(finite)])[:, np.newaxis]
    wanted = (finite < 0).astype(np.uint8)
    assert np.array_equal(me.argmax(scores)[0], wanted)
    turned = np.stack([finite[::-1], finite])[:, np.newaxis]
    assert np.array_equal(me.argmax(turned)[0], np.argmax(turned, axis=0)[0])


def test_levels_and_threads_give_the_same_bits():
    rng = np.random.default_rng(4)
    scores = (rng.normal(size=(5, 300, 701)) * 8).astype(np.float32)
    for kind, values in (("logits", scores), ("probabilities", np.abs(scores))):
        for measure in ("confidence", "margin", "entropy"):
            wanted = None
            for level in me.cpu_levels():
                for threads in (1, 3):
                    with me.use(level=level, threads=threads):
                        found = me.argmax(values, kind=kind, uncertainty=measure)[1].tobytes()
                    wanted = found if wanted is None else wanted
                    assert found == wanted
