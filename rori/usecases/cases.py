"""Investment cases: run one, keep the run, open it again to the same figures, compare two."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace

from pydantic import TypeAdapter

from rori import __version__
from rori.economics import MODEL_VERSION
from rori.economics.figures.evaluate import evaluate_case
from rori.economics.inputs.case import Case, broken_rules
from rori.economics.inputs.portfolio import Portfolio
from rori.economics.results import CaseResult
from rori.errors import ConflictError, InputError
from rori.inventory.build import build_case
from rori.reports.case_workbook import write_case_workbook
from rori.reports.provenance import Provenance
from rori.store import NewRun, RunHeader, Store, StoredRun
from rori.usecases.computing import run_chunks

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """Everything a run depends on, but the model version; the sources of its numbers stand beside it."""

    portfolio: Portfolio
    case: Case
    sources: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedRun:
    """One saved run: who made it when, from what, and its figures."""

    run: StoredRun
    inputs: Inputs
    result: CaseResult


_INPUTS = TypeAdapter(Inputs)
_RESULT = TypeAdapter(CaseResult)


def input_hash(inputs: Inputs) -> str:
    """Return the SHA-256 of the inputs that figures depend on, as saved."""
    return hashlib.sha256(_INPUTS.dump_json(replace(inputs, sources=()))).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseOverview:
    """One case as a list shows it: what it buys, what to look at, and its latest run."""

    case: Case
    measure_names: tuple[str, ...]
    capex_eur: float
    warnings: tuple[str, ...]
    broken_rules: tuple[str, ...]
    latest: SavedRun | None


def list_cases(store: Store) -> tuple[CaseOverview, ...]:
    """List all cases by name, each with its latest run."""
    with store.read() as reader:
        portfolio = reader.portfolio()
        cases = [build_case(stored.values) for stored in reader.records("cases")]
        latest = {run.case_id: run.id for run in reversed(reader.runs())}
        runs = {case.id: reader.run(latest[case.id]) for case in cases if case.id in latest}
    overviews = []
    for case in sorted(cases, key=lambda case: case.name.lower()):
        bought = portfolio.chosen_measures(case.measure_ids)
        overviews.append(
            CaseOverview(
                case=case,
                measure_names=tuple(measure.name for measure in bought),
                capex_eur=sum(measure.capex_eur for measure in bought),
                warnings=_warnings(portfolio, case),
                broken_rules=broken_rules(bought),
                latest=_opened(runs[case.id]) if case.id in runs else None,
            )
        )
    return tuple(overviews)


def case_warnings(store: Store, case_id: str) -> tuple[str, ...]:
    """Say what should be looked at before a case is run; none of it prevents the run."""
    with store.read() as reader:
        return _warnings(reader.portfolio(), reader.case(case_id))


def _warnings(portfolio: Portfolio, case: Case) -> tuple[str, ...]:
    bought = portfolio.chosen_measures(case.measure_ids)
    warnings = []
    capex = sum(measure.capex_eur for measure in bought)
    if case.budget_eur is not None and capex > case.budget_eur:
        warnings.append(
            f"capex of {capex:,.0f} {case.currency} is above the budget of {case.budget_eur:,.0f} {case.currency}"
        )
    if not any(system.loss for system in portfolio.systems):
        warnings.append("no system has a loss profile, so nothing can be lost")
    if not portfolio.failure_modes and not portfolio.common_causes:
        warnings.append("there is no failure mode and no common cause, so nothing happens")
    return tuple(warnings)


def run_case(store: Store, actor: str, case_id: str, progress: Progress | None = None, note: str = "") -> SavedRun:
    """Simulate a case as it stands now and save the run.

    Raises
    ------
    InputError
        When its measures break what one of them requires or excludes.
    """
    inputs = _current_inputs(store, case_id)
    broken = broken_rules(inputs.portfolio.chosen_measures(inputs.case.measure_ids))
    if broken:
        raise InputError("measures of the case", "a set that may be bought together", "; ".join(broken))
    result = evaluate_case(inputs.portfolio, inputs.case, progress, run=run_chunks)
    new = NewRun(
        case_id=case_id,
        seed=inputs.case.seed,
        n_years=result.n_years,
        input_hash=input_hash(inputs),
        model_version=MODEL_VERSION,
        inputs_json=_INPUTS.dump_json(inputs).decode(),
        result_json=_RESULT.dump_json(result).decode(),
        note=note,
    )
    with store.write(actor) as writer:
        stored = writer.add_run(new)
        writer.commit()
    return SavedRun(run=stored, inputs=inputs, result=result)


def open_run(store: Store, run_id: str) -> SavedRun:
    """Open a saved run: the figures are those that were saved, to the last digit."""
    with store.read() as reader:
        stored = reader.run(run_id)
    return _opened(stored)


def runs_of(store: Store, case_id: str | None = None) -> tuple[RunHeader, ...]:
    """List saved runs, newest first."""
    with store.read() as reader:
        return reader.runs(case_id)


def delete_run(store: Store, actor: str, run_id: str) -> None:
    """Delete a saved run; it can be undone."""
    with store.write(actor) as writer:
        writer.delete_run(run_id)
        writer.commit()


def verify_run(store: Store, run_id: str, progress: Progress | None = None) -> CaseResult:
    """Compute a saved run again from its saved inputs and require the very same figures.

    Raises
    ------
    ConflictError
        When the inputs no longer match their hash, the model version differs, or a figure differs.
    """
    saved = open_run(store, run_id)
    if input_hash(saved.inputs) != saved.run.input_hash:
        raise ConflictError(f"the inputs of run {run_id} do not match the hash that was saved with them")
    if saved.run.model_version != MODEL_VERSION:
        raise ConflictError(
            f"run {run_id} was made with model {saved.run.model_version}, this is model {MODEL_VERSION}"
        )
    again = evaluate_case(saved.inputs.portfolio, saved.inputs.case, progress, run=run_chunks)
    if again != saved.result:
        raise ConflictError(f"run {run_id} gives other figures now, with the same inputs, seed and model version")
    return again


def case_workbook(store: Store, run_id: str) -> bytes:
    """Write a saved run as a workbook (.xlsx)."""
    saved = open_run(store, run_id)
    return write_case_workbook(saved.inputs.case, saved.inputs.portfolio, saved.result, provenance(saved))


def provenance(saved: SavedRun) -> Provenance:
    """Say where the figures of a run come from."""
    return Provenance(
        run_id=saved.run.id,
        created_at=saved.run.created_at,
        created_by=saved.run.created_by,
        seed=saved.run.seed,
        n_years=saved.run.n_years,
        input_hash=saved.run.input_hash,
        model_version=saved.run.model_version,
        program_version=__version__,
        currency=saved.inputs.case.currency,
        sources=saved.inputs.sources,
    )


def changed_since(store: Store, saved: SavedRun) -> bool:
    """Whether the inventory or the case differ from what a run was made from."""
    return input_hash(_current_inputs(store, saved.run.case_id)) != saved.run.input_hash


def _current_inputs(store: Store, case_id: str) -> Inputs:
    with store.read() as reader:
        portfolio, case, inventory = reader.portfolio(), reader.case(case_id), reader.inventory()
    sources = tuple(
        (f"{sheet}: {next(iter(record.values()))}", str(record["source"]))
        for sheet, records in inventory.items()
        for record in records
        if record["source"]
    )
    return Inputs(portfolio=portfolio, case=case, sources=sources)


def _opened(stored: StoredRun) -> SavedRun:
    return SavedRun(
        run=stored,
        inputs=_INPUTS.validate_json(stored.inputs_json),
        result=_RESULT.validate_json(stored.result_json),
    )
