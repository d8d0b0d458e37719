"""Keys, the frozen form, and the check of a file that left the house."""

import io
import json
import os
import subprocess
import sys
import time
import unicodedata
from dataclasses import replace
from typing import Any

import pypdf
import pytest

from comity.agreements.queries import papers
from comity.agreements.rules import as_file, fingerprint_of, frozen, keys, parts_of, signed_statement, verify
from comity.drafting.acts import versions
from comity.drafting.models import Version
from comity.drafting.rules import ChapterText, ClauseText, Content, canonical, digest_of
from comity.exchange.papers import Item, Run, as_docx, as_pdf
from tests.rooms.agreements import desk
from tests.rooms.agreements.desk import CONTENT, DESK, PASSPHRASE

PARTIES = {"party": {"code": "XLA", "en": "Lakeland", "fr": ""}, "organisation": {"code": "XHQ", "en": "The Alliance", "fr": ""}}
CAME, WENT = "This part was not there when the text was frozen: ", "This part was there when the text was frozen and is missing: "
NEW = {"key": "new", "body": "x", "marking": "public", "brackets": []}
NO_FILES = [b"", b"{}", b"[1]", b"null", b"%PDF-1.7 nothing", b'{"document": 1}', b"\xff\xfe", b"[" * 100_000]
REAL_COST = keys.COST
AT = "2027-03-15T17:00:00+00:00"


def document(content: Content = CONTENT, **facts: Any) -> dict[str, Any]:
    given = {"version": 1, "parties": PARTIES, "endorsement": {"body": "The government"}, "agreement": {"how": "silence"}}
    return frozen(content.told(), **given | facts)


def signature(told: dict[str, Any], side: str, *, party: str = "", name: str = "Lars") -> dict[str, str]:
    public, sealed = keys.make(PASSPHRASE)
    party = party or PARTIES[side]["code"]
    statement = signed_statement(digest_of(told), side=side, party=party, name=name, at=AT)
    made = keys.sign(statement, public=public, sealed=sealed, passphrase=PASSPHRASE)
    return {"side": side, "party": party, "name": name, "at": AT, "public_key": public.hex(), "signature": made.hex()}


def a_file(content: Content = CONTENT) -> dict[str, Any]:
    told = document(content)
    return as_file(told, [signature(told, "party"), signature(told, "organisation")])


def findings(told: dict[str, Any], **given: Any) -> list[str]:
    return [str(finding) for finding in verify(json.dumps(told).encode(), **given).findings]


class TestKeys:
    def test_a_key_signs_with_its_passphrase_and_no_other(self):
        public, sealed = keys.make(PASSPHRASE)
        made = keys.sign(b"words", public=public, sealed=sealed, passphrase=PASSPHRASE)

        assert keys.fits(b"words", signature=made, public=public)
        assert not keys.fits(b"other words", signature=made, public=public)
        assert not keys.fits(b"words", signature=b"", public=b"")
        with pytest.raises(keys.DoesNotOpen):
            keys.sign(b"words", public=public, sealed=sealed, passphrase=PASSPHRASE + " ")

    def test_a_seal_that_was_moved_to_another_key_or_damaged_does_not_open(self):
        public, sealed = keys.make(PASSPHRASE)
        other, _sealed = keys.make(PASSPHRASE)

        for broken in ((other, sealed), (public, sealed[:-1] + b"\x00"), (public, b"")):
            with pytest.raises(keys.DoesNotOpen):
                keys.sign(b"words", public=broken[0], sealed=broken[1], passphrase=PASSPHRASE)

    def test_a_passphrase_typed_on_another_keyboard_is_the_same(self):
        public, sealed = keys.make("mot de passe é")

        assert keys.sign(b"x", public=public, sealed=sealed, passphrase=unicodedata.normalize("NFD", "mot de passe é"))

    @pytest.mark.fault("F11")
    def test_guessing_a_passphrase_takes_its_time(self, monkeypatch):
        monkeypatch.setattr(keys, "COST", REAL_COST)
        public, sealed = keys.make(PASSPHRASE)
        began = time.perf_counter()

        with pytest.raises(keys.DoesNotOpen):
            keys.sign(b"words", public=public, sealed=sealed, passphrase="another passphrase")

        assert time.perf_counter() - began > 0.05


