"""Compliance from the terminal: what ships, readiness, gaps."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from rori.cli import app
from rori.store import ControlAnswer, Evidence, Store
from rori.usecases.compliance.answering import save_control_answers
from rori.usecases.compliance.gaps import gap_lines
from rori.usecases.compliance.standing import save_profile
from rori.usecases.compliance.trend import readiness_trend


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    url = f"sqlite:///{tmp_path / 'rori.db'}"
    monkeypatch.setenv("RORI_DATABASE_URL", url)
    monkeypatch.setenv("RORI_USER", "ann")
    opened = Store(url)
    opened.migrate()
    save_profile(opened, "ann", {"dora_entity": "payment-institution"}, 0)
    save_control_answers(opened, "ann", [(ControlAnswer(control_id="governance-accountability", answer="yes"), 0)])
    yield opened
    opened.dispose()


def rori(*words: str) -> Result:
    return CliRunner().invoke(app, list(words))


def test_readiness_is_printed_and_kept(store: Store):
    told = rori("readiness")
    assert told.exit_code == 0, told.output
    line = next(line for line in told.output.splitlines() if line.startswith("dora 2022/2554"))
    assert "2 met as claimed, 0 with evidence" in line
    assert "nis2 2022/2555: nothing applies to the entity" in told.output
    assert [one.met_claimed for one in readiness_trend(store, datetime.now(UTC).date(), "dora")] == [2]


def test_gaps_are_printed_as_the_page_ranks_them(store: Store):
    told = rori("gaps", "--framework", "dora", "--top", "3")
    assert told.exit_code == 0, told.output
    ranked = gap_lines(store, datetime.now(UTC).date(), framework_ids=["dora"])
    places = [
        line.split()[0:2] for line in told.output.splitlines() if line.startswith("   ") and line[:4].strip().isdigit()
    ]
    assert places == [["1", "dora"], ["2", "dora"], ["3", "dora"]]
    for one in ranked[:3]:
        assert f"{one.gap.status.requirement.reference}: {one.gap.status.requirement.title}" in told.output
    assert told.output.endswith(f"{len(ranked)} gaps.\n")


def test_only_withdrawn_evidence_past_its_retention_is_let_go(store: Store, tmp_path: Path):
    file = tmp_path / "old.txt"
    file.write_text("from long ago", encoding="utf-8")
    item_id = rori("evidence", "add", str(file), "--title", "Old").output.split()[0]
    assert rori("evidence", "purge").output == "0 files let go.\n"
    with store.write("ann") as writer:
        item = writer.set_evidence_state(item_id, "withdrawn", version=writer.evidence_detail(item_id).item.version)
        writer.update_evidence(
            item_id, Evidence(title="Old", owner="ann", retention_until=date(2026, 1, 1)), version=item.version
        )
        writer.commit()
    told = rori("evidence", "purge").output
    assert "old.txt (version 1 of Old): its retention has ended." in told
    assert told.endswith("1 files let go.\n")
    assert not [path for path in (tmp_path / "evidence").rglob("*") if path.is_file()]
    assert rori("evidence", "verify").exit_code == 0
