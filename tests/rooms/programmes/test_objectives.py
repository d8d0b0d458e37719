"""Objectives: set and retired by the own party or the staff, seen by nobody else."""

import pytest

from comity.accounts.rules import Role
from comity.kernel.refusals import NotFound, NotPermitted
from comity.programmes import queries
from comity.programmes.acts import objectives as acts
from comity.programmes.models import Objective
from comity.trail.models import Entry
from tests.world.cast import AUDITOR, DESK_OFFICER, LAKE_CONTACT, LAKELAND, MERIDIA_CONTACT, PROVIDER, party, person, the_world
from tests.world.requests import ASKING, breaking

pytestmark = pytest.mark.django_db
YEARS = {"first_year": 2025, "last_year": 2028}


@pytest.fixture
def kept():
    """An objective of Lakeland."""
    the_world()
    return acts.set_objective(
        party(LAKELAND), number=1, title_en="Train instructors", title_fr="Former", **YEARS, by=LAKE_CONTACT, at=ASKING
    )


def test_an_objective_is_set_once_under_its_number(kept):
    assert Entry.objects.first().act == "objective.set"
    with pytest.raises(acts.NumberIsTaken) as refused:
        acts.set_objective(party(LAKELAND), number=1, title_en="Another", **YEARS, by=DESK_OFFICER, at=ASKING)
    assert str(refused.value) == "Lakeland already has an objective 1."


def test_it_ends_after_it_starts(kept):
    with pytest.raises(acts.EndsBeforeItStarts):
        acts.set_objective(party(LAKELAND), number=2, title_en="x", first_year=2028, last_year=2025, by=LAKE_CONTACT, at=ASKING)


@pytest.mark.parametrize(("number", "title", "refusal"), [(0, "x", acts.NumbersBeginWithOne), (2, "", acts.TitleMissing)])
def test_it_has_a_number_from_one_up_and_a_title(kept, number, title, refusal):
    with pytest.raises(refusal):
        acts.set_objective(party(LAKELAND), number=number, title_en=title, **YEARS, by=LAKE_CONTACT, at=ASKING)


@pytest.mark.fault("F3", "F7")
def test_only_the_own_party_and_the_staff_set_retire_and_see_it(kept):
    for who in (MERIDIA_CONTACT, PROVIDER):
        with pytest.raises(NotPermitted):
            acts.set_objective(party(LAKELAND), number=3, title_en="x", **YEARS, by=who, at=ASKING)
        with pytest.raises(NotPermitted):
            acts.retire(kept, by=who, at=ASKING)
        with pytest.raises(NotFound):
            queries.objective(kept.pk, seen_by=who)
    assert queries.objective(kept.pk, seen_by=AUDITOR) == kept


@pytest.mark.fault("F21")
def test_it_is_retired_once_and_no_longer_offered(kept):
    assert Objective.objects.of_year(2027).exists()
    assert not Objective.objects.of_year(2031).exists()
    assert not acts.retire(kept, by=LAKE_CONTACT, at=ASKING).is_live
    with pytest.raises(acts.AlreadyRetired):
        acts.retire(kept, by=DESK_OFFICER, at=ASKING)
    assert not Objective.objects.of_year(2027).exists()
    with breaking("objective_retired_iff_dated_and_signed"):
        Objective.objects.update(retired_by="")


@pytest.mark.fault("F3", "F24")
@pytest.mark.parametrize("rows", [5, 50])
def test_the_page_and_the_api_list_what_is_seen(client, kept, rows, django_assert_max_num_queries):
    Objective.objects.bulk_create(
        Objective(party_id=LAKELAND, number=n, title_en=f"Objective {n}", **YEARS) for n in range(2, rows + 1)
    )
    Objective.objects.create(party=party("XME"), number=1, title_en="Foreign aim", **YEARS)
    assert client.get("/programmes/objectives/").status_code == 302
    client.force_login(person("poc", Role.POINT_OF_CONTACT, of=LAKELAND))
    client.get("/programmes/objectives/")
    with django_assert_max_num_queries(8):
        shown = client.get("/programmes/objectives/?party=xla&retired=1").content.decode()
    assert "Train instructors" in shown
    assert "Foreign aim" not in client.get("/programmes/objectives/").content.decode()
    items = client.get("/api/v1/objectives?party=XLA").json()["items"]
    assert {i["party"] for i in items} == {LAKELAND}
    assert items[0]["state"] == "live"
    assert client.get("/api/v1/objectives?party=XME").json()["items"] == []
