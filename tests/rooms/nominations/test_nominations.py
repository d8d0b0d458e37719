"""What a delegation does with its nominations, and what a provider answers."""

import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction

from comity.accounts.rules import Role
from comity.kernel.findings import Waivable
from comity.kernel.refusals import NotFound, NotPermitted
from comity.nominations import queries
from comity.nominations.acts import answers, attainments, nominations, people, seats
from comity.nominations.models import Identity, Nomination, Person, Step
from comity.nominations.queries.fitness import weighed
from comity.nominations.rules.identities import Names
from comity.participation.acts import places
from comity.participation.models import Grant, Request
from comity.trail.models import Entry
from tests.world.cast import DESK_OFFICER, LAKELAND, MERIDIA, PROVIDER, actor, the_world
from tests.world.nominations import COURSE_DAY, NOW, asked, contact, course, head, nominated, somebody
from tests.world.requests import breaking

pytestmark = pytest.mark.django_db
ANN = Names("Alder", "Ann", "ann@example.org", born_on="1990-05")


@pytest.fixture
def request_(db) -> Request:
    """Two granted places at a course."""
    return asked(course())


def states(of: Request) -> dict[str, str]:
    """How the nominations under a request stand, by person."""
    return dict(Nomination.objects.filter(request=of).order_by("pk").values_list("person__number", "state"))


def fresh(n: Nomination) -> Nomination:
    """As it stands now."""
    return Nomination.objects.get(pk=n.pk)


class TestCollecting:
    def test_a_candidate_is_collected_with_names_that_are_sealed(self, request_):
        made = nominations.collect(request_.activity, names=ANN, rank="OF-3", english="2-2-2-2", by=contact(), at=NOW)
        again = nominations.collect(request_.activity, names=ANN, rank="CIV", by=contact(), at=NOW)

        assert (made.person.number, made.state, made.choice, made.person.english) == ("XLA-00001", "collected", 1, "2222")
        assert (again.person.number, again.choice) == ("XLA-00002", 2)
        assert not Identity.objects.filter(box__contains=b"Alder").exists()
        assert "Alder" not in str(list(Entry.objects.values()))

    @pytest.mark.parametrize(
        ("names", "told", "refusal"),
        [
            (Names(""), {"rank": "OF-1"}, people.NotNamedWell),
            (Names("Alder", email="ann"), {"rank": "OF-1"}, people.NotNamedWell),
            (Names("Alder", born_on="17.5.1990"), {"rank": "OF-1"}, people.NotNamedWell),
            (Names("A" * 200), {"rank": "OF-1"}, people.NotNamedWell),
            (ANN, {}, people.NoSuchWord),
            (ANN, {"rank": "colonel"}, people.NoSuchWord),
            (ANN, {"rank": "OF-1", "english": "good"}, people.NoSuchWord),
            (ANN, {"rank": "OF-1", "clearance": "secret", "cleared_until": "soon"}, people.NoSuchWord),
        ],
    )
    def test_what_cannot_be_kept_is_refused(self, request_, names, told, refusal):
        with pytest.raises(refusal):
            nominations.collect(request_.activity, names=names, by=contact(), at=NOW, **told)

        assert not Person.objects.exists()

    def test_people_are_named_for_places_that_were_asked_for_and_allotted(self, request_):
        ann = somebody()
        with pytest.raises(nominations.NothingAsked):
            nominations.collect(course(2), person=ann, by=contact(), at=NOW)
        with pytest.raises(nominations.NothingAsked):
            nominations.collect(asked(course(3), granted=0).activity, person=ann, by=contact(), at=NOW)
        with pytest.raises(NotPermitted):
            nominations.collect(request_.activity, person=ann, by=PROVIDER, at=NOW)
        with pytest.raises(NotFound):
            nominations.collect(request_.activity, person=somebody(1, MERIDIA), by=contact(), at=NOW)

        nominations.collect(request_.activity, person=ann, by=contact(), at=NOW)
        with pytest.raises(seats.AlreadyNominated):
            nominations.collect(request_.activity, person=ann, by=contact(), at=NOW)

    def test_a_person_is_corrected_in_the_version_that_was_read(self):
        the_world()
        ann = people.register(ANN, rank="OF-2", clearance="secret", cleared_until="2028-01-01", by=contact(), at=NOW)

        kept = people.correct(ann, Names("Birch", "Ann"), version=1, clearance="", by=contact(), at=NOW)

        assert (kept.version, kept.rank, kept.cleared_until) == (2, "OF-2", None)
        with pytest.raises(people.ChangedMeanwhile):
            people.correct(ann, version=1, rank="OF-3", by=contact(), at=NOW)
        with pytest.raises(NotFound):
            people.correct(ann, rank="OF-3", by=contact(MERIDIA), at=NOW)
        with pytest.raises(people.NotNamedWell):
            people.correct(ann, Names(""), by=contact(), at=NOW)

    def test_the_order_of_choice_is_the_partys_own(self, request_):
        first, second, third = (nominated(request_, n) for n in (1, 2, 3))

        nominations.rank(request_.activity, [third.pk], by=contact(), at=NOW)

        assert [fresh(n).choice for n in (first, second, third)] == [2, 3, 1]
        with pytest.raises(NotFound):
            nominations.rank(request_.activity, [first.pk + 99], by=contact(), at=NOW)


