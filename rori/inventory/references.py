"""What must hold between the rows of an inventory: ids, references, redundancy groups, no loops of hard dependencies."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from rori.economics.inputs.measures import Selector
from rori.economics.terms import Cause
from rori.errors import InputError
from rori.inventory.columns import Record, Sheet, ValueKind
from rori.inventory.sheets import DEPENDENCIES, EFFECTS, SHEETS

MAX_LOOPS = 20

_SHEET_BY_FIELD = {
    "mode": "failure_modes",
    "system": "systems",
    "common_cause": "common_causes",
    "dependency": "dependencies",
    "consumer": "systems",
    "provider": "systems",
}

Rows = Mapping[str, Sequence[Record]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A row that does not fit the others; `column` is the name of the column at fault."""

    sheet: Sheet
    position: int
    column: str
    message: str


def reference_faults(rows: Rows, also_known: Mapping[str, AbstractSet[str]]) -> Iterator[Fault]:
    """Find repeated ids and references to rows that do not exist; `also_known` adds ids by sheet."""
    keys = {
        sheet.name: {str(record[sheet.key]) for record in rows.get(sheet.name, ())} | also_known.get(sheet.name, set())
        for sheet in SHEETS
    }
    for sheet in SHEETS:
        yield from _repeated(sheet, rows.get(sheet.name, ()))
        for position, record in enumerate(rows.get(sheet.name, ())):
            for column, message in _dangling(sheet, record, keys):
                yield Fault(sheet=sheet, position=position, column=column, message=message)
    causes = {str(record["cause"]) for record in rows.get("failure_modes", ())} | {cause.value for cause in Cause}
    for position, record in enumerate(rows.get(EFFECTS.name, ())):
        for message in _bad_target_terms(str(record["target"]), keys | {"causes": causes}):
            yield Fault(sheet=EFFECTS, position=position, column="target", message=message)


def dependency_faults(rows: Rows) -> Iterator[Fault]:
    """Find repeated links, redundancy groups that cannot work and loops of hard dependencies."""
    links = rows.get(DEPENDENCIES.name, ())
    seen: dict[tuple[object, object], str] = {}
    for position, link in enumerate(links):
        first = seen.setdefault((link["consumer_id"], link["provider_id"]), str(link["id"]))
        if first != link["id"]:
            message = (
                f"{link['consumer_id']} needs {link['provider_id']} already in {first!r}; keep one row for the two"
            )
            yield _at(position, "provider_id", message)
    yield from _group_faults(links)
    yield from _loop_faults(links)


def _repeated(sheet: Sheet, records: Sequence[Record]) -> Iterator[Fault]:
    seen: set[str] = set()
    for position, record in enumerate(records):
        key = str(record[sheet.key])
        if key in seen:
            message = f"each id may stand on one row only; {key!r} stands on more than one"
            yield Fault(sheet=sheet, position=position, column=sheet.key, message=message)
        seen.add(key)


def _dangling(sheet: Sheet, record: Record, keys: Mapping[str, set[str]]) -> Iterator[tuple[str, str]]:
    for column in sheet.columns:
        value = record[column.name]
        if not column.refers_to or not value:
            continue
        wanted = value if column.kind is ValueKind.LIST and isinstance(value, tuple) else (str(value),)
        for key in wanted:
            if key not in keys[column.refers_to]:
                yield column.name, _not_there(column.refers_to, key)


def _not_there(sheet_name: str, key: str) -> str:
    label = next(sheet.label for sheet in SHEETS if sheet.name == sheet_name)
    return f"there is no {key!r} on the sheet {label}; use an id that stands there, or add it"


def _bad_target_terms(target: str, keys: Mapping[str, set[str]]) -> Iterator[str]:
    try:
        terms = Selector.parse(target).terms
    except InputError:
        return  # said once, where the effect is built
    for name, value in terms:
        if name == "cause" and value not in keys["causes"]:
            yield f"there is no cause {value!r}; the causes are {', '.join(sorted(keys['causes']))}"
        if name == "tag" and "=" not in value.strip("="):
            yield f"a tag is written key=value, such as tag:cloud=aws, got {value!r}"
        if name in _SHEET_BY_FIELD and value not in keys[_SHEET_BY_FIELD[name]]:
            yield _not_there(_SHEET_BY_FIELD[name], value)


