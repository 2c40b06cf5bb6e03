"""Look around with a sample inventory, and take it out again."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from rori.errors import ImportRefusedError, InputError, NotFoundError
from rori.inventory.build import Inventory, check_inventory
from rori.inventory.columns import Record, Sheet
from rori.inventory.sample import load_sample, removable_rows
from rori.inventory.sheets import SHEETS
from rori.store import Reader, Store, Writer
from rori.usecases.settings import PROJECT_ROOT

SAMPLE_FILE = PROJECT_ROOT / "data" / "samples" / "payment_institution.yaml"

_SETTING = "sample"

Versions = Mapping[str, Mapping[str, int]]
"""Rows and their versions: sheet to id to version."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleRemoval:
    """How many rows went; how many stay because you changed them, or because rows of yours refer to them."""

    removed: int
    changed_by_you: int
    needed_by_yours: int


def sample_inventory() -> Inventory:
    """Return the sample that ships with the program."""
    return load_sample(SAMPLE_FILE.read_text(encoding="utf-8"))


def holds_sample(store: Store) -> bool:
    """Whether rows that came with the sample are in the inventory."""
    with store.read() as reader:
        loaded = _loaded(reader)
        return any(loaded[sheet.name].keys() & _keys(reader, sheet) for sheet in SHEETS if loaded.get(sheet.name))


def load_sample_into(store: Store, actor: str) -> int:
    """Add the sample to the inventory and return how many rows that were; InputError when ids are taken."""
    sample = sample_inventory()
    with store.write(actor, note="sample") as writer:
        _require_free_ids(writer, sample)
        rows: dict[str, dict[str, int]] = {}
        for sheet in SHEETS:
            stored = writer.insert_many(sheet.name, sample[sheet.name])
            rows[sheet.name] = {str(row.values[sheet.key]): row.version for row in stored}
        _require_consistent(writer)
        writer.remember(_SETTING, {"rows": rows})
        writer.commit()
    return sum(len(keys) for keys in rows.values())


def remove_sample(store: Store, actor: str) -> SampleRemoval:
    """Take out what came with the sample, except what you changed and what your own rows refer to."""
    shipped = sample_inventory()
    with store.write(actor, note="sample removed") as writer:
        loaded = _loaded(writer)
        present = sum(len(loaded.get(sheet.name, {}).keys() & _keys(writer, sheet)) for sheet in SHEETS)
        if not present:
            raise NotFoundError("the sample is not in the inventory, so there is nothing to remove")
        as_it_came = {s.name: _as_it_came(writer, s, loaded.get(s.name, {}), shipped[s.name]) for s in SHEETS}
        going = removable_rows(writer.inventory(), {name: set(rows) for name, rows in as_it_came.items()})
        left = _delete(writer, as_it_came, going)
        _require_consistent(writer)
        writer.remember(_SETTING, {"rows": left})
        writer.commit()
    return SampleRemoval(
        removed=sum(len(keys) for keys in going.values()),
        changed_by_you=present - sum(len(rows) for rows in as_it_came.values()),
        needed_by_yours=sum(len(rows) for rows in left.values()),
    )


def _loaded(reader: Reader) -> Versions:
    """Return what came with the sample, with the versions that the rows had then."""
    remembered: Mapping[str, Versions] = reader.setting(_SETTING, {})
    return remembered.get("rows", {})


def _keys(reader: Reader, sheet: Sheet) -> set[str]:
    return {str(stored.values[sheet.key]) for stored in reader.records(sheet.name)}


def _as_it_came(reader: Reader, sheet: Sheet, loaded: Mapping[str, int], shipped: tuple[Record, ...]) -> dict[str, int]:
    """Return those rows of the sample that nobody has changed, with their versions now."""
    originals = {str(record[sheet.key]): record for record in shipped}
    found = {}
    for stored in reader.records(sheet.name):
        key = str(stored.values[sheet.key])
        # An edit that was undone leaves a new version, yet the row is as it came.
        if key in loaded and (stored.version == loaded[key] or stored.values == originals.get(key)):
            found[key] = stored.version
    return found


def _delete(writer: Writer, versions: Versions, going: Mapping[str, AbstractSet[str]]) -> dict[str, dict[str, int]]:
    """Delete what is going, users before what they use; return what is left."""
    for sheet in reversed(SHEETS):
        writer.delete_many(sheet.name, {key: versions[sheet.name][key] for key in sorted(going[sheet.name])})
    return {name: {key: n for key, n in rows.items() if key not in going[name]} for name, rows in versions.items()}


def _require_free_ids(reader: Reader, sample: Inventory) -> None:
    taken = [
        f"{sheet.singular} {key}"
        for sheet in SHEETS
        for key in sorted({str(record[sheet.key]) for record in sample[sheet.name]} & _keys(reader, sheet))
    ]
    if taken:
        more = f" and {len(taken) - 1} more" if len(taken) > 1 else ""
        raise InputError(
            "the inventory", "empty, or without the ids of the sample, before the sample is loaded", taken[0] + more
        )


def _require_consistent(reader: Reader) -> None:
    problems = check_inventory(reader.inventory())
    if problems:
        raise ImportRefusedError(problems)
