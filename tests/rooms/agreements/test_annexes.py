"""A table agreed with a text: who sees it, that it is frozen and signed with it, and is checked with the file alone."""

import json
from dataclasses import replace
from typing import Any

import pytest

from comity.agreements.queries import papers
from comity.agreements.rules import as_file, frozen, verify
from comity.drafting import queries as drafting
from comity.drafting.acts import versions
from comity.drafting.models import Version
from comity.drafting.rules import AnnexText, Content, compare, digest_of, lettered
from comity.exchange.papers import as_docx, as_pdf
from tests.rooms.agreements import desk
from tests.rooms.agreements.desk import ALLY, CONTENT, DESK, LAKE, OTHER_HEAD
from tests.rooms.agreements.test_verifying import PARTIES, findings, signature

HEAD_ROW = ("Year", "Activity", "Title", "People", "Goals")
PLAN = AnnexText(
    "plan", "Plan 2027–2030", "Plan 2027–2030", HEAD_ROW,
    (("2027", "XHQ.0001.01", "Cyber course", "4", "1. Goal 1"), ("2028", "XHQ.0001.01", "Cyber course", "2", "1. Goal 1")),
)  # fmt: skip
WITH_PLAN = replace(CONTENT, annexes=(PLAN,))
# What the content and the document of the tests were hashed to before there were annexes.
BEFORE = "ee31788a2c35b30372b8807c52e65b32e4d0b3103ba8d8805a749e6364193a0f"
FROZEN_BEFORE = "0aecf0142755c8d2cba660558b9ab1f2cd912255aa1105084c6d4a1ab4a7107c"
FACTS = {"version": 1, "parties": PARTIES, "endorsement": {"body": "The government"}, "agreement": {"how": "silence"}}


def a_file(content: Content) -> dict[str, Any]:
    told = frozen(content.told(), **FACTS)
    return as_file(told, [signature(told, "party"), signature(told, "organisation")])


class TestTheForm:
    def test_a_text_without_annexes_is_frozen_as_it_always_was(self):
        told = frozen(CONTENT.told(), **FACTS)

        assert "annexes" not in told["text"]
        assert told["form_version"] == 1
        assert digest_of(CONTENT) == BEFORE
        assert digest_of(told) == FROZEN_BEFORE

    def test_one_with_annexes_tells_them_and_is_read_back_the_same(self):
        told = frozen(WITH_PLAN.told(), **FACTS)

        assert told["form_version"] == 2
        assert Content.of(json.loads(json.dumps(told["text"]))) == WITH_PLAN
        assert digest_of(WITH_PLAN) != digest_of(CONTENT)
        assert [(letter, [number for number, _row in rows]) for letter, _annex, rows in lettered(WITH_PLAN)] == [
            ("A", ["A.1", "A.2"])
        ]

    def test_a_file_with_an_annex_holds_and_says_when_a_line_was_altered(self):
        told = a_file(WITH_PLAN)
        assert findings(told) == []

        told["document"]["text"]["annexes"][0]["rows"][0][3] = "40"

        assert findings(told)[0] == "This part is not what was frozen: annex plan."

    def test_an_annex_that_was_taken_out_or_smuggled_in_is_found(self):
        without, smuggled = a_file(WITH_PLAN), a_file(CONTENT)
        del without["document"]["text"]["annexes"]
        smuggled["document"]["text"]["annexes"] = [PLAN.told()]

        assert "does not know" in findings(without)[0]
        assert "does not know" in findings(smuggled)[0]
        without["document"]["form_version"], smuggled["document"]["form_version"] = 1, 2
        assert "This part was there when the text was frozen and is missing: annex plan." in findings(without)
        assert "This part was not there when the text was frozen: annex plan." in findings(smuggled)


class TestCompared:
    other = replace(
        PLAN, rows=(("2027", "XHQ.0001.01", "Cyber course", "7", "1. Goal 1"), PLAN.rows[1], ("2029", "XHQ.2", "", "1", ""))
    )

    def test_its_rows_are_compared_as_clauses_are(self):
        told = compare(WITH_PLAN, replace(CONTENT, annexes=(self.other,)))

        assert [(row.cells[1].number, row.cells[1].kind) for row in told.rows if row.is_changed] == [
            ("A.1", "changed"), ("A.3", "added"),
        ]  # fmt: skip
        assert told.chapters[-1][0].title_en == "Plan 2027–2030"

    def test_one_that_came_or_went_is_seen(self):
        assert compare(CONTENT, WITH_PLAN).counts["added"] == 2
        assert compare(WITH_PLAN, CONTENT).counts["removed"] == 2
        assert compare(CONTENT, CONTENT) == compare(CONTENT, replace(WITH_PLAN, annexes=()))

    @pytest.mark.django_db
    def test_it_stands_on_the_paper_of_two_versions(self):
        former = desk.a_version()
        latter = versions.keep(former.text, WITH_PLAN, base=former, by=DESK, at=desk.NINE)

        [*chapters, annex] = papers.comparison_of(former, latter, seen_by=LAKE).sections

        assert ([s.number for s in chapters], annex.number, annex.change, len(annex.items)) == (["1", "2"], "A", "ins", 2)


@pytest.mark.django_db
class TestAgreed:
    def test_it_goes_the_way_of_the_text_and_the_pages_and_files_hold(self):
        agreement = desk.signed(WITH_PLAN)
        paper, carried = papers.paper_of(agreement, seen_by=LAKE)
        pdf = as_pdf(paper, attachments=carried)

        assert agreement.frozen["text"]["annexes"][0]["rows"][1] == ["2028", "XHQ.0001.01", "Cyber course", "2", "1. Goal 1"]
        assert paper.marking == "RESTRICTED"
        told = verify(pdf)
        assert (told.holds, [str(finding) for finding in told.findings]) == (True, [])
        assert as_docx(paper).startswith(b"PK")

    def test_pages_that_show_another_line_do_not_hold(self):
        agreement = desk.signed(WITH_PLAN)
        paper, carried = papers.paper_of(agreement, seen_by=LAKE)
        content = Content.of(agreement.frozen["text"])
        other = replace(PLAN, rows=(PLAN.rows[0], ("2028", "XHQ.0001.01", "Cyber course", "200", "1. Goal 1")))
        forged = replace(paper, sections=tuple(papers._sections(replace(content, annexes=(other,)))))

        told = verify(as_pdf(forged, attachments=carried))

        assert [str(finding) for finding in told.findings] == ["The pages do not show this part as it was frozen: annex plan, A.2."]

    @pytest.mark.fault("F3")
    def test_the_two_sides_and_the_allies_read_it_and_nobody_else(self):
        version = Version.objects.select_related("text").get(pk=desk.agreed(WITH_PLAN).version_id)

        for who in (DESK, LAKE, ALLY):
            assert drafting.visible(version.read, who, version).annexes == (PLAN,)
        left = drafting.visible(version.read, OTHER_HEAD, version)
        assert (left.annexes, len(left.chapters)) == ((), 2)
