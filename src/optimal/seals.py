"""Canonical bytes to take fingerprints of, and lots drawn from a published seed.

Anyone with a SHA-256 program can recompute both.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

_encoded = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode


def canonical(value: Any) -> bytes:
    """JSON with sorted keys, no spaces and no escapes, in UTF-8."""
    return _encoded(value).encode()


def lots(seed: int, names: Sequence[str]) -> NDArray[np.uint64]:
    """The lot of each name: the first eight bytes of SHA-256 of ``seed:name``, as a big-endian number."""
    prefix = f"{seed}:".encode()
    drawn = b"".join(hashlib.sha256(prefix + name.encode()).digest()[:8] for name in names)
    return np.frombuffer(drawn, dtype=">u8").astype(np.uint64)
