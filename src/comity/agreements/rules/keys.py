"""Keys for signing: Ed25519, the private half sealed with AES-GCM under a key that scrypt derives from a passphrase.

Nothing here opens a sealed key without the passphrase of its holder, which is given anew for each signature.
"""

import secrets
import unicodedata

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

LEAST_LETTERS = 12
SALT, NONCE = 16, 12
# 64 MiB and a fifth of a second for each guess.
COST, BLOCK, LANES = 2**16, 8, 1


class DoesNotOpen(ValueError):
    """The passphrase is not the one the key was sealed with, or the seal is damaged."""


def make(passphrase: str) -> tuple[bytes, bytes]:
    """A new key: its public half, and the private half sealed."""
    private = Ed25519PrivateKey.generate()
    public = private.public_key().public_bytes_raw()
    salt, nonce = secrets.token_bytes(SALT), secrets.token_bytes(NONCE)
    sealed = AESGCM(_derived(passphrase, salt)).encrypt(nonce, private.private_bytes_raw(), public)
    return public, salt + nonce + sealed


def sign(message: bytes, *, public: bytes, sealed: bytes, passphrase: str) -> bytes:
    """The signature of a message.

    Raises:
        DoesNotOpen: the passphrase is wrong.
    """
    salt, nonce, inner = sealed[:SALT], sealed[SALT : SALT + NONCE], sealed[SALT + NONCE :]
    try:
        private = AESGCM(_derived(passphrase, salt)).decrypt(nonce, inner, public)
    except (InvalidTag, ValueError) as fault:
        raise DoesNotOpen from fault
    return Ed25519PrivateKey.from_private_bytes(private).sign(message)


def fits(message: bytes, *, signature: bytes, public: bytes) -> bool:
    """Whether a signature is that of a message by the holder of a key."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def _derived(passphrase: str, salt: bytes) -> bytes:
    return Scrypt(salt=salt, length=32, n=COST, r=BLOCK, p=LANES).derive(unicodedata.normalize("NFKC", passphrase).encode())
