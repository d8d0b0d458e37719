"""Keys that open quickly: what makes guessing slow makes tests slow, and is tested once as it is."""

import pytest

from comity.agreements.rules import keys


@pytest.fixture(autouse=True)
def quick_keys(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    if "slow_keys" not in request.keywords:
        monkeypatch.setattr(keys, "COST", 2**4)