def _at(position: int, column: str, message: str) -> Fault:
    return Fault(sheet=DEPENDENCIES, position=position, column=column, message=message)


def _group_faults(links: Sequence[Record]) -> Iterator[Fault]:
    groups: dict[tuple[str, str], list[int]] = {}
    for position, link in enumerate(links):
        if link["redundancy_group"]:
            groups.setdefault((str(link["consumer_id"]), str(link["redundancy_group"])), []).append(position)
    for (consumer, name), members in groups.items():
        group = f"the redundancy group {name!r} of {consumer}"
        first = links[members[0]]
        if len(members) == 1:
            yield _at(members[0], "redundancy_group", f"{group} has one member; a group has at least two")
            continue
        for position in members:
            needed = links[position]["needed"]
            if isinstance(needed, int) and needed > len(members):
                yield _at(
                    position,
                    "needed",
                    f"{group} has {len(members)} members; at most so many can be needed, got {needed}",
                )
        for position in members[1:]:
            for column, shown in (("needed", "needed"), ("degradation", "degradation")):
                if links[position][column] != first[column]:
                    rule = f"all members of {group} must say the same {shown}; {first['id']!r} says otherwise"
                    yield _at(position, column, rule)


def _loop_faults(links: Sequence[Record]) -> Iterator[Fault]:
    positions = {
        (str(link["consumer_id"]), str(link["provider_id"])): position
        for position, link in enumerate(links)
        if link["degradation"] == 1.0 and not link["buffer_hours"] and not link["redundancy_group"]
    }
    for loop in hard_loops(positions):
        message = (
            f"{' -> '.join(loop)}: each stops at once when the next does; give one of them a buffer or a degradation "
            "below 100 %, or make them one system"
        )
        yield _at(positions[loop[0], loop[1]], "provider_id", message)


def hard_loops(links: Mapping[tuple[str, str], int]) -> list[tuple[str, ...]]:
    """Find loops among (consumer, provider) links, each as the ids along it, ending where it starts."""
    providers: dict[str, list[str]] = {}
    for consumer, provider in sorted(links):
        if consumer != provider:
            providers.setdefault(consumer, []).append(provider)
    providers = _without_ends(providers)
    loops: list[tuple[str, ...]] = []
    done: set[str] = set()
    for start in providers:
        loop = () if start in done else _way_back(start, providers)
        if loop and len(loops) < MAX_LOOPS:
            loops.append(loop)
        done.update(loop)
    return loops


def _without_ends(providers: dict[str, list[str]]) -> dict[str, list[str]]:
    """Drop, over and over, what needs nothing: it lies on no loop."""
    consumers: dict[str, list[str]] = {}
    for consumer, needs in providers.items():
        for provider in needs:
            consumers.setdefault(provider, []).append(consumer)
    open_needs = {name: len(needs) for name, needs in providers.items()}
    ends = deque(name for name in consumers if name not in providers)
    dropped = set(ends)
    while ends:
        for consumer in consumers.get(ends.popleft(), ()):
            open_needs[consumer] -= 1
            if open_needs[consumer] == 0:
                ends.append(consumer)
                dropped.add(consumer)
    return {
        name: [provider for provider in needs if provider not in dropped]
        for name, needs in providers.items()
        if name not in dropped
    }


def _way_back(start: str, providers: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """Return the shortest loop through `start`, empty when there is none."""
    came_from: dict[str, str] = {}
    queue = deque([start])
    while queue:
        name = queue.popleft()
        for provider in providers[name]:
            if provider == start:
                way = [start, name] if name != start else [start]
                while way[-1] != start:
                    way.append(came_from[way[-1]])
                return tuple(reversed(way))
            if provider not in came_from:
                came_from[provider] = name
                queue.append(provider)
    return ()
