from __future__ import annotations

import pytest

from rori.economics.inputs.penalties import CeilingRule
from rori.errors import ImportRefusedError
from rori.inventory.penalties import read_penalties

ROW = "{id: a, framework: F, reference: Art. 1, title: T, applies_to: all, words: W%s}"


def catalogue(*rows: str) -> str:
    return "version: '1'\nnote: n\npenalties:\n" + "\n".join(f"  - {row}" for row in rows)


def test_percent_become_fractions_and_a_missing_ceiling_none() -> None:
    found = read_penalties(catalogue(ROW % ", ceiling: {fixed_eur: 7000000, turnover_percent: 1.4}, doubt: d"))
    (penalty,) = found.penalties
    assert penalty.rule == CeilingRule(fixed_eur=7e6, turnover_share=0.014)
    assert (penalty.doubt, found.version, found.note) == ("d", "1", "n")
    assert read_penalties(catalogue(ROW % "")).penalties[0].rule is None


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: [", "not valid YAML"),
        ("- 1", "must be a mapping"),
        ("penalties: 3", "must be a mapping"),
        (catalogue("just words"), "a mapping of names to values"),
        (catalogue(ROW % ", amount: 3"), "got 'amount'"),
        (catalogue(ROW % ", ceiling: {eur: 3}"), "ceiling must be made of"),
        (catalogue(ROW % ", ceiling: {fixed_eur: many}"), "fixed_eur must be a number, got 'many'"),
        (catalogue(ROW % ", ceiling: {turnover_percent: 140}"), "turnover_share must be a fraction"),
        (catalogue(ROW % "", ROW % ""), "an id of its own"),
        (catalogue("{id: a, framework: F, reference: R, title: T, applies_to: x, words: ' '}"), "words must be filled"),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_sentence(text: str, message: str) -> None:
    with pytest.raises(ImportRefusedError, match=message):
        read_penalties(text)


def test_every_problem_is_told_with_its_row() -> None:
    bad = ROW % ", ceiling: {eur: 3}"
    with pytest.raises(ImportRefusedError) as refused:
        read_penalties(catalogue(bad, ROW % "", bad))
    assert [problem.row for problem in refused.value.problems] == [1, 3]
