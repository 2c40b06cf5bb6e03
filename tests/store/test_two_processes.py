from __future__ import annotations

import subprocess
import sys

from rori.store import AuditQuery, Store
from tests.store.builders import record

EDITS = 1_000

PROGRAM = """
import sys
from rori.errors import ConflictError
from rori.store import Store

url, who, edits = sys.argv[1], sys.argv[2], int(sys.argv[3])
store, conflicts = Store(url), 0
for _ in range(edits):
    while True:
        with store.read() as reader:
            seen = reader.record("dependencies", "card-auth-hsm")
        try:
            with store.write(who) as writer:
                values = {**seen.values, "needed": seen.values["needed"] + 1}
                writer.update("dependencies", values, version=seen.version)
                writer.commit()
            break
        except ConflictError:
            conflicts += 1
store.dispose()
sys.stdout.write(str(conflicts))
"""


def test_two_processes_edit_one_row_a_thousand_times_each_and_nothing_is_lost(filled: Store, url: str) -> None:
    started = [
        subprocess.Popen(
            [sys.executable, "-W", "error", "-c", PROGRAM, url, who, str(EDITS)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for who in ("ann", "bob")
    ]
    ended = [process.communicate(timeout=120) for process in started]
    assert [errors for _, errors in ended] == ["", ""]
    assert sum(int(conflicts) for conflicts, _ in ended) > 0
    with filled.read() as reader:
        stored = reader.record("dependencies", "card-auth-hsm")
        lines = reader.audit(AuditQuery(subject="dependencies", action="update", limit=10_000))
    assert stored.values["needed"] == record("dependencies")["needed"] + 2 * EDITS
    assert stored.version == 1 + 2 * EDITS
    assert [line.who for line in lines].count("ann") == [line.who for line in lines].count("bob") == EDITS
    assert [line.row_version for line in reversed(lines)] == list(range(2, 2 + 2 * EDITS))
    assert all(line.after["needed"] == line.before["needed"] + 1 for line in lines)
