"""The terminal front door, run as a user runs it."""

from __future__ import annotations

import json
import os
import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from openpyxl import load_workbook

ROOT = Path(__file__).resolve().parents[1]


class Terminal:
    """`python -m rori` on a database of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environment = {**os.environ, "RORI_DATABASE_URL": f"sqlite:///{folder / 'rori.db'}", "RORI_USER": "ci"}

    def __call__(self, *words: str | Path) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "rori", *map(str, words)]
        return subprocess.run(command, cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False)


@pytest.fixture
def rori(tmp_path):
    return Terminal(tmp_path)


def test_an_inventory_goes_in_and_a_case_workbook_comes_out(rori, tmp_path):
    assert rori("sample").returncode == 0
    assert rori("export", tmp_path / "inventory.xlsx").returncode == 0
    (tmp_path / "elsewhere").mkdir()
    other = Terminal(tmp_path / "elsewhere")
    imported = other("import", tmp_path / "inventory.xlsx")
    assert imported.returncode == 0, imported.stderr
    assert "0 to change" in imported.stdout
    done = other("run", "continuity-programme", "--out", tmp_path / "case.xlsx")
    assert done.returncode == 0, done.stderr
    assert "RORI" in done.stdout
    assert "±" in done.stdout
    assert "Summary" in load_workbook(tmp_path / "case.xlsx").sheetnames
    run_id = other("runs").stdout.split()[0]
    assert other("verify", run_id).returncode == 0
    again = other("import", tmp_path / "inventory.xlsx")
    assert "0 rows to add, 0 to change" in again.stdout


def test_what_is_refused_ends_with_1_and_says_why(rori, tmp_path):
    bad = tmp_path / "bad.xlsx"
    bad.write_bytes(b"this is no workbook")
    refused = rori("import", bad)
    assert refused.returncode == 1
    assert refused.stderr.strip()
    assert "Traceback" not in refused.stderr
    missing = rori("run", "nothing-like-it")
    assert missing.returncode == 1
    assert "nothing-like-it" in missing.stderr


def test_a_wrong_command_line_ends_with_2(rori):
    assert rori("run").returncode == 2
    assert rori("import", "/no/such/file.xlsx").returncode == 2
    assert rori("list", "no-such-sheet").returncode == 2


def test_an_outage_history_sets_a_failure_mode(rori, tmp_path):
    rori("sample")
    lines = ["start,end,service,location,provider"]
    lines += [
        f"202{i % 4}-0{1 + i % 9}-1{i % 8}T10:00:00Z,202{i % 4}-0{1 + i % 9}-1{i % 8}T{11 + i % 5}:30:00Z,db,west,p"
        for i in range(40)
    ]
    (tmp_path / "outages.csv").write_text("\n".join(lines), encoding="utf-8")
    mode = rori("list", "failure_modes").stdout.split()[0]
    preview = rori("calibrate", tmp_path / "outages.csv", mode, "--preview")
    assert preview.returncode == 0, preview.stderr
    assert "events per year" in preview.stdout
    assert rori("calibrate", tmp_path / "outages.csv", mode).stdout.endswith(f"{mode} set.\n")
    assert (
        "file hash" in rori("audit", "--limit", "1", "--text", mode).stdout
        or mode in rori("audit", "--limit", "1").stdout
    )


def test_the_log_is_verified_against_an_anchor(rori, tmp_path):
    rori("sample")
    anchor = tmp_path / "anchor.json"
    assert rori("anchor", "--out", anchor).returncode == 0
    noted = json.loads(anchor.read_text(encoding="utf-8"))
    assert {**json.loads(rori("anchor").stdout), "taken_at": ""} == {**noted, "taken_at": ""}
    intact = rori("verify", "--anchor", anchor)
    assert intact.returncode == 0, intact.stderr
    assert f"The log is intact: {noted['entries']} of {noted['entries']} entries were checked" in intact.stdout
    assert "The anchored entry is there" in intact.stdout


def test_a_log_that_somebody_changed_ends_with_1_and_names_the_entry(rori, tmp_path):
    rori("sample")
    rori("anchor", "--out", tmp_path / "anchor.json")
    with closing(sqlite3.connect(tmp_path / "rori.db", isolation_level=None)) as connection:
        connection.execute("DROP TRIGGER audit_log_refuses_update")
        connection.execute("DROP TRIGGER audit_log_refuses_delete")
        connection.execute("UPDATE audit_log SET who = 'nobody' WHERE id = 3")
        connection.execute("DELETE FROM audit_log WHERE id > 100")
    broken = rori("verify", "--anchor", tmp_path / "anchor.json")
    assert broken.returncode == 1
    named, shorter, counted = broken.stderr.splitlines()
    assert re.match(r"Entry 3 \(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC, nobody, insert systems .*\) was changed", named)
    assert shorter.startswith("The log ends before the anchored entry")
    assert counted.startswith("3 of 100 entries were checked")
    no_anchor = rori("verify", "--anchor", ROOT / "README.md")
    assert (no_anchor.returncode, "must be an anchor" in no_anchor.stderr) == (1, True)


def test_an_anchor_and_a_run_are_not_verified_together(rori, tmp_path):
    (tmp_path / "anchor.json").write_text("{}", encoding="utf-8")
    assert rori("verify", "some-run", "--anchor", tmp_path / "anchor.json").returncode == 2


def test_help_lists_the_use_cases(rori):
    told = " ".join(rori("--help").stdout.replace("│", " ").split())
    for command in (
        "import",
        "export",
        "sample",
        "run",
        "runs",
        "verify",
        "cross-check",
        "compare",
        "calibrate",
        "audit",
        "anchor",
        "template",
    ):
        assert command in told
    assert "Exit codes: 0" in told


def test_removing_the_sample_leaves_nothing(rori):
    rori("sample")
    assert rori("sample").returncode == 1
    assert "rows of the sample removed" in rori("sample", "--remove").stdout
    assert rori("list", "systems").stdout == ""


def test_a_saved_run_is_set_beside_the_exact_engine(rori):
    rori("sample")
    rori("run", "continuity-programme")
    run_id = rori("runs").stdout.split()[0]
    told = rori("cross-check", run_id)
    assert told.returncode == 0, told.stderr
    assert told.stdout.startswith("  Prevented loss ")
    assert told.stdout.count("standard errors apart") == 11