class TestEndorsing:
    def test_the_head_endorses_and_nobody_else(self, request_):
        mine = nominated(request_)
        with pytest.raises(NotPermitted):
            nominations.endorse([mine], by=contact(), at=NOW)
        with pytest.raises(NotFound):
            nominations.endorse([mine], by=head(MERIDIA), at=NOW)

        assert nominations.endorse([mine], by=head(), at=NOW) == 1
        with pytest.raises(seats.NotInThatState):
            nominations.endorse([mine], by=head(), at=NOW)


class TestPuttingForward:
    def test_granted_seats_go_in_the_order_of_choice_and_the_others_wait(self, request_):
        people_ = [nominated(request_, n, state="endorsed", choice=9 - n) for n in (1, 2, 3)]

        done = nominations.put_forward(people_, by=contact(), at=NOW)

        assert states(request_) == {"XLA-00001": "reserve", "XLA-00002": "put_forward", "XLA-00003": "put_forward"}
        assert [n.person.number for n in done.waiting] == ["XLA-00001"]
        step = Step.objects.get()
        assert (step.kind, step.why[0][0]) == ("joined", nominations.NO_SEAT)

    def test_what_bars_somebody_is_named_and_the_others_go(self, request_):
        request_.activity.needs_clearance = True
        request_.activity.save()
        cleared = somebody(1, clearance="secret")
        one, other = nominated(request_, person=cleared, state="endorsed"), nominated(request_, 2, state="endorsed")

        done = nominations.put_forward([one, other], by=contact(), at=NOW)

        assert [(n.pk, str(why)) for n, why in done.kept_back] == [
            (other.pk, "A security clearance is needed and none is on file.")
        ]
        with pytest.raises(nominations.StandsInTheWay):
            nominations.put_forward([fresh(other)], by=contact(), at=NOW)
        assert fresh(other).state == "endorsed"

    @pytest.mark.fault("F21")
    def test_the_people_of_a_party_that_may_not_come_are_not_put_forward(self, request_):
        mine = nominated(request_, state="endorsed")
        request_.activity.closed_to_parties = [LAKELAND]
        request_.activity.save()

        with pytest.raises(nominations.StandsInTheWay, match="closed to Lakeland"):
            nominations.put_forward([mine], by=contact(), at=NOW)

    def test_nobody_is_put_forward_for_what_has_begun_or_is_retired(self, request_):
        mine = nominated(request_, state="endorsed")
        begun = NOW.replace(year=2027, month=3, day=8)
        with pytest.raises(nominations.StandsInTheWay, match="has begun"):
            nominations.put_forward([mine], by=contact(), at=begun)
        request_.activity.state, request_.activity.reason = "retired", "Gone."
        request_.activity.save()
        with pytest.raises(nominations.StandsInTheWay, match="no longer on offer"):
            nominations.put_forward([mine], by=contact(), at=NOW)

    def test_the_same_person_holds_one_seat_at_a_time(self, request_):
        ann = somebody()
        nominated(asked(course(2, day=COURSE_DAY + timedelta(days=2))), person=ann, state="put_forward")
        mine = nominated(request_, person=ann, state="endorsed")

        with pytest.raises(nominations.StandsInTheWay, match="holds a seat at XHQ"):
            nominations.put_forward([mine], by=contact(), at=NOW)

    def test_a_finding_that_may_be_waived_is_waived_by_the_staff_on_a_ground(self, request_):
        request_.activity.ranks = "OF-4 to OF-5"
        request_.activity.save()
        mine = nominated(request_, state="endorsed")
        [(_same, [finding])] = weighed([mine], at=NOW, seen_by=contact())
        assert isinstance(finding, Waivable)
        message = finding.sentence.message
        with pytest.raises(nominations.StandsInTheWay):
            nominations.put_forward([mine], by=contact(), at=NOW)
        with pytest.raises(NotPermitted):
            nominations.waive(mine, message, ground="Needed.", by=contact(), at=NOW)
        with pytest.raises(nominations.WaiverNeedsAGround):
            nominations.waive(mine, message, ground=" ", by=DESK_OFFICER, at=NOW)
        with pytest.raises(nominations.NothingToWaive):
            nominations.waive(mine, "Else.", ground="Needed.", by=DESK_OFFICER, at=NOW)

        nominations.waive(mine, message, ground="Needed.", by=DESK_OFFICER, at=NOW)

        assert nominations.put_forward([mine], by=contact(), at=NOW).forward

    def test_a_course_done_earlier_answers_a_prerequisite(self, request_):
        request_.activity.prerequisites = "XHQ.0002.01 or its like"
        request_.activity.save()
        mine = nominated(request_, state="endorsed")
        with pytest.raises(nominations.StandsInTheWay, match="no certificate"):
            nominations.put_forward([mine], by=contact(), at=NOW)

        earlier = course(2)
        assert attainments.keep(earlier, {mine.person_id: "ABC-1"}, on=COURSE_DAY, by=PROVIDER, at=NOW) == 1
        assert attainments.keep(earlier, {mine.person_id: "ABC-1"}, on=COURSE_DAY, by=PROVIDER, at=NOW) == 0

        assert nominations.put_forward([mine], by=contact(), at=NOW).forward


