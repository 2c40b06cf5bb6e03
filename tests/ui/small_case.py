"""A small inventory made by hand, with one case that runs in a moment."""

from __future__ import annotations

from decimal import Decimal

from rori.store import Store
from rori.usecases.cases import SavedRun, run_case
from tests.store.builders import record

CASE = "programme"
WORDS = "Cards *now* <b>$1</b>"
"""A name that would be markup and a formula if it were not shown as it is."""


def fill(store: Store, *, seed: int = 1) -> None:
    """Write one system that earns, one failure mode, two measures, one case."""
    with store.write("mia") as writer:
        writer.insert("systems", record("systems", name=WORDS, impact_tolerance_hours=1.0))
        writer.insert("loss_profiles", record("loss_profiles", revenue_eur_per_hour=Decimal(50_000)))
        writer.insert("failure_modes", record("failure_modes"))
        writer.insert("measures", record("measures", capex_eur=Decimal(40_000), opex_eur_per_year=Decimal(5_000)))
        extra = record("measures", id="extra", name="Extra cells", requires=("failover",), capex_eur=Decimal(1_000))
        writer.insert("measures", extra)
        writer.insert("effects", record("effects"))
        writer.insert(
            "cases", record("cases", name=WORDS, measure_ids=("failover",), n_paths=200, seed=seed, horizon_years=3)
        )
        writer.commit()


def run(store: Store) -> SavedRun:
    """Run the case."""
    return run_case(store, "mia", CASE)
