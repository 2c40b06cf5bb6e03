"""What sets of measures are worth: a set function, written as a sum of small tables wherever it can be.

Effects overlap, so the worth of a set is not the sum of its parts. But the loss of one event source depends only on the
measures that touch it: a table over the subsets of these few says all, and the sum over sources is the worth of any set.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

import numpy as np

from rori.economics.arrays import FloatArray
from rori.errors import InputError

MOST_MEMBERS = 20
"""Of one table: it has 2^members entries."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LocalTable:
    """Worth of every subset of a few measures.

    `values` has shape (2^n_members,); bit i of the index says whether member i is in the set.
    """

    members: tuple[str, ...]
    values: FloatArray

    def __post_init__(self) -> None:
        if len(set(self.members)) != len(self.members) or len(self.members) > MOST_MEMBERS:
            raise InputError("members of a table", f"at most {MOST_MEMBERS}, each once", ", ".join(self.members))
        if self.values.shape != (2 ** len(self.members),):
            raise InputError("values of a table", f"one per subset ({2 ** len(self.members)})", self.values.shape)
        if not np.isfinite(self.values).all():
            raise InputError("values of a table", "finite numbers", self.values)

    def of(self, chosen: AbstractSet[str]) -> float:
        """Return the worth of the members that are chosen."""
        return float(self.values[sum(1 << i for i, key in enumerate(self.members) if key in chosen)])

    def given(self, fixed: AbstractSet[str], free: AbstractSet[str]) -> LocalTable:
        """Return the table over the members in `free`, those in `fixed` being in and all others out."""
        base = sum(1 << i for i, key in enumerate(self.members) if key in fixed)
        kept = [i for i, key in enumerate(self.members) if key in free and key not in fixed]
        masks = np.full(1, base)
        for i in kept:
            masks = np.concatenate([masks, masks | (1 << i)])
        return LocalTable(members=tuple(self.members[i] for i in kept), values=self.values[masks])

    def over(self, members: tuple[str, ...]) -> FloatArray:
        """Return the values over the subsets of more members, shape (2^n_members,)."""
        shape = [2 if key in self.members else 1 for key in reversed(members)]
        order = [self.members.index(key) for key in members if key in self.members]
        cube = self.values.reshape((2,) * len(self.members))
        axes = [len(self.members) - 1 - i for i in reversed(order)]
        return np.broadcast_to(cube.transpose(axes).reshape(shape), (2,) * len(members)).reshape(-1)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SetValue:
    """Worth of sets of measures, in the unit of the caller.

    The sum of `tables` is the worth of a set, unless there is `exact`: then the tables are an upper bound on what
    `exact` says, and `exact` is asked for as few sets as it takes. It gets sets of ids and returns shape (n_sets,).
    """

    tables: tuple[LocalTable, ...] = ()
    exact: Callable[[Sequence[frozenset[str]]], FloatArray] | None = None

    def of(self, sets: Sequence[frozenset[str]]) -> FloatArray:
        """Return the worth of each set, shape (n_sets,)."""
        if self.exact is not None:
            return self.exact(sets)
        return self.at_most(sets)

    def at_most(self, sets: Sequence[frozenset[str]]) -> FloatArray:
        """Return what the tables say: the worth of each set, or an upper bound on it, shape (n_sets,)."""
        return np.array([sum((table.of(chosen) for table in self.tables), start=0.0) for chosen in sets])


def sum_of_parts(worth: Mapping[str, float]) -> SetValue:
    """Return a worth without overlaps: the sum over the measures of a set."""
    return SetValue(
        tables=tuple(
            LocalTable(members=(key,), values=np.array([0.0, float(value)])) for key, value in worth.items() if value
        )
    )


def asked_of(engine: Callable[[Sequence[tuple[str, ...]]], FloatArray], ids: Sequence[str]) -> SetValue:
    """Return a worth that only an engine knows, such as the tail reduction of simulated sets.

    Parameters
    ----------
    engine : callable
        Sets of ids in, worth out, shape (n_sets,). It is asked once per set.
    ids : sequence of str
        All candidates. The worth of all of them together is taken as the upper bound of every set, which holds when no
        measure makes another set worse.
    """
    order = tuple(ids)
    known: dict[frozenset[str], float] = {}

    def exact(sets: Sequence[frozenset[str]]) -> FloatArray:
        new = [chosen for chosen in dict.fromkeys(sets) if chosen not in known]
        if new:
            found = engine([tuple(key for key in order if key in chosen) for chosen in new])
            known.update(zip(new, (float(value) for value in found), strict=True))
        return np.array([known[chosen] for chosen in sets])

    whole = exact([frozenset(order)])
    return SetValue(tables=(LocalTable(members=(), values=whole),), exact=exact)


def merged(tables: Sequence[LocalTable], most_members: int) -> tuple[LocalTable, ...]:
    """Add up tables over nested members, and those whose members together are few: fewer tables, the same sum.

    Notes
    -----
    A table over more measures gives the linear relaxation of `relaxed` less room, for it is the concave closure of the
    sum instead of the sum of the closures.
    """
    joined: list[LocalTable] = []
    for table in sorted(tables, key=lambda one: (-len(one.members), one.members)):
        fits = [
            (len(set(other.members) | set(table.members)) - len(other.members), at)
            for at, other in enumerate(joined)
            if len(set(other.members) | set(table.members)) <= max(most_members, len(other.members))
            and set(other.members) & set(table.members)
        ]
        if not fits:
            joined.append(table)
            continue
        _, at = min(fits)
        other = joined[at]
        members = other.members + tuple(key for key in table.members if key not in other.members)
        joined[at] = LocalTable(members=members, values=other.over(members) + table.over(members))
    return tuple(joined)