class TestTheFrozenForm:
    def test_it_is_the_same_for_the_same_words_however_they_were_typed(self):
        composed = replace(CONTENT, title_fr="Événement")
        apart = replace(CONTENT, title_fr=unicodedata.normalize("NFD", "Événement"))

        assert digest_of(document(composed)) == digest_of(document(apart))

    def test_it_has_sorted_keys_and_no_spaces(self):
        made = canonical(document())

        assert made.startswith(b'{"agreement":{"how":"silence"},"endorsement":')
        assert json.loads(made)["form_version"] == 1

    def test_its_parts_are_named_after_the_numbers_of_clauses(self):
        named = {name for name in parts_of(document()) if name.startswith("clause")}

        assert named == {"clause 1.1", "clause 1.2", "clause 2.1"}

    def test_the_digest_of_a_known_document_never_changes(self):
        content = Content((ChapterText("c", "C", "", (ClauseText("k", "é", "public"),)),), "T", "")

        assert digest_of(document(content)) == "94ad8f4992b5d97f281b2a303883f063bd904e747deadcf5ae481d6781384bff"


class TestVerifying:
    def test_what_was_signed_holds(self):
        verdict = verify(canonical(a_file()))

        assert verdict.holds
        assert verdict.findings == ()
        assert [s["side"] for s in verdict.signatures] == ["party", "organisation"]

    @pytest.mark.fault("F22")
    def test_a_clause_that_was_altered_is_named(self):
        told = a_file()
        told["document"]["text"]["chapters"][1]["clauses"][0]["body"] += "!"

        found = findings(told)

        assert found[0] == "This part is not what was frozen: clause 2.1."
        assert found[1].startswith("The document does not have the digest that the file names")
        assert found[2] == "The signature of the partner does not fit the document, the signer and the moment it names."

    @pytest.mark.parametrize(
        ("alter", "says"),
        [
            (lambda d: d["endorsement"].update(body="Nobody"), "This part is not what was frozen: endorsement."),
            (lambda d: d["agreement"].update(how="council"), "This part is not what was frozen: agreement."),
            (lambda d: d["parties"]["party"].update(en="Arcadia"), "This part is not what was frozen: parties."),
            (lambda d: d["text"]["title"].update(en="Other"), "This part is not what was frozen: title."),
            (lambda d: d["text"]["chapters"].reverse(), "This part is not what was frozen: chapters."),
            (lambda d: d["text"]["chapters"][0]["clauses"].pop(), WENT + "clause 1.2."),
            (
                lambda d: d["text"]["chapters"][1]["clauses"].append(NEW),
                CAME + "clause 2.2.",
            ),
        ],
    )  # fmt: skip
    def test_whatever_was_altered_is_named(self, alter, says):
        told = a_file()
        alter(told["document"])

        assert says in findings(told)

    def test_whoever_mends_every_digest_still_has_no_signature(self):
        told = a_file()
        altered = document(replace(CONTENT, title_en="Another title"))
        forged = as_file(altered, told["signatures"])

        assert findings(forged) == [
            "The signature of the partner does not fit the document, the signer and the moment it names.",
            "The signature of the organisation does not fit the document, the signer and the moment it names.",
        ]

    @pytest.mark.parametrize("altered", [{"name": "Somebody else"}, {"at": "2027-03-16T17:00:00+00:00"}, {"signature": "00" * 64}])
    def test_who_signed_and_when_is_part_of_what_was_signed(self, altered):
        told = a_file()
        told["signatures"][0] |= altered

        assert findings(told) == ["The signature of the partner does not fit the document, the signer and the moment it names."]

    def test_a_signature_that_is_missing_doubled_or_for_another_party_is_named(self):
        told = a_file()
        one, other = told["signatures"]
        strange = signature(told["document"], "party", party="XAR")

        assert findings(told | {"signatures": [one]}) == ["There is no signature of the organisation."]
        assert findings(told | {"signatures": [one, one, other]}) == ["There is more than one signature of the partner."]
        assert findings(told | {"signatures": [strange, other]}) == [
            "The signature of the partner is made for XAR, which is not that side of the agreement."
        ]

    def test_a_reader_names_the_keys_they_trust(self):
        told = a_file()
        prints = [fingerprint_of(bytes.fromhex(s["public_key"])) for s in told["signatures"]]

        assert findings(told, expected=prints) == []
        [found] = findings(told, expected=[prints[0].upper().replace(" ", ":")])
        assert found.startswith("The key that signed for the organisation is none of those you expect")

    @pytest.mark.parametrize(
        "file", [b"", b"{}", b"[1]", b"null", b"%PDF-1.7 nothing", b'{"document": 1}', b"\xff\xfe", b"[" * 100_000]
    )
    def test_any_other_file_is_refused_in_words(self, file):
        verdict = verify(file)

        assert not verdict.holds
        assert [str(f) for f in verdict.findings] == ["The file is neither an agreement in JSON nor a PDF that carries one."]

    def test_a_form_of_the_future_and_a_huge_file_are_refused_in_words(self, monkeypatch):
        told = a_file()
        told["document"]["form_version"] = 2

        assert findings(told) == ["The file is of a form that this program does not know: comity-agreement 2."]
        monkeypatch.setattr("comity.agreements.rules.verifying.MOST_BYTES", 10)
        assert findings(told) == ["The file is too large to be an agreement."]


