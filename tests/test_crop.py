"""crop: hand-drawn literals."""

import maskengine as me
from maskengine.testing import oracles

DRAWN = oracles.encode([oracles.art("#..#", ".##.", "#..#")])


def test_inside():
    assert me.crop(DRAWN, (1, 0, 4, 2)) == oracles.encode([oracles.art("..#", "##.")])


def test_outside_is_background():
    wanted = oracles.encode([oracles.art("...", ".#.", "..#")])
    assert me.crop(DRAWN, (-1, -1, 2, 2)) == wanted
    far = 2**62
    assert me.crop(DRAWN, (far, far, far + 2, far + 1)) == oracles.encode([oracles.art("..")])


def test_one_box_per_mask():
    masks = me.Masks.concatenate([DRAWN, DRAWN])
    cut = me.crop(masks, me.bbox(masks, format="xyxy") - [[0, 0, 3, 2], [3, 2, 0, 0]])
    assert cut.sizes.tolist() == [[1, 1], [5, 7]]
    assert me.area(cut).tolist() == [1, 6]


def test_an_empty_box():
    assert me.crop(DRAWN, (2, 1, 2, 3)).to_coco(compressed=False) == [
        {"size": [2, 0], "counts": [0]}
    ]
