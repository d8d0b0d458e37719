"""Joining instructions: written in versions, previewed, sent once, again for a reason, taken away as papers."""

import io
from datetime import date

import pypdf
import pytest

from comity.accounts.rules import Role
from comity.attendance.acts import instructions
from comity.attendance.acts.running import RunByAnother
from comity.attendance.acts.sheets import NeedsAReason
from comity.attendance.models import Instruction, Sending
from comity.attendance.queries import instructions as queries
from comity.attendance.rules.texts import DEFAULTS
from comity.kernel.refusals import NotFound
from comity.nominations.models import Reading
from comity.trail.models import Entry
from tests.world.attendance import DURING, course, fresh, in_two_parts, send
from tests.world.cast import LAKE_CENTRE, LAKE_CONTACT, LAKELAND, MERIDIA, MERIDIA_CONTACT, PROVIDER, person
from tests.world.pages import readable
from tests.world.requests import breaking

pytestmark = pytest.mark.django_db
FRENCH = {"subject_fr": DEFAULTS["fr"][0], "body_fr": DEFAULTS["fr"][1]}
ENGLISH = {"subject_en": DEFAULTS["en"][0], "body_en": DEFAULTS["en"][1]}
NASTY = ["{0.__class__}", "{{7*7}}", "{% debug %}", "${x}", "{participant.person}"]


def written(what, **texts):
    return instructions.write(fresh(what), **(texts or ENGLISH | FRENCH), by=PROVIDER, at=DURING)


class TestWriting:
    def test_each_keeping_is_a_new_version(self) -> None:
        what = course()

        one, two = written(what, **ENGLISH), written(what, contact=" The office ", answer_by=date(2027, 3, 1), **ENGLISH)

        assert [one.number, two.number, two.contact] == [1, 2, "The office"]
        with breaking("instructions_never_change"):
            Instruction.objects.filter(pk=one.pk).update(subject_en="Other")

    @pytest.mark.fault("F8")
    @pytest.mark.parametrize("nasty", NASTY)
    def test_what_is_no_placeholder_is_refused_by_name(self, nasty: str) -> None:
        what = course()

        with pytest.raises(instructions.UnknownPlaceholder) as refused:
            written(what, subject_en="Welcome", body_en=f"Dear {nasty}")

        assert "{activity}" in str(refused.value)
        assert nasty.strip("{}$ ").split()[0] in str(refused.value)

    @pytest.mark.parametrize("texts", [{}, {"subject_en": "Only a subject"}, {"body_fr": "Un texte"}])
    def test_a_text_is_whole_in_a_language(self, texts: dict[str, str]) -> None:
        what = course()

        with pytest.raises(instructions.NotWholeInALanguage):
            instructions.write(fresh(what), **texts, by=PROVIDER, at=DURING)

    def test_a_text_has_an_end(self) -> None:
        what = course()

        with pytest.raises(instructions.TooLong):
            written(what, subject_en="S", body_en="x" * 20_001)

    @pytest.mark.fault("F7")
    def test_only_whoever_runs_it_writes_and_sends(self) -> None:
        what = course()

        with pytest.raises(RunByAnother):
            instructions.write(what, **ENGLISH, by=LAKE_CONTACT, at=DURING)
        with pytest.raises(RunByAnother):
            instructions.issue(what, by=LAKE_CONTACT, at=DURING)


class TestSending:
    def test_everybody_accepted_gets_the_newest_and_later_only_who_is_new(self) -> None:
        what = course()
        written(what)
        two = written(what)

        assert {s.instruction for s in instructions.issue(fresh(what), by=PROVIDER, at=DURING)} == {two}
        with pytest.raises(instructions.EverybodyHasThem):
            instructions.issue(fresh(what), by=PROVIDER, at=DURING)

        what.seats_kept.capacity = 10
        what.seats_kept.save()
        request = what.requests.get(party=LAKELAND)
        request.grants.update(self_paid=3)
        [late] = send(request, 1, first=150)
        assert [s.nomination for s in instructions.issue(fresh(what), by=PROVIDER, at=DURING)] == [late]

    def test_they_are_sent_again_for_a_reason(self) -> None:
        what = course()
        written(what)
        instructions.issue(fresh(what), by=PROVIDER, at=DURING)

        with pytest.raises(NeedsAReason):
            instructions.issue(fresh(what), again=True, by=PROVIDER, at=DURING)
        made = instructions.issue(fresh(what), again=True, reason="Another building.", by=PROVIDER, at=DURING)

        assert {s.reason for s in made} == {"Another building."}
        assert Sending.objects.count() == 6
        assert Entry.objects.latest("id").facts["people"] == 3
        with breaking("sendings_never_change"):
            Sending.objects.all().delete()

    def test_there_must_be_a_text_and_somebody(self) -> None:
        what = course()

        with pytest.raises(instructions.NothingToSend):
            instructions.issue(fresh(what), by=PROVIDER, at=DURING)

    @pytest.mark.fault("F3")
    def test_a_party_sees_what_its_own_people_were_sent(self) -> None:
        what = course()
        written(what)
        assert not queries.versions(what, seen_by=MERIDIA_CONTACT).exists()
        instructions.issue(fresh(what), by=PROVIDER, at=DURING)

        assert queries.versions(what, seen_by=MERIDIA_CONTACT).count() == 1
        assert len(queries.sent(what, seen_by=MERIDIA_CONTACT)) == 1
        assert len(queries.sent(what, seen_by=PROVIDER)) == 3
        foreign = what.nominations.filter(party=LAKELAND)[0]
        with pytest.raises(NotFound):
            queries.for_whom(fresh(what, MERIDIA_CONTACT), foreign.pk, seen_by=MERIDIA_CONTACT)


