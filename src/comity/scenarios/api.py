"""The API of the room of scenarios: studies with their scenarios, and trials of one line."""

from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from ninja import Field, Query, Router, Schema, Status

from comity.kernel.faces import say
from comity.kernel.refusals import NotFound
from comity.participation import queries as participation
from comity.participation.models import Rule
from comity.scenarios import queries
from comity.scenarios.acts import studies, trials
from comity.scenarios.models import Scenario, Study
from comity.scenarios.queries.trials import Tried
from comity.scenarios.rules import LEVERS, Choice
from comity.ui.visits import Visit
from comity.ui.wire import Page, page_of

router = Router(tags=["scenarios"])
Limit = Annotated[int, Query(ge=1, le=200)]
Percent = Annotated[int, Field(ge=0, le=100)]
Weight = Annotated[int, Field(ge=0, le=999_999)]
FIGURES = ("granted", "fill", "worst", "median", "funded", "self_paid", "cancelled", "value", "bound", "gap_percent", "seconds")


class StudyOut(Schema):
    """Many simulations of one edition."""

    id: int
    edition: int
    number: int
    title: str
    state: str
    ordered_at: datetime
    finished_at: datetime | None
    requests: int | None
    turned_away: int | None


class ScenarioOut(Schema):
    """One rule with one variation and one seed, and the figures of the plan that follows."""

    id: int
    number: int
    rule: str
    rule_version: int
    parameters: dict[str, Any]
    variation: dict[str, Any]
    changes: str
    seed: int
    state: str
    figures: dict[str, float | None]
    input_sha256: str
    output_sha256: str


class StudyWithScenarios(StudyOut):
    """A study with everything it works out."""

    scenarios: list[ScenarioOut]


class RuleNamed(Schema):
    """A published rule by its name, in a version or in the newest."""

    name: str = Field(max_length=40)
    version: int | None = Field(None, ge=1, le=30_000)


class StudyIn(Schema):
    """An order for a study: each variation is tried beside what is published, and with each of the others."""

    edition: int = Field(ge=1949, le=2199)
    title: str = Field("", max_length=120)
    rules: list[RuleNamed] = Field(min_length=1, max_length=20)
    priority_weights: list[tuple[Weight, Weight, Weight]] = Field([], max_length=20)
    self_pay_percent: list[Percent] = Field([], max_length=20)
    tolerance_percent: list[Percent] = Field([], max_length=20)
    pool: str = Field("", max_length=40)
    budget_percent: list[Annotated[int, Field(ge=-100, le=1000)]] = Field([], max_length=20)
    more_away: list[Percent] = Field([], max_length=20)
    draws: int = Field(1, ge=1, le=20)
    seed: int | None = Field(None, ge=0, le=2**48)

    def choice(self) -> Choice:
        """The choice, with what is published always among it."""
        return Choice(
            weights=[None, *self.priority_weights], self_pay=[None, *self.self_pay_percent],
            tolerance=[None, *self.tolerance_percent], pool=self.pool, draws=self.draws,
            budget_percent=list(dict.fromkeys([0, *self.budget_percent])), more_away=list(dict.fromkeys([0, *self.more_away])),
        )  # fmt: skip


class TrialIn(Schema):
    """What is changed about a line: a term, and what it is changed to (priority, places, funding) or by."""

    lever: Literal[tuple(LEVERS)]  # type: ignore[valid-type]
    amount: int = Field(ge=0, le=10**9)


class TrialOut(Schema):
    """What a trial found, as far as the caller may read it."""

    id: int
    lever: str
    amount: int
    state: str
    better: bool | None
    before: list[int] | None
    after: list[int] | None
    others_moved: int | None
    gap_percent: float | None
    says: str


@router.get("/scenarios", response=Page[StudyOut])
def list_studies(request: Visit, edition: int = 0, cursor: str = "", limit: Limit = 50) -> dict[str, Any]:
    """The studies, for those who prepare rounds."""
    found = queries.studies(seen_by=request.actor)
    items, following = page_of(found.filter(edition=edition % 10_000) if edition else found, cursor=cursor, limit=limit)
    return {"items": [_study(s) for s in items], "next": following}


@router.post("/scenarios", response={201: StudyOut})
def order(request: Visit, body: StudyIn) -> Status[dict[str, Any]]:
    """Order a study; it is worked out by the jobs, and promises nothing."""
    year = participation.edition(body.edition, seen_by=request.actor)
    rules: list[Rule] = [participation.rule(r.name, r.version, seen_by=request.actor) for r in body.rules]
    at, by = datetime.now(UTC), request.actor
    made = studies.order(year, rules=rules, choice=body.choice(), title=body.title, seed=body.seed, by=by, at=at)
    return Status(201, _study(made))


@router.get("/scenarios/{pk}", response=StudyWithScenarios)
def read(request: Visit, pk: int) -> dict[str, Any]:
    """One study with its scenarios."""
    study = queries.study(_fits(pk), seen_by=request.actor)
    return _study(study) | {"scenarios": [_scenario(s) for s in queries.scenarios(study, seen_by=request.actor)]}


@router.post("/scenarios/{pk}/cancel", response=StudyOut)
def cancel(request: Visit, pk: int) -> dict[str, Any]:
    """Call a study off."""
    return _study(studies.cancel(queries.study(_fits(pk), seen_by=request.actor), by=request.actor, at=datetime.now(UTC)))


@router.post("/rounds/{pk}/lines/{line}/trials", response={201: TrialOut})
def attempt(request: Visit, pk: int, line: int, body: TrialIn) -> Status[dict[str, Any]]:
    """Have a line solved again with one term changed; ask again until it is done."""
    found = queries.line(participation.round_of(_fits(pk), seen_by=request.actor), _fits(line), seen_by=request.actor)
    made = trials.attempt(found, body.lever, body.amount, by=request.actor, at=datetime.now(UTC))
    return Status(201, _trial(queries.trial(made.pk, seen_by=request.actor)))


@router.get("/trials/{pk}", response=TrialOut)
def read_trial(request: Visit, pk: int) -> dict[str, Any]:
    """What a trial found, while it is kept."""
    return _trial(queries.trial(_fits(pk), seen_by=request.actor))


def _study(study: Study) -> dict[str, Any]:
    own = ("id", "number", "title", "state", "ordered_at", "finished_at", "requests", "turned_away")
    return {name: getattr(study, name) for name in own} | {"edition": study.edition_id}


def _scenario(s: Scenario) -> dict[str, Any]:
    side = queries.side_of_scenario(s) if s.is_done else None
    own = ("id", "number", "parameters", "variation", "seed", "state", "input_sha256", "output_sha256")
    return {
        **{name: getattr(s, name) for name in own},
        "rule": s.rule.name, "rule_version": s.rule.version, "changes": ", ".join(map(say, s.changes)),
        "figures": {name: side.figure(name) if side else None for name in FIGURES},
    }  # fmt: skip


def _trial(found: Tried) -> dict[str, Any]:
    told = found.trial.result
    names = {"before": "before", "after": "after", "others_moved": "moved", "gap_percent": "gap_percent"}
    return {
        **{name: getattr(found.trial, name) for name in ("id", "lever", "amount", "state")},
        **{name: told.get(key) for name, key in names.items()},
        "better": found.is_better if found.is_ready else None,
        "says": " ".join(map(say, found.said)),
    }


def _fits(pk: int) -> int:
    """A number that the column can hold; any other is nobody's."""
    if not 0 < pk < 2**63:
        raise NotFound(what="record")
    return pk
