"""Evidence through the terminal front door."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.test_cli import Terminal


@pytest.fixture
def rori(tmp_path: Path) -> Terminal:
    return Terminal(tmp_path)


@pytest.fixture
def report(tmp_path: Path) -> Path:
    path = tmp_path / "report.txt"
    path.write_text("restored in 42 minutes", encoding="utf-8")
    return path


def test_a_file_is_added_listed_and_verified(rori: Terminal, report: Path, tmp_path: Path) -> None:
    added = rori(
        "evidence", "add", report, "--title", "Restore test", "--control", "backup-restore", "--expires", "2199-12-31"
    )
    assert added.returncode == 0, added.stderr
    item_id = added.stdout.split()[0]
    assert "added as a draft" in added.stdout
    listed = rori("evidence", "list", "--state", "draft", "--control", "backup-restore").stdout
    assert listed.split() == [item_id, "draft", "2199-12-31", "Restore", "test"]
    assert rori("evidence", "list", "--within", "30").stdout == ""
    assert "1 contents are what was uploaded" in rori("evidence", "verify").stdout
    [kept] = [path for path in (tmp_path / "evidence").rglob("*") if path.is_file()]
    kept.write_bytes(b"forged")
    verified = rori("evidence", "verify")
    assert verified.returncode == 1
    assert "report.txt (version 1 of Restore test) is not what was uploaded" in verified.stderr


def test_what_is_refused_ends_with_1_and_nothing_is_stored(rori: Terminal, report: Path, tmp_path: Path) -> None:
    program = tmp_path / "run.pdf"
    program.write_bytes(b"\x7fELF\0\0")
    refused = rori("evidence", "add", report, program, "--title", "Restore test")
    assert refused.returncode == 1
    assert refused.stderr.startswith("file run.pdf: such files are not kept as evidence")
    unknown = rori("evidence", "add", report, "--title", "Restore test", "--system", "ghost")
    assert unknown.returncode == 1
    assert "existing system, got 'ghost'" in unknown.stderr
    assert rori("evidence", "list").stdout == ""
    assert rori("evidence", "list", "--state", "lost").returncode == 1
    assert not (tmp_path / "evidence").exists()
