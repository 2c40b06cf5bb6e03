"""How fast the simulation is, against a bare NumPy event loop, in one run on one machine.

`python -m benchmarks.engine` prints the table and writes docs/benchmarks.md. Take the ratios, not the seconds.
"""

from __future__ import annotations

import platform
import resource
import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from rori import __version__
from rori.economics.inputs.case import Case
from rori.economics.inputs.estimates import LognormalEstimate, PertEstimate
from rori.economics.inputs.portfolio import FailureMode, LossProfile, Portfolio, System
from rori.economics.simulation.running import make_plan, simulate
from rori.economics.terms import Cause
from rori.usecases.samples import sample_inventory

N_YEARS = 100_000
ROUNDS = 3
OUT = Path(__file__).resolve().parents[1] / "docs" / "benchmarks.md"


def scenarios(count: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return rate, P5 and P95 of independent scenarios, drawn in this order from default_rng(7)."""
    generator = np.random.default_rng(7)
    rate = np.exp(generator.uniform(np.log(0.05), np.log(2.0), count))
    low = np.exp(generator.uniform(np.log(5_000), np.log(200_000), count))
    return rate, low, low * np.exp(generator.uniform(np.log(10), np.log(100), count))


def bare_numpy(rate: np.ndarray, low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """Simulate annual losses with nothing but NumPy: one Poisson total per scenario, years at random."""
    generator = np.random.default_rng(1)
    annual = np.zeros(N_YEARS)
    mu, sigma = (np.log(low) + np.log(high)) / 2, (np.log(high) - np.log(low)) / (2 * 1.6448536269514722)
    for scenario in range(len(rate)):
        count = generator.poisson(rate[scenario] * N_YEARS)
        loss = generator.lognormal(mu[scenario], sigma[scenario], count)
        annual += np.bincount(generator.integers(N_YEARS, size=count), weights=loss, minlength=N_YEARS)
    return annual


def plain_portfolio(rate: np.ndarray, low: np.ndarray, high: np.ndarray) -> Portfolio:
    """Return the same scenarios in our model: systems that earn 1 EUR an hour and are down for as many hours."""
    certain = PertEstimate(low=1.0, likely=1.0, high=1.0)
    keys = [f"s{number}" for number in range(len(rate))]
    return Portfolio(
        systems=tuple(System(id=key, name=key, loss=LossProfile(revenue_eur_per_hour=1.0)) for key in keys),
        failure_modes=tuple(
            FailureMode(
                id=key,
                system_id=key,
                name=key,
                cause=Cause.HARDWARE,
                events_per_year=LognormalEstimate(p5=float(rate[i]), p95=float(rate[i])),
                duration_hours=LognormalEstimate(p5=float(low[i]), p95=float(high[i])),
                capacity_lost=certain,
            )
            for i, key in enumerate(keys)
        ),
    )


def seconds(work: Callable[[], object]) -> float:
    """Return the median wall time of a few rounds."""
    taken = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)


def rows() -> list[str]:
    """Measure and return the rows of the table."""
    case = Case(id="c", name="c", n_paths=N_YEARS, horizon_years=1)
    found = []
    for count in (50, 500):
        drawn = scenarios(count)
        bare = seconds(lambda drawn=drawn: bare_numpy(*drawn))
        plan = make_plan(plain_portfolio(*drawn), case)
        ours = seconds(lambda plan=plan: simulate(plan))
        found.append(f"| {count} independent scenarios | {bare:.2f} | {ours:.2f} | {ours / bare:.1f} |")
    found.append(_sample_row())
    return found


def _sample_row() -> str:
    from rori.inventory.build import build_case, build_portfolio

    inventory = sample_inventory()
    portfolio = build_portfolio(inventory)
    stored = build_case(inventory["cases"][0])
    case = Case(id="c", name="c", measure_ids=stored.measure_ids, n_paths=N_YEARS // 5, horizon_years=5)
    plan = make_plan(portfolio, case)
    bare = seconds(lambda: bare_numpy(*scenarios(50)))
    ours = seconds(lambda: simulate(plan))
    label = f"the sample, whole model, paired with {len(case.measure_ids)} measures"
    return f"| {label} | {bare:.2f} | {ours:.2f} | {ours / bare:.1f} |"


def main() -> None:
    """Measure, print, write."""
    table = rows()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    text = "\n".join(
        [
            "# Benchmarks",
            "",
            f"`make bench`, {datetime.now(UTC):%Y-%m-%d}, RORI {__version__}, Python {platform.python_version()},",
            f"NumPy {np.__version__}, {platform.machine()}. {N_YEARS:,} years, median of {ROUNDS} rounds.",
            "The bare loop (50 scenarios in the last row) draws one Poisson total and lognormal losses and keeps",
            "nothing else; ours also keeps paths, systems, components, causes, tolerances and the world with measures.",
            "",
            "| portfolio | bare NumPy, s | RORI, s | ratio |",
            "|---|---|---|---|",
            *table,
            "",
            f"Peak memory of the whole run: {peak:,.0f} MiB.",
            "",
        ]
    )
    OUT.write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
