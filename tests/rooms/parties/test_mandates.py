"""Delegations and mandates: who speaks for whom, from when until when."""

from datetime import UTC, date, datetime

import pytest

from comity.accounts.models import User
from comity.accounts.rules import Role
from comity.kernel.refusals import NotPermitted
from comity.parties import queries
from comity.parties.acts import delegations, mandates
from comity.parties.models import Delegation, Mandate
from comity.trail.models import Entry
from tests.world import cast

pytestmark = pytest.mark.django_db
SPRING, SUMMER, AUTUMN = date(2026, 3, 1), date(2026, 6, 1), date(2026, 9, 1)


@pytest.fixture
def delegation() -> Delegation:
    return delegations.accredit(cast.party(cast.LAKELAND), on=date(2020, 1, 1), by=cast.ADMINISTRATOR)


@pytest.fixture
def mara() -> User:
    return User.objects.create_user("mara", name="Mara", zone="Pacific/Auckland")


def give(user: User, of: Delegation, *, since: date = SPRING, until: date | None = None, **more: object) -> Mandate:
    told = {"role": Role.POINT_OF_CONTACT, "by": cast.ADMINISTRATOR} | more
    return mandates.give(user, of=of, since=since, until=until, **told)  # type: ignore[arg-type]


class TestDelegations:
    def test_a_party_has_one_delegation_and_its_accreditation_is_recorded(self, delegation: Delegation) -> None:
        with pytest.raises(delegations.AlreadyAccredited) as refused:
            delegations.accredit(delegation.party, on=SPRING, by=cast.ADMINISTRATOR)

        assert str(refused.value) == "Lakeland has a delegation accredited since 1 January 2020."
        assert [(e.act, e.about_party) for e in Entry.objects.all()] == [("delegation.accredited", "XLA")]

    def test_a_delegation_is_recalled_once_and_not_before_it_came(self, delegation: Delegation) -> None:
        with pytest.raises(delegations.RecalledBeforeItWasAccredited):
            delegations.recall(delegation, on=date(2019, 1, 1), by=cast.ADMINISTRATOR)

        delegations.recall(delegation, on=SUMMER, by=cast.ADMINISTRATOR)

        with pytest.raises(delegations.AlreadyRecalled):
            delegations.recall(delegation, on=AUTUMN, by=cast.ADMINISTRATOR)

    def test_a_recalled_delegation_may_come_back(self, delegation: Delegation) -> None:
        delegations.recall(delegation, on=SUMMER, by=cast.ADMINISTRATOR)
        with pytest.raises(delegations.AlreadyAccredited):
            delegations.accredit(delegation.party, on=SPRING, by=cast.ADMINISTRATOR)

        back = delegations.accredit(delegation.party, on=AUTUMN, by=cast.ADMINISTRATOR)

        assert (back.accredited_on, back.recalled_on) == (AUTUMN, None)

    def test_each_delegation_sees_itself_only(self, delegation: Delegation) -> None:
        delegations.accredit(cast.party(cast.MERIDIA), on=SPRING, by=cast.ADMINISTRATOR)

        assert [d.party_id for d in Delegation.objects.seen_by(cast.LAKE_CONTACT)] == ["XLA"]
        assert Delegation.objects.seen_by(cast.DESK_OFFICER).count() == 2
        assert not Delegation.objects.seen_by(cast.actor(Role.PROVIDER)).exists()

    @pytest.mark.parametrize("verb", ["accredit", "recall"])
    def test_only_those_who_manage_accounts_may(self, delegation: Delegation, verb: str) -> None:
        noun = delegation if verb == "recall" else delegation.party
        with pytest.raises(NotPermitted):
            getattr(delegations, verb)(noun, on=SUMMER, by=cast.DESK_OFFICER)


