"""Runs the chunks of a simulation in worker processes; figures are the same to the last bit for any number of them.

Workers are plain child processes with a module of their own, not `multiprocessing`: that would import the main script
again in every child, and under `streamlit run` the main script is the app.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import pickle
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from queue import SimpleQueue

from rori.economics.simulation.prepared import Prepared
from rori.economics.simulation.running import Plan, Progress, Totals, merge, simulate, simulate_chunk

FEWEST_EVENTS = 1_000_000
"""Below this many expected events a run takes less than starting workers does."""
TRIES_IN_WORKERS = 2

_ROOT = Path(__file__).resolve().parents[2]
_ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")


class WorkerLostError(Exception):
    """A worker process ended before it answered."""


class Worker:
    """One child process that computes chunks."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "rori.usecases.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=_ROOT,
            env={**os.environ, **_ONE_THREAD},
        )

    @property
    def process_id(self) -> int:
        """Process id of the child."""
        return self._process.pid

    @property
    def is_alive(self) -> bool:
        """Whether the child still runs."""
        return self._process.poll() is None

    def learn(self, plan: bytes) -> None:
        """Send a pickled plan; WorkerLostError when the child is gone."""
        self._send(plan)

    def compute(self, chunk: int) -> Totals:
        """Compute one chunk of the plan sent last; raises what the chunk raised, WorkerLostError when the child is gone."""
        self._send(pickle.dumps(chunk))
        try:
            answer = pickle.load(self._process.stdout)  # type: ignore[arg-type]  # noqa: S301 - from our own child
        except (EOFError, OSError, ValueError, pickle.UnpicklingError) as error:
            raise WorkerLostError from error
        if isinstance(answer, Exception):
            raise answer
        if not isinstance(answer, Totals):
            raise WorkerLostError
        return answer

    def stop(self) -> None:
        """End the child at once and free its pipes."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()

    def _send(self, message: bytes) -> None:
        pipe = self._process.stdin
        try:
            if pipe is None:
                raise WorkerLostError
            pipe.write(message)
            pipe.flush()
        except (OSError, ValueError) as error:
            raise WorkerLostError from error


class _Pool:
    """The workers of this process, kept warm between runs; one run at a time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._idle: list[Worker] = []

    @contextlib.contextmanager
    def workers(self, count: int) -> Iterator[list[Worker] | None]:
        """Lend workers, or None while another run has them; they come back if the run ends well."""
        if not self._lock.acquire(blocking=False):
            yield None
            return
        try:
            alive = [worker for worker in self._idle if worker.is_alive]
            self._drop(worker for worker in self._idle if not worker.is_alive)
            self._idle = []
            lent = [*alive, *(Worker() for _ in range(count - len(alive)))]
            done = False
            try:
                yield lent
                done = True
            finally:
                self._idle = [worker for worker in lent if done and worker.is_alive]
                self._drop(worker for worker in lent if worker not in self._idle)
        finally:
            self._lock.release()

    def close(self) -> None:
        """End all idle workers."""
        self._drop(self._idle)
        self._idle = []

    @staticmethod
    def _drop(workers: Iterator[Worker] | list[Worker]) -> None:
        for worker in list(workers):
            worker.stop()


_POOL = _Pool()
atexit.register(_POOL.close)


def run_chunks(plan: Plan, progress: Progress | None = None, *, workers: int | None = None) -> Totals:
    """Run all chunks of a plan, in worker processes where that pays.

    Parameters
    ----------
    plan : Plan
    progress : callable, optional
        Called in this thread with (chunks done, chunks in all); raising from it stops the run and its workers.
    workers : int, optional
        How many processes; by default as many as there are CPUs, and this process alone for a short run. 1 means this
        process alone.

    Returns
    -------
    Totals
        The same bits for any number of workers. A chunk whose worker dies is computed again in a new one, and then
        here; what a chunk raises is raised, and nothing is returned.
    """
    wanted = min(_default_workers(plan) if workers is None else workers, plan.n_chunks)
    if wanted <= 1:
        return simulate(plan, progress)
    with _POOL.workers(wanted) as lent:
        if lent is None:
            return simulate(plan, progress)
        return _Run(plan, lent, wanted).totals(progress)


def _default_workers(plan: Plan) -> int:
    rate = sum(source.events_per_year.mean for source in plan.sources)
    n_events = rate * plan.case.n_paths * plan.case.horizon_years * (1 + len(plan.sets))
    if n_events < FEWEST_EVENTS:
        return 1
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class _Run:
    """One run: chunks wait in a queue, one thread per worker feeds it, answers come back in any order."""

    def __init__(self, plan: Plan, lent: list[Worker], count: int) -> None:
        self._plan, self._lent, self._count = plan, lent, count
        self._pickled = pickle.dumps(plan, protocol=pickle.HIGHEST_PROTOCOL)
        self._waiting = deque(range(plan.n_chunks))
        self._answers: SimpleQueue[tuple[int, Totals | Exception] | None] = SimpleQueue()
        self._tries = [0] * plan.n_chunks
        self._done: dict[int, Totals] = {}
        self._here: Prepared | None = None
        self._feeding = 0

    def totals(self, progress: Progress | None) -> Totals:
        """Return the totals of all chunks, merged in order."""
        for worker in self._lent[: self._count]:
            self._start(worker)
        while len(self._done) < self._plan.n_chunks:
            before = len(self._done)
            self._take_answer()
            if progress is not None and len(self._done) > before:
                progress(len(self._done), self._plan.n_chunks)
        return merge([self._done[chunk] for chunk in range(self._plan.n_chunks)])

    def _take_answer(self) -> None:
        """Wait for the next answer; without any worker left, compute what still waits here."""
        if not self._feeding:
            self._compute_here(self._waiting.popleft())
            return
        found = self._answers.get()
        if found is None:
            self._feeding -= 1
            return
        chunk, answer = found
        if isinstance(answer, WorkerLostError):
            self._recover(chunk)
        elif isinstance(answer, Exception):
            raise answer
        else:
            self._done[chunk] = answer

    def _recover(self, chunk: int) -> None:
        """Compute a lost chunk in a new worker, and here once that was lost too."""
        self._tries[chunk] += 1
        if self._tries[chunk] == TRIES_IN_WORKERS:
            self._compute_here(chunk)
            return
        self._waiting.appendleft(chunk)
        if len(self._lent) < TRIES_IN_WORKERS * self._count:
            worker = Worker()
            self._lent.append(worker)
            self._start(worker)

    def _compute_here(self, chunk: int) -> None:
        self._here = self._plan.prepared() if self._here is None else self._here
        self._done[chunk] = simulate_chunk(self._plan, chunk, self._here)

    def _start(self, worker: Worker) -> None:
        self._feeding += 1
        threading.Thread(target=self._feed, args=(worker,), daemon=True).start()

    def _feed(self, worker: Worker) -> None:
        learned = False
        try:
            while self._waiting:
                chunk = self._waiting.popleft()
                try:
                    if not learned:
                        worker.learn(self._pickled)
                        learned = True
                    self._answers.put((chunk, worker.compute(chunk)))
                except Exception as error:  # noqa: BLE001 - the thread that waits raises it or recovers
                    self._answers.put((chunk, error))
                    return
        except IndexError:  # another thread took the last chunk
            return
        finally:
            self._answers.put(None)
