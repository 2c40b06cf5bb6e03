"""Statutory ceilings as shipped: YAML with facts, references and doubts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import NoReturn

import yaml

from rori.economics.inputs.penalties import CeilingRule
from rori.errors import ImportRefusedError, InputError, Problem

_TEXTS = ("id", "framework", "reference", "title", "applies_to", "words")
_PERCENTS = {"turnover_percent": "turnover_share", "daily_turnover_percent": "daily_turnover_share"}
_AMOUNTS = {"fixed_eur": "fixed_eur", "days_at_most": "days_at_most"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Penalty:
    """What one provision says; `rule` is None where it names no ceiling, `doubt` empty where everything was verified."""

    id: str
    framework: str
    reference: str
    title: str
    applies_to: str
    words: str
    doubt: str = ""
    rule: CeilingRule | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PenaltyCatalogue:
    """All provisions with the version of the catalogue and what holds for all of them."""

    version: str
    note: str
    penalties: tuple[Penalty, ...]


def read_penalties(content: str) -> PenaltyCatalogue:
    """Read the catalogue; ImportRefusedError carries every problem found."""
    try:
        raw = yaml.safe_load(content)
    except yaml.YAMLError as error:
        raise ImportRefusedError((Problem(message="the penalties are not valid YAML"),)) from error
    if not isinstance(raw, dict) or not isinstance(raw.get("penalties"), list):
        _refuse("the penalties must be a mapping with version, note and a list of penalties")
    problems: list[Problem] = []
    penalties = tuple(_penalties(raw["penalties"], problems))
    if len({penalty.id for penalty in penalties}) < len(penalties):
        problems.append(Problem(message="every penalty must have an id of its own"))
    if problems:
        raise ImportRefusedError(tuple(problems))
    return PenaltyCatalogue(version=str(raw.get("version", "")), note=str(raw.get("note", "")), penalties=penalties)


def _penalties(rows: list[object], problems: list[Problem]) -> Iterator[Penalty]:
    for position, row in enumerate(rows, start=1):
        try:
            yield _penalty(row)
        except InputError as error:
            problems.append(Problem(message=str(error), row=position, column=error.name))


def _penalty(row: object) -> Penalty:
    if not isinstance(row, dict):
        raise InputError("penalty", "a mapping of names to values", row)
    unknown = sorted(str(name) for name in row if name not in {*_TEXTS, "doubt", "ceiling"})
    if unknown:
        raise InputError("penalty", f"made of {', '.join((*_TEXTS, 'doubt', 'ceiling'))}", ", ".join(unknown))
    for name in _TEXTS:
        if not str(row.get(name) or "").strip():
            raise InputError(name, "filled in", row.get(name))
    texts = {name: str(row[name]).strip() for name in _TEXTS}
    ceiling = row.get("ceiling")
    return Penalty(**texts, doubt=str(row.get("doubt") or "").strip(), rule=None if ceiling is None else _rule(ceiling))


def _rule(ceiling: object) -> CeilingRule:
    if not isinstance(ceiling, Mapping) or not set(ceiling) <= {*_PERCENTS, *_AMOUNTS}:
        raise InputError("ceiling", f"made of {', '.join((*_AMOUNTS, *_PERCENTS))}", ceiling)
    values: dict[str, float] = {}
    for name, value in ceiling.items():
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise InputError(name, "a number", value)
        if name in _PERCENTS:
            values[_PERCENTS[name]] = float(Decimal(str(value)) / 100)
        else:
            values[_AMOUNTS[name]] = float(value)
    return CeilingRule(**values)


def _refuse(message: str) -> NoReturn:
    raise ImportRefusedError((Problem(message=message),))
