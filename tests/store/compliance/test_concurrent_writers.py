from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import pairwise
from threading import Barrier

from rori.errors import ConflictError
from rori.store import AuditEntry, EvidenceQuery, Store
from tests.store.compliance.builders import answer, evidence, file

Log = Callable[..., tuple[AuditEntry, ...]]
WRITERS = 20
EACH = 10


def at_once(work: Callable[[int], None]) -> None:
    """Let twenty writers begin at the same moment; what one of them raises comes out."""
    barrier = Barrier(WRITERS)

    def begin(number: int) -> None:
        barrier.wait(timeout=60)
        work(number)

    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(begin, range(WRITERS)))


def test_twenty_people_answer_the_same_control_and_no_answer_is_lost(store: Store, log: Log) -> None:
    with store.write("ann") as writer:
        writer.save_control_answer(answer(note="0"), version=0)
        writer.commit()

    def count_up(number: int) -> None:
        for _ in range(EACH):
            while True:
                with store.read() as reader:
                    [seen] = reader.control_answers()
                try:
                    with store.write(f"writer {number}") as writer:
                        raised = replace(seen, note=str(int(seen.note) + 1))
                        writer.save_control_answer(raised, version=seen.version)
                        writer.commit()
                    break
                except ConflictError:
                    continue

    at_once(count_up)
    with store.read() as reader:
        [found] = reader.control_answers()
    assert (found.note, found.version) == (str(WRITERS * EACH), WRITERS * EACH + 1)
    lines = log(subject="control_answers", limit=1_000)
    assert [line.row_version for line in lines] == list(range(WRITERS * EACH + 1, 0, -1))
    assert all(later.before == earlier.after for later, earlier in pairwise(lines))


def test_twenty_people_answer_a_control_for_the_first_time_and_one_wins(store: Store) -> None:
    conflicts = []

    def first(number: int) -> None:
        try:
            with store.write(f"writer {number}") as writer:
                writer.save_control_answer(answer(note=str(number)), version=0)
                writer.commit()
        except ConflictError as error:
            conflicts.append(str(error))

    at_once(first)
    assert len(conflicts) == WRITERS - 1
    with store.read() as reader:
        assert len(reader.control_answers()) == 1


def test_twenty_people_upload_while_another_purges_and_no_row_is_without_its_bytes(store: Store) -> None:
    shared = [b"shared %d" % number for number in range(5)]

    def upload(number: int) -> None:
        for turn in range(EACH):
            if number == 0:
                store.purge_evidence("purger", now=datetime(2030, 1, 1, tzinfo=UTC))
                continue
            with store.write(f"writer {number}") as writer:
                kept_until = date(2020, 1, 1) if (number + turn) % 2 else None
                item = writer.add_evidence(
                    evidence(retention_until=kept_until),
                    content=file(shared[(number * turn) % len(shared)]),
                    about=[("control", "c")],
                )
                if kept_until:
                    writer.set_evidence_state(item.id, "withdrawn", version=item.version)
                writer.commit()

    at_once(upload)
    store.purge_evidence("purger", now=datetime(2030, 1, 1, tzinfo=UTC))
    with store.read() as reader:
        assert reader.evidence_count(EvidenceQuery()) == (WRITERS - 1) * EACH
        assert len(reader.linked_evidence()) == (WRITERS - 1) * EACH
    assert [step.finding for step in store.verify_evidence() if step.finding is not None] == []
