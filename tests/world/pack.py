"""The pack of the reference organisation, laid down in a test's database."""

from datetime import UTC, datetime
from pathlib import Path

from comity.packs import loading
from comity.parties.acts.batches import Tally
from tests.world.cast import ADMINISTRATOR

NATO_PACK = Path(__file__).resolve().parents[2] / "packs" / "nato"
LAID_DOWN = datetime(2026, 1, 15, 12, tzinfo=UTC)


def lay_down() -> dict[str, Tally]:
    """Lay the pack down."""
    return loading.load(NATO_PACK, by=ADMINISTRATOR, at=LAID_DOWN)
