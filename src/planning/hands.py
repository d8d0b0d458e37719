"""A plan in work: take people away until every limit is kept, fill what is free, trim who is idle."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from planning.model import Flags, Floats, Ints
from planning.rows import Frame


def settle(frame: Frame, people: Ints) -> Ints:
    """The same people without those who break a limit, then filled up and trimmed."""
    hands = Hands.over(frame, np.clip(people, frame.least, frame.upper))
    hands.withdraw()
    hands.fill()
    hands.trim()
    return hands.people


@dataclass
class Hands:
    """A plan in work: people of each column, what each row has left, and the entries by column and by row."""

    frame: Frame
    people: Ints
    left: Ints
    order: Ints
    edges: Ints
    weight: Ints

    @classmethod
    def over(cls, frame: Frame, people: Ints) -> Hands:
        """Take a plan in hand."""
        order = np.argsort(frame.column, kind="stable")
        edges = np.searchsorted(frame.column[order], np.arange(len(people) + 1))
        return cls(frame, people.copy(), frame.most - frame.loads(people), order, edges, frame.problem.weight)

    @property
    def missed(self) -> Ints:
        """Units of each goal that are missing."""
        return np.maximum(0, self.left[self.frame.goals_from :])

    def send(self, column: int, number: int) -> None:
        """Send more people to a column, or fewer."""
        at = self.order[self.edges[column] : self.edges[column + 1]]
        self.people[column] += number
        self.left[self.frame.row[at]] -= number * self.frame.entry[at]

    def withdraw(self) -> None:
        """Take away people, the least useful first, until every limit is kept."""
        first = self.frame.goals_from
        while len(over := np.flatnonzero(self.left[:first] < 0)):
            row = int(over[0])
            entries = (self.frame.row == row) & (self.frame.entry > 0)
            able = self.frame.column[entries]
            able = able[self.people[able] > self.frame.least[able]]
            gains = self._worth(-1)[able]
            self.send(int(able[np.argmax(gains)]), -1)

    def fill(self) -> None:
        """Add one person after another where it brings most for its cost, while any goal gains."""
        while True:
            gains = np.where(self._free(), self._worth(1), 0.0)
            gains = gains / np.maximum(self.frame.cost, 1)
            best = int(np.argmax(gains)) if len(gains) else 0
            if not len(gains) or gains[best] <= 0:
                return
            self.send(best, 1)

    def trim(self) -> None:
        """Take away people whom no goal misses and nobody needs, the dearest first."""
        for column in np.argsort(-self.frame.cost, kind="stable").tolist():
            while self.people[column] > self.frame.least[column] and self._idle(column):
                self.send(column, -1)

    def _worth(self, number: int) -> Floats:
        """What one person more (1) or fewer (-1) at each column changes in weighted units reached."""
        frame, first = self.frame, self.frame.goals_from
        goal = np.flatnonzero(frame.row >= first)
        at, short = frame.row[goal] - first, self.left[first:]
        after = np.maximum(0, short[at] - number * frame.entry[goal])
        return np.bincount(frame.column[goal], self.weight[at] * (self.missed[at] - after), len(self.people)).astype(np.float64)

    def _free(self) -> Flags:
        """Whether one more person can go to each column."""
        frame = self.frame
        tight = (frame.row < frame.goals_from) & (frame.entry > self.left[frame.row])
        blocked = np.bincount(frame.column[tight], minlength=len(self.people)) > 0
        free: Flags = ~blocked & (self.people < frame.upper)
        return free

    def _idle(self, column: int) -> bool:
        """Whether one person fewer at a column costs no goal a unit and leaves nobody without what comes before."""
        at = self.order[self.edges[column] : self.edges[column + 1]]
        row = self.frame.row[at]
        after = self.left[row] + self.frame.entry[at]
        kept = np.where(row < self.frame.goals_from, after >= 0, (after <= 0) | (self.frame.entry[at] == 0))
        return bool(kept.all())
