"""argmax: oracle, laws, a peer and hostile calls."""

import numpy as np
from hypothesis import strategies as st

import maskengine as me
from maskengine.testing.cases import Case

MEASURES = [None, "confidence", "margin", "entropy"]


@st.composite
def calls(draw):
    """Draw scores, often equal ones, in an order of axes; and options."""
    shape = (
        draw(st.sampled_from([1, 1, 2])),
        draw(st.integers(1, 9)),
        draw(st.integers(0, 5)),
        draw(st.sampled_from([0, 1, 7, 64, 65, 511, 2049])),
    )
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    dtype = np.dtype(draw(st.sampled_from(["f2", "f4", "f8", "u1"])))
    kind = (
        "probabilities" if dtype.kind == "u" else draw(st.sampled_from(["logits", "probabilities"]))
    )
    values = rng.normal(size=shape) * draw(st.sampled_from([0, 1, 30]))
    if draw(st.booleans()):
        values = np.round(values)
    if kind == "probabilities":
        values = np.abs(values) if dtype.kind == "u" else np.abs(values) / 64
    elif draw(st.booleans()) and shape[1] > 1:
        values[:, 0, ::2] = -np.inf
    order = draw(st.permutations(range(4)))
    scores = np.ascontiguousarray(values.astype(dtype).transpose(order)).transpose(
        np.argsort(order)
    )
    options = {
        "kind": kind,
        "ties": draw(st.sampled_from(["first", "last", "void"])),
        "void": 255,
        "uncertainty": draw(st.sampled_from(MEASURES)),
    }
    single = shape[0] == 1 and draw(st.booleans())
    return scores[0] if single else scores, options


def shares_of(scores, kind):
    """Give probabilities in float64."""
    values = scores.astype(np.float64)
    if kind == "logits":
        values = np.exp(values - values.max(axis=-3, keepdims=True))
    total = values.sum(axis=-3, keepdims=True)
    return values / np.where(total > 0, total, 1)


def oracle(scores, options):
    wide = scores.astype(np.float64)
    classes = wide.shape[-3]
    first, last = wide.argmax(axis=-3), classes - 1 - wide[..., ::-1, :, :].argmax(axis=-3)
    index = {"first": first, "last": last, "void": np.where(first == last, first, 255)}
    dtype = np.uint8
    label_map = index[options["ties"]].astype(dtype)
    if options["uncertainty"] is None:
        return label_map
    shares = np.sort(shares_of(scores, options["kind"]), axis=-3)[..., ::-1, :, :]
    best = shares[..., 0, :, :]
    if classes == 1:
        found = {"confidence": 1 - best, "margin": 1 - best, "entropy": 1 - best}
    else:
        logs = np.log(np.where(shares > 0, shares, 1))
        entropy = -(shares * logs).sum(axis=-3) / np.log(classes)
        found = {
            "confidence": 1 - best,
            "margin": 1 - (best - shares[..., 1, :, :]),
            "entropy": np.where(best > 0, entropy, 1),
        }
    return label_map, found[options["uncertainty"]].astype(np.float32)


def run(scores, options):
    return me.argmax(scores, **options)


def same(ours, wanted):
    if not isinstance(wanted, tuple):
        return ours.dtype == wanted.dtype and np.array_equal(ours, wanted)
    return (
        np.array_equal(ours[0], wanted[0])
        and ours[1].dtype == np.float32
        and ours[1].shape == wanted[1].shape
        and bool((np.abs(ours[1] - wanted[1]) < 3e-6).all())
    )


def labels_stand_for_classes(scores, options):
    classes = scores.shape[-3]
    labels = np.arange(classes) * 7 % 250 + 1
    plain = me.argmax(scores, kind=options["kind"], ties="last")
    found = me.argmax(scores, kind=options["kind"], ties="last", labels=labels)
    return np.array_equal(found, labels[plain])


def a_threshold_leaves_out_what_is_unsure(scores, options):
    plain, unsure = me.argmax(scores, kind=options["kind"], uncertainty="confidence")
    found = me.argmax(scores, kind=options["kind"], threshold=0.5, void=300)
    return np.array_equal(found, np.where(unsure > 0.5, 300, plain.astype(np.int64)))


def numpy_argmax(scores, options):
    if options["ties"] != "first" or options["uncertainty"] is not None:
        return oracle(scores, options)
    return np.argmax(scores, axis=-3).astype(np.uint8)


ONE = np.zeros((2, 3, 4), np.float32)
NAN = np.where(np.arange(24).reshape(2, 3, 4) == 17, np.nan, 0)

CASES = [
    Case(
        name="argmax",
        run=run,
        inputs=calls(),
        oracle=oracle,
        same=same,
        laws={
            "labels_stand_for_classes": labels_stand_for_classes,
            "a_threshold_leaves_out_what_is_unsure": a_threshold_leaves_out_what_is_unsure,
        },
        peers={"numpy": numpy_argmax},
        hostile={
            "nan": lambda: me.argmax(NAN),
            "infinity": lambda: me.argmax(NAN.astype(np.float16) + np.float16(np.inf)),
            "minus infinity everywhere": lambda: me.argmax(ONE - np.inf),
            "a negative probability": lambda: me.argmax(ONE - 1, kind="probabilities"),
            "no class": lambda: me.argmax(ONE[:0]),
            "two dimensions": lambda: me.argmax(ONE[0]),
            "integers": lambda: me.argmax(ONE.astype(int)),
            "logits of bytes": lambda: me.argmax(ONE.astype(np.uint8)),
            "a list": lambda: me.argmax([[[0.5]]]),
            "another kind": lambda: me.argmax(ONE, kind="softmax"),
            "other ties": lambda: me.argmax(ONE, ties="random"),
            "another measure": lambda: me.argmax(ONE, uncertainty="variance"),
            "a threshold without void": lambda: me.argmax(ONE, threshold=0.5),
            "ties without void": lambda: me.argmax(ONE, ties="void"),
            "a threshold above 1": lambda: me.argmax(ONE, threshold=1.5, void=0),
            "a threshold of text": lambda: me.argmax(ONE, threshold="0.5", void=0),
            "a negative void": lambda: me.argmax(ONE, ties="void", void=-1),
            "void of text": lambda: me.argmax(ONE, ties="void", void="0"),
            "too few labels": lambda: me.argmax(ONE, labels=[1]),
            "labels of floats": lambda: me.argmax(ONE, labels=[1.5, 2.5]),
            "a negative label": lambda: me.argmax(ONE, labels=[-1, 1]),
        },
    ),
]
