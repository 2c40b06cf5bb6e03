"""Memory of a large run stays bounded: chunks come one after the other and no array is events x systems."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
SCRIPT = """
import resource, sys
from rori.economics.inputs.estimates import LognormalEstimate
from rori.economics.inputs.portfolio import LossProfile, Portfolio
from rori.economics.simulation.running import make_plan, simulate
from tests.economics.builders import case, mode, needs, system

profile = LossProfile(revenue_eur_per_hour=1000.0, response_eur_per_incident=500.0)
keys = [f"s{i}" for i in range(100)]
portfolio = Portfolio(
    systems=tuple(system(key, profile, impact_tolerance_hours=4.0) for key in keys),
    failure_modes=tuple(mode(key, rate=1.0, hours=LognormalEstimate(p5=0.5, p95=20.0)) for key in keys),
    dependencies=tuple(needs(keys[i], keys[i // 2], buffer_hours=0.5) for i in range(1, 100)),
)
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
simulate(make_plan(portfolio, case(n_paths=int(sys.argv[1]))))
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""


def peak_mib(n_paths: int) -> int:
    ran = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(n_paths)], capture_output=True, text=True, check=True, cwd=ROOT, timeout=300
    )
    return int(ran.stdout)


def test_a_hundred_systems_stay_far_below_what_their_events_would_take():
    events_by_system_mib = 100 * 10 * 50_000 * 5 * 8 // 2**20
    assert events_by_system_mib > 1500
    assert peak_mib(50_000) < 300
