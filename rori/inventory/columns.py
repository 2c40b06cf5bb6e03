"""One declaration per column: it drives the template, the import, the grids, the forms and the messages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

Value = str | int | float | Decimal | bool | tuple[str, ...] | None
"""A value inside: money is Decimal, fractions are in [0, 1], empty is None (or an empty tuple for lists)."""

Record = Mapping[str, Value]
"""One row: column name to value, every column of the sheet present."""


class ValueKind(StrEnum):
    """What a column holds."""

    KEY = "key"
    REFERENCE = "reference"
    TEXT = "text"
    WHOLE = "whole number"
    NUMBER = "number"
    SHARE = "share"
    MONEY = "money"
    YES_NO = "yes or no"
    CHOICE = "choice"
    LIST = "list"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of a sheet.

    `low` and `high` bound the value as it is inside (a share of 7 % is 0.07). `refers_to` names the sheet whose keys a
    reference or list holds. `default` is what an empty cell of a column that is not required means.
    """

    name: str
    label: str
    kind: ValueKind
    help: str
    example: str
    unit: str = ""
    required: bool = False
    default: Value = None
    low: float | None = None
    high: float | None = None
    choices: tuple[str, ...] = ()
    refers_to: str = ""

    @property
    def header(self) -> str:
        """The column's heading on sheets and screens: label and unit."""
        unit = "%" if self.kind is ValueKind.SHARE else self.unit
        return f"{self.label} ({unit})" if unit else self.label


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One kind of record: a sheet of the workbook, a CSV file, a table, a grid. The first column is its key."""

    name: str
    label: str
    singular: str
    help: str
    columns: tuple[Column, ...]

    @property
    def key(self) -> str:
        """Name of the key column."""
        return self.columns[0].name

    def column(self, name: str) -> Column:
        """Return the column with this name."""
        return next(column for column in self.columns if column.name == name)
