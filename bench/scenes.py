"""Seeded inputs of the races; each is made once per process."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
from pycocotools import mask as peer

SIDE = 4096
SIZE = (480, 640)


@cache
def blob() -> Any:
    """Give a 4096 x 4096 uint8 C-order mask of smooth blobs: half foreground, ~62,000 runs."""
    rng = np.random.default_rng(1)
    knots = np.arange(-8, SIDE // 32 + 8) * 32.0
    pixels = np.arange(SIDE)
    weights = np.exp(-(((pixels[:, None] - knots[None]) / 60.0) ** 2) / 2)
    field = weights @ rng.standard_normal((knots.size, knots.size)) @ weights.T
    return (field > 0).astype(np.uint8)


@cache
def noise() -> Any:
    """Give a 4096 x 4096 uint8 C-order mask of coin flips: the worst case for runs."""
    rng = np.random.default_rng(2)
    bits = np.frombuffer(rng.bytes(SIDE * SIDE // 8), np.uint8)
    return np.unpackbits(bits).reshape(SIDE, SIDE)


@cache
def classes() -> Any:
    """Give a 3840 x 2160 map of 30 classes in smooth patches, about 80 pixels a run."""
    import cv2

    rng = np.random.default_rng(3)
    best = np.full((2160, 3840), -np.inf, np.float32)
    out = np.zeros(best.shape, np.uint8)
    for label in range(30):
        field = rng.standard_normal((270, 480)).astype(np.float32)
        field = cv2.GaussianBlur(field, (0, 0), 4)
        field = cv2.resize(field, (3840, 2160), interpolation=cv2.INTER_LINEAR)
        field += rng.standard_normal(field.shape).astype(np.float32) * 0.0005
        np.putmask(out, field > best, label)
        np.maximum(best, field, best)
    return out


@cache
def stars(n: int, size: tuple[int, int], low: float, high: float, seed: int) -> list[list[float]]:
    """Give `n` star polygons of 25 to 35 vertices with two decimals, [x, y, x, y, ...]."""
    rng = np.random.default_rng(seed)
    rings = []
    for _ in range(n):
        k = int(rng.integers(25, 36))
        angles = np.sort(rng.random(k)) * 2 * np.pi
        radii = rng.uniform(low, high) * rng.uniform(0.6, 1.0, k)
        x = np.clip(rng.uniform(0, size[1]) + radii * np.cos(angles), 0, size[1])
        y = np.clip(rng.uniform(0, size[0]) + radii * np.sin(angles), 0, size[0])
        rings.append(np.round(np.stack([x, y], 1), 2).ravel().tolist())
    return rings


def polygons(n: int = 10_000) -> list[list[float]]:
    """Give polygons as a COCO file of 640 x 480 images holds them."""
    return stars(n, SIZE, 5, 200, 3)


@cache
def instances(n: int = 1000) -> list[dict[str, Any]]:
    """Give `n` star masks of 640 x 480 with radii from 5 to 200 as COCO dicts with bytes."""
    height, width = SIZE
    return [peer.frPyObjects([ring], height, width)[0] for ring in stars(n, SIZE, 5, 200, 4)]


@cache
def instance_stack(n: int = 1000) -> Any:
    """Give the same masks as a C-order (N, 480, 640) uint8 stack."""
    stack = np.empty((n, *SIZE), np.uint8)
    for i, rle in enumerate(instances(n)):
        stack[i] = peer.decode(rle)
    return stack


@cache
def small_instances(n: int = 1000) -> list[dict[str, Any]]:
    """Give `n` star masks of 64 x 64 as COCO dicts: about 40 runs each."""
    return [peer.frPyObjects([ring], 64, 64)[0] for ring in stars(n, (64, 64), 4, 20, 5)]


def as_rle(mask: Any) -> dict[str, Any]:
    """Encode one dense mask with pycocotools."""
    return peer.encode(np.asfortranarray(mask))


@cache
def blob_rle() -> dict[str, Any]:
    return as_rle(blob())


@cache
def noise_rle() -> dict[str, Any]:
    return as_rle(noise())


@cache
def blob_variants(n: int = 20) -> list[dict[str, Any]]:
    """Give `n` rolled copies of the blob as COCO dicts."""
    return [as_rle(np.roll(blob(), (i * 137, i * 211), (0, 1))) for i in range(n)]


def batch(rles: list[dict[str, Any]]) -> Any:
    """Give COCO dicts as a batch of ours."""
    import maskengine as me

    return me.Masks.from_coco(rles)


@cache
def million() -> Any:
    """Give 1,000,000 small masks as one batch of ours."""
    import maskengine as me

    thousand = batch(small_instances())
    return me.Masks.concatenate([thousand] * 1000)


def counts(masks: Any) -> list[bytes]:
    """Give the text of each mask of a batch of ours, as bytes: the common currency."""
    return [one["counts"].encode() for one in masks.to_coco()]


def with_counts(masks: Any) -> Any:
    """Give the batch, with its runs made where it was held as bits."""
    assert masks.counts.size > 0
    return masks


def texts(rles: Any) -> list[bytes]:
    """Give the text of each COCO dict as bytes."""
    rles = rles if isinstance(rles, list) else [rles]
    return [c if isinstance(c := one["counts"], bytes) else c.encode() for one in rles]
