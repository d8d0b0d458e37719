"""Who attended, who came for a part only, who was excused and who did not come: settled from marks under a published rule."""

from collections.abc import Iterable, Mapping, Sequence

from comity.kernel.words import _

MARKS: dict[str, str] = {"present": _("Present"), "absent": _("Absent"), "excused": _("Excused")}
MARK_TONES: dict[str, str] = {"present": "good", "absent": "bad", "excused": "warn", "": "none"}
RESULTS: dict[str, str] = {
    "attended": _("Attended"),
    "partly": _("Attended in part"),
    "no_show": _("Did not come"),
    "excused": _("Excused"),
}
RESULT_TONES: dict[str, str] = {"attended": "good", "partly": "warn", "no_show": "bad", "excused": "warn", "": "none"}
# The published rules: what counts for whether somebody attended.
RULES: dict[str, str] = {
    "each_residential": _("present in each residential part; in each part where none is residential"),
    "each": _("present in each part"),
    "any": _("present in one part at least"),
}
KINDS: dict[str, str] = {"online": _("Online"), "residential": _("Residential"), "whole": _("The whole activity")}


def that_count(rule: str, kinds: Mapping[int, str]) -> tuple[int, ...]:
    """The parts that count under a rule, by their places; `kinds` says of each place how the part is delivered."""
    residential = tuple(place for place, kind in kinds.items() if kind == "residential")
    return residential if rule == "each_residential" and residential else tuple(kinds)


def settled(rule: str, counting: Sequence[int], marks: Mapping[int, str]) -> str:
    """What came of somebody, or nothing while a mark is missing that decides it.

    Attended: present in what counts. In part: came to something, but not to what counts. Excused: never absent without
    excuse, and never there. Did not come: absent without excuse, and never there.
    """
    told = [marks.get(place, "") for place in counting]
    if rule == "any" and "present" in told:
        return "attended"
    if not told or "" in told:
        return ""
    if all(mark == "present" for mark in told):
        return "attended"
    if "present" in marks.values():
        return "partly"
    return "no_show" if "absent" in told else "excused"


def came_of(results: Iterable[str]) -> tuple[int, int, int, int]:
    """Seats held, and of them how many came, did not come, were excused."""
    told = [result for result in results if result]
    came = sum(result in ("attended", "partly") for result in told)
    return len(told), came, told.count("no_show"), told.count("excused")
