"""A case by hand whose measures name controls, and people who answer and prove them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from rori.store import ControlAnswer, Evidence, Store, WebLink
from rori.usecases.compliance.answering import save_control_answers
from rori.usecases.compliance.evidence import Target, add_evidence, approve_evidence, submit_for_review
from tests.store.builders import record

CASE = "programme"
FAILOVER, BACKUP, EXIT = "failover-test", "backup-restore", "exit-plan"
BEFORE, AFTER = date(2026, 5, 12), date(2026, 5, 13)
"""The last day of the evidence, and the day on which it is gone."""


def fill(store: Store) -> None:
    """Write one system, one failure mode, a measure in the case and others beside it."""
    with store.write("mia") as writer:
        writer.insert("systems", record("systems", name="Card authorisation"))
        writer.insert("loss_profiles", record("loss_profiles", revenue_eur_per_hour=Decimal(50_000)))
        writer.insert("failure_modes", record("failure_modes"))
        for key, controls in (
            ("failover", (FAILOVER,)),
            ("twin", (BACKUP,)),
            ("paper", (EXIT,)),
            ("late", (BACKUP, EXIT)),
        ):
            measure = record("measures", id=key, name=key.title(), control_ids=controls, capex_eur=Decimal(40_000))
            writer.insert("measures", {**measure, "requires": ("paper",) if key == "late" else ()})
        # The twin does what the failover does; the paper has no effect on loss.
        for measure_id in ("failover", "twin", "late"):
            writer.insert("effects", record("effects", id=f"{measure_id}-1", measure_id=measure_id))
        writer.insert("cases", record("cases", measure_ids=("failover",), n_paths=400, horizon_years=3))
        writer.commit()


def answer(store: Store, control_id: str, said: str) -> None:
    """Answer a control for the whole entity, for the first time."""
    save_control_answers(store, "mia", [(ControlAnswer(control_id=control_id, answer=said), 0)])


def prove(store: Store, control_id: str, until: date | None = BEFORE) -> str:
    """Have evidence for a control approved; return its id."""
    said = Evidence(title="Test report", owner="ann", effective_from=date(2025, 5, 12), expires_on=until)
    item = add_evidence(
        store,
        "ann",
        said,
        (WebLink(url=f"https://wiki.example.org/{control_id}"),),
        (Target(kind="control", target_id=control_id),),
    )
    item = submit_for_review(store, "ann", item.id, item.version)
    return approve_evidence(store, "bob", item.id, item.version).id
