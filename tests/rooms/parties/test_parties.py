"""What may be done with parties and sources: register, rename, succeed, cite."""

from datetime import UTC, date, datetime

import pytest

from comity.kernel.actors import STRANGER
from comity.kernel.refusals import NotFound, NotPermitted
from comity.kernel.words import Name
from comity.parties import queries
from comity.parties.acts import parties, sources
from comity.parties.models import Party, PartyName, Source
from comity.trail.models import Entry
from tests.world.cast import DESK_OFFICER, LAKE_CONTACT, LAKELAND, MERIDIA, OUTLAND, the_world

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def world() -> dict[str, Party]:
    """All parties of the cast."""
    return the_world()


def register(code: str = "XNE", **more: object) -> Party:
    """Enter a new state."""
    given = {"kind": "state", "name": Name("Nèwland", "Neuland"), "by": DESK_OFFICER, "at": NOW}
    return parties.register(code, **given | more)  # type: ignore[arg-type]


class TestRegister:
    def test_a_party_is_known_by_its_code_whatever_the_case(self) -> None:
        made = register()

        assert queries.party("xne", seen_by=STRANGER) == made
        assert made.sort == "newland"
        assert [entry.act for entry in Entry.objects.all()] == ["party.registered"]

    @pytest.mark.parametrize(
        ("code", "more", "refusal"),
        [
            (LAKELAND, {}, parties.CodeIsTaken),
            ("small", {}, parties.CodeIsMalformed),
            ("XLONG", {}, parties.CodeIsMalformed),
            ("XCENTRE", {"kind": "centre"}, parties.CentreHasNoSeat),
        ],
    )
    def test_what_cannot_be_registered_is_refused(self, code: str, more: dict[str, object], refusal: type[Exception]) -> None:
        with pytest.raises(refusal):
            register(code, **more)

        assert not Entry.objects.exists()

    def test_a_contact_keeps_no_register(self) -> None:
        with pytest.raises(NotPermitted):
            register(by=LAKE_CONTACT)

    def test_what_is_not_there_is_not_found(self) -> None:
        with pytest.raises(NotFound):
            queries.party("ZZZ", seen_by=STRANGER)


class TestRename:
    def rename(self, party: Party, to: Name, since: str) -> Party:
        """Give a new name."""
        return parties.rename(party, to=to, since=since, by=DESK_OFFICER, at=NOW)

    def test_the_old_name_stays_in_the_history(self, world: dict[str, Party]) -> None:
        self.rename(world[LAKELAND], Name("Laketown", "Lacville"), "2022-06")

        names = PartyName.objects.filter(party=LAKELAND, language="en")
        assert {(row.name, str(row.since), str(row.until)) for row in names} == {
            ("Lakeland", "", "2022-06"),
            ("Laketown", "2022-06", ""),
        }
        assert names.get(period__contains=date(2022, 5, 31)).name == "Lakeland"
        assert names.get(period__contains=date(2022, 6, 1)).name == "Laketown"
        assert Party.objects.get(code=LAKELAND).name == Name("Laketown", "Lacville")
        assert Entry.objects.get().facts["former"] == "Lakeland"

    def test_names_follow_one_another(self, world: dict[str, Party]) -> None:
        renamed = self.rename(world[LAKELAND], Name("Laketown"), "2022-06")

        with pytest.raises(parties.NamedAlready):
            self.rename(renamed, Name("Lakeville"), "2021")
        with pytest.raises(parties.NamedAlready):
            self.rename(renamed, Name("Lakeville"), "")
        assert str(self.rename(renamed, Name("Lakeville"), "2025")) == "Lakeville"


class TestSucceed:
    def test_one_party_follows_another_once_and_never_itself(self, world: dict[str, Party]) -> None:
        made = parties.succeed(world[OUTLAND], world[MERIDIA], on="1993-01-01", by=DESK_OFFICER, at=NOW)

        assert str(made) == "XOU → XME"
        with pytest.raises(parties.SucceededAlready):
            parties.succeed(world[OUTLAND], world[MERIDIA], on="1994", by=DESK_OFFICER, at=NOW)
        with pytest.raises(parties.SucceedsItself):
            parties.succeed(world[MERIDIA], world[MERIDIA], on="1994", by=DESK_OFFICER, at=NOW)
        assert [entry.act for entry in Entry.objects.all()] == ["party.succeeded"]


class TestCite:
    def cite(self, key: str = "a-page", **more: object) -> Source:
        """Enter a source."""
        given = {"title": "A page", "address": "https://example.org/page", "by": DESK_OFFICER, "at": NOW}
        return sources.cite(key, **given | more)  # type: ignore[arg-type]

    def test_a_source_has_an_address_or_a_publisher_or_is_marked_as_unverified(self) -> None:
        assert str(self.cite()) == "A page"
        assert self.cite("a-paper", address="", publisher="The press").pk
        assert self.cite("hearsay", address="", grade="unverified").pk
        with pytest.raises(sources.NowhereToLook):
            self.cite("nowhere", address="")

    def test_one_key_and_one_address_are_one_source(self) -> None:
        self.cite()

        with pytest.raises(sources.KeyIsTaken):
            self.cite()
        with pytest.raises(sources.CitedAlready):
            self.cite("another")
