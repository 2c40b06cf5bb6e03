"""Other tools on the same independent scenarios; run by `benchmarks.engine` in benchmarks/.venv, prints JSON.

`python peers.py scenarios.json` with lists `rate`, `low`, `high` (P5 and P95 of the loss, EUR) and `n_years`. Nothing of
RORI is imported here: the environment holds only the peers. Each tool gets what it knows: pycrq a Poisson frequency and
a lognormal loss, pyfair the rate and a beta-PERT from P5 over the median to P95.
"""

from __future__ import annotations

import json
import math
import sys
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

Z95 = 1.6448536269514722
Drawn = dict[str, Any]


def pycrq_annual(drawn: Drawn) -> float:
    """Return the mean annual loss by pycrq's simulator over a risk register."""
    from pycrq import FAIRSimulator, RiskRegister, ScenarioBuilder, constant, lognormal, poisson

    register = RiskRegister(name="independent scenarios")
    for number, (rate, low, high) in enumerate(zip(drawn["rate"], drawn["low"], drawn["high"], strict=True)):
        sigma = math.log(high / low) / (2 * Z95)
        register.add_scenario(
            ScenarioBuilder(f"s{number}")
            .asset("asset", "Information")
            .threat("threat", "External Adversarial")
            .tef(poisson(rate))
            .vulnerability(constant(1.0))
            .primary_loss(lognormal(math.log(math.sqrt(low * high)), sigma))
            .build()
        )
    found = FAIRSimulator(n_simulations=drawn["n_years"], seed=1).simulate_register(register)
    return float(found.mean_ale)


def pyfair_annual(drawn: Drawn) -> float:
    """Return the mean annual risk by pyfair's meta model."""
    from pyfair import FairMetaModel, FairModel

    models = []
    for number, (rate, low, high) in enumerate(zip(drawn["rate"], drawn["low"], drawn["high"], strict=True)):
        model = FairModel(name=f"s{number}", n_simulations=drawn["n_years"])
        model.input_data("Loss Event Frequency", constant=rate)
        model.input_data("Loss Magnitude", low=low, mode=math.sqrt(low * high), high=high)
        models.append(model)
    whole = FairMetaModel(name="all", models=models)
    whole.calculate_all()
    return float(whole.export_results()["Risk"].mean())


def timed(work: Callable[[Drawn], float], drawn: Drawn) -> dict[str, float | str]:
    """Time one tool once; what it cannot do is said."""
    start = time.perf_counter()
    try:
        mean = work(drawn)
    except Exception as error:  # noqa: BLE001 - a peer that fails is a line of the table
        return {"error": f"{type(error).__name__}: {error}"}
    return {"seconds": time.perf_counter() - start, "mean": mean}


def main() -> None:
    """Run all peers."""
    drawn = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    found = {f"pycrq {version('pycrq')}": pycrq_annual, f"pyfair {version('pyfair')}": pyfair_annual}
    print(json.dumps({name: timed(work, drawn) for name, work in found.items()}))


if __name__ == "__main__":
    main()
