"""Sensitivity: which inputs drive the figure of a case, and how much each of its measures adds."""

from __future__ import annotations

from dataclasses import dataclass

from rori.economics.decisions.inputs import InputKind
from rori.economics.decisions.sensitivity import Tornado, tornado
from rori.economics.decisions.shares import SharesOfSet, shares_of_measures
from rori.economics.decisions.variance_shares import VarianceShares, variance_shares
from rori.economics.inputs.measures import Effect
from rori.economics.inputs.portfolio import Portfolio
from rori.economics.terms import Operation
from rori.usecases.what_if import Question


@dataclass(frozen=True, slots=True, kw_only=True)
class Sensitivity:
    """The tornado of a case, and the shares of its measures in what they prevent together."""

    tornado: Tornado
    shares: SharesOfSet


def sensitivity_of(asked: Question) -> Sensitivity:
    """Move every uncertain input to its own P5 and P95, and value every set of measures."""
    portfolio, case = asked.inputs.portfolio, asked.inputs.case
    return Sensitivity(tornado=tornado(portfolio, case), shares=shares_of_measures(portfolio, case))


def variance_of(asked: Question, bars: Tornado) -> VarianceShares:
    """Divide the variance of RORI among the inputs; InputError when nothing is uncertain."""
    return variance_shares(asked.inputs.portfolio, asked.inputs.case, bars)


def effect_at(portfolio: Portfolio, kind: InputKind, key: str, position: int) -> Effect | None:
    """Return the effect that an input is about; None for inputs of other kinds."""
    if kind is not InputKind.EFFECT:
        return None
    return next(measure for measure in portfolio.measures if measure.id == key).effects[position]


def is_factor(effect: Effect | None) -> bool:
    """Whether the value of an effect is a factor, not a value of its own."""
    return effect is not None and effect.operation is Operation.MULTIPLY
