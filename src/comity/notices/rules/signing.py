"""How a call proves that it comes from here: a signature over the moment and the body, with the secret of the hook."""

import hmac
from datetime import datetime
from hashlib import sha256

SIGNATURE, IDENTITY = "Comity-Signature", "Comity-Id"


def signature(secret: str, body: bytes, *, at: datetime) -> str:
    """The header of a call, `t=1790000000,v1=…`: HMAC-SHA256 over the seconds, a dot and the body.

    Whoever takes the call works it out again, compares, and refuses what is older than a few minutes.
    """
    seconds = int(at.timestamp())
    told = hmac.new(secret.encode(), f"{seconds}.".encode() + body, sha256).hexdigest()
    return f"t={seconds},v1={told}"
