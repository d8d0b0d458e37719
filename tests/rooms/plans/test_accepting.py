"""A plan made part of a programme: laid beside its text, taken over by the next version, and as it was when it was accepted."""

from datetime import timedelta

import pytest

from comity.accounts.rules import Role
from comity.activities.models import Activity
from comity.drafting import queries as drafting
from comity.drafting.acts import amendments, annexes, courts, texts, versions
from comity.drafting.models import Annex, Text
from comity.kernel.refusals import NotFound, NotPermitted
from comity.plans.acts import accepting, lines
from comity.programmes.models import Programme
from comity.trail.models import Entry
from tests.world import menu, programmes
from tests.world.cast import HEADQUARTERS, LAKELAND, MENU_MANAGER, MERIDIA, actor, person
from tests.world.plans import course, goal, plan
from tests.world.programmes import DESK, NOON
from tests.world.requests import contact

pytestmark = pytest.mark.django_db
BY = contact()
LATER = NOON + timedelta(hours=1)


@pytest.fixture
def draft() -> Programme:
    """A programme of Lakeland whose text is in Lakeland's court."""
    made = programmes.programme()
    texts.pass_turn(made.text, by=DESK, at=NOON)
    return made


@pytest.fixture
def planned(draft):
    """A plan that sends four people to one course and nobody to another."""
    year = menu.edition(2027)
    goal()
    begun = plan()
    for number, people in ((1, 4), (2, 0)):
        activity = course(year, number)
        lines.send(begun, activity.pk, 2027, people, by=BY, at=NOON)
    return begun


def accept(found, programme: Programme, **given) -> Annex:
    return accepting.accept(found, programme=programme, **{"by": BY, "at": LATER, **given})


def test_its_lines_lie_beside_the_text_and_the_next_version_takes_them_over(planned, draft):
    before = versions.make(draft.text, by=DESK, at=NOON)
    laid = accept(planned, draft)

    assert laid.head == ["Year", "Activity", "Title", "People", "Goals"]
    assert laid.rows == [["2027", "XHQ.0001.01", "Cyber course 1", "4", "1. Goal 1"]]
    assert "annexes" not in before.content
    after = versions.make(draft.text, by=DESK, at=LATER)
    assert after.content["annexes"][0]["rows"] == laid.rows
    assert [entry.act for entry in Entry.objects.all()[:3]] == ["version.made", "plan.accepted", "annex.laid"]


def test_it_stays_as_it_was_accepted_until_it_is_accepted_anew_or_taken_out(planned, draft):
    laid = accept(planned, draft)
    lines.send(planned, Activity.objects.get(number="XHQ.0001.01").pk, 2027, 7, by=BY, at=LATER)
    assert drafting.content_of(draft.text, seen_by=BY).annexes[0].rows[0][3] == "4"

    assert accept(planned, draft).pk == laid.pk
    assert drafting.content_of(draft.text, seen_by=BY).annexes[0].rows[0][3] == "7"

    annexes.take_out(laid, by=BY, at=LATER)
    assert drafting.content_of(draft.text, seen_by=BY).annexes == ()


def test_a_text_in_french_has_it_in_french(planned, draft):
    Text.objects.filter(pk=draft.text_id).update(language="fr")
    draft.text.refresh_from_db()

    assert accept(planned, draft).head == ["Année", "Activité", "Titre", "Personnes", "Buts"]


def test_an_amendment_that_is_adopted_leaves_it_as_it_is(planned, draft):
    accept(planned, draft)
    version = versions.make(draft.text, by=BY, at=LATER)
    amendment = amendments.start(version, title="More", by=BY, at=LATER)
    chapter = version.content["chapters"][0]["key"]
    amendments.change(amendment, kind="insert", chapter=chapter, body="They meet.", by=BY, at=LATER)
    for who in (BY, DESK):
        amendments.agree(amendment, by=who, at=LATER)

    made = amendments.adopt(amendment, by=DESK, at=LATER)

    assert made.content["annexes"] == version.content["annexes"]


class TestRefusals:
    def test_a_plan_in_which_nobody_goes_is_none(self, draft):
        menu.edition(2027)

        with pytest.raises(accepting.NobodyGoes):
            accept(plan(), draft)

    def test_a_programme_that_is_in_force_or_of_another_party_takes_none(self, planned):
        running, other = programmes.in_force(edition="b"), programmes.programme(of=MERIDIA)

        for programme in (running, other):
            with pytest.raises(accepting.NotBeingDrafted):
                accept(planned, programme)
        assert not Annex.objects.exists()

    def test_it_waits_for_the_turn_and_for_a_text_that_does_not_rest(self, planned, draft):
        laid = accept(planned, draft)
        texts.pass_turn(draft.text, by=BY, at=LATER)

        with pytest.raises(courts.NotYourTurn):
            accept(planned, draft)
        with pytest.raises(courts.NotYourTurn):
            annexes.take_out(laid, by=BY, at=LATER)
        texts.rest(draft.text, by=DESK, at=LATER)
        with pytest.raises(courts.TextRests):
            accept(planned, draft)

    @pytest.mark.fault("F3", "F7")
    def test_only_those_who_speak_for_the_party_and_write_its_texts_accept_it(self, planned, draft):
        laid = accept(planned, draft)

        for who, refusal in (
            (contact(MERIDIA), NotFound),
            (actor(Role.AUDITOR, of=HEADQUARTERS), NotPermitted),
            (MENU_MANAGER, NotPermitted),
        ):
            with pytest.raises(refusal):
                accept(planned, draft, by=who)
        with pytest.raises(NotFound):
            drafting.annex(laid.pk, seen_by=contact(MERIDIA))
        with pytest.raises(NotFound):
            annexes.take_out(laid, by=contact(MERIDIA), at=LATER)


class TestPages:
    def test_it_is_accepted_on_the_page_of_the_plan_and_shown_with_the_text(self, client, planned, draft):
        client.force_login(person("lena", Role.POINT_OF_CONTACT, of=LAKELAND))
        address = f"/programmes/plans/XLA/accept/{draft.pk}/"
        assert address in client.get("/programmes/plans/XLA/").content.decode()

        done = client.post(address)

        laid = Annex.objects.get()
        assert done["Location"] == f"/drafting/{draft.text_id}/#annex-plan"
        shown = client.get(done["Location"]).content.decode()
        assert "Plan 2027–2030" in shown
        assert "Cyber course 1" in shown
        version = versions.make(draft.text, by=BY, at=LATER)
        assert "Cyber course 1" in client.get(f"/drafting/versions/{version.pk}/").content.decode()
        assert client.post(f"/drafting/annexes/{laid.pk}/take-out/")["Location"] == f"/drafting/{draft.text_id}/"
        assert not Annex.objects.exists()
        assert "Cyber course 1" in client.get(f"/drafting/versions/{version.pk}/").content.decode()

    @pytest.mark.fault("F3")
    def test_others_neither_accept_it_nor_take_it_out(self, client, planned, draft):
        laid = accept(planned, draft)
        client.force_login(person("mara", Role.POINT_OF_CONTACT, of=MERIDIA))

        assert client.post(f"/programmes/plans/XLA/accept/{draft.pk}/").status_code == 404
        assert client.post(f"/drafting/annexes/{laid.pk}/take-out/").status_code == 404
        assert Annex.objects.exists()
