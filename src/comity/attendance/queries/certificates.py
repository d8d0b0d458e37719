"""Reads of certificates, and their paper."""

from comity.activities.models import Activity
from comity.attendance.models import Certificate, CertificateQuerySet
from comity.attendance.queries.instructions import days
from comity.attendance.rules.codes import canonical, grouped
from comity.exchange.papers import Paper, Section, Table
from comity.kernel.actors import Actor
from comity.kernel.dates import PartialDate
from comity.kernel.faces import say
from comity.kernel.refusals import NotFound
from comity.kernel.words import day_in_words

TITLES = {True: ("Certificate", "Certificat"), False: ("Certificate of attendance", "Attestation de participation")}


def certificates(*, seen_by: Actor, of: Activity | None = None) -> CertificateQuerySet:
    """The certificates a reader may see, of one activity or of all."""
    found = Certificate.objects.seen_by(seen_by).select_related("activity", "nomination__person", "party")
    return found if of is None else found.filter(activity=of)


def certificate(pk: int, *, seen_by: Actor) -> Certificate:
    """One certificate.

    Raises:
        NotFound: there is none, or it is not for this reader.
    """
    found = certificates(seen_by=seen_by).filter(pk=pk).first()
    if found is None:
        raise NotFound(what="certificate")
    return found


def by_code(text: str, *, seen_by: Actor) -> Certificate:
    """The certificate with a code, whoever asks: the code is what opens it, and nothing else of the house.

    Raises:
        NotFound: no certificate has this code.
    """
    code = canonical(text)
    found = Certificate.objects.filter(code=code).first() if code else None
    if found is None:
        raise NotFound(what="certificate")
    return found


def days_of(certificate: Certificate, language: str) -> str:
    """From when to when, as precise as it was known."""
    starts, ends = PartialDate(certificate.starts), PartialDate(certificate.ends)
    if starts.precision == "day" and (ends.precision == "day" or not ends.is_known):
        return days(starts.earliest, ends.earliest, language)
    told = [day_in_words(on, language) for on in (starts, ends) if on.is_known]
    return " – ".join(dict.fromkeys(told))


def paper_of(certificate: Certificate, name: str, *, address: str) -> Paper:
    """A certificate on paper, in both languages, with its code and where to check it."""
    en, fr = TITLES[bool(certificate.passed)]
    party = certificate.party.name
    facts = (
        ("Participant", "Participant(e)", name or certificate.nomination.person.number),
        ("Sent by", "Envoyé(e) par", f"{say(party, 'en')} / {say(party, 'fr')}"),
        ("Activity", "Activité", f"{certificate.title} ({certificate.activity.number})"),
        ("Days", "Dates", f"{days_of(certificate, 'en')} / {days_of(certificate, 'fr')}"),
        ("Run by", "Organisée par", certificate.provider),
        ("Number", "Numéro", certificate.number),
        ("Issued on", "Délivré le", certificate.issued_at.date().isoformat()),
        ("Code", "Code", grouped(certificate.code)),
        ("Check it at", "À vérifier à l'adresse", address),
    )
    words = (
        f"{name} attended this activity{' and passed' if certificate.passed else ''}.",
        f"{name} a participé à cette activité{' avec succès' if certificate.passed else ''}.",
    )
    table = Table(f"{certificate.number}", ("", "", ""), tuple((a, b, c) for a, b, c in facts if c), (2, 2, 5))
    return Paper(
        title_en=en, title_fr=fr, subtitles=words, sections=(Section("", f"{certificate.title}", tables=(table,)),),
        has_cover=False, footer=f"{certificate.number} · {grouped(certificate.code)}",
    )  # fmt: skip
