"""Worker processes: the same bits as without them, whatever happens to a worker."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest

from rori.economics.figures.evaluate import evaluate_case
from rori.economics.inputs.estimates import LognormalEstimate, PertEstimate
from rori.economics.inputs.portfolio import CommonCause, LossProfile, Portfolio
from rori.economics.simulation.running import make_plan, simulate
from rori.economics.terms import Quantity
from rori.errors import InputError
from rori.usecases import computing
from rori.usecases.computing import Worker, run_chunks
from tests.economics.builders import case, certain, effect, measure, mode, needs, system

ROOT = Path(__file__).resolve().parents[2]
EARNING = LossProfile(revenue_eur_per_hour=1000.0, response_eur_per_incident=500.0)


def busy_portfolio() -> Portfolio:
    return Portfolio(
        systems=(system("a", EARNING, tags=("x=1",)), system("b", EARNING, tags=("x=1",)), system("c", EARNING)),
        failure_modes=tuple(
            mode(key, rate=LognormalEstimate(p5=0.5, p95=4.0), hours=LognormalEstimate(p5=0.5, p95=20.0))
            for key in "abc"
        ),
        common_causes=(
            CommonCause(
                id="cc",
                name="cc",
                tag="x=1",
                events_per_year=certain(0.5),
                duration_hours=certain(9),
                hit_probability=0.6,
            ),
        ),
        dependencies=(needs("c", "a", buffer_hours=1.0), needs("b", "a", degradation=0.5)),
        measures=(measure("m", effect(Quantity.DURATION_HOURS, PertEstimate(low=0.2, likely=0.5, high=0.9))),),
    )


def same_bits(left, right) -> bool:
    arrays = ("annual", "largest", "paid")
    sums = ("systems", "hours", "exceeded", "components", "causes")
    return (
        all(np.array_equal(getattr(left, name), getattr(right, name)) for name in arrays)
        and all(np.array_equal(getattr(left, name).sums, getattr(right, name).sums) for name in sums)
        and left.n_events == right.n_events
    )


@pytest.fixture(autouse=True)
def _no_workers_left_behind():
    yield
    computing._POOL.close()


@pytest.mark.parametrize("workers", [1, 2, 4])
def test_figures_are_the_same_to_the_last_bit_for_any_number_of_workers(workers):
    plan = make_plan(busy_portfolio(), case("m", n_paths=42_000))
    assert plan.n_chunks == 5
    assert same_bits(run_chunks(plan, workers=workers), simulate(plan))


def test_a_case_run_in_workers_has_the_same_figures():
    portfolio, asked = busy_portfolio(), case("m", n_paths=21_000)
    pooled = evaluate_case(portfolio, asked, run=lambda plan, progress: run_chunks(plan, progress, workers=2))
    assert pooled == evaluate_case(portfolio, asked)


def test_a_worker_that_is_killed_mid_run_costs_time_but_no_figure(monkeypatch):
    started: list[int] = []

    class Watched(Worker):
        def __init__(self) -> None:
            super().__init__()
            started.append(self.process_id)

    monkeypatch.setattr(computing, "Worker", Watched)
    plan = make_plan(busy_portfolio(), case("m", n_paths=160_000))

    def kill_one(done: int, _of: int) -> None:
        if done == 2:
            os.kill(started[0], signal.SIGKILL)

    assert same_bits(run_chunks(plan, kill_one, workers=2), simulate(plan))
    assert len(started) == 3


def test_workers_that_always_die_leave_the_work_to_this_process(monkeypatch):
    class Doomed(Worker):
        def __init__(self) -> None:
            super().__init__()
            os.kill(self.process_id, signal.SIGKILL)

    monkeypatch.setattr(computing, "Worker", Doomed)
    plan = make_plan(busy_portfolio(), case("m", n_paths=21_000))
    seen = []
    assert same_bits(run_chunks(plan, lambda done, of: seen.append((done, of)), workers=2), simulate(plan))
    assert seen == [(1, 3), (2, 3), (3, 3)]


def test_workers_stay_warm_for_the_next_run():
    plan = make_plan(busy_portfolio(), case(n_paths=21_000))
    run_chunks(plan, workers=2)
    first = [worker.process_id for worker in computing._POOL._idle]
    run_chunks(plan, workers=2)
    assert [worker.process_id for worker in computing._POOL._idle] == first
    assert len(first) == 2


def test_raising_from_progress_stops_the_run_and_leaves_nothing_running(monkeypatch):
    started: list[Worker] = []

    class Watched(Worker):
        def __init__(self) -> None:
            super().__init__()
            started.append(self)

    monkeypatch.setattr(computing, "Worker", Watched)
    plan = make_plan(busy_portfolio(), case("m", n_paths=160_000))

    def stop(done: int, _of: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_chunks(plan, stop, workers=2)
    assert started
    assert not any(worker.is_alive for worker in started)


def test_what_a_chunk_raises_is_raised_here(monkeypatch):
    plan = make_plan(busy_portfolio(), case(n_paths=21_000))

    def refuse(self, chunk):
        raise InputError("ways in which failures reach c", "at most 5000", 9999)

    monkeypatch.setattr(Worker, "compute", refuse)
    with pytest.raises(InputError, match="ways in which failures reach c"):
        run_chunks(plan, workers=2)


def test_a_run_while_another_one_has_the_workers_computes_in_its_own_process():
    plan = make_plan(busy_portfolio(), case(n_paths=21_000))
    with computing._POOL.workers(1):
        found = run_chunks(plan, workers=2)
    assert same_bits(found, simulate(plan))


def test_a_worker_ends_when_its_input_does():
    worker = Worker()
    assert worker._process.stdin is not None
    worker._process.stdin.close()
    assert worker._process.wait(timeout=60) == 0
    worker.stop()


def test_a_script_without_a_guard_may_run_a_case_in_workers(tmp_path):
    script = tmp_path / "unguarded.py"
    script.write_text(
        "import sys\n"
        f"sys.path.insert(0, {str(ROOT)!r})\n"
        "from rori.economics.simulation.running import make_plan\n"
        "from rori.usecases.computing import run_chunks\n"
        "from tests.usecases.test_computing import busy_portfolio, case\n"
        "sys.stdout.write('started\\n')\n"
        "plan = make_plan(busy_portfolio(), case(n_paths=21_000))\n"
        "sys.stdout.write(f'{run_chunks(plan, workers=2).n_events}\\n')\n"
    )
    ran = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, timeout=120, check=False)
    assert ran.returncode == 0, ran.stderr
    lines = ran.stdout.split()
    assert lines[0] == "started"
    assert lines.count("started") == 1
    assert int(lines[1]) == simulate(make_plan(busy_portfolio(), case(n_paths=21_000))).n_events


def test_threads_of_a_finished_run_end():
    before = threading.active_count()
    run_chunks(make_plan(busy_portfolio(), case(n_paths=21_000)), workers=2)
    deadline = time.monotonic() + 10.0
    while threading.active_count() > before and time.monotonic() < deadline:
        time.sleep(0.01)
    assert threading.active_count() <= before
