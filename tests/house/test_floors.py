"""Who may know whom: the contracts of `.importlinter` hold, and they would notice a breach."""

import subprocess
import sys
from pathlib import Path

import grimp
import pytest
from tools.contracts import PrivateFaces

from tests.house.discover import ROOT

LINT = Path(sys.executable).with_name("lint-imports")


def test_every_contract_is_kept() -> None:
    told = subprocess.run(
        [LINT, "--no-cache"], cwd=ROOT, capture_output=True, text=True, env={"PYTHONPATH": f"{ROOT}:{ROOT / 'src'}"}
    )

    assert told.returncode == 0, told.stdout + told.stderr


@pytest.mark.parametrize(
    ("importer", "kept"),
    [("comity.parties.urls", True), ("comity.config.urls", True), ("comity.reports.views", False), ("comity.parties_two", False)],
)
def test_the_faces_of_a_room_are_its_own(importer: str, kept: bool) -> None:
    graph = grimp.ImportGraph()
    for module in ("comity", "comity.parties", "comity.parties.views", "comity.config", importer):
        graph.add_module(module)
    graph.add_import(importer=importer, imported="comity.parties.views")
    options = {"root": "comity", "composed_by": "comity.config", "faces": ["views"]}

    verdict = PrivateFaces(name="faces", session_options={}, contract_options=options).check(graph, verbose=False)

    assert verdict.kept is kept
