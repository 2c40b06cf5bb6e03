"""How fast compliance is with much of it: 2 500 requirements, 10 000 pieces of evidence, 200 000 lines of the audit log.

`python -m benchmarks.compliance` fills a database of its own and prints a table; take the ratios, not the seconds.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import create_engine, text
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from compliance.catalogues.reading import framework_from
from compliance.controls.crosswalk import Crosswalk
from rori.store import ControlAnswer, NewCatalogue, Store
from rori.usecases.compliance.answering import control_lines, save_control_answers
from rori.usecases.compliance.catalogue import known_crosswalk
from rori.usecases.compliance.evidence_search import EvidenceFilter, search_evidence
from rori.usecases.compliance.gaps import gap_lines
from rori.usecases.compliance.standing import save_profile, standings

N_REQUIREMENTS, N_EVIDENCE, N_LOG = 2_500, 10_000, 200_000
ROUNDS = 5
PAGES = ("compliance", "requirements", "controls", "evidence", "audit-trail")
APP = Path(__file__).resolve().parents[1] / "app.py"
TODAY = datetime.now(UTC).date()


def seconds(work: Callable[[], object]) -> float:
    """Return the median wall time of some rounds, after one to warm up."""
    work()
    taken = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)


def fill(store: Store, path: Path) -> Crosswalk:
    """Fill a database: an own framework up to the number of requirements, evidence and log lines by plain SQL."""
    save_profile(store, "ann", {"dora_entity": "payment-institution", "uk_firm": "payment-institution"}, 0)
    shipped = sum(len(one.assessable) for one in known_crosswalk(store).catalogue.newest)
    mapping = _framework(N_REQUIREMENTS - shipped)
    framework = framework_from(mapping, "bench")
    with store.write("ann") as writer:
        writer.add_catalogue(
            NewCatalogue(framework_id=framework.id, version=framework.version, title=framework.title, content=mapping)
        )
        writer.commit()
    controls = known_crosswalk(store).library.controls
    save_control_answers(store, "ann", [(ControlAnswer(control_id=one.id, answer="yes"), 0) for one in controls])
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        now = datetime.now(UTC).replace(tzinfo=None).isoformat(sep=" ")
        items, links, log = _rows([one.id for one in controls], now)
        connection.execute(text(_ITEM), items)
        connection.execute(text(_LINK), links)
        for start in range(0, N_LOG, 50_000):
            connection.execute(text(_LINE), log[start : start + 50_000])
    engine.dispose()
    return known_crosswalk(store)


_ITEM = (
    "INSERT INTO evidence_items (id, title, description, owner, expires_on, state, newest_number, approved_number, "
    "approved_by, approved_at, created_by, created_at, version, changed_by, changed_at) VALUES (:id, :title, '', 'Anna', "
    ":expires, 'approved', 0, 0, 'bob', :now, 'ann', :now, 1, 'bob', :now)"
)
_LINK = "INSERT INTO evidence_links VALUES (:item, 'control', :control, 'ann', :now)"
_LINE = (
    "INSERT INTO audit_log (at, who, action, subject, subject_key, row_version, note, previous_hash, entry_hash) "
    "VALUES (:now, 'ann', 'update', 'systems', :key, 1, '', '', '')"
)


def _rows(
    control_ids: list[str], now: str
) -> tuple[list[dict[str, object]], list[dict[str, object]], list[dict[str, object]]]:
    items: list[dict[str, object]] = [
        {
            "id": f"e{number:06}",
            "title": f"Evidence {number}",
            "expires": (TODAY + timedelta(days=number % 400 - 50)).isoformat(),
            "now": now,
        }
        for number in range(N_EVIDENCE)
    ]
    links: list[dict[str, object]] = [
        {"item": f"e{number:06}", "control": control_ids[number % len(control_ids)], "now": now}
        for number in range(N_EVIDENCE)
    ]
    log: list[dict[str, object]] = [{"key": f"s{number % 500}", "now": now} for number in range(N_LOG)]
    return items, links, log


def _framework(count: int) -> dict[str, object]:
    requirements = [
        {
            "id": f"bench-{number}",
            "reference": f"B {number}",
            "title": f"Requirement {number}",
            "kind": "rule",
            "chapter": f"Chapter {number // 100}",
            "obligation": "Do what is asked here.",
            "evidence": ["A record of it", "A report about it"],
        }
        for number in range(count)
    ]
    return {
        "id": "bench",
        "version": "1",
        "title": "Benchmark",
        "reference": "B",
        "publisher": "Us",
        "licence": "MIT",
        "source": "B",
        "confidence": "high",
        "requirements": requirements,
    }


def lines(store: Store) -> Iterable[str]:
    """Measure use cases and pages."""
    bare = seconds(lambda: sum(hash(str(number)) & 1 for number in range(N_REQUIREMENTS * 20)))
    works: dict[str, tuple[Callable[[], object], str]] = {
        "readiness of all frameworks": (lambda: standings(store, TODAY), "0.5 s"),
        "gaps ranked": (lambda: gap_lines(store, TODAY), "0.5 s"),
        "controls with evidence": (lambda: control_lines(store, TODAY), ""),
        "evidence, one page of 50": (lambda: search_evidence(store, EvidenceFilter(), TODAY), ""),
    }
    for name, (work, target) in works.items():
        taken = seconds(work)
        yield f"| {name} | {taken:.3f} | {taken / bare:.1f} | {target} |"
    for page in PAGES:
        at = AppTest.from_file(str(APP), default_timeout=120)
        at._page_hash = calc_hash(page)  # noqa: SLF001 - AppTest has no public way to open a page
        taken = seconds(at.run)
        yield f"| page {page}, rerun | {taken:.3f} | {taken / bare:.1f} | 0.3 s |"


def main() -> None:
    """Fill, measure, print."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rori.db"
        os.environ["RORI_DATABASE_URL"] = f"sqlite:///{path}"
        store = Store(f"sqlite:///{path}")
        store.migrate()
        fill(store, path)
        head = f"{N_REQUIREMENTS:,} requirements, {N_EVIDENCE:,} pieces of evidence, {N_LOG:,} lines of log"
        table = ["| what | seconds | x 50 000 hashes | target |", "|---|---|---|---|", *lines(store)]
        sys.stdout.write(f"{head}\n\n" + "\n".join(table) + "\n")
        store.dispose()


if __name__ == "__main__":
    main()
