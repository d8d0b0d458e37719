"""Keys that open quickly: what makes guessing slow makes tests slow, and is tested once as it is."""

import pytest

from comity.agreements.rules import keys


@pytest.fixture(autouse=True)
def quick_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys, "COST", 2**4)
