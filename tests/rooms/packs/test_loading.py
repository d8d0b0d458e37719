"""Loading and checking a pack."""

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from comity.frameworks.acts import memberships
from comity.frameworks.models import Event, Membership, Statement, Suspension
from comity.kernel.refusals import NotPermitted
from comity.packs import checking, cli, loading, reading
from comity.packs.checking import PackIsFaulty
from comity.packs.reading import FileIsMissing, NoSuchPack
from comity.parties.models import Party, Source
from comity.trail.models import Entry
from tests.world.cast import ADMINISTRATOR, DESK_OFFICER
from tests.world.pack import LAID_DOWN, NATO_PACK, lay_down


class Someone:
    """What commands are handed."""

    def actor(self) -> object:
        """The administrator."""
        return ADMINISTRATOR


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the pack that may be spoiled."""
    return Path(shutil.copytree(NATO_PACK, tmp_path / "nato"))


def spoil(copy: Path, file: str, before: str, after: str) -> None:
    """Change one text in one file of a pack, once."""
    text = (copy / file).read_text("utf-8")
    assert before in text
    (copy / file).write_text(text.replace(before, after, 1), "utf-8")


def test_the_pack_has_no_fault() -> None:
    assert list(checking.faults(reading.read(NATO_PACK))) == []


def test_every_row_of_the_memberships_stands_in_the_pack() -> None:
    pack = reading.read(NATO_PACK)

    assert len(pack.of("memberships")) == 255
    assert len({row["key"] for row in pack.of("memberships")}) == 255


@pytest.mark.django_db
class TestLoading:
    def test_it_lays_every_row_down(self) -> None:
        tallies = lay_down()

        assert tallies["memberships"].created == Membership.objects.count() == 248
        assert tallies["suspensions"].created == Suspension.objects.count() == 7
        assert tallies["statements"].created == Statement.objects.count() >= 75
        assert tallies["events"].created == Event.objects.count() >= 60
        assert not Membership.objects.filter(sources=None).exists()
        assert not Party.objects.filter(sources=None).exists()
        assert Source.objects.get(key="seed-1").publisher == "NATO"

    def test_a_second_load_changes_nothing_and_writes_nothing(self) -> None:
        lay_down()
        entries = Entry.objects.count()

        again = lay_down()

        assert all(tally.is_quiet for tally in again.values())
        assert Entry.objects.count() == entries

    def test_it_knows_whether_this_very_pack_is_loaded(self, copy: Path) -> None:
        assert not loading.is_loaded(NATO_PACK)

        lay_down()

        assert loading.is_loaded(NATO_PACK)
        assert loading.is_loaded(copy)
        spoil(copy, "pack.yaml", 'version: "1"', 'version: "2"')
        assert not loading.is_loaded(copy)

    def test_a_row_told_otherwise_supersedes_the_old_one(self, copy: Path) -> None:
        lay_down()
        spoil(
            copy,
            "memberships.csv",
            "MDA,Republic of Moldova,PFP,participant,1994-03-16",
            "MDA,Republic of Moldova,PFP,participant,1994-03-17",
        )

        tallies = loading.load(copy, by=ADMINISTRATOR, at=LAID_DOWN)

        assert (tallies["memberships"].changed, tallies["memberships"].created) == (1, 0)
        told = Membership.objects.filter(party="MDA", framework="PFP")
        assert [str(row.since) for row in told.known()] == ["1994-03-17"]
        assert {str(row.since) for row in told} == {"1994-03-16", "1994-03-17"}

    def test_other_rows_told_otherwise_are_changed(self, copy: Path) -> None:
        lay_down()
        spoil(copy, "parties.csv", "Moldova", "Moldavia")
        spoil(copy, "suspensions.csv", "All support to the Afghan", "Every support to the Afghan")
        spoil(copy, "events.csv", "eapc-sintra,1997-05-30,founding,The Basic", "eapc-sintra,1997-05-30,founding,A Basic")

        tallies = loading.load(copy, by=ADMINISTRATOR, at=LAID_DOWN)

        assert [tallies[name].changed for name in ("parties", "suspensions", "events", "memberships")] == [1, 1, 1, 0]
        assert Suspension.objects.known().count() == 7

    def test_what_the_office_has_corrected_stays_corrected(self) -> None:
        lay_down()
        row = Membership.objects.known().get(party="MDA", framework="PFP")
        memberships.correct(row, since="1994-03-15", reason="A better source.", by=DESK_OFFICER, at=LAID_DOWN)

        tallies = lay_down()

        assert tallies["memberships"].is_quiet
        assert str(Membership.objects.known().get(party="MDA", framework="PFP").since) == "1994-03-15"

    def test_it_takes_the_permission(self) -> None:
        with pytest.raises(NotPermitted):
            loading.load(NATO_PACK, by=DESK_OFFICER, at=LAID_DOWN)

    def test_a_faulty_pack_is_not_laid_down_at_all(self, copy: Path) -> None:
        spoil(copy, "memberships.csv", ",1994-03-16,", ",1994-13-16,")

        with pytest.raises(PackIsFaulty):
            loading.load(copy, by=ADMINISTRATOR, at=LAID_DOWN)

        assert not Party.objects.exists()

    def test_the_command_prints_counts(self) -> None:
        result = CliRunner().invoke(cli.pack, ["load", str(NATO_PACK), "--format", "json"], obj=Someone())

        told = json.loads(result.stdout)
        assert told["created"] > 600
        assert {"file": "memberships", "created": 248, "changed": 0, "unchanged": 0} in told["files"]


@pytest.mark.parametrize(
    ("file", "before", "after", "column"),
    [
        ("memberships.csv", ",1994-03-16,", ",16 March,", "from"),
        ("memberships.csv", "MDA,Republic of Moldova,PFP", "QQQ,Republic of Moldova,PFP", "party_iso3"),
        ("memberships.csv", "MDA,Republic of Moldova,PFP", "MDA,Republic of Moldova,QQQ", "framework"),
        ("memberships.csv", "PFP,participant,1994-03-16", "PFP,friend,1994-03-16", "status"),
        ("memberships.csv", '"general knowledge, unverified"', "", "source"),
        ("memberships.csv", '"general knowledge, unverified"', "hearsay", "source"),
        ("parties.csv", "ALB,state", "AFG,state", "code"),
        ("parties.csv", "ALB,state", ",state", "code"),
        ("suspensions.csv", "blr-pfp-suspended-2021-11-19", "nobody", "key"),
        ("events.csv", "eue-io-participant-2002", "nobody", "memberships"),
        ("events.csv", "hand-of-friendship,1990-07,", "hand-of-friendship,,", "on"),
        ("statements.yaml", "document: 1", "document: 2", "document"),
        ("statements.yaml", "check: on_roll", "check: on_role", "check"),
    ],
)
def test_a_fault_is_named_by_file_row_and_column(copy: Path, file: str, before: str, after: str, column: str) -> None:
    spoil(copy, file, before, after)

    found = list(checking.faults(reading.read(copy)))

    assert any(fault.file == file and fault.column == column and fault.row > 0 for fault in found)
    result = CliRunner().invoke(cli.pack, ["check", str(copy), "--format", "json"], obj=Someone())
    assert result.exit_code == 1
    assert column in {fault["column"] for fault in json.loads(result.stdout)["faults"]}


def test_the_check_of_the_pack_exits_well() -> None:
    result = CliRunner().invoke(cli.pack, ["check", str(NATO_PACK)], obj=Someone())

    assert result.exit_code == 0


def test_a_directory_without_a_pack_is_refused(tmp_path: Path, copy: Path) -> None:
    with pytest.raises(NoSuchPack):
        reading.read(tmp_path / "nothing")
    (copy / "events.csv").unlink()
    with pytest.raises(FileIsMissing):
        reading.read(copy)
