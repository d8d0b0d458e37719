"""The search for a good plan and for a proof of how good it is. It keeps the best plan offered and the best bound."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np

from allotment.branch import Tree
from allotment.core import Estimate, by_way, dive, narrow_core, whole_core
from allotment.filling import Fates, net_of_all
from allotment.grid import Frame, counts, party_value, plan_value
from allotment.lifting import better, lift
from allotment.model import Floats, Ints, Leaf, Prices
from allotment.prices import Coupling, descend
from allotment.programs import Solver
from allotment.proof import prove
from allotment.seating import Queue, Room, empty_room, put, refill, settle

_ROUNDS = 10
_DIVES = 3
_TRIES = 2

_FEW_ENOUGH = 50_000
"""Up to so many requests the plan is improved place by place: with more, too little is left to gain."""


@dataclass
class Search:
    """What is known so far about one problem with these floors: a plan, and cases with prices that bound all plans.

    ``word`` is a bound on the word of the integer solver, if that is lower than what prices prove.
    """

    frame: Frame
    coupling: Coupling
    room: Room
    cases: list[tuple[Fates, Floats]] = field(default_factory=list)
    proved: int = 0
    word: int | None = None
    rounds: int = 0

    @classmethod
    def begin(cls, frame: Frame, coupling: Coupling) -> Search:
        """Start from nobody seated and no prices at all."""
        return cls(frame, coupling, empty_room(frame.grid))

    def conclude(self) -> None:
        """If the search was cut off before it had a plan or prices: hear the most valuable requests first, and let
        the bound be what everyone could have if nothing were scarce but seats."""
        grid = self.frame.grid
        if self.is_empty:
            room = empty_room(grid)
            queue = Queue(np.maximum(grid.funded, grid.own), self.frame.tie)
            settle(grid, room, queue, np.zeros(len(grid.budget)), saving=False)
            self.offer(room)
        if not self.cases:
            self.learn([(self.coupling.fates, np.zeros(len(self.coupling.supply)))])

    @property
    def value(self) -> int:
        """Value of the best plan."""
        return plan_value(self.frame.grid, self.room.funded, self.room.own)

    @property
    def bound(self) -> int:
        """No plan is worth more."""
        return self.proved if self.word is None else max(min(self.word, self.proved), self.value)

    @property
    def prices(self) -> Floats:
        """The prices of the first case."""
        return self.cases[0][1]

    @property
    def is_empty(self) -> bool:
        """Whether nobody is seated."""
        return not (self.room.funded.any() or self.room.own.any())

    @property
    def is_fair(self) -> bool:
        """Whether the best plan keeps every floor."""
        return bool((party_value(self.frame.grid, self.room.funded, self.room.own) >= self.floors).all())

    def within(self, share: float) -> bool:
        """Whether the best plan is proved to be within this share of the best possible."""
        return self.bound <= self.value * (1.0 + share)

    def merit(self, room: Room) -> float:
        """Value, less what floors are missed by."""
        got = party_value(self.frame.grid, room.funded, room.own)
        floors = -self.coupling.supply[self.coupling.cuts[2] :]
        return float(got.sum()) - self.coupling.missed * float(np.maximum(floors - got, 0).sum())

    def offer(self, room: Room) -> None:
        """Keep a plan if it is better than the best."""
        if self.merit(room) > self.merit(self.room):
            self.room = room

    def learn(self, cases: list[tuple[Fates, Floats]]) -> None:
        """Keep the bound that these cases prove if it is lower than the lowest."""
        bound = self._prove(cases)[1]
        if not self.cases or bound < self.proved:
            self.cases, self.proved = cases, bound

    def _prove(self, cases: list[tuple[Fates, Floats]]) -> tuple[tuple[Leaf, ...], int]:
        proofs = [prove(self.frame, self.coupling.under(fates), prices) for fates, prices in cases]
        return tuple(leaf for leaf, _ in proofs), max(bound for _, bound in proofs)

    def descend(self, steps: int, start: Floats | None = None) -> Estimate:
        """Find prices step by step, and learn their bound."""
        found = descend(self.coupling, steps=steps, start=start)
        self.rounds += found.steps
        self.learn([(self.coupling.fates, found.best.prices)])
        return Estimate(found.best.prices, found.places, found.mean.runs)

    def round(self, estimate: Estimate, *, band: float, most: int) -> None:
        """Offer the plan found by diving into what this estimate leaves open within ``band`` mean places' value.

        A plan of whole places may miss a floor by a little; then that floor is raised by as much, more is left open to
        its party, and the dive is made again.
        """
        floors = self.floors
        coupling, wide = self.coupling, np.full(len(floors), band * self.coupling.value_of_a_place)
        for _ in range(_TRIES):
            core = narrow_core(coupling, estimate, self.frame.tie, band=wide, most=most)
            values = dive(core, most=_ROUNDS)
            self.rounds += 1
            if values is None:
                return
            room = self._settle(*core.places(values), estimate.prices)
            missed = floors - party_value(self.frame.grid, room.funded, room.own)
            if not (missed > 0).any():
                return
            supply = coupling.supply.copy()
            supply[coupling.cuts[2] :] -= np.where(missed > 0, missed + coupling.value_of_a_place, 0)
            coupling, wide = replace(coupling, supply=supply), np.where(missed > 0, 3.0 * wide, wide)

    def solve_whole(self, nodes: int) -> None:
        """Give the problem itself to the integer solver: exact for small problems, if the nodes are enough."""
        core = whole_core(self.coupling)
        if not len(core.request):
            return
        relaxed = Solver(core.program, solver="simplex")
        if relaxed.run():
            self.learn([(self.coupling.fates, core.prices(relaxed.duals, len(self.coupling.supply)))])
        solver = Solver(core.program, whole=True, mip_rel_gap=0.0, mip_abs_gap=0.5, mip_max_nodes=nodes)
        solver.run()
        self.rounds += 2
        if np.isfinite(solver.objective) and len(solver.values):
            self._settle(*core.places(solver.values), self.prices)
        # Values are whole numbers; the solver works to a millionth.
        self.word = int(np.floor(solver.proven + 1e-3))

    def branch(self, *, target: float, band: float, most: int, hurry: Callable[[], bool]) -> None:
        """Solve the linear program of everything, round it, and split cases until the plan is within ``target`` or
        there is no more time."""
        tree = Tree.plant(self.coupling, whole_core(self.coupling))
        if tree is None:
            return
        root = tree.open[0]
        self.learn([(root.fates, root.estimate.prices)])
        self.round(root.estimate, band=band, most=len(self.frame.request))
        dives = _DIVES
        for case in tree.grow(lambda: np.inf if hurry() else self.value * (1.0 + target), most):
            if dives:
                self.round(case.estimate, band=band, most=len(self.frame.request))
                dives -= 1
        self.rounds += tree.solved
        self.learn([(case.fates, case.estimate.prices) for case in sorted(tree.cases)])

    def seat(self, estimate: Estimate) -> None:
        """Offer the plan nearest to what each activity would choose at these prices: quick, and seldom far off."""
        places = np.floor(estimate.places + 1e-6).astype(np.int64)
        self._settle(*by_way(self.coupling, estimate.prices, places), estimate.prices)

    def follow(self, funded: Ints, own: Ints) -> None:
        """Offer the plan nearest to an earlier one, given in the problem's order, that the terms now allow."""
        grid, order = self.frame.grid, self.frame.request
        paid = np.where(grid.funded >= 0, np.minimum(funded[order], grid.places), 0)
        self._settle(paid, np.where(grid.own >= 0, np.minimum(own[order], grid.places - paid), 0), self.prices)

    def _settle(self, paid: Floats | Ints, unpaid: Floats | Ints, prices: Floats) -> Room:
        """Offer the whole plan nearest below these places, refilled in the order of net worth; return it."""
        grid = self.frame.grid
        funded, own = (np.floor(places + 1e-6).astype(np.int64) for places in (paid, unpaid))
        people = counts(grid, funded + own)
        begun = (people > 0) & (people < grid.minimum)
        rates = self.coupling.rates(prices)
        rank = net_of_all(grid, rates) + 0.5 * self.frame.value_of_a_place * (funded + own) / np.maximum(grid.places, 1)
        # Whoever can save an activity already begun is heard before all others.
        queue = Queue(np.where(begun[grid.activity], rank + 2.0 * np.abs(rank).max(initial=0.0), rank), self.frame.tie)
        room = empty_room(grid)
        room.closed[:] = people == 0
        put(grid, room, funded, own, queue)
        settle(grid, room, queue, rates.pool)
        if self.floors.any():
            lift(grid, room, self.floors)
        if len(grid.party) < _FEW_ENOUGH:
            better(grid, room, self.floors)
        refill(grid, room, queue, np.zeros_like(rates.pool))
        self.offer(room)
        return room

    def promise(self) -> bool:
        """Lower each floor to what the best plan gives, if that is less, and prove the bound again for what can be
        promised. Returns whether any floor was lowered.

        Without this a plan that misses a floor could be worth more than the bound of those that keep it.
        """
        self.conclude()
        floors = slice(self.coupling.cuts[2], None)
        supply = self.coupling.supply.copy()
        supply[floors] = np.maximum(supply[floors], -party_value(self.frame.grid, self.room.funded, self.room.own))
        lowered = supply > self.coupling.supply
        if not lowered.any():
            return False
        self.coupling = replace(self.coupling, supply=supply)
        self.proved, self.word = self._prove(self.cases)[1], None
        # The weight of a floor nobody could reach was a punishment, not a price.
        self.learn([(fates, np.where(lowered, 0.0, prices)) for fates, prices in self.cases])
        return True

    @property
    def floors(self) -> Ints:
        """The value promised to each party of the grid."""
        return (-self.coupling.supply[self.coupling.cuts[2] :]).astype(np.int64)

    def leaves(self) -> tuple[Leaf, ...]:
        """The proof of the bound; empty if it rests on the integer solver's word."""
        return () if self.bound < self.proved else self._prove(self.cases)[0]

    @property
    def published(self) -> Prices:
        """The prices of the first case, in the problem's own order."""
        return prove(self.frame, self.coupling, self.prices)[0].prices
