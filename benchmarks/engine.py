"""How fast the simulation is, against a bare NumPy event loop and other tools, in one run on one machine.

`make bench` prints the tables and writes docs/benchmarks.md. Take the ratios, not the seconds.
"""

from __future__ import annotations

import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import scipy

from benchmarks.portfolios import bare_numpy, plain_portfolio, scenarios, whole_portfolio
from rori import __version__
from rori.economics.exact.levels import Prepared
from rori.economics.exact.sliders import UNTURNED, Settings, prepare_sliders, turned
from rori.economics.inputs.case import Case
from rori.economics.inputs.portfolio import Portfolio
from rori.economics.simulation.running import Plan, make_plan, simulate
from rori.usecases.computing import run_chunks

N_YEARS = 100_000
ROUNDS = 3
HERE = Path(__file__).resolve().parent
OUT = HERE.parent / "docs" / "benchmarks.md"
PEERS = HERE / ".venv" / "bin" / "python"
PEER_SECONDS = 150


def seconds(work: Callable[[], object], rounds: int = ROUNDS) -> float:
    """Return the median wall time of a few rounds."""
    taken = []
    for _ in range(rounds):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)


def bare_seconds(count: int) -> float:
    """Time the bare loop over `count` independent scenarios."""
    drawn = scenarios(count)
    return seconds(lambda: bare_numpy(*drawn, N_YEARS))


def whole_plan(n_systems: int, n_years: int) -> Plan:
    """Plan the whole model with ten measures over a horizon of five years."""
    portfolio = whole_portfolio(n_systems)
    return case_plan(portfolio, tuple(measure.id for measure in portfolio.measures), n_years)


