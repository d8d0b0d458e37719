"""Boxes for what the database should keep and not show: sealed under a key of the installation, bound to what they belong to.

AES-GCM with a random nonce (NIST SP 800-38D). A box that was moved to another row does not open there.
"""

from functools import cache
from hashlib import sha256
from os import urandom

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

NONCE = 12


class Unsealable(Exception):
    """No key of this installation opens the box, or it was tampered with."""


def sealed(content: bytes, *, bound_to: str) -> bytes:
    """A box with the content: nonce, then ciphertext with its tag."""
    nonce = urandom(NONCE)
    return nonce + _ciphers()[0].encrypt(nonce, content, bound_to.encode())


def opened(box: bytes, *, bound_to: str) -> bytes:
    """What is in a box.

    Raises:
        Unsealable: the box belongs to something else, was changed, or its key is not here any more.
    """
    for cipher in _ciphers():
        try:
            return cipher.decrypt(box[:NONCE], box[NONCE:], bound_to.encode())
        except InvalidTag:
            continue
    raise Unsealable(bound_to)


def _ciphers() -> list[AESGCM]:
    return [_cipher(key) for key in settings.SEALING_KEYS]


@cache
def _cipher(key: str) -> AESGCM:
    """Made once for a key: a list opens thousands of boxes."""
    return AESGCM(sha256(key.encode()).digest())
