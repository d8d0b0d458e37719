"""The search for a good plan and for a proof of how good it is. It keeps the best plan offered and the best bound."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from allotment.core import Core, dive, whole_core
from allotment.grid import Frame, counts, party_value, plan_value
from allotment.model import Floats, Ints, Leaf, Prices
from allotment.prices import Coupling, Descent, descend, net_of_all
from allotment.programs import Solver
from allotment.proof import prove
from allotment.seating import Rolls, Room, empty_room, put, rolls, settle

_BATCH_NODES = 2_000


@dataclass
class Search:
    """What is known so far about one problem with these floors."""

    frame: Frame
    coupling: Coupling
    room: Room
    roll: Rolls
    leaves: tuple[Leaf, ...] = ()
    bound: int = 0
    rounds: int = 0
    prices: Floats = field(default_factory=lambda: np.zeros(0))

    @classmethod
    def begin(cls, frame: Frame, coupling: Coupling, rival: Room | None = None) -> Search:
        """Start from the plan of hearing the most valuable requests first, or from a rival if that is better."""
        grid = frame.grid
        room = empty_room(grid)
        order = np.lexsort((frame.lot, -np.maximum(grid.funded, grid.own)))
        settle(grid, room, order, np.zeros(len(grid.budget)))
        search = cls(frame, coupling, room, rolls(grid))
        if rival is not None:
            search.offer(rival)
        search.learn(np.zeros(len(coupling.supply)))
        return search

    @property
    def value(self) -> int:
        """Value of the best plan."""
        return plan_value(self.frame.grid, self.room.funded, self.room.own)

    def merit(self, room: Room) -> float:
        """Value, less what floors are missed by."""
        got = party_value(self.frame.grid, room.funded, room.own)
        floors = -self.coupling.supply[self.coupling.cuts[2] :]
        return float(got.sum()) - self.coupling.missed * float(np.maximum(floors - got, 0).sum())

    def offer(self, room: Room) -> None:
        """Keep a plan if it is better than the best."""
        if self.merit(room) > self.merit(self.room):
            self.room = room

    def learn(self, prices: Floats) -> None:
        """Keep the bound that these prices prove if it is lower than the lowest."""
        leaf, bound = prove(self.frame, self.coupling, prices)
        if not self.leaves or bound < self.bound:
            self.leaves, self.bound, self.prices = (leaf,), bound, prices

    def settle(self, funded: Floats, own: Floats, prices: Floats) -> None:
        """Offer the whole plan nearest below a fractional one, refilled in the order of net worth."""
        grid = self.frame.grid
        whole = [np.floor(places + 1e-6).astype(np.int64) for places in (funded, own)]
        people = counts(grid, whole[0] + whole[1])
        begun = (people > 0) & (people < grid.minimum)
        rates = self.coupling.rates(prices)
        mean = self.frame.value_of_a_place
        rank = net_of_all(grid, rates) + 0.5 * mean * (funded + own) / grid.places
        order = np.lexsort((self.frame.lot, -rank, ~begun[grid.activity]))
        room = empty_room(grid)
        room.closed[:] = people == 0
        put(grid, room, whole[0], whole[1], order)
        settle(grid, room, order, rates.pool, self.roll)
        self.offer(room)

    def descend(self, steps: int, start: Floats | None = None) -> Descent:
        """Find prices, learn their bound, and offer the plan they suggest by themselves."""
        aim = max(self.merit(self.room), 0.5 * self.bound)
        found = descend(self.coupling, steps=steps, aim=aim, start=start)
        self.learn(found.best.prices)
        self.rounds += found.steps
        return found

    def dive(self, core: Core) -> None:
        """Round a core's linear program to a plan and offer it."""
        solver = Solver(core.program, solver="simplex")
        dived = dive(solver, core, len(self.coupling.supply))
        if dived is None:
            return
        self.rounds += dived.rounds
        self.learn(dived.prices)
        funded, own = core.places(dived.values)
        self.settle(funded, own, dived.prices)

    def solve_whole(self) -> None:
        """Give the problem itself to the integer solver: exact, for small problems."""
        core = whole_core(self.coupling)
        if not len(core.request):
            return
        self.dive(core)
        search = Solver(core.program, whole=True, mip_rel_gap=0.0, mip_abs_gap=0.5, mip_max_nodes=_BATCH_NODES)
        search.run()
        values = search.values
        if len(values) and np.isfinite(search.objective):
            funded, own = core.places(values)
            self.settle(np.rint(funded), np.rint(own), self.prices)
        self.trust(search.proven)

    def trust(self, proven: float) -> None:
        """Take the integer solver's word for a lower bound; there are no prices that prove it."""
        # Values are whole numbers; the solver works to a millionth.
        said = int(np.floor(proven + 1e-3))
        if said < self.bound:
            self.leaves, self.bound = (), max(said, self.value)

    def promise(self, got: Ints) -> Ints:
        """Lower each floor to what the plan gives, if that is less, and prove the bound again for what is promised.

        Without this a plan that misses a floor could be worth more than the bound of those that keep it.
        """
        floors = -self.coupling.supply[self.coupling.cuts[2] :]
        kept = np.minimum(floors, got)
        if (kept < floors).any():
            supply = self.coupling.supply.copy()
            supply[self.coupling.cuts[2] :] = -kept
            self.coupling = replace(self.coupling, supply=supply)
            self.leaves = ()
            self.learn(self.prices)
        return kept.astype(np.int64)

    @property
    def published(self) -> Prices:
        """The prices of the best bound, in the problem's own order."""
        return prove(self.frame, self.coupling, self.prices)[0].prices
