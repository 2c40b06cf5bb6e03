"""Short ways to declare the columns that recur."""

from __future__ import annotations

from decimal import Decimal

from rori.inventory.columns import Column, Value, ValueKind

ZERO = Decimal(0)


def key(example: str, what: str) -> Column:
    """Declare the key of a sheet."""
    return Column(
        name="id",
        label="Id",
        kind=ValueKind.KEY,
        required=True,
        help=f"Short name of the {what} that other rows refer to: a-z, 0-9, dot, dash; never changes",
        example=example,
    )


def free_text(name: str, label: str, hint: str, example: str, required: bool = False) -> Column:
    """Declare free text."""
    return Column(
        name=name, label=label, kind=ValueKind.TEXT, required=required, default="", help=hint, example=example
    )


def number(
    name: str, label: str, unit: str, hint: str, example: str, *, required: bool = False, default: Value = None
) -> Column:
    """Declare a number of at least 0."""
    kind = ValueKind.NUMBER
    return Column(
        name=name,
        label=label,
        kind=kind,
        unit=unit,
        required=required,
        default=default,
        low=0,
        help=hint,
        example=example,
    )


def share(name: str, label: str, hint: str, example: str, *, required: bool = False, default: Value = 0.0) -> Column:
    """Declare a share: a fraction inside, percent outside."""
    kind = ValueKind.SHARE
    return Column(
        name=name, label=label, kind=kind, required=required, default=default, low=0, high=1, help=hint, example=example
    )


def money(name: str, label: str, unit: str, hint: str, example: str, *, default: Value = ZERO) -> Column:
    """Declare an amount of at least 0."""
    return Column(
        name=name, label=label, kind=ValueKind.MONEY, unit=unit, default=default, low=0, help=hint, example=example
    )


def choice(name: str, label: str, choices: tuple[str, ...], hint: str, default: str = "") -> Column:
    """Declare one of a closed list."""
    kind = ValueKind.CHOICE
    return Column(
        name=name,
        label=label,
        kind=kind,
        choices=choices,
        required=not default,
        default=default or None,
        help=hint,
        example=default or choices[0],
    )


def yes_no(name: str, label: str, hint: str) -> Column:
    """Declare a yes or no."""
    return Column(name=name, label=label, kind=ValueKind.YES_NO, default=False, help=hint, example="no")


def reference(name: str, label: str, sheet: str, hint: str, example: str) -> Column:
    """Declare the id of a row on another sheet."""
    kind = ValueKind.REFERENCE
    return Column(name=name, label=label, kind=kind, required=True, refers_to=sheet, help=hint, example=example)


def id_list(name: str, label: str, hint: str, example: str, refers_to: str = "") -> Column:
    """Declare a list of ids or tags."""
    kind = ValueKind.LIST
    return Column(name=name, label=label, kind=kind, default=(), refers_to=refers_to, help=hint, example=example)


def interval(name: str, label: str, unit: str, what: str, examples: tuple[str, str, str]) -> tuple[Column, ...]:
    """Declare the 90 % interval of an estimate with its median."""
    low, mid, high = examples
    return (
        number(f"{name}_p5", f"{label}, P5", unit, f"{what}: only 1 in 20 is lower", low, required=True),
        number(f"{name}_p50", f"{label}, P50", unit, f"{what}: as often above as below; may stay empty", mid),
        number(f"{name}_p95", f"{label}, P95", unit, f"{what}: only 1 in 20 is higher", high, required=True),
    )


SOURCE = free_text(
    "source", "Source", "Where the numbers of this row come from: a report, a ticket, 'illustrative'", "illustrative"
)