class TestGiving:
    def test_a_mandate_lasts_through_its_last_day(self, delegation: Delegation, mara: User) -> None:
        give(mara, delegation, until=SUMMER)

        assert Mandate.objects.running(SUMMER).exists()
        assert not Mandate.objects.running(date(2026, 6, 2)).exists()
        assert Entry.objects.get(act="mandate.given").facts["until"] == "2026-06-01"

    def test_the_trail_says_whose_mandate_it_is_in_words(self, delegation: Delegation, mara: User) -> None:
        mandates.end(give(mara, delegation), on=date(2026, 6, 1), by=cast.ADMINISTRATOR)

        assert {e.label for e in Entry.objects.filter(act__startswith="mandate.")} == {"Mara, point of contact of XLA"}

    def test_one_person_has_one_mandate_at_a_time(self, delegation: Delegation, mara: User) -> None:
        give(mara, delegation, until=SUMMER)

        with pytest.raises(mandates.OneMandateAtATime) as refused:
            give(mara, delegation, since=SUMMER)

        assert str(refused.value) == "Mara has a mandate in that period already; end it first."
        assert give(mara, delegation, since=date(2026, 6, 2))

    def test_what_cannot_stand_is_refused(self, delegation: Delegation, mara: User) -> None:
        with pytest.raises(mandates.MandateEndsBeforeItBegins):
            give(mara, delegation, since=SUMMER, until=SPRING)
        with pytest.raises(mandates.UnknownRole):
            give(mara, delegation, role="emperor")
        with pytest.raises(NotPermitted):
            give(mara, delegation, by=cast.LAKE_CONTACT)
        delegations.recall(delegation, on=SUMMER, by=cast.ADMINISTRATOR)
        delegation.refresh_from_db()
        with pytest.raises(mandates.DelegationIsRecalled):
            give(mara, delegation, since=AUTUMN)
        assert not Mandate.objects.exists()


@pytest.mark.fault("F6")
class TestEnding:
    def test_from_its_end_a_mandate_gives_nothing(self, delegation: Delegation, mara: User) -> None:
        mandate = give(mara, delegation)

        mandates.end(mandate, on=SUMMER, by=cast.ADMINISTRATOR)

        # Midnight is that of the person's own zone: twelve hours before that of Greenwich.
        before, after = datetime(2026, 5, 31, 11, 59, 59, tzinfo=UTC), datetime(2026, 5, 31, 12, tzinfo=UTC)
        assert queries.actor_of(mara, at=before).party == "XLA"
        assert queries.actor_of(mara, at=after).party is None
        assert queries.actor_of(mara, at=after).permissions == frozenset()

    def test_a_mandate_ends_once_and_not_on_the_day_it_began(self, delegation: Delegation, mara: User) -> None:
        mandate = give(mara, delegation)
        with pytest.raises(mandates.MandateLastsADay):
            mandates.end(mandate, on=SPRING, by=cast.ADMINISTRATOR)
        mandates.end(mandate, on=SUMMER, by=cast.ADMINISTRATOR)

        with pytest.raises(mandates.MandateEndedAlready):
            mandates.end(mandate, on=AUTUMN, by=cast.ADMINISTRATOR)
        with pytest.raises(NotPermitted):
            mandates.end(mandate, on=SPRING, by=cast.LAKE_CONTACT)

    def test_a_recalled_delegation_gives_nothing_to_its_people(self, delegation: Delegation, mara: User) -> None:
        give(mara, delegation)

        delegations.recall(delegation, on=SUMMER, by=cast.ADMINISTRATOR)

        assert queries.actor_of(mara, at=datetime(2026, 7, 1, tzinfo=UTC)).party is None

    def test_a_delegation_sees_its_own_people_only(self, delegation: Delegation, mara: User) -> None:
        give(mara, delegation)
        cast.person("zoe", Role.POINT_OF_CONTACT, of=cast.MERIDIA)

        assert [m.user.login for m in Mandate.objects.seen_by(cast.LAKE_CONTACT)] == ["mara"]
        assert Mandate.objects.seen_by(cast.ADMINISTRATOR).count() == 2
        assert not Mandate.objects.seen_by(cast.actor(Role.PROVIDER)).exists()
