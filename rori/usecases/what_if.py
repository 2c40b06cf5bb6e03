"""What if: a case answered at once by the exact engine, with its large quantities turned; break-evens."""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import Lock

from rori.economics import MODEL_VERSION
from rori.economics.decisions.break_even import BreakEvens, PaysForItself, break_evens, pays_for_itself
from rori.economics.exact.figures import ExactResult
from rori.economics.exact.levels import Prepared
from rori.economics.exact.sliders import UNTURNED, Settings, prepare_sliders, turned
from rori.economics.inputs.case import Case, broken_rules
from rori.economics.inputs.portfolio import CommonCause, FailureMode, System
from rori.store import Store
from rori.usecases.cases import Inputs, input_hash


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
