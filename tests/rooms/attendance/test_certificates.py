"""Certificates: issued to those who attended, checked by strangers with the code, revoked with a reason."""

import io
import re
from datetime import date, timedelta
from unittest.mock import patch

import pypdf
import pytest

from comity.accounts.acts import tries
from comity.accounts.rules import Role
from comity.attendance.acts import certificates, presences, sheets
from comity.attendance.acts.running import RunByAnother
from comity.attendance.models import Certificate
from comity.attendance.queries import certificates as queries
from comity.attendance.rules.codes import grouped
from comity.kernel.refusals import NotFound
from comity.nominations.models import Attainment, Identity, Reading
from comity.trail.models import Entry
from tests.world.attendance import AFTER, course, everybody, fresh
from tests.world.cast import LAKE_CENTRE, LAKE_CONTACT, LAKELAND, MENU_MANAGER, MERIDIA_CONTACT, PROVIDER, person
from tests.world.requests import breaking

pytestmark = pytest.mark.django_db
PAST = date(2026, 11, 2)


@pytest.fixture
def certified():
    """A course that ended, its sheet closed, everybody certified."""
    what = course(day=PAST)
    everybody(what)
    sheets.close(fresh(what), by=PROVIDER, at=AFTER)
    certificates.issue(fresh(what), by=PROVIDER, at=AFTER)
    return what


class TestIssuing:
    def test_those_who_attended_are_certified_and_the_others_are_not(self) -> None:
        what = course()
        one, two, three = what.nominations.order_by("pk")
        for nominee, to in ((one, "present"), (two, "absent"), (three, "present")):
            presences.mark(fresh(what), nominee.pk, part=1, to=to, version=0, by=PROVIDER, at=AFTER)
        presences.grade(fresh(what), three.pk, passed=False, by=PROVIDER, at=AFTER)
        sheets.close(fresh(what), by=PROVIDER, at=AFTER)

        made = certificates.issue(fresh(what), by=PROVIDER, at=AFTER)

        assert [c.nomination for c in made] == [one]
        assert made[0].number == f"{what.number}-001"
        assert Attainment.objects.get().person == one.person
        assert Attainment.objects.get().code == made[0].code
        with pytest.raises(certificates.NobodyToCertify):
            certificates.issue(fresh(what), by=PROVIDER, at=AFTER)

    def test_certificates_follow_the_closing(self) -> None:
        what = course()
        everybody(what)

        with pytest.raises(certificates.NotSettledYet):
            certificates.issue(fresh(what), by=PROVIDER, at=AFTER)

    @pytest.mark.fault("F7")
    def test_only_whoever_runs_it_certifies_and_revokes(self, certified) -> None:
        for stranger in (LAKE_CONTACT, MERIDIA_CONTACT):
            with pytest.raises(RunByAnother):
                certificates.issue(certified, by=stranger, at=AFTER)
            with pytest.raises(RunByAnother):
                certificates.revoke(Certificate.objects.all()[0], reason="Why not.", by=stranger, at=AFTER)

    def test_opening_the_names_for_certificates_is_written_down(self, certified) -> None:
        reading = Reading.objects.get(where="certificate")

        assert (reading.activity, len(reading.people)) == (certified, 3)

    def test_nobody_who_holds_a_certificate_ends_up_as_absent(self, certified) -> None:
        sheets.reopen(fresh(certified), reason="One was not there.", by=PROVIDER, at=AFTER)
        somebody = certified.nominations.order_by("pk")[0]
        presences.mark(fresh(certified), somebody.pk, part=1, to="absent", version=1, by=PROVIDER, at=AFTER)

        with pytest.raises(sheets.CertificateStands) as refused:
            sheets.close(fresh(certified), by=PROVIDER, at=AFTER)
        assert somebody.person.number in str(refused.value)
        with pytest.raises(presences.IsCertified):
            presences.grade(fresh(certified), somebody.pk, passed=True, by=PROVIDER, at=AFTER)

        certificates.revoke(Certificate.objects.get(nomination=somebody), reason="Was not there.", by=PROVIDER, at=AFTER)
        sheets.close(fresh(certified), by=PROVIDER, at=AFTER)

    def test_a_certificate_is_revoked_once_with_a_reason_and_may_be_issued_anew(self, certified) -> None:
        one = Certificate.objects.order_by("pk")[0]

        with pytest.raises(sheets.NeedsAReason):
            certificates.revoke(one, reason=" ", by=PROVIDER, at=AFTER)
        certificates.revoke(one, reason="Issued in error.", by=PROVIDER, at=AFTER)
        with pytest.raises(certificates.RevokedBefore):
            certificates.revoke(one, reason="Again.", by=PROVIDER, at=AFTER)

        assert not Attainment.objects.filter(person=one.nomination.person_id).exists()
        [again] = certificates.issue(fresh(certified), by=PROVIDER, at=AFTER)
        assert (again.nomination, again.number) == (one.nomination, f"{certified.number}-004")
        assert Attainment.objects.get(person=one.nomination.person_id).code == again.code

    def test_laws_keep_certificates_as_they_were_issued(self, certified) -> None:
        one = Certificate.objects.order_by("pk")[0]

        with breaking("certificate_stays_as_it_was_issued"):
            Certificate.objects.filter(pk=one.pk).update(title="Another course")
        with breaking("certificates_are_never_deleted"):
            one.delete()
        certificates.revoke(one, reason="Issued in error.", by=PROVIDER, at=AFTER)
        with breaking("certificate_is_revoked_once"):
            Certificate.objects.filter(pk=one.pk).update(revoked_at=AFTER + timedelta(days=1))
        with breaking("certificate_is_for_who_attended"):
            sheets.reopen(fresh(certified), reason="To see.", by=PROVIDER, at=AFTER)
            Certificate.objects.create(
                nomination=one.nomination, activity=certified, party_id=one.party_id, number="N", code="0" * 16, title="T",
                salt=b"s", name_digest=b"d", issued_at=AFTER, issued_by="x",
            )  # fmt: skip


