"""What the figures show: small masks, label maps and an image, made anew on each run."""

import numpy as np

import maskengine as me


def art(*rows):
    """Give a mask drawn in characters: # is foreground."""
    return np.array([[letter == "#" for letter in row] for row in rows])


def leaf(size=(26, 30)):
    """Give a mask of two lobes with a hole, of smooth outline."""
    y, x = np.mgrid[: size[0], : size[1]] + 0.5
    angle = np.arctan2(y - 13, x - 14)
    radius = np.hypot(y - 13, (x - 14) * 0.92)
    mask = radius < 8.8 + 2.1 * np.sin(3 * angle + 0.4) + 0.9 * np.cos(5 * angle)
    mask &= np.hypot(y - 11, x - 12) > 2.6
    return mask


def islands(size=(30, 38)):
    """Give a mask with parts of all sizes, holes and specks."""
    parts = [
        me.stroke([(8, 9), (14, 13), (12, 21)], [4.5, 5.5, 4], size),
        me.stroke([(27, 8), (31, 11)], [5.5, 4.0], size),
        me.stroke([(24, 24), (33, 23)], 3.2, size),
    ]
    mask = me.decode(me.union(me.Masks.concatenate(parts)))[0]
    for x, y, radius in ((12, 13, 2.2), (27.5, 8.5, 2.0)):
        mask &= ~me.decode(me.stroke([(x, y)], radius, size))[0]
    for x, y in ((20, 3), (20, 17), (35, 17), (4, 27), (17, 27)):
        mask[y : y + 2, x : x + 1 + x % 2] = True
    return mask


def fields(size=(30, 40)):
    """Give a label map of five regions that touch, and a little background."""
    y, x = np.mgrid[: size[0], : size[1]] + 0.5
    seeds = np.array([(7, 7), (22, 5), (34, 12), (11, 23), (27, 23)], float)
    weights = np.array([0, 6, 2, 3, 0], float)
    wave = 1.6 * np.sin(x / 3.3) + 1.3 * np.cos(y / 2.7)
    far = [
        np.hypot(x + wave - a, y - wave - b) - c for (a, b), c in zip(seeds, weights, strict=True)
    ]
    labels = np.argmin(far, axis=0).astype(np.uint8) + 1
    labels[np.hypot(x - 38, y - 29) < 8] = 0
    return labels


def photograph(size=(60, 80)):
    """Give a grey image: a bright body on a dark ground, a shadow across both, and noise."""
    y, x = np.mgrid[: size[0], : size[1]] + 0.5
    noise = np.random.default_rng(7).normal(0, 5, size)
    body = np.hypot((x - 36) / 26, (y - 32) / 19) < 1 + 0.12 * np.sin(
        4 * np.arctan2(y - 32, x - 36)
    )
    second = np.hypot((x - 70) / 8, (y - 14) / 9) < 1
    image = np.where(body, 176.0, 62.0) + 40 * second - 30 * (np.abs(x - y * 0.6 - 26) < 3) * body
    return np.clip(image + noise, 0, 255).astype(np.uint8)


def star(points=5, centre=(16, 15), outer=13.5, inner=5.5, turn=-0.4):
    """Give the vertices of a star."""
    angles = np.arange(2 * points) * np.pi / points + turn
    radii = np.where(np.arange(2 * points) % 2, inner, outer)
    return np.stack([np.cos(angles) * radii, np.sin(angles) * radii], 1) + centre
