"""What a control counts for by its proof, as people set it: kept in the store, logged, and undone like any change."""

from __future__ import annotations

from dataclasses import asdict

from rori.store import Reader, Store
from rori.usecases.joining.assurance import STANDARD, AssuranceValues

SETTING = "assurance-values"
"""The key of the setting, under which the audit log holds every change."""


def assurance_values(store: Store) -> AssuranceValues:
    """Return the values in force; the standard ones until somebody changes them."""
    with store.read() as reader:
        return values_of(reader)


def values_of(reader: Reader) -> AssuranceValues:
    """Return the values in force as one state of the store has them."""
    return AssuranceValues(**reader.setting(SETTING, asdict(STANDARD)))


def save_assurance_values(store: Store, actor: str, values: AssuranceValues) -> None:
    """Keep the values for everybody; a line of the audit log says who changed what."""
    with store.write(actor) as writer:
        writer.remember(SETTING, asdict(values))
        writer.commit()
