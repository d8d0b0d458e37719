"""The rule of precedence: claims are heard one after another, in an order that can be read aloud."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from allotment.grid import Frame, counts
from allotment.model import Ints
from allotment.seating import Queue, Room, close_short, empty_room, fund_more, hear, refill, reopen
from optimal.seals import lots


class Claim(NamedTuple):
    """What the order of hearing looks at: numbers, or arrays of them."""

    priority: Ints
    linked: Ints
    lot: NDArray[np.uint64]


def precedence(claim: Claim) -> tuple[Ints, Ints, NDArray[np.uint64]]:
    """The order in which claims are heard, most deserving first; read it top to bottom."""
    return (
        claim.priority,  # first priorities before second and third
        1 - claim.linked,  # then those that serve an agreed objective
        claim.lot,  # then the lot, drawn from the published seed and the request's own name
    )


def hearing(frame: Frame, seed: int) -> Ints:
    """Requests of the grid in the order of precedence."""
    problem, request = frame.problem, frame.request
    lot = lots(seed, problem.requests)[request]
    claim = Claim(problem.priority[request], problem.linked[request], lot)
    return np.lexsort(precedence(claim)[::-1])


def heard(frame: Frame, seed: int) -> tuple[Room, int]:
    """Hear every claim; cancel the quarter of the activities furthest below their minimum, and hear all again, until
    none is short. Returns the plan and the number of hearings."""
    grid = frame.grid
    order = hearing(frame, seed)
    nothing = np.zeros(len(grid.budget))
    wanted = counts(grid, grid.places.astype(np.int64))
    closed = wanted < grid.minimum
    hearings = 0
    while True:
        room = empty_room(grid)
        room.closed[:] = closed
        hear(grid, room, order, nothing)
        hearings += 1
        short = np.flatnonzero((grid.capacity - room.seats < grid.minimum) & ~closed)
        if not len(short):
            break
        lacking = (grid.minimum - grid.capacity + room.seats)[short] / grid.minimum[short]
        closed[short[np.argsort(-lacking, kind="stable")[: -(-len(short) // 4)]]] = True
    close_short(grid, room)
    queue = Queue(-np.argsort(order).astype(np.float64), frame.tie)
    reopen(grid, room, queue.rank, nothing)
    refill(grid, room, queue, nothing)
    fund_more(grid, room, order)
    return room, hearings
