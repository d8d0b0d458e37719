"""What becomes of the goals of an edition in the next: proposed from how they stand, then chosen by people."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

Become = Literal["carried_over", "merged", "split", "completed", "dropped"]


@dataclass(frozen=True)
class Standing:
    """One goal of an edition: its key, and how many of its milestones are met, open and otherwise settled."""

    goal: int
    met: int = 0
    open: int = 0
    other: int = 0


@dataclass(frozen=True)
class Choice:
    """What one goal becomes: what it is merged into, the titles it is split into, or why it is dropped."""

    goal: int
    become: Become
    into: int | None = None
    titles: tuple[str, ...] = ()
    reason: str = ""


def proposed(goal: Standing) -> Become:
    """What a goal would become if nobody said otherwise: completed if all its milestones are met, else carried over."""
    return "completed" if goal.met and not goal.open and not goal.other else "carried_over"


def left_behind(goals: Iterable[int], choices: Mapping[int, Choice]) -> list[int]:
    """The goals of which nobody has said what becomes of them."""
    return [goal for goal in goals if goal not in choices]


def astray(choices: Mapping[int, Choice], goals: Collection[int]) -> list[int]:
    """The goals merged into one that is not carried over itself, or that is not of this edition."""
    return [
        goal
        for goal, choice in choices.items()
        if choice.become == "merged"
        and (
            choice.into is None or choice.into == goal or choice.into not in goals or choices[choice.into].become != "carried_over"
        )
    ]
