"""A house full of things: every party's own affairs, marked, so that a word of them in the wrong place is seen at once."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db import models

from comity.accounts.acts import tokens
from comity.accounts.models import Answer, Session, Tally, User
from comity.accounts.rules import Role
from comity.activities.models import Edition
from comity.agreements.acts import offers
from comity.attendance.acts import certificates, instructions, sheets
from comity.calendars.acts import feeds
from comity.drafting.acts import annexes
from comity.drafting.rules import AnnexText
from comity.handovers.acts import handovers
from comity.handovers.queries import passing, that_may_leave
from comity.handovers.rules import Newcomer
from comity.kernel.actors import STRANGER, Actor
from comity.kernel.dates import PartialDate
from comity.kernel.sealing import sealed
from comity.nominations.models import Identity
from comity.nominations.rules.identities import Names
from comity.participation.models import Line
from comity.parties import queries as parties
from comity.plans.acts import limits, lines
from comity.plans.acts import plans as acts
from comity.scenarios.acts import studies
from comity.scenarios.models import Trial
from comity.scenarios.rules import Choice
from comity.trail.models import Entry
from tests.house import discover
from tests.rooms.agreements import desk
from tests.world import attendance, cast, frameworks, plans, requests
from tests.world import menu as menus

# Said in whatever is Lakeland's alone, and in what is not released yet.
OF_LAKELAND = "Quiet affairs of Lakeland"
UNRELEASED = "Not yet for everybody"
NOW = datetime.now(UTC)


@dataclass
class Peopled:
    """The people by name, and who they are as actors."""

    users: dict[str, User]

    def actor(self, name: str) -> Actor:
        """Somebody as the door sees them."""
        return parties.actor_of(self.users[name], at=NOW) if name else STRANGER

    def values(self, hidden_from: Actor) -> dict[str, list[Any]]:
        """Arguments for addresses: what this reader may not see first, then everything else."""
        found: dict[str, list[Any]] = {}
        for hidden in (True, False):
            for model in discover.tables():
                for name, values in discover.values_of_rows(model, _rows(model, hidden_from, hidden=hidden)).items():
                    kept = found.setdefault(name, [])
                    kept += [value for value in values if value not in kept]
        return found


def _rows(model: type[models.Model], reader: Actor, *, hidden: bool) -> Any:
    rows = model._default_manager.order_by("-pk")
    if not hasattr(model._default_manager, "seen_by"):
        return rows.none() if hidden else rows
    seen = model._default_manager.seen_by(reader).order_by().values("pk")
    return rows.exclude(pk__in=seen) if hidden else rows.filter(pk__in=seen)


def people_the_house() -> Peopled:
    """Fill every room that has something to hide."""
    frameworks.the_frameworks()
    menus.entry_groups()
    users = {
        "mara": cast.person("mara", Role.POINT_OF_CONTACT, of=cast.LAKELAND, name=f"{OF_LAKELAND}: Mara"),
        "zoe": cast.person("zoe", Role.POINT_OF_CONTACT, of=cast.MERIDIA),
        "boss": cast.person("boss", Role.ADMINISTRATOR, of=cast.HEADQUARTERS),
        "menu": cast.person("menu", Role.MENU_MANAGER, of=cast.HEADQUARTERS),
        "desk": cast.person("desk", Role.DESK_OFFICER, of=cast.HEADQUARTERS),
        "guest": User.objects.create_user("guest", password="guestguest", name="Guest"),
    }
    peopled = Peopled(users)
    tokens.make(users["mara"], name=OF_LAKELAND, days=9, by=peopled.actor("mara"), at=NOW)
    edition = requests.edition(closing_at=datetime(2099, 1, 1, tzinfo=UTC))
    asked = requests.activity(edition, 1, title="Course for everybody")
    objective = requests.objective(cast.LAKELAND, title_en=f"{OF_LAKELAND}: objective")
    requests.submitted(asked, cast.LAKELAND, note=f"{OF_LAKELAND}: note", objective=objective)
    requests.submitted(asked, cast.MERIDIA)
    _plan(edition)
    requests.activity(
        edition, 2, title=f"{UNRELEASED}: draft", state="draft", offered_at=None, offered_by="", decided_at=None, decided_by=""
    )
    planned = menus.edition(2030, state="planned")
    requests.activity(planned, 3, title=f"{UNRELEASED}: planned")
    _try_things_out(peopled, edition)
    _agree()
    _run()
    _hand_over(peopled)
    return peopled


def _hand_over(peopled: Peopled) -> None:
    """A feed of Lakeland, and the handover of its contact to somebody new, many years ahead."""
    by = peopled.actor("mara")
    feeds.make(kind="party", language="en", by=by, at=NOW)
    mandate = that_may_leave(seen_by=by, on=NOW.date()).get()
    shown = passing(mandate.user, party=cast.LAKELAND, seen_by=by, at=NOW).digest
    to = Newcomer(f"{OF_LAKELAND}: Zed", "a first password nobody guesses")
    handovers.plan(mandate, to=to, on=date(2099, 1, 1), drafts_pass=False, shown=shown, secret="maramara", by=by, at=NOW)


def _run() -> None:
    """A course that somebody of Lakeland went to: instructed, marked, certified, and the certificate revoked."""
    what = attendance.course(5, people=1, guests=0, day=date(2026, 11, 2), title="Course that was run")
    somebody = Identity.objects.get(person__nominations__activity=what)
    somebody.box = sealed(Names(f"{OF_LAKELAND}: name", "Ann").packed, bound_to=somebody.person.number)
    somebody.save()
    told = {"by": cast.PROVIDER, "at": attendance.AFTER}
    instructions.write(attendance.fresh(what), subject_en="Welcome", body_en="{participant}", **told)
    for again in (False, True):
        instructions.issue(attendance.fresh(what), again=again, reason=f"{OF_LAKELAND}: again" if again else "", **told)
    attendance.everybody(what)
    sheets.close(attendance.fresh(what), **told)
    [certificate] = certificates.issue(attendance.fresh(what), **told)
    certificates.revoke(certificate, reason=f"{OF_LAKELAND}: revoked", **told)


def _agree() -> None:
    """A text of Lakeland offered and endorsed, before any Ally has seen it."""
    title = f"{OF_LAKELAND}: programme"
    annex = AnnexText("plan", f"{OF_LAKELAND}: plan", "", ("Year", "Activity"), (("2027", f"{OF_LAKELAND}: line"),))
    own = replace(desk.CONTENT, title_en=title, title_fr=title, annexes=(annex,))
    version = desk.a_version(own)
    annexes.lay(version.text, annex, by=desk.DESK, at=NOW)
    told = {"body": f"{OF_LAKELAND}: government", "on": PartialDate("2026-02"), "by": desk.HEAD}
    offers.endorse(offers.offer(version, by=desk.DESK, at=NOW), **told, at=NOW)


def _try_things_out(peopled: Peopled, edition: Edition) -> None:
    """A simulated round, a study that waits, and a line of Lakeland tried out: all of it before anything is published."""
    tried = requests.drawn_up(edition, simulation=True, at=NOW)
    chosen = Choice(self_pay=[None, 10])
    studies.order(edition, rules=[tried.rule], choice=chosen, title=f"{UNRELEASED}: study", by=peopled.actor("boss"), at=NOW)
    line = Line.objects.get(round=tried, request__party=cast.LAKELAND)
    found = {"before": [0, 0], "after": [0, 1], "moved": 1, "gap_percent": 0, "parties": {}, "fault": f"{OF_LAKELAND}: trial"}
    later = NOW + timedelta(days=1)
    Trial.objects.create(line=line, lever="capacity", amount=1, state="done", asked_at=NOW, expires_at=later, result=found)


def _plan(edition: Edition) -> None:
    """A goal of Lakeland, a plan with a line for it, a variant and something the planner was asked."""
    course = plans.course(edition, 4)
    plans.goal(cast.LAKELAND, title_en=f"{OF_LAKELAND}: goal")
    plans.goal(cast.MERIDIA)
    plan = plans.plan(cast.LAKELAND)
    by = requests.contact(cast.LAKELAND)
    lines.send(plan, course.pk, edition.pk, 2, by=by, at=NOW)
    limits.keep(plan, f"{OF_LAKELAND}: variant", by=by, at=NOW)
    acts.order_the_rest(plan, by=by, at=NOW)


def affairs_of(party: str) -> set[tuple[str, str]]:
    """Every row of one party, as it stands now: what nobody else may change or add to.

    The trail and what the doors themselves keep are left out: they record that somebody knocked.
    """
    knocks = {"tries", "tried_at"}
    found = set()
    for model in discover.tables():
        if model in (Entry, Answer, Tally, Session):
            continue
        for column in model._meta.concrete_fields:
            if (
                column.is_relation
                and column.related_model is not None
                and column.related_model._meta.model_name in ("party", "delegation")
            ):
                rows = model._default_manager.filter(**{column.name: party}).values()
                found |= {
                    (model._meta.label, repr(sorted(((k, v) for k, v in row.items() if k not in knocks), key=str))) for row in rows
                }
    return found
