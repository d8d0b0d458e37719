"""Names past their purpose are gone from everywhere, on the day the policy says, and a receipt stays."""

from datetime import timedelta
from pathlib import Path

import pytest
import yaml
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client

from comity.accounts.rules import Role
from comity.exchange.models import Batch
from comity.kernel.refusals import NotFound
from comity.nominations import jobs
from comity.nominations.acts import answers, erasing, nominations, people
from comity.nominations.models import Identity, Nomination, Person, Receipt
from tests.house import discover
from tests.world import cast
from tests.world.cast import LAKELAND, MERIDIA, PROVIDER
from tests.world.nominations import COURSE_DAY, NOW, asked, contact, course, nominated, somebody
from tests.world.requests import breaking

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def erased(person: Person) -> bool:
    """Whether nothing names a person any more."""
    return not Identity.objects.filter(person=person).exists() and Person.objects.get(pk=person.pk).erased_at is not None


@pytest.mark.fault("F30")
def test_the_days_are_those_of_the_policy_that_people_sign():
    policy = yaml.safe_load(Path(discover.ROOT / "policy" / "retention.yaml").read_text("utf-8"))

    assert policy["nominations.identity"]["box"]["for"] == erasing.AFTER_THE_LAST
    assert str(erasing.NEVER_PUT_FORWARD) in policy["nominations.identity"]["box"]["after"]
    assert str(erasing.SHEETS) in policy["nominations.identity"]["box"]["after"]


@pytest.mark.fault("F30")
def test_a_year_after_the_last_activity_the_names_are_erased_and_not_a_day_before():
    held = nominated(asked(course()), state="accepted")
    idle = somebody(2)
    last_day = COURSE_DAY + 4 * DAY
    due = NOW.replace(year=last_day.year, month=last_day.month, day=last_day.day) + timedelta(days=erasing.AFTER_THE_LAST)

    assert erasing.erase_due(by=jobs.THE_DESK, at=NOW + timedelta(days=erasing.AFTER_THE_LAST) - DAY) == []
    [idle_receipt] = erasing.erase_due(by=jobs.THE_DESK, at=due - DAY)
    assert (erased(idle), erased(held.person)) == (True, False)
    [receipt] = erasing.erase_due(by=jobs.THE_DESK, at=due)

    assert erased(held.person)
    assert (receipt.rule, receipt.many) == (idle_receipt.rule, 1) == ("after-the-last-activity", 1)
    assert receipt.digest != idle_receipt.digest
    assert erasing.erase_due(by=jobs.THE_DESK, at=due + DAY) == []
    with breaking("receipts_never_change"):
        Receipt.objects.update(many=9)


@pytest.mark.fault("F30")
def test_a_candidacy_that_came_to_nothing_is_forgotten_after_ninety_days():
    request = asked(course())
    came_to_nothing, still_there, went_further = (nominated(request, n) for n in (1, 2, 3))
    nominations.withdraw([came_to_nothing], reason="Ann Birch is ill.", by=contact(), at=NOW)
    Nomination.objects.filter(pk=went_further.pk).update(endorsed_at=NOW, endorsed_by="x", put_forward_at=NOW, put_forward_by="x")
    nominations.withdraw([went_further], by=contact(), at=NOW)

    assert erasing.erase_due(by=jobs.THE_DESK, at=NOW + 90 * DAY - timedelta(seconds=1)) == []
    [receipt] = erasing.erase_due(by=jobs.THE_DESK, at=NOW + 90 * DAY)

    assert (receipt.rule, receipt.many) == ("never-put-forward", 1)
    assert [erased(n.person) for n in (came_to_nothing, still_there, went_further)] == [True, False, False]
    assert Nomination.objects.get(pk=came_to_nothing.pk).reason == erasing.GONE


@pytest.mark.fault("F6", "F30")
def test_the_delegation_erases_one_person_now_and_nobody_else_does():
    request = asked(course())
    one = nominated(request, state="put_forward")
    for by in (contact(MERIDIA),):
        with pytest.raises(NotFound):
            erasing.erase(one.person, by=by, at=NOW)

    receipt = erasing.erase(one.person, by=contact(), at=NOW)

    assert erased(one.person)
    assert (receipt.rule, Nomination.objects.get(pk=one.pk).state) == ("erased-by-delegation", "withdrawn")
    with pytest.raises(people.IsErased):
        erasing.erase(one.person, by=contact(), at=NOW)
    with pytest.raises(people.IsErased):
        people.correct(one.person, rank="OF-1", by=contact(), at=NOW)
    with pytest.raises(NotFound):
        nominations.collect(request.activity, person=one.person, by=contact(), at=NOW)
    with breaking("person_erased_stays_erased"):
        Identity.objects.create(person=one.person, box=b"x", sealed_at=NOW)


@pytest.mark.fault("F3", "F30")
def test_after_erasure_nothing_of_the_name_is_found_anywhere():
    """History, trail, search, export, API, files and every table are read for it."""
    request = asked(course())
    user = cast.person("mara", Role.POINT_OF_CONTACT, of=LAKELAND)
    centre = cast.person("petra", Role.PROVIDER, of=cast.LAKE_CENTRE)
    client, provider = Client(), Client()
    client.force_login(user)
    provider.force_login(centre)
    sheet = f"activity,family_name,given_name,rank\n{request.activity.number},Zyxwovich,Quentin,OF-3\n"
    told = client.post("/nominations/import/?year=2027", {"sheet": SimpleUploadedFile("zyxwovich.csv", sheet.encode())})
    client.post(told.url, {"apply": "1"})
    client.post("/nominations/export.csv?names=1", {"why": "badges for the gate"})
    made = Nomination.objects.get()
    Nomination.objects.update(
        state="accepted", endorsed_at=NOW, endorsed_by="x", put_forward_at=NOW, put_forward_by="x", answered_at=NOW, answered_by="x"
    )
    number = made.person.number
    pages = tuple(f"/nominations/{rest}" for rest in ("", f"{request.activity.number}/", "people/", f"people/{number}/"))
    assert all(b"Zyxwovich" in client.get(address).content for address in pages)
    assert b"Zyxwovich" in provider.get(pages[1]).content
    assert not tables_that_say("zyxwovich")
    answers.decline([made], reason="Zyxwovich was here before.", by=PROVIDER, at=NOW)

    erasing.erase(made.person, by=contact(), at=NOW)

    api = "/api/v1/nominations?names=true&why=for+a+test"
    others = ("/nominations/readings/", told.url, "/trail/", "/nominations/export.csv", api, "/nominations/?q=Zyxwovich")
    for reader in (client, provider):
        for address in (*pages, *others):
            response = reader.get(address)
            body = b"".join(response.streaming_content) if response.streaming else response.content  # type: ignore[attr-defined]
            assert b"zyxwovich" not in body.replace(b'value="Zyxwovich"', b"").replace(b"q=Zyxwovich", b"").lower(), address
    assert not tables_that_say("zyxwovich")
    assert Batch.objects.get().name == "Sheet of candidates"


def tables_that_say(word: str) -> list[str]:
    """The tables of the whole database with a row that says a word, in any column."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT count(*) FROM "{table}" t WHERE lower(t::text) LIKE %s', [f"%{word}%"])
            if cursor.fetchone()[0]:
                found.append(table)
    return found
