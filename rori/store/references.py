"""What rows refer to: nothing may refer to what is not there, nothing may go while it is referred to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from rori.errors import InputError, InUseError
from rori.inventory.columns import Column, Record, Sheet, ValueKind
from rori.inventory.sheets import SHEET_BY_NAME, SHEETS
from rori.store.engine import chunks
from rori.store.tables import table

_MOST_SHOWN = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class _Use:
    """A row of another sheet (or of the same) that refers to a row; `listed` when in a list, which can be shortened."""

    sheet: Sheet
    key: str
    listed: bool


def existing_keys(session: Session, sheet: Sheet, keys: Iterable[str]) -> set[str]:
    """Return those of the keys that the sheet has."""
    column = table(sheet.name).c[sheet.key]
    found: set[str] = set()
    for piece in chunks(keys):
        found.update(session.execute(select(column).where(column.in_(piece))).scalars())
    return found


def require_referred(session: Session, sheet: Sheet, records: Iterable[Record]) -> None:
    """Refuse records whose references name nothing; lists are checked with the inventory as a whole."""
    records = list(records)
    for column in sheet.columns:
        if not column.refers_to or column.kind is ValueKind.LIST:
            continue
        target = SHEET_BY_NAME[column.refers_to]
        wanted = {str(record[column.name]) for record in records}
        missing = sorted(wanted - existing_keys(session, target, wanted))
        if missing:
            raise InputError(column.label, f"the id of an existing {target.singular}", missing[0])


def refuse_if_used(session: Session, sheet: Sheet, labels: Mapping[str, str]) -> None:
    """Refuse to delete rows (key to label) that other rows refer to, naming those."""
    uses: dict[str, list[_Use]] = {}
    for other in SHEETS:
        for column in other.columns:
            if column.refers_to == sheet.name:
                _add_uses(session, uses, (other, column), set(labels))
    for key, using in uses.items():
        rest = [use for use in using if use.sheet is not sheet or use.key not in labels]
        if rest:
            raise InUseError(_sentence(labels[key], rest))


def _add_uses(session: Session, uses: dict[str, list[_Use]], place: tuple[Sheet, Column], keys: set[str]) -> None:
    other, column = place
    rows, listed = table(other.name), column.kind is ValueKind.LIST
    statement = select(rows.c[other.key], rows.c[column.name]).order_by(rows.c[other.key])
    pieces = [statement] if listed else [statement.where(rows.c[column.name].in_(piece)) for piece in chunks(keys)]
    for piece in pieces:
        for user, used in session.execute(piece):
            for key in keys.intersection(used if listed else (used,)):
                uses.setdefault(key, []).append(_Use(sheet=other, key=user, listed=listed))


def _sentence(label: str, uses: list[_Use]) -> str:
    parts = []
    for sheet in SHEETS:
        users = sorted({use.key for use in uses if use.sheet is sheet})
        if users:
            kind = sheet.singular if len(users) == 1 else sheet.label.lower()
            more = f" and {len(users) - _MOST_SHOWN} more" if len(users) > _MOST_SHOWN else ""
            parts.append(f"{len(users)} {kind} ({', '.join(users[:_MOST_SHOWN])}{more})")
    what = "change or delete" if any(use.listed for use in uses) else "delete"
    pronoun = "it" if len({(use.sheet.name, use.key) for use in uses}) == 1 else "them"
    return f"{label} is still used by {' and '.join(parts)}; {what} {pronoun} first"