class TestChecking:
    def test_a_stranger_with_the_code_sees_what_it_certifies_and_no_name(self, client, certified) -> None:
        one = Certificate.objects.order_by("pk")[0]

        answer = client.get(f"/certificates/{grouped(one.code).lower()}/")

        assert answer.status_code == 200
        said = answer.content.decode()
        assert certified.title in said
        assert "In force" in said
        assert "Alder" not in said
        assert one.nomination.person.number not in said
        assert LAKELAND not in said
        assert answer["Cache-Control"] == "no-store"

    @pytest.mark.fault("F5")
    def test_a_wrong_code_is_not_found_in_the_words_of_any_other(self, client, certified) -> None:
        code = Certificate.objects.all()[0].code
        wrong = ("1" if code[0] != "1" else "2") + code[1:]

        answers = [client.get(f"/certificates/{text}/") for text in (wrong, "x", "0" * 16)]

        assert {answer.status_code for answer in answers} == {404}
        assert len({re.search(r"<main.*?</main>", a.content.decode(), re.S)[0] for a in answers}) == 1  # type: ignore[index]

    @pytest.mark.fault("F11")
    def test_after_so_many_guesses_in_a_minute_even_the_right_code_waits(self, client, certified) -> None:
        with patch("comity.attendance.views.certificates.datetime") as clock:
            clock.now.return_value = AFTER
            for _guess in range(tries.MOST):
                assert client.get("/certificates/x/").status_code == 404
            assert client.get(f"/certificates/{Certificate.objects.all()[0].code}/").status_code == 429
            clock.now.return_value = AFTER + timedelta(minutes=1)
            assert client.get(f"/certificates/{Certificate.objects.all()[0].code}/").status_code == 200

    @pytest.mark.fault("F5", "F30")
    def test_a_name_is_confirmed_to_whoever_types_it_even_after_it_was_erased(self, client, certified) -> None:
        one = Certificate.objects.get(nomination__person__number="XLA-00101")
        address = f"/certificates/{one.code}/"
        Identity.objects.all().delete()

        assert "Yes: it is in this name." in client.post(address, {"name": "BIRCH, ann"}).content.decode()
        assert "No: it is not in this name." in client.post(address, {"name": "Ann Alder"}).content.decode()
        assert client.post(address, {"name": ""}).status_code == 422

    @pytest.mark.fault("F11")
    def test_names_are_confirmed_and_not_guessed(self, certified) -> None:
        one = Certificate.objects.get(nomination__person__number="XLA-00101")
        for guess in range(certificates.MOST_TRIES):
            assert not certificates.confirm(one, f"Guess {guess}", by=LAKE_CONTACT, at=AFTER)

        with pytest.raises(certificates.TooManyNames):
            certificates.confirm(one, "Ann Birch", by=LAKE_CONTACT, at=AFTER)
        assert certificates.confirm(one, "Ann Birch", by=LAKE_CONTACT, at=AFTER + certificates.WHILE)

    def test_a_certificate_without_a_name_confirms_none(self, certified) -> None:
        one = Certificate.objects.all()[0]

        assert not certificates.confirm(one, "", by=LAKE_CONTACT, at=AFTER)
        assert not certificates.confirm(one, "–", by=LAKE_CONTACT, at=AFTER)

    def test_a_key_that_was_replaced_still_confirms(self, certified, settings) -> None:
        settings.SEALING_KEYS = ["a new key", *settings.SEALING_KEYS]
        one = Certificate.objects.get(nomination__person__number="XLA-00101")

        assert certificates.confirm(one, "Ann Birch", by=LAKE_CONTACT, at=AFTER)

    def test_what_was_revoked_says_so(self, client, certified) -> None:
        one = Certificate.objects.all()[0]
        certificates.revoke(one, reason="A private matter.", by=PROVIDER, at=AFTER)

        said = client.get(f"/certificates/{one.code}/").content.decode()

        assert "This certificate was revoked" in said
        assert "A private matter" not in said

    def test_nothing_of_a_code_is_in_the_trail(self, certified) -> None:
        code = Certificate.objects.all()[0].code

        assert not Entry.objects.filter(facts__icontains=code).exists()
        assert not Entry.objects.filter(label__icontains=code).exists()


