"""agreement, consensus, STAPLE: five annotators of 1024 x 1024."""

from functools import cache

import numpy as np

from harness import Job, Race

RATERS = 5


@cache
def drawn():
    """Give five maps of 8 labels: one scene, the outlines of which wobble from one to the next."""
    import cv2

    rng = np.random.default_rng(7)

    def field(sigma, strength):
        noise = rng.standard_normal((1024, 1024)).astype(np.float32)
        smooth = cv2.GaussianBlur(noise, (0, 0), sigma)
        return smooth * (strength / smooth.std())

    base = [field(40, 1.0) for _ in range(8)]
    shapes = []
    for _ in range(RATERS):
        own = [one + field(12, 0.08) for one in base]
        shapes.append(np.argmax(own, axis=0).astype(np.uint8))
    return shapes


def masks():
    return [(label_map < 3).astype(np.uint8) for label_map in drawn()]


def staple(maps):
    from maskengine.quality import staple as run

    return Job(
        lambda: run(maps),
        lambda f: (f.probability > 0.5, f.iterations, f.sensitivity.round(6).tolist()),
    )


def simpleitk_staple(maps):
    import SimpleITK

    images = [SimpleITK.GetImageFromArray(one) for one in maps]

    def run():
        peer = SimpleITK.STAPLEImageFilter()
        peer.SetForegroundValue(1)
        return peer.Execute(images), peer

    def answer(result):
        probability = SimpleITK.GetArrayFromImage(result[0])
        rates = np.array(result[1].GetSensitivity()).round(6).tolist()
        return probability > 0.5, result[1].GetElapsedIterations(), rates

    return Job(run, answer)


def staple_labels(maps):
    from maskengine.quality import staple_labels as run

    return Job(lambda: run(maps), lambda found: found.labels)


def vote(maps):
    from maskengine.quality import consensus

    return Job(lambda: consensus(maps), lambda found: found.labels)


def simpleitk(name):
    def make(maps):
        import SimpleITK

        images = [SimpleITK.GetImageFromArray(one) for one in maps]
        return Job(lambda: getattr(SimpleITK, name)().Execute(images), SimpleITK.GetArrayFromImage)

    return make


def fleiss(maps):
    from maskengine.quality import fleiss_kappa

    return Job(lambda: fleiss_kappa(maps), lambda kappa: round(kappa, 10))


def statsmodels(maps):
    from statsmodels.stats import inter_rater

    rows = np.stack([one.ravel() for one in maps], 1)
    return Job(
        lambda: inter_rater.fleiss_kappa(inter_rater.aggregate_raters(rows)[0]),
        lambda kappa: round(float(kappa), 10),
    )


def coefficients(maps):
    """Give Fleiss, alpha, all kappas, all overlaps, everybody against the others."""
    from maskengine.quality import agreement

    return Job(lambda: agreement(maps, width=0), lambda found: round(found.pixels.alpha, 10))


def krippendorff(maps):
    import krippendorff as peer

    rows = np.stack([one.ravel() for one in maps]).astype(float)
    return Job(
        lambda: peer.alpha(rows, level_of_measurement="nominal"),
        lambda alpha: round(float(alpha), 10),
    )


def cohen(maps):
    """Give all coefficients again, of which the kappas of pairs are compared."""
    from maskengine.quality import agreement

    upper = np.triu_indices(len(maps), 1)
    return Job(
        lambda: agreement(maps, width=0), lambda found: found.pixels.cohen[upper].round(10).tolist()
    )


def scikit_learn(maps):
    from sklearn.metrics import cohen_kappa_score

    flat = [one.ravel() for one in maps]
    pairs = list(zip(*np.triu_indices(len(maps), 1), strict=True))
    return Job(
        lambda: [cohen_kappa_score(flat[i], flat[j]) for i, j in pairs],
        lambda found: np.array(found).round(10).tolist(),
    )


def traffic(maps):
    return sum(one.nbytes for one in maps), 0


def with_float_map(maps):
    return sum(one.nbytes for one in maps), 4 * maps[0].size


def with_map(maps):
    return sum(one.nbytes for one in maps), maps[0].nbytes


RACES = [
    Race("STAPLE of 5 raters 1024", ("quality.staple",), masks, staple,
         {"simpleitk": simpleitk_staple}, with_float_map),
    Race("STAPLE of 5 raters, 8 labels 1024", ("quality.staple_labels",), drawn, staple_labels,
         {"simpleitk": simpleitk("MultiLabelSTAPLEImageFilter")}, with_map),
    Race("vote of 5 raters, 8 labels 1024", ("quality.consensus",), drawn, vote,
         {"simpleitk": simpleitk("LabelVotingImageFilter")}, with_map),
    Race("Fleiss of 5 raters, 8 labels 1024", ("quality.fleiss_kappa",), drawn, fleiss,
         {"statsmodels": statsmodels}, traffic),
    Race("alpha of 5 raters, 8 labels 1024", ("quality.agreement",), drawn, coefficients,
         {"krippendorff": krippendorff}, traffic),
    Race("10 Cohens of 5 raters, 8 labels 1024", ("quality.agreement",), drawn, cohen,
         {"scikit-learn": scikit_learn}, traffic),
]  # fmt: skip
