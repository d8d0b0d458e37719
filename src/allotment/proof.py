"""Turns prices into a proof: whole numbers, so that anyone who adds them up gets the same bound to the last digit."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from allotment.filling import CANCELLED, RUNS
from allotment.grid import Frame
from allotment.model import Floats, Leaf, Prices, monday
from allotment.prices import Coupling, quote

_EXACT = 2.0**52
_FINEST = 2**24


def prove(frame: Frame, coupling: Coupling, prices: Floats) -> tuple[Leaf, int]:
    """Round prices to whole multiples of a fraction of a unit, and return them with the bound they prove.

    All sums stay below 2**53, where doubles are exact, so order and number of processors cannot matter.
    """
    near = abs(quote(coupling, prices).bound) + float((prices * np.abs(coupling.supply))[coupling.live].sum()) + 1.0
    scale = min(2 ** int(np.log2(_EXACT / near)), _FINEST)
    whole = np.where(coupling.live, np.rint(prices * scale), 0.0)
    bound = int(quote(replace(coupling, least=float(scale)), whole).bound // scale)
    names = frame.problem.activities
    return Leaf(
        runs=tuple(names[at] for at in frame.activity[coupling.fates == RUNS]),
        cancels=tuple(names[at] for at in frame.activity[coupling.fates == CANCELLED]),
        prices=published(frame, coupling, whole, scale),
    ), bound


def published(frame: Frame, coupling: Coupling, whole: Floats, scale: int) -> Prices:
    """A price vector in the problem's own order."""
    pool, party, week, floor = (part.astype(np.int64) for part in np.split(whole, coupling.cuts))
    back_to_pools, back_to_parties = np.argsort(frame.pool), np.argsort(frame.party)
    return Prices(
        scale=scale,
        pools=pool[back_to_pools],
        parties=party[back_to_parties],
        mondays=tuple(monday(number) for number in frame.week),
        weeks=week.reshape(len(party), len(frame.week))[back_to_parties],
        floors=floor[back_to_parties],
    )


def unpublished(frame: Frame, prices: Prices) -> Floats:
    """Published prices as a vector of the grid's rows."""
    parts = (prices.pools[frame.pool], prices.parties[frame.party], prices.weeks[frame.party].ravel(), prices.floors[frame.party])
    return np.concatenate(parts) / prices.scale


def gap_percent(value: int, bound: int) -> float:
    """Distance of a value to its bound in per cent of the value, to a millionth; 0 if both are 0."""
    return round(100.0 * (bound - value) / max(value, 1), 6)
