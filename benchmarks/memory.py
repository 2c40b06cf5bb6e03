"""Peak memory of one large run, in a process of its own: `python -m benchmarks.memory 500 100000` prints JSON.

The first figure is what the process took from the system (peak RSS, with Python and its libraries); the second what one
chunk of it allocated, by tracemalloc.
"""

from __future__ import annotations

import json
import resource
import sys
import tracemalloc

from benchmarks.portfolios import whole_portfolio
from rori.economics.inputs.case import Case
from rori.economics.simulation.running import make_plan, simulate, simulate_chunk

MIB = 1024.0 * 1024.0


def peaks(n_systems: int, n_years: int) -> dict[str, float]:
    """Return peak RSS of the whole run and the traced peak of one chunk, MiB."""
    portfolio = whole_portfolio(n_systems)
    measure_ids = tuple(measure.id for measure in portfolio.measures)
    plan = make_plan(portfolio, Case(id="c", name="c", measure_ids=measure_ids, n_paths=n_years // 5, horizon_years=5))
    simulate(plan)
    resident = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024.0
    tracemalloc.start()
    simulate_chunk(plan, 0)
    _, traced = tracemalloc.get_traced_memory()
    return {"resident_mib": resident, "traced_mib": traced / MIB}


if __name__ == "__main__":
    print(json.dumps(peaks(int(sys.argv[1]), int(sys.argv[2]))))
