"""Issuing certificates to those who attended, revoking them, and confirming a name to whoever holds the code.

A certificate keeps no name: a salt and a slow digest of the folded name under a key of the installation, so that a name
can be confirmed after the person was erased, and cannot be read back.
"""

import hashlib
import hmac
import os
import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from comity.activities.models import Activity
from comity.attendance.acts.presences import SheetIsClosed
from comity.attendance.acts.running import must_run
from comity.attendance.acts.sheets import NeedsAReason
from comity.attendance.models import Certificate, Sheet
from comity.attendance.queries.sheets import Line, picture
from comity.attendance.rules.codes import WAYS, code_of, folded
from comity.kernel.actors import Actor
from comity.kernel.refusals import Refusal
from comity.kernel.tables import refusing
from comity.kernel.words import _
from comity.nominations.acts import attainments, readings
from comity.trail import acts as trail

# So many names in so long a while may be tried at one certificate.
MOST_TRIES = 10
WHILE = timedelta(minutes=60)
SALT = 16


class NotSettledYet(Refusal):
    """Certificates follow the closing of the sheet."""

    message = _("Close the sheet of {activity} first: certificates are for those who attended.")


class NobodyToCertify(Refusal):
    """Everybody who attended has a certificate."""

    message = _("Everybody who attended {activity} and did not fail holds a certificate.")


class RevokedBefore(Refusal):
    """A certificate is revoked once."""

    message = _("The certificate {number} was revoked before.")


class TooManyNames(Refusal):
    """Names are confirmed, not guessed."""

    message = _("Too many names were tried here. Try again in {minutes} minutes.")


@transaction.atomic
def issue(activity: Activity, *, by: Actor, at: datetime) -> list[Certificate]:
    """Certify everybody who attended, did not fail and holds no certificate yet.

    Raises:
        NotSettledYet: the sheet is open.
        NobodyToCertify: there is nobody left.
    """
    must_run(activity, by)
    # Of two who issue at once, the second waits here and finds nobody left.
    Sheet.objects.select_for_update().filter(pk=activity.pk).first()
    told = picture(activity, seen_by=by)
    if not told.sheet.is_closed:
        raise NotSettledYet(activity=str(activity))
    lines = [line for line in told.lines if line.result == "attended" and line.passed is not False and not line.certificate]
    if not lines:
        raise NobodyToCertify(activity=str(activity))
    people = [line.nomination for line in lines]
    names = readings.names(people, by=by, at=at, where="certificate", why="certificates", activity=activity)
    first = Certificate.objects.filter(activity=activity).count() + 1
    made = [
        _certificate(activity, line, place, str(names.get(line.nomination.person_id, "")), by=by, at=at)
        for place, line in enumerate(lines, first)
    ]
    laws = {"certificate_is_for_who_attended": SheetIsClosed(activity=str(activity))}
    with refusing(**laws), transaction.atomic():
        Certificate.objects.bulk_create(made)
    on = activity.last_day or at.date()
    attainments.keep(activity, {c.nomination.person_id: c.code for c in made}, on=on, by=by, at=at)
    trail.record("certificates.issued", activity, by=by, at=at, about=by.party or "", people=len(made))
    return made


def _certificate(activity: Activity, line: Line, place: int, name: str, *, by: Actor, at: datetime) -> Certificate:
    """One certificate, with what it certifies as it stands today."""
    salt = os.urandom(SALT)
    provider = activity.provider_party.name_en if activity.provider_party else activity.provider
    return Certificate(
        nomination=line.nomination, activity=activity, party_id=line.nomination.party_id, code=code_of(secrets.randbelow(WAYS)),
        number=f"{activity.number}-{place:03}", title=activity.title, provider=activity.provider or provider,
        starts=str(activity.starts), ends=str(activity.ends), passed=line.passed, salt=salt, name_digest=_digests(name, salt)[0],
        issued_at=at, issued_by=by.login, is_demonstration=activity.is_demonstration,
    )  # fmt: skip


@transaction.atomic
def revoke(certificate: Certificate, *, reason: str, by: Actor, at: datetime) -> Certificate:
    """Take a certificate back: it stays on record and is shown as revoked to whoever checks it."""
    must_run(certificate.activity, by)
    if not reason.strip():
        raise NeedsAReason
    stored = Certificate.objects.select_for_update(of=("self",)).select_related("activity", "nomination").get(pk=certificate.pk)
    if not stored.stands:
        raise RevokedBefore(number=stored.number)
    stored.revoked_at, stored.revoked_by, stored.reason = at, by.login, reason.strip()[:600]
    stored.save(update_fields=["revoked_at", "revoked_by", "reason"])
    attainments.withdraw(stored.activity, stored.nomination.person_id, by=by, at=at)
    trail.record("certificate.revoked", stored, by=by, at=at, about=stored.party_id, reason=stored.reason)
    return stored


@transaction.atomic
def confirm(certificate: Certificate, name: str, *, by: Actor, at: datetime) -> bool:
    """Whether a certificate is in a name that somebody typed; what was typed is not kept.

    Raises:
        TooManyNames: too many were tried in a while.
    """
    stored = Certificate.objects.select_for_update().get(pk=certificate.pk)
    if stored.tried_at is None or at - stored.tried_at >= WHILE:
        stored.tried_at, stored.tries = at, 0
    if stored.tries >= MOST_TRIES:
        raise TooManyNames(minutes=WHILE.seconds // 60)
    stored.tries += 1
    stored.save(update_fields=["tried_at", "tries"])
    kept = bytes(stored.name_digest)
    return any(hmac.compare_digest(kept, digest) for digest in _digests(name[:400], bytes(stored.salt)))


def _digests(name: str, salt: bytes) -> list[bytes]:
    """The digests of a name under each key of the installation, the newest first; an empty name has one that nothing meets."""
    told = folded(name).encode()
    if not told:
        return [os.urandom(32)]
    bound = [hmac.digest(key.encode(), told, "sha256") for key in settings.SEALING_KEYS]
    return [hashlib.scrypt(key, salt=salt, n=2**12, r=8, p=1, dklen=32) for key in bound]
