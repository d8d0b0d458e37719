"""Laying a pack down: its rows made into rows of the register, by the rooms' own acts, in one transaction."""

from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.db import transaction

from comity.accounts.rules import Permission
from comity.activities.acts import vocabularies
from comity.feedback.acts import surveys
from comity.frameworks.acts import registers as frameworks
from comity.frameworks.models import Event, Framework, Membership, Statement, Suspension
from comity.kernel.actors import Actor
from comity.kernel.dates import PartialDate
from comity.kernel.tables import sort_key
from comity.nominations.acts import policies
from comity.packs.checking import STANDINGS, PackIsFaulty, faults
from comity.packs.reading import Pack, Row, read
from comity.participation.acts import rules
from comity.parties.acts import registers as parties
from comity.parties.acts.batches import Tally, Wanted
from comity.parties.models import Party, PartyName, Source, Succession
from comity.programmes.acts import registers as programmes
from comity.programmes.models import Programme, ProgrammeState, ProgrammeType
from comity.trail import acts as trail
from comity.trail.models import Entry

LOADED = "pack.loaded"
COUNTED = {"ally", "partner", "participant", "equal_member"}
SCOPE = frameworks.SCOPE


def is_loaded(directory: Path) -> bool:
    """Whether this very pack, byte for byte, is the one that was last laid down here."""
    pack = read(directory)
    last = Entry.objects.filter(act=LOADED, facts__pack=pack.name).first()
    return last is not None and last.facts["digest"] == pack.digest


@transaction.atomic
def load(directory: Path, *, by: Actor, at: datetime) -> dict[str, Tally]:
    """Lay a pack down; what is there already stays as it is, and what the office has corrected since stays corrected.

    Raises:
        PackIsFaulty: the pack has faults; nothing is laid down.
    """
    by.must(Permission.LOAD_PACK)
    pack = read(directory)
    if wrong := list(faults(pack)):
        raise PackIsFaulty(pack=pack.name, count=len(wrong), first=str(wrong[0]))
    tallies = parties.lay_down(_parties(pack), pack=pack.name, by=by, at=at)
    tallies |= frameworks.lay_down(_frameworks(pack), pack=pack.name, by=by, at=at)
    tallies |= programmes.lay_down(_programmes(pack), pack=pack.name, by=by, at=at)
    tallies["menu"] = _tallied(vocabularies.load(directory, by=by))
    tallies["rules"] = _tallied(rules.publish_all(directory, by=by, at=at))
    tallies["promotion"] = _tallied(policies.publish_all(directory, by=by, at=at))
    tallies["survey"] = _tallied(surveys.publish_all(directory, by=by, at=at))
    if not is_loaded(directory):
        organisation = Party.objects.get(code=pack.organisation)
        trail.record(LOADED, organisation, by=by, at=at, pack=pack.name, version=pack.version, digest=pack.digest)
    return tallies


def _tallied(counts: Mapping[str, int]) -> Tally:
    """The tally of a room that counts by name."""
    return Tally(counts.get("created", 0), counts.get("changed", 0), counts.get("unchanged", 0))


def _parties(pack: Pack) -> parties.Register:
    """The part of a pack that the room of parties keeps."""
    zones = {row["code"]: row["zone"] for row in pack.of("zones")}
    return parties.Register(
        sources=[Wanted(_source(row)) for row in pack.of("sources")],
        parties=[Wanted(_party(row, zones), _sources(pack, row)) for row in pack.of("parties")],
        names=[Wanted(_name(row), _sources(pack, row)) for row in pack.of("names")],
        successions=[
            Wanted(
                Succession(
                    predecessor_id=row["predecessor"], successor_id=row["successor"], on=PartialDate(row["on"]), note=row["note"]
                ),
                _sources(pack, row),
            )
            for row in pack.of("successions")
        ],
    )


def _source(row: Row) -> Source:
    return Source(
        key=row["key"],
        title=row["title"],
        publisher=row["publisher"],
        published=PartialDate(row["published"]),
        address=row["address"],
        grade=row["grade"],
    )


def _party(row: Row, zones: Mapping[str, str]) -> Party:
    return Party(
        code=row["code"],
        kind=row["kind"],
        alpha2=row["alpha2"],
        name_en=row["name_en"],
        name_fr=row["name_fr"],
        sort=sort_key(row["name_en"]),
        seat_id=row["seat"] or None,
        founded=PartialDate(row["founded"]),
        ended=PartialDate(row["ended"]),
        note=row["note"],
        zone=zones.get(row["code"], ""),
    )


def _name(row: Row) -> PartyName:
    since, until = PartialDate(row["since"]), PartialDate(row["until"])
    return PartyName(
        party_id=row["party"],
        language=row["language"],
        name=row["name"],
        since=since,
        until=until,
        period=(since.earliest, until.stops),
        note=row["note"],
    )


def _frameworks(pack: Pack) -> frameworks.Register:
    """The part of a pack that the room of frameworks keeps."""
    memberships, carriers = _memberships(pack)
    return frameworks.Register(
        frameworks=[
            Wanted(_framework(row, place), _sources(pack, row)) for place, row in enumerate(pack.of("frameworks"), start=1)
        ],
        memberships=memberships,
        suspensions=_suspensions(pack, carriers),
        events=[Wanted(_event(row), _ties(pack, row)) for row in pack.of("events")],
        statements=[Wanted(_statement(row)) for row in pack.of("statements")],
    )


def _framework(row: Row, place: int) -> Framework:
    return Framework(
        code=row["code"],
        kind=row["kind"],
        name_en=row["name_en"],
        name_fr=row["name_fr"],
        founded=PartialDate(row["founded"]),
        ended=PartialDate(row["ended"]),
        predecessor_id=row["predecessor"] or None,
        party_id=row["party"] or None,
        place=place,
        note=row["note"],
    )


