"""Second opinion by `aggregate` (S. Mildenhall): run as a program, it prints VaR99 of ten compound distributions as JSON.

A program of its own, so that what the library sets for the whole process (warnings, display options) stays out of the
tests.
"""

from __future__ import annotations

import json
import warnings

LOG2 = 18
PROGRAMS = {
    "poisson 2 x lognormal": "agg A 2 claims sev lognorm 10 cv 1.5 poisson",
    "poisson 0.1 x lognormal": "agg B 0.1 claims sev lognorm 10 cv 2 poisson",
    "poisson 12 x lognormal": "agg C 12 claims sev lognorm 10 cv 0.8 poisson",
    "poisson 1 x exponential": "agg D 1 claims sev 10 * expon poisson",
    "poisson 5 x gamma": "agg E 5 claims sev gamma 10 cv 0.7 poisson",
    "poisson 25 x uniform": "agg F 25 claims sev 90 * uniform + 5 poisson",
    "negative binomial x lognormal": "agg G 4 claims sev lognorm 10 cv 1 negbin 3",
    "geometric x exponential": "agg H 2 claims sev 10 * expon geometric",
    "binomial x gamma": "agg I 4 claims sev gamma 10 cv 1.2 binomial 0.5",
    "poisson 3 x dice": "agg J 3 claims dsev [1:6] poisson",
}
STEPS = {"poisson 3 x dice": 1.0, "poisson 25 x uniform": 1 / 64, "geometric x exponential": 1 / 128}


def main() -> None:
    """Print {name: VaR99}."""
    warnings.simplefilter("ignore")
    from aggregate import build

    found = {}
    for name, program in PROGRAMS.items():
        made = build(program, log2=LOG2, bs=STEPS.get(name, 1 / 256), padding=1)
        found[name] = float(made.q(0.99))
    print(json.dumps(found))  # noqa: T201


if __name__ == "__main__":
    main()