class TestTeams:
    def test_a_team_goes_together_in_every_act(self, request_):
        pair = [nominated(request_, n) for n in (1, 2)]
        nominations.tie(pair, "Alpha", by=contact(), at=NOW)

        nominations.endorse(pair[:1], by=head(), at=NOW)
        assert set(states(request_).values()) == {"endorsed"}
        nominations.put_forward([fresh(pair[1])], by=contact(), at=NOW)
        assert set(states(request_).values()) == {"put_forward"}
        answers.accept([pair[0]], by=PROVIDER, at=NOW)
        assert set(states(request_).values()) == {"accepted"}
        answers.decline([pair[0]], reason="We need somebody else.", by=PROVIDER, at=NOW)
        assert set(states(request_).values()) == {"declined"}

    def test_a_team_too_large_waits_whole_while_others_go(self, request_):
        three = [nominated(request_, n, state="endorsed", team="Alpha") for n in (1, 2, 3)]
        alone = nominated(request_, 4, state="endorsed")

        done = nominations.put_forward([*three, alone], by=contact(), at=NOW)

        assert {n.person.number for n in done.forward} == {"XLA-00004"}
        assert len(done.waiting) == 3
        assert Step.objects.first().why[0][0] == nominations.NOT_ENOUGH

    def test_nobody_joins_a_team_that_is_under_way(self, request_):
        for n in (1, 2):
            nominated(request_, n, state="endorsed", team="Alpha")
        with pytest.raises(seats.NotTogether):
            nominations.collect(request_.activity, person=somebody(3), team="Alpha", by=contact(), at=NOW)
        late = nominated(request_, 4)
        with pytest.raises(seats.NotTogether):
            nominations.tie([late], "Alpha", by=contact(), at=NOW)
        nominations.tie([late], "", by=contact(), at=NOW)

    def test_the_database_keeps_a_team_together(self, request_):
        one, _other = (nominated(request_, n, state="endorsed", team="Alpha") for n in (1, 2))
        with breaking("team_goes_together"), transaction.atomic():
            Nomination.objects.filter(pk=one.pk).update(state="collected")
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