def _memberships(pack: Pack) -> tuple[list[Wanted[Membership]], dict[str, str]]:
    """The memberships of a pack, and for each row that says `suspended` the key of the membership it hangs on.

    Such a row is no standing of its own: the membership it follows or overlaps runs on through it.
    """
    rows = [row for row in pack.of("memberships") if row["status"] != "suspended"]
    until = {row["key"]: row["to"] for row in rows}
    carriers: dict[str, str] = {}
    for held in (row for row in pack.of("memberships") if row["status"] == "suspended"):
        carrier = next(row for row in rows if _carries(row, held))
        carriers[held["key"]] = carrier["key"]
        if carrier["to"] == held["from"]:
            until[carrier["key"]] = held["to"]
    return [Wanted(_membership(row, until[row["key"]]), _sources(pack, row)) for row in rows], carriers


def _carries(row: Row, held: Row) -> bool:
    """Whether a counted row is the one that a `suspended` row follows or overlaps."""
    same = row["party_iso3"] == held["party_iso3"] and row["framework"] == held["framework"] and STANDINGS[row["status"]] in COUNTED
    return same and row["from"] <= held["from"] and (not row["to"] or held["from"] <= row["to"])


def _membership(row: Row, to: str) -> Membership:
    since, until = PartialDate(row["from"]), PartialDate(to)
    return Membership(
        key=row["key"],
        framework_id=row["framework"],
        party_id=row["party_iso3"],
        standing=STANDINGS[row["status"]],
        since=since,
        until=until,
        period=(since.earliest, until.stops),
        note=row["note"],
    )


def _suspensions(pack: Pack, carriers: dict[str, str]) -> list[tuple[str, Wanted[Suspension]]]:
    told = {row["key"]: row for row in pack.of("memberships")}
    return [
        (carriers[row["key"]], Wanted(_suspension(row, told[row["key"]]), _sources(pack, row))) for row in pack.of("suspensions")
    ]


def _suspension(row: Row, told: Row) -> Suspension:
    since, until = PartialDate(told["from"]), PartialDate(told["to"])
    return Suspension(
        key=row["key"],
        since=since,
        until=until,
        period=(since.earliest, until.stops),
        deciding_body=row["body"],
        review_on=PartialDate(row["review_on"]),
        ground=row["ground"],
        lifting=row["lifting"],
        note=told["note"],
        **{part: row.says_yes(part) for part in SCOPE},
    )


def _event(row: Row) -> Event:
    return Event(
        key=row["key"],
        on=PartialDate(row["on"]),
        title_en=row["title_en"],
        title_fr=row["title_fr"],
        kind=row["kind"],
        document=int(row["document"]) if row["document"] else None,
        place=row["place"],
        series=row["series"],
        figure=int(row["figure"]) if row["figure"] else None,
        note=row["note"],
    )


def _statement(row: Row) -> Statement:
    says: dict[str, Any] = row["says"]
    return Statement(
        id=row["id"],
        document=int(row["document"] or 0),
        place=row["place"],
        says_en=says["en"],
        says_fr=says["fr"],
        as_of=date.fromisoformat(str(row["as_of"])),
        claim=row["check"],
    )


def _programmes(pack: Pack) -> programmes.Register:
    """The part of a pack that the room of programmes keeps."""
    alone = {row["code"]: row.cells.get("alone", True) for row in pack.of("programme_types")}
    return programmes.Register(
        types=[
            Wanted(_programme_type(row, place), _sources(pack, row) | {"replaces": frozenset(row["replaces"] or ())})
            for place, row in enumerate(pack.of("programme_types"), start=1)
        ],
        programmes=[Wanted(_programme(pack, row, alone[row["type"]])) for row in pack.of("programmes")],
    )


def _programme_type(row: Row, place: int) -> ProgrammeType:
    name, purpose = row["name"], row["purpose"] or {}
    return ProgrammeType(
        code=row["code"],
        name_en=name["en"],
        name_fr=name["fr"],
        purpose_en=purpose.get("en", ""),
        purpose_fr=purpose.get("fr", ""),
        place=place,
        cycle=row["cycle"] or None,
        rhythm=row["rhythm"] or None,
        has_midterm=row.cells.get("midterm"),
        chapters=row["chapters"] or [],
        aliases=row["aliases"] or {},
        openings=row["open_to"] or [],
        steps=row["steps"] or [],
        approvers=row["approvers"] or {},
        requires=row["requires"] or [],
        is_alone=row.cells.get("alone", True),
        is_signed=row.cells.get("signed", True),
        since=PartialDate(row["since"]),
        until=PartialDate(row["until"]),
        note=row["note"],
    )


def _programme(pack: Pack, row: Row, is_alone: bool) -> Programme:
    return Programme(
        key=row["key"],
        party_id=row["party"],
        type_id=row["type"],
        is_alone=is_alone,
        edition=row["edition"],
        alias_en=row["alias_en"],
        alias_fr=row["alias_fr"],
        since=PartialDate(row["since"]),
        until=PartialDate(row["until"]),
        binding=row["binding"],
        state=ProgrammeState.RECORDED,
        source_id=pack.source_keys[row["source"]],
        note=row["note"],
    )


def _sources(pack: Pack, row: Row) -> dict[str, frozenset[Any]]:
    return {"sources": frozenset(pack.source_keys[named] for named in row.parts("source"))}


def _ties(pack: Pack, row: Row) -> dict[str, frozenset[Any]]:
    named = {column: frozenset(row.words(column)) for column in ("frameworks", "parties", "memberships")}
    return _sources(pack, row) | named
