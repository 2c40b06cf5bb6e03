"""A case as claimed and as evidenced, from answers and evidence in the store."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from compliance.controls.crosswalk import Crosswalk
from rori.errors import InputError, NotFoundError
from rori.store import AuditQuery, Evidence, Store, WebLink
from rori.usecases.compliance.catalogue import known_crosswalk
from rori.usecases.compliance.evidence import Target, add_evidence
from rori.usecases.compliance.standing import Basis
from rori.usecases.inventory import audit_trail, undo_change
from rori.usecases.joining.assurance import STANDARD, AssuranceValues
from rori.usecases.joining.assurance_values import SETTING, assurance_values, save_assurance_values
from rori.usecases.joining.evidenced import assurances, evidence_question, evidenced_case
from tests.usecases.joining.proved_case import AFTER, BEFORE, CASE, FAILOVER, answer, fill, prove


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store(f"sqlite:///{tmp_path / 'rori.db'}")
    opened.migrate()
    fill(opened)
    yield opened
    opened.dispose()


def only(store: Store, day: date = AFTER):
    [measure] = evidence_question(store, CASE, day).measures
    return measure


def test_when_evidence_expires_what_is_evidenced_falls_and_what_is_claimed_stays(store: Store) -> None:
    answer(store, FAILOVER, "yes")
    prove(store, FAILOVER)
    before, after = (evidenced_case(store, CASE, day).answer for day in (BEFORE, AFTER))
    assert before.figures.claimed == after.figures.claimed
    assert before.figures.prevented_eur_per_year.evidenced == before.figures.prevented_eur_per_year.claimed
    assert before.resting.parts == ()
    assert after.figures.prevented_eur_per_year.evidenced.value == 0.0
    assert after.resting.eur_per_year == pytest.approx(after.resting.claimed_eur_per_year)
    assert [part.measure_id for part in after.resting.parts] == ["failover"]
    assert after.figures.rori is not None
    assert after.figures.rori.evidenced.value == -1.0 < after.figures.rori.claimed.value


def test_the_sentence_names_the_control_and_the_day(store: Store) -> None:
    answer(store, FAILOVER, "yes")
    prove(store, FAILOVER)
    [weakest] = only(store).weakest
    name = known_crosswalk(store).library.control(FAILOVER).name
    assert weakest.sentence == f"{name}: evidence expired 12 May 2026"
    assert only(store, BEFORE).weakest == ()


@pytest.mark.parametrize(
    ("said", "proved", "assurance", "words"),
    [
        ("", False, 0.0, "not assessed"),
        ("no", True, 0.0, "answered no"),
        ("yes", False, 0.5, "no approved evidence"),
        ("partly", False, 0.25, "partly in place, no approved evidence"),
        ("partly", True, 0.5, "partly in place, evidence to 13 May 2026"),
    ],
)
def test_without_proof_a_measure_counts_by_the_values(
    store: Store, said: str, proved: bool, assurance: float, words: str
) -> None:
    if said:
        answer(store, FAILOVER, said)
    if proved:
        prove(store, FAILOVER, AFTER)
    measure = only(store)
    assert measure.assurance == assurance
    assert measure.weakest[0].sentence.endswith(f": {words}")
    assert evidence_question(store, CASE, AFTER).has_answers is bool(said)


def test_a_draft_does_not_lift_what_has_expired(store: Store) -> None:
    answer(store, FAILOVER, "yes")
    prove(store, FAILOVER)
    draft = (WebLink(url="https://wiki.example.org/new"),)
    add_evidence(store, "ann", Evidence(title="New report"), draft, (Target(kind="control", target_id=FAILOVER),))
    assert only(store).assurance == 0.0
    assert only(store).weakest[0].until == BEFORE


def test_a_control_that_nobody_can_answer_counts_for_nothing_and_says_so(store: Store) -> None:
    with store.write("mia") as writer:
        kept = writer.record("measures", "failover")
        writer.update("measures", {**kept.values, "control_ids": ("no-such-control",)}, version=kept.version)
        writer.commit()
    measure = only(store)
    assert measure.assurance == 0.0
    assert measure.weakest[0].sentence == "no-such-control: no such control in the library"


def test_the_values_are_kept_logged_and_undone(store: Store) -> None:
    answer(store, FAILOVER, "yes")
    assert assurance_values(store) == STANDARD
    first = evidence_question(store, CASE, AFTER)
    save_assurance_values(store, "zoe", AssuranceValues(claimed_without_evidence=0.2))
    second = evidence_question(store, CASE, AFTER)
    assert (first.measures[0].assurance, second.measures[0].assurance) == (0.5, 0.2)
    assert first.key != second.key
    [entry] = audit_trail(store, AuditQuery(subject="settings", subject_key=SETTING))
    assert (entry.who, entry.after["value"]["claimed_without_evidence"]) == ("zoe", 0.2)
    undo_change(store, "zoe", entry.id)
    assert assurance_values(store) == STANDARD
    assert evidence_question(store, CASE, AFTER).key == first.key
    with pytest.raises(InputError, match="assurance value 'partly'"):
        AssuranceValues(partly=1.5)


def test_the_key_is_the_same_while_nothing_that_counts_has_changed(store: Store) -> None:
    answer(store, FAILOVER, "yes")
    first = evidence_question(store, CASE, AFTER)
    answer(store, "change-approval", "yes")
    assert evidence_question(store, CASE, AFTER).key == first.key
    prove(store, FAILOVER, None)
    assert evidence_question(store, CASE, AFTER).key != first.key


def test_all_measures_of_a_portfolio_can_be_judged_at_once(store: Store) -> None:
    answer(store, FAILOVER, "yes")
    crosswalk: Crosswalk = known_crosswalk(store)
    with store.read() as reader:
        found = assurances(Basis.of(reader), crosswalk, reader.portfolio(), AFTER, STANDARD)
    assert {one.measure_id: one.assurance for one in found} == {
        "failover": 0.5,
        "twin": 0.0,
        "paper": 0.0,
        "late": 0.0,
    }


def test_a_case_that_is_not_there_is_said(store: Store) -> None:
    with pytest.raises(NotFoundError, match="ghost"):
        evidenced_case(store, "ghost", AFTER)