@pytest.mark.django_db
class TestPapers:
    def paper(self, content: Content = CONTENT):
        agreement = desk.signed(content)
        return papers.paper_of(agreement, seen_by=DESK)

    def words(self, made: bytes) -> str:
        return " ".join(" ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(made)).pages).split())

    def test_the_pdf_of_a_signed_agreement_holds(self):
        paper, carried = self.paper()
        made = as_pdf(paper, attachments=carried)

        assert [str(f) for f in verify(made).findings] == []
        assert "Programme de partenariat" in self.words(made)
        assert "1.2 RESTRICTED They meet in *spring*." in self.words(made)
        assert "lars" in self.words(made).lower() or "head_of_delegation" in self.words(made)

    @pytest.mark.fault("F22")
    @pytest.mark.parametrize("altered", ["taken out", "changed", "added"])
    def test_pages_that_show_something_else_are_named(self, altered):
        paper, carried = self.paper()
        first = paper.sections[0]
        items = {
            "taken out": first.items[:1],
            "changed": (replace(first.items[0], runs=(Run("The two sides meet thrice a year."),)), *first.items[1:]),
            "added": (first.items[0], Item("1.1a", (Run("Lakeland pays."),)), first.items[1]),
        }[altered]
        made = as_pdf(replace(paper, sections=(replace(first, items=items), *paper.sections[1:])), attachments=carried)

        found = [str(f) for f in verify(made).findings]

        assert found[0] == {
            "taken out": "The pages do not show this part as it was frozen: clause 1.2.",
            "changed": "The pages do not show this part as it was frozen: clause 1.1.",
            "added": "The pages do not show this part as it was frozen: clause 1.2.",
        }[altered]  # fmt: skip

    def test_another_title_shows(self):
        paper, carried = self.paper()

        found = [str(f) for f in verify(as_pdf(replace(paper, title_en="Other", title_fr=""), attachments=carried)).findings]

        assert "The pages do not show this part as it was frozen: title." in found

    def test_a_pdf_without_the_file_inside_proves_nothing(self):
        paper, _carried = self.paper()

        assert not verify(as_pdf(paper)).holds

    def test_words_from_right_to_left_are_not_compared_and_that_is_said(self):
        content = replace(CONTENT, chapters=(ChapterText("c", "C", "", (ClauseText("k", "السلام"), ClauseText("l", "Peace."))),))
        paper, carried = self.paper(content)
        verdict = verify(as_pdf(paper, attachments=carried))

        assert verdict.holds
        assert [str(f) for f in verdict.findings] == [
            "The words of this part run from right to left; the pages cannot be compared with it: clause 1.1."
        ]

    def test_what_is_not_agreed_says_so_and_carries_nothing(self):
        agreement = desk.endorsed()
        paper, carried = papers.paper_of(agreement, seen_by=DESK)

        assert carried == []
        assert paper.footer == "Not agreed"
        assert "Endorsed by The government, February 2026" in paper.subtitles

    def test_a_french_text_is_printed_in_french(self):
        paper, carried = self.paper(replace(CONTENT, language="fr"))

        assert paper.title == "Programme de partenariat"
        assert paper.sections[0].title == "Dialogue politique"
        assert paper.marking == "DIFFUSION RESTREINTE"
        assert verify(as_pdf(paper, attachments=carried)).holds
        assert as_docx(paper)

    def test_600_clauses_are_set_and_verified(self):
        began = time.perf_counter()
        paper, carried = self.paper(desk.long_content(600))
        made = as_pdf(paper, attachments=carried)

        assert time.perf_counter() - began < 15  # alone it takes about two seconds; machines are shared
        assert verify(made).holds

    @pytest.mark.fault("F3")
    def test_two_versions_are_compared_on_paper_as_their_reader_sees_them(self):
        agreement = desk.agreed()
        former = agreement.version
        first = CONTENT.chapters[0]
        once = replace(first, clauses=(replace(first.clauses[0], body="The two sides meet once a year."),))
        new = ChapterText("new", "New", "", (ClauseText("n", "All new."),))
        latter = versions.keep(agreement.text, replace(CONTENT, chapters=(once, new)), base=former, by=DESK, at=desk.DEADLINE)
        latter, former = (Version.objects.select_related("text__party").get(pk=v.pk) for v in (latter, former))

        paper = papers.comparison_of(former, latter, seen_by=DESK)

        assert [(s.number, s.title, s.change) for s in paper.sections] == [
            ("1", "Political dialogue", ""), ("", "Defence", "del"), ("2", "New", "ins"),
        ]  # fmt: skip
        changed = [(run.text.strip(), run.change) for run in paper.sections[0].items[0].runs if run.change]
        assert changed == [("twice", "del"), ("once", "ins")]
        stranger = papers.comparison_of(former, latter, seen_by=desk.STRANGER)
        assert "All new." not in str(stranger)
        assert "spring" not in str(stranger)


@pytest.mark.django_db
class TestTheCommand:
    def run(self, *words: str, **given: Any) -> subprocess.CompletedProcess[str]:
        """As somebody who has the program and nothing else: no settings, no database."""
        bare = {name: value for name, value in os.environ.items() if not name.startswith(("COMITY", "DJANGO"))}
        code = "from comity.config.cli import main; main()"
        return subprocess.run([sys.executable, "-c", code, *words], capture_output=True, text=True, env=bare, **given)

    def test_a_file_is_checked_without_settings_or_database(self, tmp_path):
        told = a_file()
        (tmp_path / "good.json").write_bytes(canonical(told))
        told["document"]["text"]["chapters"][0]["clauses"][0]["body"] = "We pay."
        (tmp_path / "bad.json").write_bytes(canonical(told))

        good = self.run("programmes", "verify", "good.json", "--format", "json", cwd=tmp_path)
        bad = self.run("programmes", "verify", "bad.json", "--format", "json", cwd=tmp_path)
        plain = self.run("programmes", "verify", "bad.json", cwd=tmp_path)
        none = self.run("programmes", "verify", "none.json", cwd=tmp_path)

        assert (good.returncode, json.loads(good.stdout)["holds"]) == (0, True)
        assert bad.returncode == plain.returncode == 1
        assert json.loads(bad.stdout)["findings"][0]["sentence"] == "This part is not what was frozen: clause 1.1."
        assert "clause 1.1" in plain.stdout
        assert none.returncode == 2
