"""area: oracle, laws, peers and hostile calls."""

import numpy as np
from hypothesis import strategies as st

import maskengine as me
from maskengine.testing import oracles, strategies
from maskengine.testing.cases import Case
from shapes import coco_bytes


def pycocotools_area(masks):
    from pycocotools import mask as peer

    areas = [int(peer.area(one)) for one in coco_bytes(masks)]
    return np.array(areas, np.int64)


CASES = [
    Case(
        name="area",
        cuda=(0,),
        run=me.area,
        inputs=st.tuples(strategies.masks()),
        oracle=oracles.area,
        laws={
            "concatenation_concatenates": lambda masks: np.array_equal(
                me.area(me.Masks.concatenate([masks, masks])), np.tile(me.area(masks), 2)
            ),
        },
        peers={"pycocotools": pycocotools_area},
        hostile={
            "an array": lambda: me.area(np.zeros((3, 3), bool)),
            "a dict": lambda: me.area({"size": [1, 1], "counts": [1]}),
            "none": lambda: me.area(None),
        },
    ),
]