class TestPages:
    def test_a_provider_issues_takes_papers_away_and_revokes(self, client) -> None:
        what = course(day=PAST)
        everybody(what)
        sheets.close(fresh(what), by=PROVIDER, at=AFTER)
        client.force_login(person("centre", Role.PROVIDER, of=LAKE_CENTRE))
        address = f"/attendance/{what.number}/certificates/"

        assert "Issue certificates" in client.get(address).content.decode()
        assert client.post(address).status_code == 302
        again = client.post(address)
        assert again.status_code == 422
        assert "holds a certificate" in again.content.decode()

        one = Certificate.objects.get(nomination__person__number="XLA-00101")
        answer = client.get(f"{address}{one.pk}.pdf")
        text = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(answer.content)).pages)
        assert grouped(one.code) in text
        assert "Ann Birch" in text
        assert "Certificate of attendance" in text
        assert "Attestation de participation" in text
        assert "Birch" not in answer["Content-Disposition"]
        assert "/MarkInfo" in pypdf.PdfReader(io.BytesIO(answer.content)).trailer["/Root"]

        assert client.post(f"{address}{one.pk}/revoke/", {"reason": "Issued in error."}).status_code == 302
        assert "Issued in error." in client.get(address).content.decode()
        assert client.post(f"{address}{one.pk}/revoke/", {"reason": ""}).status_code == 409

    @pytest.mark.fault("F3", "F7")
    def test_a_party_takes_away_those_of_its_own_people_only(self, client, certified) -> None:
        client.force_login(person("zoe", Role.POINT_OF_CONTACT, of="XME"))
        theirs = Certificate.objects.get(party="XME")
        foreign = Certificate.objects.filter(party="XLA")[0]
        address = f"/attendance/{certified.number}/certificates/"

        said = client.get(address).content.decode()
        assert theirs.number in said
        assert foreign.number not in said
        assert client.get(f"{address}{theirs.pk}.pdf").status_code == 200
        assert client.get(f"{address}{foreign.pk}.pdf").status_code == 404
        assert client.post(f"{address}{theirs.pk}/revoke/", {"reason": "Mine."}).status_code == 409

    def test_a_certificate_is_of_its_activity(self, client, certified) -> None:
        other = course(2, day=PAST)
        client.force_login(person("centre", Role.PROVIDER, of=LAKE_CENTRE))
        one = Certificate.objects.all()[0]

        assert client.get(f"/attendance/{other.number}/certificates/{one.pk}.pdf").status_code == 404
        with pytest.raises(NotFound):
            queries.certificate(one.pk + 1000, seen_by=PROVIDER)

    @pytest.mark.fault("F3")
    def test_the_staff_sees_numbers_and_no_names(self, client, certified) -> None:
        client.force_login(person("menu", Role.MENU_MANAGER, of="XHQ"))

        said = client.get(f"/attendance/{certified.number}/certificates/").content.decode()

        assert "XLA-00101" in said
        assert "Birch" not in said
        assert queries.certificates(seen_by=MENU_MANAGER).count() == 3
