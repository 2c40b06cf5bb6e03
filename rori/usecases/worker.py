"""A worker process: reads plans and chunk numbers from its standard input, writes totals to its standard output.

Started by `rori.usecases.computing` as `python -m rori.usecases.worker`, never by hand. It ends when its input does, so
it cannot outlive the process that started it.
"""

from __future__ import annotations

import os
import pickle
import signal
import sys

from rori.economics.simulation.prepared import Prepared
from rori.economics.simulation.running import Plan, simulate_chunk


def serve() -> None:
    """Answer every chunk number with its totals, or with the exception that it raised."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    # whatever prints goes to standard error: standard output carries answers alone
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    work: tuple[Plan, Prepared] | None = None
    while True:
        try:
            asked = pickle.load(sys.stdin.buffer)  # noqa: S301 - written by the parent process, nobody else
        except EOFError:
            return
        if isinstance(asked, Plan):
            work = asked, asked.prepared()
            continue
        if work is None:
            raise RuntimeError("a worker was asked for a chunk before it got a plan")
        try:
            answer: object = simulate_chunk(work[0], asked, work[1])
        except Exception as error:  # noqa: BLE001 - the parent raises it again
            answer = error
        pickle.dump(answer, answers, protocol=pickle.HIGHEST_PROTOCOL)
        answers.flush()


if __name__ == "__main__":
    serve()
