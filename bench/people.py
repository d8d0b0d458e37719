"""A year at PRIME's scale: 10,000 activities, 158 parties, 45,000 people; pages, one export, one tap of a sheet."""

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from itertools import count, islice, product
from string import ascii_uppercase
from typing import Any

import httpx
from django.db import connection

from bench import menu
from bench.measuring import Measure, once, paired, peak_of_children_mib
from bench.pages import ONE_ROW, fetching, queries_of, serving, session_of
from comity.accounts.models import User
from comity.activities.models import Activity
from comity.kernel.sealing import sealed
from comity.nominations.models import Identity, Nomination, Person
from comity.nominations.rules.identities import Names
from comity.participation.models import Grant, Request, Seats
from comity.parties.models import Party

YEAR, ACTIVITIES, PARTIES, PEOPLE = 2029, 10_000, 158, 45_000
TODAY = date.today()
BEFORE = datetime(2028, 6, 1, 8, tzinfo=UTC)
RANKS = ("OF-1", "OF-2", "OF-3", "OF-4", "OF-5", "OR-5-9", "CIV")
SIGNED = {"endorsed_at": BEFORE, "endorsed_by": "bench", "put_forward_at": BEFORE, "put_forward_by": "bench"}
ACCEPTED = SIGNED | {"answered_at": BEFORE, "answered_by": "bench", "state": "accepted"}


def measures() -> Iterator[Measure]:
    """The pages of whoever nominates, runs or watches; taking everything away; the rows are made once."""
    prepare()
    with serving() as address:
        for login, names in PAGES.items():
            with _reading(address, login) as reader:
                for name, path in names.items():
                    yield _page(f"{name}, as {login}", path, User.objects.get(login=login), reader)
        yield from _taps(address)
        yield from _exports(address)


PAGES = {
    "poc-mda": {"desk": "/", "nominations": f"/nominations/?year={YEAR}"},
    "desk": {
        "desk": "/",
        "nominations": f"/nominations/?year={YEAR}",
        "briefs": "/briefs/",
        "figures": f"/reports/figures/?year={YEAR}",
    },
    "provider": {"desk": "/", "nominations": f"/nominations/?year={YEAR}", "attendance": "/attendance/"},
}


def _page(name: str, path: str, user: User, reader: httpx.Client) -> Measure:
    measure = paired(name, fetching(reader, path), "one-row page", fetching(reader, ONE_ROW), runs=40)
    return Measure(**(measure.row() | {"queries": queries_of(user, path)}))  # type: ignore[arg-type]


def _exports(address: str) -> Iterator[Measure]:
    """All rows as a table, streamed by the server, with names and without; its memory is that of its largest process."""
    with _reading(address, "provider") as reader:
        yield _taken(reader, "participants taken away", "GET", f"/nominations/export.csv?year={YEAR}")
        path = f"/nominations/export.csv?year={YEAR}&names=1"
        token = _token(reader, path)
        yield _taken(
            reader, "participants with names", "POST", path, data={"why": "For the benchmark", "csrfmiddlewaretoken": token}
        )


def _taken(reader: httpx.Client, name: str, method: str, path: str, **sent: Any) -> Measure:
    before, rows = peak_of_children_mib(), 0

    def take() -> None:
        nonlocal rows
        with reader.stream(method, path, **sent) as answer:
            if answer.status_code != 200:
                raise RuntimeError(f"{path} answered {answer.status_code}")
            rows = sum(1 for _line in answer.iter_lines()) - 1

    measure = once(name, take)
    grown = peak_of_children_mib() - before
    return Measure(**(measure.row() | {"note": f"{rows:,} rows, the server's peak grew by {grown:.0f} MiB"}))  # type: ignore[arg-type]


def _taps(address: str) -> Iterator[Measure]:
    """One tap on a sheet of attendance after the other, each saved alone."""
    nomination = Nomination.objects.filter(activity__edition=YEAR, state="accepted").select_related("activity").order_by("pk")[0]
    activity = nomination.activity
    activity.parts.all().delete()
    Activity.objects.filter(pk=activity.pk).update(
        first_day=TODAY, last_day=TODAY, starts=TODAY.isoformat(), ends=TODAY.isoformat()
    )
    path = f"/attendance/{activity.number}/"
    with _reading(address, "provider") as reader:
        token, versions = _token(reader, path), count(0)

        def tap() -> None:
            version = next(versions)
            sent = {"nomination": nomination.pk, "part": 1, "to": ("present", "absent")[version % 2], "version": version}
            answer = reader.post(f"{path}mark/", data=sent | {"csrfmiddlewaretoken": token}, headers={"HX-Request": "true"})
            if answer.status_code != 200:
                raise RuntimeError(f"a tap was answered {answer.status_code}")

        yield paired("attendance: one tap", tap, "one-row page", fetching(reader, ONE_ROW), runs=40)
        yield _page("attendance sheet", path, User.objects.get(login="provider"), reader)


