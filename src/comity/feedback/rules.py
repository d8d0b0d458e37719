"""What may be told of answers and counts without telling of anybody, and what questions and reports are called.

Fewer than five is nobody's business. Answers are shown in batches of five or more, so that two looks never differ by
fewer; a table of people hides what is small, and as much more as it takes that nothing hidden can be worked out.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from comity.kernel.words import Name, _

LEAST = 5
SCALE = (1, 2, 3, 4, 5)
KINDS = ("scale", "yes_no", "text")
LONGEST = 2000
# So many days a link can be answered, and so many days answers are kept once they are all in.
DAYS_OPEN, DAYS_KEPT = 30, 1095

REPORT_STATES = {
    "draft": _("draft"),
    "submitted": _("submitted"),
    "returned": _("returned"),
    "approved": _("approved"),
    "distributed": _("distributed"),
}
REPORT_TONES = {"draft": "calm", "submitted": "warn", "returned": "bad", "approved": "good", "distributed": "good"}
GENDERS = {"woman": _("women"), "man": _("men"), "other": _("other"), "": _("not said")}
RANKS = {"CIV": _("civilian")}
FUNDINGS = {"none": _("no funding asked for"), "wanted": _("funding wanted"), "needed": _("funding needed")}


@dataclass(frozen=True)
class Question:
    """One question of a survey: how it is answered, and its words in both languages."""

    key: str
    kind: str
    words: Name

    @property
    def is_asked_of_all(self) -> bool:
        """Whether everybody who answers answers it: otherwise few might, and be told apart."""
        return self.kind != "text"


@dataclass(frozen=True)
class Told:
    """What all answers that may be shown say to one question."""

    question: Question
    count: int
    mean: float | None = None
    spread: tuple[int, ...] = ()
    texts: tuple[str, ...] = ()


def questions_of(rows: Iterable[Mapping[str, Any]]) -> tuple[Question, ...]:
    """The questions of a survey as its file tells them."""
    return tuple(Question(row["key"], row["kind"], Name(row["en"], row.get("fr", ""))) for row in rows)


def is_full_batch(waiting: int) -> bool:
    """Whether the answers that wait are enough to be shown together."""
    return waiting >= LEAST


def is_answer(question: Question, value: object) -> bool:
    """Whether a value answers a question."""
    if question.kind == "scale":
        return value in SCALE and not isinstance(value, bool)
    if question.kind == "yes_no":
        return isinstance(value, bool)
    return isinstance(value, str) and len(value) <= LONGEST


def told(questions: Iterable[Question], answers: Sequence[Mapping[str, Any]]) -> list[Told]:
    """What answers say, question by question; nothing where there are too few."""
    return [_told(question, answers) for question in questions] if len(answers) >= LEAST else []


def _told(question: Question, answers: Sequence[Mapping[str, Any]]) -> Told:
    given = [answer[question.key] for answer in answers if answer.get(question.key) not in (None, "")]
    if question.kind == "text":
        return Told(question, len(given), texts=tuple(given))
    counts = Counter(given)
    if question.kind == "yes_no":
        return Told(question, len(given), spread=(counts[True], counts[False]))
    return Told(question, len(given), round(sum(given) / len(given), 2), tuple(counts[n] for n in SCALE))


def shown_to_others(cells: Mapping[str, int]) -> tuple[dict[str, int | None], int | None]:
    """The cells of one column, and their sum, as those may read them who are not to tell people apart: `None` is hidden.

    Hidden is whatever counts one to four people; then the smallest of the others, with all that equal it, until what is
    hidden can be told from nothing: see `_is_ambiguous`. Where all is hidden and that is not enough, the sum is, too.
    """
    hidden = {key for key, count in cells.items() if 0 < count < LEAST}
    rest = sorted({count for count in cells.values() if count >= LEAST})
    while hidden and rest and not _is_ambiguous([cells[key] for key in hidden]):
        smallest = rest.pop(0)
        hidden |= {key for key, count in cells.items() if count == smallest}
    is_told = not hidden or _is_ambiguous([cells[key] for key in hidden])
    return {key: None if key in hidden else count for key, count in cells.items()}, sum(cells.values()) if is_told else None


def _is_ambiguous(hidden: Sequence[int]) -> bool:
    """Whether counts cannot be worked out from their sum: two or more, five people or more, and neither all 1 nor all 4."""
    total, many = sum(hidden), len(hidden)
    return many >= 2 and total >= LEAST and total not in (many, many * (LEAST - 1))
