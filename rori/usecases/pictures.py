"""What people said of the failure modes, as estimates and as curves that show what the quantiles mean."""

from __future__ import annotations

from dataclasses import dataclass

from rori.economics.history.pictures import EstimatePicture, picture_lognormal, picture_pert
from rori.economics.inputs.estimates import LognormalEstimate, PertEstimate
from rori.inventory.rows import failure_mode_of
from rori.inventory.sheets import FAILURE_MODES, SYSTEMS
from rori.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class SaidOfMode:
    """The present estimates of one failure mode: events per year, hours, share of capacity lost."""

    id: str
    name: str
    system_name: str
    source: str
    version: int
    events_per_year: LognormalEstimate
    duration_hours: LognormalEstimate
    capacity_lost: PertEstimate


@dataclass(frozen=True, slots=True, kw_only=True)
class ModePictures:
    """The three estimates of a failure mode as curves."""

    frequency: EstimatePicture
    duration: EstimatePicture
    capacity_lost: EstimatePicture


def said_of_modes(store: Store) -> tuple[SaidOfMode, ...]:
    """Return what is said of every failure mode, ordered by system and name."""
    with store.read() as reader:
        systems = {str(r.values[SYSTEMS.key]): str(r.values["name"]) for r in reader.records(SYSTEMS.name)}
        records = reader.records(FAILURE_MODES.name)
    said = []
    for record in records:
        mode = failure_mode_of(record.values)
        said.append(
            SaidOfMode(
                id=mode.id,
                name=mode.name,
                system_name=systems.get(mode.system_id, mode.system_id),
                source=str(record.values["source"] or ""),
                version=record.version,
                events_per_year=mode.events_per_year,
                duration_hours=mode.duration_hours,
                capacity_lost=mode.capacity_lost,
            )
        )
    return tuple(sorted(said, key=lambda mode: (mode.system_name.casefold(), mode.name.casefold(), mode.id)))


def picture_mode(said: SaidOfMode) -> ModePictures:
    """Turn the estimates of a failure mode into curves."""
    return ModePictures(
        frequency=picture_lognormal(said.events_per_year),
        duration=picture_lognormal(said.duration_hours),
        capacity_lost=picture_pert(said.capacity_lost),
    )