def _reading(address: str, login: str) -> httpx.Client:
    return httpx.Client(base_url=address, cookies=session_of(User.objects.get(login=login)), timeout=120)


def _token(reader: httpx.Client, path: str) -> str:
    """What a form of a page must send back."""
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', reader.get(path).text)
    if not found:
        raise RuntimeError(f"{path} has no form")
    return found[1]


def prepare() -> None:
    """The rows, if they are not there yet."""
    if Nomination.objects.filter(activity__edition=YEAR).count() >= PEOPLE:
        return
    menu.prepare(ACTIVITIES, YEAR)
    provider = User.objects.get(login="provider").mandates.get().delegation_id
    Activity.objects.filter(edition=YEAR).update(provider_party=provider)
    parties = _parties()
    activities = list(Activity.objects.filter(edition=YEAR).order_by("number"))
    _in_parts(Seats, (Seats(activity=activity, capacity=1_000) for activity in activities))
    pairs = [(activities[n * 7 % ACTIVITIES], parties[n % PARTIES]) for n in range(PEOPLE)]
    _in_parts(Request, (_request(activity, party) for activity, party in dict.fromkeys(pairs)))
    requests = {(row.activity_id, row.party_id): row for row in Request.objects.filter(activity__edition=YEAR)}
    _in_parts(Grant, (_grant(row) for row in requests.values()))
    _in_parts(Person, (_person(n, party) for n, (_activity, party) in enumerate(pairs)))
    people = list(Person.objects.filter(number__contains="-B").order_by("number"))
    by_number = {person.number: person for person in people}
    ordered = [by_number[_number(n, party)] for n, (_activity, party) in enumerate(pairs)]
    _in_parts(Identity, (_identity(n, person) for n, person in enumerate(ordered)))
    rows = (_nomination(requests[a.pk, p.pk], person, n) for n, ((a, p), person) in enumerate(zip(pairs, ordered, strict=True)))
    _in_parts(Nomination, rows)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def _parties() -> list[Party]:
    """So many parties; what the register lacks is made up."""
    known = set(Party.objects.values_list("code", flat=True))
    free = (code for pair in product(ascii_uppercase, repeat=2) if (code := "X" + "".join(pair)) not in known)
    made = islice(free, max(0, PARTIES - len(known)))
    Party.objects.bulk_create(
        Party(code=code, kind="state", name_en=f"Party {code}", sort=f"party {code.lower()}") for code in made
    )
    return list(Party.objects.order_by("code")[:PARTIES])


def _request(activity: Activity, party: Party) -> Request:
    signed = {"asked_at": BEFORE, "asked_by": "bench", "changed_at": BEFORE, "submitted_at": BEFORE, "submitted_by": "bench"}
    return Request(activity=activity, party=party, places=10, priority=1, state="submitted", **signed)


def _grant(request: Request) -> Grant:
    return Grant(
        request=request, activity_id=request.activity_id, party_id=request.party_id, source="late", self_paid=10, granted_at=BEFORE
    )


def _number(n: int, party: Party) -> str:
    return f"{party.code}-B{n:06}"


def _person(n: int, party: Party) -> Person:
    rank, gender = RANKS[n % len(RANKS)], ("woman", "man", "man")[n % 3]
    given = {"registered_at": BEFORE, "registered_by": "bench", "english": "2222"}
    return Person(party=party, number=_number(n, party), rank=rank, gender=gender, **given)


def _identity(n: int, person: Person) -> Identity:
    names = Names("", "").of({"given_name": f"Given {n}", "family_name": f"Family {n}", "email": f"{n}@example.org"})
    return Identity(person=person, box=sealed(names.packed, bound_to=person.number), sealed_at=BEFORE)


def _nomination(request: Request, person: Person, n: int) -> Nomination:
    told = ACCEPTED if n % 5 else SIGNED | {"state": "put_forward"}
    given = {"collected_at": BEFORE, "collected_by": "bench"} | told
    return Nomination(request=request, activity_id=request.activity_id, party_id=request.party_id, person=person, **given)


def _in_parts(model: Any, rows: Iterable[Any]) -> None:
    """Rows into the database, some thousands at a time."""
    waiting = iter(rows)
    while part := list(islice(waiting, 5_000)):
        model.objects.bulk_create(part)
