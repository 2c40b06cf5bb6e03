"""What is left to choose, and why nothing may be left: every refusal names the constraint and what is allowed."""

from __future__ import annotations

from dataclasses import dataclass

from rori.economics.decisions.selection.problem import Candidate, Problem, Standing
from rori.errors import InputError


@dataclass(frozen=True, slots=True, kw_only=True)
class Reduced:
    """A problem after its must-haves: ids that are in anyway, and candidates that are free to choose, in order."""

    problem: Problem
    fixed: frozenset[str]
    free: tuple[Candidate, ...]

    @property
    def excluding(self) -> tuple[tuple[int, int], ...]:
        """Pairs of free candidates that exclude each other, by position."""
        at = {one.id: i for i, one in enumerate(self.free)}
        pairs = {tuple(sorted((i, at[key]))) for i, one in enumerate(self.free) for key in one.excludes if key in at}
        return tuple(sorted((i, j) for i, j in pairs))

    @property
    def requiring(self) -> tuple[tuple[int, int], ...]:
        """Pairs (one, what it requires) of free candidates, by position."""
        at = {one.id: i for i, one in enumerate(self.free)}
        return tuple((i, at[key]) for i, one in enumerate(self.free) for key in one.requires if key in at)


def reduced(problem: Problem) -> Reduced:
    """Work out what must-haves drag in and what can no longer be bought.

    Raises
    ------
    InputError
        When a must-have cannot be had, or a requirement can be met by no set that may be bought.
    """
    known = {one.id: one for one in problem.candidates}
    fixed = _dragged_in(problem, known)
    barred = _barred(problem, known, fixed)
    free = tuple(one for one in problem.candidates if one.id not in fixed and one.id not in barred)
    there = fixed.union(one.id for one in free)
    for requirement in problem.requirements:
        if not requirement.is_met(there):
            raise InputError(
                f"requirement {requirement.name}",
                "met by measures among the candidates that may be bought",
                "none" if not requirement.ways else f"only {_named(known, min(requirement.ways, key=sorted))}",
            )
    return Reduced(problem=problem, fixed=fixed, free=free)


def _dragged_in(problem: Problem, known: dict[str, Candidate]) -> frozenset[str]:
    """Return what is there already and what must be had, with all that the latter require."""
    fixed = {one.id for one in problem.with_standing(Standing.ALREADY_BOUGHT)}
    wanted = [one.id for one in problem.with_standing(Standing.MUST_HAVE)]
    while wanted:
        one = known[wanted.pop()]
        if one.id in fixed:
            continue
        fixed.add(one.id)
        for key in one.requires:
            if key not in known:
                raise InputError(f"must have {one.name}", "a measure whose requirements are candidates too", key)
            wanted.append(key)
    for key in sorted(fixed):
        against = [other for other in known[key].excludes if other in fixed]
        if against:
            raise InputError(
                "measures that must be there",
                "such that none excludes another",
                f"{known[key].name} and {known[against[0]].name}",
            )
    return frozenset(fixed)


def _barred(problem: Problem, known: dict[str, Candidate], fixed: frozenset[str]) -> frozenset[str]:
    """Return what cannot be bought: excluded by what is there, or in need of something that cannot be bought."""
    barred = {other for key in fixed for other in known[key].excludes}
    barred |= {one.id for one in problem.candidates if set(one.excludes) & fixed}
    grew = True
    while grew:
        more = {
            one.id
            for one in problem.candidates
            if one.id not in barred and one.id not in fixed and any(k in barred or k not in known for k in one.requires)
        }
        barred |= more
        grew = bool(more)
    return frozenset(barred - fixed)


def _named(known: dict[str, Candidate], way: frozenset[str]) -> str:
    return ", ".join(known[key].name if key in known else key for key in sorted(way))
