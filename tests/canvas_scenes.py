"""Label maps as tests of the canvas draw them, and objects that only look like arrays."""

import numpy as np


def drawn(*rows):
    return np.array([[int(c) if c != "." else 0 for c in row] for row in rows])


def layouts(labels):
    """Give the same labels in C order, Fortran order, and with gaps and backwards."""
    wide = np.zeros((2 * labels.shape[0], 3 * labels.shape[1]), labels.dtype)
    strided = wide[::-2, 1::3]
    strided[:] = labels
    return [labels.copy(), np.asfortranarray(labels), strided]


class Chunks:
    """An array of which windows can be read and written, and which notes them."""

    def __init__(self, stored):
        self.stored = stored
        self.shape, self.dtype = stored.shape, stored.dtype
        self.read, self.written = [], []

    def __getitem__(self, key):
        self.read.append(key)
        return self.stored[key]

    def __setitem__(self, key, value):
        self.written.append(key)
        self.stored[key] = value
