"""Random streams that belong to a thing by name, so that other things, order and workers do not disturb them."""

from __future__ import annotations

import hashlib

import numpy as np


def stream(seed: int, chunk: int, *name: str) -> np.random.Generator:
    """Return the random stream of one named thing in one chunk of paths.

    Parameters
    ----------
    seed : int
        Seed of the case, >= 0.
    chunk : int
        Number of the chunk, >= 0.
    *name : str
        What the draws are for, such as ``"events", "card-auth-release"``. Same name, same draws; other names are
        independent (`numpy.random.SeedSequence` with the name's SHA-256 as spawn key).

    Returns
    -------
    numpy.random.Generator
    """
    digest = hashlib.sha256("\x1f".join(name).encode()).digest()[:16]
    words = tuple(int.from_bytes(digest[i : i + 4], "little") for i in range(0, 16, 4))
    return np.random.Generator(np.random.PCG64DXSM(np.random.SeedSequence(entropy=seed, spawn_key=(chunk, *words))))
