"""What if: a case answered at once by the exact engine, with its large quantities turned; break-evens; the cross-check."""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import Lock

from rori.economics import MODEL_VERSION
from rori.economics.decisions.break_even import BreakEvens, PaysForItself, break_evens, pays_for_itself
from rori.economics.exact.figures import Computed, ExactResult
from rori.economics.exact.levels import Prepared, Resolution
from rori.economics.exact.sliders import UNTURNED, Settings, prepare_sliders, turned
from rori.economics.inputs.case import Case, broken_rules
from rori.economics.inputs.portfolio import CommonCause, FailureMode, System
from rori.economics.results import CaseResult, Simulated
from rori.store import Store
from rori.usecases.cases import Inputs, input_hash, open_run

CHECKED = Resolution(grid_points=2**13, cells=256, size_nodes=8)
"""For the cross-check: with the spread of effect sizes, which the sliders leave out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A case as it stands now, and the hash of all that its figures depend on."""

    inputs: Inputs
    input_hash: str

    @property
    def case(self) -> Case:
        """The case."""
        return self.inputs.case

    @property
    def sources(self) -> tuple[FailureMode | CommonCause, ...]:
        """What can fail, in the order of names."""
        portfolio = self.inputs.portfolio
        return tuple(
            sorted((*portfolio.failure_modes, *portfolio.common_causes), key=lambda source: source.name.lower())
        )

    @property
    def systems(self) -> tuple[System, ...]:
        """The systems, in the order of names."""
        return tuple(sorted(self.inputs.portfolio.systems, key=lambda system: system.name.lower()))

    @property
    def broken_rules(self) -> tuple[str, ...]:
        """What its measures require or exclude and do not get."""
        return broken_rules(self.inputs.portfolio.chosen_measures(self.case.measure_ids))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Calculator:
    """A case that is ready for sliders, and its figures at its own inputs; safe to share between sessions."""

    prepared: Prepared
    base: ExactResult
    lock: Lock = field(default_factory=Lock)


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One figure from a saved run and from the exact engine, in the unit of the figure."""

    name: str
    simulated: Simulated
    exact: Computed


@dataclass(frozen=True, slots=True, kw_only=True)
class CrossCheck:
    """A saved run of the very same inputs beside the exact engine: euros per year, RORI as a fraction."""

    run_id: str
    rori: Check | None
    amounts: tuple[Check, ...]
    notes: tuple[str, ...]


def question(store: Store, case_id: str) -> Question:
    """Read a case and its inventory as they stand now; NotFoundError when there is no such case."""
    with store.read() as reader:
        inputs = Inputs(portfolio=reader.portfolio(), case=reader.case(case_id))
    return Question(inputs=inputs, input_hash=input_hash(inputs))


def open_calculator(asked: Question) -> Calculator:
    """Get a case ready for sliders, in a second or two; NotApplicableError when the exact engine cannot answer."""
    prepared = prepare_sliders(asked.inputs.portfolio, asked.inputs.case)
    return Calculator(prepared=prepared, base=turned(prepared, UNTURNED))


def turn(calculator: Calculator, settings: Settings) -> ExactResult:
    """Answer for the sliders where they stand; NotApplicableError when the exact engine cannot."""
    if settings == UNTURNED:
        return calculator.base
    with calculator.lock:
        return turned(calculator.prepared, settings)


def break_evens_of(asked: Question) -> BreakEvens:
    """Say what would have to be true for RORI = 0."""
    return break_evens(asked.inputs.portfolio, asked.inputs.case)


def pays_for_itself_with(asked: Question, system_id: str, outage_hours: float) -> PaysForItself:
    """Say how often one such outage would have to be prevented for the measures to pay for themselves."""
    return pays_for_itself(asked.inputs.portfolio, asked.inputs.case, system_id, outage_hours)


def run_with_same_inputs(store: Store, asked: Question) -> str | None:
    """Return the id of the latest saved run of the very same inputs and model, if there is one."""
    with store.read() as reader:
        runs = reader.runs(asked.case.id)
    same = (run.id for run in runs if (run.input_hash, run.model_version) == (asked.input_hash, MODEL_VERSION))
    return next(same, None)


def cross_check(store: Store, asked: Question, run_id: str) -> CrossCheck:
    """Put a saved run beside the exact engine; NotApplicableError when that cannot answer."""
    simulated = open_run(store, run_id).result
    exact = turned(prepare_sliders(asked.inputs.portfolio, asked.inputs.case, CHECKED), UNTURNED)
    found = simulated.investment.rori
    value = exact.investment.rori
    cost, weight = exact.investment.pv_cost_eur, _present_value_per_euro(exact)
    error = exact.loss_eur_per_year.difference.error * weight / cost if cost > 0.0 else 0.0
    rori = (
        None
        if found is None or value is None
        else Check(name="RORI", simulated=found, exact=Computed(value=value.value, error=error))
    )
    return CrossCheck(run_id=run_id, rori=rori, amounts=_amounts(simulated, exact), notes=exact.notes)


def _present_value_per_euro(exact: ExactResult) -> float:
    yearly = exact.loss_eur_per_year.difference.value
    return exact.investment.pv_prevented_eur.value / yearly if yearly else 0.0


def _amounts(simulated: CaseResult, exact: ExactResult) -> tuple[Check, ...]:
    pairs = [("Expected annual loss", simulated.loss_eur_per_year, exact.loss_eur_per_year)]
    for tail in simulated.tails:
        twin = next((one for one in exact.tails if one.level == tail.level), None)
        if twin is not None:
            pairs += [
                (f"VaR {tail.level:.0%}".replace("%", " %"), tail.var, twin.var),
                (f"TVaR {tail.level:.0%}".replace("%", " %"), tail.tvar, twin.tvar),
            ]
    checks = [
        Check(
            name="Prevented loss",
            simulated=simulated.loss_eur_per_year.difference,
            exact=exact.loss_eur_per_year.difference,
        )
    ]
    for name, drawn, computed in pairs:
        checks.append(Check(name=f"{name}, without", simulated=drawn.without, exact=computed.without))
        checks.append(Check(name=f"{name}, with", simulated=drawn.with_measures, exact=computed.with_measures))
    return tuple(checks)
