"""The simulation and the exact engine share the loss of one event and nothing else: what they say must agree."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from hypothesis import HealthCheck, Phase, given, settings

from rori.economics.exact.engine import Resolution, prepare, result_of
from rori.economics.exact.levels import figures_of
from rori.economics.figures.evaluate import evaluate_case
from rori.economics.simulation.running import make_plan, simulate
from tests.economics.builders import case
from tests.economics.exact.portfolios import portfolios

N_PORTFOLIOS = 200
N_PATHS = 5000
ALLOWED_ERRORS = 4.0
COARSE = Resolution(grid_points=2**13, cells=512, size_nodes=8)


@dataclass(frozen=True)
class Comparison:
    portfolio: int
    figure: str
    simulated: float
    standard_error: float
    exact: float
    exact_error: float
    same_probability: bool
    described: str

    @property
    def agrees(self) -> bool:
        allowed = ALLOWED_ERRORS * self.standard_error + self.exact_error
        return abs(self.simulated - self.exact) <= allowed or self.same_probability


def compared(number, portfolio) -> Iterator[Comparison]:
    asked = case("m", n_paths=N_PATHS, horizon_years=4, seed=number)
    simulated, exact = evaluate_case(portfolio, asked), prepare(portfolio, asked, COARSE)
    result = result_of(exact)
    worlds = (exact.fine.without, exact.fine.with_measures)
    annual = [figures_of(world, portfolio, asked.horizon_years).annual for world in worlds]
    pairs = [("mean", simulated.loss_eur_per_year, result.loss_eur_per_year, None)]
    for ours, theirs in zip(simulated.tails, result.tails, strict=True):
        pairs.append((f"VaR{ours.level}", ours.var, theirs.var, ours.level))
    pairs.append(("TVaR0.99", simulated.tails[1].tvar, result.tails[1].tvar, None))
    for figure, ours, theirs, level in pairs:
        for world, distribution in zip(("without", "with_measures"), annual, strict=True):
            mine, other = getattr(ours, world), getattr(theirs, world)
            yield Comparison(
                portfolio=number,
                figure=f"{figure} {world}",
                simulated=mine.value,
                standard_error=mine.standard_error,
                exact=other.value,
                exact_error=other.error,
                same_probability=level is not None and sits_on_the_level(distribution, mine.value, level),
                described=repr(portfolio),
            )


def sits_on_the_level(distribution, loss, level) -> bool:
    """Whether the simulated VaR is a quantile of the exact distribution up to what so many years can tell.

    Where losses come in lumps, a quantile jumps from one lump to the next when the probability moves by next to
    nothing, and the batches, all on one side of the jump, show no standard error. Then the probability is compared:
    F just below the simulated loss <= level <= F at it, within 4 standard errors of a share of so many paths.
    """
    step = 2.0 * distribution.grid.step_eur
    allowed = ALLOWED_ERRORS * (level * (1.0 - level) / (N_PATHS * 4)) ** 0.5 * 1.5
    below = 1.0 - distribution.probability_above(max(loss - step, 0.0))
    upto = 1.0 - distribution.probability_above(loss + step)
    return (below if loss > step else 0.0) - allowed <= level <= upto + allowed


def test_simulation_and_exact_engine_agree_on_two_hundred_random_portfolios():
    seen: list[Comparison] = []

    @settings(
        max_examples=N_PORTFOLIOS,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(portfolios())
    def collect(portfolio):
        seen.extend(compared(len(seen) // 8, portfolio))

    collect()
    wrong = [comparison for comparison in seen if not comparison.agrees]
    assert len(seen) >= 8 * N_PORTFOLIOS * 0.9
    assert len(wrong) <= 0.01 * len(seen), "\n".join(map(repr, wrong))
    mean_offs = [
        (c.simulated - c.exact) / c.standard_error for c in seen if c.figure.startswith("mean") and c.standard_error
    ]
    assert abs(sum(mean_offs) / len(mean_offs)) < 5.0 / len(mean_offs) ** 0.5


def test_every_year_of_the_horizon_prevents_as_much_as_the_simulation_says():
    seen = []

    @settings(max_examples=10, deadline=None, derandomize=True, database=None, phases=[Phase.generate])
    @given(portfolios())
    def collect(portfolio):
        asked = case("m", n_paths=4000, horizon_years=4, seed=len(seen))
        annual = simulate(make_plan(portfolio, asked)).annual
        exact = prepare(portfolio, asked, COARSE)
        for world, years in zip((exact.fine.without, exact.fine.with_measures), annual, strict=True):
            expected = figures_of(world, portfolio, 4).by_year
            error = years.std(axis=0, ddof=1) / len(years) ** 0.5
            seen.extend((abs(years.mean(axis=0) - expected) <= 4.5 * error + 0.01 * expected).tolist())

    collect()
    assert len(seen) >= 80
    assert sum(seen) >= len(seen) - 1
