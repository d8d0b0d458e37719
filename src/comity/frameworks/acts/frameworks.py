"""What may be done with frameworks: found, close."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from comity.accounts.rules import Permission
from comity.frameworks.models import Framework, FrameworkKind, Membership
from comity.frameworks.rules import COUNTED
from comity.kernel.actors import Actor
from comity.kernel.dates import PartialDate
from comity.kernel.refusals import Refusal
from comity.kernel.tables import refusing
from comity.kernel.words import Name, _
from comity.parties.models import Party, Source
from comity.trail import acts as trail


class CodeIsTaken(Refusal):
    """Codes name one framework for ever."""

    message = _("The code {code} already names {framework}.")


class CodeIsMalformed(Refusal):
    """Codes of frameworks are short and upper case."""

    message = _("“{code}” is no code of a framework: up to 20 capital letters, digits and dashes, a letter first.")


class SucceedsItself(Refusal):
    """Nothing follows itself."""

    message = _("{framework} cannot succeed itself.")


class NotAnAlliance(Refusal):
    """Only an alliance is an organisation of its own."""

    message = _("{framework} is no alliance, so no organisation stands for it.")


class StillHasMembers(Refusal):
    """A framework closes when nobody counts on its roll any more."""

    message = _("{framework} still has {count} parties on its roll on {on}: end their memberships first.")


class ClosedAlready(Refusal):
    """A framework closes once."""

    message = _("{framework} is closed since {since}.")


@transaction.atomic
def found(
    code: str,
    *,
    kind: str,
    name: Name,
    founded: str,
    predecessor: Framework | None = None,
    party: Party | None = None,
    sources: Collection[Source] = (),
    by: Actor,
    at: datetime,
) -> Framework:
    """Enter a framework into the register, with the one it follows if there is one."""
    by.must(Permission.KEEP_REGISTER)
    if taken := Framework.objects.filter(code=code).first():
        raise CodeIsTaken(code=code, framework=taken.name)
    with refusing(
        framework_codes_are_upper_case_with_dashes=CodeIsMalformed(code=code),
        framework_never_succeeds_itself=SucceedsItself(framework=name),
        framework_of_a_party_is_an_alliance=NotAnAlliance(framework=name),
    ):
        framework = Framework.objects.create(
            code=code,
            kind=FrameworkKind(kind),
            name_en=name.en,
            name_fr=name.fr,
            founded=PartialDate(founded),
            predecessor=predecessor,
            party=party,
        )
    framework.sources.set(sources)
    trail.record("framework.founded", framework, by=by, at=at, kind=kind, founded=founded)
    return framework


@transaction.atomic
def close(framework: Framework, *, on: str, by: Actor, at: datetime) -> Framework:
    """End a framework on which nobody counts any more."""
    by.must(Permission.KEEP_REGISTER)
    last = PartialDate(on)
    if framework.ended.is_known:
        raise ClosedAlready(framework=framework.name, since=framework.ended)
    running = Membership.objects.known().filter(framework=framework, standing__in=COUNTED)
    left = running.filter(Q(period__upper_inf=True) | Q(period__endswith__gt=last.stops)).count()
    if left:
        raise StillHasMembers(framework=framework.name, count=left, on=last)
    framework.ended = last
    framework.save(update_fields=["ended"])
    trail.record("framework.closed", framework, by=by, at=at, on=on)
    return framework
