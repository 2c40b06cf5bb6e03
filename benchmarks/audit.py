"""What the chain of the audit log costs: `python -m benchmarks.audit [ENTRIES] [EDITS]` prints it.

Verifying is set against hashing the same bytes without reading or building them, and against reading the rows alone;
edits against the same edits with a log that is not chained. Take the ratios, not the seconds.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from rori.inventory.columns import Record
from rori.store import LogReport, Store, audit
from rori.store.audit_chain import hashing
from rori.store.audit_chain.rows import rows_after
from rori.store.tables import table
from rori.usecases.samples import sample_inventory

ROUNDS = 5
WHO = "benchmark"


@contextmanager
def fresh_store() -> Iterator[Store]:
    """Yield a migrated store in a folder of its own."""
    with tempfile.TemporaryDirectory() as folder:
        store = Store(f"sqlite:///{Path(folder) / 'rori.db'}")
        store.migrate()
        yield store
        store.dispose()


def fill(store: Store, entries: int) -> None:
    """Add entries like those of edited systems."""
    before = {name: _plain(value) for name, value in _system().items()}
    for start in range(0, entries, 10_000):
        changes = [
            audit.Change(
                action="update",
                subject="systems",
                subject_key=f"system-{i % 500}",
                row_version=2 + i // 500,
                before=before,
                after={**before, "owner": f"owner {i}"},
            )
            for i in range(start, min(start + 10_000, entries))
        ]
        with store.write(WHO) as writer:
            audit.write_changes(writer._session, WHO, changes)  # noqa: SLF001
            writer.commit()


def verifying(entries: int) -> None:
    """Print how long the check of a long log takes."""
    with fresh_store() as store:
        fill(store, entries)
        told: list[int] = []
        with store.read() as reader:
            verify_seconds, report = _timed(lambda: reader.verify_audit(lambda done, _of: told.append(done)))
            read_seconds, _ = _timed(lambda: sum(1 for _ in rows_after(reader._session)))  # noqa: SLF001
        if not isinstance(report, LogReport) or not report.is_intact or report.checked != entries:
            raise SystemExit(f"the log is not what was written: {report}")
        texts = list(_hashed_bytes(store))
        hash_seconds, _ = _timed(lambda: [sha256(text).hexdigest() for text in texts])
    size = sum(map(len, texts)) / len(texts)
    print(f"verify {entries:,} entries of {size:,.0f} bytes: {verify_seconds:.2f} s, progress told {len(told)} times")
    print(f"  {entries / verify_seconds:,.0f} entries per second")
    print(f"  bare hashing of the same bytes {hash_seconds:.2f} s: x {verify_seconds / hash_seconds:.1f}")
    print(f"  reading the rows alone {read_seconds:.2f} s: x {verify_seconds / read_seconds:.1f}")


def editing(edits: int) -> None:
    """Print how long edits take, one transaction each, with the chain and without, in turns."""
    taken: dict[str, list[float]] = {"with the chain": [], "without": []}
    for _ in range(ROUNDS):
        for what, seconds in taken.items():
            with _log_as(chained=what == "with the chain"):
                seconds.append(_edit_seconds(edits))
    with_chain, without = (statistics.median(seconds) for seconds in taken.values())
    print(
        f"{edits:,} edits, median of {ROUNDS} rounds in turns: {with_chain:.2f} s with the chain, {without:.2f} s without"
    )
    print(f"  {1e6 * (with_chain - without) / edits:,.0f} microseconds per edit more: x {with_chain / without:.2f}")


def _edit_seconds(edits: int) -> float:
    with fresh_store() as store:
        with store.write(WHO) as writer:
            version = writer.insert("systems", _system()).version
            writer.commit()
        start = time.perf_counter()
        for i in range(edits):
            with store.write(WHO) as writer:
                version = writer.update("systems", {**_system(), "owner": f"owner {i}"}, version=version).version
                writer.commit()
        return time.perf_counter() - start


@contextmanager
def _log_as(*, chained: bool) -> Iterator[None]:
    held = audit.append
    audit.append = held if chained else _append_plainly
    try:
        yield
    finally:
        audit.append = held


def _append_plainly(session: Session, lines: Sequence[Mapping[str, Any]]) -> None:
    hashes = {"previous_hash": hashing.BEFORE_THE_FIRST, "entry_hash": hashing.BEFORE_THE_FIRST}
    if lines:
        session.execute(insert(table("audit_log")), [{**line, **hashes} for line in lines])


def _hashed_bytes(store: Store) -> Iterator[bytes]:
    log = table("audit_log")
    with store.read() as reader:
        session = reader._session  # noqa: SLF001
        last = session.execute(select(func.max(log.c.id))).scalar_one()
        for start in range(0, last, 10_000):
            some = select(log).where(log.c.id > start, log.c.id <= start + 10_000).order_by(log.c.id)
            for row in session.execute(some).mappings():
                said = {name: row[name] for name in hashing.HASHED}
                said["at"] = hashing.moment_text(row["at"])
                yield hashing._TO_JSON.encode(said).encode()  # noqa: SLF001


@cache
def _system() -> Record:
    return sample_inventory()["systems"][0]


def _plain(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value


def _timed(work: Any) -> tuple[float, object]:  # noqa: ANN401
    start = time.perf_counter()
    found = work()
    return time.perf_counter() - start, found


if __name__ == "__main__":
    print(f"{datetime.now(UTC):%Y-%m-%d}, Python {sys.version.split()[0]}")
    verifying(int(sys.argv[1]) if len(sys.argv) > 1 else 200_000)
    editing(int(sys.argv[2]) if len(sys.argv) > 2 else 1_000)
