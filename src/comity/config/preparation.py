"""What a new data directory is filled with: the pack of the reference organisation and, if wanted, the demonstration."""

from datetime import datetime
from pathlib import Path

from django.conf import settings


def fill(pack: Path, *, password: str, at: datetime) -> None:
    """Load the pack and build the demonstration; each part sees for itself whether it was done before."""
    if settings.DEMONSTRATION:
        pass
