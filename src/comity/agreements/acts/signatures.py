"""Keys and signatures: making a key, signing for one's own side. A passphrase is used and forgotten within the act."""

from datetime import UTC, datetime, timedelta

from django.db import transaction

from comity.accounts.rules import Permission
from comity.agreements import queries
from comity.agreements.acts import circulations, moving
from comity.agreements.models import Agreement, AgreementState, Signature, SigningKey
from comity.agreements.rules import keys, signed_statement
from comity.drafting.models import Side
from comity.kernel.actors import Actor
from comity.kernel.refusals import NotFound, Refusal
from comity.kernel.tables import refusing
from comity.kernel.words import _
from comity.trail import acts as trail

# So many tries of a key in so long a while; the right one begins anew.
MOST_TRIES, WHILE = 5, timedelta(minutes=15)


class PassphraseIsShort(Refusal):
    """What seals a key is not guessed."""

    message = _("A signing passphrase has at least {least} characters.")


class NoKey(Refusal):
    """One signs with a key of one's own."""

    message = _("You have no signing key for your party. Make one first.")


class PassphraseDoesNotFit(Refusal):
    """The key stays shut."""

    message = _("The passphrase does not open your signing key. Nothing was signed.")


class TooManyTries(Refusal):
    """A passphrase is not guessed."""

    message = _("Your signing key was tried too often. Wait {minutes} minutes, or make a new key.")


class NotAgreedYet(Refusal):
    """What is signed is agreed and frozen."""

    message = _("“{title}” is not agreed, so there is nothing to sign yet.")


class SideHasSigned(Refusal):
    """Each side signs once."""

    message = _("Your side has signed this already.")


@transaction.atomic
def make_key(*, passphrase: str, by: Actor, at: datetime) -> SigningKey:
    """Make a signing key for one's own party, sealed with a passphrase; the former one is retired and stays readable."""
    by.must(Permission.SIGN_TEXTS)
    if by.party is None:
        raise NotFound(what=_("party"))
    if len(passphrase) < keys.LEAST_LETTERS:
        raise PassphraseIsShort(least=keys.LEAST_LETTERS)
    former = SigningKey.objects.alive().select_for_update().filter(party=by.party, holder=by.login).first()
    if former is not None:
        former.retired_at, former.retired_by = at, by.login
        former.save(update_fields=["retired_at", "retired_by"])
    public, sealed = keys.make(passphrase)
    made = SigningKey.objects.create(party_id=by.party, holder=by.login, public=public, sealed=sealed, made_at=at)
    trail.record("signing-key.made", made, by=by, at=at, about=by.party, fingerprint=made.fingerprint)
    return made


def sign(agreement: Agreement, *, passphrase: str, by: Actor, at: datetime) -> Agreement:
    """Sign what was agreed for one's own side; with the second signature it is signed by both.

    Each try is counted before it is made, in a transaction of its own, so that a wrong one stays counted.
    """
    by.must(Permission.SIGN_TEXTS)
    _count(by=by, at=at)
    return _sign(agreement, passphrase=passphrase, by=by, at=at)


def seal(statement: bytes, *, passphrase: str, by: Actor, at: datetime) -> tuple[SigningKey, bytes]:
    """The signature of a statement by the key of whoever acts, and the key; each try counts, as when a text is signed.

    Whoever keeps the signature records what was signed.
    """
    _count(by=by, at=at)
    return _sealed(statement, passphrase=passphrase, by=by)


@transaction.atomic
def retire_key(holder: str, *, party: str, by: Actor, at: datetime) -> SigningKey | None:
    """Retire the key with which somebody signed for a party, if there is one; what it signed stays proved."""
    if holder != by.login:
        by.must(Permission.MANAGE_ACCOUNTS)
    key = SigningKey.objects.alive().select_for_update().filter(party=party, holder=holder).first()
    if key is None:
        return None
    key.retired_at, key.retired_by = at, by.login
    key.save(update_fields=["retired_at", "retired_by"])
    trail.record("signing-key.retired", key, by=by, at=at, about=party, fingerprint=key.fingerprint)
    return key


def _sealed(statement: bytes, *, passphrase: str, by: Actor) -> tuple[SigningKey, bytes]:
    """A statement signed with one's own key, whose tries begin anew.

    Raises:
        NoKey: there is none.
        PassphraseDoesNotFit: the key stays shut.
    """
    key = SigningKey.objects.alive().filter(party=by.party, holder=by.login).first()
    if key is None:
        raise NoKey
    try:
        made = keys.sign(statement, public=bytes(key.public), sealed=bytes(key.sealed), passphrase=passphrase)
    except keys.DoesNotOpen:
        raise PassphraseDoesNotFit from None
    key.tries = 0
    key.save(update_fields=["tries"])
    return key, made


@transaction.atomic
def _count(*, by: Actor, at: datetime) -> None:
    """Count a try of the key, if there is one.

    Raises:
        TooManyTries: it was tried too often in a while.
    """
    key = SigningKey.objects.alive().select_for_update().filter(party=by.party, holder=by.login).first()
    if key is None:
        return
    if key.tried_at is None or at - key.tried_at >= WHILE:
        key.tried_at, key.tries = at, 0
    if key.tries >= MOST_TRIES:
        raise TooManyTries(minutes=WHILE.seconds // 60)
    key.tries += 1
    key.save(update_fields=["tried_at", "tries"])


@transaction.atomic
def _sign(agreement: Agreement, *, passphrase: str, by: Actor, at: datetime) -> Agreement:
    """Sign what was agreed, once."""
    found = circulations.settle(agreement, by=queries.THE_HOUSE, at=at)
    side = _side(found, by=by)
    if found.signatures.filter(side=side).exists():
        raise SideHasSigned
    if found.state != AgreementState.AGREED:
        raise NotAgreedYet(title=found.text.title)
    moment = at.astimezone(UTC).replace(microsecond=0)
    statement = signed_statement(found.sha256, side=side, party=by.party or "", name=by.name, at=moment.isoformat())
    key, made = _sealed(statement, passphrase=passphrase, by=by)
    with refusing(signature_is_given_once_for_a_side=SideHasSigned()):
        found.signatures.create(
            side=side, key=key, party_id=key.party_id, name=by.name, signature=made, signed_at=moment, signed_by=by.login
        )
    trail.record("agreement.countersigned", found, by=by, at=at, about=found.party_id, side=side, fingerprint=key.fingerprint)
    if Signature.objects.filter(agreement=found).count() == len(Side):
        found.state, found.signed_at = AgreementState.SIGNED, at
        found.save(update_fields=["state", "signed_at"])
        trail.record("agreement.signed", found, by=by, at=at, about=found.party_id, sha256=found.sha256)
    return moving.held(found)


def _side(agreement: Agreement, *, by: Actor) -> Side:
    """The side for which somebody may sign.

    Raises:
        NotFound: neither.
    """
    if by.party == agreement.party_id:
        return Side.PARTY
    if by.may(Permission.SEE_EVERYTHING) and by.party == queries.organisation(seen_by=by).code:
        return Side.ORGANISATION
    raise NotFound(what=_("agreement"))