class TestAnswers:
    def test_a_provider_accepts_or_asks_for_a_substitute_and_the_next_choice_moves_up(self, request_):
        people_ = [nominated(request_, n, state="endorsed") for n in (1, 2, 3)]
        nominations.put_forward(people_, by=contact(), at=NOW)
        with pytest.raises(NotPermitted):
            answers.accept(people_[:1], by=DESK_OFFICER, at=NOW)
        with pytest.raises(NotFound):
            answers.accept([people_[2]], by=PROVIDER, at=NOW)
        with pytest.raises(answers.SubstituteNeedsAReason):
            answers.decline(people_[1:2], reason=" ", by=PROVIDER, at=NOW)

        answers.accept(people_[:1], by=PROVIDER, at=NOW)
        answers.decline(people_[1:2], reason="Ann knows it already.", by=PROVIDER, at=NOW)

        assert states(request_) == {"XLA-00001": "accepted", "XLA-00002": "declined", "XLA-00003": "put_forward"}
        assert Step.objects.last().kind == "moved_up"
        assert "knows it already" not in str(list(Entry.objects.values("facts")))
        with pytest.raises(seats.NotInThatState):
            answers.accept(people_[:1], by=PROVIDER, at=NOW)

    @pytest.mark.fault("F3", "F7")
    def test_a_provider_answers_at_its_own_activities_only(self, request_):
        mine = nominated(request_, state="put_forward")
        with pytest.raises(NotFound):
            answers.accept([mine], by=actor(Role.PROVIDER, of=MERIDIA), at=NOW)

    def test_whoever_is_withdrawn_leaves_the_seat_to_the_next_choice(self, request_):
        people_ = [nominated(request_, n, state="endorsed") for n in (1, 2, 3)]
        nominations.put_forward(people_, by=contact(), at=NOW)
        Person.objects.filter(number="XLA-00003").update(rank="OR-1-4")
        request_.activity.ranks = "OF-1 to OF-5"
        request_.activity.save()

        nominations.withdraw(people_[:1], reason="Ill.", by=contact(), at=NOW)
        assert states(request_)["XLA-00003"] == "reserve"
        assert Step.objects.last().kind == "skipped"
        Person.objects.update(rank="OF-3")
        nominations.withdraw(people_[1:2], by=contact(), at=NOW)
        assert states(request_)["XLA-00003"] == "put_forward"

    def test_a_substitute_takes_seat_choice_and_team(self, request_):
        pair = [nominated(request_, n, state="accepted", team="Alpha") for n in (1, 2)]
        substitute = somebody(3)
        with pytest.raises(NotPermitted):
            nominations.replace(pair[0], person=substitute, by=contact(), at=NOW)

        new = nominations.replace(pair[0], person=substitute, by=head(), at=NOW)

        assert (new.state, new.choice, new.team) == ("put_forward", 1, "Alpha")
        assert states(request_)["XLA-00001"] == "withdrawn"
        answers.accept([new], by=PROVIDER, at=NOW)
        with pytest.raises(NotFound):
            nominations.replace(fresh(new), person=somebody(5, MERIDIA), by=head(), at=NOW)

    def test_a_candidate_is_replaced_by_the_contact_alone(self, request_):
        new = nominations.replace(nominated(request_), person=somebody(2), by=contact(), at=NOW)
        assert (new.state, queries.nomination(new.pk, seen_by=contact()).choice) == ("collected", 1)


class TestTheLawOfSeats:
    @pytest.mark.fault("F1")
    def test_nobody_gets_past_the_grants_and_no_held_seat_is_given_back(self, request_):
        for n in (1, 2):
            nominated(request_, n, state="put_forward")
        with breaking("seats_held_never_exceed_grants"):
            nominated(request_, 3, state="put_forward")
        waiting = nominated(request_, 4, state="endorsed")
        with breaking("seats_held_never_exceed_grants"):
            Nomination.objects.filter(pk=waiting.pk).update(state="put_forward", put_forward_at=NOW, put_forward_by="x")
        with pytest.raises(places.HeldBySomebody):
            places.release(Grant.objects.get(), 1, by=contact(), at=NOW)

    @pytest.mark.fault("F22")
    def test_what_ended_stays_ended_and_everybody_where_they_are(self, request_):
        gone = nominated(request_, state="withdrawn")
        with breaking("nomination_ended_stays_ended"):
            Nomination.objects.filter(pk=gone.pk).update(state="collected", ended_at=None, ended_by="")
        with breaking("nomination_stays_where_it_is"):
            Nomination.objects.filter(pk=gone.pk).update(person=somebody(2))
        with breaking("nominations_are_never_deleted"):
            gone.delete()


@pytest.mark.fault("F1")
@pytest.mark.django_db(transaction=True)
def test_of_many_who_put_people_forward_at_once_as_many_get_seats_as_were_granted():
    request = asked(course(), granted=2)
    candidates = [nominated(request, n, state="endorsed") for n in range(1, 9)]
    start = threading.Barrier(len(candidates))

    def put(candidate: Nomination) -> None:
        start.wait()
        try:
            nominations.put_forward([candidate], by=contact(), at=NOW)
        finally:
            connection.close()

    threads = [threading.Thread(target=put, args=(candidate,)) for candidate in candidates]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(states(request).values()) == ["put_forward"] * 2 + ["reserve"] * 6
    assert Step.objects.filter(kind="joined").count() == 6