class TestPages:
    def body(self, **more: str) -> dict[str, str]:
        return ENGLISH | FRENCH | {"contact": "The office, +00 000", "answer_by": "2027-03-01"} | more

    def test_a_provider_begins_with_the_text_of_the_house_previews_keeps_and_sends(self, client) -> None:
        what = course()
        in_two_parts(what)
        client.force_login(person("centre", Role.PROVIDER, of=LAKE_CENTRE))
        address = f"/attendance/{what.number}/instructions/"
        somebody = what.nominations.get(person__number="XLA-00101")

        assert "Dear {participant}" in client.get(address).content.decode()
        preview = client.post(address, self.body(preview="1", nominee=str(somebody.pk))).content.decode()
        assert "Dear Ann Birch" in preview
        assert "Madame, Monsieur Ann Birch" in preview
        assert "09:00 (Europe/Brussels)" in preview
        assert not Instruction.objects.exists()

        assert client.post(address, self.body(keep="1")).status_code == 302
        assert client.post(f"{address}issue/", {}).status_code == 302
        assert client.post(f"{address}issue/", {"again": "on"}).status_code == 422
        assert "Dear {participant}" in client.get(address).content.decode()

    @pytest.mark.fault("F8")
    @pytest.mark.parametrize("nasty", NASTY)
    def test_nasty_texts_are_told_and_never_previewed(self, client, nasty: str) -> None:
        what = course()
        client.force_login(person("centre", Role.PROVIDER, of=LAKE_CENTRE))
        address = f"/attendance/{what.number}/instructions/"

        kept = client.post(address, self.body(keep="1", body_en=f"x {nasty}"))
        seen = client.post(address, self.body(preview="1", body_en=f"x {nasty}"))

        assert kept.status_code == 422
        assert "is no placeholder" in kept.content.decode()
        assert "As one person will read it" not in seen.content.decode()
        assert "49" not in readable(seen).split('id="write"')[1].split("Whom participants ask")[0]

    @pytest.mark.fault("F8")
    def test_html_stays_text_on_the_page_and_on_paper(self, client) -> None:
        what = course()
        client.force_login(person("centre", Role.PROVIDER, of=LAKE_CENTRE))
        address = f"/attendance/{what.number}/instructions/"
        nasty = "<script>alert(1)</script> #eval(1) *bold* {participant}"

        preview = client.post(address, self.body(preview="1", body_en=nasty)).content.decode()
        client.post(address, self.body(keep="1", body_en=nasty))
        client.post(f"{address}issue/", {})
        answer = client.get(f"{address}{what.nominations.get(person__number='XLA-00101').pk}.pdf")

        assert "<script>alert(1)" not in preview
        assert "&lt;script&gt;alert(1)" in preview
        text = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(answer.content)).pages)
        assert "<script>alert(1)</script> #eval(1) *bold* Ann Birch" in " ".join(text.split())

    @pytest.mark.fault("F3", "F30")
    def test_a_contact_takes_the_papers_of_its_own_people_and_that_is_written_down(self, client) -> None:
        what = course()
        written(what, **FRENCH)
        instructions.issue(fresh(what), by=PROVIDER, at=DURING)
        client.force_login(person("zoe", Role.POINT_OF_CONTACT, of=MERIDIA))
        own, foreign = what.nominations.get(party=MERIDIA), what.nominations.filter(party=LAKELAND)[0]
        address = f"/attendance/{what.number}/instructions/"

        answer = client.get(f"{address}{own.pk}.pdf")

        assert answer.status_code == 200
        assert "Ann" in "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(answer.content)).pages)
        assert Reading.objects.get(where="instruction").login == "zoe"
        assert client.get(f"{address}{foreign.pk}.pdf").status_code == 404
        said = client.get(address).content.decode()
        assert own.person.number in answer["Content-Disposition"]
        assert foreign.person.number not in said
        assert "Keep as a new version" not in said
        assert client.post(f"{address}issue/", {}).status_code == 422

    def test_days_are_said_as_each_language_says_them(self) -> None:
        assert queries.days(date(2027, 3, 8), date(2027, 3, 12), "en") == "8 March 2027 to 12 March 2027"
        assert queries.days(date(2027, 3, 1), date(2027, 3, 12), "fr") == "du 1er mars 2027 au 12 mars 2027"
        assert queries.days(date(2027, 3, 8), None, "en") == "8 March 2027"
        assert queries.days(None, None, "en") == ""