def case_plan(portfolio: Portfolio, measure_ids: tuple[str, ...], n_years: int) -> Plan:
    """Plan a case over a horizon of five years."""
    return make_plan(portfolio, Case(id="c", name="c", measure_ids=measure_ids, n_paths=n_years // 5, horizon_years=5))


def plain_rows() -> Iterable[str]:
    """Measure independent scenarios: bare NumPy, RORI in one process and in all, and the peers."""
    for count in (50, 500):
        drawn, bare = scenarios(count), bare_seconds(count)
        plan = make_plan(plain_portfolio(*drawn), Case(id="c", name="c", n_paths=N_YEARS, horizon_years=1))
        yield f"| {count} | bare NumPy, annual losses only | {bare:.3f} | 1.0 |"
        one, all_of_them = seconds(lambda plan=plan: simulate(plan)), seconds(lambda plan=plan: run_chunks(plan))
        yield f"| {count} | RORI, one process | {one:.3f} | {one / bare:.1f} |"
        yield f"| {count} | RORI, as it runs by default | {all_of_them:.3f} | {all_of_them / bare:.1f} |"
        for name, found in _peers(drawn).items():
            if "error" in found:
                yield f"| {count} | {name}: {found['error']} | | |"
            else:
                yield f"| {count} | {name} | {found['seconds']:.2f} | {float(found['seconds']) / bare:.0f} |"


def whole_rows() -> Iterable[str]:
    """Measure the whole model: the sample, and estates of 50 and 500 systems against their targets."""
    bare = bare_seconds(50)
    plans = {"the sample": (_sample_plan(), "")}
    plans |= {f"{n} systems, 10 measures": (whole_plan(n, N_YEARS), f"{limit} s") for n, limit in ((50, 1), (500, 10))}
    for name, (plan, target) in plans.items():
        one = seconds(lambda plan=plan: simulate(plan), 1)
        both = seconds(lambda plan=plan: run_chunks(plan), 1)
        yield f"| {name} | {one:.2f} | {both:.2f} | {both / bare:.0f} | {target} |"


def growth_rows() -> Iterable[str]:
    """Seconds in one process per million simulated events, over systems and over years."""
    sizes = [
        *((n, 10_000) for n in (10, 30, 100, 300, 1_000)),
        *((50, years) for years in (10_000, 100_000, 1_000_000)),
    ]
    for n_systems, n_years in sizes:
        plan = whole_plan(n_systems, n_years)
        start = time.perf_counter()
        events = simulate(plan).n_events
        taken = time.perf_counter() - start
        yield f"| {n_systems:,} | {n_years:,} | {events:,} | {taken:.2f} | {taken / n_systems / n_years * 1e6:.2f} |"


def memory_lines() -> Iterable[str]:
    """Peak memory of the largest run in a process of its own."""
    ran = subprocess.run(
        [sys.executable, "-m", "benchmarks.memory", "500", str(N_YEARS)],
        capture_output=True,
        text=True,
        check=True,
        cwd=HERE.parent,
    )
    found = json.loads(ran.stdout)
    yield f"- whole process (peak RSS), 500 systems x {N_YEARS:,} years: {found['resident_mib']:,.0f} MiB (target 1,024)"
    yield f"- allocated by Python and NumPy for one chunk of it (tracemalloc): {found['traced_mib']:,.0f} MiB"


def exact_rows() -> Iterable[str]:
    """Time the exact engine behind the sliders: until it is ready, and one turn of each kind."""
    plain = {f"{count} scenarios": (_slider_case(plain_portfolio(*scenarios(count)), 1), count) for count in (50, 500)}
    whole = {f"{count} systems, 10 measures": (_slider_case(whole_portfolio(count), 5), count) for count in (50, 500)}
    bare = {count: bare_seconds(count) for count in (50, 500)}
    for name, (asked, count) in (plain | {"the sample": (_sample_case(), 0)} | whole).items():
        start = time.perf_counter()
        prepared = prepare_sliders(*asked)
        turned(prepared, UNTURNED)
        ready = time.perf_counter() - start
        source = asked[0].failure_modes[0].id
        turns = (
            lambda factor, source=source: Settings(frequency=factor, source_id=source),
            lambda factor: Settings(frequency=factor),
            lambda factor: Settings(duration=factor),
        )
        one, often, long = (_turn_seconds(prepared, settings) for settings in turns)
        ratio, target = (
            (f"{one / bare[count]:.2f}" if name in plain else ""),
            ("0.05 s" if name == "500 scenarios" else ""),
        )
        yield f"| {name} | {ready:.2f} | {one:.3f} | {often:.3f} | {long:.3f} | {ratio} | {target} |"


def _turn_seconds(prepared: Prepared, settings: Callable[[float], Settings]) -> float:
    """Return the median time of turns to places where the slider has not stood before."""
    factors = iter(np.linspace(1.1, 1.6, ROUNDS))
    return seconds(lambda: turned(prepared, settings(float(next(factors)))))


def _slider_case(portfolio: Portfolio, horizon_years: int) -> tuple[Portfolio, Case]:
    chosen = tuple(measure.id for measure in portfolio.measures)
    return portfolio, Case(id="c", name="c", measure_ids=chosen, n_paths=100, horizon_years=horizon_years)


def _peers(drawn: tuple[np.ndarray, ...]) -> dict[str, dict[str, float | str]]:
    if not PEERS.exists():
        return {"pycrq and pyfair": {"error": "left out, benchmarks/.venv could not be made here"}}
    with tempfile.TemporaryDirectory() as folder:
        asked = Path(folder) / "scenarios.json"
        values = {name: array.tolist() for name, array in zip(("rate", "low", "high"), drawn, strict=True)}
        asked.write_text(json.dumps({**values, "n_years": N_YEARS}), encoding="utf-8")
        command = [str(PEERS), str(HERE / "peers.py"), str(asked)]
        try:
            ran = subprocess.run(command, capture_output=True, text=True, check=True, timeout=PEER_SECONDS)
        except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
            return {"pycrq and pyfair": {"error": type(error).__name__}}
    found: dict[str, dict[str, float | str]] = json.loads(ran.stdout.splitlines()[-1])
    return found


def _sample_case() -> tuple[Portfolio, Case]:
    from rori.inventory.build import build_case, build_portfolio
    from rori.usecases.samples import sample_inventory

    inventory = sample_inventory()
    return build_portfolio(inventory), build_case(inventory["cases"][0])


def _sample_plan() -> Plan:
    portfolio, case = _sample_case()
    return case_plan(portfolio, case.measure_ids, N_YEARS)


def _machine() -> str:
    model = platform.processor() or platform.machine()
    for line in (
        Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines() if Path("/proc/cpuinfo").exists() else ()
    ):
        if line.startswith("model name"):
            model = line.partition(":")[2].strip()
            break
    load = f", load {os.getloadavg()[0]:.1f} at the start" if hasattr(os, "getloadavg") else ""
    return f"{model}, {os.cpu_count()} CPUs{load}"


Section = tuple[str, str, Callable[[], Iterable[str]]]
"""What a section says, the head of its table, and what measures its rows."""


def sections() -> dict[str, Section]:
    """Return what is measured, by title."""
    return {
        "Independent scenarios": (
            (
                f"{N_YEARS:,} years, median of {ROUNDS} rounds (peers: one). The bare loop draws a Poisson total and lognormal "
                "losses per scenario and keeps annual losses only; RORI also keeps paths, largest events, systems, components, "
                "causes and hours. pycrq and pyfair multiply one frequency by one loss per year: they have no single events, "
                "so their annual loss is another quantity. Target: 1.5 x bare NumPy."
            ),
            "| scenarios | what | seconds | x bare |\n|---|---|---|---|",
            plain_rows,
        ),
        "The whole model": (
            (
                f"{N_YEARS:,} years in paths of five: dependencies, common causes, weekly profiles, all eight components of "
                "loss, without and with the measures on the same events; workers are warm, their tables are not."
            ),
            "| portfolio | one process, s | by default, s | x bare NumPy of 50 scenarios | target |\n|---|---|---|---|---|",
            whole_rows,
        ),
        "Growth": (
            "The whole model in one process. Linear growth is a constant last column.",
            "| systems | years | events | seconds | microseconds per system and year |\n|---|---|---|---|---|",
            growth_rows,
        ),
        "Memory": ("The whole model, in a process of its own.", "", memory_lines),
        "Exact engine": (
            (
                "The Calculator's sliders, without simulation: until they are ready, and one turn of the frequency of one "
                f"source, of the frequency of all, of the duration of all; median of {ROUNDS} turns in one process. A bare "
                "simulation of as many scenarios is what a turn would cost instead. Target: one turn of 500 scenarios."
            ),
            (
                "| portfolio | ready, s | one source, s | frequency of all, s | duration of all, s | one source x bare | target |\n"
                "|---|---|---|---|---|---|---|"
            ),
            exact_rows,
        ),
    }


def page() -> str:
    """Measure everything and return the page."""
    start, machine = time.perf_counter(), _machine()
    run_chunks(whole_plan(10, N_YEARS), workers=os.cpu_count())
    parts = [
        "# Benchmarks",
        (
            f"`make bench`, {datetime.now(UTC):%Y-%m-%d}: RORI {__version__}, Python {platform.python_version()}, "
            f"NumPy {np.__version__}, SciPy {scipy.__version__}; {machine}. Take the ratios, not the seconds."
        ),
    ]
    for title, (text, head, rows) in sections().items():
        table = "\n".join([*([head] if head else []), *rows()])
        parts += [f"## {title}", text, table]
    parts.append(f"The whole benchmark took {time.perf_counter() - start:.0f} s.")
    return "\n\n".join(parts) + "\n"


if __name__ == "__main__":
    text = page()
    OUT.write_text(text, encoding="utf-8")
    print(text)
